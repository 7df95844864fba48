"""Working beside another desk: who has a conversation, and what a private note tells the people there."""

from enum import StrEnum

from assistant.domain.turn import Turn
from assistant.domain.vocabulary import REASON_SENTENCES

OWNER = "owner"
"""Key of a post's address: who has the conversation the post stands in."""
PEOPLE = "people"
"""Value of `OWNER`: people at the other desk; anything else means that it is ours."""
NOTE = "note:"
"""Before a post's id: the row that says people were told, or that there was nothing to tell."""
MOST_QUOTES = 5


class Place(StrEnum):
    """How the assistant works beside another desk.

    `draft`: people there answer everything and find a private note with a draft. `tier_one`: what may go out by itself
    does; the rest is handed over with a note. `desk`: people answer here, the other desk only carries the words.
    """

    DRAFT = "draft"
    TIER_ONE = "tier_one"
    DESK = "desk"


def reference_of(turn_id: str) -> str:
    """By which a note is found again after a crash."""
    return f"[assistant:{turn_id}]"


def note_of(turn: Turn, *, turn_id: str) -> str:
    """The draft, what it stands on and why a person should look, in plain text; ends with the note's reference."""
    parts = [f"Draft, not sent:\n{turn.draft.text}" if turn.draft else "No draft: nothing supports an answer."]
    claims = turn.draft.claims if turn.draft else ()
    quotes = [f"- {cited.article_id}: “{cited.quote}”" for claim in claims for cited in claim.citations]
    if quotes:
        parts.append("\n".join(["It relies on:", *dict.fromkeys(quotes[:MOST_QUOTES])]))
    elif turn.evidence:
        parts.append(
            "\n".join(["Nearest articles:", *(f"- {one.title} ({one.article_id})" for one in turn.evidence[:3])])
        )
    if turn.route.reasons:
        reasons = [f"- {REASON_SENTENCES[reason]}" for reason in turn.route.reasons]
        parts.append("\n".join(["Why a person:", *reasons]))
    return "\n\n".join([*parts, reference_of(turn_id)])
