"""Another draft on an agent's wish: shown while it is written, kept as checked, never sent by itself."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.adapters.extractive import Extractive
from assistant.adapters.model_drafter import ModelDrafter
from assistant.adapters.scripted import ScriptedChat
from assistant.adapters.sql.reading import SqlReading
from assistant.compose import Assistant
from assistant.domain.automation import AutomationState
from assistant.domain.certificate import Permits
from assistant.domain.conversation import ConversationDetail
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import Decision
from assistant.errors import ModelUnavailable
from assistant.pipeline.respond import Pipeline
from assistant.prompts import Prompts
from assistant.web.app import create_app
from tests import pipeline_builders as build
from tests.desk_builders import make_turn

PROMPTS = Prompts(Path(__file__).parents[2] / "prompts")
FACT = "Every fare includes one small bag of up to 40x30x20 cm under the seat."
ANSWER = {"answered": True, "sentences": [{"text": FACT, "kind": "policy", "passages": ["P2"]}]}


def events(client: TestClient, turn_id: str, **body: object) -> list[tuple[str, dict[str, object]]]:
    answer = client.post(f"/api/turns/{turn_id}/redraft", json={"by": "ana", **body})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    blocks = [block.split("\n") for block in answer.text.strip().split("\n\n")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in blocks]


@pytest.fixture
def chat() -> ScriptedChat:
    return ScriptedChat([ANSWER, ANSWER], name="tiny")


@pytest.fixture
def modelled(assistant: Assistant, chat: ScriptedChat) -> Assistant:
    """The web's assistant with a real pipeline and a model that answers from a script."""
    embedder, pack = build.WordEmbedder(), build.pack()
    drafter = ModelDrafter(chat, PROMPTS, fallback=Extractive(PROMPTS))
    pipeline = Pipeline(
        pack=pack,
        embedder=embedder,
        languages=build.OneLanguage(),
        heads=build.KeywordHeads(),
        index=build.ListIndex(pack.articles, embedder),
        drafter=drafter,
        clock=lambda: build.NOW,
        automation=lambda: AutomationState(kill_switch=True),
        permits=lambda: Permits(rehearsal=True),
    )
    return replace(assistant, pack=pack, respond=pipeline, drafter=drafter)


def taken(client: TestClient) -> str:
    body = {"text": "How big can my cabin bag be?", "id": "1", "channel": "facebook", "author": {"handle": "ben"}}
    return str(client.post("/api/mentions?wait=1", json=body).json()["turn"]["id"])


def test_previews_grow_and_the_checked_draft_replaces_them(modelled: Assistant, chat: ScriptedChat) -> None:
    client = TestClient(create_app(modelled))
    before = taken(client)
    seen = events(client, before, instruction="Shorter, please.")
    names = [name for name, _ in seen]
    assert names == [*["preview"] * (len(seen) - 1), "draft"]
    assert len(seen) >= 2
    assert seen[-2][1] == {"text": FACT}
    record = seen[-1][1]
    assert record["number"] == 2
    assert record["turn"]["draft"]["text"].startswith(FACT)  # type: ignore[index]
    assert "automated reply" in record["turn"]["draft"]["text"]  # type: ignore[index]
    assert "Shorter, please." in chat.asked[-1].user
    kept = client.get(f"/api/turns/{record['id']}").json()
    assert kept == record
    with modelled.require_store().read() as look:
        assert [entry.event for entry in look.audit() if entry.actor == "ana"] == ["turn_redrafted"]


def test_what_would_be_sent_by_itself_waits_for_the_agent(assistant: Assistant) -> None:
    asked: list[str | None] = []

    async def respond(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        asked.append(instruction)
        decision = Decision.REVIEW if len(asked) == 1 else Decision.AUTO_REPLY
        return [make_turn(mention, decision) for mention in mentions]

    client = TestClient(create_app(replace(assistant, respond=respond)))
    body = {"text": "How big?", "id": "1", "channel": "x"}
    before = client.post("/api/mentions?wait=1", json=body).json()["turn"]
    (name, record), *rest = events(client, before["id"])
    assert (name, rest) == ("draft", [])
    assert record["turn"]["route"]["decision"] == "REVIEW"  # type: ignore[index]
    assert record["turn"]["route"]["reasons"] == ["redraft"]  # type: ignore[index]
    assert asked == [None, None]
    detail = client.get(f"/api/conversations/{record['conversation_id']}").json()
    assert detail["replies"] == []


def test_what_cant_be_drafted_again_is_refused_before_anything_is_streamed(client: TestClient) -> None:
    turn = client.post("/api/mentions?wait=1", json={"text": "my bag?", "id": "1", "channel": "x"}).json()["turn"]
    for turn_id, status, title in (("nobody-1", 404, "NotFound"), (turn["id"], 409, "AlreadyHandled")):
        refused = client.post(f"/api/turns/{turn_id}/redraft", json={"by": "ana"})
        assert (refused.status_code, refused.json()["title"]) == (status, title)


def test_a_stream_reads_its_message_before_and_after_it_writes(
    modelled: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To refuse what can't be drafted, and what happened meanwhile."""
    client = TestClient(create_app(modelled))
    turn = taken(client)
    read: list[str] = []
    detail = SqlReading.detail

    def counted(look: SqlReading, conversation_id: str) -> ConversationDetail:
        read.append(conversation_id)
        return detail(look, conversation_id)

    monkeypatch.setattr(SqlReading, "detail", counted)
    assert client.post(f"/api/turns/{turn}/redraft", json={"by": "ana"}).text.count("event: draft") == 1
    assert len(read) == 2


def test_trouble_while_it_is_written_arrives_as_a_problem(assistant: Assistant) -> None:
    async def respond(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        if instruction:
            raise ModelUnavailable("away")
        return [make_turn(mention, Decision.REVIEW) for mention in mentions]

    client = TestClient(create_app(replace(assistant, respond=respond)))
    turn = client.post("/api/mentions?wait=1", json={"text": "How big?", "id": "1"}).json()["turn"]
    ((name, problem),) = events(client, turn["id"], instruction="Shorter.")
    assert (name, problem["title"], problem["status"]) == ("problem", "ModelUnavailable", 503)


def test_the_console_shows_a_draft_while_it_is_written(modelled: Assistant) -> None:
    client = TestClient(create_app(modelled))
    turn = taken(client)
    conversation = client.get(f"/api/turns/{turn}").json()["conversation_id"]
    page = client.get(f"/conversations/{conversation}").text
    live = f"/conversations/{conversation}/redraft/live"
    assert f'data-live="{live}"' in page
    answer = client.post(live, data={"turn_id": turn, "instruction": "Shorter."})
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.startswith("event: preview")
    assert answer.text.count("event: draft") == 1
    assert client.post("/conversations/nowhere/redraft/live", data={"turn_id": turn}).status_code == 404
