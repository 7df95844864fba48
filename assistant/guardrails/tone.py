"""How a reply sounds: words the brand avoids, shouting, thanks to someone upset."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import regex

from assistant.domain.brand import Voice
from assistant.domain.guardrail import Finding
from assistant.domain.orders import visible
from assistant.domain.vocabulary import Sentiment, Severity
from assistant.guardrails.words import plain

_GLAD = re.compile(
    r"\b(?:thanks?(?: you)?(?: so much| very much)? for (?:your support|the (?:love|support|shout-?out|kind words"
    r"|compliments?)|your (?:kind words|compliments?|love|loyalty)|flying|choosing|being (?:a|such))"
    r"|(?:glad|delighted|thrilled|pleased|happy|great|wonderful|lovely|good) to (?:hear|read|see|know)|(?:we're"
    r"|we are|so) (?:glad|delighted|thrilled)|made our day|(?:awesome|fantastic|wonderful|amazing|excellent)[!.]"
    r"|enjoy your|have a (?:great|lovely|wonderful"
    r"|fantastic|nice) (?:day|flight|trip|weekend|evening)|freut uns|ravis|nous sommes heureux|nos alegra)",
    re.IGNORECASE,
)
_THANKS = re.compile(r"\b(?:thank you|thanks|thx|danke|merci|gracias)\b", re.IGNORECASE)
_UPSET = re.compile(
    r"\b(?:worst|terrible|horrible|awful|disgust\w+|pathetic|useless|joke|shame(?:ful)?|unacceptable|ridiculous"
    r"|appalling|furious|angry|never (?:again|fly\w*)|hate|rude|disgrace\w*|nightmare|incompetent|scam|thie(?:f|ves)"
    r"|lied|lying|fail(?:ed|ure)?|ruined|disappoint\w+"
    r"|shit\w*|fuck\w*|wtf|damn|crap|sucks?|still waiting|no (?:response|reply|answer|help)|lost my|broken|stranded"
    r"|cancell?ed on|furious|outrag\w+"
    r"|rubbish|garbage|trash|pile of|(?:bin|dumpster) fire|shambles|clowns?|dreadful|atrocious|worse"
    r"|avoid(?:ing)? (?:(?:both|all|the lot) of )?(?:you|them)"
    r"|schrecklich|unverschämt|katastrophe|honteux|inadmissible|vergüenza|pésim\w+)\b|#fail|🤬|😡|😠|💩|🖕|👎",
    re.IGNORECASE,
)
_SARCASTIC = re.compile(
    r"\b(?:great|nice|good|awesome|brilliant|fantastic|wonderful|lovely|well done|congrat\w+|thanks|thank you|bravo"
    r"|love (?:how|that|it when))\b[^.!?\n]{0,60}"
    r"\b(?:again|another|delay\w*|cancel\w*|lost|broke\w*|ruin\w*|nothing|wait\w*|late|stuck|missed|wrong|screw\w*)\b"
    r"|\b(?:happy|glad|pleased|proud|thrilled|delighted|impressed|perfect|match)\b[^.!?\n]{0,60}"
    r"\b(?:hell(?! of| yeah)|circus|chaos|misery|(?:lost|missing|delayed|broken) \w+ (?:hell|club|award|champions?))\b"
    r"|\byeah right\b|\bslow clap\b|👏 ?👏|🙄|\bas if\b",
    re.IGNORECASE,
)
_CAPITALS = re.compile(r"\b[^\W\d_a-z]{4,30}\b")
_MARK = re.compile(r"[!！]")
_FAMILIAR = frozenset({"AGENT", "STOP", "HELP", "HTTPS", "HTTP", "IBAN", "PNR", "IATA"})
_HASHTAG = re.compile(r"(?<![\w&/])[#＃][^\W\d_]\w{1,99}")
_ONE_EMOJI = r"\p{Extended_Pictographic}\ufe0f?\p{EMod}?"
_EMOJI = regex.compile(rf"\p{{Regional_Indicator}}{{2}}|{_ONE_EMOJI}(?:\u200d{_ONE_EMOJI})*")
_SALES = re.compile(
    r"\b(?:book (?:now|today|again|your next)|special offer|\d+ ?% off|discount|promo(?:tion)?|deals?\b|upgrade (?:now"
    r"|to|your)|sign up|join (?:our|perch)|don't miss|check out our|buy)\b",
    re.IGNORECASE,
)
_SHOUTED_WORDS = 2


def check(text: str, *, voice: Voice, mention_text: str, sentiment: Sentiment | None = None) -> tuple[Finding, ...]:
    """Review findings on tone; `sentiment` is the mention's where known, else its words decide."""
    return tuple(_findings(plain(text), voice=voice, mention_text=plain(mention_text), sentiment=sentiment))


def is_upset(mention_text: str, *, sentiment: Sentiment | None = None) -> bool:
    """Whether thanks and gladness would mock the author: a negative message, or praise that means its opposite."""
    text = mention_text[:5000]
    return sentiment is Sentiment.NEGATIVE or _UPSET.search(text) is not None or _SARCASTIC.search(text) is not None


def _findings(text: str, *, voice: Voice, mention_text: str, sentiment: Sentiment | None) -> Iterator[Finding]:
    most = _Most(voice.max_exclamation_marks, voice.max_hashtags, voice.max_emoji)
    yield from _of_text(text, voice.avoid, most)
    if sentiment is Sentiment.POSITIVE and (sales := _SALES.search(text)):
        yield _finding("A sales pitch in answer to praise.", sales.group())
    mocking = _mocking(text)
    if mocking is not None and is_upset(mention_text, sentiment=sentiment):
        yield mocking


@lru_cache(maxsize=2048)
def _mocking(text: str) -> Finding | None:
    """What the text says to mock somebody upset."""
    if glad := _GLAD.search(text):
        return _finding("Gladness or praise in answer to someone upset.", glad.group())
    if thanks := _THANKS.search(text):
        return _finding("Thanks in answer to someone upset.", thanks.group(), severity=Severity.NOTE)
    return None


class _Most(NamedTuple):
    """How many of each a reply may hold."""

    marks: int
    hashtags: int
    emoji: int


@lru_cache(maxsize=2048)
def _of_text(text: str, avoid: tuple[str, ...], most: _Most) -> tuple[Finding, ...]:
    """What the text says by itself, whomever it answers; replies come back again and again."""
    return tuple(_alone(text, avoid, most))


def _alone(text: str, avoid: tuple[str, ...], most: _Most) -> Iterator[Finding]:
    shown = visible(text)
    for word in avoid:
        if word.strip() and _avoided(plain(word)).search(shown):
            yield _finding("The brand avoids these words.", word)
    yield from _counted(text, most)
    shouted = [word for word in _CAPITALS.findall(text) if word not in _FAMILIAR]
    if len(shouted) >= _SHOUTED_WORDS and len(shouted) * 8 >= len(text.split()):
        yield _finding("Words in capitals read as shouting.", " ".join(shouted[:3]))


@lru_cache(maxsize=512)
def _avoided(phrase: str) -> re.Pattern[str]:
    """The phrase however its words are spaced or joined, its plural too."""
    words = r"[\s-]+".join(re.escape(word) for word in phrase.split())
    return re.compile(rf"(?<!\w){words}(?:e?s)?(?!\w)", re.IGNORECASE)


def _counted(text: str, most: _Most) -> Iterator[Finding]:
    if len(_MARK.findall(text)) > most.marks:
        yield _finding(f"More than {most.marks} exclamation mark(s).", "!")
    if len(_HASHTAG.findall(text)) > most.hashtags:
        yield _finding(f"More than {most.hashtags} hashtag(s).", "#")
    if len(_EMOJI.findall(text)) > most.emoji:
        yield _finding(f"More than {most.emoji} emoji.", "")


def _finding(message: str, excerpt: str, *, severity: Severity = Severity.REVIEW) -> Finding:
    return Finding(guardrail="tone", severity=severity, message=message, excerpt=excerpt)
