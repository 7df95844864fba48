"""Blast radius: the replies that stood on a version of an article, and what becomes of each."""

from collections.abc import Sequence
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum

from assistant.domain.conversation import Reply, TurnRecord
from assistant.domain.value import Value

KEPT = 0.8
"""Share of a sentence's words that must come again in order for it to be the same sentence; as of an agent's edit."""


class Used(Value):
    """A reply that went out, with the turn whose draft cites the article."""

    reply: Reply
    record: TurnRecord

    def stands_on(self, article_id: str, version: int) -> bool:
        """Whether a sentence that cites that version still stands in what went out, whoever sent it."""
        draft = self.record.turn.draft
        if draft is None or not self.reply.is_answer:
            return False
        said = self.reply.text.casefold().split()
        return any(
            (each.article_id, each.version) == (article_id, version) and _kept(claim.text, said)
            for claim in draft.claims
            for each in claim.citations
        )


def _kept(sentence: str, said: Sequence[str]) -> bool:
    words = sentence.casefold().split()
    blocks = SequenceMatcher(None, words, said, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) >= KEPT * len(words)


class Way(StrEnum):
    """What is done about a reply: the outbox takes it off its network, or another answer there corrects it."""

    PULL_BACK = "pull_back"
    CORRECT = "correct"


class Recalled(Value):
    """One reply of the blast radius. `reach` is the author's followers where known; `acted`: they wrote again since.

    Without `correction` (a turn that waits for a person) nothing was done yet. What came of a deletion stands in the
    conversation and in the log.
    """

    reply_id: str
    conversation_id: str
    turn_id: str
    channel: str
    answered_at: datetime
    age_hours: float
    automated: bool
    reach: int | None
    acted: bool
    way: Way
    correction: str | None = None


class Recall(Value):
    """All of them, those who acted first, then by reach; `applied` is False for a dry run."""

    article_id: str
    version: int
    applied: bool
    replies: tuple[Recalled, ...]
    regression_cases: tuple[str, ...] = ()
