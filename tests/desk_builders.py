"""Small values for the desk's tests; every field a test doesn't name has a plain default."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from assistant.domain.brand import (
    AutomationPolicy,
    Brand,
    ChannelPolicy,
    Disclosure,
    Intent,
    Pack,
    QueuePolicy,
    QueueRules,
    Voice,
)
from assistant.domain.conversation import Reply, ReplyState
from assistant.domain.draft import Claim, Draft
from assistant.domain.mention import Author, Mention
from assistant.domain.routing import Route
from assistant.domain.turn import Turn
from assistant.domain.understanding import (
    FiredSensitivity,
    InjectionVerdict,
    Reach,
    Situation,
    Understanding,
)
from assistant.domain.vocabulary import (
    ClaimKind,
    Decision,
    Reason,
    Sensitivity,
    Sentiment,
    Stance,
    Tier,
    Urgency,
    Visibility,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DISCLOSURE = "I am an automated assistant."


class SetClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def ticking(start: datetime = NOW) -> Callable[[], datetime]:
    """A clock that moves on a second every time it is read."""
    clock = SetClock(start)

    def tick() -> datetime:
        clock.forward(1)
        return clock.now

    return tick


def make_pack() -> Pack:
    minutes = {"low": 480, "medium": 120, "high": 30}
    return Pack(
        brand=Brand(
            id="skylark",
            name="Skylark",
            time_zone="Europe/Dublin",
            languages=("en", "de"),
            answers_in=("en",),
            disclosure={"en": Disclosure(short=DISCLOSURE, long=DISCLOSURE)},
            voice=Voice(
                empathy=("Sorry to hear that.",),
                next_step_public=("Send us a direct message.",),
                next_step_private=("A colleague will read this.",),
                thanks=("Thank you!",),
                holding=("A colleague will answer.",),
            ),
        ),
        intents=(Intent(id="bag_size", topic="baggage", name="Bag size", tier=Tier.SELF_SERVE, examples=("bag?",)),),
        out_of_scope=(),
        channels=(
            ChannelPolicy(name="x"),
            ChannelPolicy(name="email", default_visibility=Visibility.PRIVATE),
            ChannelPolicy(name="forum", enabled=False),
        ),
        queues=QueueRules(
            queues=(
                QueuePolicy(name="care", due_minutes=minutes),
                QueuePolicy(name="safety", due_minutes={"low": 10, "medium": 10, "high": 5}),
                QueuePolicy(name="legal", due_minutes={"high": 60}),
                QueuePolicy(name="baggage", due_minutes=minutes),
            ),
            by_sensitivity={Sensitivity.SAFETY_INJURY: "safety", Sensitivity.LEGAL_THREAT: "legal"},
            by_topic={"baggage": "baggage"},
            default="care",
        ),
        automation=AutomationPolicy(
            intents=("bag_size",), min_intent_confidence=0.8, min_in_scope_confidence=0.5, min_answerable=0.5
        ),
        articles=(),
        fingerprint="pack-1",
    )


def make_mention(
    external_id: str = "1",
    *,
    text: str = "How big may my bag be?",
    handle: str = "",
    channel: str = "x",
    brand_id: str = "skylark",
    visibility: Visibility = Visibility.PUBLIC,
) -> Mention:
    return Mention(
        id=f"{brand_id}-{channel}-{external_id}",
        brand_id=brand_id,
        channel=channel,
        external_id=external_id,
        text=text,
        author=Author(handle=handle),
        created_at=NOW,
        visibility=visibility,
    )


def make_understanding(
    *,
    topic: str | None = "baggage",
    urgency: Urgency = Urgency.MEDIUM,
    sensitivity: tuple[Sensitivity, ...] = (),
    reach: Reach | None = None,
) -> Understanding:
    return Understanding(
        intent="bag_size",
        intent_confidence=0.9,
        in_scope=True,
        in_scope_confidence=0.9,
        sentiment=Sentiment.NEUTRAL,
        urgency=urgency,
        sensitivity=tuple(FiredSensitivity(category=category, score=0.9) for category in sensitivity),
        stance=Stance.QUESTION,
        respond=True,
        language="en",
        reach=reach or Reach(),
        situation=Situation(topic=topic),
        injection=InjectionVerdict(score=0.0, flag=False),
    )


def make_draft(*sentences: str, disclosed: bool = True) -> Draft:
    body = sentences or ("A cabin bag may measure 55 x 40 x 20 cm.",)
    claims = tuple(Claim(text=sentence, kind=ClaimKind.FACT) for sentence in body)
    if disclosed:
        claims += (Claim(text=DISCLOSURE, kind=ClaimKind.DISCLOSURE),)
    text = " ".join(claim.text for claim in claims)
    return Draft(text=text, claims=claims, drafter="extractive", language="en", article_ids=("bag-size",))


def make_turn(
    mention: Mention | None = None,
    decision: Decision = Decision.AUTO_REPLY,
    *,
    draft: Draft | None = None,
    with_draft: bool = True,
    due_in_minutes: int | None = 120,
    queue: str = "baggage",
    ms: float = 1.0,
) -> Turn:
    mention = mention or make_mention()
    written = draft or (make_draft() if decision in {Decision.AUTO_REPLY, Decision.REVIEW} and with_draft else None)
    reasons = {
        Decision.AUTO_REPLY: (),
        Decision.REVIEW: (Reason.NOT_CERTIFIED,),
        Decision.HANDOFF: (Reason.NEEDS_PERSON,),
        Decision.NO_REPLY: (Reason.SPAM,),
    }
    due_at = (
        None if due_in_minutes is None or decision is Decision.NO_REPLY else NOW + timedelta(minutes=due_in_minutes)
    )
    return Turn(
        mention_id=mention.id,
        mention=mention,
        understanding=make_understanding(),
        draft=written,
        route=Route(
            decision=decision, reasons=reasons[decision], queue=queue, due_at=due_at, slice="skylark/x/self_serve"
        ),
        versions={"pack": "pack-1"},
        ms={"understand": ms},
    )


def make_reply(turn_id: str, conversation_id: str, *, key: str = "k1", not_before: datetime = NOW) -> Reply:
    return Reply(
        id=f"r-{key}",
        brand_id="skylark",
        conversation_id=conversation_id,
        turn_id=turn_id,
        channel="x",
        in_reply_to="1",
        text="A cabin bag may measure 55 x 40 x 20 cm.",
        written_by="extractive",
        approved_by=None,
        automated=True,
        delivery_key=key,
        state=ReplyState.DUE,
        not_before=not_before,
        intent="bag_size",
        topic="baggage",
    )
