"""Which recorded turns would go another way under another chart?"""

from collections.abc import Iterable, Iterator

from assistant.charts.chart import Chart
from assistant.charts.evaluate import ChartOutcome, evaluate
from assistant.charts.facts import facts_of_turn
from assistant.domain.brand import Pack
from assistant.domain.turn import Turn
from assistant.domain.value import Value

_COMPARED = ("decision", "outcome", "owner", "sla_minutes")


class Change(Value):
    """One mention that two charts treat differently; `fields` names in what, most important first."""

    mention_id: str
    text: str
    fields: tuple[str, ...]
    old: ChartOutcome
    new: ChartOutcome


class Comparison(Value):
    """`compared` turns led somewhere under both charts; `unread` ones were never understood and see no chart."""

    compared: int
    unread: int
    changes: tuple[Change, ...]


def diff(old: Chart, new: Chart, turns: Iterable[Turn], pack: Pack) -> Comparison:
    """Run both charts on the facts of each turn, in order. Another way to the same end is no change."""
    compared = unread = 0
    changes: list[Change] = []
    for turn in turns:
        facts = facts_of_turn(turn, pack)
        if facts is None:
            unread += 1
            continue
        compared += 1
        before, after = evaluate(old, facts), evaluate(new, facts)
        if fields := tuple(_differing(before, after)):
            changes.append(
                Change(mention_id=turn.mention_id, text=turn.mention.text, fields=fields, old=before, new=after)
            )
    return Comparison(compared=compared, unread=unread, changes=tuple(changes))


def _differing(old: ChartOutcome, new: ChartOutcome) -> Iterator[str]:
    before, after = old.model_dump(include=set(_COMPARED)), new.model_dump(include=set(_COMPARED))
    return (name for name in _COMPARED if before[name] != after[name])
