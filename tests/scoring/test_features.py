"""TF-IDF over words and characters."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assistant.scoring.features import TfIdf, fit_tfidf, tokens

TEXTS = ["where is my bag", "my bag is lost", "refund my flight", "great crew on my flight!"]


def fitted() -> TfIdf:
    return fit_tfidf(TEXTS, min_count=1, max_terms=1000)


def test_each_half_has_unit_length() -> None:
    model = fitted()
    rows = model.transform(TEXTS).toarray()
    np.testing.assert_allclose(np.linalg.norm(rows[:, : model.words], axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(rows[:, model.words :], axis=1), 1, rtol=1e-5)


def test_a_text_without_known_terms_has_no_features() -> None:
    assert fitted().transform(["ΩΩΩ", ""]).nnz == 0


def test_alike_texts_are_nearer() -> None:
    near, far, asked = fitted().transform(["my bag was lost", "great crew", "lost bag"]).toarray()
    assert asked @ near > asked @ far


def test_rare_terms_and_a_limit() -> None:
    assert fit_tfidf(TEXTS, min_count=2, max_terms=1000).words < fitted().words
    assert fit_tfidf(TEXTS, min_count=1, max_terms=5).words == 5


def test_the_order_of_a_batch_does_not_matter() -> None:
    model = fitted()
    forwards = model.transform(TEXTS).toarray()
    np.testing.assert_array_equal(forwards[::-1], model.transform(TEXTS[::-1]).toarray())


def test_full_stops_and_commas_say_nothing() -> None:
    assert tokens("Late. Again, LATE!! 😡") == ("late", "again", "late", "!!", "😡")


@given(st.lists(st.text(), max_size=4))
def test_any_text_has_features(texts: list[str]) -> None:
    rows = fitted().transform(texts)
    assert rows.shape[0] == len(texts)
    assert np.isfinite(rows.data).all()
