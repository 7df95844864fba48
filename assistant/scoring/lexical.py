"""BM25 over passages and over the titles and questions of their articles, in [0, 1]."""

import logging
import re
import unicodedata
from collections.abc import Mapping, Sequence

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
_CAMEL = re.compile(r"(?<=[a-zß-ÿ])(?=[A-ZÀ-Þ])")
"""Where the words of a hashtag like #LostBag meet."""
_WORD = re.compile(r"\d+|[^\W\d_]+(?:'[^\W\d_]+)*")
"""Words and numbers apart, so that 10kg matches 10 kg."""
_STOP_WORDS = """a an and are as at be but by for if in into is it no not of on or such that the their then there these
they this to was will with"""
"""Lucene's list: every English question is full of them."""
_STOP = frozenset(_STOP_WORDS.split())
_STEMMER = Stemmer.Stemmer("english", 100_000)


def words_of(text: str) -> list[str]:
    """The stems a text is found by, in order."""
    clean = _CAMEL.sub(" ", _NOISE.sub(" ", unicodedata.normalize("NFKC", text))).casefold().replace("’", "'")
    stems: list[str] = _STEMMER.stemWords([word for word in _WORD.findall(clean) if word not in _STOP])
    return stems


class Lexicon:
    """Scores every passage for a query by its words; costs about 0.1 ms a query for some hundred passages."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        self._full = _Bm25(fields.texts[: fields.passages])
        self._titles = _Bm25([fields.texts[position] for position in fields.titles])

    def score(self, query: str) -> Scores:
        """One score a passage in [0, 1]: half from the whole passage, half from its article's best title or question.

        A passage without any title is scored by the whole passage alone.
        """
        words = words_of(query)
        fields = self._fields
        if not words or fields.passages == 0:
            return np.zeros(fields.passages, np.float32)
        full = _scaled(self._full.score(words), self._full.ceiling(words))
        variants = self._titles.score(words)
        best = np.maximum.reduceat(variants, fields.title_starts)[fields.article]
        title = _scaled(np.where(fields.titled, best, np.float32(0)), self._titles.ceiling(words))
        both: Scores = (full + np.where(fields.titled, title, full)) / np.float32(2)
        return both


class _Bm25:
    """Plain BM25 (Lucene's variant) over texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        words = [words_of(text) for text in texts]
        self._size = len(words)
        self._postings: dict[str, tuple[NDArray[np.int32], Scores]] = {}
        self._rarity: Mapping[str, float] = {}
        if any(words):
            model = bm25s.BM25(k1=_K1, b=_B)
            model.index(words, show_progress=False)
            starts = np.asarray(model.scores["indptr"], np.int64).tolist()
            places, weights = np.asarray(model.scores["indices"]), np.asarray(model.scores["data"], np.float32)
            spans = {word: slice(*starts[at : at + 2]) for word, at in model.vocab_dict.items() if at + 1 < len(starts)}
            self._postings = {word: (places[span], weights[span]) for word, span in spans.items()}
            self._rarity = {word: _rarity(self._size, len(found)) for word, (found, _) in self._postings.items()}

    def score(self, words: list[str]) -> Scores:
        """What bm25s's own `get_scores` gives, without a numpy call for each word."""
        found = [self._postings[word] for word in words if word in self._postings]
        if not found:
            return np.zeros(self._size, np.float32)
        places, weights = (np.concatenate(parts) for parts in zip(*found, strict=True))
        return np.bincount(places, weights, minlength=self._size).astype(np.float32)

    def ceiling(self, words: Sequence[str]) -> float:
        """What a text would score that held each word without end."""
        unseen = _rarity(self._size, 0)
        return sum(self._rarity.get(word, unseen) for word in words)


def _rarity(size: int, found: int) -> float:
    return float(np.log1p((size - found + 0.5) / (found + 0.5)))


def _scaled(raw: Scores, ceiling: float) -> Scores:
    best = float(raw.max())
    if best <= 0.0:
        return np.zeros_like(raw)
    return (raw * np.float32(_BEST / best + (1 - _BEST) / ceiling)).clip(0.0, 1.0)
