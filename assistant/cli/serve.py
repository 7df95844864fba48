"""`assistant serve` and `assistant work`: the service, and the worker alone."""

import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli import options
from assistant.errors import SettingInvalid

if TYPE_CHECKING:
    from assistant.compose import Assistant

LOCAL = {"127.0.0.1", "localhost", "::1"}


@click.command()
@click.option("--host", default=None, help="Address (default: ASSISTANT_HOST, 127.0.0.1).")
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="Port (default: ASSISTANT_PORT, 8000).")
@options.knowledge
def serve(host: str | None, port: int | None, knowledge: Path | None) -> int:
    """Serve the API and the console; answers waiting mentions and delivers replies in the same process."""
    from assistant import log
    from assistant.compose import open_assistant
    from assistant.settings import read_settings

    settings = read_settings()
    log.configure(level=settings.log_level, json=settings.log_as_json)
    with open_assistant(settings, knowledge=knowledge) as assistant:
        serve_assistant(assistant, host=host or settings.host, port=settings.port if port is None else port)
    return 0


def serve_assistant(assistant: "Assistant", *, host: str, port: int) -> None:
    """Serve until interrupted. Raises `SettingInvalid` where the address is not this machine's and no key is set."""
    import uvicorn

    from assistant.web.app import create_app

    if host not in LOCAL and assistant.settings.api_key is None:
        raise SettingInvalid(f"serving on {host} needs a key: set ASSISTANT_API_KEY, or serve on 127.0.0.1")
    listening = _bind(host, port)
    address = f"http://{host}:{listening.getsockname()[1]}"
    click.echo(f"console {address}/   API {address}/docs   health {address}/api/health   (Ctrl+C stops)", err=True)
    server = uvicorn.Server(uvicorn.Config(create_app(assistant), log_level="warning", access_log=False))
    with _working(assistant):
        server.run(sockets=[listening])
