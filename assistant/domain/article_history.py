"""What became of a brand's articles over time: one version for each text they ever had."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from assistant.domain.conversation import Reply
from assistant.domain.knowledge import Article
from assistant.domain.value import Value


class ArticleVersion(Value):
    """One text of one article as the store keeps it, the truth an index is built from.

    `seen_at` is when it was first seen, `withdrawn_at` when the next one or none took its place. `first` is True for
    what the brand began with, which is no change. `in_use_at` is when search and drafts had it first, None until then.
    """

    brand_id: str
    article: Article
    content_hash: str
    seen_at: datetime
    withdrawn_at: datetime | None = None
    first: bool = False
    in_use_at: datetime | None = None


class ArticleUse(Value):
    """A reply that stands on an article: which versions its draft cited."""

    reply: Reply
    versions: tuple[int, ...]


class CitedQuestion(Value):
    """What somebody asked and the articles of the draft that a person sent as it was."""

    text: str
    article_ids: frozenset[str]


def content_hash(article: Article) -> str:
    """Of everything an article says, wherever its file is."""
    return hashlib.sha256(article.model_dump_json(exclude={"path"}).encode("utf-8", "surrogatepass")).hexdigest()


def quarantined(current: Iterable[ArticleVersion], *, days: int, at: datetime) -> frozenset[str]:
    """Ids of articles that changed or came in fewer than `days` days before `at`."""
    since = at - timedelta(days=days)
    return frozenset(each.article.id for each in current if not each.first and each.seen_at > since)


def overdue(articles: Iterable[Article], *, on: date) -> Sequence[Article]:
    """Articles somebody should have read again before that day, the longest waiting first."""
    late = [(each.review_by, each.id, each) for each in articles if each.review_by is not None and each.review_by < on]
    return [each for _, _, each in sorted(late, key=lambda entry: entry[:2])]
