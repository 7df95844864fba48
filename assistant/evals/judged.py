"""Judged drafts: what a careful reader said of one draft, kept by the hash of its words.

A judgement is about that very text. It counts as long as the pipeline still writes it for that mention, whatever else
changed, and drops out otherwise.
"""

import hashlib
from collections.abc import Mapping, Sequence

from pydantic import Field

from assistant.domain.certificate import Certificate
from assistant.domain.turn import Turn
from assistant.domain.value import Value
from assistant.domain.vocabulary import Decision
from assistant.evals.certificate import Label

LABELS_FILE = "certificates/labels.jsonl"
"""Where a brand pack keeps its judged drafts."""


class JudgedDraft(Value):
    """One mention as it came in, the draft it got, and the verdict: `error` where it should not have gone out.

    `why` says in words what was wrong; `cluster` names drafts that share one cause, of which only the first counts.
    """

    id: str = Field(min_length=1)
    channel: str
    text: str
    draft: str
    draft_sha256: str
    error: bool
    why: str = ""
    cluster: str | None = None


class Matched(Value):
    """Judgements against today's drafts: `labels` count, `changed` must be judged again, `not_sent` wouldn't go out."""

    labels: tuple[Label, ...]
    changed: tuple[JudgedDraft, ...]
    not_sent: tuple[JudgedDraft, ...]


class Certified(Value):
    """What a pack's own judged drafts allow now; `reused` where nothing changed and an earlier result still holds."""

    certificates: tuple[Certificate, ...]
    judged: int
    changed: tuple[JudgedDraft, ...] = ()
    not_sent: int = 0
    reused: bool = False


def hash_of(draft: str) -> str:
    """The content hash of a draft's words, disclosure included."""
    return hashlib.sha256(draft.encode("utf-8", "surrogatepass")).hexdigest()


def match(judged: Sequence[JudgedDraft], turns: Mapping[str, Turn]) -> Matched:
    """Each judgement with the turn its mention gets today, by id.

    What would not be sent anyway says nothing about what is, so it is left out rather than counted as correct.
    """
    labels: list[Label] = []
    changed: list[JudgedDraft] = []
    not_sent: list[JudgedDraft] = []
    for verdict in judged:
        turn = turns[verdict.id]
        if turn.route.decision is not Decision.AUTO_REPLY or turn.draft is None or turn.route.score is None:
            not_sent.append(verdict)
        elif hash_of(turn.draft.text) != verdict.draft_sha256:
            changed.append(verdict)
        else:
            score, slice_ = turn.route.score, turn.route.slice
            labels.append(Label(score=score, error=verdict.error, cluster=verdict.cluster, slice=slice_))
    return Matched(labels=tuple(labels), changed=tuple(changed), not_sent=tuple(not_sent))
