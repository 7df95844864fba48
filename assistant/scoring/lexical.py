"""BM25 over passages and over the titles and questions of their articles, in [0, 1]."""

import logging
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import bm25s
import numpy as np
import Stemmer
from numpy.typing import NDArray

from assistant.scoring.fields import Fields

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to DEBUG on import

Scores = NDArray[np.float32]

_K1, _B = 1.2, 0.75  # BM25's usual values, the ones of the design measurements
_BEST = 0.6
"""Weight of the score relative to the best passage of the query; the rest is the share of the query that is found.

Relative alone, a passage that matches one stray word counts as a perfect match; by share alone, long chatty messages
barely count at all. benchmarks/retrieval.py, 2026-11: .6/.4 is ahead of dense search on three FAQ sets and of either
half alone on messages to a brand.
"""
_NOISE = re.compile(r"https?://\S+|www\.\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+\.[\w.-]+|@\w+", re.IGNORECASE)
"""Web addresses, e-mail addresses and handles: whom a message is sent to says nothing of what it asks."""
_MAY_BE_NOISE = re.compile(r"@|://|\bwww\.", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-zß-ÿ])(?=[A-ZÀ-Þ])")
"""Where the words of a hashtag like #LostBag meet."""
_WORD = re.compile(r"\d+|[^\W\d_]+(?:'[^\W\d_]+)*")
"""Words and numbers apart, so that 10kg matches 10 kg."""
_STOP_WORDS = """a an and are as at be but by for if in into is it no not of on or such that the their then there these
they this to was will with"""
"""Lucene's list: every English question is full of them."""
_STOP = frozenset(_STOP_WORDS.split())
WORDS = 1
"""Grows with every change to how texts are cut into words or weighed, so that what was kept is made again."""
_STEMMER = Stemmer.Stemmer("english", 100_000)


def words_of(text: str) -> list[str]:
    """The stems a text is found by, in order."""
    said = unicodedata.normalize("NFKC", text)
    if _MAY_BE_NOISE.search(said):
        said = _NOISE.sub(" ", said)
    clean = _CAMEL.sub(" ", said).casefold().replace("’", "'")
    stems: list[str] = _STEMMER.stemWords([word for word in _WORD.findall(clean) if word not in _STOP])
    return stems


Arrays = Mapping[str, NDArray[Any]]
"""What a lexicon is made of, to be kept in files."""


class Lexicon:
    """Scores every passage for each query by its words, many queries at a time.

    `kept` are the `arrays` of one made before of the same fields, read from the disk as they are used; those of another
    version or size are left aside, and the texts are read again.
    """

    def __init__(self, fields: Fields, kept: Arrays | None = None) -> None:
        self._fields = fields
        known = kept if kept is not None and fits(kept, fields) else {}
        self._full = _restored("full", known) or _read_all(fields.texts[: fields.passages])
        self._titles = _restored("titles", known) or _read_all([fields.texts[position] for position in fields.titles])

    @property
    def arrays(self) -> Arrays:
        """What another lexicon of the same fields can begin with."""
        sizes = np.array([WORDS, self._full.size, self._titles.size], np.int64)
        return {"sizes": sizes, **_kept("full", self._full), **_kept("titles", self._titles)}

    def scores(self, queries: Sequence[str]) -> Scores:
        """One row a query, one score a passage in [0, 1]: half from the whole passage, half from its article's best
        title or question.

        A passage without any title is scored by the whole passage alone.
        """
        fields = self._fields
        if fields.passages == 0:
            return np.zeros((len(queries), 0), np.float32)
        words = [words_of(query) for query in queries]
        full, variants = self._full.read(words), self._titles.read(words)
        best = np.maximum.reduceat(variants.scores, fields.title_starts, axis=1)[:, fields.article]
        own = _scaled(full.scores, full.ceilings)
        title = _scaled(np.where(fields.titled, best, np.float32(0)), variants.ceilings)
        both: Scores = (own + np.where(fields.titled, title, own)) / np.float32(2)
        return both


class _Read(NamedTuple):
    """Of queries, a row each: the score of each text, and what a text would score that held each word without end."""

    scores: Scores
    ceilings: NDArray[np.float64]


@dataclass(frozen=True)
class _Bm25:
    """Plain BM25 (Lucene's variant) over `size` texts.

    The texts that hold word w, and what it weighs in each, stand from `starts[w]` on, `lengths[w]` of them.
    """

    size: int
    ids: Mapping[str, int]
    places: NDArray[np.int32]
    weights: NDArray[np.float32]
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]

    def read(self, queries: Sequence[Sequence[str]]) -> _Read:
        """What bm25s's own `get_scores` gives, all words of all queries at once."""
        known = [[self.ids[word] for word in words if word in self.ids] for words in queries]
        unseen = np.array([len(words) - len(ids) for words, ids in zip(queries, known, strict=True)])
        ceilings = unseen * _rarity(self.size, np.zeros(1, np.int64))
        ids = np.array([at for of_query in known for at in of_query], np.int64)
        if not len(ids):
            return _Read(np.zeros((len(queries), self.size), np.float32), ceilings)
        rows = np.repeat(np.arange(len(queries)), [len(of_query) for of_query in known])
        ceilings += np.bincount(rows, _rarity(self.size, self.lengths[ids]), minlength=len(queries))
        lengths = self.lengths[ids]
        postings = np.repeat(self.starts[ids] - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
        cells = np.repeat(rows, lengths) * self.size + self.places[postings]
        scores = np.bincount(cells, self.weights[postings], minlength=len(queries) * self.size)
        return _Read(scores.reshape(len(queries), self.size).astype(np.float32), ceilings)


def _read_all(texts: Sequence[str]) -> _Bm25:
    words = [words_of(text) for text in texts]
    nothing = np.zeros(0, np.int64)
    if not any(words):
        return _Bm25(len(words), {}, nothing.astype(np.int32), nothing.astype(np.float32), nothing, nothing)
    model = bm25s.BM25(k1=_K1, b=_B)
    model.index(words, show_progress=False)
    ends = np.asarray(model.scores["indptr"], np.int64)
    return _Bm25(
        size=len(words),
        ids={word: at for word, at in model.vocab_dict.items() if at < len(ends) - 1},
        places=np.asarray(model.scores["indices"], np.int32),
        weights=np.asarray(model.scores["data"], np.float32),
        starts=ends[:-1],
        lengths=np.diff(ends),
    )


_NONE = _read_all(())


def _kept(name: str, read: _Bm25) -> Arrays:
    vocabulary = "\n".join(sorted(read.ids, key=read.ids.__getitem__)).encode()
    return {
        f"{name}-words": np.frombuffer(vocabulary, np.uint8),
        f"{name}-ids": np.array(sorted(read.ids.values()), np.int64),
        f"{name}-places": read.places,
        f"{name}-weights": read.weights,
        f"{name}-starts": read.starts,
        f"{name}-lengths": read.lengths,
    }


def _restored(name: str, kept: Arrays) -> _Bm25 | None:
    if not kept:
        return None
    words = kept[f"{name}-words"].tobytes().decode().split("\n")
    return _Bm25(
        size=int(kept["sizes"][1 if name == "full" else 2]),
        ids=dict(zip(words, kept[f"{name}-ids"].tolist(), strict=True)) if len(kept[f"{name}-ids"]) else {},
        places=kept[f"{name}-places"],
        weights=kept[f"{name}-weights"],
        starts=np.array(kept[f"{name}-starts"]),
        lengths=np.array(kept[f"{name}-lengths"]),
    )


def fits(kept: Arrays, fields: Fields) -> bool:
    """Whether these are the arrays of a lexicon of these fields, as this version makes them; others may stand by."""
    names = {"sizes", *_kept("full", _NONE), *_kept("titles", _NONE)}
    return names <= kept.keys() and kept["sizes"].tolist() == [WORDS, fields.passages, len(fields.titles)]


def _rarity(size: int, found: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.log1p((size - found + 0.5) / (found + 0.5))


def _scaled(raw: Scores, ceilings: NDArray[np.float64]) -> Scores:
    """Rows of [0, 1]; one without any score stays at 0."""
    best = raw.max(axis=1).astype(np.float64)
    hit = best > 0.0
    factors = np.divide(_BEST, best, out=np.zeros_like(best), where=hit)
    factors += np.divide(1 - _BEST, ceilings, out=np.zeros_like(best), where=hit)
    scaled: Scores = (raw * factors.astype(np.float32)[:, None]).clip(0.0, 1.0)
    return scaled
