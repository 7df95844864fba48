"""Whether a sentence stands on its sources: hard facts, contradictions and the fitted score in one verdict."""

from collections.abc import Sequence
from typing import NamedTuple

from assistant.domain.vocabulary import ClaimKind
from assistant.guardrails import facts, grounding
from assistant.guardrails.address import closing_from, without_greeting, without_name
from assistant.guardrails.belonging import crossed, of_another, told_apart
from assistant.guardrails.commitments import gives_away
from assistant.guardrails.elliptic import (
    completed,
    is_elliptic,
    only_agrees,
    question_before,
    said_of_another,
    withheld,
)
from assistant.guardrails.fact import Fact, FactKind
from assistant.guardrails.grounding_weights import THRESHOLD
from assistant.guardrails.kinds import NEEDS_SOURCE, is_question, kind_of, stated_in
from assistant.guardrails.lead_ins import without_no
from assistant.guardrails.polarity import DENIED, grants, opposed
from assistant.guardrails.restrictions import dropped
from assistant.guardrails.scope import denies_alone, initials_swapped, priced, regions_swapped, roles_swapped, wider
from assistant.guardrails.sentences import split_sentences
from assistant.guardrails.words import words

CONTACTS = frozenset({FactKind.URL, FactKind.EMAIL, FactKind.PHONE, FactKind.HANDLE})
"""Facts by which a customer would be led somewhere."""
_SAME_RULE = 0.6
"""Share of a sentence's words in order in its source from which the two speak of the same rule."""
_LEAST_WORDS, _SHORT = 2, 7
"""Content words of a sentence that one source sentence must hold most of; a longer one may join two of them."""
_SCATTERED = 2 / 3
_IDLE_KINDS = frozenset({ClaimKind.COURTESY, ClaimKind.DISCLOSURE})
_PERSONAL = frozenset({"i", "my", "me", "i'm", "i've", "i'd"})


class Measured(NamedTuple):
    """One sentence measured; `score` in [0, 1] is how likely its sources support it."""

    sentence: str
    kind: ClaimKind
    statement: grounding.Statement
    missing: tuple[Fact, ...]
    score: float
    opposed: str = ""
    """What the sources say otherwise of a thing the sentence names."""
    threshold: float = THRESHOLD
    dropped: str = ""
    """A restriction of the source's that the sentence leaves out."""

    @property
    def contradiction(self) -> str:
        """What the source says differently, in words; empty where nothing was seen."""
        difference = self.statement.reading.difference
        turned = difference.swaps if not (difference.negated and len(difference.swaps) == 1) else ()
        if turned or difference.altered:
            return (*turned, *difference.altered)[0]
        if difference.negated and not difference.swaps:
            return "one denies what the other states"
        if self.opposed:
            return self.opposed
        reading = self.statement.reading
        if reading.nearest == 1.0 and reading.size > 1 and denies_alone(self.sentence, reading.quote):
            return "one denies what the other states"
        reaches = reading.quote and reading.size > 2 and difference.shared >= _SAME_RULE
        return next(iter(wider(self.sentence, reading.quote)), "") if reaches else ""

    @property
    def supported(self) -> bool:
        """No hard fact missing, nothing turned round or widened, said in one place, and the score at the threshold."""
        otherwise = self.missing or self.contradiction or self.dropped or self.scattered
        return not otherwise and self.score >= self.threshold

    @property
    def scattered(self) -> bool:
        """Whether a short sentence is put together of words that no one sentence of the sources holds most of."""
        reading = self.statement.reading
        return _LEAST_WORDS <= reading.size <= _SHORT and reading.nearest <= _SCATTERED


def measure(
    sentence: str,
    kind: ClaimKind,
    passages: Sequence[str],
    *,
    given: Sequence[str] = (),
    terms: frozenset[str] = frozenset(),
    threshold: float = THRESHOLD,
    asked: str = "",
) -> Measured:
    """Measure one sentence; `given` are the customer's own words, which support identifiers only, `terms` stems of
    names the brand uses, `threshold` the brand's own, `asked` the question it answers where it says half of it. It may
    write times otherwise than its source: "60 minutes" for "1 hour"."""
    measured = _measure(sentence, kind, passages, given, terms, threshold, asked)
    if measured.supported or kind not in NEEDS_SOURCE:
        return measured
    otherwise = facts.as_written(sentence, passages)
    if otherwise == sentence:
        return measured
    again = _measure(otherwise, kind, passages, given, terms, threshold, asked)
    return again._replace(sentence=measured.sentence) if again.supported else measured


def _measure(
    sentence: str,
    kind: ClaimKind,
    passages: Sequence[str],
    given: Sequence[str],
    terms: frozenset[str],
    threshold: float,
    asked: str,
) -> Measured:
    missing, whole = facts.missing(sentence, passages, given=given), sentence
    sentence = without_no(whole)
    names = sum(fact.kind is FactKind.NAME for fact in missing)
    contacts = sum(fact.kind in CONTACTS for fact in missing)
    asks = is_question(sentence)
    said = stated_in(sentence) if asks and kind in NEEDS_SOURCE else sentence
    if asked and only_agrees(said):
        said = completed(said, asked)
    statement = grounding.Statement(
        _read(said, passages, terms),
        missing_numbers=len(missing) - names - contacts,
        missing_names=names,
        missing_contacts=contacts,
        commits=kind in {ClaimKind.PROMISE, ClaimKind.OFFER} and not asks,
        asks=asks and kind is not ClaimKind.DISCLOSURE,
        personal=any(word in _PERSONAL for word in words(sentence)),
    )
    named = terms or frozenset[str]().union(*(grounding.analyse(passage).proper for passage in passages))
    against = _otherwise(said, statement.reading, passages, named) if kind in NEEDS_SOURCE else ""
    if not against and kind is ClaimKind.OFFER and gives_away(said) and not gives_away(statement.reading.quote):
        against = "no source offers it"
    if not against and sentence != whole and grants(sentence):
        against = DENIED
    half = not against and kind in NEEDS_SOURCE and is_elliptic(said)
    if half:
        against = withheld(said, passages)
    if half and asked and not against:
        against = said_of_another(said, asked, passages)
        against = against or _otherwise(completed(said, asked), statement.reading, passages, named)
    narrower = dropped(said, passages) if kind in NEEDS_SOURCE and not half else ""
    return Measured(sentence, kind, statement, missing, grounding.score((statement,)), against, threshold, narrower)


def _read(said: str, passages: Sequence[str], terms: frozenset[str]) -> grounding.Reading:
    """Figures in another order than the source's are no change where each is said of its own thing."""
    reading = grounding.read(said, passages, terms=terms)
    if not reading.difference.altered or not told_apart(said, reading.quote):
        return reading
    return reading._replace(difference=reading.difference._replace(altered=()))


def _otherwise(said: str, reading: grounding.Reading, passages: Sequence[str], named: frozenset[str]) -> str:
    swapped = reading.difference.shared >= _SAME_RULE and (
        regions_swapped(said, reading.quote)
        or initials_swapped(said, reading.quote, passages)
        or roles_swapped(said, reading.quote)
    )
    return (
        opposed(said, passages, named)
        or swapped
        or priced(said, passages)
        or of_another(said, passages, named)
        or crossed(said, passages)
    )


def measure_reply(reply: str, passages: Sequence[str], *, customer: str = "") -> tuple[Measured, ...]:
    """Every sentence of a reply, in order; `customer` is the message it answers, where known."""
    said = split_sentences(reply)
    closing = closing_from(said)
    return tuple(
        _polite(sentence)
        if place >= closing
        else _in_reply(sentence, passages, reply, customer, question_before(said[max(0, place - 1) : place]))
        for place, sentence in enumerate(said)
    )


def _in_reply(sentence: str, passages: Sequence[str], reply: str, customer: str, asked: str) -> Measured:
    """A sentence less whom it greets; who a polite one speaks to at its end is no fact either."""
    said = without_greeting(sentence)
    if not said:
        return _polite(sentence)
    kind = kind_of(said)
    if kind not in NEEDS_SOURCE:
        said = without_name(said)
    measured = measure(said, kind, passages, given=(customer,) if customer else (), asked=asked)
    if measured.dropped:
        measured = measured._replace(dropped=dropped(said, passages, beside=reply, customer=customer))
    return measured._replace(sentence=sentence)


def _polite(sentence: str) -> Measured:
    """Whom a reply greets, or who signs it."""
    return Measured(sentence, ClaimKind.COURTESY, grounding.Statement(grounding.read("", ())), (), 1.0)


def statements(measured: Sequence[Measured]) -> tuple[grounding.Statement, ...]:
    """What a reply's score is made of: all but courtesy and disclosure, unless those hold a fact no source has."""
    return tuple(each.statement for each in measured if each.kind not in _IDLE_KINDS or each.missing)


def holds(measured: Sequence[Measured]) -> bool:
    """Whether every sentence that needs a source has one, and no sentence holds a hard fact that no source has."""
    return all(each.supported if each.kind in NEEDS_SOURCE else not each.missing for each in measured)
