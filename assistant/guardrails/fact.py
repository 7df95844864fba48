"""What a hard fact is."""

from enum import StrEnum
from typing import NamedTuple


class FactKind(StrEnum):
    """Kinds of hard facts."""

    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    DATE = "date"
    TIME = "time"
    DURATION = "duration"
    MEASURE = "measure"
    URL = "url"
    EMAIL = "email"
    PHONE = "phone"
    HANDLE = "handle"
    FLIGHT = "flight"
    REFERENCE = "reference"
    NAME = "name"


class Fact(NamedTuple):
    """A hard fact; `value` is its one spelling, `text` the words it was read from."""

    kind: FactKind
    value: str
    text: str


class Reading(NamedTuple):
    """Facts read from a text, and the text with their places blanked, its length unchanged."""

    facts: tuple[Fact, ...]
    rest: str
