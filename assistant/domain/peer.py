"""Customers who help customers: who agreed to, who is invited to which question, and what their answer is worth. Pure.

Who answers is never trusted for who they are: every answer is held against the knowledge base.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from assistant.domain.draft import Claim
from assistant.domain.guardrail import Finding
from assistant.domain.person import Handle
from assistant.domain.strategy import Served, Strategy, SupportTier
from assistant.domain.turn import Turn
from assistant.domain.value import Value
from assistant.domain.vocabulary import ClaimKind, Decision, Reason, Severity, Visibility

PEER_INVITE = "followup-peer-invite-"
PEER_THANKS = "followup-peer-thanks-"
"""How the ids of their outbox rows begin: texts nobody waits for, dropped where they can't go out."""
LEAST_WAIT = timedelta(minutes=5)
"""Where a customer was promised an answer sooner than in twice that, nobody is invited."""

_NEVER = frozenset(
    {
        Reason.ASKS_HUMAN,
        Reason.FINDING,
        Reason.HELD,
        Reason.EMBEDDER_AWAY,
        Reason.INDEX_AWAY,
        Reason.INJECTION,
        Reason.KILL_SWITCH,
        Reason.LANGUAGE,
        Reason.NEEDS_ACCOUNT,
        Reason.NEEDS_PERSON,
        Reason.PERSONAL_DATA,
        Reason.RECALLED,
        Reason.REDRAFT,
        Reason.SENSITIVE,
        Reason.STAGE_FAILED,
    }
)
"""Reasons for which no customer is ever asked, whatever a brand writes into its strategies."""


class Advocate(Value):
    """A customer who agreed to be invited by name. `topics` are topics or intents they know; `id` says nothing of them.

    `consent` says when and how they agreed, `by` who of ours noted it.
    """

    id: str
    brand_id: str
    handles: tuple[Handle, ...]
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    consent: str
    by: str
    at: datetime

    def on(self, channel: str) -> Handle | None:
        """Their account on that channel."""
        return next((each for each in self.handles if each.channel == channel), None)


class PeerEnd(StrEnum):
    """How an invitation ended."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    UNSURE = "unsure"
    SILENT = "silent"
    OVERTAKEN = "overtaken"
    NOT_SENT = "not_sent"


FAILED = frozenset({PeerEnd.REFUTED, PeerEnd.UNSURE, PeerEnd.SILENT, PeerEnd.NOT_SENT})
"""Ends after which a person of ours serves."""
LATE = frozenset({PeerEnd.SILENT, PeerEnd.OVERTAKEN})
"""Ends after which an answer may still come."""


class PeerInvite(Value):
    """One advocate, invited once to one question; no words of anybody stand here.

    Open until `ended`; time is up at `expires_at`. `answer_id` is the mention in which they answered, `why` says why
    this advocate. `verdict` is what the check said, also of an answer that came after the end.
    """

    id: str
    brand_id: str
    conversation_id: str
    mention_id: str
    turn_id: str
    advocate: str
    why: tuple[str, ...]
    at: datetime
    expires_at: datetime
    answer_id: str | None = None
    answered_at: datetime | None = None
    ended: PeerEnd | None = None
    ended_at: datetime | None = None
    verdict: PeerEnd | None = None

    @property
    def is_open(self) -> bool:
        return self.ended is None


def unfit(turn: Turn, serving: Served, *, languages: Collection[str]) -> str:
    """Why no customer may be asked this; empty where one may. `languages` are those the invitation can be worded in."""
    read, route = turn.understanding, turn.route
    if serving.strategy is not Strategy.PEER or serving.tier is not SupportTier.PEER:
        return "The brand doesn't ask customers here."
    if turn.mention.visibility is not Visibility.PUBLIC or not turn.mention.author.handle.strip("@ "):
        return "Only what everybody can read is passed on."
    if read is None or read.sensitivity or read.injection.flag or not read.respond:
        return "Something about it is sensitive, or not understood."
    if route.decision not in {Decision.REVIEW, Decision.HANDOFF} or not _NEVER.isdisjoint(route.reasons):
        return "It is a person's, or nobody's."
    if read.situation.incidents:
        return "An incident is open on it: the brand itself speaks."
    return "" if read.language in languages else "The invitation can't be worded in this language."


def wait_until(at: datetime, due_at: datetime | None, *, wait_minutes: int) -> datetime | None:
    """Until when a peer may answer: half of the time promised at most; None where that is too short to ask."""
    longest = at + timedelta(minutes=wait_minutes)
    until = longest if due_at is None else min(longest, at + (due_at - at) / 2)
    return until if until - at >= LEAST_WAIT else None


class Chosen(Value):
    """The advocate to invite, and why them."""

    advocate: Advocate
    why: tuple[str, ...]


def choose(
    advocates: Sequence[Advocate],
    turn: Turn,
    *,
    open_now: Mapping[str, int],
    confirmed: Mapping[str, int],
    invited: Mapping[str, int],
    max_open: int,
) -> Chosen | None:
    """Who knows the subject, speaks the language and is on that channel: the most often right, then the least asked.

    The counts are by advocate: invitations open now, answers that held, invitations at all. Never the asking customer.
    """
    read, mention = turn.understanding, turn.mention
    if read is None:
        return None
    about = {word for word in (read.situation.topic, read.intent if read.in_scope else None) if word}
    asking = Handle(channel=mention.channel, handle=mention.author.handle or "@").plain
    fit = [
        each
        for each in advocates
        if about & set(each.topics)
        and read.language in each.languages
        and each.on(mention.channel) not in {None, asking}
        and open_now.get(each.id, 0) < max_open
    ]
    best = min(fit, key=lambda each: (-confirmed.get(each.id, 0), invited.get(each.id, 0), each.at), default=None)
    if best is None:
        return None
    right, asked = confirmed.get(best.id, 0), invited.get(best.id, 0)
    known = ", ".join(sorted(about & set(best.topics)))
    history = f"{right} of {asked} invitations so far led to an answer that held." if asked else "Never asked before."
    return Chosen(
        advocate=best, why=(f"Knows {known}.", f"Speaks {read.language}, writes on {mention.channel}.", history)
    )


_ASKS_SOURCE = frozenset({ClaimKind.FACT, ClaimKind.POLICY})
_LOOKED_AT = frozenset({"facts", "grounding"})


def verdict_of(claims: Sequence[Claim], findings: Sequence[Finding]) -> PeerEnd:
    """What the knowledge base says of an answer, judged claim by claim like a reply of ours.

    Contradicted, or with a number no source holds: refuted. Every fact borne out, and one at least: confirmed.
    """
    told = [each for each in findings if each.guardrail in _LOOKED_AT]
    if any(each.severity is Severity.BLOCK for each in told):
        return PeerEnd.REFUTED
    said = [claim for claim in claims if claim.kind in _ASKS_SOURCE]
    only_facts = all(claim.kind not in {ClaimKind.PROMISE, ClaimKind.OFFER} for claim in claims)
    borne_out = bool(said) and all(claim.supported for claim in said)
    return PeerEnd.CONFIRMED if borne_out and only_facts and not told else PeerEnd.UNSURE
