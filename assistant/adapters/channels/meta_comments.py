"""Comments on Facebook and Instagram: answered in public or in private, looked up, asked for again, deleted."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from assistant.adapters.channels.meta import Meta
from assistant.domain.conversation import Reply
from assistant.domain.incoming import PRIVATE_REPLY, Attachment, Post, Revisited, StoredPost
from assistant.errors import ChannelRefuses
from assistant.ports import Pace

Told = Mapping[str, Any]


class MetaComments(Meta):
    """Comments on Facebook and Instagram, which can be looked up and deleted. Satisfies `Deleting` and `Revisiting`."""

    pace = Pace(at_once=5, pause_s=15)

    def send(self, reply: Reply, to: StoredPost) -> str:
        if to.address.get(PRIVATE_REPLY) == "yes":
            body = {"recipient": {"comment_id": to.external_id}, "message": {"text": reply.text}}
            return str(self._api.call("POST", f"/{self._account}/messages", json=body)["message_id"])
        path = f"/{to.external_id}/{self._edge}"
        return str(self._api.call("POST", path, json={"message": reply.text})["id"])

    def find(self, reply: Reply, to: StoredPost) -> str | None:
        if to.address.get(PRIVATE_REPLY) == "yes":
            return super().find(reply, to)
        asked = f"id,from,{self._words}"
        for one in self._api.get(f"/{to.external_id}/{self._edge}", fields=asked, limit=100)["data"]:
            if one.get("from", {}).get("id") == self._account and one.get(self._words) == reply.text:
                return str(one["id"])
        return None

    def delete(self, sent_id: str, to: StoredPost) -> None:
        if to.address.get(PRIVATE_REPLY) == "yes":
            raise ChannelRefuses("Meta lets nobody take a private message back; write a correction")
        self._api.forget(f"/{sent_id}")

    def revisit(self, posts: Sequence[StoredPost]) -> Revisited:
        """Comments on Facebook may be changed, those on Instagram only deleted."""
        fields = "id,message,from,created_time,permalink_url,attachment" if self.kind == "facebook" else "id"
        seen = {post.external_id: self._api.look(f"/{post.external_id}", fields=fields) for post in posts}
        gone = tuple(external_id for external_id, comment in seen.items() if comment is None)
        if gone:  # what a token may not see any more is "gone" as well: it must still see the account's own posts
            self._api.get(f"/{self._account}/{'feed' if self.kind == 'facebook' else 'media'}", fields="id", limit=1)
        if self.kind == "instagram":
            return Revisited(gone=gone)
        changed = [_changed(post, comment) for post in posts if (comment := seen[post.external_id]) is not None]
        return Revisited(gone=gone, there=tuple(changed))

    @property
    def _edge(self) -> str:
        return "comments" if self.kind == "facebook" else "replies"

    @property
    def _words(self) -> str:
        return "message" if self.kind == "facebook" else "text"


def _changed(held: StoredPost, comment: Told) -> Post:
    """A comment on Facebook as it stands now."""
    author = comment.get("from", {})
    return Post(
        external_id=held.external_id,
        text=comment.get("message", ""),
        author_id=held.author_id,
        handle=held.author_id,
        name=author.get("name", ""),
        parent_id=held.parent_id,
        root_id=held.root_id,
        permalink=comment.get("permalink_url") or held.permalink,
        created_at=datetime.fromisoformat(comment["created_time"]) if "created_time" in comment else None,
        attachments=(Attachment(kind="image"),) if comment.get("attachment", {}).get("type") == "photo" else (),
        address=held.address,
    )
