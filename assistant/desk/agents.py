"""Who may sign in, and for how long. The store keeps digests of passwords and of session tokens, never themselves."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from assistant.domain.agent import Agent, Role, Session
from assistant.errors import InputInvalid, NotAllowed
from assistant.ports import Reading, Store, Transaction
from assistant.ports.console import Passwords

SESSION_HOURS = 12
"""A shift with overtime."""
MIN_PASSWORD = 10
WRONG = "name or password is wrong"


def add_agent(
    tx: Transaction,
    *,
    name: str,
    role: Role,
    queues: Sequence[str],
    password: str,
    passwords: Passwords,
    at: datetime,
) -> Agent:
    """Add somebody, or give them a new password and role; they are signed out. Raises `InputInvalid`."""
    name = name.strip()
    if not name or len(name) > 100:
        raise InputInvalid("name: write 1 to 100 characters")
    if len(password) < MIN_PASSWORD:
        raise InputInvalid(f"password: {MIN_PASSWORD} characters or more")
    if role is Role.VENDOR and not queues:
        raise InputInvalid("queue: a vendor sees its own queues only; name one with --queue")
    agent = Agent(name=name, role=role, queues=tuple(queues))
    tx.save_agent(agent, digest=passwords.digest(password), at=at)
    return agent


def sign_in(store: Store, *, name: str, password: str, passwords: Passwords, at: datetime) -> tuple[Session, str]:
    """A session and its token. Raises `NotAllowed`, in the same words and time whether name or password is wrong.

    The password is checked outside of any transaction: that takes a while, and strangers may try.
    """
    with store.read() as look:
        known = look.agent_digest(name.strip())
    if known is None:
        passwords.digest(password)
        raise NotAllowed(WRONG)
    if not passwords.holds(known[1], password):
        raise NotAllowed(WRONG)
    with store.begin() as tx:
        if tx.agent_digest(known[0].name) != known:  # a new password, meanwhile
            raise NotAllowed(WRONG)
        return _opened(tx, known[0], at)


def sign_in_as(tx: Transaction, *, name: str, at: datetime) -> tuple[Session, str]:
    """A session for whom a provider named. Raises `NotAllowed` where nobody here has that name."""
    known = tx.agent_digest(name)
    if known is None:
        raise NotAllowed(f"{name[:100]} may not sign in here; ask a supervisor to add you")
    return _opened(tx, known[0], at)


def _opened(tx: Transaction, agent: Agent, at: datetime) -> tuple[Session, str]:
    token = secrets.token_urlsafe(32)
    session = Session(id=session_id_of(token), agent=agent, expires_at=at + timedelta(hours=SESSION_HOURS))
    tx.add_session(session.id, agent=agent.name, expires_at=session.expires_at)
    return session, token


def signed_in(look: Reading, token: str | None, *, now: datetime) -> Agent | None:
    """Whose token it is; None where it is nobody's or its session ended."""
    session = look.session(session_id_of(token), now=now) if token else None
    return session.agent if session else None


def session_id_of(token: str) -> str:
    """What the store keeps of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
