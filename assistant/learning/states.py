"""Fits what holds for every brand: sentiment, urgency, stance, sensitivity and injection, over one set of features."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from assistant.domain.vocabulary import Sentiment, Stance, Urgency
from assistant.learning import injection, sensitivity
from assistant.learning.fitting import Labels, Progress, Rows, fit_ridge, fit_sharpness
from assistant.learning.rows import Example, hash_of, hash_of_examples, shipped
from assistant.ports import Embedder, Vectors
from assistant.scoring.features import Floats, Matrix, fit_tfidf
from assistant.scoring.folder import Arrays
from assistant.scoring.linear import Kernel, log_softmax, pack_scorer, pack_tfidf
from assistant.scoring.text import clean

HEADS: Mapping[str, type[StrEnum]] = {"sentiment": Sentiment, "urgency": Urgency, "stance": Stance}
"""The heads with classes, by the name of their examples."""

RECIPE = 1
"""Grows with every change that makes the same examples give other heads."""
_STRENGTH = 3.0
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
    """Leave-one-out probabilities of one head."""

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
    classes = {name: _fit_classes(material, name, files[name]) for name in HEADS}
    progress(1)
    detectors = sensitivity.fit(material.grams, vectors, texts, places, files, progress)
    tripwire = injection.fit(material.grams, vectors, places["injection"], files["injection"])
    parts = {name: _Part(fitted.scorer, places[name]) for name, fitted in classes.items()}
    for detector in detectors:
        parts[detector.category.value] = _Part(detector.scorer, detector.rows)
    parts["injection"] = _Part(tripwire.scorer, tripwire.rows)
    arrays = pack_tfidf(tfidf) | pack_scorer("states", _together(list(parts.values()), vectors))
    settings = {
        "embedder": embedder.fingerprint,
        "columns": _columns(parts),
        "sharpness": {name: fitted.sharpness for name, fitted in classes.items()},
        "thresholds": {detector.category.value: detector.threshold for detector in detectors},
        "injection_threshold": tripwire.threshold,
        "rules": [rule.model_dump(mode="json") for rule in sensitivity.rules()],
    }
    measured = {name: fitted.measured for name, fitted in classes.items()}
    return FittedStates(settings, arrays, measured, detectors, tripwire)


def _files() -> list[str]:
    return [*HEADS, "injection", *(f"sensitivity/{category.value}" for category in sensitivity.CATEGORIES)]


@dataclass(frozen=True)
class _Part:
    """A scorer and the rows of all texts that it was fitted on."""

    scorer: Kernel
    rows: Rows


@dataclass(frozen=True)
class _Classes:
    scorer: Kernel
    sharpness: float
    measured: Measured


def _fit_classes(material: Material, name: str, examples: Sequence[Example]) -> _Classes:
    words = tuple(word.value for word in HEADS[name])
    labels = np.array([words.index(example.label) for example in examples], np.int64)
    rows = material.places[name]
    targets = np.eye(len(words), dtype=np.float32)[labels]
    ridge = fit_ridge(material.grams[rows], material.vectors[rows], targets, strength=_STRENGTH)
    sharpness = fit_sharpness(ridge.held_out, labels)
    measured = Measured(words, labels, np.exp(log_softmax(sharpness * ridge.held_out)))
    return _Classes(ridge.scorer, sharpness, measured)


def _together(parts: Sequence[_Part], vectors: Vectors) -> Kernel:
    """One scorer over all texts; a part has no weight on texts it never saw."""
    columns = []
    for part in parts:
        weights = np.zeros((len(vectors), len(part.scorer.bias)), np.float32)
        np.add.at(weights, part.rows, part.scorer.weights)
        columns.append(weights)
    return Kernel(
        terms=np.concatenate([part.scorer.terms for part in parts], axis=1),
        support=vectors,
        weights=np.concatenate(columns, axis=1),
        bias=np.concatenate([part.scorer.bias for part in parts]),
    )


def _columns(parts: Mapping[str, _Part]) -> dict[str, tuple[int, int]]:
    ends = np.cumsum([len(part.scorer.bias) for part in parts.values()])
    return {
        name: (int(end) - len(part.scorer.bias), int(end))
        for (name, part), end in zip(parts.items(), ends, strict=True)
    }
