"""How many steps a training takes, counted before it begins: whoever waits sees how far it is from the first one on."""

from collections.abc import Callable, Sequence

import numpy as np

from assistant.learning import intents
from assistant.learning.embedded import batches
from assistant.learning.rows import OOS, Example
from assistant.scoring.text import clean, has_words

Progress = Callable[[int, int], None]
"""Told how many more steps are done, and how many there are in all; a step is a batch embedded or a classifier
fitted."""


class Steps:
    """Counts the parts of a training together; every part is added before the first step is done."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._total = 0

    def add(self, steps: int) -> None:
        self._total += steps

    def done(self, steps: int) -> None:
        self._progress(steps, self._total)


def steps_of_intents(examples: Sequence[Example]) -> int:
    """Steps of embedding these examples, whose words are left after cleaning, and of fitting their labels."""
    usable = [row for row in examples if has_words(clean(row.text))]
    labels = [row.label for row in usable if row.label != OOS]
    names, places = np.unique(labels, return_inverse=True)
    outside = len(usable) - len(labels)
    return batches(len(usable) + len(names)) + intents.steps(places.astype(np.int64), len(names), outside)
