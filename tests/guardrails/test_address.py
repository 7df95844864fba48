import time

import pytest

from assistant.guardrails.address import closing_from, without_greeting, without_name
from assistant.guardrails.support import holds, measure_reply

SHOP = "Repairs take 10 days. Returns are handled at our main counter."


@pytest.mark.parametrize(
    "reply",
    [
        "Hi Sam, repairs take 10 days.",
        "Hi Sam,\n\nrepairs take 10 days.\n\nKind regards,\nMia",
        "Dear Ms Okafor,\nrepairs take 10 days.\nBest wishes\nTom W.",
        "Hello Mr. van der Berg! Repairs take 10 days. ^TW",
        "@sam_j Repairs take 10 days. - AB",
        "Thanks so much, Chiara. Returns are handled at our main counter.",
        "Sorry about that, Dev. Repairs take 10 days.",
        "Good afternoon, Professor Amadi. Repairs take 10 days.",
        "Repairs take 10 days. Yours sincerely, Noor Rahman",
        "Dear Sir or Madam, repairs take 10 days.",
        "Hi J. Alvarez, repairs take 10 days. /DB",
        "Morning Luca! Repairs take 10 days. Take care, Bea x",
        "Hi Zoë and Paul, repairs take 10 days. – LM",
        "Hi Mrs. Achterberg, thanks for letting us know. Best, K.L.",
        "Hey Sam 👋 repairs take 10 days.",
    ],
)
def test_who_is_greeted_and_who_signs_are_no_facts(reply: str) -> None:
    assert holds(measure_reply(reply, [SHOP]))


@pytest.mark.parametrize(
    ("reply", "source"),
    [
        ("Hallo Herr Weber, die Reparatur dauert 10 Tage.\nViele Grüße\nMia", "Die Reparatur dauert 10 Tage."),
        ("Liebe Jana, die Reparatur dauert 10 Tage. LG, Mia", "Die Reparatur dauert 10 Tage."),
        ("Sehr geehrte Frau Okafor,\ndie Reparatur dauert 10 Tage.", "Die Reparatur dauert 10 Tage."),
        ("Bonjour Léa, la réparation prend 10 jours. Cordialement, Noé", "La réparation prend 10 jours."),
        ("Hola Iván, la reparación tarda 10 días. Un saludo, Bea", "La reparación tarda 10 días."),
    ],
)
def test_so_it_is_in_other_languages(reply: str, source: str) -> None:
    assert holds(measure_reply(reply, [source]))


@pytest.mark.parametrize(
    "reply",
    [
        "Hi Sam, Mr Keller handles returns at our main counter.",
        "Dear Ms Okafor, your repair is with Henrik and takes 10 days.",
        "Returns are handled by Martin at our main counter.",
        "Please ask for Beatrice at our main counter.",
        "Hi Sam, repairs take 3 days.",
        "Repairs take 10 days. Kind regards, Mia, who gives you 50 euros.",
        "Hi Free Upgrade, repairs take 10 days.",
        "Sorry Repairs Cost Nothing. Repairs take 10 days.",
        "Sorry, Henrik lost it. Repairs take 10 days.",
    ],
)
def test_a_name_in_a_fact_needs_a_source(reply: str) -> None:
    assert not holds(measure_reply(reply, [SHOP]))


def test_a_greeting_is_cut_off() -> None:
    assert without_greeting("Hi Ms. Okafor, we are open.") == "we are open."
    assert without_greeting("Higher fares apply.") == "Higher fares apply."
    assert without_greeting("Dear Sam,") == ""


def test_a_closing_starts_where_nothing_else_follows() -> None:
    assert closing_from(("Repairs take 10 days.", "Kind regards,", "Mia")) == 1
    assert closing_from(("Kind regards, Mia", "Repairs take 10 days.")) == 2
    assert closing_from(("Repairs take 10 days.", "^JK")) == 1
    assert closing_from(("Repairs take 10 days.", "Mia")) == 2


@pytest.mark.parametrize(
    "sentences",
    [
        ("Are they free?", "NO"),
        ("Are they free?", "- YES"),
        ("We send it free to:", "- EU", "- UK"),
        ("We send it free to:", "- UK"),
        ("- EU", "- UK"),
        ("Thanks, Yusuf!",),
    ],
)
def test_short_answers_and_lists_are_no_signature(sentences: tuple[str, ...]) -> None:
    assert closing_from(sentences) == len(sentences)


@pytest.mark.parametrize(
    "text", ["," * 9000 + "A", "Hi " + "A" * 9000, "Hi " + "A. " * 5000, "Hi A" + ",!" * 5000 + "x"]
)
def test_long_texts_are_read_at_once(text: str) -> None:
    started = time.perf_counter()
    without_greeting(text)
    without_name(text)
    closing_from((text, text))
    assert time.perf_counter() - started < 0.5
