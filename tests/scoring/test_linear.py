"""Kernel scorers kept and read again."""

from dataclasses import replace

import numpy as np
import pytest

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
