"""Products in int8 are those in float32 but for the rounding, and no vector hangs on its neighbours."""

import numpy as np
import pytest

from assistant.adapters import onnx_session
from assistant.adapters.rounded_product import rounded
from assistant.ports import Vectors
from assistant.scoring.linear import Pull, exact


def _units(count: int, columns: int, seed: int) -> Vectors:
    made = np.random.default_rng(seed).normal(size=(count, columns)).astype(np.float32)
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), np.float32)


@pytest.mark.parametrize("columns", [384, 1920])
def test_products_are_near_the_exact_ones(columns: int) -> None:
    rows, vectors = _units(200, columns, 1), _units(40, columns, 2)
    assert np.abs(rounded(rows)(vectors) - exact(rows)(vectors)).max() < 0.005


def test_rows_that_are_much_alike_do_not_overflow() -> None:
    rows = np.full((4, 384), 384**-0.5, np.float32)
    assert np.abs(rounded(rows)(rows) - 1).max() < 0.005


def test_the_slower_kernel_that_never_overflows_is_taken_only_where_the_usual_one_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = _units(50, 384, 3)
    usual = rounded(rows)(rows)
    monkeypatch.setattr(onnx_session, "overflows", lambda: True)
    assert np.array_equal(rounded(rows)(rows), usual)


def test_a_vector_alone_has_the_products_it_has_among_others() -> None:
    rows, vectors = _units(50, 384, 3), _units(9, 384, 4)
    product = rounded(rows)
    together = product(np.concatenate([100 * vectors[:1], vectors]))[1:]
    np.testing.assert_array_equal(together, np.concatenate([product(vectors[at : at + 1]) for at in range(9)]))


@pytest.mark.parametrize("count", [1, 200, 5_000])
def test_what_they_pull_is_near_the_exact(count: int) -> None:
    """More rows than are summed up at once, and fewer."""
    rows, vectors = _units(count, 384, 7), _units(9, 384, 8)
    weights = np.random.default_rng(9).normal(size=(count, 3)).astype(np.float32)
    right = exact(rows, Pull(4.0, weights))(vectors)
    found = rounded(rows, Pull(4.0, weights))(vectors)
    assert found.shape == (9, 3)
    assert np.abs(found - right).max() < 0.02 * np.abs(weights).sum() ** 0.5
    assert np.abs(rounded(rows, Pull(4.0, weights))(vectors[:1]) - found[:1]).max() < 1e-3


def test_nothing_is_no_trouble() -> None:
    nothing = np.zeros((0, 384), np.float32)
    assert rounded(nothing)(_units(2, 384, 5)).shape == (2, 0)
    assert rounded(_units(3, 384, 6))(nothing).shape == (0, 3)
    assert not rounded(_units(3, 384, 6))(np.zeros((1, 384), np.float32)).any()
    pull, no_pull = (Pull(4.0, np.ones((count, 2), np.float32)) for count in (3, 0))
    assert rounded(nothing, no_pull)(_units(2, 384, 5)).tolist() == [[0, 0], [0, 0]]
    assert rounded(_units(3, 384, 6), pull)(nothing).shape == (0, 2)
