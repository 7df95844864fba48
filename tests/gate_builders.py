"""Small packs, passages and mentions for the tests of the gate and its guardrails."""

from collections.abc import Sequence
from datetime import date

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
from assistant.domain.knowledge import ApprovedReply, Article, Passage
from assistant.domain.mention import Author, Mention, ThreadMessage
from assistant.domain.vocabulary import Tier, Visibility

REFUNDS = (
    "Flex tickets have a full refund until 2 hours before departure.\n"
    "Standard tickets are refunded less a EUR 60 fee per passenger, up to 24 hours before departure.\n"
    "Light tickets are not refundable, but taxes are refunded.\n"
    "A card refund reaches you in 5-10 working days after approval.\n"
    "On Standard and Flex, bags are refunded with the fare; on Light they are not.\n"
    "Request a refund at https://skylark.example/refunds or call +353 1 555 0142."
)
BAGS = (
    "Every fare includes one cabin bag of up to 8 kg, at most 55 x 40 x 20 cm.\n"
    "A checked bag of up to 23 kg costs EUR 25 online and EUR 40 at the airport.\n"
    "You can carry liquids of up to 100 ml in cabin bags."
)


def passage(text: str = REFUNDS, *, article: str = "refunds", title: str = "Refunds", number: int = 1) -> Passage:
    return Passage(id=f"{article}@1#{number}", article_id=article, version=1, title=title, text=text)


def article(*, replies: Sequence[str] = (), body: str = REFUNDS, key: str = "refunds") -> Article:
    return Article(
        id=key,
        title="Refunds",
        summary="How refunds work.",
        valid_from=date(2026, 1, 1),
        owner="fares",
        version=1,
        replies=tuple(ApprovedReply(channels=("any",), visibility=Visibility.PUBLIC, text=text) for text in replies),
        body=body,
    )


def pack(*, articles: Sequence[Article] = (), avoid: Sequence[str] = ("policy dictates",)) -> Pack:
    return Pack(
        brand=Brand(
            id="skylark",
            name="Skylark Air",
            handles=("@skylarkair",),
            site_hosts=("skylark.example",),
            time_zone="Europe/Dublin",
            languages=("en", "de"),
            answers_in=("en",),
            disclosure={
                "en": Disclosure(short="(Automated reply)", long="I'm Skylark Air's automated assistant."),
                "de": Disclosure(
                    short="(Automatische Antwort)", long="Ich bin der automatische Assistent von Skylark."
                ),
            },
            voice=Voice(
                empathy=("We're sorry about the trouble.",),
                next_step_public=("Send us a direct message and our team will look into it with you.",),
                next_step_private=("Our team will answer you here within 4 hours.",),
                thanks=("Thank you for the kind words.",),
                holding=("A colleague will read this and answer you here.",),
                avoid=tuple(avoid),
            ),
        ),
        intents=(Intent(id="refund", topic="refunds", name="Refund", tier=Tier.SELF_SERVE, examples=("refund?",)),),
        out_of_scope=(),
        channels=(ChannelPolicy(name="x"), ChannelPolicy(name="email", default_visibility=Visibility.PRIVATE)),
        queues=QueueRules(queues=(QueuePolicy(name="care", due_minutes={"low": 60}),), default="care"),
        automation=AutomationPolicy(min_intent_confidence=0.5, min_in_scope_confidence=0.5, min_answerable=0.5),
        articles=tuple(articles),
        fingerprint="test",
    )


def mention(
    text: str = "Can I get a refund?",
    *,
    channel: str = "email",
    visibility: Visibility = Visibility.PRIVATE,
    thread: Sequence[ThreadMessage] = (),
    name: str = "",
) -> Mention:
    return Mention(
        id="m1",
        brand_id="skylark",
        channel=channel,
        external_id="1",
        text=text,
        author=Author(handle="ana", name=name),
        thread=tuple(thread),
        visibility=visibility,
    )
