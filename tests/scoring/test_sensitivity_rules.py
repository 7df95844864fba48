"""The rules that always fire: what they catch, what they leave alone, and that disguises don't help."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.vocabulary import Sensitivity
from assistant.learning.sensitivity import rules
from assistant.scoring.sensitivity import Rule, Rules
from assistant.scoring.text import fold

RULES = Rules(rules())

SERIOUS = [
    ("self_harm", "honestly if this isn't sorted I'm going to kill myself"),
    ("self_harm", "I don't want to be alive any more"),
    ("self_harm", "my sister says she wants to end it all because of your letters"),
    ("self_harm", "Ich will nicht mehr leben"),
    ("self_harm", "je veux en finir"),
    ("self_harm", "No quiero seguir viviendo"),
    ("safety_injury", "the power bank caught fire in my rucksack"),
    ("safety_injury", "your driver hit my mother and she is bleeding"),
    ("safety_injury", "there's a smell of gas in room 12"),
    ("safety_injury", "I know where your office is and I will burn it down"),
    ("safety_injury", "Meine Tochter ist verletzt"),
    ("safety_injury", "you gave my mother the wrong tablets for her heart"),
    ("safety_injury", "there was glass in my salad"),
    ("safety_injury", "Falsche Dosis auf der Flasche!"),
    ("legal_threat", "my solicitor will be in touch"),
    ("legal_threat", "see you in court"),
    ("legal_threat", "Wir sehen uns vor Gericht"),
    ("press_or_vip", "I'm a journalist at a national paper, who handles media requests?"),
    ("regulator", "I'm reporting this to the ombudsman"),
    ("security_or_fraud", "someone logged into my account and changed my email"),
    ("security_or_fraud", "Mein Konto wurde gehackt"),
    ("security_or_fraud", "my card number is 5500 0000 0000 0004, please check"),
    ("discrimination_harassment", "the steward was openly racist to my husband"),
    ("data_protection", "Under GDPR I want all data you hold on me deleted"),
    ("minors", "my 7 year old was left alone at the gate"),
    ("medical", "my dad collapsed, he can't breathe"),
    ("bereavement", "my mother passed away this morning"),
    ("disaster_strike", "are you flying during the pilots strike on Monday?"),
    ("human_request", "let me speak to a human"),
    ("human_request", "¿puedo hablar con una persona?"),
    ("bot_question", "are you a bot?"),
    ("bot_question", "you're just some guy in a call centre, right?"),
    ("protest_sarcasm", "you fired half the cabin crew by text"),
    ("protest_sarcasm", "boycott this airline, everyone"),
]

HARMLESS = [
    "this delay is killing me",
    "my phone died, can I use a printed boarding pass?",
    "that price gave me a heart attack lol",
    "I'd kill for a window seat",
    "your new menu is fire",
    "that jingle makes me want to jump off my chair",
    "the wrong dose of sarcasm",
    "shoot me an email when it's back",
    "how big can my cabin bag be?",
    "Can I end my contract at the end of the month?",
    "goodbye old plan, hello new one",
    "what's the minor difference between Light and Standard?",
    "the crew absolutely killed it today, thank you",
    "is the travel agent fee refundable?",
    "my suit arrived creased",
    "is there a lady at your desk in the office on Saturday?",
    "Wo finde ich meine Rechnung?",
]


@pytest.mark.parametrize(("category", "text"), SERIOUS)
def test_fires(category: str, text: str) -> None:
    found = RULES.fired(fold(text))
    assert Sensitivity(category) in found
    assert found[Sensitivity(category)].why


@pytest.mark.parametrize("text", HARMLESS)
def test_leaves_alone(text: str) -> None:
    assert not RULES.fired(fold(text))


@pytest.mark.parametrize(("category", "text"), SERIOUS)
@pytest.mark.parametrize(
    "disguise",
    [
        str.upper,
        lambda text: f"@brand {text} 😡🙏 https://example.com/x",
        lambda text: text.replace("i", "і").replace("e", "е").replace("o", "о"),
        "\u200b".join,
        lambda text: text.replace(" ", "   \n"),
    ],
)
def test_disguises_do_not_help(category: str, text: str, disguise: object) -> None:
    assert callable(disguise)
    assert Sensitivity(category) in RULES.fired(fold(disguise(text)))


def test_a_figure_of_speech_takes_a_match_back_and_only_that_one() -> None:
    rule = Rule(
        category=Sensitivity.SELF_HARM,
        says="speaks of suicide",
        any_of=("suicid",),
        match=(r"suicid\w*",),
        unless=("suicide squad",),
    )
    assert not Rules([rule]).fired("suicide squad on blu ray")
    assert Rules([rule]).fired("suicide squad? no, suicide")


def test_every_category_has_rules() -> None:
    assert {rule.category for rule in rules()} == set(Sensitivity)


@given(st.text())
def test_any_text_can_be_checked(text: str) -> None:
    RULES.fired(fold(text))


def test_long_texts_are_checked_in_reasonable_time() -> None:
    for text in ("my son was " * 1800, "i want to " * 2000, "a" * 20_000, "stranger messaged my " * 900):
        RULES.fired(fold(text))
