"""What stands above a Markdown text between two lines of `---` (YAML) or `+++` (TOML, as Hugo writes it), or in the
columns of a row: for whom, and how long.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date

import yaml

from assistant.adapters.sources.audiences import audience_of

Fields = Mapping[str, object]

_FRONT = re.compile(r"---[ \t]*\n(.*?\n)?---[ \t]*(?:\n|$)", re.DOTALL)
_TOML = re.compile(r"\+{3}[ \t]*\n(.*?\n)?\+{3}[ \t]*(?:\n|$)", re.DOTALL)
_UNPUBLISHED = frozenset({"archived", "unpublished", "retired"})
_YES = ("true", "yes", "1")
_NO = ("false", "no", "0")
_DATES = ("valid_from", "valid_until", "review_by")


def parted(text: str) -> tuple[Fields, str]:
    """The fields, names in lower case, and the text below them; no fields where it doesn't begin with any.

    Raises `ValueError` where what stands there can't be read.
    """
    found, kind = _FRONT.match(text), "YAML"
    if found is None:
        found, kind = _TOML.match(text), "TOML"
    if found is None:
        return {}, text
    try:
        values = yaml.safe_load(found[1] or "") if kind == "YAML" else tomllib.loads(found[1] or "")
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ValueError(f"its front matter is not {kind} ({' '.join(str(error).split())})") from error
    if not isinstance(values, dict):
        return {}, text
    return {str(name).strip().lower(): value for name, value in values.items()}, text[found.end() :]


def why_unpublished(fields: Fields) -> str:
    """What its author says that keeps it from readers; empty where nothing does."""
    status = str(fields.get("status", "")).strip().lower()
    draft, published = (str(fields.get(name, "")).strip().lower() for name in ("draft", "published"))
    if draft in _YES or published in _NO or status == "draft":
        return "says it is a draft"
    return f"says it is {status}" if status in _UNPUBLISHED else ""


def stated(fields: Fields) -> Mapping[str, object]:
    """Those fields of a `SourceArticle` that are stated. Raises `ValueError` where a date is none, or an audience, and
    where it ends before it begins.
    """
    dates = {name: _date(name, fields[name]) for name in _DATES if fields.get(name) not in (None, "")}
    if "valid_from" in dates and dates["valid_from"] > dates.get("valid_until", date.max):
        raise ValueError(f"valid_until ({dates['valid_until']}) lies before valid_from ({dates['valid_from']})")
    said = {
        "title": _text(fields, "title"),
        "summary": _text(fields, "summary", "description"),
        "owner": _text(fields, "owner"),
        "language": _text(fields, "language", "lang", "locale").lower()[:2],
        "audience": audience_of(fields.get("audience") or fields.get("visibility")),
        "questions": _questions(fields.get("questions")),
        **dates,
    }
    return {name: value for name, value in said.items() if value}


def _text(fields: Fields, *names: str) -> str:
    return next((str(fields[name]).strip() for name in names if isinstance(fields.get(name), (str, int, float))), "")


def _questions(value: object) -> tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def _date(name: str, value: object) -> date:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise ValueError(f"{name} is no date like 2026-03-31: {value!r}") from error
