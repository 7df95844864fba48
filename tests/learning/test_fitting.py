"""The ridge behind most heads, its leave-one-out scores, and folds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from assistant.learning.fitting import LEXICAL_SHARE, Likeness, fit_kernel, fit_ridge, fit_sharpness, folds
from assistant.scoring.features import fit_tfidf
from assistant.scoring.linear import log_softmax
from tests.builders import HashEmbedder

TEXTS = [f"{word} {number}" for number in range(6) for word in ("my bag is lost", "refund please", "great crew")]
LABELS = np.arange(len(TEXTS)) % 3


def likeness() -> Likeness:
    return Likeness(fit_tfidf(TEXTS, min_count=1, max_terms=500).transform(TEXTS), HashEmbedder().embed(TEXTS))


def test_leave_one_out_is_what_refitting_without_the_row_gives() -> None:
    alike, everything = likeness(), np.arange(len(TEXTS))
    targets = np.eye(3, dtype=np.float32)[LABELS] - np.float32(1 / 3)
    ridge = fit_ridge(alike, everything, targets, strength=2.0)
    without = np.delete(everything, 4)
    refitted = fit_ridge(alike, without, targets[without] - ridge.scorer.bias, strength=2.0)
    # the refit centres its own targets; undo that, so that only the ridge itself is compared
    centre = refitted.scorer.bias
    again = refitted.scorer.scores(alike.grams[[4]], alike.vectors[[4]])[0]
    np.testing.assert_allclose(ridge.held_out[4], again + ridge.scorer.bias, atol=0.02 + np.abs(centre).max())


def test_a_row_of_no_weight_teaches_nothing() -> None:
    alike, everything = likeness(), np.arange(len(TEXTS))
    targets = np.eye(3, dtype=np.float32)[LABELS]
    wrong = targets.copy()
    wrong[0] = [0, 0, 1]
    weights = np.ones(len(TEXTS), np.float32)
    weights[0] = 1e-6
    ridge = fit_ridge(alike, everything, wrong, strength=3.0, weights=weights)
    assert ridge.scorer.scores(alike.grams[[0]], alike.vectors[[0]]).argmax() == 0


def test_sharpness_makes_right_scores_sure_and_wrong_ones_unsure() -> None:
    scores = np.eye(3, dtype=np.float32)[LABELS]
    assert fit_sharpness(scores, LABELS) > 10
    shuffled = np.roll(LABELS, 1)
    assert np.exp(log_softmax(fit_sharpness(scores, shuffled) * scores)).max() < 0.4
    assert fit_sharpness(scores[:0], LABELS[:0]) == 1


def test_folds_test_each_row_once_and_never_a_single_example() -> None:
    labels = np.array([0] * 7 + [1] * 5 + [2])
    tested = np.concatenate([test for _, test in folds(labels, wanted=5, enough=1000)])
    assert sorted(tested) == list(range(12))
    for train, test in folds(labels, wanted=5, enough=1000):
        assert 12 in train
        assert not set(train) & set(test)
    assert folds(np.array([0]), wanted=5, enough=10) == []


@given(st.lists(st.integers(0, 6), min_size=1, max_size=60), st.integers(2, 12))
def test_no_label_loses_all_its_rows_to_a_fold(given_labels: list[int], wanted: int) -> None:
    labels = np.array(given_labels)
    for train, test in folds(labels, wanted=wanted, enough=1000):
        assert set(labels[test]) <= set(labels[train])


def test_big_data_is_tested_on_enough_rows() -> None:
    labels = np.arange(1000) % 4
    tested = np.concatenate([test for _, test in folds(labels, wanted=5, enough=300)])
    assert 300 <= len(tested) < 1000


def test_the_ridge_for_many_rows_scores_as_the_ridge_does() -> None:
    alike, labels = likeness(), LABELS.astype(np.int64)
    targets = np.eye(3, dtype=np.float32)[labels]
    ridge = fit_ridge(alike, np.arange(len(TEXTS)), targets, strength=2.0).scorer
    kernel = fit_kernel(alike.grams, alike.vectors, labels, width=alike.width, strength=2.0)
    scores = kernel.scores(alike.grams, alike.vectors)
    assert np.allclose(scores, ridge.scores(alike.grams, alike.vectors), atol=1e-4)
    assert np.array_equal(scores.argmax(axis=1), labels)


def test_texts_of_several_blocks_are_all_compared_once_with_each_other() -> None:
    random = np.random.default_rng(3)
    count, width = 1_100, 2.0
    vectors = random.normal(size=(count, 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    grams = sparse.random(count, 900, density=0.02, format="csr", dtype=np.float32, random_state=3)
    found = Likeness(grams, vectors, width).among(np.arange(count))
    by_meaning = (1 - LEXICAL_SHARE) * np.exp(width * (vectors @ vectors.T - 1))
    by_words = LEXICAL_SHARE / 2 * (grams @ grams.T).toarray()
    np.testing.assert_allclose(found, by_meaning + by_words, atol=1e-5)
