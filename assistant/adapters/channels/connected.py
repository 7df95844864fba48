"""A link as the outbox sees it: finds out whom a reply answers, holds it to the length, remembers what went out."""

from collections.abc import Callable
from datetime import datetime

from assistant.domain.conversation import PART, Reply
from assistant.domain.incoming import PRIVATE_REPLY, StoredPost
from assistant.domain.networks import NETWORKS
from assistant.domain.vocabulary import Visibility
from assistant.errors import ChannelBusy, ChannelMute, ChannelRefuses, ChannelRefusesKey, ChannelUnavailable
from assistant.guardrails import fit
from assistant.ports import Deleting, Link, Store


class Connected:
    """Satisfies `Channel` around a `Link`."""

    def __init__(self, name: str, link: Link, store: Store, clock: Callable[[], datetime]) -> None:
        self._name = name
        self._link = link
        self._store = store
        self._clock = clock

    @property
    def name(self) -> str:
        return self._name

    def send(self, reply: Reply) -> str:
        to = self._answered(reply)
        if not fit.fits(self._link.kind, reply.text):
            measured = fit.measure(self._link.kind, reply.text)
            limit = NETWORKS[self._link.kind].limit
            raise ChannelRefuses(f"the reply measures {measured} on {self._name}, which takes {limit}: shorten it")
        self._mark(reply, to, open_=True)
        try:
            sent_id = self._link.send(reply, to)
        except (ChannelBusy, ChannelRefuses, ChannelRefusesKey):
            self._mark(reply, to, open_=False)  # surely not posted
            raise
        except (LookupError, TypeError, ValueError, AttributeError) as odd:
            raise ChannelUnavailable(f"{self._name} took the reply and answered something unexpected") from odd
        return self._remember(reply, to, sent_id)

    def find(self, delivery_key: str) -> str | None:
        with self._store.read() as look:
            row = look.reply_by_key(delivery_key.partition(PART)[0])
        if row is None:
            return None
        reply = row.next_post
        to = self._answered(reply)
        try:
            found = self._link.find(reply, to)
        except ChannelMute:
            if self._is_marked(reply):
                raise
            return None
        return self._remember(reply, to, found) if found else None

    @property
    def retracts(self) -> bool:
        """Satisfies `Retracting`."""
        return isinstance(self._link, Deleting)

    def retract(self, reply: Reply) -> None:
        """Satisfies `Retracting`."""
        if not isinstance(self._link, Deleting):
            raise ChannelRefuses(f"{self._name} can't take back what was posted; correct it there")
        if reply.sent_id is None:
            raise ChannelRefuses("nobody knows where this reply stands on the network; look there by hand")
        self._link.delete(reply.sent_id, self._answered(reply))

    def _answered(self, reply: Reply) -> StoredPost:
        """The post as its network names it: an answer to changed words goes to the post they stand in, a later part to
        the part before it, and who wrote stays whom it is for."""
        with self._store.read() as look:
            post = look.post(reply.brand_id, self._name, reply.in_reply_to)
        if post is None or post.deleted_at is not None:
            why = "was deleted" if post else f"didn't come in through {self._name}"
            raise ChannelRefuses(f"the message {why}; there is nothing to answer on the network")
        there = post.address.get("external_id", post.external_id)
        if reply.follows is None:
            return post.model_copy(update={"external_id": there})
        return post.model_copy(update={"external_id": reply.follows, "root_id": post.root_id or there})

    def _mark(self, reply: Reply, to: StoredPost, *, open_: bool) -> None:
        """Note that a post is on its way: where the network can't be asked later, an open mark means nobody knows."""
        nobody: dict[str, object] = {
            "mention_id": None,
            "author_id": "",
            "permalink": "",
            "address": {},
            "parent_id": None,
            "look_at": None,
        }
        marked = {"external_id": _mark_of(reply), "seen_at": self._clock(), "ours": False}
        closed = {"deleted_at": None if open_ else self._clock()}
        with self._store.begin() as tx:
            tx.save_post(to.model_copy(update={**nobody, **marked, **closed}))

    def _is_marked(self, reply: Reply) -> bool:
        with self._store.read() as look:
            mark = look.post(reply.brand_id, self._name, _mark_of(reply))
        return mark is not None and mark.deleted_at is None

    def _remember(self, reply: Reply, to: StoredPost, sent_id: str) -> str:
        ours = to.model_copy(
            update={
                "external_id": sent_id,
                "parent_id": to.external_id,
                "mention_id": None,
                "author_id": "",
                "permalink": "",
                "address": {},
                "look_at": None,
                "ours": True,
                "visibility": Visibility.PRIVATE if to.address.get(PRIVATE_REPLY) == "yes" else to.visibility,
                "automated": reply.automated,
                "seen_at": self._clock(),
            }
        )
        with self._store.begin() as tx:
            tx.save_post(ours)
        return sent_id


def _mark_of(reply: Reply) -> str:
    return f"sending:{reply.delivery_key}"[:600]
