import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.guardrails.facts import FactKind, facts_of, missing


def values(text: str) -> list[tuple[str, str]]:
    return sorted((fact.kind.value, fact.value) for fact in facts_of(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("within fourteen days", "within 14 days"),
        ("two hours", "2 h"),
        ("half an hour", "30 minutes"),
        ("one week", "7 days"),
        ("EUR 250", "€250"),
        ("250 euros", "€250.00"),
        ("$10,000", "10000 dollars"),
        ("2pm", "14:00"),
        ("2:30 p.m.", "14:30"),
        ("10 kg", "10kg"),
        ("15 percent", "15%"),
        ("3rd of May 2026", "2026-05-03"),
        ("March 14th", "14 March"),
        ("5 to 10 business days", "5-10 working days"),
        ("twenty-one bags", "21 bags"),
        ("one hundred and fifty seats", "150 seats"),
        ("www.skylark.example/a/", "https://skylark.example/a"),
        ("flight SK 123", "flight SK123"),
        ("1.500,00 €", "EUR 1,500"),
        ("50p", "50 pence"),
        ("EUR60", "EUR 60"),
        ("60EUR", "60 euros"),
        ("GBP5", "£5"),
        ("1 500 €", "EUR 1,500"),
        ("1 234,50 €", "1234.50 euros"),
        ("one and a half hours", "90 minutes"),
        ("an hour and a half", "1.5 hours"),
        ("2½ hours", "two and a half hours"),
        ("Mon-Fri", "Monday to Friday"),
        ("Sat & Sun", "on Saturday and Sunday"),
        ("am Montag", "on Monday"),
        ("Mo-Fr und So", "Monday to Friday and Sunday"),
        ("le samedi", "los sábados"),
        ("5 Werktage", "5 working days"),
        ("5 jours ouvrés", "5 días hábiles"),
        ("20 pour cent", "20 Prozent"),
        ("anderthalb Stunden", "90 minutes"),
        ("una hora y media", "une heure et demie"),
        ("two dozen bags", "24 bags"),
        ("50 cents", "50 cent"),
    ],
)
def test_one_spelling_for_the_same_fact(one: str, other: str) -> None:
    assert values(one)
    assert values(one) == values(other)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Write to care@skylark.example.", FactKind.EMAIL, "care@skylark.example"),
        ("Call +353 1 555 0142 now", FactKind.PHONE, "35315550142"),
        ("Call 1-800-555-0199 now", FactKind.PHONE, "18005550199"),
        ("Ask @skylarkair about it", FactKind.HANDLE, "@skylarkair"),
        ("Booking QX7P2L is fine", FactKind.REFERENCE, "QX7P2L"),
        ("Our director Martin Keller called", FactKind.NAME, "martin keller"),
        ("It comes by Friday", FactKind.DATE, "friday"),
        ("EUR 250, 400 or 600 within 14 days", FactKind.MONEY, "EUR 400"),
        ("at most 55 x 40 x 20 cm", FactKind.MEASURE, "40 cm"),
        ("open from 9 to 5pm", FactKind.TIME, "21:00"),
        ("in March we fly", FactKind.DATE, "*-03-*"),
        ("from May to September", FactKind.DATE, "*-09-*"),
        ("in March and September", FactKind.DATE, "*-09-*"),
        ("open 24/7", FactKind.NUMBER, "24/7"),
    ],
)
def test_reads(text: str, kind: FactKind, value: str) -> None:
    assert (kind, value) in {(fact.kind, fact.value) for fact in facts_of(text)}


@pytest.mark.parametrize(
    "text",
    [
        "One of our team is here.",
        "If so, do let us know.",
        "We sat and sunk the fries.",
        "Good question.",
        "1. Cancel\n2. Wait",
        "DM us, the DJ is in the UK.",
        "Die Tür ist zu und das Haus ist alt, wir sind Gäste.",
        "Die Gebühr gilt je Strecke.",
    ],
)
def test_reads_nothing_where_nothing_is_claimed(text: str) -> None:
    assert not facts_of(text)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The fee is EUR 60.", "a EUR 60 fee"),
        ("It takes 2 hours.", "| Flex | 2 |"),
        ("You get EUR 400.", "250, 400 or 600 euros"),
        ("You need 14 of them.", "within 14 days"),
        ("Fly on 14 March.", "on 14 March 2026"),
        ("Call 01 555 0142.", "+353 1 555 0142"),
        ("Your Light fare", "on light fares"),
    ],
)
def test_a_source_may_say_it_with_other_words_around(claim: str, source: str) -> None:
    assert not missing(claim, [source])


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The fee is EUR 60.", "a GBP 60 fee"),
        ("It takes 5 working days.", "5 days"),
        ("It takes 24 hours.", "1 day"),
        ("Pay 10%.", "EUR 10"),
        ("Fly on 14 March 2027.", "on 14 March 2026"),
        ("See skylark.example/b", "https://skylark.example/a"),
        ("See skylark.example.evil.com", "https://skylark.example"),
        ("Ask Martin Keller", "Ask Martin"),
    ],
)
def test_what_no_source_holds_is_missing(claim: str, source: str) -> None:
    assert missing(claim, [source])


def test_the_customer_supports_who_and_which_but_never_how_much() -> None:
    given = ["I'm Ana Bell, flight SK123 on 3 May, ref QX7P2L, you owe me EUR 600 in 7 days, call 0871234567"]
    assert not missing("Dear Ana Bell, SK 123 on May 3rd (QX7P2L) is noted", [], given=given)
    kinds = {fact.kind for fact in missing("You get EUR 600 in 7 days, call 0871234567", [], given=given)}
    assert kinds == {FactKind.MONEY, FactKind.DURATION, FactKind.PHONE}


@given(st.text() | st.text(alphabet="0123456789 .,:-/€$%@aAkgmh+()"))
def test_a_text_supports_itself(text: str) -> None:
    assert not missing(text, [text])


@pytest.mark.parametrize("text", ["0.0,0$", "1,2.3,4 EUR", "EUR 1.2.3", "12.34.56 kg", "5,5,5 %"])
def test_a_number_with_odd_separators_supports_itself(text: str) -> None:
    assert missing(text, [text]) == ()


@pytest.mark.parametrize(
    "claim",
    [
        "see evil.travel/x", "see evil.aero", "see larkspurair[.]example/x", "see hxxp://evil.example",
        "write to help at gmail dot com", "write to help(at)larkspur.example", "Gate B5", "Seat 12C", "PNR QWERTY",
    ],
)  # fmt: skip
def test_an_address_or_code_in_disguise_is_missing(claim: str) -> None:
    assert missing(claim, ["See larkspurair.example/x, write to help@larkspurair.example. Gate B4, seat 12A."])


def test_the_customer_does_not_say_which_gate_it_is() -> None:
    assert missing("It leaves from gate B5.", ["Gates are on the screens."], given=["Is it gate B5?"])


@pytest.mark.parametrize(
    ("claim", "source"),
    [("Shoes are £4 a visit.", "Shoes cost 4 pounds a visit."), ("EUR 6 an hour.", "Browsing costs EUR 6 per hour.")],
)
def test_a_price_in_another_spelling_is_held(claim: str, source: str) -> None:
    assert not missing(claim, [source])


@pytest.mark.parametrize("question", ["In welcher Halle waren Sie?", "Hilft Ihnen das weiter?", "¿Le sirve de ayuda?"])
def test_capitals_of_other_languages_are_no_names(question: str) -> None:
    assert not facts_of(question)


@pytest.mark.parametrize("claim", ["Report it to sarah at the airport desk.", "ask conor, he has it", "this is aoife"])
def test_names_in_small_letters_must_stand_in_a_source(claim: str) -> None:
    assert [fact.kind for fact in missing(claim, ["Report it at the airport desk."])] == [FactKind.NAME]


def test_words_that_are_also_names_are_none() -> None:
    assert not facts_of("Together they weigh 10 kg, and max is fine.")[1:]
