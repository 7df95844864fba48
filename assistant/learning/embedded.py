"""Embeds what is learnt from, a batch a step: most of what a first training waits for."""

from collections.abc import Sequence

import numpy as np

from assistant.learning.fitting import Progress
from assistant.ports import Embedder, Vectors

BATCH = 256
"""Texts embedded in one step."""


def batches(texts: int) -> int:
    """Steps of embedding so many texts."""
    return -(-texts // BATCH)


def embedded(embedder: Embedder, texts: Sequence[str], progress: Progress) -> Vectors:
    """One row a text; `progress` hears of each step."""
    parts = [np.empty((0, embedder.dimensions), np.float32)]
    for start in range(0, len(texts), BATCH):
        parts.append(embedder.embed(texts[start : start + BATCH]))
        progress(1)
    return np.concatenate(parts)
