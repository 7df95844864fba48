import pytest

from assistant.guardrails.address import closing_from, without_greeting
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
    "reply",
    [
        "Hi Sam, Mr Keller handles returns at our main counter.",
        "Dear Ms Okafor, your repair is with Henrik and takes 10 days.",
        "Returns are handled by Martin at our main counter.",
        "Please ask for Beatrice at our main counter.",
        "Hi Sam, repairs take 3 days.",
        "Repairs take 10 days. Kind regards, Mia, who gives you 50 euros.",
        "Hi Free Upgrade, repairs take 10 days.",
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
