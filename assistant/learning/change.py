"""What new examples change: the model before and the one after, on the same rows, neither trained on them."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, ndtr

from assistant.domain.value import Value
from assistant.learning.rows import OOS, hash_of

BEYOND_CHANCE = 0.05
"""One-sided test over the rows that only one of both read rightly (McNemar), exact where all count alike."""
_ROW = 16
_LISTED = 20
_SHOWN = 200
"""Characters of a row's text."""

Verdicts = Mapping[str, bool]
"""By row, whether it was read rightly."""


class Paired(Value):
    """The same `n` rows read by both; `gained` only the new model has right, `lost` only the old one.

    `low` and `high` bound the change of the share that is right (95 %); `chance` is how likely a loss at least as large
    is where both are equally good.
    """

    n: int
    before: float
    after: float
    gained: int
    lost: int
    low: float
    high: float
    chance: float

    @property
    def is_worse(self) -> bool:
        """Beyond chance."""
        return self.after < self.before and self.chance < BEYOND_CHANCE


class Change(Value):
    """A model against the one before it. `intents` and `scope` are measured on examples both learnt among others.

    Each of those was read by fits that left it out; `validation` holds rows that were never trained on. None where
    nothing could be compared. Where labels or embedder differ the old model serves no more, so nothing is `comparable`.
    `put_right` and `lost` are validation rows that only the new or only the old one read rightly, the first of each.
    """

    before: str
    examples_before: int
    examples: int
    comparable: bool
    intents: Paired | None = None
    scope: Paired | None = None
    validation: Paired | None = None
    put_right: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def is_worse(self) -> bool:
        """Whether a person should decide before it replaces the old one."""
        return self.comparable and any(each is not None and each.is_worse for _, each in self.parts())

    def parts(self) -> Iterator[tuple[str, Paired | None]]:
        """What was compared, in words."""
        yield "intents of examples, each held out", self.intents
        yield "in scope or not, each held out, both kinds counted alike", self.scope
        yield "the validation rows", self.validation

    def lines(self) -> Iterator[str]:
        """The change in words, one line a comparison."""
        yield f"against {self.before}: {self.examples} examples instead of {self.examples_before}"
        for name, pair in self.parts():
            if pair is not None:
                yield f"{name}: {_told(pair)}"


def _told(pair: Paired) -> str:
    verdict = ", worse beyond chance" if pair.is_worse else ""
    return (
        f"{pair.before:.1%} to {pair.after:.1%} ({100 * pair.low:+.1f} to {100 * pair.high:+.1f} points, n = {pair.n}; "
        f"{pair.gained} put right, {pair.lost} lost{verdict})"
    )


def flipped(texts: Sequence[str], labels: Sequence[str], *, wrong: Verdicts, right: Verdicts) -> tuple[str, ...]:
    """The rows, text and label, that one model read wrongly and the other rightly; the first of many."""
    keys = [row_key(text, label) for text, label in zip(texts, labels, strict=True)]
    rows = zip(keys, texts, labels, strict=True)
    named = [f"{text[:_SHOWN]} ({label})" for key, text, label in rows if right.get(key) and not wrong.get(key, True)]
    return tuple(named[:_LISTED])


def row_key(text: str, label: str) -> str:
    """Names a row by its words and its label, without keeping either."""
    return hash_of((text, label))[:_ROW]


def verdicts(texts: Sequence[str], labels: Sequence[str], right: NDArray[np.bool_]) -> dict[str, bool]:
    """One entry a row."""
    return {row_key(text, label): bool(ok) for text, label, ok in zip(texts, labels, right, strict=True)}


def paired(before: Verdicts, after: Verdicts) -> Paired | None:
    """Over the rows both hold; None where there are none."""
    common = before.keys() & after.keys()
    if not common:
        return None
    n = len(common)
    gained = sum(after[row] and not before[row] for row in common)
    lost = sum(before[row] and not after[row] for row in common)
    half = 1.96 * float(np.sqrt(max(0.0, gained + lost - (gained - lost) ** 2 / n))) / n
    difference = (gained - lost) / n
    return Paired(
        n=n,
        before=sum(before[row] for row in common) / n,
        after=sum(after[row] for row in common) / n,
        gained=gained,
        lost=lost,
        low=max(-1.0, difference - half),
        high=min(1.0, difference + half),
        chance=float(betainc(lost, gained + 1, 0.5)) if lost else 1.0,
    )


def counted_alike(one: Paired | None, other: Paired | None) -> Paired | None:
    """Two kinds of rows as if there were as many of either; where one has no rows, the other alone.

    A threshold that moves trades rows of one kind for rows of the other, and counting rows would take the more frequent
    kind's side. `chance` is by the normal approximation, with half a row for continuity.
    """
    if one is None or other is None:
        return one or other
    before, after = (one.before + other.before) / 2, (one.after + other.after) / 2
    spread = float(np.sqrt(sum((each.gained + each.lost) / each.n**2 for each in (one, other)))) / 2
    lost = before - after - 0.25 / max(one.n, other.n)
    return Paired(
        n=one.n + other.n,
        before=before,
        after=after,
        gained=one.gained + other.gained,
        lost=one.lost + other.lost,
        low=max(-1.0, after - before - 1.96 * spread),
        high=min(1.0, after - before + 1.96 * spread),
        chance=float(ndtr(-lost / spread)) if spread and after < before else 1.0,
    )


def read_as_labelled(labels: Sequence[str], best: Sequence[str], in_scope: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether each row would be taken for what it is: its label and in scope, or out of scope where it is that."""
    return np.array(
        [
            not kept if label == OOS else kept and label == said
            for label, said, kept in zip(labels, best, in_scope.tolist(), strict=True)
        ],
        dtype=bool,
    )
