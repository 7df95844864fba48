import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.vocabulary import Visibility
from assistant.guardrails.documents import places
from assistant.guardrails.privacy import check, find, mask


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I live at D02 AF30", "address"),
        ("my eircode: a65f4e2", "address"),
        ("postcode SW1A 1AA", "address"),
        ("BIC AIBKIE2D", "bank_account"),
        ("the swift code is DEUTDEFF500", "bank_account"),
        ("passport no. PD 765 4321", "passport"),
        ("driving licence MORGA 657054 SM9IJ", "passport"),
        ("driver licence 12345678", "passport"),
        ("mi dni es 12.345.678-Z", "passport"),
        ("12345678Z", "id_number"),
        ("X1234567L", "id_number"),
        ("my PPSN is 1234567T", "id_number"),
        ("AB123456C", "id_number"),
        ("carte d'identité 880692310285", "passport"),
        ("Personalausweis L01X00T471", "passport"),
        ("numéro de sécurité sociale 1 85 05 78 006 084 36", "id_number"),
        ("my daughter Siobhan Byrne flies alone", "name"),
        ("tell Mr O'Dowd", "name"),
    ],
)
def test_numbers_and_names_of_people_are_masked_whole(text: str, kind: str) -> None:
    masked = mask(text)
    assert masked.kinds == (kind,)
    assert not any(char.isdigit() for char in masked.text)


@pytest.mark.parametrize(
    "text",
    [
        "flight EI123 from gate B22, seat 12A at T2",
        "BA12 5AM flight",
        "my file DUBLK12345",
        "my passport expires 12 May 2027",
        "Is a SWIFT transfer free, or a swift reply?",
        "SWIFT ANSWER please",
        "is a driving licence enough ID for 1 adult and 2 kids?",
        "route M50 exit, R95 sale",
        "1234567A points",
    ],
)
def test_what_only_looks_like_one_is_left_alone(text: str) -> None:
    assert mask(text).text == text


def test_a_name_in_a_reply_is_left_to_the_check_of_facts() -> None:
    assert find("Mrs Byrne, your seat is kept.")
    assert not check("Mrs Byrne, your seat is kept.", published=(), mention_text="", visibility=Visibility.PRIVATE)


@given(st.text())
def test_reads_any_text(text: str) -> None:
    assert all(0 <= place.start < place.end <= len(text) for place in places(text))
