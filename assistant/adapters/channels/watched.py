"""What was told of each post, on networks that show a list and leave it to us what of it is news."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import NamedTuple

from assistant.domain.incoming import Post

KEPT = 500
"""Newest posts that are watched."""


class Watched(NamedTuple):
    """Which version of each post was told last, oldest first, and whose turn it is."""

    versions: Mapping[str, str] = {}
    turn: int = 0

    def due(self, count: int) -> tuple[Sequence[str], "Watched"]:
        """The ids to look up now, and the watch with the turn passed on."""
        ids = list(self.versions)
        start = self.turn if self.turn < len(ids) else 0
        return ids[start : start + count], self._replace(turn=start + count)

    def seen(self, external_id: str, version: str) -> "Watched":
        """This version was told; the oldest posts give way."""
        if external_id in self.versions:
            return self._replace(versions={**self.versions, external_id: version})
        return self._replace(versions=dict([*self.versions.items(), (external_id, version)][-KEPT:]))

    def kept(self) -> Mapping[str, object]:
        """For a cursor; `Watched(**kept)` is the same watch."""
        return self._asdict()


def version_of(*parts: object) -> str:
    """Tells this wording of a post from others, where its network doesn't number them."""
    words = "\0".join(str(part) for part in parts)
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:12]


def written(post: Post) -> str:
    """When a post was made, for comparing with others of its network; empty where the network doesn't say."""
    return post.created_at.astimezone(UTC).isoformat() if post.created_at else ""
