"""Run a change over recorded mentions and compare it with what people sent; nothing is stored, nothing goes out."""

from collections.abc import Callable, Sequence
from datetime import datetime

from assistant.domain.brand import Pack
from assistant.domain.conversation import ConversationDetail, ReplyState
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.value import Value
from assistant.domain.vocabulary import Disposition
from assistant.evals.replay import Replay, Told, compare
from assistant.ports import Answer, Store

BATCH = 32


class Recorded(Value):
    """A mention as it came in, and what people did with it."""

    mention: Mention
    told: Told


def recorded(store: Store, *, brand_id: str, since: datetime, limit: int) -> Sequence[Recorded]:
    """Mentions decided since then that can still be read, newest first."""
    with store.read() as look:
        turns = look.first_turns(brand_id=brand_id, since=since, limit=limit)
        details = {turn.conversation_id: look.detail(turn.conversation_id) for turn in turns}
        mentions = [look.mention(turn.turn.mention_id) for turn in turns]
    return [
        Recorded(mention=mention, told=told_of(details[turn.conversation_id], mention.id))
        for turn, mention in zip(turns, mentions, strict=True)
        if mention.text
    ]


def told_of(detail: ConversationDetail, mention_id: str) -> Told:
    """What a person let go out for this mention, or that they let it be."""
    turns = {record.id: record for record in detail.turns if record.turn.mention_id == mention_id}
    sent = [
        reply.text
        for reply in detail.replies
        if reply.turn_id in turns and reply.is_answer and reply.approved_by and reply.state is ReplyState.SENT
    ]
    if sent:
        return Told(text=sent[-1])
    return Told(silent=any(record.disposition is Disposition.IGNORED for record in turns.values()))


async def replay(
    found: Sequence[Recorded],
    *,
    pack: Pack,
    before: Answer,
    after: Answer,
    change: str,
    progress: Callable[[int, int], None],
) -> Replay:
    """Answer every mention as it would be answered now and under the change; both as if every slice were certified."""
    old: list[Turn] = []
    new: list[Turn] = []
    for start in range(0, len(found), BATCH):
        batch = [each.mention for each in found[start : start + BATCH]]
        old.extend(await before(batch))
        new.extend(await after(batch))
        progress(len(batch), len(found))
    return compare(old, new, [each.told for each in found], pack=pack, change=change)
