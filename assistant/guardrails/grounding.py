"""Does a sentence stand on its sources? Word overlap, order, polarity and scope, put together by a fitted score."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from assistant.guardrails.alignment import Difference, Line, compare, line
from assistant.guardrails.grounding_weights import INTERCEPT, WEIGHTS
from assistant.guardrails.sentences import split_sentences

_NEAR = 0.5
"""Least share of the claim's content words in one source sentence for which polarity and scope are compared."""
_COMMITTED = 0.8
"""A promise counts as the brand's own where this share of its words stands in one source sentence."""
_MOST_RIVALS = 3
_TIE = 0.85
"""Source sentences overlapping at least this much of the best one's overlap may speak for the claim too."""


class Source(NamedTuple):
    """A passage ready to compare."""

    lines: tuple[Line, ...]
    content: frozenset[str]
    pairs: frozenset[tuple[str, str]]


class Reading(NamedTuple):
    """How one sentence stands to the sources: shares in [0, 1], counts, and the source sentence nearest to it.

    `place` is the index of the passage of that sentence, None where nothing overlaps.
    """

    coverage: float
    nearest: float
    pairs: float
    order: float
    swaps: tuple[str, ...]
    negated: bool
    replaced: int
    added: int
    strange: int
    size: int
    place: int | None
    quote: str


@lru_cache(maxsize=4096)
def analyse(passage: str) -> Source:
    """A passage cut and counted, once."""
    lines = tuple(line(sentence) for sentence in split_sentences(passage))
    content = frozenset[str]().union(*(each.content for each in lines))
    pairs = frozenset[tuple[str, str]]().union(*(each.pairs for each in lines))
    return Source(lines, content, pairs)


def read(sentence: str, passages: Sequence[str]) -> Reading:
    """Lay a sentence beside its sources."""
    claim = line(sentence)
    sources = [analyse(passage) for passage in passages]
    size = len(claim.content)
    if not size:
        return Reading(
            1.0, 1.0, 1.0, 1.0, (), negated=False, replaced=0, added=0, strange=0, size=0, place=None, quote=""
        )
    known = sum(any(word in source.content for source in sources) for word in claim.content)
    paired = sum(any(pair in source.pairs for source in sources) for pair in claim.pairs)
    best = _nearest(claim, sources)
    place, nearest, difference, quote = best
    return Reading(
        coverage=known / size,
        nearest=nearest,
        pairs=paired / len(claim.pairs) if claim.pairs else known / size,
        order=difference.shared,
        swaps=difference.swaps if nearest >= _NEAR else (),
        negated=difference.negated and nearest >= _NEAR,
        replaced=difference.replaced if nearest >= _NEAR else 0,
        added=difference.added if nearest >= _NEAR else 0,
        strange=size - known,
        size=size,
        place=place,
        quote=quote,
    )


def _nearest(claim: Line, sources: Sequence[Source]) -> tuple[int | None, float, Difference, str]:
    """The source sentence that speaks best for the claim: among those that overlap most, the one that differs least."""
    ranked: list[tuple[float, int, Line]] = []
    for place, source in enumerate(sources):
        for other in source.lines:
            overlap = len(claim.content & other.content)
            if overlap:
                ranked.append((overlap + 0.5 * len(claim.pairs & other.pairs), place, other))
    if not ranked:
        return None, 0.0, Difference(0.0, (), negated=False, replaced=0, added=0), ""
    ranked.sort(key=lambda entry: -entry[0])
    near = [entry for entry in ranked[:_MOST_RIVALS] if entry[0] >= _TIE * ranked[0][0]]
    compared = [(compare(claim, other), place, other) for _, place, other in near]
    difference, place, other = min(
        compared, key=lambda each: (bool(each[0].swaps), each[0].negated, each[0].replaced, -each[0].shared)
    )
    return place, len(claim.content & other.content) / len(claim.content), difference, other.text


class Statement(NamedTuple):
    """A sentence with all that was measured of it; `missing_*` count hard facts that no source holds."""

    reading: Reading
    missing_numbers: int = 0
    missing_names: int = 0
    missing_contacts: int = 0
    commits: bool = False
    personal: bool = False


def features(statements: Sequence[Statement]) -> dict[str, float]:
    """What the score is made of; every value is finite and of the order of one."""
    readings = [statement.reading for statement in statements if statement.reading.size]
    if not readings:
        return dict.fromkeys(FEATURES, 0.0)
    total = sum(reading.size for reading in readings)

    def mean(field: str) -> float:
        return sum(float(getattr(reading, field)) * reading.size for reading in readings) / total

    values = {
        "uncovered": 1 - mean("coverage"),
        "worst_uncovered": 1 - min(reading.coverage for reading in readings),
        "apart": 1 - mean("nearest"),
        "worst_apart": 1 - min(reading.nearest for reading in readings),
        "unpaired": 1 - mean("pairs"),
        "worst_unpaired": 1 - min(reading.pairs for reading in readings),
        "disordered": 1 - mean("order"),
        "worst_disordered": 1 - min(reading.order for reading in readings),
        "strange": math.log1p(sum(reading.strange for reading in readings)),
        "verbatim": float(all(reading.order == 1 and reading.pairs == 1 for reading in readings)),
        "swaps": float(min(2, sum(len(reading.swaps) for reading in readings))),
        "negated": float(min(2, sum(reading.negated for reading in readings))),
        "replaced": float(min(3, sum(reading.replaced for reading in readings))),
        "added": float(min(3, sum(reading.added for reading in readings))),
        "numbers": float(min(2, sum(statement.missing_numbers for statement in statements))),
        "names": float(min(2, sum(statement.missing_names for statement in statements))),
        "contacts": float(min(2, sum(statement.missing_contacts for statement in statements))),
        "commits": float(any(statement.commits and statement.reading.nearest < _COMMITTED for statement in statements)),
        "personal": float(any(statement.personal for statement in statements)),
        "length": math.log(total),
    }
    values["sentences"] = math.log(len(readings))
    return values


FEATURES = (
    "uncovered", "worst_uncovered", "apart", "worst_apart", "unpaired", "worst_unpaired", "disordered", "worst_disordered",
    "strange", "verbatim", "swaps", "negated", "replaced", "added", "numbers", "names", "contacts", "commits", "personal",
    "length", "sentences",
)  # fmt: skip


def score(statements: Sequence[Statement]) -> float:
    """How likely the sentences stand on their sources, in [0, 1]; 1 where nothing is stated."""
    if not any(statement.reading.size for statement in statements):
        return 1.0
    total = INTERCEPT + sum(WEIGHTS[name] * value for name, value in features(statements).items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
