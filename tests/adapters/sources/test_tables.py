"""Lists of questions and resolved conversations become articles; rows that can't are named with their line."""

import json
from pathlib import Path

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
        {"role": "agent", "text": "Parcels to islands take 9 days."},
        {"role": "customer", "text": "ah ok"},
        {"role": "agent", "text": "Glad to help."},
    ]
    path = jsonl(
        tmp_path / "talks.jsonl",
        {"id": "c1", "thread": thread, "resolved": True},
        {"id": "c2", "thread": thread, "resolved": False},
        {"id": "c3", "thread": thread[:1], "status": "resolved"},
    )
    reading = read_jsonl(path)
    (article,) = reading.articles
    assert article.body == "Parcels to islands take 9 days.\n\nGlad to help."
    assert "jane.roe" not in article.model_dump_json()
    assert "not marked as resolved" in reading.unreadable[0].reason
    assert "no customer's question with an agent's answer" in reading.unreadable[1].reason
