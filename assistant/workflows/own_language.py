"""Whether an answer is in the language it was asked in; what to do about it, a person decides."""

from collections.abc import Iterator

from assistant.domain.guardrail import Finding
from assistant.domain.languages import UNSURE, name_of
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import Severity
from assistant.ports import Languages

FEWEST_WORDS = 3
"""A name and a greeting are of any language."""


def in_another_language(text: str, turn: Turn, languages: Languages | None) -> Iterator[Finding]:
    """What to tell whoever sends `text` in answer to the turn's message; nothing where either language is unsure."""
    read = turn.understanding
    if languages is None or read is None or len(text.split()) < FEWEST_WORDS:
        return
    said, _ = languages.identify(text)
    if said in {UNSURE, read.language} or read.may_be_ours:
        return
    asked = name_of(read.language) if read.language != UNSURE else "a language the brand doesn't use"
    message = f"The message is in {asked}, this answer in {name_of(said)}."
    yield Finding(guardrail="language", severity=Severity.REVIEW, message=message)
