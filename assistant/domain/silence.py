"""When nobody should speak: drafting spares the work, routing names the reason."""

from assistant.domain.brand import AutomationPolicy
from assistant.domain.mention import Mention
from assistant.domain.understanding import Understanding
from assistant.domain.vocabulary import Reason, Stance

_BY_STANCE = {
    Stance.ABUSE: Reason.ABUSE,
    Stance.BYSTANDER: Reason.BYSTANDER,
    Stance.RAGER: Reason.RAGER,
    Stance.SPAM: Reason.SPAM,
    Stance.TROLL: Reason.TROLL,
}


def silent_reasons(
    mention: Mention, understanding: Understanding, *, exposed: bool, policy: AutomationPolicy
) -> frozenset[Reason]:
    """Why nobody should speak; empty where somebody should, or where that is not certain.

    Counts only where no answer is wanted with at least `policy.min_respond_confidence` (inclusive), no sensitivity
    fired (a wish for a person and "are you a bot?" are among them) and no personal data stands in public (`exposed`),
    which a person should see and hide; spam shows its own.
    """
    unwanted = (
        not understanding.respond and understanding.confidence.get("respond", 0.0) >= policy.min_respond_confidence
    )
    needs_eyes = bool(understanding.sensitivity) or (exposed and understanding.stance is not Stance.SPAM)
    return would_be_silent(mention, understanding) if unwanted and not needs_eyes else frozenset()


def would_be_silent(mention: Mention, understanding: Understanding) -> frozenset[Reason]:
    """What speaks for silence, whether or not it counts."""
    reason = _BY_STANCE.get(understanding.stance)
    reasons = frozenset({reason}) if reason else frozenset()
    return reasons if has_words(mention.text) else reasons | {Reason.EMPTY}


def has_words(text: str) -> bool:
    """A letter or a digit stands in it: not blank, not punctuation or emoji only."""
    return any(char.isalnum() for char in text)
