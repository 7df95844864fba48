"""Article versions in the store."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from assistant.adapters.sql.article_tables import article_versions
from assistant.adapters.sql.rows import AnyRow
from assistant.domain.article_history import ArticleVersion
from assistant.domain.knowledge import Article

_ROW = article_versions.c


class ArticleLooks:
    """Satisfies `ArticleReading` on a connection."""

    _connection: Connection

    def current_articles(self, brand_id: str) -> Sequence[ArticleVersion]:
        query = (
            select(article_versions)
            .where(_ROW.brand_id == brand_id, _ROW.withdrawn_at.is_(None))
            .order_by(_ROW.article_id)
        )
        return [_version_of(row) for row in self._connection.execute(query)]

    def article_versions(self, brand_id: str, *, article_id: str | None = None) -> Sequence[ArticleVersion]:
        query = select(article_versions).where(_ROW.brand_id == brand_id).order_by(_ROW.sequence.desc())
        if article_id is not None:
            query = query.where(_ROW.article_id == article_id)
        return [_version_of(row) for row in self._connection.execute(query)]


class ArticleWrites(ArticleLooks):
    """Satisfies `ArticleWriting` on a connection in a transaction."""

    def add_article_version(self, version: ArticleVersion) -> None:
        self.withdraw_article(version.brand_id, version.article.id, at=version.seen_at)
        self._connection.execute(
            insert(article_versions),
            {
                "brand_id": version.brand_id,
                "article_id": version.article.id,
                "version": version.article.version,
                "content_hash": version.content_hash,
                "body": version.article.model_dump_json(),
                "first": version.first,
                "seen_at": version.seen_at,
                "withdrawn_at": version.withdrawn_at,
            },
        )

    def withdraw_article(self, brand_id: str, article_id: str, *, at: datetime) -> bool:
        current = (*_of(brand_id, article_id), _ROW.withdrawn_at.is_(None))
        ended = self._connection.execute(update(article_versions).where(*current).values(withdrawn_at=at))
        return ended.rowcount > 0

    def forget_article(self, brand_id: str, article_id: str) -> int:
        return self._connection.execute(delete(article_versions).where(*_of(brand_id, article_id))).rowcount


def _of(brand_id: str, article_id: str) -> tuple[ColumnElement[bool], ...]:
    return _ROW.brand_id == brand_id, _ROW.article_id == article_id


def _version_of(row: AnyRow) -> ArticleVersion:
    return ArticleVersion(
        brand_id=row.brand_id,
        article=Article.model_validate_json(row.body),
        content_hash=row.content_hash,
        seen_at=row.seen_at,
        withdrawn_at=row.withdrawn_at,
        first=row.first,
    )
