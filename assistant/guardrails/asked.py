"""How much of what a question names does the answer speak of?"""

from collections.abc import Iterable
from functools import lru_cache

from assistant.guardrails.words import FUNCTION_WORDS, tokens


def share_spoken_of(question: str, answer: Iterable[str], *, ignoring: Iterable[str] = ()) -> float:
    """Share in [0, 1] of the question's words that carry meaning and come again in the answer; 0 where it has none.

    Words are compared by stem. `ignoring` are texts whose words don't count, such as the brand's own handle.
    """
    asked = _content(question) - frozenset(stem for text in ignoring for stem in _content(text))
    said = frozenset(stem for text in answer for stem in _content(text))
    return len(asked & said) / len(asked) if asked else 0.0


@lru_cache(maxsize=1024)
def _content(text: str) -> frozenset[str]:
    return frozenset(stem for stem in tokens(text) if stem not in FUNCTION_WORDS)
