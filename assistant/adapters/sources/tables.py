"""CSV and JSONL: lists of questions with answers, rows of articles, and conversations that agents resolved."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from assistant.adapters.sources.front_matter import stated, why_unpublished
from assistant.domain.vocabulary import ClaimKind
from assistant.guardrails.kinds import kind_of
from assistant.guardrails.nameless import nameless
from assistant.guardrails.privacy import mask
from assistant.guardrails.sentences import split_sentences
from assistant.ports.sources import Reading, SourceArticle, Unreadable

Row = Mapping[str, object]

QUESTION = ("question", "title", "name", "subject")
ANSWER = ("answer", "text", "body", "content")
ROW_ID = ("id", "_id", "key", "slug", "url")
THREAD = ("thread", "messages", "turns")
"""Names a column may have, the first that is there wins."""

_COLUMNS = frozenset((*QUESTION, *ANSWER, *ROW_ID))
_DELIMITERS = (",", ";", "\t", "|")
_LONGEST_CELL = 10_000_000
csv.field_size_limit(_LONGEST_CELL)

_AGENTS = frozenset({"agent", "brand", "assistant", "support"})
_RESOLVED = frozenset({"true", "resolved", "solved", "closed", "yes", "1"})
_LONGEST_TITLE = 120
_TO_SOMEBODY = re.compile(r"(?:[^\W\d_]+\.?\s+){1,3}\[name\](?:[\s.]*\[name\])?\s*[,!.:–-]\s*")
_POLITE = (ClaimKind.COURTESY, ClaimKind.EMPATHY)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_csv(path: Path) -> Reading:
    """One article a row; the first line names the columns, of which a question and an answer are needed."""
    text = _text(path)
    if isinstance(text, Unreadable):
        return Reading(unreadable=(text,))
    return _read(path, _rows_of_csv(path, text))


def read_jsonl(path: Path) -> Reading:
    """One article a line: a question with its answer, a title with its text, or a conversation."""
    text = _text(path)
    if isinstance(text, Unreadable):
        return Reading(unreadable=(text,))
    return _read(path, _rows_of_jsonl(path, text))


def _rows_of_csv(path: Path, text: str) -> Iterator[tuple[int, Row] | Unreadable]:
    """Rows with the line each begins in. A quote that never ends is an error: it would swallow what follows."""
    reader = csv.reader(io.StringIO(text), delimiter=_delimiter(text), strict=True)
    names: list[str] | None = None
    while True:
        begins = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Unreadable(place=f"{path}:{begins}", reason=_broken_quote(error))
            continue
        if names is None:
            names = cells
        elif any(cell.strip() for cell in cells[len(names) :]):
            many = f"has {len(cells)} cells, the first line names {len(names)} columns"
            yield Unreadable(
                place=f"{path}:{begins}",
                reason=f'{many}; put quotes (") around a text that holds {reader.dialect.delimiter!r}',
            )
        elif any(cell.strip() for cell in cells):
            yield begins, dict(zip(names, cells, strict=False))


def _delimiter(text: str) -> str:
    """The one between columns whose names are known."""

    def known(delimiter: str) -> int:
        try:
            names = next(csv.reader(io.StringIO(text), delimiter=delimiter), [])
        except csv.Error:
            return 0
        return len(_COLUMNS.intersection(name.strip().lower() for name in names))

    return max(_DELIMITERS, key=known)


def _broken_quote(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return 'a quote (") is opened and never closed, so this row and all after it were not read; close it'
    return f'a quote (") is not where it may be ({error}); write "" for one inside a quoted cell'


def _rows_of_jsonl(path: Path, text: str) -> Iterator[tuple[int, Row] | Unreadable]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row: object = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield Unreadable(place=f"{path}:{number}", reason=f"is not JSON: {error}")
            continue
        yield (
            (number, row) if isinstance(row, dict) else Unreadable(place=f"{path}:{number}", reason="is not an object")
        )


def _read(path: Path, rows: Iterator[tuple[int, Row] | Unreadable]) -> Reading:
    articles: dict[str, SourceArticle] = {}
    unread: list[Unreadable] = []
    lines: dict[str, int] = {}
    for each in rows:
        if isinstance(each, Unreadable):
            unread.append(each)
            continue
        number, row = each[0], {str(name).strip().lower(): value for name, value in each[1].items()}
        place = f"{path.name}:{number}"
        if why := _withheld(row):
            unread.append(Unreadable(place=f"{path}:{number}", reason=why, hides_others=False, withheld=True))
            continue
        made = _conversation(row, place) if _first(row, THREAD) is not None else _entry(row, place)
        if isinstance(made, SourceArticle) and made.key in articles:
            twice = f"{made.key!r} stands in line {lines[made.key]} already"
            made = f"{twice}; make one of them, or give each an `id` of its own"
        if isinstance(made, SourceArticle):
            articles[made.key], lines[made.key] = made, number
        else:
            unread.append(Unreadable(place=f"{path}:{number}", reason=made))
    if not articles and not unread:
        unread.append(Unreadable(place=str(path), reason="holds no rows"))
    return Reading(articles=tuple(articles.values()), unreadable=tuple(unread))


def _withheld(row: Row) -> str:
    """Why the row is for nobody yet; empty where it is."""
    if _first(row, THREAD) is None:
        return why_unpublished(row)
    state = row.get("resolved", row.get("status", row.get("state")))
    resolved = state is not None and str(state).lower() in _RESOLVED
    return "" if resolved else "the conversation is not marked as resolved (`resolved`: true)"


def _entry(row: Row, place: str) -> SourceArticle | str:
    """The article, or why the row is none."""
    question, answer = _said(row, QUESTION), _said(row, ANSWER)
    if not question or not answer:
        return (
            _missing(row, "an answer or text", ANSWER) if question else _missing(row, "a question or title", QUESTION)
        )
    try:
        given = stated(row)
    except ValueError as error:
        return str(error)
    others = row.get("questions")
    asked = [other for other in others if isinstance(other, str)] if isinstance(others, list) else []
    said = {
        "key": _said(row, ROW_ID) or question,
        "title": question[:_LONGEST_TITLE],
        "body": answer,
        "questions": (question, *asked) if question.endswith("?") else tuple(asked),
        "origin": place,
    }
    return SourceArticle.model_validate({**given, **said})


def _missing(row: Row, what: str, names: Sequence[str]) -> str:
    named = any(name in row for name in names)
    return f"{what} is missing" if named else f"{what} is missing; name its column {names[0]!r}"


def _conversation(row: Row, place: str) -> SourceArticle | str:
    """What the customer asked first, answered by what agents wrote, personal data masked; or why it is none."""
    turns = _turns(_first(row, THREAD))
    asked = next((text for role, text in turns if role not in _AGENTS), "")
    answers = [told for role, text in turns if role in _AGENTS and (told := _told(text))]
    if not asked or not answers:
        return "the conversation holds no customer's question with an agent's answer"
    question = _impersonal(" ".join(asked.split()))
    try:
        given = stated(row)
    except ValueError as error:
        return str(error)
    return SourceArticle(
        key=_said(row, ROW_ID) or question,
        title=question[:_LONGEST_TITLE],
        body="\n\n".join(answers),
        questions=(question,),
        origin=place,
        **{name: given[name] for name in ("audience", "language") if name in given},
    )


def _told(answer: str) -> str:
    """What an agent wrote that answers others, too: not whom it was said to; empty where it is only polite."""
    text = _TO_SOMEBODY.sub("", _impersonal(answer).strip())
    polite = all(kind_of(sentence) in _POLITE for sentence in split_sentences(text))
    return "" if polite else text[:1].upper() + text[1:]


def _impersonal(text: str) -> str:
    return nameless(mask(text).text)


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
    """The file as UTF-8, or UTF-16 where its first bytes say so, as spreadsheets write it."""
    try:
        raw = path.read_bytes()
        encoding = "utf-16" if raw.startswith(_UTF_16) else "utf-8-sig"
        return raw.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        return Unreadable(place=str(path), reason=f"is not UTF-8 at byte {error.start + 1}; save it as UTF-8")
    except OSError as error:
        return Unreadable(place=str(path), reason=f"can't be read: {error.strerror}")
