"""Lengths of an embedding: the usual one, and a wide one that begins with it."""

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


def of_length(vectors: Vectors, columns: int) -> Vectors:
    """The usual part of wide vectors where that is so long; vectors of any other length are given back as they are."""
    return vectors if vectors.shape[1] == columns else plain(vectors)
