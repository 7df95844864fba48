"""Which recorded turns another chart would lead elsewhere."""

from assistant.charts.diff import diff
from assistant.domain.routing import Route
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import Decision
from tests.chart_builders import a_mention, an_understanding, small, the_pack


def a_turn(mention_id: str, *, understood: bool = True, **given: object) -> Turn:
    """A recorded turn; what it was routed to plays no part."""
    return Turn(
        mention_id=mention_id,
        mention=a_mention(given),
        understanding=an_understanding(given) if understood else None,
        route=Route(decision=Decision.REVIEW, reasons=(), queue="care", due_at=None, slice="larkspur/x/none"),
    )


_TURNS = (
    a_turn("calm"),
    a_turn("spam", stance="spam", respond=False),
    a_turn("troll", stance="troll", respond=False),
    a_turn("grave", sensitivity="minors"),
    a_turn("broken", understood=False),
)


def test_the_same_chart_changes_nothing() -> None:
    compared = diff(small(), small(), _TURNS, the_pack())
    assert (compared.compared, compared.unread, compared.changes) == (4, 1, ())


def test_only_turns_that_end_elsewhere_are_named() -> None:
    compared = diff(small(), small(("[troll, spam]", "[troll]")), _TURNS, the_pack())
    (change,) = compared.changes
    assert change.mention_id == "spam"
    assert change.fields == ("decision", "outcome", "sla_minutes")
    assert (change.old.outcome, change.new.outcome) == ("NO_REPLY", "answer")


def test_a_promise_moved_is_a_change_and_a_new_way_to_the_same_end_is_none() -> None:
    slower = diff(small(), small(("sla_minutes: 10", "sla_minutes: 20")), _TURNS, the_pack())
    assert [(change.mention_id, change.fields) for change in slower.changes] == [("grave", ("sla_minutes",))]
    renamed = diff(small(), small(("ask: Is it sensitive?", "ask: Is it grave?")), _TURNS, the_pack())
    assert renamed.changes == ()
