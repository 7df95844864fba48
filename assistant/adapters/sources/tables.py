"""CSV and JSONL: lists of questions with answers, rows of articles, and conversations that agents resolved."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from assistant.domain.vocabulary import Audience
from assistant.guardrails.privacy import mask
from assistant.ports.sources import Reading, SourceArticle, Unreadable

Row = Mapping[str, object]

QUESTION = ("question", "title", "name", "subject")
ANSWER = ("answer", "text", "body", "content")
ROW_ID = ("id", "_id", "key", "slug", "url")
THREAD = ("thread", "messages", "turns")
"""Names a column may have, the first that is there wins."""

_AGENTS = frozenset({"agent", "brand", "assistant", "support"})
_RESOLVED = frozenset({"true", "resolved", "solved", "closed", "yes", "1"})
_LONGEST_TITLE = 120


def read_csv(path: Path) -> Reading:
    """One article a row; the first line names the columns, of which a question and an answer are needed."""
    text = _text(path)
    if isinstance(text, Unreadable):
        return Reading(unreadable=(text,))
    try:
        dialect: type[csv.Dialect] | str = csv.Sniffer().sniff(text[:4_000], delimiters=",;\t")
    except csv.Error:
        dialect = "excel"
    reader = csv.DictReader(io.StringIO(text), dialect=dialect)
    rows = ((reader.line_num, {str(key).strip().lower(): value for key, value in row.items()}) for row in reader)
    return _read(path, rows)


def read_jsonl(path: Path) -> Reading:
    """One article a line: a question with its answer, a title with its text, or a conversation."""
    text = _text(path)
    if isinstance(text, Unreadable):
        return Reading(unreadable=(text,))
    rows: list[tuple[int, Row]] = []
    unread: list[Unreadable] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row: object = json.loads(line)
        except (ValueError, RecursionError) as error:
            unread.append(Unreadable(place=f"{path}:{number}", reason=f"is not JSON: {error}"))
            continue
        if isinstance(row, dict):
            rows.append((number, row))
        else:
            unread.append(Unreadable(place=f"{path}:{number}", reason="is not an object"))
    return _read(path, iter(rows)) + Reading(unreadable=tuple(unread))


def _read(path: Path, rows: Iterator[tuple[int, Row]]) -> Reading:
    articles: list[SourceArticle] = []
    unread: list[Unreadable] = []
    for number, row in rows:
        place = f"{path.name}:{number}"
        made = _conversation(row, place) if _first(row, THREAD) is not None else _entry(row, place)
        if isinstance(made, SourceArticle):
            articles.append(made)
        else:
            unread.append(Unreadable(place=f"{path}:{number}", reason=made))
    return Reading(articles=tuple(articles), unreadable=tuple(unread))


def _entry(row: Row, place: str) -> SourceArticle | str:
    """The article, or why the row is none."""
    question, answer = _said(row, QUESTION), _said(row, ANSWER)
    if not question or not answer:
        missing = "a question or title" if not question else "an answer or text"
        return f"{missing} is missing; name the column {QUESTION[0] if not question else ANSWER[0]!r}"
    others = row.get("questions")
    asked = [str(other) for other in others] if isinstance(others, list) else []
    audience = _said(row, ("audience",)).lower()
    return SourceArticle(
        key=_said(row, ROW_ID) or question,
        title=question[:_LONGEST_TITLE],
        body=answer,
        questions=tuple([question, *asked] if question.endswith("?") else asked),
        origin=place,
        language=_said(row, ("language", "lang")).lower()[:2] or None,
        audience=Audience(audience) if audience in set(Audience) else None,
    )


def _conversation(row: Row, place: str) -> SourceArticle | str:
    """What the customer asked first, answered by what agents wrote, personal data masked; or why it is none."""
    state = row.get("resolved", row.get("status", row.get("state")))
    if state is None or str(state).lower() not in _RESOLVED:
        return "the conversation is not marked as resolved (`resolved`: true)"
    turns = _turns(_first(row, THREAD))
    asked = next((text for role, text in turns if role not in _AGENTS), "")
    answers = [text for role, text in turns if role in _AGENTS]
    if not asked or not answers:
        return "the conversation holds no customer's question with an agent's answer"
    question = mask(" ".join(asked.split())).text
    return SourceArticle(
        key=_said(row, ROW_ID) or question,
        title=question[:_LONGEST_TITLE],
        body="\n\n".join(mask(answer).text for answer in answers),
        questions=(question,),
        origin=place,
    )


def _turns(thread: object) -> Sequence[tuple[str, str]]:
    turns = thread if isinstance(thread, list) else []
    rows = [turn for turn in turns if isinstance(turn, dict)]
    said = [(str(row.get("role", row.get("author", ""))).lower(), _said(row, ("text", "content"))) for row in rows]
    return [(role, text) for role, text in said if text]


def _first(row: Row, names: Sequence[str]) -> object:
    return next((row[name] for name in names if row.get(name) not in (None, "")), None)


def _said(row: Row, names: Sequence[str]) -> str:
    value = _first(row, names)
    return str(value).strip() if isinstance(value, (str, int, float)) else ""


def _text(path: Path) -> str | Unreadable:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        return Unreadable(place=str(path), reason=f"is not UTF-8 at byte {error.start + 1}; save it as UTF-8")
