"""May this answer go out on its network? Asked when a reply is put into the outbox and again when it is sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from assistant.domain.beside import OWNER, PEOPLE
from assistant.domain.conversation import Reply
from assistant.domain.guardrail import Finding
from assistant.domain.incoming import LATE_ANSWER, PRIVATE_REPLY, StoredPost
from assistant.domain.mention import Author, Mention
from assistant.domain.networks import NETWORKS, REFUSAL_SENTENCES, Budget, Facts, Network, Refusal, refusals
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import Decision, Reason, Severity, Visibility
from assistant.ports import Reading

COUNTS_ITSELF = frozenset(
    {Refusal.ALREADY_REPLIED, Refusal.ANSWERED_LATELY, Refusal.PRIVATE_REPLY_USED, Refusal.BUDGET}
)
"""Rules about what went out before."""


def refused(look: Reading, reply: Reply, *, at: datetime, again: bool = False) -> str | None:
    """The codes and sentences of every rule `reply` would break; None where it may go out.

    A channel that was never connected delivers to nobody and has no rules. `again`: an earlier attempt may have
    posted the reply, so what would count it against itself isn't asked; the network is asked for it instead.
    """
    codes = _refusals(look, reply.brand_id, reply.channel, reply.in_reply_to, automated=reply.automated, at=at)
    codes = tuple(code for code in codes if not (again and code in COUNTS_ITSELF))
    return " ".join(_said(code) for code in codes) or None


def held_to_rules(look: Reading, turn: Turn, *, at: datetime) -> Turn:
    """The turn, or where its automatic answer would break a rule of the network, one that asks for review.

    Each rule becomes a finding whose guardrail is named by its code. Where the message was deleted, changed or
    forgotten while it was thought about, the turn keeps nothing of its words.
    """
    mention: Mention = turn.mention
    if _is_forgotten(look, mention):
        return _blank(turn)
    if turn.route.decision is not Decision.AUTO_REPLY:
        return turn
    codes = _refusals(look, mention.brand_id, mention.channel, mention.external_id, automated=True, at=at)
    if not codes:
        return turn
    reasons = (*turn.route.reasons, Reason.CHANNEL_RULE)
    route = turn.route.model_copy(update={"decision": Decision.REVIEW, "reasons": reasons})
    told = tuple(
        Finding(guardrail=f"channel.{code.value}", severity=Severity.REVIEW, message=REFUSAL_SENTENCES[code])
        for code in codes
    )
    return turn.model_copy(update={"route": route, "findings": (*turn.findings, *told)})


def _is_forgotten(look: Reading, mention: Mention) -> bool:
    now = look.mention(mention.id)
    if not (now.text or now.author.handle) and (mention.text or mention.author.handle):
        return True
    post = look.post(mention.brand_id, mention.channel, mention.external_id)
    return post is not None and (post.deleted_at is not None or post.mention_id != mention.id)


def _blank(turn: Turn) -> Turn:
    mention = turn.mention.model_copy(update={"text": "", "thread": (), "author": Author(), "merged": ()})
    route = turn.route.model_copy(update={"decision": Decision.NO_REPLY, "reasons": (Reason.EMPTY,)})
    nothing = {"mention": mention, "route": route, "understanding": None, "draft": None, "findings": ()}
    return turn.model_copy(update=nothing)


def _refusals(
    look: Reading, brand_id: str, channel: str, external_id: str, *, automated: bool, at: datetime
) -> tuple[Refusal, ...]:
    state = look.channel_state(brand_id, channel)
    if state is None:
        return ()
    network = NETWORKS[state.kind]
    post = look.post(brand_id, channel, external_id)
    private = post is not None and post.visibility is Visibility.PRIVATE
    facts = Facts(
        automated=automated,
        private=private,
        known_post=post is not None,
        summoned=post is not None and post.summoned,
        answered=False,
        opted_out=False,
        wrote_at=None,
        approval=state.approval,
        sent_in=_sent_in(look, network.budgets_of(private=private), brand_id, channel, at=at),
    )
    if post is not None:
        facts = facts.model_copy(update=_of_post(look, network, post, at=at))
    return refusals(network, facts, at=at)


def _of_post(look: Reading, network: Network, post: StoredPost, *, at: datetime) -> dict[str, object]:
    """What is known of the post, its author and the answers it has."""
    ours = look.own_posts(post.brand_id, post.channel, in_reply_to=post.address.get("external_id", post.external_id))
    private_reply = post.address.get(PRIVATE_REPLY) == "yes"
    heard_at = look.last_wrote_at(post.brand_id, post.channel, post.author_id) if post.author_id else None
    return {
        "answered": bool(ours),
        "answered_lately": _answered_lately(look, network, post, at=at),
        "owned": post.address.get(OWNER) == PEOPLE,
        "opted_out": look.opted_out(post.brand_id, post.channel, post.author_id),
        "wrote_at": post.seen_at if private_reply else heard_at or post.seen_at,
        "private_reply": private_reply,
        "late_answers": post.address.get(LATE_ANSWER) == "yes",
        "private_replies": sum(answer.visibility is Visibility.PRIVATE for answer in ours),
    }


def _answered_lately(look: Reading, network: Network, post: StoredPost, *, at: datetime) -> bool:
    if network.again_after_h is None or not post.author_id:
        return False
    since = at - timedelta(hours=network.again_after_h)
    return look.answered_since(post.brand_id, post.channel, post.author_id, since=since)


def _sent_in(look: Reading, budgets: Sequence[Budget], brand_id: str, channel: str, *, at: datetime) -> tuple[int, ...]:
    starts = ((budget, at - timedelta(seconds=budget.per_s)) for budget in budgets)
    return tuple(
        look.count_own_posts(brand_id, channel, since=start, private=budget.private) for budget, start in starts
    )


def _said(code: Refusal) -> str:
    return f"{code.value}: {REFUSAL_SENTENCES[code]}"
