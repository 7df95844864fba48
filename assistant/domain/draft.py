"""Text proposed and not sent, sentence by sentence, each with what it stands on."""

from collections.abc import Iterable

from assistant.domain.value import Value
from assistant.domain.vocabulary import ClaimKind


class Citation(Value):
    """The words of a passage that a claim relies on."""

    passage_id: str
    article_id: str
    version: int
    quote: str


class Claim(Value):
    """One sentence of a draft. `supported` is None until the gate judged it; `missing` names what no source holds."""

    text: str
    kind: ClaimKind
    citations: tuple[Citation, ...] = ()
    supported: bool | None = None
    missing: tuple[str, ...] = ()


class Draft(Value):
    """A proposed reply. `text` is the claims' texts joined, disclosure included; `drafter` names who wrote it."""

    text: str
    claims: tuple[Claim, ...]
    drafter: str
    language: str
    article_ids: tuple[str, ...] = ()


def running_text(claims: Iterable[Claim]) -> str:
    """The sentences as one text; a sentence that ends in an address or without a full stop ends its line too."""
    text = ""
    for claim in claims:
        between = " " if text.rstrip("\"'”’)").endswith((".", "!", "?", "…")) else "\n"
        text = f"{text}{between}{claim.text}" if text else claim.text
    return text
