"""A conversation at another desk never has two owners, in whatever order customers, people and the assistant act."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assistant.compose import utc_now
from assistant.desk.act import act
from assistant.domain.beside import Place
from assistant.domain.vocabulary import ConversationState, Decision
from assistant.ports import Beside
from assistant.workflows.beside import write_notes
from tests.contract.channel_promises import Desk
from tests.desk_builders import make_draft, make_turn
from tests.rigs.help_desks import AGENT, ChatwootRig, FreshdeskRig, HelpDeskRig, ZammadRig, ZendeskRig

pytestmark = pytest.mark.network

STEPS = ("say", "answer", "hand over", "deliver", "note", "take over", "answer", "deliver")
MAKES = {"chatwoot": ChatwootRig, "freshdesk": FreshdeskRig, "zammad": ZammadRig, "zendesk": ZendeskRig}


class Both:
    """The assistant's desk and the other one."""

    def __init__(self, rig: HelpDeskRig, place: Place) -> None:
        self.rig = rig
        self.place = place
        self.desk = Desk(rig)
        self.number = 0

    def theirs(self) -> bool:
        """Whether people at the other desk have the conversation."""
        if self.place is Place.DESK:
            return self.rig.owner == AGENT
        return self.place is Place.DRAFT or self.rig.belongs_to_people()

    def answers(self) -> int:
        return sum(not one["private"] and one["by"] not in {9, AGENT} for one in self.rig.said)

    def do(self, step: str) -> None:
        match step:
            case "say":
                self.number += 1
                self.rig.say(f"Question {self.number}?")
                self.desk.listen()
            case "answer" | "hand over":
                self._think(Decision.AUTO_REPLY if step == "answer" else Decision.HANDOFF)
            case "deliver":
                self.desk.deliver(later_s=60)
            case "note":
                self._note()
            case _:
                self.rig.person_takes_over()

    def _think(self, decision: Decision) -> None:
        for mention in self.desk.mentions():
            text = f"Automated answer: number {self.number} may measure {self.number} cm."
            with self.desk.store.begin() as tx:
                turn = make_turn(mention, decision, draft=make_draft(text, disclosed=False))
                act(tx, turn, pack=self.desk.pack, at=utc_now())

    def _note(self) -> None:
        link = self.rig.link
        assert isinstance(link, Beside)
        write_notes(link, channel=self.desk.name, store=self.desk.store, pack=self.desk.pack, clock=utc_now)

    def waits_here(self) -> bool:
        with self.desk.store.read() as look:
            page = look.conversations(brand_id="skylark", limit=9)
        return any(one.state is not ConversationState.RESOLVED for one in page)

    def close(self) -> None:
        self.desk.store.close()
        self.rig.link.close()
        self.rig.server.close()


@pytest.mark.parametrize("name", MAKES)
@settings(max_examples=5, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@example(place=Place.TIER_ONE, steps=["answer", "take over", "deliver"])
@example(place=Place.TIER_ONE, steps=["take over", "answer", "say", "hand over", "note", "answer", "deliver"])
@example(place=Place.DESK, steps=["answer", "take over", "deliver"])
@given(place=st.sampled_from(Place), steps=st.permutations(STEPS))
def test_nobody_answers_what_people_there_have(name: str, place: Place, steps: list[str]) -> None:
    both = Both(MAKES[name](place), place)
    try:
        for step in ("say", *steps):
            theirs, before = both.theirs(), both.answers()
            both.do(step)
            if theirs or step != "deliver":
                assert both.answers() == before, f"{step} answered {place} in spite of people"
        for step in ("answer", "deliver", "note"):
            both.do(step)
        if both.theirs() and place is not Place.DESK:
            assert not both.waits_here()
    finally:
        both.close()
