"""Silence is for those who want no answer, for sure, and need no person."""

import pytest

from assistant.domain.silence import has_words, silent_reasons
from assistant.domain.understanding import FiredSensitivity, Understanding
from assistant.domain.vocabulary import Reason, Sensitivity, Stance
from tests import pipeline_builders as build

POLICY = build.pack().automation
TROLL = build.understanding(stance=Stance.TROLL, respond=False)


def silent(understanding: Understanding, text: str = "lol", *, exposed: bool = False) -> frozenset[Reason]:
    return silent_reasons(build.mention(text), understanding, exposed=exposed, policy=POLICY)


def test_a_troll_is_met_with_silence() -> None:
    assert silent(TROLL) == {Reason.TROLL}
    assert silent(TROLL, "🙃") == {Reason.TROLL, Reason.EMPTY}


@pytest.mark.parametrize(
    "but",
    [
        {"respond": True},
        {"confidence": {"respond": 0.59}},
        {"confidence": {}},
        {"sensitivity": (FiredSensitivity(category=Sensitivity.BOT_QUESTION, score=0.9),)},
        {"stance": Stance.QUESTION},
    ],
)
def test_but_not_where_somebody_may_want_or_need_an_answer(but: dict[str, object]) -> None:
    assert silent(TROLL.model_copy(update=but)) == frozenset()


def test_exposed_data_wants_eyes_except_in_spam() -> None:
    assert silent(TROLL, exposed=True) == frozenset()
    assert silent(build.understanding(stance=Stance.SPAM, respond=False), exposed=True) == {Reason.SPAM}


@pytest.mark.parametrize(
    ("text", "words"), [("", False), (" \n", False), ("😭!?", False), ("ok", True), ("7", True), ("ß", True)]
)
def test_words_are_letters_or_digits(text: str, words: bool) -> None:
    assert has_words(text) is words
