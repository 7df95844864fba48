"""What is wrong with a value that somebody wrote into a file, in words that say what to write instead."""

from pydantic import ValidationError
from pydantic_core import ErrorDetails

NOT_A_LIST = "must be a list: one line each, beginning with '- '"
NOT_FIELDS = "must be fields, one `name: value` a line"
_WORDS = {
    "missing": "is missing; add it",
    "extra_forbidden": "is not a field here; remove it or correct its spelling",
    "tuple_type": NOT_A_LIST,
    "list_type": NOT_A_LIST,
    "model_type": NOT_FIELDS,
    "model_attributes_type": NOT_FIELDS,
    "dict_type": NOT_FIELDS,
    "mapping_type": NOT_FIELDS,
    "too_short": "is empty; it needs at least one entry",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
}


def in_words(mistake: ErrorDetails) -> str:
    """One mistake that pydantic found."""
    kind, given = mistake["type"], mistake["input"]
    if kind in _WORDS:
        return _WORDS[kind]
    if kind.startswith("date"):
        return f"must be a date like 2026-03-31, not {given!r}"
    if kind == "string_type":
        return _not_text(given)
    if kind in ("enum", "literal_error"):
        return f"must be {mistake.get('ctx', {}).get('expected', 'one of the known words')}, not {given!r}"
    return f"{mistake['msg'][0].lower()}{mistake['msg'][1:]}, not {given!r}"


def first_of(invalid: ValidationError, *, within: str = "") -> str:
    """The first mistake of many, behind the field it is about; `within` is where that field stands."""
    first = invalid.errors()[0]
    field = ".".join(map(str, (*([within] if within else []), *first["loc"])))
    return f"{field}: {in_words(first)}" if field else in_words(first)


def _not_text(given: object) -> str:
    if given is None:
        return "is empty; write the text"
    if isinstance(given, dict):
        return 'must be text; a colon made it a field: put "double quotes" around the text'
    return 'must be text; put "double quotes" around it'
