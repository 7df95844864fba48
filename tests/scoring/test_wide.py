"""Parts of a wide vector: which columns, how long, and what other vectors are left as."""

from collections.abc import Callable

import numpy as np
import pytest

from assistant.ports import Vectors
from assistant.scoring.wide import NARROW, PLAIN, WIDE, narrow, of_length, plain

VECTORS = np.random.default_rng(3).normal(size=(4, WIDE)).astype(np.float32)


@pytest.mark.parametrize(("part", "columns"), [(plain, PLAIN), (narrow, NARROW)])
def test_a_part_has_unit_rows_and_begins_with_the_usual_columns(
    part: Callable[[Vectors], Vectors], columns: int
) -> None:
    cut = part(VECTORS)
    assert cut.shape == (4, columns)
    assert np.allclose(np.linalg.norm(cut, axis=1), 1, atol=1e-6)
    usual = cut[:, :PLAIN] / np.linalg.norm(cut[:, :PLAIN], axis=1, keepdims=True)
    assert np.allclose(usual, plain(VECTORS), atol=1e-6)
    assert np.array_equal(of_length(VECTORS, columns), cut)


def test_the_narrow_part_leaves_out_the_two_poolings_between() -> None:
    changed = VECTORS.copy()
    changed[:, PLAIN : 2 * PLAIN] += 1
    changed[:, 3 * PLAIN : 4 * PLAIN] += 1
    assert np.array_equal(narrow(changed), narrow(VECTORS))
    changed[:, 4 * PLAIN :] += 1
    assert not np.allclose(narrow(changed), narrow(VECTORS))


@pytest.mark.parametrize("columns", [8, PLAIN, 1_536])
def test_vectors_of_another_embedder_stay_as_they_are(columns: int) -> None:
    other = np.ones((2, columns), np.float32)
    assert plain(other) is other
    assert narrow(other) is other
    assert of_length(other, columns) is other
