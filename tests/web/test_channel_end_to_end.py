"""A signed webhook in, an answer out through the outbox to another server: web, worker and network, all real."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.adapters.channels.connected import Connected
from assistant.adapters.dbos_work import DbosWork
from assistant.adapters.sql.presence import FilePresence
from assistant.compose import Assistant, utc_now
from assistant.domain.brand import ChannelPolicy, Connection
from assistant.web.app import create_app
from assistant.worker import Worker
from assistant.worker.durable import DurableWorker
from assistant.workflows.hear import connect
from tests.desk_builders import make_understanding
from tests.rigs.telegram import TelegramRig
from tests.rigs.webhook import WebhookRig

pytestmark = [pytest.mark.network, pytest.mark.anyio]
PATIENCE_S = 20


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def channels_of(assistant: Assistant) -> dict[str, Connected]:
    store, made = assistant.require_store(), {}
    for name, link in assistant.links.items():
        connect(store, channel=name, kind=link.kind, approval="", brand_id="skylark", clock=utc_now)
        made[name] = Connected(name, link, store, utc_now)
    return made


@asynccontextmanager
async def working(worker: Worker | DurableWorker) -> AsyncIterator[None]:
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(worker.run_forever(stop))
        try:
            yield
        finally:
            stop.set()


async def until(there: Callable[[], bool]) -> None:
    await asyncio.to_thread(_seen, there)


def _seen(there: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not there():
        assert time.monotonic() < end
        time.sleep(0.05)


def plain(assistant: Assistant) -> Worker:
    return Worker(
        store=assistant.require_store(),
        respond=assistant.respond,
        pack=assistant.pack,
        channels=channels_of(assistant),
        clock=utc_now,
        links=assistant.links,
    )


def durable(assistant: Assistant, folder: Path, presence: FilePresence) -> DurableWorker:
    return DurableWorker(
        store=assistant.require_store(),
        respond=assistant.respond,
        glance=lambda mentions: [make_understanding() for _ in mentions],
        pack=assistant.pack,
        channels=channels_of(assistant),
        clock=utc_now,
        work=DbosWork(f"sqlite:///{folder}/work.db", name=presence.name, brand_id=assistant.pack.brand.id),
        presence=presence,
        links=assistant.links,
    )


def deliver(client: TestClient, rig: WebhookRig) -> None:
    for delivery in rig.deliveries():
        assert client.post("/webhooks/webhook", content=delivery.body, headers=dict(delivery.headers)).text == "ok"


@pytest.mark.parametrize("engine", ["plain", "durable"])
async def test_what_may_go_out_by_itself_does(assistant: Assistant, tmp_path: Path, engine: str) -> None:
    rig, presence = WebhookRig(), FilePresence(tmp_path / "running")
    connected = _with(assistant, "webhook", rig)
    worker = plain(connected) if engine == "plain" else durable(connected, tmp_path, presence)
    client = TestClient(create_app(connected))
    async with working(worker):
        said = rig.say("How big may my bag be?")
        await asyncio.to_thread(deliver, client, rig)
        await until(lambda: len(rig.answers(said)) == 1)
    assert "automated" in rig.answers(said)[0]
    presence.close()
    rig.link.close()
    rig.server.close()


async def test_what_a_person_approves_goes_out_too(assistant: Assistant) -> None:
    rig = WebhookRig()
    connected = _with(assistant, "webhook", rig)
    client = TestClient(create_app(connected))

    def waiting() -> list[dict[str, object]]:
        return list(client.get("/api/conversations", params={"state": "open"}).json()["items"])

    async with working(plain(connected)):
        said = rig.say("Where is it?")
        await asyncio.to_thread(deliver, client, rig)
        await until(lambda: any(one["decision"] == "REVIEW" for one in waiting()))
        assert list(rig.answers(said)) == []
        await asyncio.to_thread(_approve, client, waiting()[0])
        await until(lambda: len(rig.answers(said)) == 1)
    rig.link.close()
    rig.server.close()


async def test_only_the_leader_listens_and_another_one_takes_over(assistant: Assistant, tmp_path: Path) -> None:
    rig = TelegramRig()
    connected = _with(assistant, "telegram", rig)
    first, second = FilePresence(tmp_path / "running"), FilePresence(tmp_path / "running")
    assert first.leads()
    async with working(durable(connected, tmp_path, second)):
        rig.say("How big may my bag be?")
        await asyncio.sleep(1.2)  # more than two looks at who leads
        assert [asked for asked in rig.server.asked if asked.path.endswith("getUpdates")] == []
        first.close()
        await until(lambda: any(asked.path.endswith("sendMessage") for asked in rig.server.asked))
    second.close()
    rig.link.close()
    rig.server.close()


def _with(assistant: Assistant, name: str, rig: WebhookRig | TelegramRig) -> Assistant:
    policy = ChannelPolicy(name=name, connect=Connection(kind=name))
    pack = assistant.pack.model_copy(update={"channels": (policy,)})
    settings = assistant.settings.model_copy(update={"undo_s": 0})
    return replace(assistant, settings=settings, pack=pack, links={name: rig.link}, clock=utc_now)


def _approve(client: TestClient, conversation: dict[str, object]) -> None:
    found = client.get(f"/api/conversations/{conversation['id']}").json()
    version = found["conversation"]["version"]
    review = {"disposition": "accepted", "seen_version": version, "by": "desk-1"}
    done = client.post(f"/api/turns/{found['turns'][-1]['id']}/review", json=review)
    assert done.status_code == 200, done.text
