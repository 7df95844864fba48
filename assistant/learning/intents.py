"""Fits the labels of one brand or file: two classifiers that vote, a temperature, and the gate around them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from assistant.learning.fitting import (
    Labels,
    Likeness,
    Progress,
    Rows,
    fit_logistic,
    fit_ridge,
    fit_sharpness,
    fit_svm,
    folds,
    in_parallel,
)
from assistant.learning.scope import fit_gate
from assistant.ports import Vectors
from assistant.scoring.confidence import SIGNALS, Gate, neighbours, signals
from assistant.scoring.features import Floats, Matrix, TfIdf, fit_tfidf
from assistant.scoring.folder import Arrays
from assistant.scoring.linear import Ensemble, Linear, Scorer, Voice, pack_scorer, pack_tfidf

RECIPE = 2
"""Grows with every change that makes the same examples give another head."""
MANY = 20
"""Examples per label from which a joint SVM over both kinds of features beats separate voices (measured baselines)."""
_RIDGE_ROWS = 4_000
"""More rows than this are too many for the closed form of the ridge."""
_ENOUGH_TESTED = 2_500
"""Rows whose cross-validated scores are plenty for a temperature, a gate and an interval of a percent."""
_FEW_OOS = 30
"""With fewer real examples, messages of left-out labels stand in for what is out of scope."""
_LABEL_GROUPS = 3
_KEPT_EXAMPLES = 20_000
_MAX_TERMS = 40_000
_RIDGE_STRENGTH = 5.0
_MEANING_STRENGTH = 8.0  # sklearn C on doubled vectors, the same as C = 30 on plain ones


@dataclass(frozen=True)
class Material:
    """What a head is fitted from. `names` are the labels in words; rows of `vectors` belong to `texts`."""

    names: Sequence[str]
    texts: Sequence[str]
    labels: Labels
    vectors: Vectors
    name_vectors: Vectors
    oos_texts: Sequence[str]
    oos_vectors: Vectors


@dataclass(frozen=True)
class Tested:
    """Cross-validated readings of the rows in `rows`, and readings of the out-of-scope examples."""

    rows: Rows
    log_probabilities: Floats
    in_scope: Floats
    oos_in_scope: Floats
    oos_is_real: bool


@dataclass(frozen=True)
class FittedIntents:
    """A head ready to be written, with what its card is made of."""

    settings: dict[str, object]
    arrays: Arrays
    tested: Tested
    gate: Gate


def fit_intents(material: Material, progress: Progress) -> FittedIntents:
    """Fit everything; the same material gives the same head."""
    recipe = _Recipe(material)
    labels = material.labels
    splits = folds(labels, wanted=5, enough=_ENOUGH_TESTED)
    everything = np.arange(len(labels))
    voices, *held_out = in_parallel(recipe.voices, [(everything,), *((train,) for train, _ in splits)], progress)
    scores = [
        [voice.scores(recipe.grams[test], material.vectors[test]) for voice in fold]
        for fold, (_, test) in zip(held_out, splits, strict=True)
    ]
    tested = np.concatenate([everything[:0], *(test for _, test in splits)])
    ensemble = _temper(voices, scores, labels[tested])
    log_probabilities = [ensemble.log_probabilities(raw) for raw in scores]
    inside = [
        signals(likely, raw, neighbours(material.vectors[test], material.vectors[train], labels[train]))
        for likely, raw, (train, test) in zip(log_probabilities, scores, splits, strict=True)
    ]
    outside, real = _outside(recipe, ensemble, progress)
    stacked = _rows(log_probabilities, len(material.names))
    gate = fit_gate(_rows(inside, len(SIGNALS)), outside, right=stacked.argmax(axis=1) == labels[tested])
    return FittedIntents(
        settings=_settings(ensemble, gate),
        arrays=_arrays(material, recipe.tfidf, ensemble),
        tested=Tested(tested, stacked, gate.in_scope(_rows(inside, len(SIGNALS))), gate.in_scope(outside), real),
        gate=gate,
    )


class _Recipe:
    """Which voices are trained, and on what: decided by the number of examples per label."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.many = len(material.labels) / max(1, len(material.names)) >= MANY
        self.tfidf: TfIdf = fit_tfidf(
            [*material.texts, *material.names], min_count=2 if self.many else 1, max_terms=_MAX_TERMS
        )
        self.grams: Matrix = self.tfidf.transform(material.texts)
        self._name_grams: Matrix = self.tfidf.transform(material.names)

    def voices(self, rows: Rows) -> tuple[Scorer, Scorer]:
        """The first reads meaning alone, the second meaning and words; columns are the labels in `rows`.

        A label's name counts as one more example of it.
        """
        material = self.material
        named = np.unique(material.labels[rows])
        labels = np.searchsorted(named, np.concatenate([material.labels[rows], named]))
        vectors = np.vstack([material.vectors[rows], material.name_vectors[named]])
        if len(named) < 2:
            only = Linear(np.empty((0, 1), np.float32), np.empty((0, 1), np.float32), np.zeros(1, np.float32))
            return only, only
        grams = sparse.vstack([self.grams[rows], self._name_grams[named]], format="csr")
        meaning = fit_logistic(None, vectors, labels, strength=_MEANING_STRENGTH)
        if self.many or len(labels) > _RIDGE_ROWS:
            return meaning, fit_svm(grams, vectors, labels, strength=0.5)
        targets = np.eye(len(named), dtype=np.float32)[labels]
        every = np.arange(len(labels))
        return meaning, fit_ridge(Likeness(grams, vectors), every, targets, strength=_RIDGE_STRENGTH).scorer


def _temper(voices: Sequence[Scorer], scores: Sequence[Sequence[Floats]], labels: Labels) -> Ensemble:
    """Sharpen each voice by its own held-out scores, then their sum."""
    made = []
    for position, voice in enumerate(voices):
        raw = _rows([fold[position] for fold in scores], len(voice.bias))
        made.append(Voice(voice, fit_sharpness(raw, labels), 1.0))
    plain = Ensemble(tuple(made), 1.0)
    together = _rows([plain.log_probabilities(fold) for fold in scores], len(voices[0].bias))
    return Ensemble(plain.voices, fit_sharpness(together, labels))


def _outside(recipe: _Recipe, ensemble: Ensemble, progress: Progress) -> tuple[Floats, bool]:
    """Signals of what is out of scope: the examples given or, where they are few, messages of left-out labels."""
    material = recipe.material
    if len(material.oos_texts) >= _FEW_OOS:
        grams = recipe.tfidf.transform(material.oos_texts)
        everything = np.arange(len(material.labels))
        return _signals_of(recipe, ensemble, everything, grams, material.oos_vectors), True
    group = np.arange(len(material.names)) % _LABEL_GROUPS
    tasks = [(np.flatnonzero(group[material.labels] != left_out),) for left_out in range(_LABEL_GROUPS)]
    tasks = [(rows,) for (rows,) in tasks if 2 <= len(np.unique(material.labels[rows])) < len(material.names)]
    found = []
    for (rows,), voices in zip(tasks, in_parallel(recipe.voices, tasks, progress), strict=True):
        reduced = Ensemble(
            tuple(Voice(new, old.sharpness, old.weight) for new, old in zip(voices, ensemble.voices, strict=True)),
            ensemble.sharpness,
        )
        left_out = np.setdiff1d(np.arange(len(material.labels)), rows)[:_ENOUGH_TESTED]
        found.append(_signals_of(recipe, reduced, rows, recipe.grams[left_out], material.vectors[left_out]))
    return _rows(found, len(SIGNALS)), False


def _signals_of(recipe: _Recipe, ensemble: Ensemble, rows: Rows, grams: Matrix, vectors: Vectors) -> Floats:
    """Signals of texts that none of the training `rows` is about."""
    scores = [voice.scorer.scores(grams, vectors) for voice in ensemble.voices]
    labels = recipe.material.labels[rows]
    near = neighbours(vectors, recipe.material.vectors[rows], np.searchsorted(np.unique(labels), labels))
    return signals(ensemble.log_probabilities(scores), scores, near)


def _rows(parts: Sequence[Floats], width: int) -> Floats:
    return np.concatenate([np.empty((0, width), np.float32), *parts])


def _settings(ensemble: Ensemble, gate: Gate) -> dict[str, object]:
    return {
        "voices": [{"sharpness": voice.sharpness, "weight": voice.weight} for voice in ensemble.voices],
        "sharpness": ensemble.sharpness,
        "gate": {
            "centre": gate.centre.tolist(),
            "spread": gate.spread.tolist(),
            "weights": gate.weights.tolist(),
            "bias": gate.bias,
            "threshold": gate.threshold,
        },
    }


def _arrays(material: Material, tfidf: TfIdf, ensemble: Ensemble) -> Arrays:
    arrays = pack_tfidf(tfidf)
    for position, voice in enumerate(ensemble.voices):
        arrays |= pack_scorer(f"voice{position}", voice.scorer)
    kept = np.random.default_rng(7).permutation(len(material.labels))[:_KEPT_EXAMPLES]
    arrays["examples"] = material.vectors[kept].astype(np.float16)
    arrays["example_labels"] = material.labels[kept]
    return arrays
