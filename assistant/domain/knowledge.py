"""What a brand knows: articles, the passages they are cut into, and what a search returned."""

from dataclasses import dataclass
from datetime import date

from pydantic import ConfigDict, Field

from assistant.domain.value import Value
from assistant.domain.vocabulary import ArticleStatus, Audience, Visibility


class ApprovedReply(Value):
    """Wording the brand approved for one article.

    `channels` names channels or holds `any` (every channel) or `short` (channels of 500 characters or less). `about`
    holds words customers use for what it answers; among several replies, these and its own words choose it.
    """

    channels: tuple[str, ...]
    visibility: Visibility
    text: str
    about: str = Field(default="", exclude_if=lambda about: not about)


class Article(Value):
    """One version of one knowledge-base article. `body` is Markdown; dates are inclusive, in the brand's time zone.

    Where `regions` or `products` name any, it is for channels of these only.
    """

    id: str
    title: str
    summary: str
    status: ArticleStatus = ArticleStatus.APPROVED
    audience: Audience = Audience.PUBLIC
    language: str = "en"
    regions: tuple[str, ...] = Field(default=(), exclude_if=lambda named: not named)
    products: tuple[str, ...] = Field(default=(), exclude_if=lambda named: not named)
    valid_from: date
    valid_until: date | None = None
    review_by: date | None = None
    owner: str
    version: int = Field(ge=1)
    intents: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    replies: tuple[ApprovedReply, ...] = ()
    sources: tuple[str, ...] = ()
    body: str
    path: str = ""

    def is_current(self, on: date) -> bool:
        """Whether customers may be told this on that day."""
        if self.status is ArticleStatus.DRAFT:
            return False
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


class Passage(Value):
    """A piece of an article with its heading path; `id` is `article@version#n`, counted from 0.

    The first passage of an article (`#0`) carries its summary, so that short answers have a source, and its questions;
    every passage knows the intents its article answers.
    """

    id: str
    article_id: str
    version: int
    title: str
    headings: tuple[str, ...] = ()
    text: str
    questions: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage and how well it matched, in [0, 1]; higher is better. Plain, as a search makes many."""

    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one search returned, best first. `answerable` in [0, 1]: that the collection holds the answer."""

    hits: tuple[Hit, ...] = ()
    answerable: float = 0.0


@dataclass(frozen=True, slots=True)
class EvidenceRef:
    """A hit as a Turn keeps it: enough to find the passage again."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    article_id: str
    passage_id: str
    version: int
    title: str
    score: float
