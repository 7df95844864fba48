"""One process of the product for the fault tests: real web, store, engine, outbox and HTTP; thinking is one line.

`python -m tests.faults.process web|work DATABASE_URL WORK_URL FOLDER PLATFORM_URL PATIENCE_S [PORT]`; who has a
patience of 0 waits for ever.
"""

import asyncio
import signal
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from assistant import log
from assistant.adapters.dbos_work import DbosWork
from assistant.adapters.sql.presence import FilePresence, PostgresPresence
from assistant.adapters.sql.store import SqlStore
from assistant.compose import Assistant, utc_now
from assistant.domain.conversation import Reply
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.understanding import Understanding
from assistant.domain.vocabulary import Stance
from assistant.errors import ChannelBusy, ChannelUnavailable
from assistant.ports import Presence
from assistant.settings import Settings
from assistant.web.app import create_app
from assistant.worker.durable import DurableWorker
from assistant.workflows.intake_groups import IntakeGroups
from tests.builders import HashEmbedder
from tests.desk_builders import make_pack, make_turn, make_understanding
from tests.web.conftest import NamedDrafter, OnePassage

TIMEOUT_S = 1.0


class HttpChannel:
    """Posts to the platform; has no idempotency key, so only the outbox's look-up keeps it to one post."""

    name = "x"

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=TIMEOUT_S)

    def send(self, reply: Reply) -> str:
        answer = self._call("POST", "/posts", {"key": reply.delivery_key, "to": reply.in_reply_to, "text": reply.text})
        return str(answer["id"])

    def find(self, delivery_key: str) -> str | None:
        found = self._call("GET", f"/posts?key={delivery_key}", None)
        return str(found[0]["id"]) if found else None

    def _call(self, method: str, path: str, body: object) -> Any:  # noqa: ANN401  # JSON
        try:
            response = self._http.request(method, path, json=body)
        except httpx.HTTPError as failure:
            raise ChannelUnavailable(f"no answer: {type(failure).__name__}") from failure
        if response.status_code == 429:
            raise ChannelBusy("x", float(response.headers["Retry-After"]))
        if response.is_error:
            raise ChannelUnavailable(f"status {response.status_code}")
        return response.json()


async def respond(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
    return [make_turn(mention) for mention in mentions]


def glance(mentions: Sequence[Mention]) -> Sequence[Understanding]:
    """One in ten wants no answer by the look of it; thinking answers all the same."""
    silent = {"respond": False, "stance": Stance.PRAISE}
    read = make_understanding()
    return [read.model_copy(update=silent) if mention.external_id.endswith("0") else read for mention in mentions]


def presence_of(url: str, folder: Path, patience_s: float | None) -> Presence:
    return (
        PostgresPresence(url, patience_s=patience_s) if url.startswith("postgres") else FilePresence(folder / "running")
    )


async def work(database: str, engine: str, folder: Path, platform: str, patience_s: float | None) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    with (
        closing(presence_of(database, folder, patience_s)) as presence,
        closing(SqlStore(database, patience_s=patience_s)) as store,
    ):
        worker = DurableWorker(
            store=store,
            respond=respond,
            glance=glance,
            pack=make_pack(),
            channels={"x": HttpChannel(platform)},
            clock=utc_now,
            work=DbosWork(engine, name=presence.name, brand_id="skylark", patience_s=patience_s),
            presence=presence,
        )
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await worker.run_forever(stop)


def web(database: str, port: int, patience_s: float | None) -> None:
    with closing(SqlStore(database, patience_s=patience_s)) as store:
        assistant = Assistant(
            settings=Settings(),
            pack=make_pack(),
            respond=respond,
            embedder=HashEmbedder(),
            index=OnePassage(),
            drafter=NamedDrafter(),
            store=store,
            channels={},
            clock=utc_now,
            intake=IntakeGroups(store, utc_now),
        )
        uvicorn.run(create_app(assistant), port=port, log_level="error", access_log=False)


def main(arguments: Sequence[str]) -> None:
    log.configure(level="warning", json=True)
    role, database, engine, folder, platform, patience, *port = arguments
    patience_s = float(patience) or None
    if role == "web":
        web(database, int(port[0]), patience_s)
    else:
        asyncio.run(work(database, engine, Path(folder), platform, patience_s))


if __name__ == "__main__":
    main(sys.argv[1:])
