"""Who works at the desk, and what their role lets them do."""

from datetime import datetime
from enum import StrEnum

from assistant.domain.value import Value


class Role(StrEnum):
    """What an agent is to the desk."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    QA = "qa"
    ADMIN = "admin"
    VENDOR = "vendor"


class Permission(StrEnum):
    """What a page or an action asks for."""

    READ = "read"
    NOTE = "note"
    REPLY = "reply"
    MEASURE = "measure"
    SUPERVISE = "supervise"


_MAY: dict[Role, frozenset[Permission]] = {
    Role.AGENT: frozenset({Permission.READ, Permission.NOTE, Permission.REPLY}),
    Role.SUPERVISOR: frozenset(Permission),
    Role.QA: frozenset({Permission.READ, Permission.NOTE, Permission.MEASURE}),
    Role.ADMIN: frozenset(Permission),
    Role.VENDOR: frozenset({Permission.NOTE, Permission.REPLY}),
}
"""A vendor reads its own queues only, which needs no permission of its own: every query is narrowed to them."""


class Agent(Value):
    """One person of the desk. A vendor sees the conversations of `queues` alone; for others `queues` says nothing."""

    name: str
    role: Role
    queues: tuple[str, ...] = ()

    def may(self, permission: Permission) -> bool:
        """Whether the role allows it."""
        return permission in _MAY[self.role]

    @property
    def sees_masked(self) -> bool:
        """Whether personal data is hidden from them."""
        return self.role is Role.VENDOR

    @property
    def only_queues(self) -> tuple[str, ...] | None:
        """The queues they are kept to; None where they see all."""
        return self.queues if self.role is Role.VENDOR else None


LOCAL_ADMIN = Agent(name="console", role=Role.ADMIN)
"""Whoever sits at this machine, as long as no agent is set up."""


class Session(Value):
    """A sign-in that lasts until `expires_at`; `id` is the hash of what the browser holds."""

    id: str
    agent: Agent
    expires_at: datetime
