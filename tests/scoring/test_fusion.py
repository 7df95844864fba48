"""Windows find one sentence of a long passage; a brand's own weights decide how words and meaning are weighed."""

from assistant.domain.knowledge import Evidence, Passage
from assistant.scoring.fields import WINDOW_WORDS, fields_of
from assistant.scoring.fusion import Collection, Exact
from assistant.scoring.weights import Weights
from tests.builders import HashEmbedder, a_passage

FILLER = " ".join(
    f"Sentence {number} of this page says {number} things about trains and timetables." for number in range(30)
)
LONG = a_passage("long", title="", text=f"{FILLER} Dogs travel in a closed basket. {FILLER}")
SHORT = a_passage("short", title="", text="Baggage and a basket of fruit.")


def search(query: str, *passages: Passage, weights: Weights | None = None) -> Evidence:
    collection = Collection(passages, weights)
    exact = Exact(collection, HashEmbedder().embed(collection.fields.texts))
    return exact.search([query], HashEmbedder().embed([query]), k=5)[0]


def test_a_long_passage_has_windows_of_whole_sentences() -> None:
    fields = fields_of([LONG, SHORT])
    windows = [fields.texts[position] for position in fields.windows[: fields.window_starts[1]]]
    assert " ".join(windows) == LONG.text
    assert all(len(window.split()) <= WINDOW_WORDS for window in windows)
    assert fields.texts[fields.windows[fields.window_starts[1]]] == SHORT.text


def test_one_sentence_of_a_long_passage_is_found() -> None:
    collection = Collection([LONG, SHORT])
    exact = Exact(collection, HashEmbedder().embed(collection.fields.texts))
    (cosines,) = exact.cosines(HashEmbedder().embed(["dogs travel in a closed basket"]))
    assert cosines.window[0] > cosines.full[0] + 0.1
    assert cosines.window[1] == cosines.full[1]
    assert cosines.best[0] == cosines.window[0]


def test_weights_decide() -> None:
    meaning, words = (search("a basket of fruit", SHORT, weights=Weights(dense=dense)) for dense in (1.0, 0.0))
    assert meaning.hits[0].score != words.hits[0].score
    sure = search("a basket of fruit", SHORT, weights=Weights(bias=20.0))
    assert sure.answerable > 0.99 > search("a basket of fruit", SHORT, weights=Weights(bias=-20.0)).answerable
