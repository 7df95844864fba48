"""What a person says a message was about, kept as an example with where it comes from."""

from collections.abc import Iterable
from datetime import datetime

from assistant.domain.brand import Pack
from assistant.domain.value import Value

OUT_OF_SCOPE = "oos"
"""The label of what the brand has not prepared for."""


class Relabel(Value):
    """One message read again by a person: `before` is what the assistant took it for, `text` carries no personal data.

    It teaches from the next training on, as long as nobody took it back.
    """

    id: str
    brand_id: str
    mention_id: str
    conversation_id: str
    turn_id: str
    text: str
    before: str
    label: str
    by: str
    at: datetime
    undone_by: str = ""
    undone_at: datetime | None = None

    @property
    def counts(self) -> bool:
        """Whether training learns from it."""
        return self.undone_at is None


def taught(pack: Pack, relabels: Iterable[Relabel]) -> Pack:
    """The pack with what people relabelled among its examples; labels it doesn't know are left out."""
    extra: dict[str, list[str]] = {}
    for each in relabels:
        if each.counts and each.text.strip():
            extra.setdefault(each.label, []).append(each.text)
    intents = tuple(
        intent.model_copy(update={"examples": _joined(intent.examples, extra.get(intent.id, ()))})
        for intent in pack.intents
    )
    outside = _joined(pack.out_of_scope, extra.get(OUT_OF_SCOPE, ()))
    return pack.model_copy(update={"intents": intents, "out_of_scope": outside})


def _joined(known: Iterable[str], more: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*known, *more)))
