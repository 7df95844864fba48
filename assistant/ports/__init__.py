"""What the inside needs of the outside. Each port promises behaviour; tests/contract holds every adapter to it."""

from assistant.ports.channels import Beside, Channel, Deleting, Hook, Link, Metered, Paced, Retracting
from assistant.ports.store import Reading, Store, Transaction
from assistant.ports.thinking import (
    ChatModel,
    Clock,
    Drafted,
    Drafter,
    DraftRequest,
    Embedder,
    Filled,
    Heads,
    Languages,
    PassageIndex,
    Reread,
    Respond,
    SecondReader,
    Vectors,
)
from assistant.ports.work import HANDED_OVER, Presence, Work

__all__ = [
    "HANDED_OVER",
    "Beside",
    "Channel",
    "ChatModel",
    "Clock",
    "Deleting",
    "DraftRequest",
    "Drafted",
    "Drafter",
    "Embedder",
    "Filled",
    "Heads",
    "Hook",
    "Languages",
    "Link",
    "Metered",
    "Paced",
    "PassageIndex",
    "Presence",
    "Reading",
    "Reread",
    "Respond",
    "Retracting",
    "SecondReader",
    "Store",
    "Transaction",
    "Vectors",
    "Work",
]
