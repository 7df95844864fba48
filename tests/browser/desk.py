"""A served console for browser tests: the real web layer, desk and store, on a free port of this machine."""

import asyncio
import shutil
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import uvicorn

from assistant.adapters.channels.file_drop import FileDrop
from assistant.adapters.sql.store import SqlStore
from assistant.compose import Assistant, heads_in_use, utc_now
from assistant.compose.renewal import Renewal
from assistant.desk.agents import add_agent
from assistant.desk.outbox import deliver_due, retract_due
from assistant.domain.agent import Role
from assistant.domain.brand import ChannelPolicy
from assistant.domain.draft import Citation, Draft
from assistant.domain.knowledge import ApprovedReply, Evidence, EvidenceRef, Hit, Passage
from assistant.domain.mention import Mention
from assistant.domain.routing import Sample
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import Reason, Visibility
from assistant.kb.import_articles import write_article
from assistant.kb.new_pack import NewBrand, new_pack
from assistant.ports import Clock, Vectors
from assistant.settings import Settings
from assistant.web.app import create_app
from assistant.workflows.answer import answer
from assistant.workflows.keep_articles import keep_articles
from tests.builders import HashEmbedder, OneCollection, QuickPasswords, an_article
from tests.desk_builders import make_draft, make_pack
from tests.stores import template
from tests.web.conftest import NamedDrafter
from tests.web.conftest import respond as by_keyword

PASSWORD = "correct horse battery"
STARTUP_S = 10
PASSAGE = Passage(
    id="bag-size@1#0",
    article_id="bag-size",
    version=1,
    title="Bag size",
    text="A cabin bag may measure 55 x 40 x 20 cm. It may weigh 10 kg.",
)


class OnePassage(OneCollection):
    """An index of a single passage."""

    fingerprint = "one"

    def replace(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        raise AssertionError("the console never writes the index")

    def search(self, queries: Sequence[str], vectors: Vectors, *, k: int) -> Sequence[Evidence]:
        return [Evidence(hits=(Hit(passage=PASSAGE, score=0.9),), answerable=0.8) for _ in queries]

    def get(self, passage_ids: Sequence[str]) -> Mapping[str, Passage]:
        return {PASSAGE.id: PASSAGE} if PASSAGE.id in passage_ids else {}

    def count(self) -> int:
        return 1


async def respond(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
    """By keyword; every turn found one passage. `quoting` ones cite it, `unknown` ones lack an answer, `blind` ones are
    audited so; `friendly` drafts have a tone; a wish makes another draft."""
    turns = await by_keyword(mentions, instruction=instruction)
    told = [_told(turn) for turn in turns]
    return [turn.model_copy(update={"draft": _wished(turn.draft)}) for turn in told] if instruction else told


def _wished(draft: Draft | None) -> Draft | None:
    """What is written to a wish."""
    return draft and make_draft("A cabin bag of 55 x 40 x 20 cm may come.")


def _told(turn: Turn) -> Turn:
    shown = EvidenceRef(article_id="bag-size", passage_id=PASSAGE.id, version=1, title=PASSAGE.title, score=0.9)
    text, draft, route = turn.mention.text, turn.draft, turn.route
    if draft and "friendly" in text:
        draft = make_draft("Don't worry.", "You can't take more than 10 kg.")
    if draft and "quoting" in text:
        cited = Citation(passage_id=PASSAGE.id, article_id="bag-size", version=1, quote="55 x 40 x 20 cm")
        first = draft.claims[0].model_copy(update={"citations": (cited,)})
        draft = draft.model_copy(update={"claims": (first, *draft.claims[1:])})
    if "unknown" in text:
        route = route.model_copy(update={"reasons": (*route.reasons, Reason.NO_EVIDENCE)})
    if "blind" in text:
        route = route.model_copy(update={"sample": Sample.BLIND, "candidate": True, "score": 0.9})
    return turn.model_copy(update={"evidence": (shown,), "draft": draft, "route": route})


def assistant_on(path: Path, *, undo_s: float = 10) -> Assistant:
    """A wired assistant on the store in `path`; a new one is at the newest schema already."""
    if not path.exists():
        shutil.copy(template(), path)
    article = an_article(
        "bag-size",
        title="Bag size",
        replies=[ApprovedReply(channels=("any",), visibility=Visibility.PUBLIC, text="Bags: 55 x 40 x 20 cm.")],
    ).model_copy(update={"review_by": date(2026, 1, 31), "path": "articles/bag-size.md"})
    folder = path.parent / "pack"
    if not folder.exists():
        new_pack(folder, NewBrand(name="Skylark"))
        write_article(folder / article.path, article)
    return _following(
        Assistant(
            folder=folder,
            settings=Settings(undo_s=undo_s, data_dir=path.parent / "data"),
            pack=make_pack().model_copy(update={"articles": (article,)}),
            respond=respond,
            embedder=HashEmbedder(),
            index=OnePassage(),
            drafter=NamedDrafter(),
            store=SqlStore(f"sqlite:///{path}"),
            channels={"x": FileDrop("x", path.parent / "sent")},
            clock=utc_now,
        )
    )


def _following(wired: Assistant) -> Assistant:
    """Takes up articles that are written; the search stays the one passage."""
    store = wired.require_store()
    with store.read() as look:
        begun = look.current_articles(wired.pack.brand.id)
    if not begun:
        keep_articles(wired.pack, store=store, clock=utc_now)
    heads = heads_in_use(wired.settings, wired.pack)
    renewal = Renewal(wired, rewire=lambda old, pack: replace(old, pack=pack), heads=heads)
    return renewal.begin_with(replace(wired, renewal=renewal))


class Desk:
    """One web process; `url` is where it answers."""

    def __init__(self, path: Path, *, port: int = 0, undo_s: float = 10) -> None:
        self.assistant = assistant_on(path, undo_s=undo_s)
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        app = self._app = create_app(self.assistant)
        config = uvicorn.Config(app, log_level="error", access_log=False, timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        app.state.stopping = lambda: self._server.should_exit
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        waited = 0.0
        while not self._server.started and waited < STARTUP_S:
            time.sleep(0.02)
            waited += 0.02

    def take(self, text: str, number: object = 1, *, handle: str = "@someone", **more: object) -> str:
        """A message comes in and is decided; the conversation's id."""
        row = {"id": str(number), "text": text, "author": {"handle": handle, "followers": 12_000}, "channel": "x"}
        (conversation_id,) = self._answered([self.assistant.parse({**row, **more}, position=str(number))])
        return conversation_id

    def take_many(self, text: str, first: int, count: int) -> list[str]:
        """So many messages of so many people come in at once."""
        rows = [
            {"id": str(n), "text": text, "author": {"handle": f"@many{n}"}, "channel": "x"}
            for n in range(first, first + count)
        ]
        return self._answered([self.assistant.parse(row, position=str(row["id"])) for row in rows])

    def _answered(self, mentions: Sequence[Mention]) -> list[str]:
        store = self.assistant.require_store()
        work = answer(mentions, store=store, respond=respond, pack=self.assistant.pack, clock=utc_now)
        with ThreadPoolExecutor(1) as beside:  # the browser's own loop runs in this thread
            return [record.conversation_id for record in beside.submit(asyncio.run, work).result()]

    def set_channels(self, *channels: ChannelPolicy) -> None:
        """From now on the brand uses these."""
        self.set_pack(channels=channels)

    def set_pack(self, **changes: object) -> None:
        """From now on these parts of the brand's pack are others."""
        pack = self.assistant.pack.model_copy(update=changes)
        self.assistant = replace(self.assistant, pack=pack, renewal=None)
        self._app.state.assistant = self.assistant

    def set_clock(self, clock: Clock) -> None:
        """From now on the console's pages ask this clock."""
        self.assistant = replace(self.assistant, clock=clock, renewal=None)
        self._app.state.assistant = self.assistant

    def deliver(self) -> None:
        """One pass of the outbox: what is due goes out, what people want gone is taken off."""
        wired = self.assistant
        store, brand_id = wired.require_store(), wired.pack.brand.id
        deliver_due(store, wired.channels, brand_id=brand_id, clock=utc_now)
        retract_due(store, wired.channels, brand_id=brand_id, clock=utc_now)

    def renew(self) -> None:
        """Take up what was written into the knowledge base, as this process does every half second."""
        assert self.assistant.renewal is not None
        self.assistant.renewal.renew()

    def write_twin(self, text: str, title: str = "Bag size") -> None:
        """Another article of the same summary, which says this."""
        assert self.assistant.folder is not None
        twin = an_article("bag-measures", title=title, body=text).model_copy(
            update={"path": "articles/bag-measures.md"}
        )
        write_article(self.assistant.folder / twin.path, twin)
        articles = (*self.assistant.pack.articles, twin)
        pack = self.assistant.pack.model_copy(update={"articles": articles})
        keep_articles(pack, store=self.assistant.require_store(), clock=utc_now)
        self.renew()

    def take_up(self) -> None:
        """What the worker does with articles that were written: search and drafts have them from now on."""
        store, brand_id = self.assistant.require_store(), self.assistant.pack.brand.id
        with store.begin() as tx:
            hashes = [each.content_hash for each in tx.current_articles(brand_id)]
            tx.put_in_use(brand_id, hashes, at=utc_now())

    def add_agent(self, name: str, role: Role, *queues: str) -> None:
        with self.assistant.require_store().begin() as tx:
            add_agent(
                tx, name=name, role=role, queues=queues, password=PASSWORD, passwords=QuickPasswords(), at=utc_now()
            )

    def replies(self, conversation_id: str) -> list[str]:
        with self.assistant.require_store().read() as look:
            return [f"{reply.state}: {reply.text}" for reply in look.detail(conversation_id).replies]

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(STARTUP_S)
        self._socket.close()
        self.assistant.require_store().close()

    def _serve(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._socket]))
