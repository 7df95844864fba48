"""Scores over n-grams and embeddings, tempered and combined into class probabilities."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.ports import Vectors
from assistant.scoring.features import Floats, Matrix, TfIdf


@dataclass(frozen=True)
class Linear:
    """Scores = bias + n-grams @ terms + embedding @ vector; either part may be absent (no rows)."""

    terms: Floats
    vector: Floats
    bias: Floats

    def scores(self, grams: Matrix, vectors: Vectors) -> Floats:
        """One row per text, one column per output."""
        total = np.broadcast_to(self.bias, (len(vectors), len(self.bias))).astype(np.float32)
        if len(self.terms):
            total += np.asarray(grams @ self.terms)
        if len(self.vector):
            total += vectors @ self.vector
        return total


KERNEL_WIDTH = 2.0
"""exp(2 (cosine - 1)): the best of 1, 2 and 4 on held-out folds of the shipped examples and on 10-shot intents."""


@dataclass(frozen=True)
class Kernel:
    """Scores = bias + n-grams @ terms + exp(2 (embedding @ support - 1)) @ weights: how alike the examples are."""

    terms: Floats
    support: Vectors
    weights: Floats
    bias: Floats

    def scores(self, grams: Matrix, vectors: Vectors) -> Floats:
        """One row per text, one column per output."""
        alike = np.exp(KERNEL_WIDTH * (vectors @ self.support.T - 1))
        return np.asarray(alike @ self.weights + grams @ self.terms + self.bias, np.float32)

    def on_line(self, slope: float, intercept: float) -> "Kernel":
        """The same scorer with every score scaled and shifted."""
        bias = self.bias * np.float32(slope) + np.float32(intercept)
        return Kernel(self.terms * np.float32(slope), self.support, self.weights * np.float32(slope), bias)


Scorer = Linear | Kernel


@dataclass(frozen=True)
class Voice:
    """One classifier of an ensemble: its scores are sharpened, turned into log-probabilities and weighted."""

    scorer: Scorer
    sharpness: float
    weight: float


@dataclass(frozen=True)
class Ensemble:
    """Voices over the same classes. `sharpness` is one over the temperature of their sum."""

    voices: tuple[Voice, ...]
    sharpness: float

    def log_probabilities(self, scores: Sequence[Floats]) -> Floats:
        """Of the voices' raw scores, given in order."""
        total = sum(
            voice.weight * log_softmax(voice.sharpness * raw) for voice, raw in zip(self.voices, scores, strict=True)
        )
        return log_softmax(self.sharpness * np.asarray(total, np.float32))


def log_softmax(scores: NDArray[np.floating[Any]]) -> Floats:
    """Row-wise logarithm of the softmax."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)), np.float32)


def sigmoid(scores: NDArray[np.floating[Any]]) -> Floats:
    """Logistic function, safe for any size of score."""
    return np.asarray(1 / (1 + np.exp(-np.clip(scores, -40, 40))), np.float32)


def pack_scorer(name: str, scorer: Scorer) -> dict[str, NDArray[Any]]:
    """The arrays of a scorer under a prefix; half precision is ample for them."""
    parts = ("terms", "vector") if isinstance(scorer, Linear) else ("terms", "support", "weights")
    arrays = {f"{name}.{part}": getattr(scorer, part).astype(np.float16) for part in parts}
    return arrays | {f"{name}.bias": scorer.bias}


def unpack_scorer(name: str, arrays: Mapping[str, NDArray[Any]]) -> Scorer:
    """The inverse of `pack_scorer`."""

    def part(of: str) -> Floats:
        return arrays[f"{name}.{of}"].astype(np.float32)

    if f"{name}.vector" in arrays:
        return Linear(terms=part("terms"), vector=part("vector"), bias=part("bias"))
    return Kernel(terms=part("terms"), support=part("support"), weights=part("weights"), bias=part("bias"))


def pack_tfidf(tfidf: TfIdf) -> dict[str, NDArray[Any]]:
    """The vocabulary as one block of text and its weights."""
    text = "\n".join(tfidf.terms).encode("utf-8", "surrogatepass")
    return {
        "tfidf.terms": np.frombuffer(text, np.uint8),
        "tfidf.words": np.array(tfidf.words),
        "tfidf.idf": tfidf.idf,
    }


def unpack_tfidf(arrays: Mapping[str, NDArray[Any]]) -> TfIdf:
    """The inverse of `pack_tfidf`."""
    text = arrays["tfidf.terms"].tobytes().decode("utf-8", "surrogatepass")
    return TfIdf(text.split("\n") if text else [], int(arrays["tfidf.words"]), arrays["tfidf.idf"])
