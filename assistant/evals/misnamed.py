"""What cases name that the brand doesn't have: a slip of the pen, or an article that is gone."""

from collections.abc import Iterator, Sequence

from assistant.domain.brand import Pack
from assistant.evals.case import Case, Suite
from assistant.evals.score import as_texts
from assistant.evals.scorers_gate import GATE_SCORERS, GUARDRAILS


def misnamed(suites: Sequence[Suite], pack: Pack) -> Iterator[str]:
    """One line for each name the pack doesn't know, with the first case that uses it; the run goes on."""
    users: dict[str, list[str]] = {}
    for suite in suites:
        for case in suite.cases:
            for problem in dict.fromkeys(_problems(case, pack)):
                users.setdefault(problem, []).append(f"{suite.name}/{case.id}")
    for problem, cases in users.items():
        more = f" and {len(cases) - 1} more" if len(cases) > 1 else ""
        yield f"{cases[0]}{more}: {problem}"


def _problems(case: Case, pack: Pack) -> Iterator[str]:
    channel, brand = case.vars.channel, case.vars.brand
    if channel is not None and pack.channel(channel) is None:
        there = ", ".join(policy.name for policy in pack.channels)
        yield f"vars.channel: the pack has no channel {channel!r}; there are {there}"
    if brand is not None and brand != pack.brand.id:
        yield f"vars.brand: {brand!r} is not the pack's brand, {pack.brand.id}"
    articles = {article.id for article in pack.articles} | _given(case)
    for assertion in case.assertions:
        if assertion.value is None or assertion.type not in GATE_SCORERS or assertion.type in GUARDRAILS:
            continue
        for article in as_texts(assertion.value):
            if article not in articles:
                yield f"{assertion.type}: the pack has no article {article!r}"


def _given(case: Case) -> set[str]:
    """Articles the case brings itself."""
    return {
        passage.article_id
        for passage in case.vars.passages or ()
        if not isinstance(passage, str) and passage.article_id
    }
