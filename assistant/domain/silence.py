"""When nobody should speak: drafting spares the work, routing names the reason.

Silence towards somebody who wanted help is the dearest mistake of all and nobody notices it, so it takes several
witnesses: the stance, the verdict on whether an answer is wanted, and nothing in the message that speaks against them.
"""

import re

from assistant.domain.brand import Pack
from assistant.domain.cues import asks, asks_in_words, folded_words, speaks_of_danger, thanks
from assistant.domain.mention import Mention
from assistant.domain.silence_cues import (
    addresses,
    complains,
    insults,
    replies,
    says_little,
    sells,
    shares,
    speaks_of_oneself,
    suffers,
    wishes,
)
from assistant.domain.understanding import Understanding
from assistant.domain.vocabulary import Reason, Stance, Visibility

_BY_STANCE = {
    Stance.ABUSE: Reason.ABUSE,
    Stance.BYSTANDER: Reason.BYSTANDER,
    Stance.RAGER: Reason.RAGER,
    Stance.SPAM: Reason.SPAM,
    Stance.TROLL: Reason.TROLL,
}
_OURS = frozenset({"assistant", "brand"})
_ONLY_IN_PUBLIC = frozenset({Stance.BYSTANDER, Stance.RAGER})
"""Nobody writes to a brand in private just to pass by or to be heard by others."""
_WORDS = re.compile(r"[^\W_]")
CLEAR_MARGIN = 3.0
"""How many times likelier the stance must be than the likeliest one that wants an answer; evals/suites, 2026-11: those
that want none are at 3.3 and more, a threat of self-harm at 2.3, a protest and an attack on the assistant below 2."""

CERTAIN = 0.8
"""A stance this likely, in a text that is not addressed to anybody, needs fewer words to bear it out."""
CERTAIN_PASSING = 0.9
"""So does a bystander's where some stance or other that wants no answer is this likely; evals, 2026-11: of 11,499 real
tweets without their addressee it silenced nobody wrongly, while the same for trolls silenced complaints."""
SURE_PASSING = 20.0
"""A certain bystander so many times likelier than who wants an answer may speak of a flight, a queue or a seat, praise,
or name a matter; left out of the examples one by one, 2026-11: eight more of them silent, nobody wrongly."""
PLAIN_SPAM = 0.95
"""Spam this likely needs no word that sells; no real tweet that was anything else reached it, 2026-11."""


def silent_reasons(mention: Mention, understanding: Understanding, *, exposed: bool, pack: Pack) -> frozenset[Reason]:
    """Why nobody should speak; empty where somebody should, or where that is not certain.

    Counts only where no answer is wanted with at least the policy's `min_respond_confidence` (inclusive; without
    words there is nothing to be sure of), the stance is clearly ahead of those that want one, no sensitivity is certain
    (a wish for a person and "are you a bot?" are among them), the language is one the assistant reads, and no personal
    data stands in public (`exposed`), which a person should see and hide. Spam shows its own data, asks its own
    questions and sells with fear; anybody else who asks or thanks, who speaks of danger, or whose matter was
    recognised, is not left alone.
    """
    if understanding.respond or understanding.sensitive:
        return frozenset()
    wordless = not has_words(mention.text)
    sure = wordless or _is_sure(understanding, pack)
    unread = not wordless and understanding.language not in pack.brand.answers_in
    if not sure or unread:
        return frozenset()
    if in_danger(mention, understanding):
        return frozenset()
    if understanding.stance is not Stance.SPAM and (exposed or _wants_something(mention, understanding, pack)):
        return frozenset()
    if not wordless and not _bears_out(mention, understanding):
        return frozenset()
    return would_be_silent(mention, understanding)


def would_be_silent(mention: Mention, understanding: Understanding) -> frozenset[Reason]:
    """What speaks for silence, whether or not it counts."""
    reason = _BY_STANCE.get(understanding.stance)
    reasons = frozenset({reason}) if reason else frozenset()
    return reasons if has_words(mention.text) else reasons | {Reason.EMPTY}


def has_words(text: str) -> bool:
    """A letter or a digit stands in it beside handles: not blank, not punctuation or emoji only."""
    return _WORDS.search(folded_words(text)) is not None


def in_danger(mention: Mention, understanding: Understanding) -> bool:
    """A stance that is met with silence, on words of danger: said by the customer here or earlier in the thread."""
    if not would_be_silent(mention, understanding) or understanding.stance is Stance.SPAM:
        return False
    earlier = (turn.text for turn in mention.thread if turn.role == "customer")
    return any(speaks_of_danger(text) for text in (mention.text, *earlier))


def _bears_out(mention: Mention, understanding: Understanding) -> bool:
    """Whether the words themselves speak for the stance, and no complaint, wish or reply to us speaks against it."""
    text, stance = mention.text, understanding.stance
    to_somebody = addresses(text)
    certain = _is_certain(mention, understanding)
    trouble = complains(text) and (to_somebody or stance is Stance.RAGER or speaks_of_oneself(text))
    trouble = trouble and not _surely_passes_by(mention, understanding)
    if stance is Stance.SPAM:
        wanted = suffers(text) or (to_somebody and (trouble or wishes(text) or asks(text)))
        plain = not (to_somebody or wanted) and understanding.confidence.get("stance", 0.0) >= PLAIN_SPAM
        return plain or (sells(text, witnesses=1 if certain else 2) and not wanted)
    if trouble or (wishes(text) and not certain):
        return False
    if insults(text) and not speaks_of_oneself(text):
        return says_little(text) or not to_somebody
    in_our_thread = any(turn.role in _OURS for turn in mention.thread)
    if stance is Stance.ABUSE or replies(text) or ((complains(text) or in_our_thread) and not certain):
        return False
    if stance is Stance.BYSTANDER or certain:
        return True
    return shares(text) or not (to_somebody or speaks_of_oneself(text))


def _is_certain(mention: Mention, understanding: Understanding) -> bool:
    said = understanding.confidence
    passing = understanding.stance is Stance.BYSTANDER and said.get("respond", 0.0) >= CERTAIN_PASSING
    return (passing or said.get("stance", 0.0) >= CERTAIN) and not addresses(mention.text)


def _surely_passes_by(mention: Mention, understanding: Understanding) -> bool:
    said = understanding.confidence
    likely, answered = said.get("stance", 0.0), said.get("stance_answered", 1.0)
    passes = understanding.stance is Stance.BYSTANDER and not addresses(mention.text)
    return passes and likely >= max(CERTAIN, SURE_PASSING * answered)


def _is_sure(understanding: Understanding, pack: Pack) -> bool:
    """What the heads did not say counts against it."""
    said = understanding.confidence
    ahead = said.get("stance", 0.0) >= CLEAR_MARGIN * said.get("stance_answered", 1.0)
    return ahead and said.get("respond", 0.0) >= pack.automation.min_respond_confidence


def _wants_something(mention: Mention, understanding: Understanding, pack: Pack) -> bool:
    intent = pack.intent(understanding.intent)
    matter = understanding.in_scope and intent is not None and not intent.mood
    passes = _surely_passes_by(mention, understanding)
    recognised = matter and not passes and understanding.intent_confidence >= pack.automation.min_intent_confidence
    in_private = mention.visibility is Visibility.PRIVATE and understanding.stance in _ONLY_IN_PUBLIC
    asked = asks(mention.text) or asks_in_words(mention.text)
    thanked = understanding.stance is not Stance.ABUSE and not passes and thanks(mention.text)
    return asked or thanked or recognised or in_private
