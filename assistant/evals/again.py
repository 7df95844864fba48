"""Only what failed is run again: enough to see whether a change mends it, too little to judge a gate by."""

from collections.abc import Mapping, Sequence

from assistant.errors import SuiteInvalid
from assistant.evals.case import Suite
from assistant.evals.results import Run, ScoreRow
from assistant.evals.summary import verdicts


def failed_in(run: Run, suites: Sequence[Suite]) -> tuple[str, ...]:
    """Cases that failed there and are still in the suites, by suite and id.

    Raises `SuiteInvalid` where it ran none of a suite: that none failed says nothing.
    """
    ran = {row.suite for row in run.scores}
    if unknown := [suite.name for suite in suites if suite.name not in ran]:
        said = f"not in the run whose failures were asked for, which ran {', '.join(sorted(ran)) or 'nothing'}"
        raise SuiteInvalid([f"{name}: {said}" for name in unknown])
    there = {f"{suite.name}/{case.id}" for suite in suites for case in suite.cases}
    return tuple(name for name, verdict in verdicts(run.scores).items() if verdict is False and name in there)


def narrowed(suites: Sequence[Suite], names: Sequence[str]) -> tuple[Suite, ...]:
    """The suites with these cases alone, and those of their clusters, which some assertions look at."""
    wanted, found = frozenset(names), []
    for suite in suites:
        clusters = {case.cluster for case in suite.cases if f"{suite.name}/{case.id}" in wanted}
        if clusters:
            cases = tuple(case for case in suite.cases if case.cluster in clusters)
            found.append(suite.model_copy(update={"cases": cases}))
    return tuple(found)


def how_they_are(names: Sequence[str], scores: Sequence[ScoreRow]) -> Mapping[str, bool | None]:
    """By case whether it passes now; None where it can't be told."""
    now = verdicts(scores)
    return {name: now.get(name) for name in names}
