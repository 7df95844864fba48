"""The peer path: a customer who agreed is invited to a question; their answer is checked, never trusted.

Held by the knowledge base, it settles the question and they are thanked. Else, or when time is up, a person of ours
serves, as without any of this: the promise to the asking customer runs all the while.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from assistant.desk import variety
from assistant.desk.advocates import MOST_INVITES, let_go
from assistant.desk.automation import stopped_for
from assistant.desk.channel_gate import refused
from assistant.desk.intake import mention_id
from assistant.desk.receive import asks_to_stop
from assistant.desk.replies import voiced
from assistant.desk.served import serving
from assistant.domain.audit import ASSISTANT
from assistant.domain.brand import Pack
from assistant.domain.conversation import Conversation, Reply, ReplyState, TurnRecord
from assistant.domain.knowledge import Passage
from assistant.domain.mention import Mention
from assistant.domain.peer import (
    LATE,
    PEER_INVITE,
    PEER_THANKS,
    Advocate,
    Chosen,
    PeerEnd,
    PeerInvite,
    choose,
    unfit,
    wait_until,
)
from assistant.domain.person import Handle
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import Decision, Reason
from assistant.gate import judge_text
from assistant.guardrails import disclosure
from assistant.ports import Reading, Transaction

_DEEPEST = 5
"""How many answers up a thread the question is looked for."""


def invite(
    tx: Transaction, record: TurnRecord, conversation: Conversation, *, pack: Pack, at: datetime
) -> PeerInvite | None:
    """Invite the best advocate where the brand asks customers and nothing forbids it; None else.

    `conversation` is as it will be saved. The words are a row of the outbox: disclosed, gated, under the kill switch.
    """
    policy = pack.strategies.peer
    if not pack.strategies.asks_peers or record.number > 1 or not conversation.waits_for_person:
        return None
    before = tx.peer_invites(conversation.id)
    if any(each.is_open for each in before) or stopped_for(tx.automation(pack.brand.id), record.turn):
        return None
    if unfit(record.turn, serving(tx, record, pack=pack), languages=pack.brand.answers_in):
        return None
    until = wait_until(at, conversation.due_at, wait_minutes=policy.wait_minutes)
    chosen = _chosen(tx, record.turn, pack) if until else None
    if chosen is None or until is None:
        return None
    made = PeerInvite(
        id=f"{conversation.id}-p{len(before) + 1}",
        brand_id=pack.brand.id,
        conversation_id=conversation.id,
        mention_id=record.turn.mention_id,
        turn_id=record.id,
        advocate=chosen.advocate.id,
        why=chosen.why,
        at=at,
        expires_at=until,
    )
    said = _invitation(tx, record, made, chosen.advocate, pack=pack, at=at)
    if said is None or refused(tx, said, at=at) is not None:
        return None
    tx.enqueue(said)
    tx.save_peer_invite(made, look_at=until)
    note(tx, made, "peer_invited", {"why": list(made.why), "until": until.isoformat()}, at=at)
    return made


def waiting(look: Reading, conversation_id: str) -> PeerInvite | None:
    """The invitation a conversation waits for; None where it waits for none."""
    return next((each for each in look.peer_invites(conversation_id) if each.is_open), None)


def overtaken(tx: Transaction, conversation_id: str, *, at: datetime) -> None:
    """The asking customer wrote again: people go on, and an invitation that didn't leave yet stays unsaid."""
    made = waiting(tx, conversation_id)
    if made is not None and made.answer_id is None:
        end(tx, made, PeerEnd.OVERTAKEN, at=at)


def end(tx: Transaction, made: PeerInvite, how: PeerEnd, *, at: datetime, verdict: PeerEnd | None = None) -> PeerInvite:
    """Close it; words that didn't leave yet are withdrawn. One that had ended keeps its end and gets the verdict."""
    said = tx.reply(f"{PEER_INVITE}{made.id}")
    if said.state in {ReplyState.DUE, ReplyState.FAILED}:
        tx.save_reply(said.model_copy(update={"state": ReplyState.WITHDRAWN}))
    closed = {} if made.ended else {"ended": how, "ended_at": at}
    ended = made.model_copy(update={**closed, "verdict": verdict})
    tx.save_peer_invite(ended, look_at=None)
    note(tx, ended, "peer_ended", {"end": ended.ended, "verdict": verdict}, at=at)
    return ended


def asked_of(tx: Transaction, mention: Mention) -> PeerInvite | None:
    """The invitation this message answers: its author was invited to the question it stands under.

    The same message again finds the same one. An answer may come after time was up.
    """
    question = _question(tx, mention) if mention.in_reply_to else None
    if question is None:
        return None
    for made in tx.peer_invites(question.conversation_id):
        advocate = tx.advocate(made.advocate)
        theirs = advocate.on(mention.channel) if advocate else None
        under = made.mention_id == question.turn.mention_id
        heard = made.answer_id in {None, mention.id} and (made.is_open or made.ended in LATE)
        if under and heard and theirs == Handle(channel=mention.channel, handle=mention.author.handle or "@").plain:
            tx.reserve([question.conversation_id])
            return tx.peer_invite(made.id)
    return None


def as_answer(turn: Turn) -> Turn:
    """The turn of a peer's answer: nobody replies to it before it was checked. Sensitive words go to people as ever."""
    read = turn.understanding
    if read is None or read.sensitivity or read.injection.flag:
        return turn
    quiet = {"decision": Decision.NO_REPLY, "reasons": (Reason.PEER_ANSWER,), "due_at": None, "sample": None}
    route = turn.route.model_copy(update={**quiet, "candidate": False, "certified": False})
    return turn.model_copy(update={"route": route, "draft": None, "findings": ()})


def answered(tx: Transaction, made: PeerInvite, record: TurnRecord, *, pack: Pack, at: datetime) -> None:
    """Note it, to be checked at the next look. Who asks to be left alone is let go at once."""
    if Reason.PEER_ANSWER not in record.turn.route.reasons or made.answer_id is not None:
        return
    if asks_to_stop(record.turn.mention.text):
        let_go(tx, made.advocate, by="customer", brand_id=pack.brand.id, at=at)
        return
    heard = made.model_copy(update={"answer_id": record.turn.mention_id, "answered_at": at})
    tx.save_peer_invite(heard, look_at=at)
    note(tx, heard, "peer_answered", {"answer": heard.answer_id}, at=at)


def left_unsaid(tx: Transaction, reply: Reply, *, at: datetime) -> None:
    """The outbox can't send an invitation: it is looked at now, so that the question goes to people at once."""
    made = tx.peer_invite(reply.id.removeprefix(PEER_INVITE)) if reply.id.startswith(PEER_INVITE) else None
    if made is not None and made.is_open:
        tx.save_peer_invite(made, look_at=at)


def thank(tx: Transaction, made: PeerInvite, *, pack: Pack, at: datetime) -> None:
    """A thank-you under the peer's own answer, once; none where the gate or the network minds."""
    record = tx.current_turn(made.answer_id or "")
    if record is None:
        return
    said = _text(tx, record, pack.brand.voice.thank_peer, made, PEER_THANKS, {}, pack=pack, at=at)
    if said is not None and refused(tx, said, at=at) is None:
        tx.enqueue(said)


def note(tx: Transaction, made: PeerInvite, event: str, facts: Mapping[str, object], *, at: datetime) -> None:
    said = {"conversation": made.conversation_id, "turn": made.turn_id, "advocate": made.advocate, **facts}
    tx.append_audit(brand_id=made.brand_id, at=at, actor=ASSISTANT, event=event, subject=made.id, facts=said)


def _chosen(tx: Transaction, turn: Turn, pack: Pack) -> Chosen | None:
    brand_id, channel = pack.brand.id, turn.mention.channel
    willing = [each for each in tx.advocates(brand_id=brand_id) if not _opted_out(tx, each, channel)]
    past = tx.all_peer_invites(brand_id=brand_id, limit=MOST_INVITES) if willing else ()
    return choose(
        willing,
        turn,
        open_now=Counter(each.advocate for each in past if each.is_open),
        confirmed=Counter(each.advocate for each in past if each.verdict is PeerEnd.CONFIRMED),
        invited=Counter(each.advocate for each in past),
        max_open=pack.strategies.peer.max_open,
    )


def _opted_out(look: Reading, advocate: Advocate, channel: str) -> bool:
    theirs = advocate.on(channel)
    return theirs is not None and look.opted_out(advocate.brand_id, channel, theirs.handle)


def _question(tx: Transaction, mention: Mention) -> TurnRecord | None:
    """The turn of the message an answer stands under, through the answers between, our own among them."""
    above: str | None = mention.in_reply_to
    for _ in range(_DEEPEST):
        if above is None:
            return None
        asked = tx.current_turn(mention_id(mention.brand_id, mention.channel, above))
        if asked is not None and tx.peer_invites(asked.conversation_id):
            return asked
        post = tx.post(mention.brand_id, mention.channel, above)
        above = post.parent_id if post is not None else None
    return None


def _invitation(
    tx: Transaction, record: TurnRecord, made: PeerInvite, advocate: Advocate, *, pack: Pack, at: datetime
) -> Reply | None:
    theirs = advocate.on(record.turn.mention.channel)
    words = {"advocate": f"@{theirs.handle}"} if theirs else {}
    return _text(tx, record, pack.brand.voice.invite_peer, made, PEER_INVITE, words, pack=pack, at=at)


def _text(
    tx: Transaction,
    record: TurnRecord,
    wordings: Sequence[str],
    made: PeerInvite,
    kind: str,
    words: Mapping[str, str],
    *,
    pack: Pack,
    at: datetime,
) -> Reply | None:
    """One of the brand's wordings with the disclosure, as an outbox row; None where the gate finds anything in it."""
    mention, read = record.turn.mention, record.turn.understanding
    if not wordings or read is None:
        return None
    first = sum(made.id.encode()) % len(wordings)
    said = disclosure.text_for(pack, channel=mention.channel, language=read.language)
    texts = [f"{each.format(**words)} {said}" for each in (*wordings[first:], *wordings[:first])]
    text = variety.first_unsaid(tx, texts, mention=mention, policy=pack.automation, at=at)
    if text is None:
        return None
    own = Passage(id="voice@1#0", article_id="voice", version=1, title="", text=text)
    if not judge_text(text, passages=[own], mention=mention, pack=pack, automated=True).clean:
        return None
    key = f"{kind}{made.id}"
    return voiced(record, text, reply_id=key, key=key, at=at)
