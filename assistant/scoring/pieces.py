"""A long text in sentences: read as a whole, one grave sentence is drowned by many calm ones.

Blind messages among 60 calm words, 2026-11, four sets to choose by and four to check: docs/measurements.md.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.domain.understanding import Piece
from assistant.ports import Vectors

LONG_WORDS = 24
"""A text of more words than this is read in pieces too."""
SURER = 5.0
SURER_OF_CRITICAL = 2.0
"""Odds that a veto needs on a piece, times those it needs on a whole message: a long text has many pieces."""
_LEAST_WORDS = 4
"""Shorter sentences are read together with the next."""
_MOST_WORDS, _STEP = 24, 16
"""A sentence without an end is cut into pieces that overlap."""
_MOST_PIECES = 24
"""Each is read like a message; longer texts have longer pieces."""
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])\s*")


class Part(NamedTuple):
    """A piece and its vector."""

    piece: Piece
    vector: NDArray[np.float32]


def with_vectors(pieces: Sequence[Sequence[Piece]], vectors: Vectors) -> list[tuple[Part, ...]]:
    """The pieces of each mention with their vectors, which are those of all pieces in order."""
    rows = iter(vectors)
    return [tuple(Part(piece, next(rows)) for piece in each) for each in pieces]


def is_long(text: str) -> bool:
    return len(text.split()) > LONG_WORDS


def pieces_of(lines: Sequence[str]) -> tuple[str, ...]:
    """The sentences of a text, short ones together. Very long texts have longer pieces.

    A new line ends a sentence unless it goes on in small letters, as lines of a wrapped e-mail do.
    """
    least = max(_LEAST_WORDS, sum(len(line.split()) for line in lines) // _MOST_PIECES)
    pieces: list[str] = []
    run: list[str] = []
    for part in _parts(lines, longest=max(_MOST_WORDS, 2 * least)):
        run += part.split()
        if len(run) >= least:
            pieces.append(" ".join(run))
            run = []
    if run and pieces and len(run) < _LEAST_WORDS:
        run = [pieces.pop(), *run]
    return (*pieces, " ".join(run)) if run else tuple(pieces)


def _parts(lines: Sequence[str], *, longest: int) -> Iterator[str]:
    for sentence in _sentences(lines):
        words = sentence.split()
        if len(words) <= longest:
            yield sentence
            continue
        step = longest * _STEP // _MOST_WORDS
        for start in range(0, len(words), step):
            yield " ".join(words[start : start + longest])
            if start + longest >= len(words):
                break


def _sentences(lines: Sequence[str]) -> Iterator[str]:
    begun: list[str] = []
    for line in lines:
        if not line[:1].islower():
            yield from _SENTENCE_END.split(" ".join(begun))
            begun = []
        begun.append(line)
    yield from _SENTENCE_END.split(" ".join(begun))
