"""By which strategy and tier a conversation is served now, with everything that happened to it since."""

from collections.abc import Iterator

from assistant.domain.brand import Pack
from assistant.domain.conversation import TurnRecord
from assistant.domain.peer import FAILED
from assistant.domain.strategy import Happened, Served, served
from assistant.ports import Reading


def serving(look: Reading, record: TurnRecord, *, pack: Pack) -> Served:
    """The brand's strategy for a turn, promoted by what happened to its conversation so far."""
    return served(
        pack.strategies, record.turn, happened=tuple(_happened(look, record.conversation_id, record.turn.mention_id))
    )


def _happened(look: Reading, conversation_id: str, mention_id: str) -> Iterator[Happened]:
    if any(each.mention_id == mention_id and each.ended in FAILED for each in look.peer_invites(conversation_id)):
        yield Happened.PEERS_FAILED
    if any(each.reopened_at is not None for each in look.follow_ups(conversation_id)):
        yield Happened.REOPENED
    clock = look.sla_clock(conversation_id)
    if clock is not None and clock.breached:
        yield Happened.PROMISE_BROKEN
