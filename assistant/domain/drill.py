"""A fire drill: posts that arrive minute by minute, what should become of them, and what did."""

from enum import StrEnum

from pydantic import AwareDatetime, Field

from assistant.domain.followed import Followed
from assistant.domain.value import Value
from assistant.domain.vocabulary import Decision, Reason


class DrillPost(Value):
    """One post of a drill, `minute` minutes after its beginning; any of `decision` is right."""

    minute: int = Field(ge=0, le=24 * 60)
    channel: str = Field(min_length=1)
    handle: str = Field(min_length=1)
    followers: int | None = Field(default=None, ge=0)
    text: str = Field(min_length=1)
    decision: tuple[Decision, ...] = Field(min_length=1)

    @property
    def needs_person(self) -> bool:
        """Whether nothing but a person will do."""
        return self.decision == (Decision.HANDOFF,)


class Drill(Value):
    """A scenario. Automation on `topics` must be on hold within `hold_within_minutes`; without topics nothing may be.

    `tell` names the queues whose ladder must hear of it; `away` are people who don't answer. `usual_per_hour` is what
    comes in besides, day and night the same.
    """

    id: str = ""
    name: str = Field(min_length=1)
    story: str = ""
    begins: AwareDatetime
    usual_per_hour: int = Field(default=20, ge=1, le=600)
    topics: tuple[str, ...] = ()
    hold_within_minutes: int = Field(default=20, ge=1)
    tell: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    posts: tuple[DrillPost, ...] = Field(min_length=1)

    @property
    def minutes(self) -> int:
        """How long it lasts, with time for the last post to be noticed."""
        return max(post.minute for post in self.posts) + self.hold_within_minutes


class MomentKind(StrEnum):
    """What the story of a drill tells of."""

    VERDICT = "verdict"
    HELD = "held"
    TOLD = "told"
    SEEN = "seen"
    NOBODY = "nobody"


class Moment(Value):
    """Something that happened, `minute` minutes after the beginning."""

    minute: int
    kind: MomentKind
    said: str


class Played(Value):
    """What became of one post."""

    post: DrillPost
    decision: Decision
    reasons: tuple[Reason, ...]

    @property
    def right(self) -> bool:
        """Whether the decision is among those the drill allows."""
        return self.decision in self.post.decision

    @property
    def spoke_wrongly(self) -> bool:
        """Whether the assistant would have answered by itself what it must not."""
        return self.decision is Decision.AUTO_REPLY and not self.right

    @property
    def left_alone(self) -> bool:
        """Whether somebody who had to be heard was met with silence."""
        return self.decision is Decision.NO_REPLY and not self.right


class Goal(Value):
    """One thing the drill asks for, and how it went."""

    name: str
    met: bool
    said: str


class DrillReport(Value):
    """A drill as it went."""

    drill: Drill
    played: tuple[Played, ...]
    moments: tuple[Moment, ...]
    goals: tuple[Goal, ...]

    @property
    def passed(self) -> bool:
        """Whether every goal was met."""
        return all(goal.met for goal in self.goals)


class DrillPlay(Followed):
    """One play of the drill of that id: `minutes` of `total` are played, and `report` says how it went, at its end."""

    drill: str
    name: str
    minutes: int = 0
    total: int
    report: DrillReport | None = None
