"""Did this change break something? Two runs compared case by case; a case only one of them has is no regression."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from assistant.domain.turn import Turn
from assistant.domain.value import Value
from assistant.evals.case import CaseSeverity
from assistant.evals.results import Run, ScoreRow
from assistant.evals.statistics import cluster_bootstrap, holm, mcnemar
from assistant.evals.summary import by_metric, verdicts

ALPHA = 0.05
"""Level of every test here, after Holm where there are several."""


class MetricChange(Value):
    """One metric over the cases both runs could score. `broken` passed before and fails now, `fixed` the reverse.

    `difference` is the change of the pass rate, its bounds from drawing clusters; `p_value` is exact McNemar's, and
    `p_adjusted` corrects it for the slices of the same suite and metric.
    """

    suite: str
    metric: str
    slice: str | None = None
    pairs: int
    before: float | None
    after: float | None
    broken: tuple[str, ...]
    fixed: tuple[str, ...]
    difference: float
    low: float
    high: float
    p_value: float
    p_adjusted: float

    @property
    def name(self) -> str:
        """Suite, metric and slice."""
        return f"{self.suite} {self.metric}" + (f" in {self.slice}" if self.slice else "")


class Flip(Value):
    """One assertion of one case that changed its verdict, None being unscored.

    What was said before and after is empty where a run kept no turns.
    """

    case: str
    assertion: str
    critical: bool
    before: bool | None
    after: bool | None
    reason: str
    said_before: str = ""
    said_after: str = ""


class Costs(Value):
    """What a run took: wall seconds, model tokens, and milliseconds a turn in the mean."""

    seconds: float
    tokens: int
    ms_per_turn: float


class Comparison(Value):
    """Run B against run A."""

    changes: tuple[MetricChange, ...]
    slices: tuple[MetricChange, ...]
    flips: tuple[Flip, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    asked_otherwise: tuple[str, ...] = ()
    """Cases of both whose message is another one: what changed there may be the question."""
    before: Costs
    after: Costs

    def change(self, suite: str, metric: str) -> MetricChange | None:
        """The change of one metric of one suite."""
        return next((c for c in self.changes if (c.suite, c.metric) == (suite, metric)), None)

    @property
    def broken_critical(self) -> tuple[str, ...]:
        """Critical cases that passed before and fail now."""
        return tuple(dict.fromkeys(flip.case for flip in self.flips if flip.critical and flip.after is False))

    @property
    def untold_critical(self) -> tuple[str, ...]:
        """Critical cases that passed before and can't be told now."""
        return tuple(dict.fromkeys(flip.case for flip in self.flips if flip.critical and flip.after is None))

    @property
    def untold(self) -> tuple[str, ...]:
        """Cases of which something passed before and can't be told now: no draft, or no judge."""
        return tuple(dict.fromkeys(flip.case for flip in self.flips if flip.before and flip.after is None))

    @property
    def is_undecided(self) -> bool:
        """Whether nothing is shown to be worse and yet something may be, or nothing could be compared."""
        return self.leans_worse or bool(self.untold_critical) or not self.changes

    @property
    def leans_worse(self) -> bool:
        """Whether a metric lost more cases than it won, beyond chance or not."""
        return any(len(change.broken) > len(change.fixed) for change in self.changes)

    @property
    def worse(self) -> tuple[MetricChange, ...]:
        """Metrics, and slices after Holm, that are significantly worse."""
        found = [c for c in self.changes if c.p_value <= ALPHA and len(c.broken) > len(c.fixed)]
        found += [c for c in self.slices if c.p_adjusted <= ALPHA and len(c.broken) > len(c.fixed)]
        return tuple(found)

    @property
    def in_short(self) -> str:
        """Whether B is worse, in a sentence that begins with the verdict."""
        broken = sum(len(change.broken) for change in self.changes)
        fixed = sum(len(change.fixed) for change in self.changes)
        if self.broken_critical:
            return f"worse: critical cases broke: {', '.join(self.broken_critical)}"
        if self.worse:
            return f"worse beyond chance: {', '.join(dict.fromkeys(change.name for change in self.worse))}"
        if self.untold_critical:
            return f"undecided: critical cases can't be told any more: {', '.join(self.untold_critical)}"
        if not self.changes:
            return "undecided: no case could be told in both"
        lost = f", but {len(self.untold)} can't be told any more" if self.untold else ""
        if not broken and not fixed:
            return f"no case passes or fails otherwise than before{lost}"
        said = f"{broken} broken, {fixed} fixed"
        if self.leans_worse:
            return f"undecided: {said}, too few pairs to tell it from chance"
        return f"{said}: nothing is worse{lost}"


def compare(before: Run, after: Run) -> Comparison:
    """Everything that changed between two runs, by the repetitions both have: more tries find more failures."""
    both = {row.epoch for row in before.scores} & {row.epoch for row in after.scores}
    a, b = (tuple(row for row in run.scores if row.epoch in both) for run in (before, after))
    cases_a, cases_b = {row.name for row in a}, {row.name for row in b}
    return Comparison(
        changes=tuple(_changes(a, b)),
        slices=tuple(_slice_changes(a, b)),
        flips=tuple(_flips(replace(before, scores=a), replace(after, scores=b))),
        only_before=tuple(sorted(cases_a - cases_b)),
        only_after=tuple(sorted(cases_b - cases_a)),
        asked_otherwise=tuple(_asked_otherwise(before, after)),
        before=_costs(before),
        after=_costs(after),
    )


def _asked_otherwise(a: Run, b: Run) -> Iterator[str]:
    """Told from the turns; a run that kept none tells nothing."""
    asked = {f"{kept.suite}/{kept.case_id}": kept.turn.mention.text for kept in a.turns}
    for name, text in {f"{kept.suite}/{kept.case_id}": kept.turn.mention.text for kept in b.turns}.items():
        if asked.get(name, text) != text:
            yield name


def _changes(a: Sequence[ScoreRow], b: Sequence[ScoreRow]) -> Iterator[MetricChange]:
    for suite in dict.fromkeys(row.suite for row in b):
        ours = by_metric(row for row in a if row.suite == suite)
        for metric, rows in by_metric(row for row in b if row.suite == suite).items():
            change = _change(ours.get(metric, []), rows, suite=suite, metric=metric)
            if change.pairs:
                yield change


def _slice_changes(a: Sequence[ScoreRow], b: Sequence[ScoreRow]) -> Iterator[MetricChange]:
    for suite in dict.fromkeys(row.suite for row in b):
        of_a = by_metric(row for row in a if row.suite == suite)
        for metric, rows in by_metric(row for row in b if row.suite == suite).items():
            found: dict[str, MetricChange] = {}
            for name in dict.fromkeys(row.slice for row in rows if row.slice):
                mine = [row for row in of_a.get(metric, []) if row.slice == name]
                theirs = [row for row in rows if row.slice == name]
                change = _change(mine, theirs, suite=suite, metric=metric, slice_=name)
                if change.pairs:
                    found[name] = change
            adjusted = holm({name: change.p_value for name, change in found.items()})
            yield from (change.model_copy(update={"p_adjusted": adjusted[name]}) for name, change in found.items())


def _change(
    a: Sequence[ScoreRow], b: Sequence[ScoreRow], *, suite: str, metric: str, slice_: str | None = None
) -> MetricChange:
    was = {case: verdict for case, verdict in verdicts(a).items() if verdict is not None}
    now = {case: verdict for case, verdict in verdicts(b).items() if verdict is not None}
    clusters = {row.name: row.cluster for row in b}
    paired = [case for case in now if case in was]
    broken = tuple(case for case in paired if was[case] and not now[case])
    fixed = tuple(case for case in paired if now[case] and not was[case])
    differences = [float(now[case]) - float(was[case]) for case in paired]
    bounds = cluster_bootstrap(differences, [clusters[case] for case in paired])
    p_value = mcnemar(len(broken), len(fixed))
    return MetricChange(
        suite=suite,
        metric=metric,
        slice=slice_,
        pairs=len(paired),
        before=sum(was[case] for case in paired) / len(paired) if paired else None,
        after=sum(now[case] for case in paired) / len(paired) if paired else None,
        broken=broken,
        fixed=fixed,
        difference=sum(differences) / len(paired) if paired else 0.0,
        low=bounds.low,
        high=bounds.high,
        p_value=p_value,
        p_adjusted=p_value,
    )


def _flips(a: Run, b: Run) -> Iterator[Flip]:
    """By assertion, over all repetitions of it, in the order of run B."""
    was, now = _by_assertion(a.scores), _by_assertion(b.scores)
    said_before, said_after = _said(a), _said(b)
    for key, rows in now.items():
        if key not in was:
            continue
        (before,), (after,) = verdicts(was[key]).values(), verdicts(rows).values()
        if before is not after:
            earlier, told = _telling(was[key], before), _telling(rows, after)
            critical = told.severity is CaseSeverity.CRITICAL
            yield Flip(
                case=told.name,
                assertion=told.label,
                critical=critical and before is True,
                before=before,
                after=after,
                reason=told.reason,
                said_before=said_before.get((earlier.name, earlier.epoch), ""),
                said_after=said_after.get((told.name, told.epoch), ""),
            )


def _telling(rows: Sequence[ScoreRow], verdict: bool | None) -> ScoreRow:
    """The first repetition that got the verdict of all."""
    return next((row for row in rows if row.passed is verdict), rows[0])


def _said(run: Run) -> Mapping[tuple[str, int], str]:
    """By case and repetition: the decision, and the draft's words."""
    return {(f"{kept.suite}/{kept.case_id}", kept.epoch): said_in(kept.turn) for kept in run.turns}


def said_in(turn: Turn) -> str:
    """The decision, and the draft's words."""
    return f"{turn.route.decision}: {turn.draft.text}" if turn.draft else f"{turn.route.decision}, no draft"


def _by_assertion(rows: Sequence[ScoreRow]) -> Mapping[tuple[str, int, str], list[ScoreRow]]:
    found: dict[tuple[str, int, str], list[ScoreRow]] = {}
    for row in rows:
        found.setdefault((row.name, row.index, row.assertion), []).append(row)
    return found


def _costs(run: Run) -> Costs:
    turns = {(row.name, row.epoch): row.ms for row in run.scores}
    mean = sum(turns.values()) / len(turns) if turns else 0.0
    return Costs(seconds=run.manifest.seconds, tokens=run.manifest.tokens, ms_per_turn=round(mean, 3))
