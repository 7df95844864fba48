"""Linear scores over n-grams and embeddings, tempered and combined into class probabilities."""

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


@dataclass(frozen=True)
class Voice:
    """One classifier of an ensemble: its scores are sharpened, turned into log-probabilities and weighted."""

    linear: Linear
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


def pack_linear(name: str, linear: Linear) -> dict[str, NDArray[Any]]:
    """The arrays of a linear part under a prefix; half precision is ample for weights."""
    return {
        f"{name}.terms": linear.terms.astype(np.float16),
        f"{name}.vector": linear.vector.astype(np.float16),
        f"{name}.bias": linear.bias,
    }


def unpack_linear(name: str, arrays: Mapping[str, NDArray[Any]]) -> Linear:
    """The inverse of `pack_linear`."""
    terms, vector, bias = (arrays[f"{name}.{part}"].astype(np.float32) for part in ("terms", "vector", "bias"))
    return Linear(terms=terms, vector=vector, bias=bias)


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
