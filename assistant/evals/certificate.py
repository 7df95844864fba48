"""Certificates: from which score on may drafts of a slice be sent with an error rate of at most alpha?

With confidence 1 - delta. The method is Learn then Test with a fixed sequence (Angelopoulos et al., 2021): sizes of the
top of the ranking are fixed before the labels are looked at and tested from the most confident on, each with an exact
binomial p-value; the first that fails ends the search. No correction is needed: nothing after a failure is tested.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field
from scipy.special import bdtr

from assistant.domain.certificate import Certificate
from assistant.domain.value import Value

STEPS = 40
"""Sizes tested between the start and all labels, spaced geometrically."""
VALID_DAYS = 30
"""A certificate speaks of recent traffic only."""
WHOLE = ""
"""The slice of rows that name none."""


def _as_text(name: object) -> object:
    """Numbers name clusters and slices, too."""
    is_number = isinstance(name, (int, float)) and not isinstance(name, bool)
    return str(name) if is_number else name


def _named(name: object) -> object:
    return WHOLE if name is None else _as_text(name)


class Label(Value):
    """One judged draft: its score in [0, 1], and whether a careful reader would not have sent it."""

    score: float = Field(ge=0, le=1, allow_inf_nan=False)
    error: bool
    cluster: Annotated[str | None, BeforeValidator(_as_text)] = None
    slice: Annotated[str, BeforeValidator(_named)] = WHOLE


def smallest_clean_sample(alpha: float, delta: float) -> int:
    """Labels without any error that prove an error rate of at most alpha: 59 for .05, 299 for .01 at delta .05."""
    return math.ceil(math.log(delta) / math.log1p(-alpha))


def certify(labels: Sequence[Label], *, alpha: float, delta: float, now: datetime) -> tuple[Certificate, ...]:
    """One certificate per slice, in order of first appearance; delta is shared equally among the slices.

    Only the first row of a cluster counts. Raises `ValueError` where alpha or delta is not inside (0, 1).
    """
    if not (0 < alpha < 1 and 0 < delta < 1):
        raise ValueError("alpha and delta must lie between 0 and 1, both excluded")
    slices: dict[str, list[Label]] = {}
    for label in _first_of_each_cluster(labels):
        slices.setdefault(label.slice, []).append(label)
    if not slices:
        return (refused(WHOLE, alpha=alpha, delta=delta),)
    share = delta / len(slices)
    return tuple(_certify_slice(name, rows, alpha, share, now) for name, rows in slices.items())


def _first_of_each_cluster(labels: Sequence[Label]) -> list[Label]:
    seen: set[tuple[str, str]] = set()
    kept: list[Label] = []
    for label in labels:
        if label.cluster is not None:
            if (key := (label.slice, label.cluster)) in seen:
                continue
            seen.add(key)
        kept.append(label)
    return kept


def schedule(n: int, *, alpha: float, delta: float) -> tuple[int, ...]:
    """Sizes to test, smallest first; none where n labels can't prove alpha even without an error.

    Starts at three times the smallest clean sample, so that one early error doesn't end it.
    """
    least = smallest_clean_sample(alpha, delta)
    if n < least:
        return ()
    start = max(least, min(3 * least, n))
    return tuple(sorted({round(size) for size in np.geomspace(start, n, STEPS)}))


def _certify_slice(name: str, rows: Sequence[Label], alpha: float, delta: float, now: datetime) -> Certificate:
    scores = np.array([row.score for row in rows])
    errors = np.array([row.error for row in rows])
    return certify_scores(name, scores, errors, alpha=alpha, delta=delta, now=now)


def certify_scores(
    name: str,
    scores: NDArray[np.float64],
    errors: NDArray[np.bool_],
    *,
    alpha: float,
    delta: float,
    now: datetime,
) -> Certificate:
    """The certificate of one slice from its scores in [0, 1] and verdicts, one each and all counted."""
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    errors_so_far = np.cumsum(errors[order])
    passed, tested = 0, 0
    for size in schedule(len(scores), alpha=alpha, delta=delta):
        end = int(np.searchsorted(-ranked, -ranked[size - 1], side="right"))
        tested = tested or end
        if bdtr(float(errors_so_far[end - 1]), end, alpha) > delta:
            break
        passed = end
    if not passed:
        seen = int(errors_so_far[tested - 1]) if tested else 0
        return _refused(name, len(scores), tested, seen, alpha, delta, known=seen if tested else int(errors.sum()))
    return Certificate(
        slice=name,
        certified=True,
        threshold=float(ranked[passed - 1]),
        n=passed,
        errors=int(errors_so_far[passed - 1]),
        coverage=passed / len(scores),
        labels=len(scores),
        alpha=alpha,
        delta=delta,
        labels_needed=0,
        expires_at=now + timedelta(days=VALID_DAYS),
    )


def refused(name: str, *, alpha: float, delta: float) -> Certificate:
    """What is said of a slice without labels."""
    return _refused(name, 0, 0, 0, alpha, delta, known=0)


def _refused(name: str, labels: int, n: int, errors: int, alpha: float, delta: float, *, known: int) -> Certificate:
    """`known` errors must be outweighed: those of the size tested, of all labels where they were too few to test."""
    have = n or labels
    return Certificate(
        slice=name,
        certified=False,
        threshold=None,
        n=n,
        errors=errors,
        coverage=0.0,
        labels=labels,
        alpha=alpha,
        delta=delta,
        labels_needed=max(1, _size_that_proves(known, alpha, delta) - have),
        expires_at=None,
    )


def is_disproved(certificate: Certificate) -> bool:
    """Whether the labels show with the same confidence that too much is wrong, so that more of them wouldn't help."""
    n, errors = certificate.n, certificate.errors
    too_many = 1 - bdtr(errors - 1, n, certificate.alpha) if errors else 1.0
    return not certificate.certified and bool(too_many <= certificate.delta)


def _size_that_proves(errors: int, alpha: float, delta: float) -> int:
    low, high = errors, max(2 * errors, 1)
    while bdtr(errors, high, alpha) > delta:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if bdtr(errors, middle, alpha) <= delta else (middle, high)
    return high


def as_json(certificates: Sequence[Certificate]) -> object:
    """One object per slice; a bare object where there is one."""
    rows: list[Mapping[str, object]] = [certificate.model_dump(mode="json") for certificate in certificates]
    return rows[0] if len(rows) == 1 else rows
