"""Judged drafts: what a careful reader said of one draft, kept by the hash of what was judged.

A judgement is about what the draft says and the sentences of the knowledge base it stands on. It counts as long as the
pipeline still says that for that mention, whatever else changed, and drops out otherwise.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence

from pydantic import Field

from assistant.domain.certificate import Certificate
from assistant.domain.draft import Claim, Draft
from assistant.domain.turn import Turn
from assistant.domain.value import Value
from assistant.domain.vocabulary import ClaimKind, Decision
from assistant.evals.certificate import Label

LABELS_FILE = "certificates/labels.jsonl"
"""Where a brand pack keeps its judged drafts."""


class JudgedDraft(Value):
    """One mention as it came in, the draft it got, and the verdict: `error` where it should not have gone out.

    `draft` is the whole text as it was read, `substance_sha256` its `substance_of`; empty, and `error` None, where
    nobody has read it yet. `why` says in words what was wrong; `cluster` names drafts that share one cause, of which
    only the first counts.
    """

    id: str = Field(min_length=1)
    channel: str
    text: str
    draft: str = ""
    substance_sha256: str = ""
    error: bool | None = None
    why: str = ""
    cluster: str | None = None


class ToJudge(Value):
    """A mention whose draft nobody has judged, or another one than was judged: a line for `labels.jsonl` but for the
    verdict, which is None, so that nobody takes over an old one unread.
    """

    id: str
    channel: str
    text: str
    draft: str
    substance_sha256: str
    error: None = None


class Matched(Value):
    """Judgements against today's drafts: `labels` count, `changed` must be judged again, `not_sent` wouldn't go out."""

    labels: tuple[Label, ...]
    changed: tuple[ToJudge, ...]
    not_sent: tuple[JudgedDraft, ...]


class Certified(Value):
    """What a pack's own judged drafts allow now; `reused` where nothing changed and an earlier result still holds."""

    certificates: tuple[Certificate, ...]
    judged: int
    changed: tuple[ToJudge, ...] = ()
    not_sent: int = 0
    reused: bool = False


def substance_of(draft: Draft, *, closing_questions: Collection[str] = ()) -> str:
    """The content hash of what a reader judges: the words, and the sentences they cite.

    Left out are the disclosure, which code adds to every draft alike, and the brand's own closing questions: they say
    nothing of the answer. Everything else in the text counts, so that any other change voids the judgement.
    """
    words = draft.text
    for claim in draft.claims:
        if _is_frame(claim, closing_questions):
            words = words.replace(claim.text, " ")
    cited = sorted({citation.quote for claim in draft.claims for citation in claim.citations})
    judged = "\n".join([" ".join(words.split()), *(" ".join(quote.split()) for quote in cited)])
    return hashlib.sha256(judged.encode("utf-8", "surrogatepass")).hexdigest()


def _is_frame(claim: Claim, closing_questions: Collection[str]) -> bool:
    return claim.kind is ClaimKind.DISCLOSURE or (claim.kind is ClaimKind.QUESTION and claim.text in closing_questions)


def match(
    judged: Sequence[JudgedDraft], turns: Mapping[str, Turn], *, closing_questions: Collection[str] = ()
) -> Matched:
    """Each judgement with the turn its mention gets today, by id.

    What would not be sent anyway says nothing about what is, so it is left out rather than counted as correct.
    """
    labels: list[Label] = []
    changed: list[ToJudge] = []
    not_sent: list[JudgedDraft] = []
    for verdict in judged:
        turn = turns[verdict.id]
        if turn.route.decision is not Decision.AUTO_REPLY or turn.draft is None or turn.route.score is None:
            not_sent.append(verdict)
            continue
        substance = substance_of(turn.draft, closing_questions=closing_questions)
        if verdict.error is None or substance != verdict.substance_sha256:
            changed.append(_to_judge(verdict, turn.draft.text, substance))
            continue
        score, slice_ = turn.route.score, turn.route.slice
        labels.append(Label(score=score, error=verdict.error, cluster=verdict.cluster, slice=slice_))
    return Matched(labels=tuple(labels), changed=tuple(changed), not_sent=tuple(not_sent))


def _to_judge(verdict: JudgedDraft, draft: str, substance: str) -> ToJudge:
    return ToJudge(id=verdict.id, channel=verdict.channel, text=verdict.text, draft=draft, substance_sha256=substance)
