"""Fits the labels of one brand or file: two classifiers that vote, a temperature, and the gate around them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from assistant.learning.fitting import (
    Labels,
    Likeness,
    Progress,
    Rows,
    fit_kernel,
    fit_line,
    fit_logistic,
    fit_ridge,
    fit_sharpness,
    fit_svm,
    folds,
    in_parallel,
)
from assistant.learning.projection import fit_projected
from assistant.learning.scope import fit_gate
from assistant.ports import Vectors
from assistant.scoring.confidence import AS_SAID, SIGNALS, Gate, neighbours, no_surer, odds, signals, told
from assistant.scoring.features import Floats, Matrix, TfIdf, fit_tfidf
from assistant.scoring.folder import Arrays
from assistant.scoring.linear import Ensemble, Linear, Scorer, Voice, pack_scorer, pack_tfidf
from assistant.scoring.wide import LAST_SHARE, PLAIN, WIDE, plain

RECIPE = 7
"""Grows with every change that makes the same examples give another head."""
MANY = 20
MANY_WIDE = 40
"""Examples per label from which a joint SVM over both kinds of features beats separate voices; later on wide vectors,
where more voices speak (benchmarks/label_sets.py)."""
_FEW_LABELS = 8
"""Fewer labels span too few discriminants to tell them apart by; all columns of wide vectors go to the SVM instead."""
_LIFT = 0.3
"""Of the logarithm of a label's share that is taken back: how many examples somebody has says little of how often
customers ask. It gives airline sentiment .3 of macro F1 and costs nothing in accuracy on even sets."""
_RIDGE_ROWS = 4_000
"""More rows than this are too many for the closed form of the ridge."""
_KERNEL_ROWS = 11_000
"""Up to so many rows the closed form is solved for many labels with many examples each; beyond, a linear machine is."""
_KERNEL_WIDTH = 4.0
_KERNEL_STRENGTH = 20.0
_PROJECTED_BESIDE_KERNEL = 0.3
"""Banking77, three own splits: 93.9 % with widths of 4 and 8 and strengths of 10 to 30, within noise, where the
projection and a linear machine have 93.4 together; the projection beside it, at .15 to .5, adds .1 at width 4."""
_FEW_ROWS = 1_600
_FOLDS_OF_FEW = 10
"""A fold that leaves out a fifth of a few examples shows a worse head than the one that ships. Calibration error on
Banking77 with 5 and 10 a label and CLINC150 with 5, three splits each: .0195 with ten folds, .0226 with five."""
_ENOUGH_TESTED = 2_500
"""Rows whose cross-validated scores are plenty for a temperature, a gate and an interval of a percent."""
_FEW_OOS = 30
"""With fewer real examples, messages of left-out labels stand in for what is out of scope."""
_ENOUGH_OF_EACH = 15
"""Held-out rows read rightly, and wrongly, from which a line is drawn."""
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


def steps(labels: Labels, names: int, outside: int) -> int:
    """How often `fit_intents` says that a step is done, of so many label names and examples out of scope."""
    left_out = [] if outside >= _FEW_OOS else _without_a_group(labels, names)
    return 1 + len(_splits(labels)) + len(left_out)


def fit_intents(material: Material, progress: Progress) -> FittedIntents:
    """Fit everything; the same material gives the same head.

    Confidence is put right by a line over its log-odds, fitted on the held-out rows, and no surer than so many rows can
    show; the gate, and which label is best, don't change.
    """
    recipe = _Recipe(material)
    labels = material.labels
    splits = _splits(labels)
    everything = np.arange(len(labels))
    voices, *held_out = in_parallel(recipe.voices, [(everything,), *((train,) for train, _ in splits)], progress)
    scores = [
        [voice.scores(recipe.grams[test], material.vectors[test]) for voice in fold]
        for fold, (_, test) in zip(held_out, splits, strict=True)
    ]
    tested = np.concatenate([everything[:0], *(test for _, test in splits)])
    ensemble = _temper(voices, scores, labels[tested], recipe)
    log_probabilities = [ensemble.log_probabilities(raw) for raw in scores]
    inside = [
        signals(likely, raw, neighbours(recipe.plain[test] @ recipe.plain[train].T, labels[train]))
        for likely, raw, (train, test) in zip(log_probabilities, scores, splits, strict=True)
    ]
    outside, real = _outside(recipe, ensemble, progress)
    stacked = _rows(log_probabilities, len(material.names))
    right = stacked.argmax(axis=1) == labels[tested]
    gate = fit_gate(_rows(inside, len(SIGNALS)), outside, right=right, real=real)
    line = _line(stacked, right)
    said = no_surer(told(stacked, line), len(tested))
    return FittedIntents(
        settings=_settings(ensemble, gate) | {"line": line, "tested": len(tested)},
        arrays=_arrays(material, recipe.tfidf, ensemble),
        tested=Tested(tested, said, gate.in_scope(_rows(inside, len(SIGNALS))), gate.in_scope(outside), real),
        gate=gate,
    )


def _splits(labels: Labels) -> list[tuple[Rows, Rows]]:
    return folds(labels, wanted=_FOLDS_OF_FEW if len(labels) <= _FEW_ROWS else 5, enough=_ENOUGH_TESTED)


def _line(log_probabilities: Floats, right: NDArray[np.bool_]) -> tuple[float, float]:
    """A temperature is one for all rows; the few that are surest and wrong ask for less slope than that."""
    if min(right.sum(), (~right).sum()) < _ENOUGH_OF_EACH:
        return AS_SAID
    slope, intercept = fit_line(odds(log_probabilities), right.astype(np.int64))
    return (slope, intercept) if slope > 0 else AS_SAID


class _Recipe:
    """Which voices are trained, and on what: decided by the number of labels and of examples per label.

    The first two voices feed the gate.
    """

    def __init__(self, material: Material) -> None:
        self.material = material
        self.plain: Vectors = plain(material.vectors)
        self.wide = material.vectors.shape[1] == WIDE
        many = MANY_WIDE if self.wide else MANY
        self.many = len(material.labels) / max(1, len(material.names)) >= many
        self.joint = self.many or len(material.labels) + len(material.names) > _RIDGE_ROWS
        self.by_kernel = (
            self.joint and self.wide and len(material.names) >= _FEW_LABELS and len(material.labels) <= _KERNEL_ROWS
        )
        self.first_weighs = _PROJECTED_BESIDE_KERNEL if self.by_kernel else 1.0
        counts = np.bincount(material.labels, minlength=len(material.names)) if self.joint else np.ones(1)
        self.shift: Floats = np.asarray(-_LIFT * np.log(counts / counts.mean()), np.float32)
        self.tfidf: TfIdf = fit_tfidf(
            [*material.texts, *material.names], min_count=2 if self.many else 1, max_terms=_MAX_TERMS
        )
        self.grams: Matrix = self.tfidf.transform(material.texts)
        self._name_grams: Matrix = self.tfidf.transform(material.names)

    def voices(self, rows: Rows) -> tuple[Scorer, ...]:
        """The first reads meaning alone, the second meaning and words; columns are the labels in `rows`.

        A label's name counts as one more example of it. Wide vectors bring a third voice, in a learnt projection, or
        have it in the place of the first where examples are many.
        """
        material = self.material
        named = np.unique(material.labels[rows])
        labels = np.searchsorted(named, np.concatenate([material.labels[rows], named]))
        vectors = np.vstack([material.vectors[rows], material.name_vectors[named]])
        if len(named) < 2:
            only = Linear(np.empty((0, 1), np.float32), np.empty((0, 1), np.float32), np.zeros(1, np.float32))
            return only, only
        grams = sparse.vstack([self.grams[rows], self._name_grams[named]], format="csr")
        if self.joint:
            return self._joint(grams, vectors, labels)
        meaning = fit_logistic(None, vectors, labels, strength=_MEANING_STRENGTH)
        targets = np.eye(len(named), dtype=np.float32)[labels]
        every = np.arange(len(labels))
        usual = plain(vectors)
        alike = fit_ridge(Likeness(grams, usual), every, targets, strength=_RIDGE_STRENGTH).scorer
        return (meaning, alike, fit_projected(vectors, labels)) if self.wide else (meaning, alike)

    def _joint(self, grams: Matrix, vectors: Vectors, labels: Labels) -> tuple[Scorer, ...]:
        if not self.wide:
            meaning = fit_logistic(None, vectors, labels, strength=_MEANING_STRENGTH)
            return meaning, fit_svm(grams, vectors, labels, strength=0.5)
        if len(self.material.names) < _FEW_LABELS:
            soft = fit_svm(grams, vectors * _ALL_COLUMNS, labels, strength=0.02)
            return _scaled(soft), _scaled(fit_svm(grams, vectors * _ALL_COLUMNS, labels, strength=0.05))
        projected = fit_projected(vectors, labels)
        if self.by_kernel:
            return projected, fit_kernel(grams, vectors, labels, width=_KERNEL_WIDTH, strength=_KERNEL_STRENGTH)
        return projected, _on_wide(fit_svm(grams, plain(vectors), labels, strength=0.5))


_ALL_COLUMNS = np.float32(1.75)
"""Wide vectors beside n-grams, on top of the usual weight; 1.5 to 2 are within noise on airline sentiment."""


def _scaled(fitted: Linear) -> Linear:
    return Linear(fitted.terms, fitted.vector * _ALL_COLUMNS, fitted.bias)


def _on_wide(fitted: Linear) -> Linear:
    """What was fitted on usual vectors, for wide ones: these are `LAST_SHARE` as long in the columns it reads."""
    beside = np.zeros((WIDE - PLAIN, fitted.vector.shape[1]), np.float32)
    return Linear(fitted.terms, np.vstack([fitted.vector / np.float32(LAST_SHARE), beside]), fitted.bias)


def _temper(voices: Sequence[Scorer], scores: Sequence[Sequence[Floats]], labels: Labels, recipe: _Recipe) -> Ensemble:
    """Sharpen each voice by its own held-out scores, then their sum."""
    made = []
    for position, voice in enumerate(voices):
        raw = _rows([fold[position] for fold in scores], len(voice.bias))
        made.append(Voice(voice, fit_sharpness(raw, labels), 1.0 if position else recipe.first_weighs))
    unsharpened = Ensemble(tuple(made), 1.0, recipe.shift)
    together = _rows([unsharpened.log_probabilities(fold) for fold in scores], len(voices[0].bias))
    return Ensemble(unsharpened.voices, fit_sharpness(together, labels), recipe.shift)


def _outside(recipe: _Recipe, ensemble: Ensemble, progress: Progress) -> tuple[Floats, bool]:
    """Signals of what is out of scope: the examples given or, where they are few, messages of left-out labels."""
    material = recipe.material
    if len(material.oos_texts) >= _FEW_OOS:
        grams = recipe.tfidf.transform(material.oos_texts)
        everything = np.arange(len(material.labels))
        return _signals_of(recipe, ensemble, everything, grams, material.oos_vectors), True
    tasks = [(rows,) for rows in _without_a_group(material.labels, len(material.names))]
    found = []
    for (rows,), voices in zip(tasks, in_parallel(recipe.voices, tasks, progress), strict=True):
        reduced = Ensemble(
            tuple(Voice(new, old.sharpness, old.weight) for new, old in zip(voices, ensemble.voices, strict=True)),
            ensemble.sharpness,
            recipe.shift if len(recipe.shift) == 1 else recipe.shift[np.unique(material.labels[rows])],
        )
        left_out = np.setdiff1d(np.arange(len(material.labels)), rows)[:_ENOUGH_TESTED]
        found.append(_signals_of(recipe, reduced, rows, recipe.grams[left_out], material.vectors[left_out]))
    return _rows(found, len(SIGNALS)), False


def _without_a_group(labels: Labels, names: int) -> list[Rows]:
    """The rows that are left where every third label is left out, for each third; of big data for one."""
    group = np.arange(names) % _LABEL_GROUPS
    kept = [np.flatnonzero(group[labels] != left_out) for left_out in range(_LABEL_GROUPS)]
    kept = [rows for rows in kept if 2 <= len(np.unique(labels[rows])) < names]
    return kept[:1] if len(labels) >= _LABEL_GROUPS * _ENOUGH_TESTED else kept


def _signals_of(recipe: _Recipe, ensemble: Ensemble, rows: Rows, grams: Matrix, vectors: Vectors) -> Floats:
    """Signals of texts that none of the training `rows` is about."""
    scores = [voice.scorer.scores(grams, vectors) for voice in ensemble.voices]
    labels = recipe.material.labels[rows]
    near = neighbours(plain(vectors) @ recipe.plain[rows].T, np.searchsorted(np.unique(labels), labels))
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
    arrays["shift"] = ensemble.shift
    arrays["examples"] = plain(material.vectors[kept]).astype(np.float16)
    arrays["example_labels"] = material.labels[kept]
    return arrays
