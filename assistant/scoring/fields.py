"""The texts a passage is found by: all of it, its article's title and questions, and windows of a few sentences."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.domain.knowledge import Passage

FIELDS = "2"
"""Grows with every change to the texts below, so that an index built from the old ones is built again."""

WINDOW_WORDS = 45
"""Whole sentences are put together while they have so many words. One vector for 200 words says little of any of them:
with windows recall@5 of questions on long passages is .93, without .91 (benchmarks/retrieval.py, 2026-11)."""

Positions = NDArray[np.int64]

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass(frozen=True)
class Fields:
    """Which text belongs where; positions point into `texts`.

    `texts` holds first one full text a passage, in order, then every other text once. `titles` are title and questions
    of one article after the other, `title_starts` says where each article's begin, `article` which article a passage
    belongs to, `titled` whether that one has any title at all. `windows` are the pieces of one passage after the other,
    `window_starts` says where each passage's begin; one that is a single piece has its full text there. `size` counts
    the texts; fields that were read from files have the positions without the texts.
    """

    texts: tuple[str, ...]
    size: int
    titles: Positions
    title_starts: Positions
    article: Positions
    titled: NDArray[np.bool_]
    windows: Positions
    window_starts: Positions

    @property
    def passages(self) -> int:
        """How many passages there are."""
        return len(self.article)


def fields_of(passages: Sequence[Passage]) -> Fields:
    """The texts to embed and to index for these passages, in a fixed order."""
    texts = [full_text(passage) for passage in passages]
    places: dict[str, int] = {}
    for position, text in enumerate(texts):
        places.setdefault(text, position)

    def place(text: str) -> int:
        if text not in places:
            places[text] = len(texts)
            texts.append(text)
        return places[text]

    variants: dict[str, dict[str, None]] = {}
    for passage in passages:
        names = (name.strip() for name in (passage.title, *passage.questions))
        variants.setdefault(passage.article_id, {}).update(dict.fromkeys(name for name in names if name))
    titles: list[int] = []
    starts: list[int] = []
    for variant in variants.values():
        starts.append(len(titles))
        titles += [place(name) for name in variant] or [0]
    order = {article_id: position for position, article_id in enumerate(variants)}
    windows: list[int] = []
    window_starts: list[int] = []
    for position, passage in enumerate(passages):
        window_starts.append(len(windows))
        pieces = _windows(passage.text)
        windows += [place(piece) for piece in pieces] if len(pieces) > 1 else [position]
    return Fields(
        texts=tuple(texts),
        size=len(texts),
        titles=np.array(titles, np.int64),
        title_starts=np.array(starts, np.int64),
        article=np.array([order[passage.article_id] for passage in passages], np.int64),
        titled=np.array([bool(variants[passage.article_id]) for passage in passages], np.bool_),
        windows=np.array(windows, np.int64),
        window_starts=np.array(window_starts, np.int64),
    )


def _windows(text: str) -> list[str]:
    """The text in pieces of whole sentences, in order; longer sentences stay whole."""
    pieces: list[list[str]] = []
    words = 0
    for sentence in filter(None, map(str.strip, _SENTENCE.split(text))):
        length = len(sentence.split())
        if not pieces or words + length > WINDOW_WORDS:
            pieces.append([])
            words = 0
        pieces[-1].append(sentence)
        words += length
    return [" ".join(piece) for piece in pieces]


def full_text(passage: Passage) -> str:
    """Title, headings and text, as one would read it on the page."""
    return "\n".join(part for part in (passage.title, " > ".join(passage.headings), passage.text) if part)


def fingerprint_of(passages: Sequence[Passage], embedder_fingerprint: str) -> str:
    """Content hash of what is indexed and how; the same for the same passages, fields and embedder."""
    digest = hashlib.sha256(f"{FIELDS}\0{embedder_fingerprint}\0".encode())
    for passage in passages:
        digest.update(passage.model_dump_json().encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
    return digest.hexdigest()
