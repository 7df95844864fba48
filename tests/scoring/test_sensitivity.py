"""The shipped hard rules: what always fires, and what never does."""

import pytest

from assistant.domain.vocabulary import Sensitivity
from assistant.learning.sensitivity import rules
from assistant.scoring.sensitivity import Rules
from assistant.scoring.text import fold

RULES = Rules(rules())


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("sitting here with the tablets in front of me. nobody would notice anyway", Sensitivity.SELF_HARM),
        ("next time i'm at that desk in cork somebody is getting a slap, i swear to god", Sensitivity.SAFETY_INJURY),
        ("I'm gonna burn the place down", Sensitivity.SAFETY_INJURY),
        ("watch your backs", Sensitivity.SAFETY_INJURY),
    ],
)
def test_threats_and_self_harm_fire(text: str, category: Sensitivity) -> None:
    assert category in RULES.fired(fold(text))


@pytest.mark.parametrize(
    "text",
    [
        "two tablets and a laptop in my cabin bag",
        "I'll shoot you an email",
        "my grandmother walks badly and would like a wheelchair from the entrance to her seat",
    ],
)
def test_everyday_words_do_not(text: str) -> None:
    assert RULES.fired(fold(text)) == {}


@pytest.mark.parametrize(
    "text",
    [
        "at what age can a kid fly on their own with ye? she's 11, dublin to london",
        "May a teenager of sixteen travel on her own on the night bus, and is there anything to sign?",
        "À partir de quel âge un enfant peut-il voyager seul en car avec vous ?",
        "So going out she's 11 and flying home she's 12. Do I still have to pay for the escort?",
        "can my 13 year old daughter sit on her own in row 4, we're behind her",
        "flying with a 3 year old, can I bring the buggy to the gate?",
        "Travelling with our baby in May, does she need a passport?",
    ],
)
def test_questions_about_children_are_ordinary(text: str) -> None:
    assert RULES.fired(fold(text)) == {}


@pytest.mark.parametrize(
    ("text", "category"),
    [
        (
            "May a child of five be left alone at your gate? Because that is what you did, he was crying",
            Sensitivity.MINORS,
        ),
        ("im 13 and your app let me take out a loan, dont tell my mum", Sensitivity.MINORS),
        ("they pumped my stomach last night and today you send a late fee", Sensitivity.SELF_HARM),
        ("me corto los brazos todas las noches", Sensitivity.SELF_HARM),
        ("he is coming in with a gun, he said so", Sensitivity.SAFETY_INJURY),
        ("no entry with my guide dog, again", Sensitivity.DISCRIMINATION_HARASSMENT),
        ("my wife's waters broke on your coach", Sensitivity.MEDICAL),
        ("a contract was opened in my name and I have never been there", Sensitivity.SECURITY_OR_FRAUD),
        ("gonna kms tonight", Sensitivity.SELF_HARM),
        ("charged twice. card is 4111 1111 1111 1111 if you need it", Sensitivity.SECURITY_OR_FRAUD),
    ],
)
def test_unmistakable_wordings_fire(text: str, category: Sensitivity) -> None:
    assert category in RULES.fired(fold(text))


def test_a_distance_in_kms_is_none_of_them() -> None:
    assert RULES.fired(fold("how many kms from the airport to the hotel")) == {}
