"""Whether a sentence stands on its sources: hard facts, contradictions and the fitted score in one verdict."""

from collections.abc import Sequence
from typing import NamedTuple

from assistant.domain.vocabulary import ClaimKind
from assistant.guardrails import facts, grounding
from assistant.guardrails.fact import Fact, FactKind
from assistant.guardrails.grounding_weights import THRESHOLD
from assistant.guardrails.words import words

CONTACTS = frozenset({FactKind.URL, FactKind.EMAIL, FactKind.PHONE, FactKind.HANDLE})
"""Facts by which a customer would be led somewhere."""
_PERSONAL = frozenset({"i", "my", "me", "i'm", "i've", "i'd"})


class Measured(NamedTuple):
    """One sentence measured; `score` in [0, 1] is how likely its sources support it."""

    statement: grounding.Statement
    missing: tuple[Fact, ...]
    score: float

    @property
    def contradiction(self) -> str:
        """What the source says differently, in words; empty where nothing was seen."""
        reading = self.statement.reading
        if reading.swaps:
            return reading.swaps[0]
        return "one denies what the other states" if reading.negated else ""

    @property
    def supported(self) -> bool:
        """No hard fact missing, nothing turned round, and the score at the threshold or above."""
        return not self.missing and not self.contradiction and self.score >= THRESHOLD


def measure(sentence: str, kind: ClaimKind, passages: Sequence[str], *, given: Sequence[str] = ()) -> Measured:
    """Measure one sentence; `given` are the customer's own words, which support identifiers only."""
    missing = facts.missing(sentence, passages, given=given)
    names = sum(fact.kind is FactKind.NAME for fact in missing)
    contacts = sum(fact.kind in CONTACTS for fact in missing)
    statement = grounding.Statement(
        grounding.read(sentence, passages),
        missing_numbers=len(missing) - names - contacts,
        missing_names=names,
        missing_contacts=contacts,
        commits=kind in {ClaimKind.PROMISE, ClaimKind.OFFER},
        personal=any(word in _PERSONAL for word in words(sentence)),
    )
    return Measured(statement, missing, grounding.score((statement,)))
