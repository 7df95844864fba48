"""The people of the desk as the brand declares them: skills, languages, hours, capacity, and who is on call."""

from collections.abc import Mapping

from pydantic import Field

from assistant.domain.value import Value


class DeskAgent(Value):
    """A person who answers. `skills` are queues, topics or intents; `calendar` says when they work (None: always).

    `capacity` is how many conversations they hold at once. `signs` is their own handle: their words go out under the
    brand's account with it, in the brand's wording `via`; empty: unsigned.
    """

    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    capacity: int = Field(default=10, ge=0)
    calendar: str | None = None
    signs: str = Field(default="", max_length=100)

    @property
    def known_as(self) -> frozenset[str]:
        """What they may sign in as: who gives and who owns is kept by that."""
        return frozenset({self.id, self.name})


class LadderStep(Value):
    """Who is told, and how many minutes they have to say that they have seen it."""

    who: str = Field(min_length=1)
    acknowledge_minutes: int = Field(ge=1)


class OnCall(Value):
    """Agents, how work is dealt out among them, and the ladder of each team: who hears first, who next.

    Answers from the queues in `approvals` go out only when somebody on that queue's ladder, or anybody but the sender,
    approved them word for word.
    """

    agents: tuple[DeskAgent, ...] = ()
    assign: bool = False
    round_robin: bool = False
    ladders: Mapping[str, tuple[LadderStep, ...]] = Field(default_factory=dict)
    approvals: tuple[str, ...] = ()

    def ladder(self, team: str) -> tuple[LadderStep, ...]:
        """The team's steps; empty where it has none."""
        return self.ladders.get(team, ())
