"""What a sensitive message asks of its route, and of the wording that is prepared for it."""

from collections.abc import Iterator

from assistant.domain.mention import Mention
from assistant.domain.silence import in_danger
from assistant.domain.understanding import Understanding
from assistant.domain.vocabulary import Reason, Sensitivity

PREPARED_HELPS = frozenset(
    {
        Sensitivity.HUMAN_REQUEST,
        Sensitivity.BOT_QUESTION,
        Sensitivity.REGULATOR,
        Sensitivity.SECURITY_OR_FRAUD,
        Sensitivity.DATA_PROTECTION,
        Sensitivity.DISASTER_STRIKE,
    }
)
"""Sensitivities where prepared wording helps the agent; with any other it would tempt into the wrong words."""
_NAMED = {Sensitivity.HUMAN_REQUEST: Reason.ASKS_HUMAN, Sensitivity.BOT_QUESTION: Reason.ASKS_IF_BOT}


def sensitive_reasons(mention: Mention, understanding: Understanding) -> Iterator[Reason]:
    """One for each category that is certain; what only may be sensitive counts where nothing is."""
    for category in understanding.sensitive:
        yield _NAMED.get(category, Reason.SENSITIVE)
    if understanding.sensitivity and not understanding.sensitive:
        yield Reason.MAYBE_SENSITIVE
    if in_danger(mention, understanding):
        yield Reason.SENSITIVE


def from_scratch(mention: Mention, understanding: Understanding) -> tuple[str, ...]:
    """Why a person writes without any prepared wording; empty where it helps."""
    grave = sorted(category.value for category in understanding.sensitive if category not in PREPARED_HELPS)
    return tuple(grave) or (("words of danger",) if in_danger(mention, understanding) else ())


def may_be_thanked(understanding: Understanding) -> bool:
    """Praise, beside which nothing grave was said or may have been: only then is cheer in place."""
    return understanding.is_praise and all(fired.category in PREPARED_HELPS for fired in understanding.sensitivity)
