"""How a turn becomes a row of the outbox, and which rows stand in the way of another one."""

from collections.abc import Collection
from datetime import datetime

from assistant.domain.brand import Pack
from assistant.domain.conversation import ConversationDetail, Reply, ReplyState, TurnRecord
from assistant.domain.vocabulary import Decision
from assistant.errors import NotAllowed
from assistant.guardrails.parts import bare_sentences, split

FOR_PEOPLE = frozenset({ReplyState.HELD, ReplyState.UNKNOWN})
"""States the outbox leaves alone until a person decides."""


def reply_id(record: TurnRecord) -> str:
    """The id of a turn's one reply."""
    return f"r-{record.id}"


def reply_to(
    record: TurnRecord,
    *,
    pack: Pack,
    text: str,
    written_by: str,
    approved_by: str | None,
    automated: bool,
    at: datetime,
) -> Reply:
    """The one reply a turn can have: its delivery key is made of brand, conversation and turn."""
    mention, understood = record.turn.mention, record.turn.understanding
    intent = pack.intent(understood.intent) if understood else None
    topic = understood.situation.topic if understood else None
    posts = posts_of(text, channel=mention.channel, pack=pack, automated=automated)
    return Reply(
        id=reply_id(record),
        brand_id=mention.brand_id,
        conversation_id=record.conversation_id,
        turn_id=record.id,
        channel=mention.channel,
        in_reply_to=mention.external_id,
        text=text,
        written_by=written_by,
        approved_by=approved_by,
        automated=automated,
        delivery_key=f"{mention.brand_id}:{record.conversation_id}:{record.id}",
        state=ReplyState.DUE,
        not_before=at,
        intent=understood.intent if understood else None,
        topic=topic or (intent.topic if intent else None),
        parts=posts if len(posts) > 1 else (),
    )


def voiced(record: TurnRecord, text: str, *, reply_id: str, key: str, at: datetime) -> Reply:
    """A row of the brand's prepared words, which answer nothing; `key` tells it from all else in the conversation."""
    mention, read = record.turn.mention, record.turn.understanding
    return Reply(
        id=reply_id,
        brand_id=mention.brand_id,
        conversation_id=record.conversation_id,
        turn_id=record.id,
        channel=mention.channel,
        in_reply_to=mention.external_id,
        text=text,
        written_by="voice",
        approved_by=None,
        automated=True,
        delivery_key=f"{mention.brand_id}:{record.conversation_id}:{key}",
        state=ReplyState.DUE,
        not_before=at,
        intent=read.intent if read else None,
        topic=read.situation.topic if read else None,
    )


def posts_of(text: str, *, channel: str, pack: Pack, automated: bool) -> tuple[str, ...]:
    """The posts the text will be; itself, too long as it is, where it can't be split: the channel refuses it then."""
    most = pack.most_parts(channel, automated=automated)
    return split(text, channel=pack.network_of(channel), most=most) or (text,)


def going_on(left: Reply, reply: Reply) -> Reply:
    """What a person sends after a reply that stopped half way: its rest where the words are the same, else what they
    wrote, in answer to the last part that is out.

    Raises `NotAllowed` where their text says again what is out.
    """
    if not left.sent_parts:
        return reply
    if reply.text.split() == left.text.split():
        return reply.model_copy(update={"parts": left.parts, "sent_parts": left.sent_parts})
    out = left.parts[: len(left.sent_parts)]
    if twice := next((said for part in out for said in bare_sentences(part) if said in reply.text), None):
        raise NotAllowed(
            f"{len(out)} of {len(left.parts)} posts of this answer are out: write what is still to be said, "
            f"without {twice!r}"
        )
    return reply.model_copy(update={"parts": (*out, *(reply.parts or (reply.text,))), "sent_parts": left.sent_parts})


def replies_to_mention(detail: ConversationDetail, mention_id: str) -> tuple[Reply, ...]:
    """Every answer any turn of this mention led to; one that was recalled leaves the mention without an answer."""
    turns = {record.id for record in detail.turns if record.turn.mention_id == mention_id}
    return tuple(reply for reply in detail.replies if _counts(reply, turns))


def _counts(reply: Reply, turns: Collection[str]) -> bool:
    return reply.turn_id in turns and reply.is_answer and reply.state is not ReplyState.RECALLED


def later_message_waits(record: TurnRecord, detail: ConversationDetail) -> bool:
    """Whether a later message of the same person still waits for somebody."""
    current = {each.turn.mention_id: each for each in detail.turns}
    replied = {reply.turn_id for reply in detail.replies if reply.is_answer and reply.state not in FOR_PEOPLE}
    ids = [mention.id for mention in detail.mentions]
    for mention_id in ids[ids.index(record.turn.mention_id) + 1 :]:
        turn = current.get(mention_id)
        if turn is None:
            return True
        wants_person = turn.turn.route.decision is not Decision.NO_REPLY and turn.disposition is None
        if wants_person and turn.id not in replied:
            return True
    return False
