"""Vectors of the examples that ship, so that a first training embeds a brand's own texts alone."""

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.learning.embedded import batches, embedded
from assistant.learning.fitting import Progress
from assistant.learning.projection import main_directions
from assistant.ports import Embedder, Vectors
from assistant.scoring.features import Floats

DIRECTIONS = 384
"""Columns that wide vectors, five poolings of each text, are turned into. 384 directions of three poolings kept 97 %
of the examples' squares and gave the products of two texts to .0015 (their spread is .08) in a third of the time; those
of all five find more orders to a machine (85.7 % of families looked at, 82.6 %) and stop fewer look-alikes."""
FILE = Path(__file__).parent / "examples" / "vectors.npz"
"""Made by `benchmarks/shipped_vectors.py`."""
_STEPS = 127


class Shipped(NamedTuple):
    """Vectors of one embedder along `onto`, a row for each of `texts`, which are hashes in ascending order."""

    embedder: str
    onto: Floats
    texts: NDArray[np.uint64]
    rows: NDArray[np.int8]
    steps: Floats

    def of(self, hashes: NDArray[np.uint64]) -> tuple[Vectors, NDArray[np.bool_]]:
        """A row for each, and which of them are known; the others' rows are zeros."""
        places = np.minimum(np.searchsorted(self.texts, hashes), len(self.texts) - 1)
        known = self.texts[places] == hashes
        vectors = self.rows[places] * self.steps[places, None]
        vectors[~known] = 0
        return vectors, known


class Along(NamedTuple):
    """`vectors` hold a row for each text; `onto` turns a text's vector into such a row, None where it is one."""

    vectors: Vectors
    onto: Floats | None


def along(embedder: Embedder, texts: Sequence[str], progress: Progress) -> Along:
    """The texts' vectors along few directions: those that ship where their embedder is this one, else the texts' own.

    `progress` hears of each batch that is embedded.
    """
    shipped = read(FILE)
    if shipped.embedder != embedder.fingerprint:
        vectors = embedded(embedder, texts, progress)
        onto = main_directions(vectors, DIRECTIONS)
        return Along(vectors if onto is None else vectors @ onto, onto)
    vectors, known = shipped.of(hashes(texts))
    vectors[~known] = embedded(embedder, _but(texts, known), progress) @ shipped.onto
    return Along(vectors, shipped.onto)


def steps(embedder: str, texts: Sequence[str]) -> int:
    """How often `along` tells of progress, by the embedder's fingerprint."""
    shipped = read(FILE)
    return batches(len(texts if shipped.embedder != embedder else _but(texts, shipped.of(hashes(texts))[1])))


def packed(embedder: str, texts: Sequence[str], vectors: Vectors, onto: Floats) -> Shipped:
    """The texts' vectors as whole numbers of 127 steps each way, as serving rounds them, each row with its own step."""
    named = hashes(texts)
    order = np.argsort(named)
    turned = vectors[order] @ onto
    size = np.maximum(np.abs(turned).max(axis=1) / _STEPS, 1e-9).astype(np.float32)
    return Shipped(embedder, onto, named[order], np.rint(turned / size[:, None]).astype(np.int8), size)


def write(shipped: Shipped, file: Path) -> None:
    """Not compressed, in the order of the hashes: where few texts change, so do few places of the file."""
    np.savez(file, **{**shipped._asdict(), "onto": shipped.onto.astype(np.float16)})


@cache
def read(file: Path) -> Shipped:
    """What `write` wrote."""
    with np.load(file) as kept:
        onto = kept["onto"].astype(np.float32)
        return Shipped(str(kept["embedder"]), onto, kept["texts"], kept["rows"], kept["steps"])


def hashes(texts: Sequence[str]) -> NDArray[np.uint64]:
    """Eight bytes a text."""
    digests = (hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest() for text in texts)
    return np.frombuffer(b"".join(digests), "<u8").astype(np.uint64)


def _but(texts: Sequence[str], known: NDArray[np.bool_]) -> list[str]:
    return [text for text, is_known in zip(texts, known, strict=True) if not is_known]
