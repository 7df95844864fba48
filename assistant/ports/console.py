"""What the console needs of the store besides conversations: triage, notes, events, presence, agents and sessions."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from assistant.domain.agent import Agent, Session
from assistant.domain.audit import AuditEntry
from assistant.domain.conversation import Conversation, Reply
from assistant.domain.stop import Stop
from assistant.domain.team import Reviewed
from assistant.domain.triage import Call, Event, Note, Presence, QueueQuery, Triage, View
from assistant.domain.value import Value


class Passwords(Protocol):
    """Turns passwords into something that may be stored."""

    def digest(self, password: str) -> str:
        """A salted digest."""
        ...

    def holds(self, digest: str, password: str) -> bool:
        """Whether the password is the digest's."""
        ...


class Begun(Value):
    """A sign-in at a provider that has begun: where the browser goes, and what has to come back."""

    url: str
    state: str
    nonce: str
    verifier: str


class SignInElsewhere(Protocol):
    """A provider that says who somebody is."""

    def begin(self, *, back: str) -> Begun:
        """Begin; `back` is the address the browser returns to. Raises `Infrastructure`."""
        ...

    def finish(self, begun: Begun, *, answer: str, back: str) -> str:
        """The agent's name, from the query the browser came back with. Raises `NotAllowed`, `Infrastructure`."""
        ...


class ConsoleReading(Protocol):
    """Looks."""

    def triage(self, conversation_id: str) -> Triage:
        """Raises `NotFound`."""
        ...

    def queue(self, query: QueueQuery, *, offset: int = 0, limit: int = 50) -> Sequence[Triage]:
        """A page of the view, sorted as asked."""
        ...

    def counts(self, query: QueueQuery, views: Sequence[View], *, most: int) -> Mapping[View, int]:
        """How many stand in each view under the query's filters; counting stops at `most`."""
        ...

    def count_news(self, query: QueueQuery, *, since: int, most: int) -> int:
        """How many of the view got a decision after event `since`, `most` at most."""
        ...

    def found(self, query: QueueQuery, words: str, *, offset: int = 0, limit: int = 50) -> Sequence[Triage]:
        """A page of what holds every word in a message or its author's name, whatever the view, sorted as asked.

        Where a thousand or more messages hold them, the newest thousand count.
        """
        ...

    def person(self, *, brand_id: str, handle: str, limit: int) -> Sequence[Conversation]:
        """Conversations with one handle, newest first."""
        ...

    def notes(self, conversation_id: str) -> Sequence[Note]:
        """Oldest first."""
        ...

    def calls(self, *, brand_id: str, agent: str, limit: int) -> Sequence[Call]:
        """Where a colleague was called, what they haven't seen first, then the newest."""
        ...

    def count_calls(self, *, brand_id: str, agent: str) -> int:
        """Calls they haven't seen."""
        ...

    def events(self, *, brand_id: str, after: int, limit: int) -> Sequence[Event]:
        """Events past number `after`, oldest first."""
        ...

    def last_event(self) -> int:
        """The newest event's number; 0 where there is none."""
        ...

    def present(self, *, brand_id: str, now: datetime) -> Sequence[Presence]:
        """Who is where, by conversation and name."""
        ...

    def undoable(self, *, brand_id: str, agent: str, now: datetime) -> Reply | None:
        """The agent's newest reply that still waits for its undo window to end."""
        ...

    def automated(self, *, brand_id: str, start: int = 0, limit: int = 50) -> Sequence[Reply]:
        """What the assistant wrote and nobody approved, newest first, from the one at place `start` on."""
        ...

    def record(
        self,
        *,
        brand_id: str,
        by: str = "",
        but: str = "",
        events: Collection[str] = (),
        before: int | None = None,
        limit: int,
    ) -> Sequence[AuditEntry]:
        """Entries of the log before that one, newest first: by one actor, by all `but` one, of these events (all)."""
        ...

    def reviewed(self, *, brand_id: str, since: datetime, most: int) -> Sequence[Reviewed]:
        """What people decided on drafts since then and nobody took back, the newest `most`."""
        ...

    def last_stop(self, brand_id: str) -> Stop | None:
        """What the newest stop of all automation did; None where there was none."""
        ...

    def wakeable(self, *, brand_id: str, now: datetime, limit: int) -> Sequence[str]:
        """Snoozed conversations whose time has come."""
        ...

    def agents(self) -> Sequence[Agent]:
        """Everybody who may sign in, by name."""
        ...

    def agent_digest(self, name: str) -> tuple[Agent, str] | None:
        """An agent with the digest of their password."""
        ...

    def session(self, session_id: str, *, now: datetime) -> Session | None:
        """The session of that id where it hasn't ended."""
        ...


class ConsoleWriting(Protocol):
    """Writes; none of them changes a conversation's version."""

    def save_triage(self, triage: Triage) -> None:
        """Write assignee, snooze, claim, escalation and tags. Raises `NotFound`."""
        ...

    def add_note(self, *, conversation_id: str, author: str, at: datetime, text: str) -> None:
        """Append a note."""
        ...

    def add_call(self, call: Call, *, brand_id: str) -> None:
        """Append a call."""
        ...

    def see_calls(self, *, agent: str, conversation_id: str, at: datetime) -> int:
        """They saw what they were called for in this conversation; how many calls that were."""
        ...

    def add_event(self, *, brand_id: str, kind: str, conversation_id: str, at: datetime) -> None:
        """Append an event. Whoever reads on from the newest number seen misses none, however many write at once."""
        ...

    def be_present(self, presence: Presence, *, brand_id: str, until: datetime) -> None:
        """Somebody is there until then; past rows are dropped."""
        ...

    def clear_disposition(self, turn_id: str) -> None:
        """Take back what was recorded for a draft."""
        ...

    def save_agent(self, agent: Agent, *, digest: str, at: datetime) -> None:
        """Add an agent or replace the one of that name."""
        ...

    def drop_agent(self, name: str) -> None:
        """They can't sign in any more and are signed out. Raises `NotFound`."""
        ...

    def add_session(self, session_id: str, *, agent: str, expires_at: datetime) -> None:
        """Keep a sign-in."""
        ...

    def drop_session(self, session_id: str) -> None:
        """Sign out."""
        ...
