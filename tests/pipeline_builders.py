"""Small real values for the tests of the pipeline, and fakes that satisfy its ports."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

import numpy as np

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
from assistant.domain.certificate import Permits
from assistant.domain.draft import Citation, Claim, Draft
from assistant.domain.knowledge import ApprovedReply, Article, Evidence, Hit, Passage
from assistant.domain.mention import Author, Mention, ThreadMessage
from assistant.domain.understanding import (
    FiredSensitivity,
    HeadScores,
    InjectionVerdict,
    Piece,
    Situation,
    Understanding,
)
from assistant.domain.vocabulary import Audience, ClaimKind, Sentiment, Stance, Tier, Urgency, Visibility
from assistant.ports import Vectors
from tests.builders import OneCollection

NOW = datetime(2026, 11, 14, 9, 30, tzinfo=UTC)

PERMITS = Permits(rehearsal=True)
"""Every slice may be answered, as in an eval."""

VOICE = Voice(
    empathy=("We're sorry, that's not the trip we want for you.", "That sounds frustrating, and we're sorry."),
    next_step_public=("Send us a direct message and our team will look into it with you.",),
    next_step_private=("A colleague will take it from here in this conversation.",),
    thanks=("Thank you, that's lovely to hear.", "That made our day, thank you.", "Thank you for the kind words."),
    holding=("One of our team will read it and answer you here.",),
    avoid=("unfortunately",),
)

BRAND = Brand(
    id="larkspur",
    name="Larkspur Air",
    handles=("@larkspurair",),
    site_hosts=("larkspurair.example",),
    time_zone="Europe/Dublin",
    languages=("en", "de"),
    answers_in=("en",),
    disclosure={
        "en": Disclosure(short="– AI assistant", long="This is an automated reply. Ask for a person any time.")
    },
    voice=VOICE,
)

BAGS_BODY = """# Cabin bags

Every fare includes one small bag of up to 40x30x20 cm under the seat.

## Bigger bags

Standard and Flex fares also include a trolley bag of up to 55x40x23 cm in the locker. See https://larkspurair.example/bags
for pictures. A trolley bag bought at the gate costs EUR 59.
"""


def reply(
    text: str, *, channels: Sequence[str] = ("any",), visibility: Visibility = Visibility.PUBLIC
) -> ApprovedReply:
    return ApprovedReply(channels=tuple(channels), visibility=visibility, text=text)


BAGS_SHORT = "Every fare includes one small bag of up to 40x30x20 cm. Pictures: https://larkspurair.example/bags"
BAGS_PUBLIC = (
    "Every fare includes one small bag of up to 40x30x20 cm under the seat. "
    "Standard and Flex fares also include a trolley bag of up to 55x40x23 cm."
)
BAGS_PRIVATE = f"{BAGS_PUBLIC} A trolley bag bought at the gate costs EUR 59."


def article(article_id: str = "cabin-bags", **changes: object) -> Article:
    fields: dict[str, object] = {
        "id": article_id,
        "title": "Cabin bags",
        "summary": "Every fare includes one small bag of up to 40x30x20 cm.",
        "audience": Audience.PUBLIC,
        "valid_from": date(2026, 1, 1),
        "owner": "baggage-policy",
        "version": 2,
        "intents": ("carry_on_size",),
        "questions": ("How big can my bag be?",),
        "replies": (
            reply(BAGS_SHORT, channels=("short",)),
            reply(BAGS_PUBLIC),
            reply(BAGS_PRIVATE, visibility=Visibility.PRIVATE),
        ),
        "body": BAGS_BODY,
    }
    return Article.model_validate(fields | changes)


REFUNDS = article(
    "refund-times",
    title="How long a refund takes",
    summary="A card refund reaches you in 5-10 working days.",
    intents=("refund_status",),
    replies=(reply("A card refund reaches you in 5-10 working days after approval."),),
    body="# Refunds\n\nA card refund reaches you in 5-10 working days after approval.",
)

INTENTS = (
    Intent(id="carry_on_size", topic="baggage", name="Cabin bag size", tier=Tier.SELF_SERVE, examples=("how big",)),
    Intent(id="refund_status", topic="booking", name="Refund status", tier=Tier.ACCOUNT, examples=("where is it",)),
    Intent(id="press", topic="contact", name="Press", tier=Tier.PERSON, examples=("interview",)),
    Intent(id="general_praise", topic="contact", name="Praise", tier=Tier.THANKS, examples=("great flight",)),
)


def pack(*, articles: Sequence[Article] = (article(), REFUNDS), fingerprint: str = "pack-1", **policy: object) -> Pack:
    fields: dict[str, object] = {
        "intents": ("carry_on_size", "general_praise"),
        "min_intent_confidence": 0.6,
        "min_in_scope_confidence": 0.6,
        "min_answerable": 0.5,
        "min_respond_confidence": 0.6,
        "max_followers": 100_000,
    }
    return Pack(
        brand=BRAND,
        intents=INTENTS,
        out_of_scope=("what a goal",),
        channels=tuple(
            ChannelPolicy(name=name, default_visibility=visibility)
            for name, visibility in {
                "x": Visibility.PUBLIC,
                "facebook": Visibility.PUBLIC,
                "email": Visibility.PRIVATE,
            }.items()
        ),
        queues=QueueRules(
            queues=(QueuePolicy(name="care", due_minutes={"low": 720, "medium": 240, "high": 45}),), default="care"
        ),
        automation=AutomationPolicy.model_validate(fields | policy),
        articles=tuple(articles),
        fingerprint=fingerprint,
    )


def mention(text: str = "How big can my cabin bag be?", **changes: object) -> Mention:
    fields: dict[str, object] = {
        "id": "m1",
        "brand_id": "larkspur",
        "channel": "facebook",
        "external_id": "1",
        "text": text,
        "author": Author(handle="@someone", followers=120),
    }
    return Mention.model_validate(fields | changes)


def said(role: str, text: str) -> ThreadMessage:
    return ThreadMessage.model_validate({"role": role, "text": text})


SURE = {"respond": 0.95, "stance": 0.9, "stance_answered": 0.05, "sentiment": 0.9}
"""Beyond doubt, whether an answer is wanted or not."""


def understanding(**changes: object) -> Understanding:
    """A calm question on cabin bags, understood for sure: nothing in it asks for a person."""
    fields: dict[str, object] = {
        "intent": "carry_on_size",
        "intent_confidence": 0.9,
        "in_scope": True,
        "in_scope_confidence": 0.95,
        "sentiment": Sentiment.NEUTRAL,
        "urgency": Urgency.LOW,
        "stance": Stance.QUESTION,
        "respond": True,
        "language": "en",
        "situation": Situation(topic="baggage"),
        "injection": InjectionVerdict(score=0.01, flag=False),
        "confidence": SURE,
    }
    return Understanding.model_validate(fields | changes)


def passages_of(source: Article) -> tuple[Passage, ...]:
    """The summary and the paragraphs of an article, as an index would hold them."""
    texts = (source.summary, *(part for part in source.body.split("\n\n") if not part.startswith("#")))
    return tuple(
        Passage(
            id=f"{source.id}@{source.version}#{number}",
            article_id=source.id,
            version=source.version,
            title=source.title,
            text=text,
        )
        for number, text in enumerate(texts)
    )


def evidence(*sources: tuple[Article, float], answerable: float = 0.8) -> Evidence:
    """Every passage of the articles as a hit with the article's score, best first."""
    found = [Hit(passage=passage, score=score) for source, score in sources for passage in passages_of(source)]
    return Evidence(hits=tuple(sorted(found, key=lambda hit: -hit.score)), answerable=answerable)


def draft(text: str = BAGS_SHORT, *, kind: ClaimKind = ClaimKind.POLICY, supported: bool | None = True) -> Draft:
    source = passages_of(article())[0]
    citation = Citation(passage_id=source.id, article_id=source.article_id, version=source.version, quote=source.text)
    claim = Claim(text=text, kind=kind, citations=(citation,), supported=supported)
    return Draft(text=text, claims=(claim,), drafter="extractive", language="en", article_ids=("cabin-bags",))


class WordEmbedder:
    """Hashes words into a few dimensions: the same words are near each other, nothing more. Raises on `poison`."""

    dimensions = 64
    fingerprint = "words-64"

    def __init__(self, poison: str | None = None) -> None:
        self.poison = poison
        self.calls: list[int] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.calls.append(len(texts))
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            if self.poison and self.poison in text:
                raise ValueError(text)
            for word in text.casefold().split():
                rows[row, sum(word.strip("?!.,").encode()) % self.dimensions] += 1.0
            rows[row, 0] += 0.01
        normed: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return normed


class KeywordHeads:
    """Reads a text by the words in it; `scripts` maps a word to the reading's changed fields. Raises on `poison`."""

    fingerprint = "keywords-1"

    def __init__(self, scripts: Mapping[str, Mapping[str, object]] | None = None, poison: str | None = None) -> None:
        self.scripts = scripts or {}
        self.poison = poison

    def read(self, texts: Sequence[str], vectors: Vectors) -> Sequence[HeadScores]:
        assert len(texts) == len(vectors)
        return tuple(self._one(text) for text in texts)

    def vetoes(self, pieces: Sequence[Piece], vectors: Vectors) -> Sequence[tuple[FiredSensitivity, ...]]:
        assert len(pieces) == len(vectors)
        return tuple(self._one(piece.text).fired for piece in pieces)

    def _one(self, text: str) -> HeadScores:
        if self.poison and self.poison in text:
            raise KeyError(text)
        fields: dict[str, object] = {
            "intent": "carry_on_size",
            "intent_confidence": 0.9,
            "runner_up": "refund_status",
            "in_scope_confidence": 0.95,
            "in_scope": True,
            "sentiment": {Sentiment.NEGATIVE: 0.05, Sentiment.NEUTRAL: 0.9, Sentiment.POSITIVE: 0.05},
            "urgency": {Urgency.LOW: 0.9, Urgency.MEDIUM: 0.05, Urgency.HIGH: 0.05},
            "stance": {Stance.QUESTION: 1.0},
            "respond_confidence": 0.95,
            "fired": (),
            "injection": InjectionVerdict(score=0.01, flag=False),
        }
        for word, changes in self.scripts.items():
            if word in text:
                fields |= changes
        return HeadScores(**fields)  # type: ignore[arg-type]


class OneLanguage:
    """Always the same language, for sure."""

    def __init__(self, language: str = "en") -> None:
        self.language = language

    def identify(self, text: str) -> tuple[str, float]:
        return self.language, 0.99 if text.strip() else 0.0


class ListIndex(OneCollection):
    """Exact search over a list by cosine. Raises `trouble` where given."""

    fingerprint = "list-1"

    def __init__(self, articles: Sequence[Article], embedder: WordEmbedder, trouble: Exception | None = None) -> None:
        self.trouble = trouble
        self.searches = 0
        self.gets = 0
        self._passages = {passage.id: passage for source in articles for passage in passages_of(source)}
        self._rows = embedder.embed([f"{p.title} {p.text}" for p in self._passages.values()])

    def search(self, queries: Sequence[str], vectors: Vectors, *, k: int) -> Sequence[Evidence]:
        self.searches += 1
        if self.trouble:
            raise self.trouble
        found = []
        for vector in vectors:
            scores = np.clip(self._rows @ vector, 0.0, 1.0)
            ranked = sorted(zip(self._passages.values(), scores, strict=True), key=lambda pair: -pair[1])[:k]
            hits = tuple(Hit(passage=passage, score=float(score)) for passage, score in ranked)
            found.append(Evidence(hits=hits, answerable=0.9))
        return found

    def get(self, passage_ids: Sequence[str]) -> Mapping[str, Passage]:
        self.gets += 1
        return {one: self._passages[one] for one in passage_ids if one in self._passages}

    def replace(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        self._passages, self._rows = {passage.id: passage for passage in passages}, vectors

    def count(self) -> int:
        return len(self._passages)
