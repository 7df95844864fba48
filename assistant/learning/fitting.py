"""The few fits that every head is made of: linear classifiers, temperature, folds."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, optimize, sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from assistant.ports import Vectors
from assistant.scoring.features import Floats, Matrix
from assistant.scoring.linear import KERNEL_WIDTH, Kernel, Linear, log_softmax

Labels = NDArray[np.int64]
Rows = NDArray[np.int64]
Result = TypeVar("Result")
Progress = Callable[[int], None]
"""Told how many more steps are done."""

VECTOR_WEIGHT = 2.0
"""An embedding counts twice beside the n-grams: best in the measured baselines for tweets and intents."""

LEXICAL_SHARE = 0.3
"""Of the ridge's likeness that comes from n-grams; .2 to .4 are within noise of each other on held-out folds."""

_WORKERS = 2
_BLOCK = 512
_FREQUENT = 500
"""Columns of n-grams that are multiplied densely; twice or half as many take hardly longer."""


def fit_logistic(
    grams: Matrix | None, vectors: Vectors, labels: Labels, *, strength: float, weights: Floats | None = None
) -> Linear:
    """Multinomial logistic regression, one column per class; `strength` is sklearn's C."""
    model = LogisticRegression(C=strength, max_iter=300)
    _fit(model, vectors * VECTOR_WEIGHT if grams is None else join(grams, vectors), labels, weights)
    return _both_sides(_split(model, terms=0 if grams is None else grams.shape[1]), share=0.5)


def fit_svm(grams: Matrix, vectors: Vectors, labels: Labels, *, strength: float) -> Linear:
    """One-against-the-rest linear SVM with squared hinge loss, one column per class."""
    model = LinearSVC(C=strength, max_iter=300, tol=1e-2, random_state=7)
    _fit(model, join(grams, vectors), labels, None)
    return _both_sides(_split(model, terms=grams.shape[1]), share=1.0)


@dataclass(frozen=True)
class Ridge:
    """A kernel ridge regression, with the scores each row would get from the others alone (leave-one-out)."""

    scorer: Kernel
    held_out: Floats


@dataclass(frozen=True)
class Likeness:
    """Texts by their features, and how alike they are.

    Each head's square is made for it alone and given up after it: fifteen of a few thousand rows are less work than one
    of all 25,000, and take a tenth of its memory.
    """

    grams: Matrix
    vectors: Vectors
    width: float = KERNEL_WIDTH

    def among(self, rows: Rows) -> Floats:
        """The square of these rows, which the caller may change."""
        return _alike(self.grams[rows], self.vectors[rows], self.width)


def fit_ridge(
    likeness: Likeness, rows: Rows, targets: Floats, *, strength: float, weights: Floats | None = None
) -> Ridge:
    """One column per column of `targets`; `strength` is one over the ridge, `weights` say how much rows count.

    Solved in closed form, so that leave-one-out scores cost nothing. A few thousand rows at most.
    """
    grams, vectors = likeness.grams[rows], likeness.vectors[rows]
    alike = likeness.among(rows)
    trust = np.ones(len(vectors)) if weights is None else np.asarray(weights, np.float32)
    alike[np.diag_indices_from(alike)] += 1 / (strength * trust)
    inverse = linalg.inv(alike.T, overwrite_a=True, check_finite=False, assume_a="pos")  # turned: as LAPACK wants it
    centre = np.average(targets, axis=0, weights=trust)
    pull = inverse @ (targets - centre)
    held_out = targets - pull / np.diag(inverse)[:, None]
    return Ridge(_pulled(grams, vectors, pull, centre, likeness.width), np.asarray(held_out, np.float32))


def fit_kernel(grams: Matrix, vectors: Vectors, labels: Labels, *, width: float, strength: float) -> Kernel:
    """The ridge for thousands of rows: one column per class, without leave-one-out scores.

    Single precision, one square matrix and a passing one: some 1 GB for 10,000 rows.
    """
    targets = np.eye(int(labels.max()) + 1, dtype=np.float32)[labels]
    centre = targets.mean(axis=0)
    alike = _alike(grams, vectors, width)
    alike[np.diag_indices_from(alike)] += np.float32(1 / strength)
    pull = linalg.solve(alike.T, targets - centre, overwrite_a=True, check_finite=False, assume_a="pos")
    return _pulled(grams, vectors, pull, centre, width)


def _alike(grams: Matrix, vectors: Vectors, width: float) -> Floats:
    """How alike each text is to each; a block of rows at a time, as it is large, and each pair once."""
    alike = np.empty((len(vectors), len(vectors)), np.float32)
    frequent, rare = _by_frequency(grams)

    def block(start: int) -> None:
        end = start + _BLOCK
        rows = vectors[start:end] @ vectors[start:].T
        rows -= 1
        rows *= np.float32(width)
        np.exp(rows, out=rows)
        rows *= np.float32(1 - LEXICAL_SHARE)
        shared = (rare[start:end] @ rare[start:].T).toarray()
        shared += frequent[start:end] @ frequent[start:].T
        shared *= np.float32(LEXICAL_SHARE / 2)
        rows += shared
        alike[start:end, start:] = rows
        alike[start:, start:end] = rows.T

    in_parallel(block, [(start,) for start in range(0, len(vectors), _BLOCK)], lambda done: None)
    return alike


def _by_frequency(grams: Matrix) -> tuple[Floats, Matrix]:
    """The columns most texts share, as a dense matrix, and the others: few as they are, they are most of the work of a
    sparse product, and a dense one has it done in a tenth of the time."""
    order = np.argsort(-np.bincount(grams.indices, minlength=grams.shape[1]), kind="stable")
    return grams[:, order[:_FREQUENT]].toarray(), grams[:, np.sort(order[_FREQUENT:])]


def _pulled(grams: Matrix, vectors: Vectors, pull: NDArray[Any], centre: NDArray[Any], width: float) -> Kernel:
    """The scorer in which each row pulls by so much."""
    return Kernel(
        terms=np.asarray(grams.T @ pull * (LEXICAL_SHARE / 2), np.float32),
        support=vectors,
        weights=np.asarray(pull * (1 - LEXICAL_SHARE), np.float32),
        bias=np.asarray(centre, np.float32),
        width=width,
    )


def fit_line(scores: Floats, labels: Labels) -> tuple[float, float]:
    """Slope and intercept under which the sigmoid of a score is the probability of label 1."""
    model = LogisticRegression(C=100.0).fit(scores[:, None], labels)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def join(grams: Matrix, vectors: Vectors) -> Matrix:
    """Both kinds of features side by side."""
    return sparse.hstack([grams, sparse.csr_matrix(vectors * VECTOR_WEIGHT)], format="csr", dtype=np.float32)


def fit_sharpness(scores: Floats, labels: Labels) -> float:
    """The inverse temperature under which the scores' softmax says the labels best (negative log-likelihood)."""
    if not len(labels):
        return 1.0
    rows = np.arange(len(labels))

    def loss(log_sharpness: float) -> float:
        return -float(log_softmax(np.exp(log_sharpness) * scores)[rows, labels].mean())

    return float(np.exp(optimize.minimize_scalar(loss, bounds=(-4, 4), method="bounded").x))


def folds(labels: Labels, *, wanted: int, enough: int) -> list[tuple[Rows, Rows]]:
    """(train, test) rows of folds among which each label's rows are dealt out in turn, as sklearn's stratified ones
    are, but for labels with fewer rows than folds, too; on big data only as many folds as give `enough` test rows.

    A label with one example is never tested, since nothing would be left to learn it from.
    """
    counts = np.bincount(labels)
    testable = np.flatnonzero(counts[labels] >= 2)
    if len(testable) < 2:
        return []
    mixed = np.random.default_rng(7).permutation(testable)
    dealt = mixed[np.argsort(labels[mixed], kind="stable")]
    parts = max(2, min(wanted, len(testable)))
    made: list[tuple[Rows, Rows]] = []
    for first in range(parts):
        test = np.sort(dealt[first::parts])
        made.append((np.setdiff1d(np.arange(len(labels)), test), test))
        if sum(len(rows) for _, rows in made) >= enough:
            break
    return made


def one_thread_each() -> AbstractContextManager[object]:
    """Fits run side by side; a linear algebra that takes every core for each of them is many times slower."""
    limited: AbstractContextManager[object] = threadpool_limits(limits=1)
    return limited


def in_parallel(work: Callable[..., Result], tasks: Sequence[tuple[Any, ...]], progress: Progress) -> list[Result]:
    """Results in order; the fits release the interpreter, so threads do. Who stops it waits for no fit."""
    pool = ThreadPoolExecutor(_WORKERS)
    try:
        return list(_told(pool.map(lambda task: work(*task), tasks), progress))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _told(results: Iterator[Result], progress: Progress) -> Iterator[Result]:
    for result in results:
        progress(1)
        yield result


def _fit(model: LogisticRegression | LinearSVC, features: Any, labels: Labels, weights: Floats | None) -> None:  # noqa: ANN401 - dense or sparse
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # early stopping is the regulariser here
        model.fit(features, labels, sample_weight=weights)


def _split(model: LogisticRegression | LinearSVC, *, terms: int) -> Linear:
    weights = model.coef_.T.astype(np.float32)
    return Linear(
        terms=np.ascontiguousarray(weights[:terms]),
        vector=np.ascontiguousarray(weights[terms:]) * np.float32(VECTOR_WEIGHT),
        bias=np.asarray(model.intercept_, np.float32),
    )


def _both_sides(linear: Linear, *, share: float) -> Linear:
    """Two classes are fitted as one column; give each its own."""
    if len(linear.bias) > 1:
        return linear
    sides = np.array([[-share, share]], np.float32)
    return Linear(terms=linear.terms @ sides, vector=linear.vector @ sides, bias=linear.bias @ sides)
