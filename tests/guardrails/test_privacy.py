import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.vocabulary import Severity, Visibility
from assistant.guardrails.privacy import check, exposed_in, mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("card 4111 1111 1111 1111 ok", "card [card] ok"),
        ("4111-1111-1111-1111", "[card]"),
        ("4111 1111 1111 1112", "4111 1111 1111 1112"),
        ("DE89 3704 0044 0532 0130 00 please", "[iban] please"),
        ("GB29NWBK60161331926819.", "[iban]."),
        ("call +44 7700 900123 now", "call [phone] now"),
        ("(212) 555-0142 or 1-800-555-0199", "[phone] or [phone]"),
        ("my mail is a.b+c@mail.example.org, thanks", "my mail is [email], thanks"),
        ("booking ref QX7P2L", "booking ref [booking_reference]"),
        ("PNR: ABCDEF", "PNR: [booking_reference]"),
        ("my code QX7P2L", "my code [booking_reference]"),
        ("use promo code SAVE10", "use promo code SAVE10"),
        ("my reservation SHOULD be there", "my reservation SHOULD be there"),
        ("passport C01X00T47", "passport [passport]"),
        ("born on 3 May 1988, DOB 03/05/1988", "born on [date_of_birth], DOB [date_of_birth]"),
        ("SSN 123-45-6789", "SSN [id_number]"),
        ("flight on 2026-03-14 at 14:00-16:30", "flight on 2026-03-14 at 14:00-16:30"),
        ("EUR 250, 400 or 600 in 14 days, order 12345678", "EUR 250, 400 or 600 in 14 days, order 12345678"),
        ("", ""),
    ],
)
def test_masks_personal_data_and_nothing_else(text: str, masked: str) -> None:
    assert mask(text).text == masked


def test_names_the_kinds_once_in_order() -> None:
    assert mask("a@b.example, 4111111111111111, c@d.example").kinds == ("email", "card")


def test_only_what_exposes_somebody_counts_as_exposed() -> None:
    assert exposed_in("a@b.example card 4111111111111111") == ("card",)


@given(st.text() | st.text(alphabet="0123456789 -+()@.aA"))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask(text)
    assert mask(once.text).text == once.text


def test_a_reply_may_show_what_the_brand_publishes() -> None:
    text = "Call +353 1 555 0142 or write to care@skylark.example."
    assert not check(text, published=[text], mention_text="", visibility=Visibility.PUBLIC)
    assert len(check(text, published=[], mention_text=text, visibility=Visibility.PUBLIC)) == 2


def test_a_booking_reference_may_be_repeated_to_its_owner_in_private_only() -> None:
    text, own = "Your booking reference QX7P2L is fine.", "booking QX7P2L?"
    assert not check(text, published=[], mention_text=own, visibility=Visibility.PRIVATE)
    assert check(text, published=[], mention_text=own, visibility=Visibility.PUBLIC)
    assert check(text, published=[], mention_text="hello", visibility=Visibility.PRIVATE)


def test_a_card_never_stands_in_a_reply() -> None:
    text = "Card 4111 1111 1111 1111 was charged."
    assert check(text, published=[text], mention_text=text, visibility=Visibility.PRIVATE)


def test_a_public_mention_that_exposes_data_is_reviewed() -> None:
    (finding,) = check("Fine.", published=[], mention_text="passport C01X00T47", visibility=Visibility.PUBLIC)
    assert finding.guardrail == "exposed_data"
    assert finding.severity is Severity.REVIEW
    assert not check("Fine.", published=[], mention_text="passport C01X00T47", visibility=Visibility.PRIVATE)


@pytest.mark.parametrize(
    "text",
    [
        "The allowance is 10 000 - 20 000 mAh.",
        "Prices are EUR 100 200 300 400.",
        "ISBN 978-3-16-148410-0 is the book.",
        "The address 192.168.100.200 is blocked.",
        "It is version 10.15.7.2021 of the app.",
        "EUR 1.234.567,89 was paid.",
        "We flew 20 000 000 passengers.",
        "Terms of 12 24 36 48 months.",
        "Booked 12/11/2026 14:30 for 2 adults.",
        "Your order 4711-0815-123 is on its way.",
        "Case number 1234567890 is with us.",
        "Your claim 20261129-4471 is open.",
        "Ticket 125-2345678901 is fine.",
    ],
)
def test_numbers_that_are_no_phone_numbers_hold_up_no_private_reply(text: str) -> None:
    assert not check(text, published=(), mention_text="", visibility=Visibility.PRIVATE)


def test_a_reference_is_masked_and_stays_out_of_public() -> None:
    said = "Your order 4711-0815-123 is on its way."
    assert mask(said).text == "Your order [reference_number] is on its way."
    assert check(said, published=(), mention_text=said, visibility=Visibility.PUBLIC)


@pytest.mark.parametrize(
    "number",
    [
        "555-123-4567",
        "(555) 123-4567",
        "612 345 678",
        "06 12 34 56 78",
        "01 555 0142",
        "030/123456",
        "+44 121 236 6997",
    ],
)
def test_phone_numbers_are_found_however_they_are_grouped(number: str) -> None:
    assert mask(f"my number is {number}, thanks").kinds == ("phone",)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("4111.1111.1111.1111", "card"),
        ("４１１１１１１１１１１１１１１１", "card"),
        ("passport no. X1234567", "passport"),
        ("NIE X1234567L", "passport"),
        ("Führerschein B072RRE2I55", "passport"),
        ("driving licence SMITH804126JS9AB", "passport"),
        ("geb. 12.3.1980", "date_of_birth"),
        ("geb. am 12. März 1980", "date_of_birth"),
        ("fecha de nacimiento: 12 de marzo de 1980", "date_of_birth"),
        ("PNR: abc123", "booking_reference"),
        ("pnr abcdef", "booking_reference"),
        ("john dot smith at gmail dot com", "email"),
        ("john.smith(at)gmail.com", "email"),
        ("my address is 12 Main Street", "address"),
        ("ich wohne Hauptstraße 12", "address"),
        ("j'habite 12 rue de la Paix", "address"),
        ("cvv 123", "secret"),
        ("my pin is 4821", "secret"),
        ("password is hunter2", "secret"),
        ("account number 12345678", "bank_account"),
        ("sort code 12-34-56", "bank_account"),
        ("frequent flyer number 123456789", "reference_number"),
        ("claim number CL-883104", "reference_number"),
    ],
)
def test_personal_data_is_known_in_other_spellings(text: str, kind: str) -> None:
    assert mask(text).kinds == (kind,)
    assert mask(mask(text).text).text == mask(text).text


@pytest.mark.parametrize(
    "text",
    [
        "My password is wrong and the pin is blocked.",
        "We met at the dot on the map.",
        "The code you sent is in the mail.",
        "The flight number is LK203.",
        "We leave from gate 12, Main Hall.",
        "order 66 pizzas",
    ],
)
def test_plain_words_are_no_personal_data(text: str) -> None:
    assert mask(text).kinds == ()


@pytest.mark.parametrize("said", ["01 555 0142", "00353 1 555 0142", "+353 (0)1 555 0142", "(01) 555-0142"])
def test_a_number_the_brand_publishes_may_be_written_as_it_is_dialled(said: str) -> None:
    published = ["Call +353 1 555 0142 from anywhere."]
    assert not check(f"Call {said}.", published=published, mention_text="", visibility=Visibility.PUBLIC)
    assert check(f"Call {said[:-1]}3.", published=published, mention_text="", visibility=Visibility.PUBLIC)


@pytest.mark.parametrize("own", ["087 123 4567", "ana.bell@mail.example"])
def test_what_the_customer_gave_may_be_repeated_to_them_in_private(own: str) -> None:
    """Who was asked to call back couldn't say on which number."""
    text, given = f"We'll use {own} for that.", f"reach me on {own}"
    assert not check(text, published=[], mention_text="hello", earlier=given, visibility=Visibility.PRIVATE)
    assert check(text, published=[], mention_text=given, visibility=Visibility.PUBLIC)
    assert check(text, published=[], mention_text="hello", visibility=Visibility.PRIVATE)
