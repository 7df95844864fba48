"""Cuts an English sentence into clauses and those into phrases, by the words they open with.

No grammar: what has no verb of the list is no clause, and what isn't recognised narrows nothing.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from assistant.guardrails.phrase_words import (
    ABOVE,
    ADVERBS,
    ARTICLES,
    CASES,
    CONDITIONS,
    ENDERS,
    EVERYBODY,
    IDLE_PLACES,
    MEASURING,
    MODALS,
    NARROWING,
    NESTED,
    NO_PARTICIPLES,
    OPENERS,
    PARTICIPLES,
    PEOPLE,
    PLACING,
    PRICES,
    RELATIVES,
    TIMES,
    TIMING,
    VERBS,
    meant,
)
from assistant.guardrails.words import FUNCTION_WORDS, NEGATIONS, plain, words

_LINK = re.compile(
    r"(?P<apart>[;:](?: |$)|,? (?:because|so that|as soon as|rather than|instead of|as (?=[a-z]+ (?:is|are)\b)) )"
    r"|(?P<comma>, | - )(?:(?P<or>or )|(?P<and>(?:and|but|while|whereas) ))?|\s(?:and|but|while|whereas)\s",
    re.IGNORECASE,
)
"""What stands between two pieces; behind a comma "or" brings an alternative, which limits nothing."""
_ASIDE = re.compile(
    r"(?:\b(?:at|on|via|in|to) )?(?:https?://\S+|\S+@\S+|\+\d[\d ]{6,})|\([^()]{0,80}\)"
    r"|^\W*(?:\d{1,2}[.)]\s)?|, (?:such as|for example|including) [^.;:]*?(?=,|$)"
)
"""Addresses, brackets, examples, and the number of a list's entry."""
_HYPHEN = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
_LONG_CONDITION = re.compile(r"\b(?:as|so) long as\b|\bon condition that\b|\bprovided that\b", re.IGNORECASE)
_COUNTED = re.compile(r"^(?:(?:second|minute|hour|day|night|week|month|year)s?|eur|usd|gbp|chf)$")
"""After a figure it says how long or for how much, not in which case."""
_UNDONE = re.compile(r"^un(?!limited|expected|til|ited)\w+(?:ed|worn)$")
_COUNTING = frozenset({"before", "after"})
"""Behind a length of time they say from when it counts."""
_LIMITS = frozenset({"most", "least"})
_MONEY = frozenset({"eur", "usd", "gbp", "chf"})
_SUBJECTS = frozenset({"we", "you", "they", "i"})
"""What follows one of them at once is a verb: "we plant a tree"."""
_BE = frozenset({"is", "are", "was", "were", "be", "been"})
_BESIDE_VERB = MODALS | _BE | frozenset({"not", "only", "also", "now", "always", "still", "then"})
_STOP, _AND, _OR, _APART = ",", "and", "or", ";"


class Phrase(NamedTuple):
    """What follows an opener: words that carry meaning, of each part that "and" or "or" joins.

    `text`: all its words; `narrows`: leaving it out makes the rule a wider one; `nested`: it says more of the phrase
    before it; `of_subject`: it belongs to what the clause speaks of.
    """

    opener: str
    parts: tuple[tuple[str, ...], ...]
    text: str = ""
    narrows: bool = False
    nested: bool = False
    of_subject: bool = False


class Clause(NamedTuple):
    """`subject`: what it speaks of, part by part; empty where that is "you" (`addressed`), "it" or nothing.

    `states`: whether it has a verb of the list; `acts`: the word that says what the subject does, empty where something
    is done to it.
    """

    states: bool
    subject: tuple[tuple[str, ...], ...]
    addressed: bool
    acts: str
    phrases: tuple[Phrase, ...]
    stems: frozenset[str]


@lru_cache(maxsize=8192)
def clauses(sentence: str) -> tuple[Clause, ...]:
    """The clauses of a sentence in order; what has no verb belongs to its neighbour."""
    return tuple(map(_clause, _joined(plain(sentence))))


def carries(word: str) -> bool:
    """Whether a word says something by itself."""
    idle = word in FUNCTION_WORDS or meant(word) in FUNCTION_WORDS
    return not idle and word not in NEGATIONS and word not in OPENERS and word not in CONDITIONS


def without_asides(text: str) -> str:
    """The text less its addresses, brackets, examples and its number in a list."""
    return _ASIDE.sub("", text)


def told(text: str) -> list[str]:
    """Words in order; what a hyphen joins is one."""
    return list(words(_HYPHEN.sub("", plain(text))))


@lru_cache(maxsize=4096)
def stems_of(text: str) -> frozenset[str]:
    """Stems of the words that say something by themselves."""
    return frozenset(meant(word) for word in told(text) if carries(word))


def _joined(sentence: str) -> list[list[str]]:
    found: list[list[str]] = []
    waiting: list[str] = []
    for link, piece in _pieces(sentence):
        waiting = [] if link == _APART else waiting
        whole = [*waiting, link, *piece] if waiting else piece
        condition = piece[0] in CONDITIONS
        if link == _STOP and (found or waiting) and (condition or piece[0] in OPENERS or piece[0] in RELATIVES):
            if condition and piece[0] not in RELATIVES and not waiting:
                found[-1] += [link, *piece]
        elif not condition and (_verb_in(whole) is not None or _is_gapped(found, whole)):
            found.append(whole)
            waiting = []
        elif condition or waiting or not found:
            waiting = whole
        elif link == _AND:
            found[-1] += [link, *piece]
    return found or ([waiting] if waiting else [])


def _pieces(sentence: str) -> Iterator[tuple[str, list[str]]]:
    """Stretches between commas and conjunctions, each with what stands before it; without alternatives."""
    sentence = without_asides(_LONG_CONDITION.sub("if", sentence))
    link, start = _APART, 0
    for match in _LINK.finditer(sentence):
        if link != _OR and (piece := told(sentence[start : match.start()])):
            yield link, piece
        link, start = _link_of(match), match.end()
    if link != _OR and (piece := told(sentence[start:])):
        yield link, piece


def _link_of(match: re.Match[str]) -> str:
    if match.group("apart"):
        return _APART
    if match.group("or"):
        return _OR
    return _AND if match.group("and") or not match.group("comma") else _STOP


def _is_gapped(found: Sequence[Sequence[str]], piece: Sequence[str]) -> bool:
    """Whether it says a figure of something else with the verb left out: "and large bags 25 euros"."""
    figures = any(word[0].isdigit() for word in piece)
    return (
        bool(found)
        and len(piece) > 1
        and figures
        and (not piece[0][0].isdigit() or any(map(OPENERS.__contains__, piece)))
    )


def _verb_in(piece: Sequence[str]) -> int | None:
    """Where the clause begins to state something; None where it doesn't."""
    modals = [place for place, word in enumerate(piece) if word in MODALS]
    modal = modals[0] if modals else None
    if len(modals) > 1 and not RELATIVES.isdisjoint(piece[: modals[0]]):
        modal = modals[1]
    for place, word in enumerate(piece[:modal]):
        before = piece[place - 1] if place else ""
        if word in VERBS and before not in ARTICLES and before not in OPENERS:
            return place if modal is None or RELATIVES.isdisjoint(piece[:place]) else modal
    if modal is None and len(piece) > 1 and piece[0] in _SUBJECTS and carries(piece[1]):
        return 1
    if modal is None and "free" in piece[1:]:
        return piece.index("free", 1)
    return modal if modal is not None else _agreeing(piece)


def _agreeing(piece: Sequence[str]) -> int | None:
    """Where a word agrees with the noun before it as verbs do, one of them with an s: "trains stop", "a courier rings".

    Nothing is looked at behind the first opener or participle; what begins without an article may be an instruction.
    """
    for place, (before, word) in enumerate(pairwise(piece), start=1):
        if word in OPENERS or word in CONDITIONS or word == _STOP or _is_participle(piece, place):
            return None
        plural = before.endswith("s")
        if carries(before) and carries(word) and plural != word.endswith("s") and (plural or piece[0] in ARTICLES):
            return place
    return None


def _clause(piece: Sequence[str]) -> Clause:
    verb = _verb_in(piece)
    before, after = (piece[:verb], piece[verb:]) if verb is not None else ((), piece)
    opening = list(_phrases(before))
    head = next((place for place, each in enumerate(opening) if not each.opener), len(opening))
    own = [each._replace(narrows=not _is_idle(each), of_subject=True) for each in opening[head + 1 :] if each.opener]
    return Clause(
        states=verb is not None,
        subject=opening[head].parts if head < len(opening) else (),
        addressed="you" in before and head == len(opening),
        acts=_acts(after),
        phrases=(*opening[:head], *own, *(each for each in _phrases(after) if each.opener), *_states_of(after)),
        stems=frozenset(meant(word) for word in piece if word != _STOP and carries(word)),
    )


def _states_of(after: Sequence[str]) -> Iterator[Phrase]:
    """In which state a thing is to be: "can be returned unopened"."""
    ends = pairwise((*after, _STOP))
    return (
        Phrase("", ((word,),), word, narrows=True) for word, next_ in ends if _UNDONE.match(word) and not carries(next_)
    )


def _acts(after: Sequence[str]) -> str:
    acting = next((place for place, word in enumerate(after) if word not in _BESIDE_VERB), None)
    return meant(after[acting]) if acting is not None and _BE.isdisjoint(after[:acting]) else ""


def _phrases(piece: Sequence[str]) -> Sequence[Phrase]:
    """The phrases of a stretch in order, without those that say nothing."""
    found: list[Phrase] = []
    for opener, inside in _stretches(piece):
        parts = tuple(filter(None, _parts(inside)))
        if not parts and opener and carries(opener):
            parts = ((opener,),)
        if parts:
            phrase = Phrase(opener, parts, " ".join((opener, *inside)).strip())
            priced = opener == "of" and bool(found) and meant(found[-1].parts[-1][-1]) in PRICES
            nested = bool(found) and found[-1].narrows and (opener in NESTED or opener not in OPENERS)
            narrows = (nested or priced or _narrows(phrase)) and not _is_idle(phrase)
            found.append(phrase._replace(narrows=narrows, nested=nested))
    return found


def _stretches(piece: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    opener, start = "", 0
    for place, word in enumerate(piece):
        opens = _opens(piece, place, opener, absorbs=start == place and opener not in OPENERS)
        if opens or word == _STOP or (opener not in CONDITIONS and word in ENDERS):
            yield opener, piece[start:place]
            opener, start = (word if opens else ""), place + 1
    yield opener, piece[start:]


def _opens(piece: Sequence[str], place: int, opener: str, *, absorbs: bool) -> bool:
    word, before = piece[place], piece[place - 1] if place else ""
    if word in CONDITIONS or opener in CONDITIONS:
        return word in CONDITIONS
    if piece[place + 1 : place + 2] == ["than"]:
        return True
    if word in OPENERS:
        counted = word in _COUNTING and len(piece) > 2 and place > 1 and _COUNTED.match(before) and opener
        return not (absorbs and opener) and before not in {_AND, _OR} and not counted
    return _is_participle(piece, place)


def _is_participle(piece: Sequence[str], place: int) -> bool:
    """Whether it says which one of what stands before it: "tickets bought online"."""
    word, before = piece[place], piece[place - 1] if place else ""
    looks = word in PARTICIPLES or (len(word) > 4 and word.endswith("ed") and word not in NO_PARTICIPLES)
    return looks and place + 1 < len(piece) and carries(before or "the") and not before.endswith("ly")


def _parts(inside: Sequence[str]) -> Iterator[tuple[str, ...]]:
    part: list[str] = []
    for word in inside:
        if word in {_AND, "or"}:
            yield tuple(part)
            part = []
        elif carries(word) and word != _STOP and word not in ADVERBS:
            part.append(word)
    yield tuple(part)


def _narrows(phrase: Phrase) -> bool:
    """Whether it narrows the rule by itself, wherever it stands."""
    opener, last = phrase.opener, phrase.parts[-1]
    figure = any(word[0].isdigit() for word in last)
    if opener in CONDITIONS:
        return True
    if last[0] in _LIMITS:
        return meant(last[-1]) in TIMES and not _COUNTED.match(last[-1])
    if opener in NARROWING:
        return not (figure and _COUNTED.match(last[-1]))
    if opener == "by":
        return meant(last[-1]) in PEOPLE
    if opener in MEASURING and (figure or (opener in TIMING and any(meant(word) in TIMES for word in last))):
        return _MONEY.isdisjoint(last) or opener != "from"
    return opener in PLACING and meant(last[-1]) in CASES and not (figure and _COUNTED.match(last[-1]))


def _is_idle(phrase: Phrase) -> bool:
    """Whether it says only where something is done, or "for customers"."""
    if phrase.opener not in OPENERS:
        return phrase.opener not in CONDITIONS and all(word in ABOVE for part in phrase.parts for word in part)
    stems = [[meant(word) for word in part] for part in phrase.parts]
    return all(
        (each[-1] in IDLE_PLACES and each[-1] not in EVERYBODY) or all(word in IDLE_PLACES | EVERYBODY for word in each)
        for each in stems
    )
