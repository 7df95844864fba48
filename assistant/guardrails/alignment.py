"""Lays a sentence of a reply beside a sentence of a source and says what was changed between the words they share."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from assistant.guardrails.contrasts import OPPOSITES, SAME
from assistant.guardrails.words import FUNCTION_WORDS, NEGATIONS, stem, words

_MOST_WORDS = 60
"""Words of a sentence that are aligned; a longer one is compared by its first words."""
_IDLE = frozenset(stem(word) for word in FUNCTION_WORDS) - {
    "and",
    "or",
    "to",
    "from",
    "by",
    "on",
    "in",
    "for",
    "at",
    "of",
}
_GLUE = frozenset({"to", "from", "by", "on", "in", "for", "at", "of"})
_NOT = frozenset(NEGATIONS)


class Line(NamedTuple):
    """One sentence ready to compare: stems in order without idle words, its content stems and their neighbour pairs."""

    text: str
    order: tuple[str, ...]
    content: frozenset[str]
    pairs: frozenset[tuple[str, str]]


class Difference(NamedTuple):
    """What changed between the shared words. `swaps` are opposites put in each other's place, `replaced` counts other
    words put in a source word's place, `added` words put between, `negated` says that only one side denies;
    `shared` is the share of the claim's content words found in the same order."""

    shared: float
    swaps: tuple[str, ...]
    negated: bool
    replaced: int
    added: int


@lru_cache(maxsize=16384)
def line(sentence: str) -> Line:
    """A sentence ready to compare."""
    order = tuple(
        word for word in (SAME.get(token, token) for token in map(stem, words(sentence))) if word not in _IDLE
    )
    spine = [word for word in order if word not in _NOT and word not in _GLUE]
    return Line(sentence, order, frozenset(spine), frozenset(zip(spine, spine[1:], strict=False)))


@lru_cache(maxsize=16384)
def compare(claim: Line, source: Line) -> Difference:
    """The differences of a claim from the source sentence nearest to it."""
    ours, theirs = claim.order[:_MOST_WORDS], source.order[:_MOST_WORDS]
    matches = _matches(ours, theirs)
    if not matches:
        return Difference(0.0, (), negated=False, replaced=0, added=0)
    shared = sum(1 for place, _ in matches if ours[place] in claim.content)
    swaps: list[str] = []
    replaced = added = 0
    denials = [0, 0]
    for our_gap, their_gap, inner in _gaps(ours, theirs, matches):
        denials[0] += sum(word in _NOT for word in our_gap)
        denials[1] += sum(word in _NOT for word in their_gap) if inner else 0
        swaps += [f"{left} / {right}" for left in our_gap for right in their_gap if (left, right) in OPPOSITES]
        fresh = [word for word in our_gap if word in claim.content and word not in source.content]
        gone = [word for word in their_gap if word in source.content and word not in claim.content]
        if inner and fresh and gone:
            replaced += min(len(fresh), len(gone))
            added += max(0, len(fresh) - len(gone))
        elif inner:
            added += len(fresh)
    total = sum(word in claim.content for word in ours)
    return Difference(
        shared / total if total else 1.0,
        tuple(swaps),
        negated=bool(denials[0] % 2 != denials[1] % 2),
        replaced=replaced,
        added=added,
    )


def _gaps(
    ours: Sequence[str], theirs: Sequence[str], matches: Sequence[tuple[int, int]]
) -> list[tuple[Sequence[str], Sequence[str], bool]]:
    """Words of both sides between neighbouring matches; the last value is False before the first and after the last."""
    gaps: list[tuple[Sequence[str], Sequence[str], bool]] = []
    left, right = -1, -1
    for place, (one, other) in enumerate(matches):
        gaps.append((ours[left + 1 : one], theirs[right + 1 : other], place > 0))
        left, right = one, other
    gaps.append((ours[left + 1 :], theirs[right + 1 :], False))
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
