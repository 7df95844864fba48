"""Lengths of an embedding: the usual one, a wide one that begins with it, and a part of the wide one."""

import numpy as np

from assistant.ports import Vectors

PLAIN = 384
WIDE = 1_920
"""The usual vector and four more poolings of the same reading; only what classifies takes it."""
LAST_SHARE = 0.64
"""Length of the usual part in a wide vector; each of the others is .6 of it (.57 and .7 did the same on open sets)."""


def plain(vectors: Vectors) -> Vectors:
    """The usual vectors in wide ones, unit rows again; vectors of any other length are given back as they are."""
    if vectors.shape[1] != WIDE:
        return vectors
    first = vectors[:, :PLAIN]
    return np.asarray(first / np.maximum(np.linalg.norm(first, axis=1, keepdims=True), 1e-9), np.float32)


NARROW = 1_152
_KEPT = np.concatenate([np.arange(first, first + PLAIN) for first in (0, 2 * PLAIN, 4 * PLAIN)])
"""The usual vector, the mean of the fourth layer and the maximum of the last: what the heads of every brand read before
they turned the whole. Models kept since then can be put back."""


def narrow(vectors: Vectors) -> Vectors:
    """A part of wide vectors, unit rows again; vectors of any other length are given back as they are."""
    if vectors.shape[1] != WIDE:
        return vectors
    kept = vectors[:, _KEPT]
    return np.asarray(kept / np.maximum(np.linalg.norm(kept, axis=1, keepdims=True), 1e-9), np.float32)


def of_length(vectors: Vectors, columns: int) -> Vectors:
    """The part of wide vectors that is so long; vectors of any other length are given back as they are."""
    if vectors.shape[1] == columns:
        return vectors
    return narrow(vectors) if columns == NARROW else plain(vectors)
