"""What the inside needs of the outside. Each port promises behaviour; tests/contract holds every adapter to it."""

from assistant.ports.channels import Channel, Hook, Link
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
    Respond,
    Vectors,
)

__all__ = [
    "Channel",
    "ChatModel",
    "Clock",
    "DraftRequest",
    "Drafted",
    "Drafter",
    "Embedder",
    "Filled",
    "Heads",
    "Hook",
    "Languages",
    "Link",
    "PassageIndex",
    "Reading",
    "Respond",
    "Store",
    "Transaction",
    "Vectors",
]
