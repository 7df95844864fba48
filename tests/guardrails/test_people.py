import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.guardrails.people import spans


def names(text: str) -> set[str]:
    return {text[start:end] for start, end in spans(text)}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("my daughter Siobhan Byrne is 9", "Siobhan Byrne"),
        ("please tell Mr O'Dowd I called", "O'Dowd"),
        ("please tell mr o'dowd", "o'dowd"),
        ("flying with my daughter siobhan", "siobhan"),
        ("My name is Aoife Ní Bhriain", "Aoife Ní Bhriain"),
        ("my name is conor", "conor"),
        ("Can I take two bags?\nThanks,\nMary", "Mary"),
        ("Kind regards, Wilhelmina Roe", "Wilhelmina Roe"),
        ("with my kids Liam, Emma and Noah", "Liam, Emma and Noah"),
        ("This is Conor Walsh.", "Conor Walsh"),
        ("a seat booked for Siobhan Byrne please", "Siobhan Byrne"),
        ("Siobhan Byrne is on the 7 am flight", "Siobhan Byrne"),
        ("Mrs B. Gillespie", "B. Gillespie"),
        ("mein Sohn Jonas Keller fliegt mit", "Jonas Keller"),
        ("avec ma fille Camille", "Camille"),
        ("con mi hija Lucía Ortega", "Lucía Ortega"),
        ("Passenger: Deirdre Quill", "Deirdre Quill"),
    ],
)
def test_names_of_people_are_found(text: str, name: str) -> None:
    assert name in names(text)


@pytest.mark.parametrize(
    "text",
    [
        "my name is wrong on the ticket",
        "my wife Is annoyed",
        "flying with my husband DUB to LIS",
        "my son's Light fare",
        "I met them at Charlotte Airport",
        "can my son bring a Samsung Galaxy",
        "it's Standard, not Flex",
        "this is Larkspur Air at its best",
        "From Dublin to New York with Larkspur Air on Monday",
        "Thanks Larkspur, you made our day",
        "Is a Boeing 737 used between Cork and Lisbon?",
        "ask the Dublin desk",
        "Which Perch tier has Lounge Access?",
    ],
)
def test_places_and_products_are_left_alone(text: str) -> None:
    assert not names(text)


@given(st.text())
def test_reads_any_text(text: str) -> None:
    assert all(0 <= start < end <= len(text) for start, end in spans(text))
