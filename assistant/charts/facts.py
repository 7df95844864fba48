"""Facts: everything a chart may ask about one mention, and where each comes from."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from assistant.domain.brand import Pack
from assistant.domain.draft import Draft
from assistant.domain.mention import Mention
from assistant.domain.prepared import is_prepared
from assistant.domain.turn import Turn
from assistant.domain.understanding import Understanding
from assistant.domain.value import Value
from assistant.domain.vocabulary import Sensitivity, Sentiment, Stance, Urgency, Visibility

Held = str | bool | int | None | frozenset[str]
"""What a fact may hold."""


class Contact(StrEnum):
    """Who wrote before this message in its thread; the one nearest to the customer's side of the desk counts."""

    NOBODY = "nobody"
    CUSTOMER = "customer"
    ASSISTANT = "assistant"
    PERSON = "person"


class Facts(Value):
    """One mention as a chart sees it.

    Two rules hold always, and `check` counts on them: the topic is the intent's own in the pack (None with no known
    intent), and whatever fired a sensitivity wants an answer. `followers` is None where the channel doesn't tell.
    """

    sentiment: Sentiment
    stance: Stance
    urgency: Urgency
    sensitivity: frozenset[Sensitivity] = frozenset()
    intent: str | None = None
    topic: str | None = None
    in_scope: bool = True
    respond: bool = True
    language: str
    channel: str
    visibility: Visibility
    reach: Literal["unknown", "low", "medium", "high"] = "unknown"
    followers: int | None = Field(default=None, ge=0)
    incidents: frozenset[str] = frozenset()
    known_customer: bool = False
    earlier_contact: Contact = Contact.NOBODY
    injection: bool = False

    def held(self, fact: str) -> Held:
        """The value of the fact of that name; names are the fields above."""
        value: Held = getattr(self, fact)
        return value


def facts_of(
    mention: Mention,
    understanding: Understanding,
    pack: Pack,
    *,
    draft: Draft | None = None,
    known_customer: bool = False,
) -> Facts:
    """What charts may ask of this mention. `known_customer`: the store holds this person from before.

    A `draft` on the subject makes a doubtful message one in scope.
    """
    intent = pack.intent(understanding.intent)
    return Facts(
        sentiment=understanding.sentiment,
        stance=understanding.stance,
        urgency=understanding.urgency,
        sensitivity=understanding.sensitive,
        intent=intent.id if intent else None,
        topic=intent.topic if intent else None,
        in_scope=is_prepared(understanding, draft, pack),
        respond=understanding.respond or bool(understanding.sensitive),
        language=understanding.language,
        channel=mention.channel,
        visibility=mention.visibility,
        reach=understanding.reach.tier,
        followers=mention.author.followers,
        incidents=frozenset(understanding.situation.incidents),
        known_customer=known_customer,
        earlier_contact=_earlier_contact(mention),
        injection=understanding.injection.flag,
    )


def facts_of_turn(turn: Turn, pack: Pack, *, known_customer: bool = False) -> Facts | None:
    """The facts a recorded turn was routed on; None where nothing was understood, which no chart ever saw."""
    if turn.understanding is None:
        return None
    return facts_of(turn.mention, turn.understanding, pack, draft=turn.draft, known_customer=known_customer)


def _earlier_contact(mention: Mention) -> Contact:
    roles = {message.role for message in mention.thread}
    if "brand" in roles:
        return Contact.PERSON
    if "assistant" in roles:
        return Contact.ASSISTANT
    return Contact.CUSTOMER if "customer" in roles else Contact.NOBODY
