"""Passages follow the structure of an article, fit the embedding model and hold every word of it."""

import re
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.kb.split import MAX_TOKENS, split, tokens
from tests.builders import an_article

BODY = """\
# Cabin bag size

Every fare includes **one** [cabin bag](https://harbour.example/bags) of 10 kg.
It goes under the seat.

## Sizes

| Fare | Bag | Price |
|------|:---:|------:|
| Light | 40 x 30 x 20 cm | EUR 0 |
| Flex | 55 x 40 x 23 cm | |

### Exceptions

These are free:

- a coat,
  even a long one
- `my_bag` and *crutches*

## Questions?
"""


def test_sections_tables_and_lists_become_plain_passages() -> None:
    passages = split(an_article(body=BODY, summary="One bag is free.", questions=["How big?"], intents=["carry_on"]))
    assert [(passage.headings, passage.text) for passage in passages] == [
        ((), "One bag is free."),
        ((), "Every fare includes one cabin bag (https://harbour.example/bags) of 10 kg. It goes under the seat."),
        (("Sizes",), "Fare: Light; Bag: 40 x 30 x 20 cm; Price: EUR 0\nFare: Flex; Bag: 55 x 40 x 23 cm; Price: –"),
        (("Sizes", "Exceptions"), "These are free:\n- a coat, even a long one\n- my_bag and crutches"),
        ((), "Questions?"),
    ]
    assert [passage.id for passage in passages][:2] == ["cabin-bag-size@1#0", "cabin-bag-size@1#1"]
    assert [passage.questions for passage in passages] == [("How big?",), (), (), (), ()]
    assert {passage.intents for passage in passages} == {("carry_on",)}


def test_marks_that_are_no_emphasis_stay() -> None:
    body = r"Bags of 55 * 40 * 23 cm or 5*4*3 dm, see a_b_c, \*not bold\*, 2 < 3 and <https://harbour.example/a_b_c>."
    assert split(an_article(body=body))[1].text == (
        "Bags of 55 * 40 * 23 cm or 5*4*3 dm, see a_b_c, *not bold*, 2 < 3 and https://harbour.example/a_b_c."
    )


def test_links_keep_their_address_once() -> None:
    body = (
        'See [our page](https://harbour.example/x "help"), [https://harbour.example](https://harbour.example) '
        "or [+353 1 555](tel:+3531555); write to [us](mailto:us@harbour.example)."
    )
    assert split(an_article(body=body))[1].text == (
        "See our page (https://harbour.example/x), https://harbour.example or +353 1 555; write to us "
        "(us@harbour.example)."
    )


def test_comments_for_authors_are_left_out() -> None:
    assert split(an_article(body="Free.\n<!-- ask legal\n\nbefore summer -->\nAlways."))[1].text == "Free.\nAlways."


def test_a_table_that_fits_is_never_cut() -> None:
    paragraph = "word " * 120
    table = "| A | B |\n|---|---|\n" + "".join(f"| {row} | value of {row} |\n" for row in range(15))
    passages = split(an_article(body=f"{paragraph}\n\n{table}"))
    assert [len(passage.text.split("\n")) for passage in passages] == [1, 1, 15]


def test_a_long_table_is_cut_between_rows() -> None:
    table = "| A | B |\n|---|---|\n" + "".join(f"| {row} | the value of row {row} |\n" for row in range(80))
    passages = split(an_article(body=table))[1:]
    rows = [line for passage in passages for line in passage.text.split("\n")]
    assert len(passages) > 1
    assert rows == [f"A: {row}; B: the value of row {row}" for row in range(80)]


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    sentences = [f"Sentence number {number} says that bag {number} weighs {number} kg." for number in range(60)]
    passages = split(an_article(body=" ".join(sentences)))[1:]
    assert len(passages) > 1
    assert " ".join(passage.text for passage in passages) == " ".join(sentences)
    assert all(passage.text.endswith("kg.") for passage in passages)


WORDS = st.text("abcäß0123456789", min_size=1, max_size=12)
LINE = st.lists(WORDS, min_size=1, max_size=60).map(" ".join)
PARAGRAPH = st.lists(LINE, min_size=1, max_size=6).map(lambda lines: ". ".join(lines) + ".")
LIST = st.lists(LINE, min_size=1, max_size=9).map(lambda lines: "\n".join(f"- {line}" for line in lines))
ROW = st.lists(WORDS, min_size=3, max_size=3).map(lambda cells: "| " + " | ".join(cells) + " |")
TABLE = st.tuples(ROW, st.lists(ROW, min_size=1, max_size=30)).map(
    lambda rows: "\n".join([rows[0], "|---|---|---|", *rows[1]])
)
HEADING = st.tuples(st.integers(1, 4), LINE).map(lambda heading: "#" * heading[0] + " " + heading[1])
BODIES = st.lists(st.one_of(PARAGRAPH, LIST, TABLE, HEADING), min_size=1, max_size=8).map("\n\n".join)


@settings(deadline=None, max_examples=150)
@given(body=BODIES)
def test_no_word_is_lost_and_every_passage_fits(body: str) -> None:
    passages = split(an_article(body=body))[1:]
    kept = Counter(word for passage in passages for text in (*passage.headings, passage.text) for word in _words(text))
    lost = Counter(_words(body)) - kept
    assert not lost
    assert all(tokens(passage.text) <= MAX_TOKENS for passage in passages)


@settings(deadline=None, max_examples=150)
@given(body=st.text("ab1 \n#-*|_.>`[]()!~\\<", max_size=200))
def test_no_word_is_lost_whatever_the_marks(body: str) -> None:
    kept = "".join("".join(passage.headings) + passage.text for passage in split(an_article(body=body)))
    if "```" not in body and "~~~" not in body and "![" not in body and "<!--" not in body:
        assert Counter(_letters(body)) - Counter(_letters(kept)) == Counter()


@given(body=st.text(max_size=300), summary=st.text(max_size=50))
def test_any_text_can_be_split(body: str, summary: str) -> None:
    passages = split(an_article(body=body, summary=summary))
    assert [passage.id for passage in passages] == [f"cabin-bag-size@1#{number}" for number in range(len(passages))]


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


def _letters(text: str) -> str:
    return "".join(_words(text))


def test_headings_that_are_underlined() -> None:
    body = "Card fees\n=========\n\nOne a year.\n\nAbroad\n------\n\nTwo percent.\n\nNo heading\nat all\n---\nend"
    found = split(an_article(title="Cards", body=body))[1:]
    assert [(passage.headings, passage.text) for passage in found] == [
        (("Card fees",), "One a year."),
        (("Card fees", "Abroad"), "Two percent.\nNo heading at all\nend"),
    ]


def test_what_html_and_reference_links_say_is_said_plainly() -> None:
    body = (
        "Fees &amp; limits:<br/>see the [price list][1], [FAQ][] or [terms] &lt;2026&gt; <b>today</b>, if 3 < 5 and "
        "5 > 3.\n\n"
        "[1]: https://bank.example/prices\n[faq]: <https://bank.example/faq> 'Questions'\n"
    )
    (passage,) = split(an_article(title="Cards", body=body))[1:]
    assert passage.text == (
        "Fees & limits: see the price list (https://bank.example/prices), FAQ (https://bank.example/faq) or [terms] "
        "<2026> today, if 3 < 5 and 5 > 3."
    )


def test_a_body_that_only_says_its_summary_again_is_no_second_passage() -> None:
    short = an_article("bags", summary="A cabin bag is free.", body="A cabin  bag\nis free.\n", questions=["How much?"])
    (only,) = split(short)
    assert (only.id, only.text, only.questions) == ("bags@1#0", "A cabin bag is free.", ("How much?",))
    under_a_heading = short.model_copy(update={"body": "## Price\n\nA cabin bag is free."})
    assert [passage.headings for passage in split(under_a_heading)] == [(), ("Price",)]
    assert len(split(short.model_copy(update={"body": "A cabin bag is free. Always."}))) == 2


def test_a_table_without_headings_keeps_its_rows_apart() -> None:
    body = "Open:\n\n| Monday | 9:00 to 17:00 |\n| Tuesday | 9:00 to 18:00 |\n\nNot on holidays."
    assert [passage.text for passage in split(an_article(body=body))[1:]] == [
        "Open:\nMonday; 9:00 to 17:00\nTuesday; 9:00 to 18:00\nNot on holidays."
    ]
