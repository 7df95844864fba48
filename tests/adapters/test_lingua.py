"""Language among the brand's, or `und`."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.adapters.lingua import _CLEARLY, _SAID, Lingua

LINGUA = Lingua(("en", "de", "fr", "es"))
ROWS = map(json.loads, Path(__file__).with_name("short_messages.jsonl").read_text(encoding="utf-8").splitlines())
SHORT: dict[str, list[str]] = {row["language"]: row["texts"] for row in ROWS}
"""Messages to a brand as people write them, of a few words each."""
OURS = {"German": "de", "French": "fr", "Spanish": "es"}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Where is my bag? It should have been here an hour ago", "en"),
        ("Wann kommt mein Koffer endlich an?", "de"),
        ("Où est ma valise s'il vous plaît", "fr"),
        ("¿Cuándo sale el próximo vuelo a Dublín?", "es"),
        ("¿Eres un bot?", "es"),
        ("Danke für nichts", "de"),
        ("thanks", "en"),
        ("lol ok", "en"),
        ("help", "en"),
        ("DM sent", "en"),
        ("skis to Salzburg, price?", "en"),
        ("@larkspurair LK 123 Dublin", "en"),
        ("@larkspurair Wo ist mein Koffer? https://example.com/the-and-of #delayed", "de"),
        ("Dzień dobry, gdzie jest moja walizka?", "und"),
        ("Boa tarde, onde está a minha mala?", "und"),
        ("привет, где мой багаж", "und"),
        ("أين حقيبتي", "und"),
        ("😀✈️", "und"),
        ("", "und"),
        ("@handle https://example.com 12345", "und"),
    ],
)
def test_language(text: str, language: str) -> None:
    code, share = LINGUA.identify(text)
    assert code == language
    assert 0 <= share <= 1


def test_only_the_brands_languages_are_named() -> None:
    assert Lingua(("en",)).identify("Wann kommt mein Koffer endlich an?")[0] == "und"
    assert Lingua(("nl", "en")).identify("Waar is mijn koffer gebleven?")[0] == "nl"


def test_the_first_language_is_the_prior() -> None:
    assert Lingua(("de", "en")).identify("Hotel")[0] == "de"
    assert Lingua(("en", "de")).identify("Hotel")[0] == "en"


@given(st.text())
def test_any_text_gets_an_answer(text: str) -> None:
    code, share = LINGUA.identify(text)
    assert code in {"en", "de", "fr", "es", "und"}
    assert 0 <= share <= 1


@pytest.mark.parametrize(
    "text",
    [
        "Missä laukkuni on",
        "Mit fly er forsinket",
        "Var är min väska",
        "Flyet mitt ble kansellert",
        "Kde je můj kufr",
        "Můj let byl zrušen",
        "A járatomat törölték",
        "Uçuşum iptal edildi",
        "Zborul meu a fost anulat",
        "Di mana koper saya",
        "Nasaan ang bagahe ko",
        "Hành lý của tôi ở đâu",
        "Gdje je moj kofer",
    ],
)
def test_a_language_nobody_uses_here_is_not_taken_for_one_of_ours(text: str) -> None:
    """ "Missä laukkuni on" was English with .98: the brand answers in that."""
    assert Lingua(["en", "de", "fr", "es"]).identify(text)[0] == "und"


@pytest.mark.parametrize("language", [each for each in SHORT if each not in ("English", *OURS)])
def test_short_messages_in_a_language_nobody_uses_here_are_not_taken_for_ours(language: str) -> None:
    """Nine in ten at least; 22 of these 160 were, six of ten Albanian ones."""
    taken = [text for text in SHORT[language] if LINGUA.identify(text)[0] != "und"]
    assert len(taken) <= (2 if language == "Albanian" else 1), taken


def test_words_of_one_language_alone_make_it_clear() -> None:
    """Three words of the shipped German examples and of no other language's, none of them among the commonest."""
    said = [word for word, code in _SAID.items() if code == "de"][:3]
    assert LINGUA.identify(" ".join(said)) == ("de", _CLEARLY)
    assert LINGUA.identify(" ".join(said[:2]))[1] < _CLEARLY


def test_short_english_stays_english() -> None:
    """184 of 232 were."""
    unsure = [text for text in SHORT["English"] if LINGUA.identify(text)[0] != "en"]
    assert len(unsure) <= 16, unsure


@pytest.mark.parametrize("language", OURS)
def test_short_messages_in_the_brands_other_languages_are_mostly_known(language: str) -> None:
    """26 of these 60 were unsure or taken for English."""
    missed = [text for text in SHORT[language] if LINGUA.identify(text)[0] != OURS[language]]
    assert len(missed) <= {"German": 4, "French": 7, "Spanish": 5}[language], missed
