"""Two models side by side: English finds what MiniLM alone finds, and other languages find it, too."""

from pathlib import Path

import numpy as np
import pytest

from assistant.adapters import many_languages
from assistant.adapters.bge import Bge
from assistant.adapters.lingua import Lingua
from assistant.adapters.many_languages import ManyLanguages
from assistant.adapters.memory_index import MemoryIndex
from assistant.adapters.minilm import MiniLM
from assistant.compose import asker_of, build_embedder
from assistant.domain.knowledge import Passage
from assistant.errors import Infrastructure
from assistant.ports import Embedder
from assistant.scoring.fields import fields_of
from assistant.settings import Settings

ARTICLES = {
    "pets": "Dogs and cats travel in the cabin in a soft carrier of up to eight kilos.",
    "wifi": "There is wireless internet on flights over three hours, messages are free.",
    "refund": "A refund reaches your card within seven days.",
    "wheelchair": "Our team meets you at the entrance with a wheelchair; please book it two days ahead.",
    "invoice": "You find the invoice with value-added tax in your booking.",
    "weather": "No compensation is due where a storm keeps aircraft on the ground.",
}
ASKED = {
    "Darf meine Katze mit in die Kabine?": "pets",
    "Est-ce qu'il y a internet dans l'avion ?": "wifi",
    "¿Cuándo me devuelven el dinero en la tarjeta?": "refund",
    "Mia nonna ha bisogno di una sedia a rotelle.": "wheelchair",
    "Waar vind ik mijn factuur met btw?": "invoice",
    "Nasz lot odwołano z powodu burzy.": "weather",
}
TEXTS = [
    "",
    "Where is my bag?",
    "Wo ist mein Koffer?",
    "words " * 2000,
    "broken \ud800 surrogate",
    "✈️✈️",
    "荷物はどこですか",
]


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> MiniLM:
    return MiniLM(tmp_path_factory.mktemp("models"), "int8", threads=1)


@pytest.fixture(scope="module")
def many(english: MiniLM) -> ManyLanguages:
    return ManyLanguages(english, Lingua(("en",)))


def test_rows_are_unit_vectors_in_order_whatever_came_with_them(many: ManyLanguages) -> None:
    vectors = many.embed(TEXTS)
    assert vectors.shape == (len(TEXTS), many.dimensions)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(many.embed(TEXTS[::-1])[::-1], vectors, atol=1e-4)


@pytest.mark.parametrize("asked", [False, True])
def test_no_texts_no_rows(many: ManyLanguages, *, asked: bool) -> None:
    embedder: Embedder = many.questions if asked else many
    assert embedder.embed([]).shape == (0, embedder.dimensions)


def test_an_english_question_meets_texts_as_with_minilm_alone(many: ManyLanguages, english: MiniLM) -> None:
    texts, questions = list(ARTICLES.values()), ["can I bring my cat?", "is there wifi", "hi"]
    alone = english.embed(questions) @ english.embed(texts).T
    np.testing.assert_allclose(many.questions.embed(questions) @ many.embed(texts).T, alone, atol=1e-4)


def test_a_question_in_another_language_is_not_read_by_the_english_model(many: ManyLanguages) -> None:
    asked = many.questions.embed(["Darf meine Katze mit in die Kabine?", "can I bring my cat?", "…"])
    in_english = np.abs(asked[:, :384]).sum(axis=1) > 0
    in_any = np.abs(asked[:, 384:]).sum(axis=1) > 0
    assert in_english.tolist() == [False, True, True]
    assert in_any.tolist() == [True, False, False]


def _found(embedder: Embedder, asker: Embedder) -> list[str]:
    passages = [Passage(id=name, article_id=name, version=1, title="", text=text) for name, text in ARTICLES.items()]
    index = MemoryIndex(embedder.fingerprint)
    index.replace(passages, embedder.embed(fields_of(passages).texts))
    questions = list(ASKED)
    return [each.hits[0].passage.id for each in index.search(questions, asker.embed(questions), k=1)]


def test_questions_in_other_languages_find_the_english_article(many: ManyLanguages, english: MiniLM) -> None:
    assert _found(many, many.questions) == list(ASKED.values())
    assert _found(english, english) != list(ASKED.values())


def test_an_index_of_one_model_is_not_taken_for_one_of_both(many: ManyLanguages, english: MiniLM) -> None:
    assert many.fingerprint == many.questions.fingerprint != english.fingerprint
    assert english.fingerprint in many.fingerprint


def test_the_setting_changes_search_and_leaves_what_reads_mentions(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, embedding_languages="many")
    searching, reading = build_embedder(settings), build_embedder(settings, wide=True)
    assert isinstance(searching, ManyLanguages)
    assert asker_of(settings, searching) is searching.questions
    assert isinstance(reading, Bge)


def test_in_english_alone_what_searches_embeds_what_is_asked(english: MiniLM) -> None:
    assert asker_of(Settings(), english) is english


def test_other_weights_than_expected_are_refused(monkeypatch: pytest.MonkeyPatch, english: MiniLM) -> None:
    monkeypatch.setitem(many_languages._SHA256, "weights.npz", "0" * 64)
    with pytest.raises(Infrastructure, match="is not the model file expected"):
        ManyLanguages(english, Lingua(("en",)))


def test_without_the_extra_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch, english: MiniLM) -> None:
    monkeypatch.setattr(many_languages, "_WHEEL", "no_such_wheel")
    with pytest.raises(Infrastructure, match=r"pip install 'assistant\[languages\]'"):
        ManyLanguages(english, Lingua(("en",)))
