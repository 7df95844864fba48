"""Wide vectors begin with the usual one."""

import numpy as np

from assistant.scoring.wide import LAST_SHARE, PLAIN, WIDE, plain


def test_the_usual_part_is_of_unit_length_again() -> None:
    wide = np.zeros((2, WIDE), np.float32)
    wide[0, :2] = LAST_SHARE * np.array([0.6, 0.8], np.float32)
    found = plain(wide)
    assert found.shape == (2, PLAIN)
    np.testing.assert_allclose(found[0, :2], [0.6, 0.8], rtol=1e-6)
    assert not found[1].any()


def test_other_vectors_are_left_alone() -> None:
    usual = np.eye(3, PLAIN, dtype=np.float32)
    assert plain(usual) is usual
