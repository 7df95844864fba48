"""A text longer than one post, as numbered posts: each within its network's own counting, nothing cut that must stay
whole, and what says that a machine wrote in the first."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from assistant.domain.guardrail import Finding
from assistant.domain.networks import NETWORKS, Network
from assistant.domain.vocabulary import Severity
from assistant.guardrails import disclosure, fit
from assistant.guardrails.facts import facts_of
from assistant.guardrails.sentences import split_sentences
from assistant.guardrails.words import plain

_UNKNOWN = Network(source="a channel without an entry", checked="2026-08")
_PAUSES = (",", ";", ":", "–", "—")
"""Where a long sentence is cut first."""
_NUMBER = re.compile(r" \(\d{1,2}/\d{1,2}\)$")
_NOTICED_WORDS = 4
_PAUSE_FROM = 0.5
"""A pause counts only in the second half of what fits: an earlier one would leave a part nearly empty."""


class _Piece(NamedTuple):
    """Words that stay together, and what stood before them."""

    text: str
    gap: str


@lru_cache(maxsize=4096)
def split(text: str, *, channel: str, most: int) -> tuple[str, ...] | None:
    """The posts that say `text`: itself where one is enough, else up to `most` numbered ones; None where that can't be.

    Sentences stay whole where one fits a post. A longer one is cut between words, never next to a figure nor inside an
    address, a date, an amount or a name. White space at the cuts is all that is lost.
    """
    if _fits(text, channel):
        return (text,)
    pieces = _pieces(text)
    for total in range(2, most + 1):
        bodies = _packed(pieces, channel, total, room=_number(total, total))
        if bodies is not None:
            bodies = _disclosed_first(pieces, bodies, channel, total)
        if bodies is not None:
            return tuple(f"{body}{_number(at, len(bodies))}" for at, body in enumerate(bodies, start=1))
    return None


def bare_sentences(part: str) -> tuple[str, ...]:
    """The sentences of a post that would be noticed if they came twice: without its number, without what says that a
    machine wrote, without a mere word of thanks."""
    said = split_sentences(_NUMBER.sub("", part))
    return tuple(each for each in said if not disclosure.says_machine(each) and len(each.split()) >= _NOTICED_WORDS)


def check(text: str, *, channel: str, most: int) -> tuple[Finding, ...]:
    """Blocks a text its channel would refuse or cut, and one that takes more posts than allowed."""
    if split(text, channel=channel, most=most) is not None:
        return ()
    if most < 2 and (found := fit.check(text, channel=channel)):
        return found
    network = NETWORKS.get(channel, _UNKNOWN)
    room = f"{network.limit}" + (f" less {network.lead} for the author's name" if network.lead else "")
    posts = f", and {most} posts are the most one answer may take" if most > 1 else ""
    counted = f"{fit.measure(channel, text)} characters long as {channel.replace('_', ' ')} counts them"
    said = f"The text is {counted}; a post takes {room}{posts}. Shorten it."
    return (Finding(guardrail="fit", severity=Severity.BLOCK, message=said),)


def _number(at: int, total: int) -> str:
    return f" ({at}/{total})" if total > 1 else ""


def _fits(text: str, channel: str) -> bool:
    lead = NETWORKS.get(channel, _UNKNOWN).lead
    return fit.fits(channel, "x" * lead + text)


def _pieces(text: str) -> tuple[_Piece, ...]:
    """The sentences with the white space before each."""
    pieces: list[_Piece] = []
    end = 0
    for sentence in split_sentences(text):
        start = text.index(sentence, end)
        gap = text[end:start]
        pieces.append(_Piece(sentence, "\n" * min(gap.count("\n"), 2) or " "))
        end = start + len(sentence)
    return tuple(pieces)


def _packed(pieces: Sequence[_Piece], channel: str, most: int, *, room: str) -> list[str] | None:
    """As many bodies as it takes, each full but for its `room`; None where more than `most` would be needed."""
    bodies, waiting = [""], list(pieces)
    while waiting:
        piece, *waiting = waiting
        joined = bodies[-1] + (piece.gap if bodies[-1] else "") + piece.text
        if _fits(joined + room, channel):
            bodies[-1] = joined
        elif bodies[-1]:
            bodies.append("")
            waiting.insert(0, piece)
        else:
            halves = _cut(piece.text, channel, room)
            if halves is None:
                return None
            waiting[:0] = [_Piece(half, piece.gap) for half in halves]
        if len(bodies) > most:
            return None
    return bodies


def _cut(sentence: str, channel: str, room: str) -> tuple[str, str] | None:
    """The longest beginning that fits, cut at a pause if there is one late enough, and the rest."""
    words = sentence.split(" ")
    kept = _kept_together(sentence)
    whole = ends = 0
    pause = None
    for count in range(1, len(words)):
        ends += len(words[count - 1]) + (count > 1)
        if not _fits(sentence[:ends] + room, channel):
            break
        if ends in kept or _is_figure(words[count - 1]) or _is_figure(words[count]):
            continue
        whole = ends
        pause = ends if words[count - 1].endswith(_PAUSES) else pause
    if not whole:
        return None
    at = pause if pause is not None and pause >= _PAUSE_FROM * whole else whole
    return sentence[:at], sentence[at:].strip()


def _kept_together(sentence: str) -> frozenset[int]:
    """Places of the blanks inside hard facts."""
    inside: set[int] = set()
    readable = plain(sentence)
    for fact in facts_of(sentence):
        start = readable.find(fact.text)
        if start >= 0 and len(readable) == len(sentence):
            inside.update(range(start, start + len(fact.text)))
    return frozenset(inside)


def _is_figure(word: str) -> bool:
    return any(char.isdigit() for char in word)


def _disclosed_first(pieces: Sequence[_Piece], bodies: list[str], channel: str, total: int) -> list[str] | None:
    """The bodies; where the disclosure would come later than in the first, packed again with it at that one's end."""
    said = [piece for piece in pieces if disclosure.says_machine(piece.text)]
    if not said or disclosure.is_present(bodies[0]):
        return bodies
    rest = [piece for piece in pieces if piece not in said]
    room = _number(total, total)
    for before in range(len(rest), 0, -1):
        first = "".join(piece.gap + piece.text for piece in (*rest[:before], *said)).strip()
        if _fits(first + room, channel):
            others = _packed(rest[before:], channel, total - 1, room=room) if rest[before:] else []
            return None if others is None else [first, *others]
    return None
