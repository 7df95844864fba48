"""Lists of questions and resolved conversations become articles; rows that can't are named with their line."""

import json
from datetime import date
from pathlib import Path

import pytest

from assistant.adapters.sources.tables import read_csv, read_jsonl
from assistant.domain.vocabulary import Audience


def jsonl(path: Path, *rows: object) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def test_a_csv_of_questions(tmp_path: Path) -> None:
    faq = tmp_path / "faq.csv"
    faq.write_text('Question;Answer\nHow long?;"Four days; six in winter."\n;nobody asked\nWhen?;\n', encoding="utf-8")
    reading = read_csv(faq)
    (article,) = reading.articles
    assert (article.title, article.body) == ("How long?", "Four days; six in winter.")
    assert article.questions == ("How long?",)
    assert [each.place.rsplit(":", 1)[1] for each in reading.unreadable] == ["3", "4"]
    assert "question" in reading.unreadable[0].reason
    assert "answer" in reading.unreadable[1].reason


def test_rows_of_articles_and_questions(tmp_path: Path) -> None:
    path = jsonl(
        tmp_path / "rows.jsonl",
        {"id": "a1", "title": "Fees", "text": "None.", "audience": "agents", "language": "DE-at"},
        {"question": "Is it free?", "answer": "Yes.", "questions": ["What does it cost?"]},
        ["not", "an", "object"],
    )
    path.write_text(path.read_text(encoding="utf-8") + "{broken\n", encoding="utf-8")
    reading = read_jsonl(path)
    fees, free = reading.articles
    assert (fees.key, fees.audience, fees.language) == ("a1", Audience.AGENTS, "de")
    assert free.questions == ("Is it free?", "What does it cost?")
    assert [each.place.rsplit(":", 1)[1] for each in reading.unreadable] == ["3", "4"]


def test_a_resolved_conversation_is_taken_without_personal_data(tmp_path: Path) -> None:
    thread = [
        {"role": "customer", "text": "Where is my parcel? Write to jane.roe@mail.example"},
        {"role": "agent", "text": "Hello Ms Roe, parcels to islands take 9 days."},
        {"role": "customer", "text": "ah ok"},
        {"role": "agent", "text": "You're welcome! Have a nice day."},
    ]
    path = jsonl(
        tmp_path / "talks.jsonl",
        {"id": "c1", "thread": thread, "resolved": True},
        {"id": "c2", "thread": thread, "resolved": False},
        {"id": "c3", "thread": thread[:1], "status": "resolved"},
    )
    reading = read_jsonl(path)
    (article,) = reading.articles
    assert article.body == "Parcels to islands take 9 days."  # whom it was said to, and thanks, answer nobody else
    assert "jane.roe" not in article.model_dump_json()
    assert "not marked as resolved" in reading.unreadable[0].reason
    assert [(each.withheld, each.hides_others) for each in reading.unreadable] == [(True, False), (False, True)]
    assert "no customer's question with an agent's answer" in reading.unreadable[1].reason


def test_a_row_with_more_cells_than_columns_is_named_not_cut_short(tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text(
        "Question;Answer\nPaper bills?;They cost £1.50; free over 65.\nNo?;No.;;\n", encoding="utf-8"
    )
    reading = read_csv(tmp_path / "faq.csv")
    assert [article.body for article in reading.articles] == ["No."]
    assert reading.unreadable[0].place.endswith("faq.csv:2")
    assert "3 cells" in reading.unreadable[0].reason
    assert "2 columns" in reading.unreadable[0].reason


@pytest.mark.parametrize(
    ("word", "audience"),
    [
        ("Internal", Audience.AGENTS),
        (["staff"], Audience.AGENTS),
        ("Members", Audience.CUSTOMERS),
        (["customers", "agents"], Audience.CUSTOMERS),
        ("everyone", Audience.PUBLIC),
        ("", None),
    ],
)
def test_for_whom_a_row_is(tmp_path: Path, word: object, audience: Audience | None) -> None:
    (article,) = read_jsonl(jsonl(tmp_path / "a.jsonl", {"title": "T", "text": "X.", "audience": word})).articles
    assert article.audience == audience


def test_a_row_for_nobody_known_is_named_rather_than_told_to_all(tmp_path: Path) -> None:
    reading = read_jsonl(jsonl(tmp_path / "a.jsonl", {"title": "T", "text": "X.", "audience": "tier 2"}))
    assert reading.articles == ()
    assert "'tier 2'" in reading.unreadable[0].reason


def test_a_row_says_as_front_matter_does_how_long_it_holds_and_whether_it_is_published(tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text(
        "question,answer,status,valid_until,owner,published\nA?,Yes.,Published,2026-12-31,desk,\n"
        "B?,Not yet.,Draft,,,\nC?,Soon.,,in May,,\nD?,No.,,,,no\nE?,Yes.,,,,yes\n",
        encoding="utf-8",
    )
    reading = read_csv(tmp_path / "faq.csv")
    one, other = reading.articles
    assert (one.title, one.valid_until, one.owner) == ("A?", date(2026, 12, 31), "desk")
    assert (other.title, other.valid_until) == ("E?", None)
    draft, undated, unpublished = (each.reason for each in reading.unreadable)
    assert draft == unpublished == "says it is a draft"
    assert [each.withheld for each in reading.unreadable] == [True, False, True]
    assert "valid_until is no date" in undated


def test_an_empty_cell_is_not_called_a_missing_column(tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text("Question;Answer\n;nobody asked\n", encoding="utf-8")
    (tmp_path / "bad.csv").write_text("Q;Answer\nWhy?;because\n", encoding="utf-8")
    assert read_csv(tmp_path / "faq.csv").unreadable[0].reason == "a question or title is missing"
    assert "name its column 'question'" in read_csv(tmp_path / "bad.csv").unreadable[0].reason


@pytest.mark.parametrize("between", [",", ";", "\t", "|"])
def test_the_first_line_says_what_stands_between_columns(tmp_path: Path, between: str) -> None:
    faq = tmp_path / "faq.csv"
    faq.write_text(
        f'question{between}answer\nWhat now?{between}"Wait, ""two"" days; or | three\t."\n', encoding="utf-8"
    )
    (article,) = read_csv(faq).articles
    assert (article.title, article.body) == ("What now?", 'Wait, "two" days; or | three\t.')


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_a_table_as_spreadsheets_save_it(tmp_path: Path, encoding: str) -> None:
    text = "question,answer\nWie viel?,Fünf €\n"
    marked = text if encoding != "utf-16-le" else f"\ufeff{text}"
    (tmp_path / "faq.csv").write_text(marked, encoding=encoding)
    (article,) = read_csv(tmp_path / "faq.csv").articles
    assert article.body == "Fünf €"


def test_a_very_long_answer_is_read(tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text(f'question,answer\nLong?,"{"so it is " * 20_000}"\n', encoding="utf-8")
    (article,) = read_csv(tmp_path / "faq.csv").articles
    assert len(article.body) > 150_000


def test_a_quote_that_never_ends_is_named_and_swallows_nothing_unseen(tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text('question,answer\nA?,yes\nB?,"open\nC?,lost\nD?,lost\n', encoding="utf-8")
    reading = read_csv(tmp_path / "faq.csv")
    assert [article.title for article in reading.articles] == ["A?"]
    assert reading.unreadable[0].place.endswith("faq.csv:3")
    assert "quote" in reading.unreadable[0].reason


def test_a_row_is_named_by_the_line_it_begins_in(tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text('question,answer\nA?,"one\ntwo"\n,"nobody\nasked"\n', encoding="utf-8")
    reading = read_csv(tmp_path / "faq.csv")
    assert [each.place.rsplit(":", 1)[1] for each in reading.unreadable] == ["4"]
    assert reading.articles[0].origin == "faq.csv:2"


def test_a_second_row_of_the_same_key_is_named_not_written_over_the_first(tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text("question,answer\nHow much?,Ten.\nHow much?,Twenty.\n", encoding="utf-8")
    reading = read_csv(tmp_path / "faq.csv")
    assert [article.body for article in reading.articles] == ["Ten."]
    assert reading.unreadable[0].place.endswith("faq.csv:3")
    assert "line 2" in reading.unreadable[0].reason


@pytest.mark.parametrize("text", ["", "question,answer\n"])
def test_a_table_without_rows_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "faq.csv").write_text(text, encoding="utf-8")
    (tmp_path / "faq.jsonl").write_text("\n", encoding="utf-8")
    for reading in (read_csv(tmp_path / "faq.csv"), read_jsonl(tmp_path / "faq.jsonl")):
        assert [each.reason for each in reading.unreadable] == ["holds no rows"]


def test_names_of_fields_may_be_written_any_way(tmp_path: Path) -> None:
    (article,) = read_jsonl(jsonl(tmp_path / "rows.jsonl", {"Question": "Upper?", " Answer ": "Yes."})).articles
    assert (article.title, article.body) == ("Upper?", "Yes.")


def test_names_people_give_and_are_called_by_are_taken_out(tmp_path: Path) -> None:
    thread = [
        {"role": "customer", "text": "I am Anna Kelly, 12 Hazel Road, where is my card?"},
        {"role": "agent", "text": "Hello Anna, cards take five days."},
    ]
    path = jsonl(tmp_path / "talks.jsonl", {"id": "c1", "thread": thread, "resolved": True})
    (article,) = read_jsonl(path).articles
    assert article.title == "I am [name], [address], where is my card?"
    assert article.body == "Cards take five days."


def test_a_conversation_says_for_whom_it_is_and_in_which_language(tmp_path: Path) -> None:
    thread = [
        {"role": "customer", "text": "Wie lange dauert die Erstattung?"},
        {"role": "agent", "text": "Sie dauert 14 Tage."},
    ]
    talk = {"id": "c1", "thread": thread, "resolved": True, "language": "de"}
    rows = [{**talk, "audience": "agents"}, {**talk, "id": "c2", "audience": "friends"}]
    reading = read_jsonl(jsonl(tmp_path / "talks.jsonl", *rows))
    (article,) = reading.articles
    assert (article.audience, article.language) == (Audience.AGENTS, "de")
    assert "is for 'friends'" in reading.unreadable[0].reason
