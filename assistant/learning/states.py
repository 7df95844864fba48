"""Fits what holds for every brand: sentiment, urgency, stance, sensitivity and injection, over one set of features."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.domain.vocabulary import Sentiment, Stance, Urgency
from assistant.learning import injection, sensitivity
from assistant.learning.fitting import Labels, Progress, Rows, fit_logistic, fit_sharpness, folds, in_parallel
from assistant.learning.rows import Example, hash_of, hash_of_examples, shipped
from assistant.ports import Embedder, Vectors
from assistant.scoring.features import Floats, Matrix, fit_tfidf
from assistant.scoring.folder import Arrays
from assistant.scoring.linear import Linear, log_softmax, pack_linear, pack_tfidf
from assistant.scoring.text import clean

HEADS: Mapping[str, type[StrEnum]] = {"sentiment": Sentiment, "urgency": Urgency, "stance": Stance}
"""The heads with classes, by the name of their examples."""

RECIPE = 1
"""Grows with every change that makes the same examples give other heads."""
_STRENGTH = {"sentiment": 1.0, "urgency": 1.0, "stance": 1.0}
_MAX_TERMS = 40_000


@dataclass(frozen=True)
class Material:
    """Every shipped text once, with its features; `places` are each example file's rows in it."""

    texts: Sequence[str]
    grams: Matrix
    vectors: Vectors
    places: Mapping[str, Rows]


@dataclass(frozen=True)
class Measured:
    """Cross-validated probabilities of one head, for its card."""

    words: tuple[str, ...]
    labels: Labels
    probabilities: Floats


@dataclass(frozen=True)
class FittedStates:
    """All heads ready to be written."""

    settings: dict[str, Any]
    arrays: Arrays
    measured: Mapping[str, Measured]
    detectors: Sequence[sensitivity.Detector]
    injection: injection.Tripwire


def inputs_hash() -> str:
    """A content hash of all shipped examples and rules."""
    files = {name: shipped(name) for name in _files()}
    rules = (rule.model_dump_json() for rule in sensitivity.rules())
    return hash_of([str(RECIPE), *(f"{name} {hash_of_examples(rows)}" for name, rows in files.items()), *rules])


def fit_states(embedder: Embedder, progress: Progress) -> FittedStates:
    """Fit every head on the shipped examples; the same examples give the same heads."""
    files = {name: shipped(name) for name in _files()}
    texts = list(dict.fromkeys(clean(row.text) for rows in files.values() for row in rows))
    position = {text: place for place, text in enumerate(texts)}
    tfidf = fit_tfidf(texts, min_count=2, max_terms=_MAX_TERMS)
    vectors = embedder.embed(texts)
    progress(1)
    places = {name: np.array([position[clean(row.text)] for row in rows], np.int64) for name, rows in files.items()}
    material = Material(texts, tfidf.transform(texts), vectors, places)
    classes = {name: _fit_classes(material, name, files[name], progress) for name in HEADS}
    detectors = sensitivity.fit(material.grams, vectors, texts, places, files, progress)
    tripwire = injection.fit(material.grams, vectors, places["injection"], files["injection"])
    progress(1)
    parts = {name: linear for name, (linear, _, _) in classes.items()}
    parts["sensitivity"] = _beside([detector.linear for detector in detectors])
    parts["injection"] = tripwire.linear
    arrays = pack_tfidf(tfidf) | pack_linear("states", _beside(list(parts.values())))
    settings = {
        "embedder": embedder.fingerprint,
        "columns": _columns(parts),
        "sharpness": {name: sharpness for name, (_, sharpness, _) in classes.items()},
        "thresholds": {detector.category.value: detector.threshold for detector in detectors},
        "injection_threshold": tripwire.threshold,
        "rules": [rule.model_dump(mode="json") for rule in sensitivity.rules()],
    }
    measured = {name: seen for name, (_, _, seen) in classes.items()}
    return FittedStates(settings, arrays, measured, detectors, tripwire)


def _files() -> list[str]:
    return [*HEADS, "injection", *(f"sensitivity/{category.value}" for category in sensitivity.CATEGORIES)]


def _fit_classes(
    material: Material, name: str, examples: Sequence[Example], progress: Progress
) -> tuple[Linear, float, Measured]:
    words = tuple(word.value for word in HEADS[name])
    labels = np.array([words.index(example.label) for example in examples], np.int64)
    rows = material.places[name]
    grams, vectors = material.grams[rows], material.vectors[rows]
    splits = folds(labels, wanted=5, enough=len(labels))

    def fit(train: Rows) -> Linear:
        return fit_logistic(grams[train], vectors[train], labels[train], strength=_STRENGTH[name])

    final, *held_out = in_parallel(fit, [(np.arange(len(labels)),), *((train,) for train, _ in splits)], progress)
    tested = np.concatenate([test for _, test in splits])
    scores = np.concatenate(
        [linear.scores(grams[test], vectors[test]) for linear, (_, test) in zip(held_out, splits, strict=True)]
    )
    sharpness = fit_sharpness(scores, labels[tested])
    return final, sharpness, Measured(words, labels[tested], np.exp(log_softmax(sharpness * scores)))


def _beside(linears: Sequence[Linear]) -> Linear:
    return Linear(
        terms=np.concatenate([linear.terms for linear in linears], axis=1),
        vector=np.concatenate([linear.vector for linear in linears], axis=1),
        bias=np.concatenate([linear.bias for linear in linears]),
    )


def _columns(parts: Mapping[str, Linear]) -> dict[str, tuple[int, int]]:
    ends: NDArray[np.int64] = np.cumsum([len(linear.bias) for linear in parts.values()])
    return {name: (int(end) - len(parts[name].bias), int(end)) for name, end in zip(parts, ends, strict=True)}
