"""Several messages in one breath are one question: thought about together and answered once, under the last of them."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from assistant.desk.replies import replies_to_mention
from assistant.domain.audit import ASSISTANT
from assistant.domain.brand import AutomationPolicy
from assistant.domain.conversation import ConversationDetail, Reply, ReplyState, TurnRecord, conversation_id_of
from assistant.domain.mention import MAX_TEXT, Mention
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import Decision, Reason
from assistant.guardrails import privacy
from assistant.ports import Reading, Transaction
from assistant.scoring.own_words import own_words

TOGETHER = "answered together with the next message"


def together(look: Reading, mention: Mention) -> Mention:
    """The message with those just before it that nothing was said to yet, as one text; itself where there are none.

    What waits for a person is read by one: nothing is put together there.
    """
    if not mention.author.handle.strip("@ "):
        return mention
    detail = look.detail(conversation_id_of(mention))
    ids = [each.id for each in detail.mentions]
    if detail.conversation.waits_for_person or len(ids) < 2 or mention.id not in ids:
        return mention
    open_: list[str] = []
    for each in reversed(ids[: ids.index(mention.id)]):
        if not _is_open(detail, each):
            break
        open_.append(each)
    return again(look, mention, tuple(reversed(open_)))


def again(look: Reading, mention: Mention, earlier: Collection[str]) -> Mention:
    """The message together with these earlier ones, in their newest words."""
    words = [look.mention(each).text for each in earlier]
    if not any(words):
        return mention
    text = _joined([each for each in (*words, mention.text) if each])
    return mention.model_copy(update={"text": text[-MAX_TEXT:], "merged": tuple(earlier)})


def _joined(words: Sequence[str]) -> str:
    """One text of several; a signature or a quotation ends the message it stands in, never the ones after it."""
    own = [own_words(each) for each in words]
    lines = "\n".join(own)
    return lines if own_words(lines) == lines else " ".join(own)


def in_a_burst(tx: Transaction, turn: Turn) -> Turn:
    """The turn, or where the author wrote on meanwhile one that leaves the answer to the next message's.

    An answer that left while this one was thought about isn't given twice, and one to words that were changed or taken
    back meanwhile isn't given: a person looks. Of such words the turn keeps what stands there now.
    """
    turn, reworded = _in_newest_words(tx, turn) if turn.mention.merged else (turn, False)
    mention = turn.mention
    if turn.route.decision is not Decision.AUTO_REPLY or not mention.author.handle.strip("@ "):
        return turn
    detail = tx.detail(conversation_id_of(mention))
    if _newest_there(tx, detail) != mention.id:
        return _decided(turn, Decision.NO_REPLY, Reason.MERGED)
    if reworded or any(_answers(detail, each) and not _unsent(detail, each) for each in mention.merged):
        return _decided(turn, Decision.REVIEW, Reason.THREAD_CONTINUES)
    return turn


def _in_newest_words(look: Reading, turn: Turn) -> tuple[Turn, bool]:
    """The turn with its burst's words as they are now, and whether others were thought about."""
    now = again(look, look.mention(turn.mention_id), turn.mention.merged).text
    masked = privacy.mask(now).text
    if turn.mention.text in {now, masked}:
        return turn, False
    return turn.model_copy(update={"mention": turn.mention.model_copy(update={"text": masked})}), True


def _newest_there(look: Reading, detail: ConversationDetail) -> str:
    """The last message that its author didn't take back."""
    for each in reversed(detail.mentions):
        change = look.mention_change(each.id)
        if change is None or not change.deleted:
            return each.id
    return detail.mentions[-1].id


def swallow(tx: Transaction, record: TurnRecord, *, at: datetime) -> None:
    """Answers to the earlier messages of a burst stay unsaid: this turn speaks for them."""
    if not record.turn.mention.merged:
        return
    detail = tx.detail(record.conversation_id)
    for mention_id in record.turn.mention.merged:
        for reply in _unsent(detail, mention_id):
            tx.save_reply(reply.model_copy(update={"state": ReplyState.WITHDRAWN, "last_error": TOGETHER}))
    facts = {"conversation": record.conversation_id, "merged": list(record.turn.mention.merged)}
    brand_id = record.turn.mention.brand_id
    tx.append_audit(brand_id=brand_id, at=at, actor=ASSISTANT, event="burst_merged", subject=record.id, facts=facts)


def left_unsaid(detail: ConversationDetail, mention_ids: Collection[str]) -> Sequence[Reply]:
    """Answers to these messages that a later one's speaks for."""
    found = [reply for each in mention_ids for reply in replies_to_mention(detail, each)]
    return [each for each in found if each.state is ReplyState.WITHDRAWN and each.last_error == TOGETHER]


def leaves_at(mention: Mention, policy: AutomationPolicy, at: datetime) -> datetime:
    """When an automatic answer may leave: its author has been quiet for so long, counted from when they wrote."""
    wrote = min(mention.created_at, at) if mention.created_at else at
    return max(at, wrote + timedelta(seconds=policy.quiet_seconds))


def _is_open(detail: ConversationDetail, mention_id: str) -> bool:
    """Whether nothing was said to it: nobody thought about it yet, or its answer hasn't left."""
    record = next((each for each in reversed(detail.turns) if each.turn.mention_id == mention_id), None)
    if record is None or Reason.MERGED in record.turn.route.reasons:
        return True
    return bool(_unsent(detail, mention_id) or left_unsaid(detail, [mention_id]))


def _answers(detail: ConversationDetail, mention_id: str) -> Sequence[Reply]:
    return [each for each in replies_to_mention(detail, mention_id) if each.state is not ReplyState.WITHDRAWN]


def _unsent(detail: ConversationDetail, mention_id: str) -> Sequence[Reply]:
    found = [each for each in replies_to_mention(detail, mention_id) if each.automated]
    return [each for each in found if each.state is ReplyState.DUE and not (each.attempts or each.sent_parts)]


def _decided(turn: Turn, decision: Decision, reason: Reason) -> Turn:
    silent = {"due_at": None} if decision is Decision.NO_REPLY else {}
    changed = {"decision": decision, "reasons": (reason,), "certified": False, "candidate": False, "sample": None}
    return turn.model_copy(update={"route": turn.route.model_copy(update={**changed, **silent})})
