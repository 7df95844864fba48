"""A learnt projection finds what tells labels apart under what varies within them."""

import numpy as np
import pytest

from assistant.learning.projection import fit_projected
from assistant.scoring.features import fit_tfidf
from assistant.scoring.linear import pack_scorer, unpack_scorer

NO_GRAMS = fit_tfidf(["a"], min_count=1, max_terms=1)


def noisy(seed: int, labels: np.ndarray) -> np.ndarray:
    """Unit rows whose label shows in weak columns, while strong ones are chance."""
    random = np.random.default_rng(seed)
    rows = random.normal(size=(len(labels), 24)).astype(np.float32) * np.float32(0.3)
    rows[:, :12] *= 8
    rows[np.arange(len(labels)), 12 + labels] += 2
    unit: np.ndarray = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


@pytest.mark.parametrize("label_count", [2, 3, 9])
def test_labels_that_hide_under_chance_are_told_apart(label_count: int) -> None:
    taught, asked = np.arange(60 * label_count) % label_count, np.arange(20 * label_count) % label_count
    scorer = fit_projected(noisy(1, taught), taught)
    unseen = noisy(2, asked)
    grams = NO_GRAMS.transform([""] * len(asked))
    assert (scorer.scores(grams, unseen).argmax(axis=1) == asked).mean() > 0.8
    kept = unpack_scorer("voice", pack_scorer("voice", scorer))
    np.testing.assert_allclose(kept.scores(grams, unseen), scorer.scores(grams, unseen), atol=0.02)


def test_one_example_a_label_is_enough_to_fit() -> None:
    labels = np.arange(6)
    vectors = noisy(3, labels)
    grams = NO_GRAMS.transform([""] * 6)
    assert (fit_projected(vectors, labels).scores(grams, vectors).argmax(axis=1) == labels).all()


def test_the_same_rows_give_the_same_scorer() -> None:
    labels = np.arange(3000) % 3
    first, second = (fit_projected(noisy(4, labels), labels) for _ in range(2))
    np.testing.assert_array_equal(first.weights, second.weights)
    assert len(first.support) < len(labels)
