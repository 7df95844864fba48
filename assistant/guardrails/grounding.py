"""Does a sentence stand on its sources? Word overlap, order, polarity and scope, put together by a fitted score."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from assistant.guardrails.alignment import Difference, Line, compare, line
from assistant.guardrails.grounding_weights import INTERCEPT, WEIGHTS
from assistant.guardrails.lead_ins import without_lead_in
from assistant.guardrails.sentences import split_sentences

_NEAR = 0.5
"""Least share of the claim's content words in one source sentence for which polarity and scope are compared."""
_COMMITTED = 0.8
"""A promise counts as the brand's own where this share of its words stands in one source sentence."""
_CLOSE = 0.75
"""Share of the claim's words found in order in one source sentence from which it counts as repeating it."""
_FLAT = 30.0
"""Log-odds beyond which the score is 0 or 1 to every digit."""
_MOST_RIVALS = 3
_TIE = 0.85
"""Source sentences overlapping at least this much of the best one's overlap may speak for the claim too."""


class Source(NamedTuple):
    """A passage ready to compare."""

    lines: tuple[Line, ...]
    content: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    spoken: frozenset[str]
    proper: frozenset[str]
    runs: frozenset[tuple[str, str]]


class Reading(NamedTuple):
    """How one sentence stands to the sources: shares in [0, 1], counts, and the source sentence nearest to it.

    `coverage` and `pairs` look at content words and their neighbours, `spoken` and `runs` at all words and theirs;
    `place` is the index of the passage of that sentence, None where nothing overlaps.
    """

    coverage: float
    nearest: float
    pairs: float
    spoken: float
    runs: float
    difference: Difference
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
    spoken = frozenset[str]().union(*(each.spoken for each in lines))
    runs = frozenset[tuple[str, str]]().union(*(zip(each.spoken, each.spoken[1:], strict=False) for each in lines))
    proper = frozenset[str]().union(*(each.proper for each in lines))
    return Source(lines, content, pairs, spoken, proper, runs)


def read(sentence: str, passages: Sequence[str], *, terms: frozenset[str] = frozenset()) -> Reading:
    """Lay a sentence beside its sources; `terms` are stems of names the brand uses, such as those of its fares."""
    claim = line(without_lead_in(sentence))
    sources = [analyse(passage) for passage in passages]
    size = len(claim.content)
    if not size:
        return Reading(1.0, 1.0, 1.0, 1.0, 1.0, Difference(1.0), strange=0, size=0, place=None, quote="")
    known = sum(any(word in source.content for source in sources) for word in claim.content)
    paired = sum(any(pair in source.pairs for source in sources) for pair in claim.pairs)
    runs = list(zip(claim.spoken, claim.spoken[1:], strict=False))
    place, nearest, difference, quote = _nearest(claim, sources, terms)
    return Reading(
        coverage=known / size,
        nearest=nearest,
        pairs=paired / len(claim.pairs) if claim.pairs else known / size,
        spoken=sum(any(word in source.spoken for source in sources) for word in claim.spoken) / len(claim.spoken),
        runs=sum(any(run in source.runs for source in sources) for run in runs) / max(1, len(runs)),
        difference=difference if nearest >= _NEAR else Difference(difference.shared),
        strange=size - known,
        size=size,
        place=place,
        quote=quote,
    )


def _nearest(
    claim: Line, sources: Sequence[Source], terms: frozenset[str]
) -> tuple[int | None, float, Difference, str]:
    """The source sentence that speaks best for the claim: among those that overlap most, the one that differs least."""
    ranked: list[tuple[float, int, Line]] = []
    for place, source in enumerate(sources):
        for other in source.lines:
            overlap = len(claim.content & other.content)
            if overlap:
                ranked.append((overlap + 0.5 * len(claim.pairs & other.pairs), place, other))
    if not ranked:
        return None, 0.0, Difference(0.0), ""
    ranked.sort(key=lambda entry: -entry[0])
    proper = terms.union(*(source.proper for source in sources))
    near = [entry for entry in ranked[:_MOST_RIVALS] if entry[0] >= _TIE * ranked[0][0]]
    compared = [(compare(claim, other, proper), place, other) for _, place, other in near]
    difference, place, other = min(
        compared,
        key=lambda each: (bool(each[0].swaps or each[0].altered), each[0].negated, each[0].replaced, -each[0].shared),
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
    asks: bool = False


def features(statements: Sequence[Statement]) -> dict[str, float]:
    """What the score is made of; every value is finite and of the order of one.

    `*_close` are the same signs where the sentence otherwise repeats its source: there a change is a change of fact.
    """
    stated = [statement for statement in statements if statement.reading.size]
    if not stated:
        return dict.fromkeys(FEATURES, 0.0)
    readings = [statement.reading for statement in stated]
    total = sum(reading.size for reading in readings)
    values = {
        **_shares("uncovered", [reading.coverage for reading in readings], readings),
        **_shares("apart", [reading.nearest for reading in readings], readings),
        **_shares("unpaired", [reading.pairs for reading in readings], readings),
        **_shares("unspoken", [reading.spoken for reading in readings], readings),
        **_shares("broken", [reading.runs for reading in readings], readings),
        **_shares("disordered", [reading.difference.shared for reading in readings], readings),
        "strange": math.log1p(sum(reading.strange for reading in readings)),
        "commits": float(any(each.commits and each.reading.nearest < _COMMITTED for each in stated)),
        "personal": float(any(statement.personal for statement in stated)),
        "asks": float(any(statement.asks for statement in stated)),
        "length": math.log(total),
        "sentences": math.log(len(readings)),
        "contacts": float(min(2, sum(statement.missing_contacts for statement in stated))),
    }
    for name, count, most in _SIGNS:
        counts = [count(statement) for statement in stated]
        values[name] = float(min(most, sum(counts)))
        values[f"{name}_close"] = float(
            min(
                most, sum(n for n, reading in zip(counts, readings, strict=True) if reading.difference.shared >= _CLOSE)
            )
        )
    return values


def _shares(name: str, shares: Sequence[float], readings: Sequence[Reading]) -> dict[str, float]:
    total = sum(reading.size for reading in readings)
    mean = sum(share * reading.size for share, reading in zip(shares, readings, strict=True)) / total
    return {name: 1 - mean, f"worst_{name}": 1 - min(shares)}


_SIGNS: tuple[tuple[str, Callable[[Statement], int], int], ...] = (
    ("swaps", lambda each: len(each.reading.difference.swaps), 2),
    ("altered", lambda each: len(each.reading.difference.altered), 2),
    ("negated", lambda each: int(each.reading.difference.negated), 2),
    ("replaced", lambda each: each.reading.difference.replaced, 3),
    ("added", lambda each: each.reading.difference.added, 3),
    ("numbers", lambda each: each.missing_numbers, 2),
    ("names", lambda each: each.missing_names, 2),
)
"""Signs of a change, and the count above which more of it says nothing new."""

FEATURES = (
    "uncovered", "worst_uncovered", "apart", "worst_apart", "unpaired", "worst_unpaired", "disordered",
    "worst_disordered", "unspoken", "worst_unspoken", "broken", "worst_broken", "strange", "commits", "personal",
    "asks", "length", "sentences", "contacts",
    *(name + close for name, _, _ in _SIGNS for close in ("", "_close")),
)  # fmt: skip


def score(statements: Sequence[Statement]) -> float:
    """How likely the sentences stand on their sources, in [0, 1]; 1 where nothing is stated."""
    return score_with(statements, INTERCEPT, WEIGHTS)


def score_with(statements: Sequence[Statement], intercept: float, weights: Mapping[str, float]) -> float:
    """`score` with other weights."""
    if not any(statement.reading.size for statement in statements):
        return 1.0
    total = intercept + sum(weights[name] * value for name, value in features(statements).items())
    return 1 / (1 + math.exp(-max(-_FLAT, min(_FLAT, total))))
