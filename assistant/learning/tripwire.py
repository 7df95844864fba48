"""Fits the tripwire's weights: on the shipped attacks and look-alikes, with rows from elsewhere where there are any."""

import hashlib
import io
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from assistant.domain.vocabulary import Sensitivity
from assistant.learning.rows import shipped
from assistant.scoring.features import Floats, Matrix
from assistant.scoring.text import fold
from assistant.scoring.tripwire import PLACES, Tripwire, letter_places, tokens, word_places

_STRENGTH = 30.0
"""sklearn's C; 3 to 100 are within noise on held-out families."""
_ORDINARY_WEIGHT = 0.1
_PASSES = 500


class Taught(NamedTuple):
    """A text, whether it gives orders to a machine, and how much it counts."""

    text: str
    attack: bool
    weight: float = 1.0


class Line(NamedTuple):
    """Weights by place, and the bias."""

    weights: Floats
    bias: float


def shipped_rows() -> list[Taught]:
    """The examples that ship: attacks and look-alikes, and what customers write otherwise as weak negatives."""
    own = [Taught(row.text, row.label == "1") for row in shipped("injection")]
    known = {row.text for row in own}
    names = ("sentiment", "urgency", "stance", *(f"sensitivity/{each.value}" for each in Sensitivity))
    ordinary = dict.fromkeys(row.text for name in names for row in shipped(name) if row.text not in known)
    return [*own, *(Taught(text, attack=False, weight=_ORDINARY_WEIGHT) for text in ordinary)]


def features(texts: Sequence[str]) -> Matrix:
    """One row per text: counts by place, each half over the root of its number, as `Tripwire` adds them up."""
    places: list[int] = []
    values: list[float] = []
    ends = [0]
    for text in texts:
        words = tokens(fold(text))
        for found in (list(word_places(words)), [place for word in words for place in letter_places(word)]):
            places += found
            values += [1 / np.sqrt(len(found))] * len(found) if found else []
        ends.append(len(places))
    shape = (len(texts), 2 * PLACES)
    return sparse.csr_matrix((np.array(values, np.float32), np.array(places), np.array(ends)), shape=shape)


def fit(rows: Sequence[Taught]) -> Line:
    """Logistic regression over the rows."""
    labels = np.array([row.attack for row in rows], np.int64)
    model = LogisticRegression(C=_STRENGTH, max_iter=_PASSES)
    model.fit(features([row.text for row in rows]), labels, sample_weight=[row.weight for row in rows])
    weights = np.asarray(model.coef_[0], np.float16).astype(np.float32)
    return Line(weights, round(float(model.intercept_[0]), 4))


def scores(line: Line, texts: Sequence[str], meant: Sequence[float] = ()) -> NDArray[np.float64]:
    """How likely each text is an attack, as the shipped tripwire would say; `meant` is what their meaning says."""
    wire = Tripwire(line.weights, bias=line.bias, threshold=1.0)
    told = meant or [0.0] * len(texts)
    return np.array([wire.likely(fold(text), each) for text, each in zip(texts, told, strict=True)])


def taught_on(rows: Sequence[Taught]) -> str:
    """A content hash of the attacks and look-alikes among the rows: what the weights must have been fitted on."""
    own = sorted(f"{row.attack} {row.text}" for row in rows if row.weight == 1)
    return hashlib.sha256("\0".join(own).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def packed(line: Line, threshold: float, *, examples: str) -> bytes:
    """The content of `scoring/tripwire.npz`; `examples` is the hash of those that ship."""
    buffer = io.BytesIO()
    weights, numbers = line.weights.astype(np.float16), np.array([line.bias, threshold])
    np.savez_compressed(buffer, weights=weights, line=numbers, examples=np.array(examples))
    return buffer.getvalue()
