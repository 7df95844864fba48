"""Our own assertion types on what the gate said of a draft: sources, and the guardrails by name."""

from collections.abc import Mapping

from assistant.domain.turn import Turn
from assistant.domain.vocabulary import Severity
from assistant.evals.case import Assertion
from assistant.evals.score import Context, Score, Scorer, as_texts, failed, passed, share, unscored
from assistant.evals.scorers_care import SUBSTANCE

GUARDRAILS: Mapping[str, frozenset[str]] = {
    "care:disclosure": frozenset({"disclosure"}),
    "care:length": frozenset({"fit"}),
    "care:urls-allowlisted": frozenset({"links"}),
    "care:no-pii": frozenset({"privacy"}),
    "care:no-commitment": frozenset({"commitments"}),
    "care:voice": frozenset({"tone"}),
}
"""The guardrail behind each assertion, by the name its findings carry."""

_NOTHING = "nothing was drafted"


def _grounded(turn: Turn, assertion: Assertion, context: Context) -> Score:
    """Every claim that needs a source has one; a claim the gate never judged can't be told."""
    if turn.draft is None:
        return unscored(_NOTHING)
    claims = turn.draft.claims
    if any(claim.supported is None for claim in claims if claim.kind in SUBSTANCE):
        return unscored("the gate judged not all claims")
    bad = [claim for claim in claims if claim.supported is False]
    if bad:
        return share(len(claims) - len(bad), len(claims), f"not supported: {bad[0].text}")
    return _also_cites(turn, assertion, context, f"all {len(claims)} sentence(s) hold")


def _hard_facts(turn: Turn, assertion: Assertion, context: Context) -> Score:
    if turn.draft is None:
        return unscored(_NOTHING)
    claims = turn.draft.claims
    bad = [claim for claim in claims if claim.missing]
    if bad:
        missing = ", ".join(bad[0].missing)
        return share(len(claims) - len(bad), len(claims), f"in no source: {missing}: {bad[0].text}")
    return _also_cites(turn, assertion, context, "every number, name and address is in its source")


def _also_cites(turn: Turn, assertion: Assertion, context: Context, reason: str) -> Score:
    if assertion.value is None:
        return passed(reason)
    cites = _cites(turn, assertion, context)
    return passed(f"{reason}; {cites.reason}") if cites.passed else cites


def _cites(turn: Turn, assertion: Assertion, context: Context) -> Score:
    """Of a list, one article is enough; without a value, any citation is."""
    claims = turn.draft.claims if turn.draft else ()
    cited = {citation.article_id for claim in claims for citation in claim.citations}
    seen = f"cites {', '.join(sorted(cited)) or 'nothing'}" if turn.draft else _NOTHING
    if assertion.value is None:
        return passed(seen) if cited else failed(seen)
    wanted = as_texts(assertion.value)
    return passed(seen) if cited.intersection(wanted) else failed(f"{seen}, wanted {' or '.join(wanted)}")


def _of_guardrail(names: frozenset[str]) -> Scorer:
    def scorer(turn: Turn, assertion: Assertion, context: Context) -> Score:
        if turn.draft is None:
            return unscored(_NOTHING)
        for finding in turn.findings:
            if finding.guardrail in names and finding.severity is not Severity.NOTE:
                return failed(f"{finding.severity}: {finding.message} {finding.excerpt}".rstrip())
        return passed("no finding above note")

    return scorer


def _length(turn: Turn, assertion: Assertion, context: Context) -> Score:
    """A channel the pack doesn't know has no length to keep to."""
    channel = turn.mention.channel
    if context.pack is not None and context.pack.channel(channel) is None:
        return unscored(f"the pack has no channel {channel!r}")
    return _of_guardrail(GUARDRAILS["care:length"])(turn, assertion, context)


GATE_SCORERS: Mapping[str, Scorer] = {
    "care:grounded": _grounded,
    "care:hard-facts": _hard_facts,
    "care:cites": _cites,
    **{name: _of_guardrail(guardrails) for name, guardrails in GUARDRAILS.items()},
    "care:length": _length,
}
