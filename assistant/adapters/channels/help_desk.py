"""What all help desks share: public answers while the conversation is ours, private notes, and giving it away."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import NamedTuple

from assistant.adapters.channels.http import Api
from assistant.domain.beside import OWNER, PEOPLE, Place
from assistant.domain.conversation import Reply
from assistant.domain.incoming import Batch, Probe, Revisited, StoredPost
from assistant.errors import ChannelGone, ChannelRefuses, ChannelUnavailable
from assistant.ports import Pace

PACE = Pace(at_once=5, pause_s=30)
"""10 calls a minute, of the 80 of the smallest plan."""


class Said(NamedTuple):
    """One message of a ticket, oldest first among its like."""

    id: str
    text: str
    private: bool


class HelpDesk(ABC):
    """Satisfies `Link` and `Beside`. A post's id is `ticket/message`; each ticket is a conversation of its own.

    `people` is the group that handed-over tickets go to; a ticket of that group, or of any agent but our own account,
    belongs to people.
    """

    kind: str

    def __init__(self, api: Api, *, place: Place, people: str = "") -> None:
        self._api = api
        self.place = place
        self._people = people
        self._me: str | None = None

    def read(self, cursor: str, *, wait_s: float = 0) -> Batch:
        """Desks that call us have nothing to poll."""
        return Batch(cursor=cursor)

    def send(self, reply: Reply, to: StoredPost) -> str:
        """Who has the ticket is asked at the last moment: the answer of a person there counts more than ours."""
        ticket, _ = parts(to)
        if self.place is Place.DRAFT:
            raise ChannelRefuses(f"at {self.kind} the assistant only drafts: answer there, the draft is a private note")
        if self._people_have(ticket):
            raise ChannelRefuses(f"a person at {self.kind} has this conversation; answer there")
        return f"{ticket}/{self._say(ticket, reply.text, to, private=False)}"

    def find(self, reply: Reply, to: StoredPost) -> str | None:
        return self._found(to, private=False, matches=lambda text: _plain(text) == _plain(reply.text))

    @property
    def pace(self) -> Pace:
        """Satisfies `Revisiting`."""
        return PACE

    def revisit(self, posts: Sequence[StoredPost]) -> Revisited:
        """Satisfies `Revisiting`: tickets and messages that people there deleted. Changed words aren't looked for."""
        gone: list[str] = []
        for post in posts:
            ticket, message = parts(post)
            try:
                ids = [int(one.id) for one in self._said(ticket) if one.id.isdigit()]
            except ChannelGone:
                gone.append(post.external_id)
                continue
            shown = message.isdigit() and any(one < int(message) for one in ids)  # so far back the desk shows all
            if shown and int(message) not in ids:
                gone.append(post.external_id)
        return Revisited(gone=tuple(gone))

    def note(self, text: str, to: StoredPost) -> str:
        ticket, _ = parts(to)
        return f"{ticket}/{self._say(ticket, text, to, private=True)}"

    def find_note(self, reference: str, to: StoredPost) -> str | None:
        return self._found(to, private=True, matches=lambda text: reference in text)

    def hand_over(self, to: StoredPost) -> None:
        self._give_to_people(parts(to)[0])

    def check(self) -> Sequence[Probe]:
        try:
            self._me = None
            account = self._account()
        except ChannelUnavailable as problem:
            return (Probe(what="token", ok=False, detail=str(problem)),)
        named = bool(self._people) or not self._needs_people
        missing = "name the group that takes over: connect.settings.people"
        return (
            Probe(what="token", ok=True, detail=f"acts as agent {account}; works there as {self.place.value}"),
            Probe(what="hand-over", ok=named, detail="has somewhere to go" if named else missing),
        )

    def close(self) -> None:
        self._api.close()

    @property
    def _needs_people(self) -> bool:
        return self.place is Place.TIER_ONE

    def _account(self) -> str:
        if self._me is None:
            self._me = self._who_am_i()
        return self._me

    def _owner(self, agent: object, group: object) -> dict[str, str]:
        """For a post's address. In the draft's place everything belongs to people."""
        taken = self.place is Place.DRAFT or self._is_taken(agent, group)
        return {OWNER: PEOPLE if taken else "assistant"}

    def _is_taken(self, agent: object, group: object) -> bool:
        by_group = bool(self._people) and str(group) == self._people
        return by_group or (agent is not None and str(agent) != self._account())

    def _found(self, to: StoredPost, *, private: bool, matches: Callable[[str], bool]) -> str | None:
        """Only what was said after the message counts: the same words may have been said before."""
        ticket, message = parts(to)
        said = self._said(ticket)
        ids = [one.id for one in said]
        later = said[ids.index(message) + 1 :] if message in ids else said
        for one in later:
            if one.private is private and matches(one.text):
                return f"{ticket}/{one.id}"
        return None

    @abstractmethod
    def _who_am_i(self) -> str:
        """The id of the agent the token acts for."""

    @abstractmethod
    def _people_have(self, ticket: str) -> bool:
        """Whether the desk says now that a person there has the ticket."""

    @abstractmethod
    def _say(self, ticket: str, text: str, to: StoredPost, *, private: bool) -> str:
        """Add a message and return its id."""

    @abstractmethod
    def _said(self, ticket: str) -> Sequence[Said]:
        """The newest messages of the ticket, oldest first."""

    @abstractmethod
    def _give_to_people(self, ticket: str) -> None:
        """Doing it twice is as doing it once."""


def parts(to: StoredPost) -> tuple[str, str]:
    """Ticket and message."""
    ticket, _, message = to.external_id.partition("/")
    return ticket, message


def _plain(text: str) -> str:
    return " ".join(text.split())
