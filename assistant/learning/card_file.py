"""Model cards where they are kept; apart from what makes them, so that serving needs nothing that fits models."""

import json
from pathlib import Path

from pydantic import ValidationError

from assistant.learning.card_page import Card, render
from assistant.scoring.in_use import CARD_FILE
from assistant.whole_file import replace_file


def write_card(folder: Path, card: Card) -> None:
    """Write card.md and then card.json, which says what is in use."""
    from_json = json.dumps(card.model_dump(mode="json"), indent=1, ensure_ascii=False)
    for name, text in (("card.md", render(card)), (CARD_FILE, from_json)):
        replace_file(folder / name, text.encode("utf-8", "replace"))


def read_card(folder: Path) -> Card | None:
    """The card in a folder, or None where there is none this version can read."""
    try:
        return Card.model_validate_json((folder / CARD_FILE).read_text(encoding="utf-8"))
    except (OSError, ValidationError):
        return None
