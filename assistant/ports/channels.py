"""What sending and listening need of a network."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol, runtime_checkable

from assistant.domain.beside import Place
from assistant.domain.budget import Budget
from assistant.domain.conversation import Reply
from assistant.domain.incoming import Batch, ChannelState, Incoming, Probe, Revisited, StoredPost


class Channel(Protocol):
    """Sends replies on one network, as the outbox sees it."""

    @property
    def name(self) -> str:
        """The channel's name, as in the pack."""
        ...

    def send(self, reply: Reply) -> str:
        """Post `reply` and return the channel's own id for it.

        Sending the same `reply.delivery_key` twice must post once and return the same id. Gives up within 4 seconds.
        Raises `ChannelUnavailable`, also where it can't tell whether the reply was posted, `ChannelBusy` where the
        network refused it for now and said for how long, and `ChannelRefuses` where it wasn't posted and trying again
        is useless.
        """
        ...

    def find(self, delivery_key: str) -> str | None:
        """The channel's id of a reply already posted under this key, or None. Gives up within 4 seconds.

        Raises `ChannelUnavailable` where it can't tell.
        """
        ...


@runtime_checkable
class Metered(Protocol):
    """A channel whose network says how much it still takes."""

    def budget(self) -> Budget | None:
        """What the headers of the network's last answer said; None before the first."""
        ...


@runtime_checkable
class Retracting(Protocol):
    """A channel that may be able to take back what it posted."""

    @property
    def retracts(self) -> bool:
        """Whether its network lets us delete at all."""
        ...

    def retract(self, reply: Reply) -> None:
        """Delete the reply on the network; deleting it twice is as deleting it once.

        Raises `ChannelRefuses` where the network can't, `ChannelUnavailable` where it can't now.
        """
        ...


@runtime_checkable
class Deleting(Protocol):
    """The part of a `Link` whose network lets us delete our own posts. Raises as `Link` does."""

    def delete(self, sent_id: str, to: StoredPost) -> None:
        """Delete our answer `sent_id` to `to`; one that is gone already is no error."""
        ...


@runtime_checkable
class Paced(Protocol):
    """A link whose looks cost money."""

    @property
    def poll_s(self) -> float:
        """Pause between two looks."""
        ...


class Pace(NamedTuple):
    """How fast posts may be asked for again without using up the network's patience."""

    at_once: int
    pause_s: float

    @property
    def a_day(self) -> int:
        """Posts that can be asked for in a day."""
        return int(86_400 / self.pause_s) * self.at_once


@runtime_checkable
class Revisiting(Protocol):
    """The part of a `Link` whose network doesn't tell of every edit and deletion, but shows what is asked for."""

    @property
    def pace(self) -> Pace:
        """How many posts at once, and how often."""
        ...

    def revisit(self, posts: Sequence[StoredPost]) -> Revisited:
        """What became of these posts, at most `pace.at_once` of them. Raises as `Link` does; `ChannelRefuses` where the
        network takes offence at one of them. What the network doesn't clearly call gone is there."""
        ...


class Link(Protocol):
    """One network's adapter: reads what was written to the brand and sends what the brand answers.

    Every method gives up within 4 seconds (`read`: within `wait_s` more), and raises `ChannelUnavailable`: of its
    kinds, `ChannelBusy` where the network asks for patience, `ChannelRefusesKey` where the token is wrong or expired,
    `ChannelRefuses` where the reply itself is refused (too long, its parent is gone).
    """

    @property
    def kind(self) -> str:
        """Which entry of `domain.networks.NETWORKS` holds here."""
        ...

    def read(self, cursor: str, *, wait_s: float = 0) -> Batch:
        """What happened since `cursor`, oldest first; the empty cursor means: from now on, or what the inbox holds.

        May wait for news as long as told. Reading again from the same cursor gives the same events again: the caller
        keeps the new cursor in the transaction that keeps the events, so that nothing is lost and little comes twice.
        Adapters whose network only calls us return what they were given.
        """
        ...

    def send(self, reply: Reply, to: StoredPost) -> str:
        """Answer `to` and return the network's id. The same `delivery_key` posts once, as far as the network helps."""
        ...

    def find(self, reply: Reply, to: StoredPost) -> str | None:
        """The id under which this reply already stands on the network, or None.

        Raises `ChannelMute` where the network has no way to look.
        """
        ...

    def check(self) -> Sequence[Probe]:
        """Token, scopes, bot label and what else the network tells about being connected well. Never raises."""
        ...

    def close(self) -> None:
        """Give back connections."""
        ...


@runtime_checkable
class Beside(Protocol):
    """The part of an adapter to another desk, where people work too. Raises as `Link` does."""

    @property
    def place(self) -> Place:
        """Who answers there."""
        ...

    def note(self, text: str, to: StoredPost) -> str:
        """Leave a note only people at the desk see, and return its id."""
        ...

    def find_note(self, reference: str, to: StoredPost) -> str | None:
        """The id of a note about this post that holds these words, or None."""
        ...

    def hand_over(self, to: StoredPost) -> None:
        """From now on people have the conversation. Doing it twice is as doing it once."""
        ...


@runtime_checkable
class Hook(Protocol):
    """The part of an adapter whose network calls us."""

    def challenge(self, query: Mapping[str, str]) -> str | None:
        """The body to answer a GET with that asks whether this address is ours; None where it doesn't prove it."""
        ...

    def verify(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
        """The delivery's own id, for de-duplication. Header names are lower case.

        Raises `SignatureWrong`; compares in constant time, over the raw bytes, before anything is parsed.
        """
        ...

    def parse(self, body: bytes) -> Sequence[Incoming]:
        """What the delivery tells, oldest first. Raises `PayloadInvalid` for what the network never sends."""
        ...


@runtime_checkable
class Forgetting(Protocol):
    """The part of a `Hook` whose network passes on that a person wants to be forgotten or left alone."""

    def person_in(self, body: bytes) -> str:
        """The network's id of that person. Raises `SignatureWrong` before anything is parsed, and `PayloadInvalid`."""
        ...


class ChannelReading(Protocol):
    """What the store tells about connected channels."""

    def channel_state(self, brand_id: str, channel: str) -> ChannelState | None:
        """None where the channel was never connected."""
        ...

    def post(self, brand_id: str, channel: str, external_id: str) -> StoredPost | None:
        """A post by the network's id."""
        ...

    def post_at(self, brand_id: str, channel: str, permalink: str) -> StoredPost | None:
        """A post by its address on the web."""
        ...

    def own_posts(self, brand_id: str, channel: str, *, in_reply_to: str) -> Sequence[StoredPost]:
        """The brand's answers to a post, oldest first."""
        ...

    def count_own_posts(self, brand_id: str, channel: str, *, since: datetime, private: bool | None = None) -> int:
        """How many of ours went out on a channel since then: private, public or all of them."""
        ...

    def answered_since(self, brand_id: str, channel: str, author_id: str, *, since: datetime) -> bool:
        """Whether a post of this author got an automatic answer of ours after `since`."""
        ...

    def last_wrote_at(self, brand_id: str, channel: str, author_id: str) -> datetime | None:
        """When this author was last heard on the channel."""
        ...

    def posts_to_note(self, brand_id: str, channel: str, *, limit: int) -> Sequence[StoredPost]:
        """Mentions of a help desk whose people were told nothing about yet, oldest first."""
        ...

    def mentions_by(self, brand_id: str, channel: str, author_id: str) -> Sequence[str]:
        """Ids of the mentions this author wrote, oldest first."""
        ...

    def posts_to_revisit(self, brand_id: str, channel: str, *, at: datetime, limit: int) -> Sequence[StoredPost]:
        """Posts whose words we hold and whose network is to be asked again by `at`, the longest due first."""
        ...

    def count_posts_held(self, brand_id: str, channel: str) -> int:
        """How many posts are asked for again from time to time."""
        ...

    def last_delivery_at(self, brand_id: str, channel: str) -> datetime | None:
        """When the network last called with a valid signature; None where it never did, as far as is still known."""
        ...

    def opted_out(self, brand_id: str, channel: str, author_id: str) -> bool:
        """Whether this author asked for no more automatic answers."""
        ...

    def reply_by_key(self, delivery_key: str) -> Reply | None:
        """The outbox row of that key."""
        ...


class ChannelWriting(ChannelReading, Protocol):
    """What keeping up with connected channels writes."""

    def save_channel_state(self, state: ChannelState, *, at: datetime) -> None:
        """Replace the channel's row."""
        ...

    def save_post(self, post: StoredPost) -> None:
        """Add a post or replace what was known of it."""
        ...

    def note_delivery(self, brand_id: str, channel: str, delivery_id: str, *, at: datetime) -> bool:
        """False where a delivery of this id came in before."""
        ...

    def opt_out(self, brand_id: str, channel: str, author_id: str, *, at: datetime) -> None:
        """Remember that this author wants no automatic answers."""
        ...

    def purge(self, mention_id: str) -> bool:
        """Blank every copy of a mention's words: mention, turns with drafts, threads, previews, unsent replies.

        Ids, decisions and times stay. False where the mention is unknown.
        """
        ...
