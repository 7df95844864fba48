"""Cuts a text into sentences, losing nothing but white space. Every claim is one of these."""

import re
from functools import lru_cache

from assistant.guardrails.words import listed

_SPACE = re.compile(r"\s+")
_ENDING = re.compile(r"([.!?…。！？]{1,400})([\"'”’»)\]*_]{0,8})$")
_LAST = frozenset(".!?…。！？\"'”’»)]*_")
_LOOK_BACK = 80
"""Characters looked at before a gap; longer words are no abbreviations."""
_LOOK_AHEAD = 40
_BARE_OPENERS = "\"'“‘«([*_-–—•¿¡#@"
_NEVER_ENDS = listed(
    """
    mr mrs ms dr prof sr jr st mt vs e.g i.e eg ie approx ca cf fig figs art arts sec para nos tel ext incl excl
    max min dept mme mlle z.b d.h bzw nr abs str u.a o.ä p.ej pág núm sra srta env av
    """
)
"""Abbreviations that a sentence doesn't end with."""
_MAY_END = listed(
    """
    etc a.m p.m am pm inc ltd co corp u.s u.k u.s.a e.u d.c b.v s.a usw uhr
    """
)
"""Abbreviations that end a sentence only where a capital follows."""
_BEFORE_DIGIT = listed("no nos p pp vol ch gate")
"""Abbreviations only where a number follows: "No. 5", but "No. That is not needed."."""
_AGREES = re.compile(
    r"^\W*(?:yes|yep|yeah|sure|of course|absolutely|certainly|definitely|ja|natürlich|oui|bien sûr|sí|claro"
    r"|por supuesto)\W*$",
    re.IGNORECASE,
)
"""Says nothing by itself: what follows belongs to it."""
_MONTHS = listed(
    """
    januar februar märz april mai juni juli august september oktober november dezember january february march
    may june july october december
    """
)
_SINGLE_LETTER_NOUNS = listed("terminal gate zone row group seat class plan option pier hall dock")
_EMOJI = re.compile(r"[\u2600-\u27bf\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff]\ufe0f?$")
_BULLET = re.compile(r"(?:[-*•–|#>]|\d{1,3}[.)])(?:\s|$)")


@lru_cache(maxsize=4096)
def split_sentences(text: str) -> tuple[str, ...]:
    """Sentences in order, stripped; empty for white space only.

    Cuts only where white space stands, so joining with one space gives the text back up to white space.
    Web addresses, decimals, times, abbreviations and dotted initials stay whole; emoji belong to what they follow.
    """
    sentences: list[str] = []
    start = line_start = 0
    for gap in _SPACE.finditer(text):
        at = gap.start()
        if not _may_end(text, at, gap.group()):
            continue
        line_start = max(line_start, text.rfind("\n", start, at) + 1)
        before = text[max(line_start, at - _LOOK_BACK) : at]
        if _ends(
            before, gap.group(), text[gap.end() : gap.end() + _LOOK_AHEAD], whole_line=at - line_start < _LOOK_BACK
        ):
            sentence = text[start:at].strip()
            if sentence:
                sentences.append(sentence)
            start = line_start = gap.end()
    rest = text[start:].strip()
    return (*sentences, rest) if rest else tuple(sentences)


def _may_end(text: str, at: int, gap: str) -> bool:
    """Cheap look before the careful one."""
    last = text[at - 1] if at else " "
    return last in _LAST or last >= "\u2600" or "\n" in gap or "\r" in gap or "\u2029" in gap


def _ends(before: str, gap: str, after: str, *, whole_line: bool) -> bool:
    """Whether the gap between these two pieces of text ends a sentence."""
    if not before.strip() or not after:
        return False
    if "\n" in gap or "\r" in gap or "\u2029" in gap:
        return _line_ends(before, gap, after)
    word = before.rsplit(maxsplit=1)[-1]
    if _EMOJI.search(word):
        return _starts_emoji(after) is False and _opens(after)
    if _starts_emoji(after):
        return False
    ending = _ENDING.search(word)
    if ending is None:
        return False
    marks, closers = ending.groups()
    if _AGREES.match(before):
        return False
    stem = word[: ending.start()].lstrip(_BARE_OPENERS).casefold()
    if marks == ".":
        return _full_stop_ends(stem, before, after, closers=closers, whole_line=whole_line)
    if set(marks) <= {".", "…"}:
        return _opens(after)
    return not (closers and after[0].islower())


def _line_ends(before: str, gap: str, after: str) -> bool:
    """A line break ends a sentence unless the line was only wrapped."""
    blank_line = gap.count("\n") > 1
    wrapped = after[0].islower() and before.rstrip()[-1] not in ".!?…:|"
    return blank_line or not wrapped or _BULLET.match(after) is not None


def _full_stop_ends(stem: str, before: str, after: str, *, closers: str, whole_line: bool) -> bool:
    if stem in _NEVER_ENDS:
        return False
    if stem in _BEFORE_DIGIT and after[0].isdigit():
        return False
    if stem in _MAY_END:
        return _opens(after) and not after[0].isdigit()
    if stem.isdigit():
        only_word = whole_line and len(before.split()) == 1
        return not only_word and _first_word(after) not in _MONTHS
    if len(stem) == 1 and stem.isalpha() and not closers:
        earlier = before.split()[:-1]
        return bool(earlier) and earlier[-1].casefold() in _SINGLE_LETTER_NOUNS
    if after[0].islower():
        return not closers and len(stem) != 1
    return True


def _first_word(text: str) -> str:
    words = text.split(maxsplit=1)
    return words[0].strip(".,;").casefold() if words else ""


def _opens(after: str) -> bool:
    """Whether what follows looks like the start of a sentence."""
    bare = after.lstrip(_BARE_OPENERS)
    return bool(bare) and not bare[0].islower()


def _starts_emoji(after: str) -> bool:
    return _EMOJI.match(after) is not None or re.match(r"[\u2600-\u27bf\U0001f1e6-\U0001faff]", after) is not None
