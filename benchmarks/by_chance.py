"""What a measure shows by chance alone, on as few rows."""

import numpy as np
from numpy.typing import NDArray

from assistant.learning.card import calibration_error

DRAWS = 200


def error_of_a_true(confidence: NDArray[np.float32]) -> float:
    """The mean calibration error where each row is right as often as is said of it."""
    chance = np.random.default_rng(7)
    drawn = (chance.random(len(confidence)) < confidence for _ in range(DRAWS))
    return float(np.mean([calibration_error(confidence, right) or 0.0 for right in drawn]))
