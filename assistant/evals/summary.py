"""Scores counted by case: how often each metric passes, overall and by slice, and how sure that is."""

from collections.abc import Iterable, Mapping, Sequence

from assistant.domain.value import Value
from assistant.evals.results import ScoreRow
from assistant.evals.statistics import cluster_bootstrap, pass_hat_k, wilson


class Rate(Value):
    """How many cases pass. `low` and `high` are Wilson's 95 %, `cluster_low` and `cluster_high` the bootstrap's.

    A case passes when no scored repetition fails; cases with no score at all are `unscored` and not in `n`.
    `pass_k` is the chance of passing all repetitions, where there are several.
    """

    suite: str
    metric: str
    slice: str | None = None
    passed: int
    n: int
    unscored: int
    rate: float | None
    low: float
    high: float
    cluster_low: float | None
    cluster_high: float | None
    pass_k: float | None = None


def verdicts(rows: Iterable[ScoreRow]) -> dict[str, bool | None]:
    """By case: False where any score failed, None where none could be told."""
    found: dict[str, bool | None] = {}
    for row in rows:
        before = found.setdefault(row.name, None)
        if row.passed is not None:
            found[row.name] = row.passed and before is not False
    return found


def by_metric(rows: Iterable[ScoreRow]) -> dict[str, list[ScoreRow]]:
    """Rows under the assertion's own metric name, else under its type."""
    found: dict[str, list[ScoreRow]] = {}
    for row in rows:
        found.setdefault(row.metric, []).append(row)
    return found


def rate_of(rows: Sequence[ScoreRow], *, suite: str, metric: str, slice_: str | None = None) -> Rate:
    """The pass rate of these rows, all of one metric."""
    told = {case: verdict for case, verdict in verdicts(rows).items() if verdict is not None}
    clusters = {row.name: f"{row.suite}/{row.cluster}" for row in rows}
    passed, n = sum(told.values()), len(told)
    interval = wilson(passed, n)
    drawn = cluster_bootstrap([float(v) for v in told.values()], [clusters[case] for case in told]) if told else None
    return Rate(
        suite=suite,
        metric=metric,
        slice=slice_,
        passed=passed,
        n=n,
        unscored=len(clusters) - n,
        rate=passed / n if n else None,
        low=interval.low,
        high=interval.high,
        cluster_low=drawn.low if drawn else None,
        cluster_high=drawn.high if drawn else None,
        pass_k=_pass_k(rows),
    )


def _pass_k(rows: Sequence[ScoreRow]) -> float | None:
    epochs = len({row.epoch for row in rows})
    if epochs < 2:
        return None
    tries: dict[str, dict[int, bool | None]] = {}
    for epoch in {row.epoch for row in rows}:
        for case, verdict in verdicts(row for row in rows if row.epoch == epoch).items():
            tries.setdefault(case, {})[epoch] = verdict
    told = [[verdict for verdict in verdicts_.values() if verdict is not None] for verdicts_ in tries.values()]
    return pass_hat_k([(sum(one), len(one)) for one in told], epochs)


def rates(rows: Sequence[ScoreRow]) -> tuple[Rate, ...]:
    """One rate per suite and metric, in order of appearance."""
    found: list[Rate] = []
    for suite, of_suite in _by_suite(rows).items():
        for metric, of_metric in by_metric(of_suite).items():
            found.append(rate_of(of_metric, suite=suite, metric=metric))
    return tuple(found)


def slice_rates(rows: Sequence[ScoreRow]) -> tuple[Rate, ...]:
    """One rate per suite, slice and metric; cases without a slice are left out."""
    found: list[Rate] = []
    for suite, of_suite in _by_suite(rows).items():
        for name in dict.fromkeys(row.slice for row in of_suite if row.slice):
            of_slice = [row for row in of_suite if row.slice == name]
            for metric, of_metric in by_metric(of_slice).items():
                found.append(rate_of(of_metric, suite=suite, metric=metric, slice_=name))
    return tuple(found)


def _by_suite(rows: Sequence[ScoreRow]) -> Mapping[str, list[ScoreRow]]:
    found: dict[str, list[ScoreRow]] = {}
    for row in rows:
        found.setdefault(row.suite, []).append(row)
    return found
