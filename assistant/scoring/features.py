"""Word and character n-grams with TF-IDF weights: the half of the features that needs no model."""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float32]
Matrix: TypeAlias = sparse.csr_matrix
_Ids = NDArray[np.int32]

_TOKEN = re.compile(r"\w+(?:['’]\w+)?|[^\w\s.,;:'’\"()\[\]/–—-]+")
_MAX_CHARACTERS = 4_000
"""Far more than a message's 256 embedded tokens; keeps a pasted book from slowing everyone down."""
_MAX_WORD = 24
"""Longer ones are keyboard noise or links; their beginning is read."""
_CHARACTERS = range(2, 6)
_REMEMBERED_WORDS = 50_000
_NONE = np.zeros(0, np.int32)


class TfIdf:
    """Fitted TF-IDF over word 1-2-grams and character 2-5-grams within words; each half of unit length.

    `terms` lists the word terms first, then, from `words` on, the character terms.
    """

    def __init__(self, terms: Sequence[str], words: int, idf: Floats) -> None:
        self.terms = tuple(terms)
        self.words = words
        self.idf = idf

    def transform(self, texts: Sequence[str]) -> Matrix:
        """One row per text, float32."""
        (rows,) = self._alone.transform(texts)
        return rows

    @cached_property
    def _alone(self) -> "Together":
        return Together([self])


class Together:
    """Several TF-IDFs that read each text once."""

    def __init__(self, parts: Sequence[TfIdf]) -> None:
        ends = np.cumsum([0, *(len(part.terms) for part in parts)])
        halves = [bound for part, start in zip(parts, ends, strict=False) for bound in (start, start + part.words)]
        self._ends: Sequence[int] = ends.tolist()
        self._halves = np.array(halves, np.int64)
        self._idf = np.concatenate([part.idf for part in parts])
        self._word_ids: dict[tuple[str, ...], list[int]] = {}
        self._character_ids: dict[str, list[int]] = {}
        for part, start in zip(parts, self._ends, strict=False):
            for at, term in enumerate(part.terms[: part.words], start):
                self._word_ids.setdefault(tuple(term.split(" ")), []).append(at)
            for at, term in enumerate(part.terms[part.words :], start + part.words):
                self._character_ids.setdefault(term, []).append(at)
        self._remembered: dict[str, _Ids] = {}

    def transform(self, texts: Sequence[str]) -> list[Matrix]:
        """A matrix for each, one row per text, float32."""
        found: list[_Ids] = []
        lengths: list[int] = []
        for text in texts:
            of_text = self._terms_in(tokens(text))
            found += of_text
            lengths.append(sum(map(len, of_text)))
        columns = self._ends[-1]
        firsts = columns * np.arange(len(texts), dtype=np.int64)  # a cell is counted through all rows
        cells, counts = _counted(np.concatenate([*found, _NONE]) + np.repeat(firsts, lengths))
        starts = np.searchsorted(cells, (firsts[:, None] + self._halves).ravel())
        sizes = np.diff(starts, append=len(cells))
        ids = cells - np.repeat(np.repeat(firsts, len(self._halves)), sizes)
        weights = (1 + np.log(counts)) * self._idf[ids]
        weights /= np.repeat(_lengths(weights, starts, sizes), sizes)
        return self._apart(ids, weights, sizes)

    def _terms_in(self, words: Sequence[str]) -> list[_Ids]:
        """Those of each word, then those of pairs."""
        pairs, known = self._word_ids, self._remembered
        ids = [known[word] if word in known else self._terms_of(word) for word in words]
        return [*ids, np.array([at for pair in pairwise(words) if pair in pairs for at in pairs[pair]], np.int32)]

    def _terms_of(self, word: str) -> _Ids:
        """The word itself and its character grams, remembered, since words come again."""
        ids = list(self._word_ids.get((word,), ()))
        for places in map(self._character_ids.get, character_grams(word)):
            if places is not None:
                ids += places
        terms = np.array(ids, np.int32)
        if len(self._remembered) < _REMEMBERED_WORDS:
            self._remembered[word] = terms
        return terms

    def _apart(self, ids: NDArray[np.int64], weights: Floats, sizes: NDArray[np.int64]) -> list[Matrix]:
        """The columns of each, counted from 0; `sizes` are those of each row's halves in turn."""
        rows = sizes.reshape(-1, len(self._ends) - 1, 2).sum(axis=2)
        apart: list[Matrix] = []
        for at, (start, end) in enumerate(pairwise(self._ends)):
            own = (ids >= start) & (ids < end)
            before = np.concatenate([[0], np.cumsum(rows[:, at])]).astype(np.int32)
            parts = (weights[own], (ids[own] - start).astype(np.int32), before)
            apart.append(sparse.csr_matrix(parts, shape=(len(rows), end - start)))
        return apart


def _counted(cells: NDArray[np.int64]) -> tuple[NDArray[np.int64], Floats]:
    """Each once, in order, and how often it came."""
    cells.sort()
    firsts = np.flatnonzero(np.diff(cells, prepend=-1))
    return cells[firsts], np.diff(firsts, append=len(cells)).astype(np.float32)


def _lengths(weights: Floats, starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> Floats:
    """Of each stretch of weights; 1 of an empty one."""
    lengths = np.ones(len(starts))
    held = sizes > 0
    if held.any():
        lengths[held] = np.sqrt(np.add.reduceat(weights.astype(np.float64) ** 2, starts[held]))
    return np.asarray(np.maximum(lengths, 1e-6), np.float32)


def fit_tfidf(texts: Sequence[str], *, min_count: int, max_terms: int) -> TfIdf:
    """Count terms in texts; keep those in at least `min_count` texts, the `max_terms` most frequent of each half."""
    kept: list[str] = []
    idf: list[float] = []
    sizes: list[int] = []
    for half in (_word_grams, _all_character_grams):
        frequency: dict[str, int] = {}
        for text in texts:
            for term in set(half(tokens(text))):
                frequency[term] = frequency.get(term, 0) + 1
        common = sorted((term for term, n in frequency.items() if n >= min_count), key=lambda t: (-frequency[t], t))
        common = sorted(common[:max_terms])
        sizes.append(len(common))
        kept += common
        idf += [float(np.log((1 + len(texts)) / (1 + frequency[term])) + 1) for term in common]
    return TfIdf(kept, sizes[0], np.array(idf, np.float32))


@lru_cache(maxsize=1024)
def tokens(text: str) -> tuple[str, ...]:
    """Lower-case words and runs of emoji and of marks that carry tone, in order. Remembered for about a batch."""
    return tuple([token[:_MAX_WORD] for token in _TOKEN.findall(text[:_MAX_CHARACTERS].lower())])


@lru_cache(maxsize=4096)
def character_grams(word: str) -> tuple[str, ...]:
    """All runs of 2 to 5 characters of the word with its edges marked by a space; asked for by each head in turn."""
    padded = f" {word} "
    return tuple([padded[start : start + width] for width in _CHARACTERS for start in range(len(padded) - width + 1)])


def _word_grams(words: Sequence[str]) -> Iterable[str]:
    yield from words
    for first, second in pairwise(words):
        yield f"{first} {second}"


def _all_character_grams(words: Sequence[str]) -> Iterable[str]:
    for word in words:
        yield from character_grams(word)
