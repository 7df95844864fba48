"""What the store keeps of articles: every version, which are current, and how they are forgotten."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from assistant.domain.article_history import ArticleUse, ArticleVersion, CitedQuestion
from assistant.domain.gaps import Asked


class ArticleReading(Protocol):
    """Looks at the versions."""

    def current_articles(self, brand_id: str) -> Sequence[ArticleVersion]:
        """The version of each article that holds now, by id; withdrawn articles are left out."""
        ...

    def articles_mark(self, brand_id: str) -> str:
        """Another one whenever a version came, ended or was forgotten."""
        ...

    def articles_waiting(self, brand_id: str) -> int:
        """How many current versions search and drafts don't have yet."""
        ...

    def article_versions(self, brand_id: str, *, article_id: str | None = None) -> Sequence[ArticleVersion]:
        """Every version of one article or of all, the newest first."""
        ...

    def unanswered_questions(self, *, brand_id: str, since: datetime, limit: int) -> Sequence[Asked]:
        """Mentions whose newest turn shows a gap (`shows_gap`), the newest first, from among the newest `limit` turns
        that name one of `GAP_REASONS`."""
        ...

    def uses(self, brand_id: str, article_id: str, *, limit: int) -> Sequence[ArticleUse]:
        """Answers whose draft cited the article, the newest first, from among the newest `limit` replies.

        Words that only say when somebody will answer stand on nothing.
        """
        ...

    def accepted_citations(self, *, brand_id: str, limit: int) -> Sequence[CitedQuestion]:
        """Of the newest `limit` drafts that people accepted, those that rest on articles, the newest first."""
        ...


class ArticleWriting(ArticleReading, Protocol):
    """Writes them."""

    def add_article_version(self, version: ArticleVersion) -> None:
        """Keep a version; the current one of that article, where there is one, ends at its `seen_at`."""
        ...

    def put_in_use(self, brand_id: str, hashes: Collection[str], *, at: datetime) -> int:
        """Search and drafts have the current versions with these content hashes, those that waited for it since now;
        how many did."""
        ...

    def withdraw_article(self, brand_id: str, article_id: str, *, at: datetime) -> bool:
        """End the current version without another; False where there is none."""
        ...

    def forget_article(self, brand_id: str, article_id: str) -> int:
        """Delete every version of an article for good; how many there were."""
        ...
