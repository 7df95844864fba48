"""Certificates in words: what falls into a slice, whether its certificate counts, and what a supervisor must hear."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import assert_never

from assistant.compose import Assistant
from assistant.domain.automation import AutomationState, Step
from assistant.domain.certificate import Permit, Standing
from assistant.domain.vocabulary import Tier
from assistant.evals.certificate import WHOLE

SOON = timedelta(days=7)
"""How long before its end a certificate is news."""
_TIERS = {
    Tier.SELF_SERVE.value: "what public policy answers",
    Tier.THANKS.value: "thanks",
    Tier.ACCOUNT.value: "what takes an account",
    Tier.PERSON.value: "what takes a person",
}


def slice_words(slice_: str) -> str:
    """What falls into a slice, for people: its visibility and what settles it."""
    if slice_ == WHOLE:
        return "No draft was judged yet"
    _, visibility, tier = slice_.split("/")
    return f"{visibility.capitalize()}: {_TIERS.get(tier, 'nothing that was understood')}"


def scope_words(scope: str) -> str:
    """What a hold covers, for people."""
    return slice_words(scope) if scope.count("/") == 2 else scope.replace("_", " ")


def silent(assistant: Assistant, state: AutomationState) -> str:
    """Why nothing is sent by itself though nobody stopped anything; empty where something is."""
    standing = [each.certificate.slice for each, how in assistant.certificates() if how is Standing.STANDS]
    if not standing:
        return "Nothing is certified: all waits for people"
    start = assistant.pack.automation.ramp_start
    if all(state.step(each, start=start) is Step.SHADOW for each in standing):
        return "All stands at shadow: all waits for people"
    return ""


def stands(permit: Permit, standing: Standing, versions: Mapping[str, str]) -> str:
    """Whether it counts now, and what would make it count again."""
    match standing:
        case Standing.STANDS:
            return "stands"
        case Standing.CHANGED:
            return f"suspended, changed: {', '.join(permit.differs_in(versions))}"
        case Standing.EXPIRED:
            return "ended"
        case Standing.REFUSED:
            more = permit.certificate.labels_needed
            return f"not given; at least {more} more judged drafts would tell" if more else "not given: too many errors"
        case _:
            assert_never(standing)


def news(assistant: Assistant, now: datetime) -> Sequence[str]:
    """What became of certificates that were given, and whether none is left that counts."""
    proof, kept = assistant.proof(), assistant.certificates()
    versions = proof.versions if proof else {}
    found = [
        f"{slice_words(permit.certificate.slice)}: {said}"
        for permit, standing in kept
        if (said := _news_of(permit, standing, versions, now))
    ]
    if assistant.pack.automation.intents and not any(standing is Standing.STANDS for _, standing in kept):
        found.append("No certificate stands: nothing is answered by itself")
    return found


def _news_of(permit: Permit, standing: Standing, versions: Mapping[str, str], now: datetime) -> str:
    ends = permit.certificate.expires_at
    if standing is Standing.EXPIRED and ends is not None:
        return f"the certificate ended on {ends:%d %b, %H:%M} UTC"
    if standing is Standing.CHANGED:
        return f"the certificate is {stands(permit, standing, versions)}"
    if standing is Standing.STANDS and ends is not None and ends - now <= SOON:
        return f"the certificate ends on {ends:%d %b, %H:%M} UTC"
    return ""
