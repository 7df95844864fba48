"""A wired assistant in memory: the real web layer, desk and store around a respond that decides by keyword."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.desk.agents import add_agent
from assistant.domain.agent import Role
from assistant.domain.knowledge import Evidence, Hit, Passage
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import Decision
from assistant.ports import Drafted, DraftRequest, Vectors
from assistant.settings import Settings
from assistant.web.app import create_app
from tests.builders import HashEmbedder, OneCollection, QuickPasswords
from tests.desk_builders import NOW, SetClock, make_draft, make_pack, make_turn
from tests.stores import new_store

PASSWORD = "correct horse battery"
PASSAGE = Passage(id="bag-size@1#0", article_id="bag-size", version=1, title="Bag size", text="55 x 40 x 20 cm.")


class OnePassage(OneCollection):
    """An index of a single passage."""

    fingerprint = "one"

    def replace(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        raise AssertionError("the web never writes the index")

    def search(self, queries: Sequence[str], vectors: Vectors, *, k: int) -> Sequence[Evidence]:
        return [Evidence(hits=(Hit(passage=PASSAGE, score=0.9),), answerable=0.8) for _ in queries]

    def get(self, passage_ids: Sequence[str]) -> Mapping[str, Passage]:
        return {PASSAGE.id: PASSAGE} if PASSAGE.id in passage_ids else {}

    def count(self) -> int:
        return 1


class NamedDrafter:
    name = "extractive"
    fingerprint = "named"

    async def draft(self, request: DraftRequest) -> Drafted:
        raise AssertionError("drafting is the pipeline's business")


async def respond(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
    """`bag` is answered, `spam` ignored, `help` needs a person, anything else is reviewed."""
    return [_turn(mention) for mention in mentions]


def _turn(mention: Mention) -> Turn:
    words = {"bag": Decision.AUTO_REPLY, "spam": Decision.NO_REPLY, "help": Decision.HANDOFF}
    decision = next((words[word] for word in words if word in mention.text), Decision.REVIEW)
    turn = make_turn(mention, decision)
    return turn.model_copy(update={"draft": make_draft()}) if decision is Decision.REVIEW else turn


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW + timedelta(minutes=1))


@pytest.fixture
def assistant(clock: SetClock, tmp_path: Path) -> Assistant:
    return Assistant(
        settings=Settings(data_dir=tmp_path / "data"),
        pack=make_pack(),
        respond=respond,
        embedder=HashEmbedder(),
        index=OnePassage(),
        drafter=NamedDrafter(),
        store=new_store(),
        channels={},
        clock=clock,
    )


@pytest.fixture
def client(assistant: Assistant) -> TestClient:
    return TestClient(create_app(assistant))


@pytest.fixture
def locked(assistant: Assistant) -> TestClient:
    """The same, behind a key."""
    settings = assistant.settings.model_copy(update={"api_key": SecretStr("open sesame")})
    return TestClient(create_app(replace(assistant, settings=settings)))


@pytest.fixture
def staffed(client: TestClient, assistant: Assistant) -> TestClient:
    """Ana is an agent and Sue a supervisor: nobody is in unless they sign in."""
    with assistant.require_store().begin() as tx:
        for name, role in (("Ana", Role.AGENT), ("Sue", Role.SUPERVISOR)):
            at = assistant.clock()
            add_agent(tx, name=name, role=role, queues=(), password=PASSWORD, passwords=QuickPasswords(), at=at)
    return client
