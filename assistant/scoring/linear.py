"""Scores over n-grams and embeddings, tempered and combined into class probabilities."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from assistant.ports import Vectors
from assistant.scoring.features import Floats, Matrix, TfIdf
from assistant.scoring.wide import of_length

Product: TypeAlias = Callable[[Vectors], Floats]
"""Of vectors, a row each, with every row of a fixed matrix: one column for each, or for each output of a `Pull`."""


class Pull(NamedTuple):
    """What becomes of products: exp(width * products) @ weights."""

    width: float
    weights: Floats


class Products(Protocol):
    """How vectors meet the rows of a fixed matrix."""

    def __call__(self, rows: Vectors, pull: Pull | None = None) -> Product:
        """The products themselves, or what they pull."""
        ...


def exact(rows: Vectors, pull: Pull | None = None) -> Product:
    """In float32."""
    whole = np.asarray(rows, np.float32)

    def product(vectors: Vectors) -> Floats:
        alike = np.asarray(vectors @ whole.T, np.float32)
        if pull is None:
            return alike
        alike *= np.float32(pull.width)  # one large array, worked on in place
        np.exp(alike, out=alike)
        return np.asarray(alike @ pull.weights, np.float32)

    return product


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
    """Scores = bias + n-grams @ terms + exp(width (embedding @ support - 1)) @ weights: how alike the examples are.

    `products` says how embeddings meet the support; rounded ones are many times faster. Where there is `turned_by`,
    embeddings are turned by it first, as the support was.
    """

    terms: Floats
    support: Vectors
    weights: Floats
    bias: Floats
    width: float = KERNEL_WIDTH
    products: Products = exact
    turned_by: Floats | None = None

    def scores(self, grams: Matrix, vectors: Vectors) -> Floats:
        """One row per text, one column per output."""
        return np.asarray(self._pulled(self._turned(vectors)) + grams @ self.terms + self.bias, np.float32)

    def _turned(self, vectors: Vectors) -> Vectors:
        if self.turned_by is None:
            return of_length(vectors, self.support.shape[1])
        return of_length(vectors, len(self.turned_by)) @ self.turned_by

    @cached_property
    def _pulled(self) -> Product:
        return self.products(self.support, Pull(self.width, self.weights * np.float32(np.exp(-self.width))))

    def on_line(self, slope: float, intercept: float) -> "Kernel":
        """The same scorer with every score scaled and shifted."""
        bias = self.bias * np.float32(slope) + np.float32(intercept)
        terms, weights = self.terms * np.float32(slope), self.weights * np.float32(slope)
        return replace(self, terms=terms, weights=weights, bias=bias)


@dataclass(frozen=True)
class Projected:
    """Scores = bias + exp(width (p @ support - 1)) @ weights, where p is embedding @ onto - shift, of unit length.

    `onto` turns and stretches the embedding so that labels lie apart and what varies within them counts little.
    """

    onto: Floats
    shift: Floats
    support: Floats
    weights: Floats
    bias: Floats
    width: float

    def project(self, vectors: Vectors) -> Floats:
        """Unit rows in the space of `support`."""
        return project(vectors, self.onto, self.shift)

    def scores(self, grams: Matrix, vectors: Vectors) -> Floats:
        """One row per text, one column per output; n-grams take no part."""
        alike = np.exp(np.float32(self.width) * (self.project(vectors) @ self.support.T - 1))
        return np.asarray(alike @ self.weights + self.bias, np.float32)


def project(vectors: Vectors, onto: Floats, shift: Floats) -> Floats:
    """Unit rows."""
    turned = vectors @ onto - shift
    return np.asarray(turned / np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), 1e-9), np.float32)


Scorer = Linear | Kernel | Projected


@dataclass(frozen=True)
class Voice:
    """One classifier of an ensemble: its scores are sharpened, turned into log-probabilities and weighted."""

    scorer: Scorer
    sharpness: float
    weight: float


@dataclass(frozen=True)
class Ensemble:
    """Voices over the same classes. `sharpness` is one over the temperature of their sum.

    `shift` is added to the sum before, one number a class: it lifts labels with few examples.
    """

    voices: tuple[Voice, ...]
    sharpness: float
    shift: Floats

    def log_probabilities(self, scores: Sequence[Floats]) -> Floats:
        """Of the voices' raw scores, given in order."""
        total = sum(
            voice.weight * log_softmax(voice.sharpness * raw) for voice, raw in zip(self.voices, scores, strict=True)
        )
        return log_softmax(self.sharpness * np.asarray(total + self.shift, np.float32))


def log_softmax(scores: NDArray[np.floating[Any]]) -> Floats:
    """Row-wise logarithm of the softmax."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)), np.float32)


def sigmoid(scores: NDArray[np.floating[Any]]) -> Floats:
    """Logistic function, safe for any size of score."""
    return np.asarray(1 / (1 + np.exp(-np.clip(scores, -40, 40))), np.float32)


_PARTS: Mapping[type[Scorer], tuple[str, ...]] = {
    Linear: ("terms", "vector"),
    Kernel: ("terms", "support", "weights"),
    Projected: ("onto", "support", "weights"),
}


_TURNED_BY = "turned_by"


def pack_scorer(name: str, scorer: Scorer) -> dict[str, NDArray[Any]]:
    """The arrays of a scorer under a prefix; half precision is ample for them."""
    whole = {f"{name}.bias": scorer.bias}
    if isinstance(scorer, Projected):
        whole |= {f"{name}.shift": scorer.shift, f"{name}.width": np.array(scorer.width)}
    if isinstance(scorer, Kernel) and scorer.width != KERNEL_WIDTH:  # files from before there were others stay readable
        whole |= {f"{name}.width": np.array(scorer.width)}
    parts = _PARTS[type(scorer)]
    if isinstance(scorer, Kernel) and scorer.turned_by is not None:
        parts = (*parts, _TURNED_BY)
    return {f"{name}.{part}": getattr(scorer, part).astype(np.float16) for part in parts} | whole


def unpack_scorer(name: str, arrays: Mapping[str, NDArray[Any]], products: Products = exact) -> Scorer:
    """The inverse of `pack_scorer`."""

    def part(of: str) -> Floats:
        return arrays[f"{name}.{of}"].astype(np.float32)

    if f"{name}.onto" in arrays:
        return Projected(
            onto=part("onto"),
            shift=part("shift"),
            support=part("support"),
            weights=part("weights"),
            bias=part("bias"),
            width=float(arrays[f"{name}.width"]),
        )
    if f"{name}.vector" in arrays:
        return Linear(terms=part("terms"), vector=part("vector"), bias=part("bias"))
    return unpack_kernel(name, arrays, products)


def unpack_kernel(name: str, arrays: Mapping[str, NDArray[Any]], products: Products = exact) -> Kernel:
    """The inverse of `pack_scorer` where a kernel was packed.

    The support stays in half precision, as it was stored: its product is made of it once.
    """
    terms, weights, bias = (arrays[f"{name}.{part}"].astype(np.float32) for part in ("terms", "weights", "bias"))
    width = float(arrays.get(f"{name}.width", KERNEL_WIDTH))
    turned_by = arrays[f"{name}.{_TURNED_BY}"].astype(np.float32) if f"{name}.{_TURNED_BY}" in arrays else None
    return Kernel(terms, arrays[f"{name}.support"], weights, bias, width, products, turned_by)


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
