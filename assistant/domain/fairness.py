"""Same case, same treatment: goodwill as a table, and whether public or famous customers are served better. Pure."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from math import erfc, sqrt

from pydantic import Field

from assistant.domain.value import Value

FAMOUS_FROM = 10_000
"""Followers from which on an account counts as famous; chosen, not measured."""
ALERT_P = 0.01
"""One-sided: among fair desks one look in a hundred alarms for nothing, for each of the four comparisons."""
ALERT_SHARE = 0.58
"""Of pairs in the same case, this many must favour the group; a smaller difference is none to act on."""
LEAST = 10
"""Customers each group needs before anything is said."""


class GoodwillRule(Value):
    """What is offered for some topics or intents (empty: any). `offer` is an id of offers.yaml, None for nothing.

    Neither reach nor visibility can be written into a rule.
    """

    why: str
    offer: str | None = None
    intents: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


class GoodwillPolicy(Value):
    """Rules in order; the first that fits counts. Without rules any current offer may be made."""

    rules: tuple[GoodwillRule, ...] = ()

    def rule_for(self, *, intent: str | None, topic: str | None) -> GoodwillRule | None:
        """The rule of this case; None where none fits."""
        return next((rule for rule in self.rules if _fits(rule, intent, topic)), None)

    def allows(self, offer: str, *, intent: str | None, topic: str | None) -> bool:
        """Whether this offer may be made in this case."""
        rule = self.rule_for(intent=intent, topic=topic)
        return not self.rules or (rule is not None and rule.offer == offer)


class Treatment(Value):
    """How one customer was served: minutes to the first answer (None: none yet) and what they were offered in money."""

    case: str
    public: bool
    followers: int | None = Field(default=None, ge=0)
    wait_minutes: float | None = Field(default=None, ge=0)
    offered: float = Field(default=0.0, ge=0)


class FairnessGap(Value):
    """One comparison within cases. `share` in [0, 1] of pairs favour the group (0.5 is fair), `p` is one-sided.

    None where too few customers can be compared.
    """

    group: str
    measure: str
    favoured: int
    others: int
    share: float | None
    p: float | None
    alert: bool


class Fairness(Value):
    """All comparisons, whether any alarms, and cases in which different sums were offered."""

    gaps: tuple[FairnessGap, ...]
    alert: bool
    unequal_offers: tuple[str, ...]


def assess(treatments: Sequence[Treatment]) -> Fairness:
    """Compare public with private and famous with unknown, by waiting time and by what was offered.

    Only customers of the same case are compared: a van Elteren test (stratified rank sums, normal approximation).
    """
    groups: dict[str, Callable[[Treatment], bool]] = {
        "public": lambda each: each.public,
        "famous": lambda each: (each.followers or 0) >= FAMOUS_FROM,
    }
    answered = [each for each in treatments if each.wait_minutes is not None]
    gaps = tuple(
        gap
        for name, is_in in groups.items()
        for gap in (
            _gap(name, "faster", answered, is_in, lambda each: -(each.wait_minutes or 0.0)),
            _gap(name, "better_offer", treatments, is_in, lambda each: each.offered),
        )
    )
    sums: dict[str, set[float]] = defaultdict(set)
    for each in treatments:
        if each.offered:
            sums[each.case].add(each.offered)
    unequal = tuple(sorted(case for case, found in sums.items() if len(found) > 1))
    return Fairness(gaps=gaps, alert=any(gap.alert for gap in gaps), unequal_offers=unequal)


def _gap(
    group: str,
    measure: str,
    treatments: Iterable[Treatment],
    is_in: Callable[[Treatment], bool],
    good: Callable[[Treatment], float],
) -> FairnessGap:
    strata: dict[str, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for each in treatments:
        strata[each.case][0 if is_in(each) else 1].append(good(each))
    both = [(mine, theirs) for mine, theirs in strata.values() if mine and theirs]
    favoured, others = sum(len(mine) for mine, _ in both), sum(len(theirs) for _, theirs in both)
    if min(favoured, others) < LEAST:
        return FairnessGap(
            group=group, measure=measure, favoured=favoured, others=others, share=None, p=None, alert=False
        )
    won = sum(_won(mine, theirs) for mine, theirs in both)
    pairs = sum(len(mine) * len(theirs) for mine, theirs in both)
    weighed = [(1 / (len(mine) + len(theirs) + 1), mine, theirs) for mine, theirs in both]
    excess = sum(weight * (_won(mine, theirs) - len(mine) * len(theirs) / 2) for weight, mine, theirs in weighed)
    spread = sum(weight**2 * _variance(mine, theirs) for weight, mine, theirs in weighed)
    p = erfc(excess / sqrt(2 * spread)) / 2 if spread > 0 else 1.0
    share = won / pairs
    alert = p <= ALERT_P and share >= ALERT_SHARE
    return FairnessGap(group=group, measure=measure, favoured=favoured, others=others, share=share, p=p, alert=alert)


def _won(mine: Sequence[float], theirs: Sequence[float]) -> float:
    """Pairs in which the first is better; ties count half."""
    ordered = sorted(theirs)
    return sum((bisect_left(ordered, each) + bisect_right(ordered, each)) / 2 for each in mine)


def _variance(mine: Sequence[float], theirs: Sequence[float]) -> float:
    """Of the Mann-Whitney statistic where both are alike, corrected for ties."""
    n, m = len(mine), len(theirs)
    ties: dict[float, int] = defaultdict(int)
    for value in (*mine, *theirs):
        ties[value] += 1
    all_of = n + m
    tied = sum(count**3 - count for count in ties.values()) / (all_of * (all_of - 1))
    return n * m / 12 * (all_of + 1 - tied)


def _fits(rule: GoodwillRule, intent: str | None, topic: str | None) -> bool:
    return (not rule.intents and not rule.topics) or intent in rule.intents or topic in rule.topics
