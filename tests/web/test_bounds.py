"""Whatever is sent, and however much of it: bounded, and what can't be done goes to people and says so. Over HTTP."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from assistant.adapters.circuit_breaker import CircuitBreaker
from assistant.adapters.extractive import Extractive
from assistant.adapters.guarded_chat import AnswerCache, GuardedChat
from assistant.adapters.model_budget import ModelBudget
from assistant.adapters.model_drafter import ModelDrafter
from assistant.adapters.scripted import ScriptedChat
from assistant.compose import Assistant
from assistant.domain.mention import MAX_TEXT, MAX_THREAD, Mention
from assistant.domain.turn import Turn
from assistant.domain.understanding import Understanding
from assistant.domain.vocabulary import Decision, Reason, Urgency
from assistant.prompts import Prompts
from assistant.web.app import create_app
from assistant.workflows.dispatch import Desk, dispatch
from assistant.workflows.intake_groups import IntakeGroups
from tests import pipeline_builders as build
from tests.desk_builders import SetClock, make_turn, make_understanding
from tests.pipeline.test_respond import QUESTION, pipeline
from tests.web.conftest import respond
from tests.workflows.test_dispatch import Alive, Ledger

PROMPTS = Prompts(Path(__file__).parents[2] / "prompts")


@pytest.fixture
def delivering(assistant: Assistant) -> Iterator[Assistant]:
    """With intake in groups, as every process that serves."""
    intake = IntakeGroups(assistant.require_store(), assistant.clock)
    yield replace(assistant, intake=intake)
    intake.close()


def kept(client: TestClient, taken: dict[str, Any]) -> dict[str, Any]:
    detail = client.get(f"/api/conversations/{taken['conversation_id']}").json()
    mention: dict[str, Any] = detail["mentions"][-1]
    return mention


@pytest.mark.parametrize("path", ["/api/mentions", "/api/mentions?wait=1"])
def test_a_body_that_comes_in_pieces_is_counted(delivering: Assistant, path: str) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"id": "1", "text": "'
        for _ in range(21):
            yield b"a" * 100_000
        yield b'"}'

    client = TestClient(create_app(delivering))
    refused = client.post(path, content=pieces(), headers={"content-type": "application/json"})
    assert (refused.status_code, refused.headers["content-type"]) == (413, "application/problem+json")
    with delivering.require_store().read() as look:
        assert look.backlog(brand_id="skylark", limit=9) == 0


def test_long_texts_and_threads_are_cut_and_say_so(delivering: Assistant) -> None:
    client = TestClient(create_app(delivering))
    thread = [{"role": "customer", "text": f"m{number}"} for number in range(5_000)]
    body = {"id": "1", "text": "a" * 1_500_000, "channel": "x", "thread": thread}
    cut = kept(client, client.post("/api/mentions", json=body).json())
    assert (len(cut["text"]), len(cut["thread"]), cut["truncated"]) == (MAX_TEXT, MAX_THREAD, True)
    assert [cut["thread"][0]["text"], cut["thread"][-1]["text"]] == ["m4950", "m4999"]
    whole = kept(client, client.post("/api/mentions", json={**body, "id": "2", "text": "a", "thread": []}).json())
    assert whole["truncated"] is False


@pytest.mark.parametrize(
    ("path", "status"), [(f"/api/conversations?limit={10**6}", 422), ("/api/conversations?after=" + "a" * 101, 422)]
)
def test_pages_and_places_are_bounded(delivering: Assistant, path: str, status: int) -> None:
    assert TestClient(create_app(delivering)).get(path).status_code == status


def test_an_id_longer_than_any_network_gives_is_refused(delivering: Assistant) -> None:
    refused = TestClient(create_app(delivering)).post("/api/mentions", json={"id": "1" * 401, "text": "a"})
    assert (refused.status_code, refused.json()["fields"][0]["field"]) == (422, "id")


async def test_more_than_may_wait_goes_to_people_and_says_why_except_the_urgent(delivering: Assistant) -> None:
    client = TestClient(create_app(delivering))
    ids = [str(number) for number in range(8)]
    taken = {each: client.post("/api/mentions", json={"id": each, "text": "bag?"}).json() for each in ids}
    work = Ledger()
    desk = Desk(
        store=delivering.require_store(),
        glance=glance,
        respond=respond,
        work=work,
        presence=Alive(),
        pack=delivering.pack,
        clock=delivering.clock,
        shed=shed,
        most_waiting=3,
    )
    await dispatch(desk, limit=64)
    assert set(work.owed) == {taken["0"]["mention_id"]}
    listed = client.get("/api/conversations", params={"decision": "HANDOFF"}).json()["items"]
    assert {each["id"] for each in listed} == {taken[each]["conversation_id"] for each in ids[1:]}
    turns = client.get(f"/api/conversations/{taken['1']['conversation_id']}").json()["turns"]
    assert [each["turn"]["route"]["reasons"] for each in turns] == [["overloaded"]]


def test_where_the_hour_s_tokens_are_spent_the_answer_comes_without_the_model(assistant: Assistant) -> None:
    clock, script = SetClock(), ScriptedChat([{"answered": False, "sentences": []}] * 9)
    budget = ModelBudget(clock, tokens=1)
    chat = GuardedChat(script, cache=AnswerCache(clock, size=1), budget=budget, breaker=CircuitBreaker(clock))
    drafter = ModelDrafter(chat, PROMPTS, fallback=Extractive(PROMPTS))
    wired = replace(assistant, pack=build.pack(), respond=pipeline(drafter=drafter), drafter=drafter)
    answer = TestClient(create_app(wired)).post(
        "/api/mentions?wait=1", json={"id": "1", "text": QUESTION, "channel": "x"}
    )
    assert answer.status_code == 200
    turn = answer.json()["turn"]["turn"]
    assert script.asked == []
    assert turn["draft"]["claims"][0]["citations"][0]["article_id"] == "cabin-bags"
    assert turn["route"]["decision"] in {"AUTO_REPLY", "REVIEW"}


def glance(mentions: Sequence[Mention]) -> Sequence[Understanding]:
    """The first is urgent."""
    levels = {"0": Urgency.HIGH}
    return [make_understanding(urgency=levels.get(mention.external_id, Urgency.LOW)) for mention in mentions]


def shed(mentions: Sequence[Mention]) -> Sequence[Turn]:
    turns = [make_turn(mention, Decision.HANDOFF) for mention in mentions]
    return [
        turn.model_copy(update={"route": turn.route.model_copy(update={"reasons": (Reason.OVERLOADED,)})})
        for turn in turns
    ]
