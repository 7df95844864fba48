"""What the store keeps of connected channels, mixed into its looks and transactions."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, and_, func, select

from assistant.adapters.sql.channel_tables import channel_deliveries, channel_opt_outs, channel_posts, channel_states
from assistant.adapters.sql.keyed import add_new, put
from assistant.adapters.sql.rows import AnyRow, reply_of
from assistant.adapters.sql.tables import replies
from assistant.domain.beside import NOTE
from assistant.domain.conversation import Reply
from assistant.domain.incoming import ChannelState, StoredPost
from assistant.domain.vocabulary import Visibility


class ChannelLooks:
    """Satisfies `ChannelReading`."""

    _connection: Connection

    def channel_state(self, brand_id: str, channel: str) -> ChannelState | None:
        row = self._connection.execute(_of(channel_states, brand_id=brand_id, channel=channel)).one_or_none()
        if row is None:
            return None
        return ChannelState.model_validate({name: row._mapping[name] for name in ChannelState.model_fields})

    def post(self, brand_id: str, channel: str, external_id: str) -> StoredPost | None:
        query = _of(channel_posts, brand_id=brand_id, channel=channel, external_id=external_id)
        return _first(self._connection.execute(query).all())

    def post_at(self, brand_id: str, channel: str, permalink: str) -> StoredPost | None:
        query = _of(channel_posts, brand_id=brand_id, channel=channel, permalink=permalink)
        return _first(self._connection.execute(query.limit(1)).all()) if permalink else None

    def own_posts(self, brand_id: str, channel: str, *, in_reply_to: str) -> Sequence[StoredPost]:
        query = _of(channel_posts, brand_id=brand_id, channel=channel, ours=True, parent_id=in_reply_to)
        return [_post_of(row) for row in self._connection.execute(query.order_by(channel_posts.c.seen_at))]

    def count_own_posts(self, brand_id: str, channel: str, *, since: datetime, private: bool | None = None) -> int:
        table = channel_posts.c
        mine = and_(table.brand_id == brand_id, table.channel == channel, table.ours.is_(True), table.seen_at > since)
        if private is not None:
            mine &= (table.visibility == Visibility.PRIVATE.value) == private
        return self._connection.scalar(select(func.count()).select_from(channel_posts).where(mine)) or 0

    def answered_since(self, brand_id: str, channel: str, author_id: str, *, since: datetime) -> bool:
        ours, theirs = channel_posts.c, channel_posts.alias("theirs").c
        mine = and_(ours.brand_id == brand_id, ours.channel == channel, ours.ours.is_(True), ours.seen_at > since)
        same = and_(theirs.brand_id == brand_id, theirs.channel == channel, theirs.external_id == ours.parent_id)
        to_them = select(theirs.external_id).where(same, theirs.author_id == author_id).exists()
        query = select(ours.external_id).where(mine, ours.automated.is_(True), to_them).limit(1)
        return self._connection.execute(query).one_or_none() is not None

    def last_wrote_at(self, brand_id: str, channel: str, author_id: str) -> datetime | None:
        table = channel_posts.c
        theirs = and_(table.brand_id == brand_id, table.channel == channel, table.author_id == author_id)
        newest: datetime | None = self._connection.scalar(
            select(func.max(table.seen_at)).where(theirs, table.ours.is_(False))
        )
        return newest

    def posts_to_note(self, brand_id: str, channel: str, *, limit: int) -> Sequence[StoredPost]:
        post, note = channel_posts.c, channel_posts.alias("note").c
        same = and_(note.brand_id == brand_id, note.channel == channel)
        noted = select(note.external_id).where(same, note.external_id == NOTE + post.external_id).exists()
        theirs = and_(post.brand_id == brand_id, post.channel == channel, post.mention_id.is_not(None))
        query = select(channel_posts).where(theirs, post.deleted_at.is_(None), ~noted)
        return [_post_of(row) for row in self._connection.execute(query.order_by(post.seen_at).limit(limit))]

    def mentions_by(self, brand_id: str, channel: str, author_id: str) -> Sequence[str]:
        table = channel_posts.c
        theirs = and_(table.brand_id == brand_id, table.channel == channel, table.author_id == author_id)
        query = select(table.mention_id).where(theirs, table.mention_id.is_not(None)).order_by(table.seen_at)
        return list(dict.fromkeys(self._connection.scalars(query)))

    def posts_to_revisit(self, brand_id: str, channel: str, *, at: datetime, limit: int) -> Sequence[StoredPost]:
        table = channel_posts.c
        due = and_(table.brand_id == brand_id, table.channel == channel, table.look_at <= at)
        query = select(channel_posts).where(due).order_by(table.look_at, table.external_id).limit(limit)
        return [_post_of(row) for row in self._connection.execute(query)]

    def count_posts_held(self, brand_id: str, channel: str) -> int:
        table = channel_posts.c
        held = and_(table.brand_id == brand_id, table.channel == channel, table.look_at.is_not(None))
        return self._connection.scalar(select(func.count()).select_from(channel_posts).where(held)) or 0

    def last_delivery_at(self, brand_id: str, channel: str) -> datetime | None:
        table = channel_deliveries.c
        ours = and_(table.brand_id == brand_id, table.channel == channel)
        last: datetime | None = self._connection.scalar(select(func.max(table.taken_at)).where(ours))
        return last

    def opted_out(self, brand_id: str, channel: str, author_id: str) -> bool:
        query = _of(channel_opt_outs, brand_id=brand_id, channel=channel, author_id=author_id)
        return self._connection.execute(query).one_or_none() is not None

    def reply_by_key(self, delivery_key: str) -> Reply | None:
        row = self._connection.execute(_of(replies, delivery_key=delivery_key)).one_or_none()
        return reply_of(row) if row is not None else None


class ChannelWrites(ChannelLooks):
    """Satisfies `ChannelWriting` but for `purge`, which is a file of its own."""

    def save_channel_state(self, state: ChannelState, *, at: datetime) -> None:
        key = {"brand_id": state.brand_id, "channel": state.channel}
        values = {name: value for name, value in state if name not in key}
        put(self._connection, channel_states, key, {**values, "updated_at": at})

    def save_post(self, post: StoredPost) -> None:
        key = {"brand_id": post.brand_id, "channel": post.channel, "external_id": post.external_id}
        plain = {"visibility": post.visibility.value, "address": json.dumps(dict(post.address), ensure_ascii=False)}
        put(self._connection, channel_posts, key, {name: value for name, value in post if name not in key} | plain)

    def note_delivery(self, brand_id: str, channel: str, delivery_id: str, *, at: datetime) -> bool:
        row = {"brand_id": brand_id, "channel": channel, "delivery_id": delivery_id, "taken_at": at}
        return add_new(self._connection, channel_deliveries, row)

    def opt_out(self, brand_id: str, channel: str, author_id: str, *, at: datetime) -> None:
        row = {"brand_id": brand_id, "channel": channel, "author_id": author_id, "since": at}
        add_new(self._connection, channel_opt_outs, row)


def _of(table: Table, **key: object) -> Any:  # noqa: ANN401  # a select's type names its columns, which vary here
    return select(table).where(*(table.c[name] == value for name, value in key.items()))


def _first(rows: Sequence[AnyRow]) -> StoredPost | None:
    return _post_of(rows[0]) if rows else None


def _post_of(row: AnyRow) -> StoredPost:
    return StoredPost.model_validate({**row._mapping, "address": json.loads(row.address)})
