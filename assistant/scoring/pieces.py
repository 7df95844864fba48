"""A long text in pieces: read as a whole, one grave sentence is drowned by many calm ones.

Blind messages among 60 calm words, 2026-11: a veto fires on 183 of 323 read whole, on 242 with pieces of 12 words
that must be `SURER` (250 at 3, 274 at 1); on long harmless messages on 3 of 68, then 7 (10, 21). docs/measurements.md.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.domain.understanding import Piece
from assistant.ports import Vectors

LONG_WORDS = 30
"""A text of more words than this is read in pieces too."""
SURER = 5.0
"""Odds that a veto needs on a piece, times those it needs on a whole message: a long text has many pieces."""
_LEAST_WORDS = 12
_MOST_WORDS, _STEP = 24, 16
"""A sentence without an end is cut into pieces that overlap."""
_MOST_PIECES = 12
"""Each costs as much as a message; longer texts have longer pieces."""
_SENTENCE_END = re.compile(r"(?<=[.!?…。！？])\s+")


class Part(NamedTuple):
    """A piece and its vector."""

    piece: Piece
    vector: NDArray[np.float32]


def with_vectors(pieces: Sequence[Sequence[Piece]], vectors: Vectors) -> list[tuple[Part, ...]]:
    """The pieces of each mention with their vectors, which are those of all pieces in order."""
    rows = iter(vectors)
    return [tuple(Part(piece, next(rows)) for piece in each) for each in pieces]


def pieces_of(text: str) -> tuple[str, ...]:
    """Runs of whole sentences with at least twelve words; none of a short text. Very long texts have longer pieces."""
    words = len(text.split())
    if words <= LONG_WORDS:
        return ()
    least = max(_LEAST_WORDS, words // _MOST_PIECES)
    pieces: list[str] = []
    run: list[str] = []
    for part in _parts(text, longest=max(_MOST_WORDS, 2 * least)):
        run += part.split()
        if len(run) >= least:
            pieces.append(" ".join(run))
            run = []
    return (*pieces, " ".join(run)) if run else tuple(pieces)


def _parts(text: str, *, longest: int) -> Iterator[str]:
    for sentence in _SENTENCE_END.split(text):
        words = sentence.split()
        if len(words) <= longest:
            yield sentence
            continue
        step = longest * _STEP // _MOST_WORDS
        for start in range(0, len(words), step):
            yield " ".join(words[start : start + longest])
            if start + longest >= len(words):
                break
