"""Article versions in the store."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, exists, func, insert, select, text, update

from assistant.adapters.sql import tables
from assistant.adapters.sql.article_tables import article_versions
from assistant.adapters.sql.purge import overwrite_freed
from assistant.adapters.sql.quality_tables import canaries
from assistant.adapters.sql.rows import AnyRow, reply_of, turn_of
from assistant.domain.article_history import ArticleUse, ArticleVersion, CitedQuestion
from assistant.domain.conversation import TurnRecord
from assistant.domain.gaps import Asked, nearest_article, shows_gap
from assistant.domain.knowledge import Article
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import Decision, Disposition

_ROW = article_versions.c
_PLANTED = exists().where(canaries.c.conversation_id == tables.turns.c.conversation_id)
"""No customer asked what a canary asks."""
_AT_ONCE = 500
"""Turns of one statement."""


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

    def articles_mark(self, brand_id: str) -> str:
        query = select(func.count(), func.max(_ROW.sequence), func.count(_ROW.withdrawn_at), func.max(_ROW.seen_at))
        return str(tuple(self._connection.execute(query.where(_ROW.brand_id == brand_id)).one()))

    def articles_waiting(self, brand_id: str) -> int:
        waiting = (_ROW.brand_id == brand_id, _ROW.withdrawn_at.is_(None), _ROW.in_use_at.is_(None))
        return self._connection.execute(select(func.count()).select_from(article_versions).where(*waiting)).scalar_one()

    def article_versions(self, brand_id: str, *, article_id: str | None = None) -> Sequence[ArticleVersion]:
        query = select(article_versions).where(_ROW.brand_id == brand_id).order_by(_ROW.sequence.desc())
        if article_id is not None:
            query = query.where(_ROW.article_id == article_id)
        return [_version_of(row) for row in self._connection.execute(query)]

    def unanswered_questions(self, *, brand_id: str, since: datetime, limit: int) -> Sequence[Asked]:
        turn, mention = tables.turns.c, tables.mentions.c
        query = (
            select(tables.turns)
            .join(tables.mentions, mention.id == turn.mention_id)
            .where(
                turn.brand_id == brand_id,
                turn.created_at >= since,
                text(f"turns.{tables.LACKING}"),
                turn.decision.in_([Decision.REVIEW.value, Decision.HANDOFF.value]),
                turn.number == mention.turn_count,
                ~_PLANTED,
            )
            .order_by(turn.sequence.desc())
            .limit(limit)
        )
        records = [turn_of(row) for row in self._connection.execute(query)]
        lacking = [record for record in records if shows_gap(record.turn)]
        answers = self._answers([record.id for record in lacking])
        return [_asked(record, answers.get(record.id, ())) for record in lacking]

    def uses(self, brand_id: str, article_id: str, *, limit: int) -> Sequence[ArticleUse]:
        reply, turn = tables.replies.c, tables.turns.c
        newest = (
            select(reply.sequence, reply.turn_id)
            .where(reply.brand_id == brand_id)
            .order_by(reply.sequence.desc())
            .limit(limit)
            .subquery()
        )
        cites = turn.body.contains(f'"passage_id":"{article_id}@', autoescape=True)
        query = (
            select(tables.replies, turn.body.label("turn"))
            .join_from(newest, tables.replies, reply.sequence == newest.c.sequence)
            .join(tables.turns, turn.id == newest.c.turn_id)
            .where(cites)
            .order_by(reply.sequence.desc())
        )
        rows = self._connection.execute(query).all()
        found = [(reply_of(row), Turn.model_validate_json(row.turn)) for row in rows]
        used = [(each, _cited(turn, article_id)) for each, turn in found]
        return [ArticleUse(reply=each, versions=versions) for each, versions in used if versions and each.is_answer]

    def accepted_citations(self, *, brand_id: str, limit: int) -> Sequence[CitedQuestion]:
        turn = tables.turns.c
        query = (
            select(tables.turns)
            .where(turn.brand_id == brand_id, turn.disposition == Disposition.ACCEPTED.value, ~_PLANTED)
            .order_by(turn.sequence.desc())
            .limit(limit)
        )
        drafted = [record.turn for record in map(turn_of, self._connection.execute(query))]
        return [
            CitedQuestion(text=each.mention.text, article_ids=frozenset(each.draft.article_ids))
            for each in drafted
            if each.draft and each.draft.article_ids
        ]

    def _answers(self, turn_ids: Sequence[str]) -> dict[str, list[str]]:
        """What people answered, by turn."""
        found: dict[str, list[str]] = {}
        for start in range(0, len(turn_ids), _AT_ONCE):
            some = turn_ids[start : start + _AT_ONCE]
            reply = tables.replies.c
            query = select(tables.replies).where(reply.turn_id.in_(some), reply.automated.is_(False))
            for row in self._connection.execute(query.order_by(reply.sequence)):
                if (answer := reply_of(row)).is_answer:
                    found.setdefault(answer.turn_id, []).append(answer.text)
        return found


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
                "in_use_at": version.in_use_at,
            },
        )

    def put_in_use(self, brand_id: str, hashes: Collection[str], *, at: datetime) -> int:
        waiting = (_ROW.brand_id == brand_id, _ROW.withdrawn_at.is_(None), _ROW.in_use_at.is_(None))
        known = self._connection.execute(select(_ROW.sequence, _ROW.content_hash).where(*waiting)).all()
        found = [row.sequence for row in known if row.content_hash in hashes]
        for start in range(0, len(found), _AT_ONCE):
            some = _ROW.sequence.in_(found[start : start + _AT_ONCE])
            self._connection.execute(update(article_versions).where(some).values(in_use_at=at))
        return len(found)

    def withdraw_article(self, brand_id: str, article_id: str, *, at: datetime) -> bool:
        current = (*_of(brand_id, article_id), _ROW.withdrawn_at.is_(None))
        ended = self._connection.execute(update(article_versions).where(*current).values(withdrawn_at=at))
        return ended.rowcount > 0

    def forget_article(self, brand_id: str, article_id: str) -> int:
        overwrite_freed(self._connection)
        return self._connection.execute(delete(article_versions).where(*_of(brand_id, article_id))).rowcount


def _asked(record: TurnRecord, answers: Sequence[str]) -> Asked:
    turn = record.turn
    return Asked(
        turn_id=record.id,
        conversation_id=record.conversation_id,
        text=turn.mention.text,
        intent=turn.understanding.intent if turn.understanding and turn.understanding.in_scope else None,
        reasons=turn.route.reasons,
        answers=tuple(answers),
        nearest=nearest_article(turn),
        at=record.created_at,
    )


def _cited(turn: Turn, article_id: str) -> tuple[int, ...]:
    claims = turn.draft.claims if turn.draft else ()
    cited = {each.version for claim in claims for each in claim.citations if each.article_id == article_id}
    return tuple(sorted(cited))


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
        in_use_at=row.in_use_at,
    )
