"""Everything this package raises on purpose.

AssistantError
├── InputInvalid            what was given can't be used; says where and what to do
│   ├── RowInvalid          one line of an input file
│   ├── NothingUsable       a file no line of which can be used
│   ├── MentionInvalid      a mention no stage could work on
│   ├── PayloadInvalid      a delivery no network of this kind sends
│   ├── ChannelUnknown      a channel the brand doesn't use
│   └── ArticlesDiffer      two articles that can't become one; names file and line of each reason
├── PackInvalid             a brand pack with mistakes; names file, line and field of each
│   └── ChartInvalid        a triage chart with mistakes, in the pack or beside it
├── PromptInvalid           a prompt template with a mistake; names the file
├── SuiteInvalid            an eval suite or an eval run that can't be read; names file and line of each mistake
├── SettingInvalid          an ASSISTANT_* value that can't be used
├── NotFound                no such conversation, turn, article ...
├── Conflict                somebody or something was faster
│   ├── AlreadyHandled      the conversation was settled first
│   ├── ClaimedByAnother    somebody else is writing in it
│   ├── TrainingUnderWay    this brand's model is being trained already
│   ├── DrillUnderWay       a drill of this brand is being played already
│   ├── SuiteRunUnderWay    suites are being run with this brand already
│   ├── Ended               somebody ended work before it was done
│   ├── StaleVersion        the caller saw an older version
│   └── StaleDraft          what the draft stands on changed
├── Overloaded              more comes in than can be kept; says when to try again
├── NotAllowed              a rule of the product forbids it (kill switch, blocked text)
│   ├── SignInNeeded        agents are set up, and the caller is none
│   ├── ApprovalMissing     the answer needs a second person's word first
│   └── ConfirmFirst        accepting must be confirmed in this queue
├── Infrastructure          disk, database, index: the operator must act
│   ├── IndexUnreadable     the passage index can't be used as it is
│   ├── IndexMissing        nothing was indexed yet
│   ├── IndexAway           the index can't be searched now, and somebody waits for it
│   ├── HeadsMissing        nothing was trained yet
│   ├── StoreUnavailable    the database can't be opened or written
│   └── OwnedByAnother      another process owns the embedded index
├── ChannelUnavailable      the network can't be reached or refuses the reply
│   ├── ChannelBusy         the network asks for patience
│   ├── ChannelMute         the network has no way to look a reply up
│   ├── ChannelRefuses      the reply itself is refused: trying again is useless
│   └── ChannelRefusesKey   the token is wrong or expired
├── SignatureWrong          a delivery that isn't signed by who it says it is
├── ModelUnavailable        the model's server can't be reached or refuses
│   ├── ModelRefusesKey     the key is wrong
│   ├── ModelResting        it failed so often that it is left alone for a while
│   └── ModelBudgetSpent    the hour's tokens or money are spent
└── ModelOutputInvalid      the model answered something unusable
"""

from collections.abc import Sequence
from datetime import datetime
from difflib import get_close_matches

_NAMED = 8

MOST_LISTED = 20


class AssistantError(Exception):
    """Root of the tree."""


class InputInvalid(AssistantError):
    """What was given can't be used."""


class SourceVanished(InputInvalid):
    """Where articles came from, there is nothing any more."""


class RowInvalid(InputInvalid):
    """One line of an input file can't be used; the rest can."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")
        self.line = line
        self.problem = problem


class NothingUsable(InputInvalid):
    """No line of an input file can be used; `bad` says why of each that should have been."""

    def __init__(self, message: str, bad: Sequence[RowInvalid] = ()) -> None:
        super().__init__(message)
        self.bad = tuple(bad)


class MentionInvalid(InputInvalid):
    """A mention that no stage could work on."""


class ChannelUnknown(InputInvalid):
    """The brand doesn't use this channel."""

    def __init__(self, channel: str, known: Sequence[str]) -> None:
        super().__init__(f"channel {channel!r} is not one of the brand's channels: {', '.join(known)}")
        self.channel = channel
        self.known = tuple(known)


class ArticlesDiffer(InputInvalid):
    """Two articles that can't become one, each reason as `file:line: what stands against what`."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("these articles can't be merged as they are:\n  " + "\n  ".join(reasons))
        self.reasons = tuple(reasons)


class PackInvalid(AssistantError):
    """A brand pack with mistakes, each as `file:line: field: what is wrong`."""

    where = " in the brand pack"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(_listed(problems, where=self.where))
        self.problems = tuple(problems)


class ChartInvalid(PackInvalid):
    """A triage chart with mistakes, in the pack or beside it, each as `file:line: field: what is wrong`."""

    where = " in the triage chart"


class PromptInvalid(AssistantError):
    """A prompt template with a mistake."""

    def __init__(self, file: str, problem: str) -> None:
        super().__init__(f"{file}: {problem}")
        self.file = file
        self.problem = problem


class SuiteInvalid(AssistantError):
    """An eval suite or an eval run that can't be read, each mistake as `file:line: field: what is wrong`."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(_listed(problems))
        self.problems = tuple(problems)


class LabelsInvalid(SuiteInvalid):
    """Judged drafts that can't be read, each mistake as `file:line: field: what is wrong`."""


class SettingInvalid(AssistantError):
    """An ASSISTANT_* value that can't be used."""


class NotFound(AssistantError):
    """No such thing; `there` are the names there are, the nearest of which are told. Without a `key`: none at all."""

    def __init__(self, what: str, key: str | None = None, there: Sequence[str] = ()) -> None:
        named = f" {key!r}" if key is not None else ""
        listed = f"; {those_like(key or '', there)}" if there else ""
        super().__init__(f"no {what}{named}{listed}")
        self.what = what
        self.key = key


def those_like(key: str, there: Sequence[str]) -> str:
    """The names there are or, of many, the nearest: what somebody who mistyped one looks for."""
    if len(there) <= _NAMED:
        return f"there are: {', '.join(there)}"
    return f"the nearest of {len(there)}: {', '.join(get_close_matches(key, there, n=_NAMED, cutoff=0))}"


class Conflict(AssistantError):
    """Somebody or something was faster."""


class AlreadyHandled(Conflict):
    """Another agent, or an earlier run, settled this conversation first."""

    def __init__(self, conversation_id: str, handled_by: str, handled_at: datetime | None = None) -> None:
        when = f" at {handled_at:%Y-%m-%d %H:%M:%S} UTC" if handled_at else ""
        super().__init__(f"conversation {conversation_id} was already handled by {handled_by}{when}")
        self.conversation_id = conversation_id
        self.handled_by = handled_by
        self.handled_at = handled_at


class TrainingUnderWay(Conflict):
    """One model of a brand is trained at a time."""

    def __init__(self) -> None:
        super().__init__("a training of this brand's model is running; wait for its end")


class DrillUnderWay(Conflict):
    """One drill of a brand is played at a time."""

    def __init__(self) -> None:
        super().__init__("a drill of this brand is being played; wait for its end")


class SuiteRunUnderWay(Conflict):
    """Suites of a brand are run once at a time."""

    def __init__(self) -> None:
        super().__init__("a run of suites is under way; wait for its end, or end it")


class Ended(Conflict):
    """Somebody ended work before it was done."""

    def __init__(self, by: str) -> None:
        super().__init__(f"{by} ended it")
        self.by = by


class ClaimedByAnother(Conflict):
    """Another agent is writing in this conversation; their claim ends by itself, or is taken over."""

    def __init__(self, conversation_id: str, agent: str, until: datetime) -> None:
        said = f"{agent} is writing in this conversation until {until:%H:%M:%S} UTC; wait, or take it over"
        super().__init__(said)
        self.conversation_id = conversation_id
        self.agent = agent
        self.until = until


class StaleVersion(Conflict):
    """The caller saw an older version than the one stored now."""

    def __init__(self, what: str, key: str, *, seen: int, now: int) -> None:
        super().__init__(f"{what} {key} changed since you saw it (version {seen}, now {now}); read it again")
        self.what = what
        self.key = key
        self.seen = seen
        self.now = now


class StaleDraft(Conflict):
    """Something the draft stands on changed since it was written; `changes` says what, a sentence each."""

    def __init__(self, turn_id: str, changes: Sequence[str]) -> None:
        super().__init__(f"the draft of turn {turn_id} is stale and is being redrafted. {' '.join(changes)}")
        self.turn_id = turn_id
        self.changes = tuple(changes)


class Overloaded(AssistantError):
    """More comes in than can be kept."""

    def __init__(self, problem: str, retry_after_s: int) -> None:
        super().__init__(problem)
        self.retry_after_s = retry_after_s


class NotAllowed(AssistantError):
    """A rule of the product forbids it."""


class SignInNeeded(NotAllowed):
    """Agents are set up, and the caller is none of them."""

    def __init__(self) -> None:
        super().__init__("sign in at /login, or set ASSISTANT_API_KEY for clients of the API")


class ApprovalMissing(NotAllowed):
    """An answer from this queue goes out only when somebody else approved its very words."""

    def __init__(self, queue: str) -> None:
        super().__init__(f"answers from {queue} need a second person's approval, word for word; ask for it first")
        self.queue = queue


class ConfirmFirst(NotAllowed):
    """The queue let too many planted errors through, so accepting takes a second look."""

    def __init__(self, queue: str, *, caught: int, of: int) -> None:
        super().__init__(
            f"queue {queue} caught {caught} of {of} planted errors lately: read every figure against its source, "
            "then accept it as confirmed"
        )
        self.queue = queue


class Infrastructure(AssistantError):
    """Disk, database or index: the operator must act."""


class IndexUnreadable(Infrastructure):
    """The passage index can't be used as it is; the message says how to rebuild it."""


class IndexOfAnotherModel(IndexUnreadable):
    """The passage index was embedded by another model than the one set up now."""


class IndexMissing(Infrastructure):
    """Nothing was indexed yet; the message says how."""


class IndexAway(Infrastructure):
    """The index can't be searched now; what waits for it is tried again."""


class HeadsMissing(Infrastructure):
    """Nothing was trained yet; the message says how."""


class StoreUnavailable(Infrastructure):
    """The database can't be opened or written."""


class OwnedByAnother(Infrastructure):
    """Another process owns the embedded index."""


class ChannelUnavailable(AssistantError):
    """The network can't be reached or refuses the reply; whether it was posted may be unknown."""


class ChannelBusy(ChannelUnavailable):
    """The network asks for patience; nothing was posted. `retry_after_s` is at least 1."""

    def __init__(self, channel: str, retry_after_s: float) -> None:
        self.retry_after_s = max(1.0, retry_after_s)
        super().__init__(f"{channel} asks for patience: try again in {self.retry_after_s:.0f} s")


class ChannelMute(ChannelUnavailable):
    """The network has no way to look up what was posted; a person must look there."""


class ChannelRefuses(ChannelUnavailable):
    """The network refuses this reply and will go on doing so; nothing was posted."""


class ChannelGone(ChannelRefuses):
    """What was asked for doesn't stand on the network any more."""


class ChannelRefusesKey(ChannelUnavailable):
    """The network says the token is wrong, expired or lacks a scope."""


class SignatureWrong(AssistantError):
    """A delivery whose signature, time or token doesn't hold. Says which, never what it held."""


class PayloadInvalid(InputInvalid):
    """A delivery with a good signature that can't be read."""


class ModelUnavailable(AssistantError):
    """The model's server can't be reached, is overloaded or refuses."""


class ModelRefusesKey(ModelUnavailable):
    """The model's server says the key is wrong."""


class ModelResting(ModelUnavailable):
    """The model's server failed several times in a row and isn't asked for a while."""


class ModelBudgetSpent(ModelUnavailable):
    """The tokens or the money the model may cost within an hour are spent."""


class ModelOutputInvalid(AssistantError):
    """The model answered something that can't be used."""


def _listed(problems: Sequence[str], *, where: str = "") -> str:
    more = [f"... and {len(problems) - MOST_LISTED} more"] if len(problems) > MOST_LISTED else []
    heading = f"{len(problems)} mistake{'' if len(problems) == 1 else 's'}{where}:"
    return "\n  ".join([heading, *problems[:MOST_LISTED], *more])
