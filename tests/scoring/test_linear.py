"""Kernel scorers kept and read again."""

from dataclasses import replace

import numpy as np
import pytest

from assistant.learning.projection import main_directions
from assistant.scoring.features import Matrix
from assistant.scoring.linear import Kernel, pack_scorer, unpack_kernel

KERNEL = Kernel(
    terms=np.zeros((0, 1), np.float32),
    support=np.eye(2, dtype=np.float32),
    weights=np.array([[1.0], [2.0]], np.float32),
    bias=np.zeros(1, np.float32),
)
NO_GRAMS = Matrix((2, 0), dtype=np.float32)


@pytest.mark.parametrize("width", [2.0, 4.0])
def test_a_kept_kernel_is_as_wide_as_it_was(width: float) -> None:
    kept = replace(KERNEL, width=width)
    read = unpack_kernel("states", pack_scorer("states", kept))
    expected = np.array([[1 + 2 * np.exp(-width)], [np.exp(-width) + 2]])
    assert read.scores(NO_GRAMS, np.eye(2, dtype=np.float32)) == pytest.approx(expected, rel=1e-5)
    assert read.on_line(1.0, 0.0).width == width


def test_a_kernel_kept_before_there_were_others_is_of_the_usual_width() -> None:
    arrays = pack_scorer("voice1", KERNEL)
    assert "voice1.width" not in arrays
    assert unpack_kernel("voice1", arrays).width == KERNEL.width


def test_a_kept_kernel_turns_as_it_did() -> None:
    rng = np.random.default_rng(3)
    vectors = np.asarray(rng.standard_normal((60, 12)) @ rng.standard_normal((12, 12)), np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    onto = main_directions(vectors, 10)
    assert onto is not None
    weights, grams = np.asarray(rng.standard_normal((60, 2)), np.float32), Matrix((60, 1), dtype=np.float32)
    terms, bias = np.zeros((1, 2), np.float32), np.zeros(2, np.float32)
    whole = Kernel(terms, vectors, weights, bias)
    turned = Kernel(terms, vectors @ onto, weights, bias, turned_by=onto)
    kept = unpack_kernel("k", pack_scorer("k", turned))
    scores = whole.scores(grams, vectors)
    assert np.abs(turned.scores(grams, vectors) - scores).max() < 0.2 * scores.std()
    assert np.abs(kept.scores(grams, vectors) - turned.scores(grams, vectors)).max() < 0.02
    assert main_directions(vectors, 12) is None


def test_main_directions_are_of_even_size() -> None:
    """One that were much larger than the others would cost all of them steps when they are rounded."""
    rng = np.random.default_rng(4)
    vectors = np.asarray(rng.standard_normal((500, 64)) / np.arange(1, 65), np.float32)
    onto = main_directions(vectors, 16)
    assert onto is not None
    assert np.allclose(onto.T @ onto, np.eye(16), atol=1e-5)
    sizes = np.linalg.norm(vectors @ onto, axis=0)
    assert sizes.max() < 4 * sizes.min()
