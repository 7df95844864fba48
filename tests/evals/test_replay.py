"""A change beside what people sent: the same, safer, worse, or nobody can tell; and how sure that is."""

import pytest

from assistant.domain.guardrail import Finding
from assistant.domain.turn import FELL_BACK, Turn
from assistant.domain.vocabulary import Decision, Severity
from assistant.evals.replay import Replay, Told, Verdict, Worth, compare, worth
from assistant.evals.replay_page import page_of
from tests.desk_builders import DISCLOSURE, make_draft, make_mention, make_pack, make_turn

PACK = make_pack()
RIGHT, WRONG = "A cabin bag may measure 55 x 40 x 20 cm.", "A cabin bag may measure 60 x 45 x 25 cm."
SENT = Told(text=f"A cabin bag may measure 55 x 40 x 20 cm. {DISCLOSURE}")
OWN = Told(
    text="Hello Ann, the limit for what you carry on board is 55 x 40 x 20 cm on every one of our fares, promised."
)
SILENT, NOTHING = Told(silent=True), Told()


def turn(decision: Decision, text: str = RIGHT) -> Turn:
    draft = make_draft(text) if decision in {Decision.AUTO_REPLY, Decision.REVIEW} else None
    return make_turn(make_mention(), decision).model_copy(update={"draft": draft})


AUTO, REVIEW, HANDOFF, QUIET = Decision.AUTO_REPLY, Decision.REVIEW, Decision.HANDOFF, Decision.NO_REPLY


@pytest.mark.parametrize(
    ("given", "told", "expected"),
    [
        (turn(AUTO), SENT, Worth.RIGHT),
        (turn(AUTO), OWN, Worth.RIGHT),
        (turn(AUTO, WRONG), SENT, Worth.WRONG),
        (turn(AUTO, "A cabin bag must not measure 55 x 40 x 20 cm."), SENT, Worth.WRONG),
        (turn(AUTO), SILENT, Worth.WRONG),
        (turn(AUTO, "Please see our pages about bags."), SENT, Worth.UNKNOWN),
        (turn(AUTO), NOTHING, Worth.UNKNOWN),
        (turn(REVIEW), SENT, Worth.RIGHT_DRAFT),
        (turn(REVIEW, WRONG), SENT, Worth.WRONG_DRAFT),
        (turn(REVIEW), NOTHING, Worth.PERSON),
        (turn(HANDOFF), SENT, Worth.PERSON),
        (turn(QUIET), SILENT, Worth.RIGHT),
        (turn(QUIET), SENT, Worth.WRONG),
        (turn(QUIET), NOTHING, Worth.UNKNOWN),
    ],
)
def test_what_a_decision_is_worth_by_what_people_did(given: Turn, told: Told, expected: Worth) -> None:
    assert worth(given, told, PACK) is expected


def one(before: Turn, after: Turn, told: Told) -> Verdict:
    found = compare([before], [after], [told], pack=PACK, change="prompts=new")
    return found.cases[0].verdict


@pytest.mark.parametrize(
    ("before", "after", "told", "verdict"),
    [
        (turn(AUTO), turn(AUTO), NOTHING, Verdict.SAME),
        (turn(AUTO, WRONG), turn(HANDOFF), SENT, Verdict.SAFER),
        (turn(AUTO, WRONG), turn(AUTO), SENT, Verdict.SAFER),
        (turn(AUTO), turn(AUTO, WRONG), SENT, Verdict.WORSE),
        (turn(HANDOFF), turn(QUIET), SENT, Verdict.WORSE),
        (turn(REVIEW), turn(HANDOFF), SENT, Verdict.WORSE),
        (turn(HANDOFF), turn(AUTO), NOTHING, Verdict.UNCLEAR),
        (turn(REVIEW), turn(REVIEW, WRONG), NOTHING, Verdict.UNCLEAR),
        (turn(AUTO), turn(AUTO, f"{RIGHT} Have a good trip!"), SENT, Verdict.SAME),
    ],
)
def test_a_change_is_judged_by_what_people_did(before: Turn, after: Turn, told: Told, verdict: Verdict) -> None:
    assert one(before, after, told) is verdict


def many(worse: int, safer: int, same: int) -> Replay:
    pairs = [(turn(AUTO), turn(AUTO, WRONG))] * worse + [(turn(AUTO, WRONG), turn(AUTO))] * safer
    pairs += [(turn(AUTO), turn(AUTO))] * same
    before, after = [old for old, _ in pairs], [new for _, new in pairs]
    return compare(before, after, [SENT] * len(pairs), pack=PACK, change="<b>prompts=new</b>")


def test_each_verdict_has_its_number_and_interval() -> None:
    found = many(2, 3, 15)
    parts = {part.verdict: part for part in found.parts}
    assert [parts[verdict].n for verdict in Verdict] == [15, 3, 2, 0]
    assert parts[Verdict.SAME].low == pytest.approx(0.531, abs=0.001)
    assert (found.mentions, found.acted_on, found.decisions[AUTO]) == (20, 20, (20, 20))
    assert [case.verdict for case in found.cases[:5]] == [Verdict.WORSE] * 2 + [Verdict.SAFER] * 3
    assert parts[Verdict.UNCLEAR].low == 0.0


@pytest.mark.parametrize(("worse", "safer", "is_worse"), [(5, 0, False), (6, 0, True), (6, 3, False), (0, 6, False)])
def test_it_is_worse_where_chance_would_seldom_do_that(worse: int, safer: int, is_worse: bool) -> None:
    assert many(worse, safer, 10).is_worse is is_worse


def test_the_page_shows_what_is_not_the_same_and_escapes_everything() -> None:
    page = page_of(many(1, 1, 1))
    assert page.count("<article") == 2
    assert "&lt;b&gt;prompts=new" in page
    assert "60 x 45 x 25 cm" in page


def test_where_the_model_could_not_be_used_nothing_is_told() -> None:
    """A model that was away looked like no change at all: its fallback wrote the same drafts."""
    note = Finding(guardrail=FELL_BACK, severity=Severity.NOTE, message="new could not be used")
    fallen = turn(AUTO).model_copy(update={"findings": (note,)})
    before, told = [turn(AUTO)] * 20, [SENT] * 20
    found = compare(before, [fallen, *before[1:]], told, pack=PACK, change="model=new")
    assert (found.cases[0].verdict, found.cases[0].why) == (Verdict.UNCLEAR, "the drafter could not be used")
    assert (found.fell_back, found.is_void) == (1, False)
    assert compare(before, [fallen, fallen, *before[2:]], told, pack=PACK, change="model=new").is_void
