"""What app stores share: reviews that are listed, each with one answer that replaces the one before."""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from assistant.adapters.channels.http import Api
from assistant.adapters.channels.watched import Watched, written
from assistant.domain.conversation import Reply
from assistant.domain.incoming import Batch, Edited, Mentioned, Post, Revisited, StoredPost
from assistant.errors import ChannelRefuses
from assistant.ports import Pace

MOST_PAGES = 20


class Page(NamedTuple):
    """Reviews, newest first, each post with what tells its versions apart; `following` asks for the next page."""

    reviews: Sequence[tuple[str, Post]]
    following: str


class Reviews(ABC):
    """Reading and answering, of `Link`. A customer who writes again changes the review."""

    poll_s: float
    pace: Pace

    def __init__(self, api: Api) -> None:
        self._api = api

    def read(self, cursor: str, *, wait_s: float = 0) -> Batch:
        """New and changed reviews.

        Reviews older than the newest one at the first look are no news, wherever they turn up in the list.
        """
        kept: dict[str, Any] = json.loads(cursor) if cursor else {"since": "", "watched": {}}
        watched = Watched(**kept["watched"])
        told: list[Mentioned | Edited] = []
        news = list(self._listed(watched, kept["since"], pages=MOST_PAGES if cursor else 1))
        for version, post in reversed(news):  # the newest are watched last, so that the oldest give way
            before = watched.versions.get(post.external_id)
            watched = watched.seen(post.external_id, version)
            if before != version:  # a list that moves while pages are turned shows some twice
                told.append(_event(post, before, version))
        if not cursor:
            newest = max((written(event.post) for event in told), default="")
            return Batch(cursor=json.dumps({"since": newest, "watched": watched.kept()}))
        following = json.dumps({"since": kept["since"], "watched": watched.kept()})
        return Batch(events=tuple(told), cursor=following)

    def send(self, reply: Reply, to: StoredPost) -> str:
        """An answer replaces the one before: a machine's never that of a person who answered in the store itself."""
        if reply.automated and self._is_answered(to):
            raise ChannelRefuses("somebody answered this review in the store; nothing was posted over it")
        return self._answer(reply, to)

    def revisit(self, posts: Sequence[StoredPost]) -> Revisited:
        """Satisfies `Revisiting`: a changed review comes by the list."""
        return Revisited(gone=tuple(post.external_id for post in posts if not self._is_there(post)))

    def close(self) -> None:
        self._api.close()

    def _listed(self, watched: Watched, since: str, *, pages: int) -> Iterator[tuple[str, Post]]:
        """What is new, page after page, until one holds none."""
        following = ""
        for _ in range(pages):
            page = self._page(following)
            news = [(version, post) for version, post in page.reviews if _is_news(watched, since, version, post)]
            yield from news
            following = page.following
            if not (news and following):
                return

    @abstractmethod
    def _page(self, following: str) -> Page:
        """One page of the list; the empty string asks for the first."""

    @abstractmethod
    def _answer(self, reply: Reply, to: StoredPost) -> str:
        """Post it and return its id."""

    @abstractmethod
    def _is_answered(self, post: StoredPost) -> bool:
        """Whether the store shows an answer to these very words."""

    @abstractmethod
    def _is_there(self, post: StoredPost) -> bool:
        """Whether the store still shows this review, or may do so."""


def _is_news(watched: Watched, since: str, version: str, post: Post) -> bool:
    """Changed since it was told, or never told and written after the first look."""
    told = watched.versions.get(post.external_id)
    return told != version and (told is not None or written(post) > since)


def _event(post: Post, before: str | None, version: str) -> Mentioned | Edited:
    if before is None:
        return Mentioned(post=post)
    return Edited(post=post.model_copy(update={"version": version}))


def stars(rating: object) -> str:
    """How a rating reads."""
    return f"{rating} of 5 stars"
