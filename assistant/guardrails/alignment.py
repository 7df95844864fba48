"""Lays a sentence of a reply beside a sentence of a source and says what was changed between the words they share."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from assistant.guardrails.contrasts import OPPOSITES, SAME
from assistant.guardrails.identifiers import names
from assistant.guardrails.words import FUNCTION_WORDS, NEGATIONS, listed, plain, stem, words

_MOST_WORDS = 60
"""Words of a sentence that are aligned; a longer one is compared by its first words."""
_GLUE = listed(
    """
    to from by on in for at of and or some all any each every both also only
    """
)
"""Words that carry no content by themselves, but turn a rule round when swapped."""
_IDLE = frozenset(map(stem, FUNCTION_WORDS)) - _GLUE
_EDGE = 3
"""Words before the first or after the last shared word that still belong to what is compared."""
_ALTERED = 0.6
"""Least share of words in common for a number in another number's place to be a change of it."""


class Line(NamedTuple):
    """One sentence ready to compare: all stems, those in order without idle words, content stems and their neighbours,
    and the stems of proper names."""

    text: str
    spoken: tuple[str, ...]
    order: tuple[str, ...]
    content: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    proper: frozenset[str]


class Difference(NamedTuple):
    """What changed between the shared words. `shared` is the share of the claim's content words found in order.

    `swaps` are opposites put in each other's place, `altered` numbers and names put in another one's place; `negated`
    says that only one side denies; `replaced` counts other words put in a source word's place, `added` words put
    between.
    """

    shared: float
    swaps: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()
    negated: bool = False
    replaced: int = 0
    added: int = 0


@lru_cache(maxsize=16384)
def line(sentence: str) -> Line:
    """A sentence ready to compare."""
    spoken = tuple(map(stem, words(sentence)))
    order = tuple(word for word in (SAME.get(token, token) for token in spoken) if word not in _IDLE)
    spine = [word for word in order if word not in NEGATIONS and word not in _GLUE]
    pairs = frozenset(pairwise(spine))
    proper = frozenset(stem(word) for fact in names(plain(sentence)) for word in words(fact.text))
    content = frozenset(spine)
    return Line(sentence, spoken, order, content, pairs, proper & content)


@lru_cache(maxsize=16384)
def compare(claim: Line, source: Line, proper: frozenset[str]) -> Difference:
    """The differences of a claim from a source sentence; `proper` are names known from elsewhere in the sources."""
    ours, theirs = claim.order[:_MOST_WORDS], source.order[:_MOST_WORDS]
    matches = _matches(ours, theirs)
    if not matches:
        return Difference(0.0)
    total = sum(word in claim.content for word in ours)
    shared = sum(ours[place] in claim.content for place, _ in matches) / total if total else 1.0
    gaps = _gaps(ours, theirs, matches)
    swaps = [
        f"{left} / {right}" for one, other, _ in gaps for left in one for right in other if (left, right) in OPPOSITES
    ]
    altered: list[str] = []
    replaced = added = 0
    for one, other, inner in gaps:
        fresh = [word for word in one if word in claim.content and word not in source.content]
        gone = [word for word in other if word in source.content and word not in claim.content]
        if inner:
            replaced += min(len(fresh), len(gone))
            added += max(0, len(fresh) - len(gone))
            altered += _altered(claim.proper | source.proper | proper, one, other) if shared >= _ALTERED else []
    theirs_denied = _denials if any(word in NEGATIONS for word in ours) else _denied_next
    denied = sum(
        _denials(gap.ours, claim.content) - theirs_denied(gap.theirs, source.content) for gap in gaps if gap.inner
    )
    return Difference(shared, tuple(swaps), tuple(altered), denied % 2 == 1, replaced, added)


def _altered(proper: frozenset[str], ours: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """Numbers, and names, of the claim that stand where the source has another."""
    pairs: list[tuple[str, str]] = []
    for counts in (_is_number, proper.__contains__):
        one, other = list(filter(counts, ours)), list(filter(counts, theirs))
        if set(one).isdisjoint(other):
            pairs += zip(one, other, strict=False)
    return [f"{one} / {other}" for one, other in pairs]


def _is_number(word: str) -> bool:
    return word[0].isdigit()


def _denials(gap: Sequence[str], content: frozenset[str]) -> int:
    """Denials of what both sides share; one that stands with words of its own denies those."""
    return 0 if any(word in content for word in gap) else sum(word in NEGATIONS for word in gap)


def _denied_next(gap: Sequence[str], content: frozenset[str]) -> int:
    """Denials with no word of their own between them and the next shared word: "made later do not | start"."""
    own = [place for place, word in enumerate(gap) if word in content]
    return sum(word in NEGATIONS for word in gap[own[-1] + 1 if own else 0 :])


class _Gap(NamedTuple):
    """Words of both sides between neighbouring shared words; `inner` is False where the source goes on by itself."""

    ours: Sequence[str]
    theirs: Sequence[str]
    inner: bool


def _gaps(ours: Sequence[str], theirs: Sequence[str], matches: Sequence[tuple[int, int]]) -> list[_Gap]:
    gaps: list[_Gap] = []
    left, right = -1, -1
    for one, other in (*matches, (len(ours), len(theirs))):
        gap_ours, gap_theirs = ours[left + 1 : one], theirs[right + 1 : other]
        outer = left == -1 or one == len(ours)
        gaps.append(_Gap(gap_ours, gap_theirs, inner=not outer or len(gap_theirs) <= _EDGE))
        left, right = one, other
    return gaps


def _matches(ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[int, int]]:
    """A longest common subsequence as pairs of places: of the earliest and the latest one, the more compact."""
    start = 0
    while start < len(ours) and start < len(theirs) and ours[start] == theirs[start]:
        start += 1
    opening = [(place, place) for place in range(start)]
    one, other = ours[start:], theirs[start:]
    if set(one).isdisjoint(other):
        return opening
    latest = _longest(one, other)
    backwards = _longest(one[::-1], other[::-1])
    earliest = [(len(one) - 1 - left, len(other) - 1 - right) for left, right in reversed(backwards)]
    best = min(earliest, latest, key=lambda pairs: pairs[-1][1])
    return [*opening, *((start + left, start + right) for left, right in best)]


def _longest(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    width = len(other)
    table = [[0] * (width + 1)]
    for word in one:
        above, row, best = table[-1], [0], 0
        for theirs, corner, there in zip(other, above, above[1:], strict=False):
            if word == theirs:
                best = corner + 1
            elif there > best:
                best = there
            row.append(best)
        table.append(row)
    pairs: list[tuple[int, int]] = []
    left, right = len(one), width
    while left and right:
        if one[left - 1] == other[right - 1]:
            left, right = left - 1, right - 1
            pairs.append((left, right))
        elif table[left - 1][right] >= table[left][right - 1]:
            left -= 1
        else:
            right -= 1
    return pairs[::-1]
