"""Lays a sentence of a reply beside a sentence of a source and says what was changed between the words they share."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from assistant.guardrails.contrasts import OPPOSITES, SAME
from assistant.guardrails.words import FUNCTION_WORDS, NEGATIONS, stem, words

_MOST_WORDS = 60
"""Words of a sentence that are aligned; a longer one is compared by its first words."""
_GLUE = frozenset("to from by on in for at of and or some all any each every both also only".split())
"""Words that carry no content by themselves, but turn a rule round when swapped."""
_IDLE = frozenset(map(stem, FUNCTION_WORDS)) - _GLUE
_EDGE = 3
"""Words before the first or after the last shared word that still belong to what is compared."""
_ALTERED = 0.6
"""Least share of words in common for a number in another number's place to be a change of it."""


class Line(NamedTuple):
    """One sentence ready to compare: all stems, those in order without idle words, content stems and their neighbours."""

    text: str
    spoken: tuple[str, ...]
    order: tuple[str, ...]
    content: frozenset[str]
    pairs: frozenset[tuple[str, str]]


class Difference(NamedTuple):
    """What changed between the shared words. `swaps` are opposites put in each other's place, `altered` numbers put in
    another number's place, `replaced` counts other words put in a source word's place, `added` words put between,
    `negated` says that only one side denies; `shared` is the share of the claim's content words found in order."""

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
    return Line(sentence, spoken, order, frozenset(spine), frozenset(zip(spine, spine[1:], strict=False)))


@lru_cache(maxsize=16384)
def compare(claim: Line, source: Line) -> Difference:
    """The differences of a claim from the source sentence nearest to it."""
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
            altered += _altered(fresh, gone) if shared >= _ALTERED else []
    denied = sum(_denials(one) - _denials(other) for one, other, inner in gaps if inner) % 2 == 1
    return Difference(shared, tuple(swaps), tuple(altered), denied, replaced, added)


def _altered(fresh: Sequence[str], gone: Sequence[str]) -> list[str]:
    ours = [word for word in fresh if word[0].isdigit()]
    theirs = [word for word in gone if word[0].isdigit()]
    return [f"{one} / {other}" for one, other in zip(ours, theirs, strict=False)]


def _denials(gap: Sequence[str]) -> int:
    return sum(word in NEGATIONS for word in gap)


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
    """A longest common subsequence as pairs of places."""
    start = 0
    while start < len(ours) and start < len(theirs) and ours[start] == theirs[start]:
        start += 1
    matches = [(place, place) for place in range(start)]
    end = 0
    while end < min(len(ours), len(theirs)) - start and ours[-1 - end] == theirs[-1 - end]:
        end += 1
    one, other = ours[start : len(ours) - end], theirs[start : len(theirs) - end]
    if one and other and not set(one).isdisjoint(other):
        matches += [(start + left, start + right) for left, right in _longest(one, other)]
    tail_ours, tail_theirs = len(ours) - end, len(theirs) - end
    return matches + [(tail_ours + place, tail_theirs + place) for place in range(end)]


def _longest(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    width = len(other)
    table = [[0] * (width + 1)]
    for word in one:
        above, row = table[-1], [0]
        for place in range(width):
            row.append(above[place] + 1 if word == other[place] else max(above[place + 1], row[place]))
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
