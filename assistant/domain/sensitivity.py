"""What a sensitive message asks of its route."""

from collections.abc import Iterator

from assistant.domain.mention import Mention
from assistant.domain.silence import in_danger
from assistant.domain.understanding import Understanding
from assistant.domain.vocabulary import Reason, Sensitivity

_NAMED = {Sensitivity.HUMAN_REQUEST: Reason.ASKS_HUMAN, Sensitivity.BOT_QUESTION: Reason.ASKS_IF_BOT}


def sensitive_reasons(mention: Mention, understanding: Understanding) -> Iterator[Reason]:
    """One for each category that is certain; what only may be sensitive counts where nothing is."""
    for category in understanding.sensitive:
        yield _NAMED.get(category, Reason.SENSITIVE)
    if understanding.sensitivity and not understanding.sensitive:
        yield Reason.MAYBE_SENSITIVE
    if in_danger(mention, understanding):
        yield Reason.SENSITIVE
