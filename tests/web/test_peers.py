"""Customers who help customers, through the API and the console, with the worker's own round between."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.domain.knowledge import Passage
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import Decision
from assistant.web.app import create_app
from assistant.worker import Worker
from tests.desk.test_follow_up import Net
from tests.desk_builders import SetClock, make_draft, make_turn
from tests.peer_builders import FOUND, PASSAGE, RIGHT, WRONG, asking
from tests.web.conftest import OnePassage

CONSENT = {"languages": ["en"], "consent": "Agreed in the forum on 1 March.", "by": "lead"}
BEA = {"handles": [{"channel": "x", "handle": "@Bea"}], "topics": ["bag_size"], **CONSENT}


async def thinks(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
    """Every message is reviewed, on one passage."""
    turns = (make_turn(mention, Decision.REVIEW, draft=make_draft(RIGHT, disclosed=False)) for mention in mentions)
    return [turn.model_copy(update={"evidence": (FOUND,)}) for turn in turns]


class Knowing(OnePassage):
    """An index that knows how big a bag may be."""

    def get(self, passage_ids: Sequence[str]) -> Mapping[str, Passage]:
        return {PASSAGE.id: PASSAGE} if PASSAGE.id in passage_ids else {}


class Place:
    """The served assistant, its network, and a worker that a test lets run."""

    def __init__(self, assistant: Assistant, clock: SetClock) -> None:
        self.net, self.clock = Net(), clock
        pack, index = asking(assistant.pack), Knowing()
        self.assistant = replace(assistant, pack=pack, respond=thinks, channels={"x": self.net}, index=index)
        self.client = TestClient(create_app(self.assistant))

    def says(self, number: str, text: str, handle: str, **more: str) -> dict[str, str]:
        row = {"id": number, "text": text, "author": {"handle": handle}, **more}
        said: dict[str, str] = self.client.post("/api/mentions?wait=1", json=row).json()
        return said

    def works(self, minutes: float = 0) -> None:
        """A new worker each time: nothing but the store remembers."""
        self.clock.now += timedelta(minutes=minutes)
        worker = Worker(
            store=self.assistant.require_store(),
            respond=thinks,
            pack=self.assistant.pack,
            channels={"x": self.net},
            clock=self.clock,
            passages=self.assistant.passages,
        )
        asyncio.run(worker.run_once())

    def at_desk(self, said: dict[str, str]) -> dict[str, object]:
        seen: dict[str, object] = self.client.get(f"/api/conversations/{said['conversation_id']}/desk").json()
        return seen

    def page(self, said: dict[str, str]) -> str:
        return self.client.get(f"/conversations/{said['conversation_id']}").text


@pytest.fixture
def place(assistant: Assistant, clock: SetClock) -> Place:
    return Place(assistant, clock)


def test_from_consent_to_thanks(place: Place) -> None:
    agreed = place.client.post("/api/advocates", json=BEA).json()
    asked = place.says("q1", "How big may my bag be?", "ann")
    place.works()
    (invite,) = place.client.get("/api/peer-invites?only_open=true").json()
    assert invite["advocate"] == agreed["id"]
    assert place.net.posts[-1].text.startswith("@bea, could you help out here?")
    assert "@bea invited, has until 09:31 UTC" in place.page(asked)
    place.says("a1", f"@ann {RIGHT}", "bea", in_reply_to="q1")
    place.works()
    place.works()
    assert [each.in_reply_to for each in place.net.posts] == ["q1", "a1"]
    assert place.at_desk(asked)["peers"][0]["ended"] == "confirmed"  # type: ignore[index]
    assert "borne out by the knowledge base, and thanked" in place.page(asked)
    assert place.client.get("/api/peer-invites?only_open=true").json() == []


def test_a_wrong_answer_waits_as_a_correcting_draft(place: Place) -> None:
    place.client.post("/api/advocates", json=BEA)
    asked = place.says("q1", "How big may my bag be?", "ann")
    place.works()
    place.says("a1", WRONG, "bea", in_reply_to="q1")
    place.works()
    assert len(place.net.posts) == 1
    shown = place.page(asked)
    assert "Thanks, everybody. To be on the safe side" in shown
    assert "A customer answered this, and the knowledge base says otherwise." in shown
    served = place.at_desk(asked)["served"]
    assert (served["chosen"], served["strategy"], served["tier"]) == ("peer", "employee", "social_agent")  # type: ignore[index]


def test_nobody_answers_and_a_person_serves(place: Place) -> None:
    place.client.post("/api/advocates", json=BEA)
    asked = place.says("q1", "How big may my bag be?", "ann")
    place.works()
    assert (
        place.client.get(f"/api/conversations/{asked['conversation_id']}").json()["conversation"]["state"] == "snoozed"
    )
    place.works(31)
    assert place.client.get(f"/api/conversations/{asked['conversation_id']}").json()["conversation"]["state"] == "open"
    assert "didn&#39;t answer in time" in place.page(asked)


def test_consent_is_asked_for_and_leaving_is_final(place: Place) -> None:
    assert place.client.post("/api/advocates", json={**BEA, "consent": " "}).status_code == 403
    assert place.client.post("/api/advocates", json={**BEA, "topics": ["gardening"]}).status_code == 422
    agreed = place.client.post("/api/advocates", json=BEA).json()
    assert place.client.get("/api/advocates").json() == [agreed]
    assert place.client.post(f"/api/advocates/{agreed['id']}/leave", json={"by": "lead"}).status_code == 200
    assert place.client.post(f"/api/advocates/{agreed['id']}/leave", json={"by": "lead"}).status_code == 404
    place.says("q1", "How big may my bag be?", "ann")
    assert place.client.get("/api/peer-invites").json() == []
