"""May this pass? Gates on lower bounds, critical cases one by one, and "not decidable" as a real answer."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from assistant.domain.value import Value
from assistant.evals.bench import KIND
from assistant.evals.case import CaseSeverity, Gate, Suite
from assistant.evals.compare import Comparison, MetricChange
from assistant.evals.judge_card import Standing, corrected
from assistant.evals.results import ScoreRow
from assistant.evals.statistics import cases_needed
from assistant.evals.summary import by_metric, rate_of, verdicts


class Outcome(StrEnum):
    """What a gate says."""

    PASSED = "passed"
    FAILED = "failed"
    UNDECIDED = "undecided"


EXIT_STATUS = {Outcome.PASSED: 0, Outcome.FAILED: 1, Outcome.UNDECIDED: 2}
NO_JUDGES: Mapping[str, Standing] = {}
NAMED = 15
"""Cases a reason names; the report and scores.jsonl hold all."""
CRITICAL = "critical cases"
"""The gate every suite with critical cases has."""


class GateResult(Value):
    """One gate's answer with its reason in words; `cases_needed` in all, where more cases would decide it."""

    suite: str
    metric: str
    outcome: Outcome
    reason: str
    cases_needed: int | None = None


def judge_gates(
    suites: Sequence[Suite],
    rows: Sequence[ScoreRow],
    *,
    baseline: Comparison | None = None,
    judges: Mapping[str, Standing] = NO_JUDGES,
) -> tuple[GateResult, ...]:
    """Every gate of every suite; with a baseline, also what each may newly break.

    What a judge measured is decided only where `judges` says it may gate, on rates corrected for its errors.
    """
    found: list[GateResult] = []
    for suite in suites:
        of_suite = [row for row in rows if row.suite == suite.name]
        for gate in suite.gates:
            found.append(_by_judge(suite, gate, of_suite, judges) or _judge(suite, gate, of_suite))
            found += _against(suite, gate, baseline)
        found += _critical(suite, [_as_it_counts(row, suite, judges) for row in of_suite])
    return tuple(found)


def overall(results: Sequence[GateResult]) -> Outcome:
    """Failed where one failed, else undecided where one is, else passed."""
    outcomes = {result.outcome for result in results}
    return next((o for o in (Outcome.FAILED, Outcome.UNDECIDED) if o in outcomes), Outcome.PASSED)


def _judge(suite: Suite, gate: Gate, rows: Sequence[ScoreRow]) -> GateResult:
    rate = rate_of(by_metric(rows).get(gate.metric, []), suite=suite.name, metric=gate.metric)
    skipped = f", {rate.unscored} unscored" if rate.unscored else ""
    seen = (
        f"{rate.passed}/{rate.n} passed{skipped}, 95 % interval {rate.low:.1%} to {rate.high:.1%}, gate {gate.min:.1%}"
    )
    if rate.n and rate.low >= gate.min:
        return GateResult(suite=suite.name, metric=gate.metric, outcome=Outcome.PASSED, reason=seen)
    if rate.n and rate.high < gate.min:
        return GateResult(suite=suite.name, metric=gate.metric, outcome=Outcome.FAILED, reason=seen)
    needed = cases_needed(rate.passed, rate.n, gate.min)
    more = f"it would take {needed} cases at this rate" if needed else "no number of cases would do at this rate"
    return GateResult(
        suite=suite.name,
        metric=gate.metric,
        outcome=Outcome.UNDECIDED,
        reason=f"not decidable: {seen}; {more}",
        cases_needed=needed,
    )


def _by_judge(suite: Suite, gate: Gate, rows: Sequence[ScoreRow], judges: Mapping[str, Standing]) -> GateResult | None:
    """None where no judge measured the metric."""
    names = {str(a.value) for case in suite.cases for a in case.assertions if a.name == gate.metric and a.type == KIND}
    if not names:
        return None
    result = GateResult(suite=suite.name, metric=gate.metric, outcome=Outcome.UNDECIDED, reason="")
    if len(names) > 1:
        return result.model_copy(update={"reason": f"several judges share this metric: {', '.join(sorted(names))}"})
    (name,) = names
    card, why_not = judges.get(name, Standing(None, "it was not asked"))
    if card is None or why_not:
        return result.model_copy(update={"reason": f"not decidable: the judge {name} may not gate: {why_not}"})
    rate = rate_of(by_metric(rows).get(gate.metric, []), suite=suite.name, metric=gate.metric)
    _, interval = corrected(rate.passed, rate.n, card)
    outcome = Outcome.UNDECIDED
    if rate.n and interval.low >= gate.min:
        outcome = Outcome.PASSED
    elif rate.n and interval.high < gate.min:
        outcome = Outcome.FAILED
    skipped = f", {rate.unscored} unscored" if rate.unscored else ""
    told = f"{rate.passed}/{rate.n} by the judge{skipped}"
    bounds = f"corrected 95 % interval {interval.low:.1%} to {interval.high:.1%}, gate {gate.min:.1%}"
    return result.model_copy(update={"outcome": outcome, "reason": f"{told}, {bounds}"})


def _as_it_counts(row: ScoreRow, suite: Suite, judges: Mapping[str, Standing]) -> ScoreRow:
    """What a judge said that may not gate decides nothing of a critical case either."""
    case = suite.case(row.case_id)
    if row.assertion != KIND or case is None:
        return row
    card, why_not = judges.get(str(case.assertions[row.index].value), Standing(None, "it was not asked"))
    return row if card and not why_not else row.model_copy(update={"passed": None})


def _critical(suite: Suite, rows: Sequence[ScoreRow]) -> Iterator[GateResult]:
    """Fails on one critical case that fails; can't pass while one couldn't be told."""
    critical = [row for row in rows if row.severity is CaseSeverity.CRITICAL]
    if not critical:
        return
    failed = [case for case, verdict in verdicts(critical).items() if verdict is False]
    untold = sorted({row.name for row in critical if row.passed is None and row.name not in failed})
    total = len(verdicts(critical))
    if failed:
        outcome, reason = Outcome.FAILED, f"{len(failed)} of {total} failed: {_named(failed)}"
    elif untold:
        by_judge = any(row.assertion == KIND and row.passed is None for row in critical)
        also = "; a judge that may not gate tells nothing here" if by_judge else ""
        outcome, reason = Outcome.UNDECIDED, f"not decidable: unscored in {_named(untold)}{also}"
    else:
        outcome, reason = Outcome.PASSED, f"all {total} passed"
    yield GateResult(suite=suite.name, metric=CRITICAL, outcome=outcome, reason=reason)


def _named(cases: Sequence[str]) -> str:
    more = len(cases) - NAMED
    return ", ".join(cases[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _against(suite: Suite, gate: Gate, baseline: Comparison | None) -> Iterator[GateResult]:
    change = baseline.change(suite.name, gate.metric) if baseline else None
    if change is None:
        return
    limit = gate.vs_baseline.max_new_failures
    too_many = limit is not None and len(change.broken) > limit
    worse = len(change.broken) > len(change.fixed) and change.p_value <= gate.vs_baseline.alpha
    yield GateResult(
        suite=suite.name,
        metric=f"{gate.metric} vs baseline",
        outcome=Outcome.FAILED if too_many or worse else Outcome.PASSED,
        reason=_changed(change),
    )


def _changed(change: MetricChange) -> str:
    named = f" ({_named(change.broken)})" if change.broken else ""
    return f"{len(change.broken)} newly failed{named}, {len(change.fixed)} newly pass, McNemar p = {change.p_value:.3f}"
