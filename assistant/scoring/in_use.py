"""Which model of a folder is in use.

A model is two files: the intents, and the other heads. The folder's card names the one in use, which is read where it
is kept, so that both files change at one moment, whatever ends in the middle.
"""

import json
from collections.abc import Hashable
from pathlib import Path
from typing import NamedTuple

from assistant.scoring.folder import MODEL_FILE
from assistant.scoring.heads import INTENTS, STATES

CARD_FILE = "card.json"
VERSIONS = "versions"
"""The folder of the models that are kept, each under its fingerprint."""


class Parts(NamedTuple):
    """The folders of the two files of a model."""

    intents: Path
    states: Path


def in_use(out: Path) -> Parts:
    """Where the model in use is kept; of one from before models were kept, where it was written."""
    kept = out / VERSIONS / _named(out)
    whole = (kept / MODEL_FILE).is_file()
    return Parts(
        intents=kept if whole else out / INTENTS,
        states=kept / STATES if whole and (kept / STATES / MODEL_FILE).is_file() else out / STATES,
    )


def mark_of(out: Path) -> Hashable:
    """Another one whenever another model is in use, or its other heads changed."""
    return tuple(_stamp(folder / MODEL_FILE) for folder in in_use(out))


def _named(out: Path) -> str:
    try:
        card = json.loads((out / CARD_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(card.get("fingerprint", "")) if isinstance(card, dict) else ""


def _stamp(path: Path) -> tuple[str, int, int]:
    try:
        stat = path.stat()
    except OSError:
        return (str(path), 0, 0)
    return (str(path), stat.st_mtime_ns, stat.st_ino)
