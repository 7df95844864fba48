"""Windows find one sentence of a long passage; a brand's own weights decide how words and meaning are weighed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.knowledge import Evidence, Passage
from assistant.scoring.fields import WINDOW_WORDS, fields_of
from assistant.scoring.fusion import Exact, collect
from assistant.scoring.weights import Weights
from tests.builders import HashEmbedder, a_passage

FILLER = " ".join(
    f"Sentence {number} of this page says {number} things about trains and timetables." for number in range(30)
)
LONG = a_passage("long", title="", text=f"{FILLER} Dogs travel in a closed basket. {FILLER}")
SHORT = a_passage("short", title="", text="Baggage and a basket of fruit.")


def search(query: str, *passages: Passage, weights: Weights | None = None) -> Evidence:
    collection = collect(passages, weights)
    exact = Exact(collection, HashEmbedder().embed(collection.fields.texts))
    return exact.search([query], HashEmbedder().embed([query]), k=5)[0]


def test_a_long_passage_has_windows_of_whole_sentences() -> None:
    fields = fields_of([LONG, SHORT])
    windows = [fields.texts[position] for position in fields.windows[: fields.window_starts[1]]]
    assert " ".join(windows) == LONG.text
    assert all(len(window.split()) <= WINDOW_WORDS for window in windows)
    assert fields.texts[fields.windows[fields.window_starts[1]]] == SHORT.text


def test_one_sentence_of_a_long_passage_is_found() -> None:
    collection = collect([LONG, SHORT])
    exact = Exact(collection, HashEmbedder().embed(collection.fields.texts))
    cosines = exact.cosines(HashEmbedder().embed(["dogs travel in a closed basket"])).row(0)
    assert cosines.window[0] > cosines.full[0] + 0.1
    assert cosines.window[1] == cosines.full[1]
    assert cosines.best[0] == cosines.window[0]


QUERIES = ("a basket of fruit", "dogs", "", "sentence 4 about trains", "🛫 !!", "closed basket, dogs and fruit")


@given(st.lists(st.sampled_from(QUERIES), min_size=1, max_size=8), st.integers(1, 4), st.booleans())
def test_many_at_once_are_ranked_as_one_by_one(queries: list[str], k: int, learned: bool) -> None:
    weights = Weights(rerank=(1.0, 0.5, 0.2, 2.0, 0.1) if learned else ())
    passages = [LONG, SHORT, *(a_passage(f"p{number}", text=f"Fruit and dogs, part {number}.") for number in range(5))]
    collection = collect(passages, weights)
    exact = Exact(collection, HashEmbedder().embed(collection.fields.texts))
    together = exact.search(queries, HashEmbedder().embed(queries), k=k)
    alone = [exact.search([query], HashEmbedder().embed([query]), k=k)[0] for query in queries]
    for many, one in zip(together, alone, strict=True):
        assert [hit.passage.id for hit in many.hits] == [hit.passage.id for hit in one.hits]
        assert [hit.score for hit in many.hits] == pytest.approx([hit.score for hit in one.hits], abs=1e-6)
        assert many.answerable == pytest.approx(one.answerable, abs=1e-6)


def test_weights_decide() -> None:
    meaning, words = (search("a basket of fruit", SHORT, weights=Weights(dense=dense)) for dense in (1.0, 0.0))
    assert meaning.hits[0].score != words.hits[0].score
    sure = search("a basket of fruit", SHORT, weights=Weights(bias=20.0))
    assert sure.answerable > 0.99 > search("a basket of fruit", SHORT, weights=Weights(bias=-20.0)).answerable
