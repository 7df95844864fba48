"""Answers that say less than a sentence ("Yes, in the hold.", "Within 30 days."): what they say of what was asked."""

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.guardrails.alignment import line
from assistant.guardrails.polarity import DENIED, clauses_of, denials
from assistant.guardrails.sentences import split_sentences
from assistant.guardrails.words import plain

SAID_OF_ANOTHER = "no source says it of what was asked"
_I = re.IGNORECASE
_YES = re.compile(
    r"^\W*(?:yes|yep|yeah|sure|of course|absolutely|certainly|definitely|ja|natürlich|oui|bien sûr|sí|claro"
    r"|por supuesto)\b(?!\W+(?:and|but|we|i|you|it|they|sorry|please)\b)",
    _I,
)
_OPENS_SHORT = re.compile(
    r"^\W*(?:within|in|by|until|till|up to|at least|at most|after|before|from|for|under|over|only|about|around|between"
    r"|all|every|free|any|both|innerhalb|binnen|bis|ab|nach|vor|nur|sous|dans|jusqu'|dès|après|avant|seulement|en|hasta"
    r"|desde|tras|antes|solo|sólo|\d|[€$£]|eur\b|usd\b|gbp\b)",
    _I,
)
_GRANTS = re.compile(
    r"^\W*(?:fully |also )?(?:\w{3,}(?:able|ible)|included|allowed|permitted|free|fine|okay|ok)\W*$", _I
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|has|have|had|can|can't|cannot|could|may|might|must|will|won't|would|should|shall|do|does"
    r"|don't|doesn't|did|isn't|aren't|gets?|comes?|goes|go|costs?|takes?|runs?|applies|apply|covers?|includes?|pays?"
    r"|needs?|opens?|closes?|ends?|begins?|starts?|ist|sind|kann|können|darf|muss|kostet|gilt|est|sont|peut|coûte|es"
    r"|son|puede|cuesta)\b|n't\b|'(?:s|re|ll)\b",
    _I,
)
_MOST_WORDS = 7
_ASKING = re.compile(
    r"\b(?:can|could|may|do|does|did|is|are|was|were|will|would|should|have|has|am|how|what|when|where|why|which|who|much"
    r"|many|long|i|you|we|my|your|it|there|still|please|hi|hello|hey)\b",
    _I,
)
_LEAST = 0.7
"""Share of the words of question and answer that one source sentence must hold."""


@lru_cache(maxsize=4096)
def is_elliptic(sentence: str) -> bool:
    """Whether it grants or measures something without naming it. Denials are left alone: they lead to no loss."""
    text = plain(sentence)
    if len(text.split()) > _MOST_WORDS or _VERB.search(_YES.sub("", text)):
        return False
    return bool(_YES.match(text) or _OPENS_SHORT.match(text) or _GRANTS.match(text)) and not denials(text)


def only_agrees(sentence: str) -> bool:
    """Whether it says yes and nothing else."""
    return _YES.sub("", plain(sentence)).strip(" .!") == ""


def withheld(answer: str, passages: Sequence[str]) -> str:
    """Whether all that the sources say of what an answer grants is that it isn't so."""
    given = line(_YES.sub(" ", plain(answer))).content
    about = [clause for clause in clauses_of(passages) if given and given <= clause.said]
    return DENIED if about and all(clause.denied for clause in about) else ""


def completed(answer: str, question: str) -> str:
    """What the answer comes to, with the words of the question before its own."""
    return f"{question.rstrip('?？ ')} {_YES.sub('', plain(answer)).strip(' ,.!')}".strip() + "."


def said_of_another(answer: str, question: str, passages: Sequence[str]) -> str:
    """What is wrong with an elliptic answer to this question; empty where one source sentence speaks of both."""
    asked = line(_ASKING.sub(" ", plain(question))).content
    given = line(_YES.sub(" ", plain(answer))).content
    both = asked | given
    if not asked or not both:
        return ""
    lines = (line(sentence) for passage in passages for sentence in split_sentences(passage))
    shared = (len(both & each.content) / len(both) for each in lines if given <= each.content or not given)
    return "" if max(shared, default=0.0) >= _LEAST else SAID_OF_ANOTHER


def question_before(sentences: Sequence[str]) -> str:
    """The question among the sentences that an answer after them answers: the last one; empty where none asks."""
    return next((each for each in reversed(sentences) if each.rstrip().endswith(("?", "？"))), "")
