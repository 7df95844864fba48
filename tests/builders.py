"""Real, tiny parts for tests: an embedder by hashing, and values with every field filled in."""

import hashlib
import re
from collections.abc import Sequence
from datetime import date
from typing import Self

import numpy as np
from argon2 import PasswordHasher

from assistant.adapters.argon2_passwords import Argon2
from assistant.domain.knowledge import ApprovedReply, Article, Passage
from assistant.domain.mention import Mention, ThreadMessage
from assistant.domain.readers import Readers
from assistant.domain.understanding import InjectionVerdict, Understanding
from assistant.domain.vocabulary import Audience, Sentiment, Stance, Urgency, Visibility
from assistant.ports import Vectors

_WORD = re.compile(r"\w+")


class OneCollection:
    """A library whose readers all read the same."""

    def of(self, readers: Readers) -> Self:
        return self

    def collection(self, readers: Readers) -> Self:
        return self

    def drop(self, readers: Readers) -> None:
        raise AssertionError("there is one collection only")


class QuickPasswords(Argon2):
    """Digests that cost next to nothing to make and, as a digest says its own cost, to check: for tests that sign in on
    their way to something else."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class HashEmbedder:
    """An `Embedder` of 64 dimensions: each word adds to one of them, so texts that share words are near each other."""

    def __init__(self, name: str = "hash-64") -> None:
        self._name = name
        self.embedded: list[str] = []
        """Every text embedded so far, in order."""

    @property
    def fingerprint(self) -> str:
        return self._name

    @property
    def dimensions(self) -> int:
        return 64

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in enumerate(texts):
            for word in _WORD.findall(text.casefold()) or [""]:
                digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=2).digest()
                vectors[row, digest[0] % self.dimensions] += 1 + digest[1] / 255
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


def an_article(
    article_id: str = "cabin-bag-size",
    *,
    title: str = "Cabin bag size",
    summary: str = "One cabin bag of 10 kg is free.",
    body: str = "The bag may weigh 10 kg.",
    audience: Audience = Audience.PUBLIC,
    language: str = "en",
    regions: Sequence[str] = (),
    products: Sequence[str] = (),
    valid_from: date = date(2026, 1, 1),
    valid_until: date | None = None,
    version: int = 1,
    intents: Sequence[str] = (),
    questions: Sequence[str] = (),
    replies: Sequence[ApprovedReply] = (),
) -> Article:
    """A current public article."""
    return Article(
        id=article_id,
        title=title,
        summary=summary,
        audience=audience,
        language=language,
        regions=tuple(regions),
        products=tuple(products),
        valid_from=valid_from,
        valid_until=valid_until,
        owner="policy",
        version=version,
        intents=tuple(intents),
        questions=tuple(questions),
        replies=tuple(replies),
        body=body,
        path=f"articles/area/{article_id}.md",
    )


def a_passage(
    article_id: str = "cabin-bag-size",
    number: int = 0,
    *,
    title: str = "Cabin bag size",
    text: str = "One cabin bag of 10 kg is free.",
    questions: Sequence[str] = (),
    intents: Sequence[str] = (),
) -> Passage:
    """One passage of an article."""
    return Passage(
        id=f"{article_id}@1#{number}",
        article_id=article_id,
        version=1,
        title=title,
        text=text,
        questions=tuple(questions),
        intents=tuple(intents),
    )


def a_mention(text: str, *, thread: Sequence[ThreadMessage] = (), channel: str = "x") -> Mention:
    """A public message from nobody in particular."""
    return Mention(
        id="m1",
        brand_id="larkspur",
        channel=channel,
        external_id="1",
        text=text,
        thread=tuple(thread),
        visibility=Visibility.PUBLIC,
    )


def an_understanding(
    intent: str | None = None,
    *,
    intent_confidence: float = 0.9,
    in_scope: bool = True,
    in_scope_confidence: float = 0.9,
) -> Understanding:
    """A calm question, understood."""
    return Understanding(
        intent=intent,
        intent_confidence=intent_confidence if intent else 0.0,
        in_scope=in_scope,
        in_scope_confidence=in_scope_confidence,
        sentiment=Sentiment.NEUTRAL,
        urgency=Urgency.LOW,
        stance=Stance.QUESTION,
        respond=True,
        language="en",
        injection=InjectionVerdict(score=0.0, flag=False),
    )
