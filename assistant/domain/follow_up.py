"""After a fix: is it solved, does it last, how satisfied is the customer? Pure."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import Field

from assistant.domain.value import Value
from assistant.domain.vocabulary import Stance

LASTS = timedelta(days=7)
"""A fix that wasn't opened again within this counts as durable."""
SATISFIED = 4
"""From this rating of 1 to 5 on a customer counts as satisfied, the usual top two."""


class FollowUpPolicy(Value):
    """Whom the brand asks: these stances, so many hours after the fix, once in `quiet_days` and never again."""

    after_hours: float = Field(default=24.0, ge=0)
    quiet_days: float = Field(default=30.0, ge=7)
    stances: tuple[Stance, ...] = (Stance.COMPLAINT, Stance.MISGUIDED)


class FollowUp(Value):
    """One fix and what came of it. `number` counts a conversation's fixes from 1.

    `asked_at` and `invited_at` are set once, in the transaction that puts the words into the outbox. `skipped` says why
    nobody was asked. `solved` and `rating` (1 to 5) are what the customer answered, None where they didn't say.
    """

    conversation_id: str
    brand_id: str
    number: int
    turn_id: str
    fixed_at: datetime
    asked_at: datetime | None = None
    skipped: str = ""
    answered_at: datetime | None = None
    solved: bool | None = None
    rating: int | None = Field(default=None, ge=1, le=5)
    invited_at: datetime | None = None
    reopened_at: datetime | None = None

    @property
    def id(self) -> str:
        """Unique among all brands."""
        return f"{self.conversation_id}-f{self.number}"

    @property
    def awaits_answer(self) -> bool:
        """Whether the customer was asked and hasn't written since."""
        return self.was_asked and self.answered_at is None

    @property
    def was_asked(self) -> bool:
        """Whether the question is on its way or went out."""
        return self.asked_at is not None and not self.skipped


class Answered(Value):
    """What a customer said to the question whether it is solved."""

    solved: bool | None
    rating: int | None = None


_ENDS = r"[\s.!,:)❤️🙏😊🙂]*"
_THANKS = r"(?:(?:thanks?|thank you|thx|cheers|ta)(?: (?:so|very) much| a lot| a million| again)?)"
_FINE = (
    r"(?:yes|yep|yeah|yup|solved|sorted|fixed|resolved|works|done|perfect|"
    r"(?:it'?s|it is|that'?s|that is|all|is|it|everything(?:'s| is)?|now|it'?s all|yes it)"
    r" (?:now )?(?:all )?(?:solved|sorted|fixed|resolved|works|working|good|fine|ok|okay|done|is)(?: now)?)"
)
_YES = re.compile(
    rf"(?:{_FINE}|{_THANKS})(?:[\s,.!-]+(?:{_FINE}|{_THANKS}|it is|it does|now|all good))*{_ENDS}", re.IGNORECASE
)
_NO = re.compile(
    r"(?:no|nope|nah|not? (?:yet|really|at all|solved|fixed|resolved|sorted)|still (?:not|no|waiting|broken|nothing)|"
    r"it'?s not|it is not|it isn'?t|it hasn'?t|it doesn'?t|not working)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_NO_TROUBLE = re.compile(
    r"(?:no|nope|nah)[\s,.!-]*(?:(?:more|further|longer|need|worr(?:y|ies)|prob(?:lem)?s?|issues?|complaints?|rush|hurry"
    rf"|doubt|{_THANKS})\b|(?:(?:it|that|all|everything)(?:['’]?s| is)? )?(?:now |all )*"
    r"(?:good|fine|ok(?:ay)?|sorted|solved|fixed|resolved|great|perfect|works)\b)",
    re.IGNORECASE,
)
"""Begins with a no and means that nothing is wrong, or may."""
_RATING = re.compile(
    rf"(?:i(?:'d| would) (?:say|give (?:it|you)(?: a)?)\s+)?(?P<points>[1-5])(?:\s*(?:/|out of|of)\s*5)?(?:\s*stars?)?"
    rf"(?:[\s,.!]+{_THANKS})?{_ENDS}",
    re.IGNORECASE,
)
_STARS = re.compile(r"(?P<stars>(?:[⭐★🌟]\ufe0f?\s*){1,5})\W*")
_SKIN = re.compile("[\U0001f3fb-\U0001f3ff\ufe0f]")
_NAMED = re.compile(r"@[\w.-]+")


def answer_of(text: str) -> Answered | None:
    """What the whole message says; None where it says more or something else, which people must read.

    Thumbs count as yes or no; of 1 to 5 points, 4 and 5 say it is solved, 1 and 2 that it isn't, 3 neither.
    """
    said = _NAMED.sub(" ", _SKIN.sub("", text)).strip()
    thumbs = {char for char in said if char in "👍👎"}
    if thumbs and not re.sub(rf"[👍👎]|{_THANKS}|[\s.!]", "", said, flags=re.IGNORECASE):
        return Answered(solved=thumbs == {"👍"}) if len(thumbs) == 1 else None
    stars = _STARS.fullmatch(said)
    rated = _RATING.fullmatch(said)
    if stars or rated:
        points = sum(char in "⭐★🌟" for char in said) if stars else int(rated["points"]) if rated else 0
        return Answered(solved={3: None}.get(points, points >= SATISFIED), rating=points)
    if _YES.fullmatch(said):
        return Answered(solved=True)
    return Answered(solved=False) if _NO.fullmatch(said) and not _NO_TROUBLE.match(said) else None


class Outcomes(Value):
    """What became of the fixes of some time. Shares are in [0, 1], None where nothing can be divided.

    `durable` were not opened again within seven days; `open_yet` have not had their seven days. `csat` is the share of
    satisfied ones among those who answered, `mean_rating` of those who gave points.
    """

    fixes: int
    asked: int
    answered: int
    satisfied: int
    invited: int
    durable: int
    reopened: int
    open_yet: int
    csat: float | None
    mean_rating: float | None
    durable_share: float | None


def outcomes(records: Sequence[FollowUp], *, at: datetime) -> Outcomes:
    """Count them as of that moment."""
    said = [each for each in records if each.solved is not None or each.rating is not None]
    satisfied = sum(each.solved is True for each in said)
    reopened = sum(each.reopened_at is not None for each in records)
    waiting = sum(each.reopened_at is None and at - each.fixed_at < LASTS for each in records)
    durable = len(records) - reopened - waiting
    points = [each.rating for each in said if each.rating is not None]
    return Outcomes(
        fixes=len(records),
        asked=sum(each.was_asked for each in records),
        answered=len(said),
        satisfied=satisfied,
        invited=sum(each.invited_at is not None for each in records),
        durable=durable,
        reopened=reopened,
        open_yet=waiting,
        csat=satisfied / len(said) if said else None,
        mean_rating=sum(points) / len(points) if points else None,
        durable_share=durable / (durable + reopened) if durable + reopened else None,
    )
