"""The usual part of a wide vector, and what other vectors are left as."""

import numpy as np
import pytest

from assistant.scoring.wide import PLAIN, WIDE, of_length, plain

VECTORS = np.random.default_rng(3).normal(size=(4, WIDE)).astype(np.float32)


def test_the_usual_part_has_unit_rows() -> None:
    cut = plain(VECTORS)
    assert cut.shape == (4, PLAIN)
    assert np.allclose(np.linalg.norm(cut, axis=1), 1, atol=1e-6)
    assert np.array_equal(of_length(VECTORS, PLAIN), cut)
    assert of_length(VECTORS, WIDE) is VECTORS


@pytest.mark.parametrize("columns", [8, PLAIN, 1_536])
def test_vectors_of_another_embedder_stay_as_they_are(columns: int) -> None:
    other = np.ones((2, columns), np.float32)
    assert plain(other) is other
    assert of_length(other, columns) is other
