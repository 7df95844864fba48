"""Labels from what people do with drafts: accept, edit, answer otherwise, ignore, judge blind, correct late."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from assistant.domain.brand import Pack
from assistant.domain.conversation import ConversationDetail, TurnRecord
from assistant.domain.label import LATE, DeskLabel, LabelCounts, Outcome
from assistant.domain.routing import Sample
from assistant.domain.vocabulary import Disposition, Sentiment, Stance
from assistant.errors import AlreadyHandled, Conflict, InputInvalid, NotAllowed, NotFound
from assistant.guardrails import disclosure
from assistant.guardrails.substance import changed_substance
from assistant.ports import Reading, Transaction

_PROTESTS = frozenset({Stance.COMPLAINT, Stance.MISGUIDED, Stance.RAGER})
MOST_WHY = 300


def begin_label(tx: Transaction, record: TurnRecord, *, sent: bool, at: datetime) -> None:
    """Keep that a draft could have been sent; what becomes of it is written later."""
    turn, route = record.turn, record.turn.route
    if not route.candidate or turn.draft is None or route.score is None:
        return
    tx.save_label(
        DeskLabel(
            id=record.id,
            brand_id=turn.mention.brand_id,
            conversation_id=record.conversation_id,
            mention_id=turn.mention_id,
            slice=route.slice,
            score=route.score,
            sample=route.sample,
            intent=turn.understanding.intent if turn.understanding else None,
            fell_back=turn.fell_back,
            drafted_at=at,
            outcome=Outcome.SENT if sent else Outcome.WAITING,
        )
    )


def is_blind(record: TurnRecord) -> bool:
    """Whether nobody may see this draft yet: its audit asks for words written without it."""
    return record.turn.route.sample is Sample.BLIND and record.disposition is None


def blinded(record: TurnRecord) -> TurnRecord:
    """The turn as people may see it: a blind audit's draft is left out until it is settled."""
    if not is_blind(record):
        return record
    return record.model_copy(update={"turn": record.turn.model_copy(update={"draft": None})})


def blinded_detail(detail: ConversationDetail) -> ConversationDetail:
    """The conversation as people may see it."""
    return detail.model_copy(update={"turns": tuple(blinded(record) for record in detail.turns)})


def refuse_unseen(record: TurnRecord, disposition: Disposition) -> None:
    """Raises `NotAllowed` for a blind audit's draft that is accepted, edited or drafted again."""
    if is_blind(record) and disposition in {Disposition.ACCEPTED, Disposition.EDITED}:
        raise NotAllowed("this draft is audited blind: answer in your own words, then judge the draft")


def settle_label(
    tx: Transaction, record: TurnRecord, disposition: Disposition, sent: str, *, pack: Pack, by: str, at: datetime
) -> None:
    """What the agent did with the draft, as a label; `sent` is the text that goes out, with its disclosure."""
    label, draft = tx.label(record.id), record.turn.draft
    if label is None or draft is None:
        return
    why: tuple[str, ...] = ()
    match disposition:
        case Disposition.ACCEPTED:
            outcome, error = Outcome.ACCEPTED, False
        case Disposition.IGNORED:
            outcome, error, why = Outcome.IGNORED, True, ("no answer was wanted",)
        case Disposition.EDITED | Disposition.RESPONDED:
            before, after = (disclosure.without(each, draft, pack=pack) for each in (draft.text, sent))
            why = changed_substance(before, after)
            error = bool(why)
            edited = Outcome.SUBSTANCE if why else Outcome.STYLE
            outcome = edited if disposition is Disposition.EDITED else Outcome.RESPONDED
    known = None if label.sample is Sample.BLIND and outcome is Outcome.RESPONDED else error
    said = "" if known is None else "; ".join(why)[:MOST_WHY]
    changed = {"outcome": outcome, "error": known, "why": said, "by": by, "settled_at": at}
    tx.save_label(label.model_copy(update=changed))


def unsettle(tx: Transaction, turn_id: str) -> None:
    """The agent took it back: nobody has decided. A late correction stays."""
    label = tx.label(turn_id)
    if label is None or label.corrected_at is not None:
        return
    nothing = {"outcome": Outcome.WAITING, "error": None, "why": "", "by": "", "settled_at": None, "judged_at": None}
    tx.save_label(label.model_copy(update=nothing))


def rejected(tx: Transaction, turn_id: str, *, why: str, by: str, at: datetime) -> None:
    """An agent wanted another draft: this one wasn't good enough to send."""
    label = tx.label(turn_id)
    if label is not None and label.outcome is Outcome.WAITING:
        changed = {"outcome": Outcome.RESPONDED, "error": True, "why": why, "by": by, "settled_at": at}
        tx.save_label(label.model_copy(update=changed))


def judge(
    tx: Transaction, turn_id: str, *, brand_id: str, error: bool, critical: bool, why: str, by: str, at: datetime
) -> DeskLabel:
    """The verdict on a draft that was audited blind, after the agent's own answer. `critical` makes it an error.

    Raises `NotFound`, `AlreadyHandled` where it was judged before, `Conflict` where nobody answered yet.
    """
    label = _known(tx, turn_id, brand_id, by)
    if label.judged_at is not None:
        raise AlreadyHandled(label.conversation_id, label.by, handled_at=label.judged_at)
    if not label.waits_for_verdict:
        raise Conflict("only a draft that was audited blind and answered since is judged; correct others instead")
    said = {"error": error or critical, "critical": critical, "why": why[:MOST_WHY], "by": by, "judged_at": at}
    return _keep(tx, label.model_copy(update=said), "draft_judged", by=by, at=at)


def correct(
    tx: Transaction, turn_id: str, *, brand_id: str, error: bool, critical: bool, why: str, by: str, at: datetime
) -> DeskLabel:
    """A late word on a draft, sent or not, replaces what its label said. Raises `NotFound`, `InputInvalid`."""
    label = _known(tx, turn_id, brand_id, by)
    said = {"error": error or critical, "critical": critical, "why": why[:MOST_WHY], "corrected_at": at, "by": by}
    settled = {"settled_at": label.settled_at or at}
    return _keep(tx, label.model_copy(update=said | settled), "draft_corrected", by=by, at=at)


def hear_complaint(tx: Transaction, record: TurnRecord, *, solved: bool | None, at: datetime) -> None:
    """Who protests within 72 hours of a draft that went out says it was wrong, and so does a "no, not solved"."""
    read = record.turn.understanding
    protests = solved is False or (
        read is not None and read.stance in _PROTESTS and read.sentiment is Sentiment.NEGATIVE and solved is None
    )
    if not protests or record.number > 1:
        return
    label = tx.last_label(record.conversation_id)
    went_out = label is not None and label.outcome in {Outcome.SENT, Outcome.ACCEPTED, Outcome.STYLE}
    if label is None or not went_out or label.error or at - (label.settled_at or label.drafted_at) > LATE:
        return
    late = {"error": True, "why": "the customer protested", "corrected_at": at, "settled_at": label.settled_at or at}
    _keep(tx, label.model_copy(update=late), "draft_corrected", by="customer", at=at)


def counts(look: Reading, *, brand_id: str, since: datetime, now: datetime) -> tuple[LabelCounts, ...]:
    """What the labels say, slice by slice in alphabetical order."""
    slices: dict[str, list[DeskLabel]] = {}
    seen = (*look.verdicts(brand_id=brand_id, since=since), *look.labels(brand_id=brand_id, since=since))
    for label in {label.id: label for label in seen}.values():
        slices.setdefault(label.slice, []).append(label)
    return tuple(_counted(name, rows, now) for name, rows in sorted(slices.items()))


def _counted(name: str, rows: Sequence[DeskLabel], now: datetime) -> LabelCounts:
    known = [row for row in rows if row.error is not None]
    blind = [row for row in known if row.sample is Sample.BLIND]
    return LabelCounts(
        slice=name,
        drafts=len(rows),
        outcomes=dict(Counter(row.outcome for row in rows)),
        errors=sum(bool(row.error) for row in known),
        labelled=len(known),
        ripe=sum(row.is_ripe(now) for row in rows),
        blind=len(blind),
        blind_errors=sum(bool(row.error) for row in blind),
        unjudged=sum(row.waits_for_verdict for row in rows),
        critical=sum(row.critical for row in rows),
    )


def _known(tx: Transaction, turn_id: str, brand_id: str, by: str) -> DeskLabel:
    if not by.strip():
        raise InputInvalid("by: missing; say who judges")
    label = tx.label(turn_id)
    if label is None or label.brand_id != brand_id:
        raise NotFound("label", turn_id)
    return label


def _keep(tx: Transaction, label: DeskLabel, event: str, *, by: str, at: datetime) -> DeskLabel:
    tx.save_label(label)
    facts = {"error": label.error, "critical": label.critical, "slice": label.slice, "sample": label.sample}
    tx.append_audit(brand_id=label.brand_id, at=at, actor=by, event=event, subject=label.id, facts=facts)
    return label
