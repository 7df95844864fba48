"""A person says what a message was about: kept as an example with its provenance, and taken back."""

from datetime import datetime

from assistant.domain.brand import Pack
from assistant.domain.conversation import TurnRecord
from assistant.domain.relabel import OUT_OF_SCOPE, Relabel
from assistant.errors import InputInvalid, NotFound
from assistant.guardrails.privacy import mask
from assistant.ports import Transaction


def relabel(tx: Transaction, record: TurnRecord, *, label: str, pack: Pack, agent: str, at: datetime) -> Relabel:
    """Keep the turn's message as an example of `label`; another word on the same message replaces the one before.

    The route stands: what was decided on the old reading is a person's to change.
    """
    if label != OUT_OF_SCOPE and pack.intent(label) is None:
        raise InputInvalid(f"label: {label!r} is no intent of the brand, nor {OUT_OF_SCOPE}")
    read, mention = record.turn.understanding, record.turn.mention
    known = read.intent if read is not None and read.in_scope else None
    kept = Relabel(
        id=f"l-{mention.id}",
        brand_id=pack.brand.id,
        mention_id=mention.id,
        conversation_id=record.conversation_id,
        turn_id=record.id,
        text=mask(mention.text).text,
        before=known or OUT_OF_SCOPE,
        label=label,
        by=agent,
        at=at,
    )
    tx.save_relabel(kept)
    _tell(tx, kept, "relabelled", agent=agent, at=at)
    return kept


def take_back(
    tx: Transaction, relabel_id: str, *, pack: Pack, agent: str, at: datetime, again: bool = False
) -> Relabel:
    """It teaches no more, or `again`; that it was said stays on record. Asked twice it is done once."""
    before = tx.relabel(relabel_id)
    if before.brand_id != pack.brand.id:
        raise NotFound("relabel", relabel_id)
    if before.counts is again:
        return before
    undone = {"undone_by": "", "undone_at": None} if again else {"undone_by": agent, "undone_at": at}
    after = before.model_copy(update=undone)
    tx.save_relabel(after)
    _tell(tx, after, "relabel_restored" if after.counts else "relabel_undone", agent=agent, at=at)
    return after


def _tell(tx: Transaction, kept: Relabel, event: str, *, agent: str, at: datetime) -> None:
    facts = {"before": kept.before, "label": kept.label}
    tx.append_audit(brand_id=kept.brand_id, at=at, actor=agent, event=event, subject=kept.turn_id, facts=facts)
