"""Twins lift each other and count as one answer; what stands alone is left as it was; a learned order moves scores."""

import numpy as np
import pytest

from assistant.scoring.rerank import features, reordered
from assistant.scoring.twins import ALIKE, MOST, signals, supported

ALONE = np.eye(4, dtype=np.float32)
TWINS = np.array([[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 1]], np.float32)
"""Cosines: the first two say the same, and the last two."""
SCORES = np.array([0.9, 0.5, 0.4, 0.3], np.float32)
APART = np.arange(4)


def test_without_twins_nothing_changes() -> None:
    np.testing.assert_allclose(supported(SCORES, ALONE), SCORES)


def test_twins_move_towards_each_other() -> None:
    first, second, *_ = supported(SCORES, TWINS)
    assert SCORES[1] < second < first < SCORES[0]
    assert first + second == pytest.approx(float(SCORES[0] + SCORES[1]))


def test_a_lone_answer_is_measured_by_itself() -> None:
    found = signals(SCORES, SCORES, SCORES, APART, ALONE)
    assert list(found[:2]) == pytest.approx([0.9, 0.4])


def test_an_answer_given_often_is_measured_by_all_of_it() -> None:
    found = signals(SCORES, SCORES, SCORES, APART, TWINS)
    assert list(found[:2]) == pytest.approx([0.7, 0.3])


def test_an_article_is_no_rival_of_itself() -> None:
    found = signals(SCORES, SCORES, SCORES, np.array([7, 7, 8, 9]), ALONE)
    assert found.lead == pytest.approx(0.9 - 0.4)
    assert signals(SCORES[:1], SCORES[:1], SCORES[:1], APART[:1], ALONE[:1, :1]).lead == pytest.approx(0.9)


def test_a_long_page_is_as_sure_an_answer_as_a_short_one() -> None:
    page, short = np.array([7, 7, 7, 8]), np.array([7, 8, 9, 10])
    near = np.array([0.9, 0.85, 0.4, 0.3], np.float32)
    assert signals(SCORES, SCORES, SCORES, page, ALONE).score == signals(SCORES, SCORES, SCORES, short, ALONE).score
    said_twice = signals(near, near, near, page, ALONE)
    assert said_twice.score == pytest.approx(0.875), "two sections that answer are both measured"


def test_only_the_best_of_an_answer_count() -> None:
    cosines = np.ones((2 * MOST, 2 * MOST), np.float32)
    scores = np.linspace(1.0, 0.0, 2 * MOST, dtype=np.float32)
    assert signals(scores, scores, scores, np.arange(2 * MOST), cosines).score == pytest.approx(
        float(scores[:MOST].mean())
    )
    assert 0 < ALIKE < 1


def test_a_whole_crowd_near_the_question_says_more_than_one_stray_passage() -> None:
    everybody = np.full(4, 0.9, np.float32)
    one = np.array([0.9, 0.2, 0.2, 0.2], np.float32)
    alike = np.ones((4, 4), np.float32)
    crowded, stray = (signals(near, near, near, APART, alike).crowd for near in (everybody, one))
    assert 0 < stray < crowded < 1
    assert signals(one, one, one, APART, ALONE).crowd == pytest.approx(float(np.exp(-0.4)) / 4)


def test_words_that_one_passage_alone_holds_count() -> None:
    even, ahead = np.full(4, 0.8, np.float32), np.array([0.1, 0.8, 0.1, 0.1], np.float32)
    alone, shared = (signals(SCORES, SCORES, lexical, APART, ALONE).words for lexical in (ahead, even))
    assert alone > shared
    assert signals(SCORES[:1], SCORES[:1], even[:1], APART[:1], ALONE[:1, :1]).words == pytest.approx(0.8)


def test_many_searches_at_once_are_measured_as_each_alone() -> None:
    cosines = np.stack([ALONE, TWINS])
    scores, articles = np.stack([SCORES, SCORES[::-1]]), np.stack([APART, APART])
    for row, measured in enumerate(zip(*signals(scores, scores, scores, articles, cosines), strict=True)):
        alone = signals(scores[row], scores[row], scores[row], APART, cosines[row])
        assert [float(each) for each in measured] == pytest.approx([float(each) for each in alone])


def test_a_learned_order_moves_scores_and_makes_none() -> None:
    rows = features(full=SCORES, window=SCORES, title=np.full(4, -1.0, np.float32), lexical=1 - SCORES, fused=SCORES)
    moved = reordered(SCORES, rows, (0, 0, 0, 1, 0))
    np.testing.assert_allclose(moved, SCORES[::-1])
    np.testing.assert_allclose(rows[:, 2], SCORES)
