"""How much of what a question names does the answer speak of?"""

from collections.abc import Iterable

from assistant.guardrails.words import content


def share_spoken_of(question: str, answer: Iterable[str], *, ignoring: Iterable[str] = ()) -> float:
    """Share in [0, 1] of the question's words that carry meaning and come again in the answer; 0 where it has none.

    Words are compared by stem. `ignoring` are texts whose words don't count, such as the brand's own handle.
    """
    asked = content(question).difference(*map(content, ignoring))
    said = frozenset().union(*map(content, answer))
    return len(asked & said) / len(asked) if asked else 0.0
