"""`assistant serve` and `assistant work`: the service, and the worker alone."""

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import structlog

from assistant.cli import options
from assistant.errors import Infrastructure, SettingInvalid

if TYPE_CHECKING:
    from uvicorn import Server

    from assistant.compose import Assistant
    from assistant.domain.mention import Mention
    from assistant.ports import Store
    from assistant.settings import Settings
    from assistant.worker import Worker
    from assistant.worker.durable import DurableWorker

LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
"""Addresses only this machine can reach."""
LONGEST_STOP_S = 20.0
"""How long a stop may take. Where the database is away, the engine asks it again for ever; what is under way then is
left for a later start, as after a kill."""
WARMING = 100
"""Examples thought about before serving; 64 take a second."""


@click.command()
@click.option("--host", default=None, help="Address (default: ASSISTANT_HOST, 127.0.0.1).")
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="Port (default: ASSISTANT_PORT, 8000).")
@click.option("--worker/--no-worker", default=True, help="Also answer and deliver (default), or serve alone.")
@options.knowledge
def serve(host: str | None, port: int | None, worker: bool, knowledge: Path | None) -> int:
    """Serve the API and the console; answers waiting mentions and delivers replies in the same process."""
    from assistant import log
    from assistant.compose import load_brand, open_assistant
    from assistant.compose.knowledge import mend_index
    from assistant.settings import read_settings

    settings = read_settings()
    log.configure(level=settings.log_level, json=settings.log_as_json)
    where = host or settings.host
    _require_key(where, settings)
    mend_index(settings, load_brand(settings, knowledge))
    with open_assistant(settings, knowledge=knowledge) as assistant:
        chosen = settings.port if port is None else port
        serve_assistant(assistant, host=where, port=chosen, with_worker=worker)
    return 0


@click.command()
@click.option("--once", is_flag=True, help="Do what waits now and stop.")
@options.knowledge
def work(once: bool, knowledge: Path | None) -> int:
    """Answer waiting mentions and deliver replies, until stopped."""
    from assistant import log
    from assistant.compose import open_assistant
    from assistant.settings import read_settings

    settings = read_settings()
    log.configure(level=settings.log_level, json=settings.log_as_json)
    with open_assistant(settings, knowledge=knowledge) as assistant:
        if once:
            worked = asyncio.run(_worker(assistant).run_once())
            click.echo(f"answered {worked.answered}, sent {worked.delivered.sent}")
        else:
            warm_up(assistant)
            with _durable_worker(assistant) as worker:
                asyncio.run(_until_stopped(worker))
    return 0


def _worker(assistant: "Assistant") -> "Worker":
    from assistant.worker import Worker

    return Worker(
        store=assistant.require_store(),
        respond=assistant.respond,
        pack=assistant.pack,
        channels=assistant.channels,
        clock=assistant.clock,
        world=assistant.world,
        links=assistant.links,
        passages=assistant.passages,
    )


@contextmanager
def _durable_worker(assistant: "Assistant") -> "Iterator[DurableWorker]":
    from assistant.compose.current import Current
    from assistant.compose.engine import build_presence, build_work
    from assistant.compose.syncing import syncing
    from assistant.worker.durable import DurableWorker

    current = Current(assistant)
    brand_id = assistant.pack.brand.id
    with closing(build_presence(assistant.settings, brand_id=brand_id)) as presence:
        yield DurableWorker(
            store=assistant.require_store(),
            respond=current.respond,
            glance=current.glance,
            pack=assistant.pack,
            channels=assistant.channels,
            clock=assistant.clock,
            work=build_work(assistant.settings, presence, brand_id=brand_id),
            presence=presence,
            shed=current.shed,
            most_waiting=assistant.settings.most_waiting,
            world=current.world,
            renewed=current.pack,
            index_waiting=current.index_waiting,
            links=assistant.links,
            passages=current.passages,
            sync_sources=syncing(assistant.settings, assistant.settings.knowledge, assistant.require_store()),
        )


async def _until_stopped(worker: "DurableWorker") -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with asyncio.TaskGroup() as group:
        group.create_task(_end_in_time(stop))
        await worker.run_forever(stop)
        stop.set()


async def _end_in_time(stop: asyncio.Event) -> None:
    """From the stop on the process has so long, whatever its threads wait for."""
    await stop.wait()
    latest = threading.Timer(LONGEST_STOP_S, _give_up)
    latest.daemon = True
    latest.start()


def _give_up() -> None:
    structlog.get_logger().warning("stopped_in_the_middle", after_s=LONGEST_STOP_S)
    os._exit(128 + signal.SIGTERM)


def _require_key(host: str, settings: "Settings") -> None:
    if host not in LOCAL and settings.api_key is None:
        raise SettingInvalid(f"serving on {host} needs a key: set ASSISTANT_API_KEY, or serve on 127.0.0.1")


def serve_assistant(assistant: "Assistant", *, host: str, port: int, with_worker: bool = True) -> None:
    """Serve until interrupted. Raises `SettingInvalid` where others could reach it and no key is set."""
    import uvicorn

    from assistant.web.app import create_app

    _require_key(host, assistant.settings)
    with _listening(host, port) as listening:
        where = f"http://{host}:{listening.getsockname()[1]}"
        app = create_app(assistant, local=host in LOCAL)
        warm_up(assistant)
        _say_where(where, assistant.settings)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=2))
        app.state.stopping = lambda: server.should_exit
        _end_in_order(server)
        if not with_worker:
            asyncio.run(_alone(server, listening, assistant.require_store(), assistant.settings))
            return
        with _durable_worker(assistant) as worker:
            asyncio.run(_both(server, listening, worker))


def _say_where(where: str, settings: "Settings") -> None:
    """Among lines of JSON as one of them."""
    if settings.log_as_json:
        structlog.get_logger().info("serving", console=f"{where}/", api=f"{where}/docs")
    else:
        click.echo(f"console {where}/   API {where}/docs   (Ctrl+C stops)", err=True)


def _end_in_order(server: "Server") -> None:
    """uvicorn raises a SIGTERM again once it has stopped; that must not end us with work and store still open."""

    def heard(number: int, frame: object) -> None:
        if not server.should_exit:
            raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, heard)


def warm_up(assistant: "Assistant") -> None:
    """Think about an example of each intent, so that no real mention waits for models to load or for the brand's
    wording to be read for the first time.
    """
    examples = [intent.examples[0] for intent in assistant.pack.intents if intent.examples][:WARMING]
    mentions = [
        assistant.parse({"id": f"warm-up-{number}", "text": text}, position="warm-up")
        for number, text in enumerate(examples)
    ]
    asyncio.run(_think(assistant, mentions))


async def _think(assistant: "Assistant", mentions: Sequence["Mention"]) -> None:
    """The turns are nobody's; a task that ends with them would have `asyncio.run` write them out for a message."""
    await assistant.respond(mentions)


async def _alone(server: "Server", listening: socket.socket, store: "Store", settings: "Settings") -> None:
    """The web server without the worker."""
    from assistant.compose.engine import in_use
    from assistant.workflows.forget_words import forget_regularly

    stop = asyncio.Event()
    with in_use(settings):
        async with asyncio.TaskGroup() as group:
            group.create_task(forget_regularly(store, stop))
            await server.serve(sockets=[listening])
            stop.set()


async def _both(server: "Server", listening: socket.socket, worker: "DurableWorker") -> None:
    """The web server with the worker beside it; the worker finishes what it does when the server stops."""
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(worker.run_forever(stop))
        group.create_task(_end_in_time(stop))
        try:
            await server.serve(sockets=[listening])
        finally:
            stop.set()


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family)
    except OSError as error:
        said = (error.strerror or "").partition(" (while")[0]
        raise Infrastructure(
            f"{host}:{port}: {said}; choose another --port (ASSISTANT_PORT) or --host (ASSISTANT_HOST)"
        ) from error
    with listening:
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else a kept connection waits 40 ms a request
        yield listening
