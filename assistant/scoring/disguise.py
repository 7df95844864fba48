"""Reads through what hides words from a detector: marks or spaces inside them, digits for letters, words run together.

Only where the signs of it are there, and only for the vetoes, which read the result beside the message itself.
"""

import math
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import product
from typing import NamedTuple

from assistant.scoring.own_words import own_words
from assistant.scoring.text import undisguised, visible

_WORDS = files("assistant.scoring").joinpath("words.txt").read_text(encoding="utf-8").split()
"""English words of the shipped examples, the commonest first."""
_COST = {word: math.log((rank + 1) * math.log(len(_WORDS))) for rank, word in enumerate(_WORDS)}
"""How surprising a word is, by Zipf's law."""
_UNKNOWN = 9.0
"""The same of a letter of no word we know."""
_MOST_UNKNOWN = 0.15
_LONGEST = max(map(len, _WORDS))
_MOST_CHARACTERS = 2_000

_MARKS = r".\-_*·•~+^=,:;|\\/\""
_MARK_INSIDE = re.compile(rf"[{_MARKS}](?<=[A-Za-z].)[A-Za-z]")
_SPELT = re.compile(rf"(?<!\w)[A-Za-z](?:[{_MARKS}][A-Za-z]){{3}}")
_SCRAP = re.compile(r" [b-hj-moqstv-zB-HJ-MOQSTV-Z](?= )")
_SHORT = re.compile(r"(?<!\w)(?:\w{1,4}\W+){4}")
_LEET_INSIDE = re.compile(r"[0134578$!|@](?<=[A-Za-z].)[0134578$!|@]*[A-Za-z]|[134578$|](?<!\w.)[A-Za-z]{2}")
_ADDRESS = re.compile(r"\S*(?:://|@\w)\S*")
_FIRST_FLAG = 0x1F1E6
_FLAGS = re.compile("[\U0001f1e6-\U0001f1ff]+")
_GLUED = re.compile(r"[^\W\d_]{14}")
_PIECE = re.compile(r"\S+")
_INNER = re.compile(rf"[{_MARKS}]+")
_EDGES = "\"'.,:;!?()[]{}*_-~#…"
_LETTERS = re.compile(r"[a-z]+")
_LEET = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s", "!": "i", "|": "i"}
_ALONE = {"1": "i", "2": "to", "4": "for", "u": "you", "r": "are", "!": "i"}
_LEAST_LETTERS = 3
_LEAST_WORD = 4
_RUN_TOGETHER = 14
_SCRAPS = 4
"""So many scraps in a row, or words run together, are one text cut up or glued; fewer are compounds and names."""
_LEAST_SHARE = 0.3
"""Of the words with a mark inside: in fewer it is how somebody writes."""


class _Read(NamedTuple):
    """A piece of text: as it stands, and what it says by each trick, None where it doesn't use that one.

    What `counts` may be an amount or a code as well as a word with digits for letters.
    """

    piece: str
    bare: str
    unmarked: str | None = None
    unleet: str | None = None
    counts: bool = False
    cut: str | None = None


def unmasked(text: str) -> str | None:
    """The text without its disguise; None where it wears none. Never raises."""
    text = text[:_MOST_CHARACTERS]
    return _unmasked(text) if _shows(text) else None


def _shows(text: str) -> bool:
    """Whether any sign of a trick is there: of ordinary texts few get further, as reading them word by word costs."""
    if not text.isascii() and _FLAGS.search(text):
        return True
    if _LEET_INSIDE.search(text) and _LEET_INSIDE.search(_ADDRESS.sub(" ", text)):
        return True
    if _SCRAP.search(text) and _SHORT.search(text):
        return True
    if 2 * max(map(len, text.split()), default=0) >= len(text) and _GLUED.search(text):
        return True
    marks = len(_MARK_INSIDE.findall(text))
    return marks > 1 and (marks >= _LEAST_SHARE * (text.count(" ") + 1) or _SPELT.search(text) is not None)


@lru_cache(maxsize=256)
def _unmasked(text: str) -> str | None:
    before = own_words(undisguised(visible(text)))
    text = _out_of_flags(before)
    read = [_read(piece) for piece in _PIECE.findall(text)]
    marked = [each for each in read if each.unmarked is not None]
    spelt = any(len(each.unmarked or "") >= _LEAST_WORD and len(_INNER.findall(each.bare)) > 2 for each in marked)
    marks = spelt or (len(marked) > 1 and len(marked) >= _LEAST_SHARE * len(read))
    leet = any(len(word := each.unleet or "") >= _LEAST_WORD and word in _COST and not each.counts for each in read)
    cut = sum(len(each.bare) for each in read if each.cut) >= sum(len(each.bare) for each in read if not each.cut)
    said = [_said(each, marks=marks, leet=leet, cut=cut) for each in read]
    words = _joined(said)
    return " ".join(words) if words != _PIECE.findall(before) else None


def _said(read: _Read, *, marks: bool, leet: bool, cut: bool) -> str:
    if marks and read.unmarked is not None:
        return read.unmarked
    if leet:
        return read.unleet or _ALONE.get(read.bare, read.piece)
    return (read.cut if cut else None) or read.piece


def _out_of_flags(text: str) -> str:
    """Letters that pair up to flags as what they spell, where one run of them is a word; else flags stay flags."""
    spelt = [_flag_letters(found) for found in _FLAGS.findall(text)]
    if not any(len(letters) >= _LEAST_WORD and letters in _COST for letters in spelt):
        return text
    return _FLAGS.sub(lambda found: _flag_letters(found[0]), text)


def _flag_letters(flags: str) -> str:
    return "".join(chr(ord(flag) - _FIRST_FLAG + ord("a")) for flag in flags)


def _read(piece: str) -> _Read:
    bare = piece.strip(_EDGES).lower()
    if not bare or bare in _COST or "://" in piece or piece.startswith("@"):
        return _Read(piece, bare)
    parts = [part for part in _INNER.split(bare) if part]
    whole = "".join(parts)
    unmarked = None
    if len(parts) > 1 and not all(part in _COST and len(part) > 1 for part in parts):
        single = max(map(len, parts)) == 1 and len(parts) >= _LEAST_LETTERS
        unmarked = whole if whole in _COST else (_segmented(whole) or whole) if single else None
    unleet, counts = _unleet(bare) if len(parts) == 1 else None, _COUNTS.match(bare) is not None
    if counts and unleet not in _COST:
        unleet = None
    cut = _segmented(bare) if len(bare) >= _RUN_TOGETHER and _LETTERS.fullmatch(bare) else None
    return _Read(piece, bare, unmarked, unleet, counts, cut if cut and cut.count(" ") >= _SCRAPS - 1 else None)


def _unleet(bare: str) -> str | None:
    """What digits among letters stand for; None where there are none."""
    if not any(sign in _LEET for sign in bare) or not any(letter.isalpha() for letter in bare):
        return None
    spelt = list(_spelt(bare))
    return next((word for word in spelt if word in _COST), spelt[0])


_COUNTS = re.compile(r"\d{2,}[a-z]{1,3}$|\d(?:st|nd|rd|th|[a-z])$|[a-z]{1,2}\d+$|\w*\d{3}|[a-z]+8[a-z]?$")
"""Amounts, ordinals, flights and codes, and what everybody writes: gr8, l8r."""


def _spelt(word: str) -> Iterator[str]:
    """The likeliest first: a sign may stand for one letter here and for another there."""
    doubtful = [sign for sign in word if sign in _TWO_WAYS][:_MOST_DOUBTFUL]
    for chosen in product(*(_TWO_WAYS[sign] for sign in doubtful)):
        ways = iter(chosen)
        yield "".join(next(ways, _LEET[sign]) if sign in _TWO_WAYS else _LEET.get(sign, sign) for sign in word)


_TWO_WAYS = {"1": "il", "|": "il", "!": "il", "8": ("b", "ate")}
_MOST_DOUBTFUL = 4


def _joined(words: Sequence[str]) -> list[str]:
    """Scraps in a row put together and cut where words end, if they give words."""
    out: list[str] = []
    run: list[str] = []
    for word in words:
        bare = word.strip(_EDGES)
        if _is_scrap(bare) or (run and len(bare) <= 2):
            run.append(word)
            continue
        out += [*_put_together(run), word]
        run = []
    return [*out, *_put_together(run)]


def _is_scrap(word: str) -> bool:
    return 0 < len(word) <= 5 and word.isalnum() and (len(word) == 1 or word.lower() not in _COST)


def _put_together(run: Sequence[str]) -> list[str]:
    if len(run) < _SCRAPS:
        return list(run)
    found = _segmented("".join(_LEET.get(sign, sign) for word in run for sign in word.lower() if sign not in _EDGES))
    return found.split() if found is not None else list(run)


def _segmented(letters: str) -> str | None:
    """The likeliest words that the letters are, run together; None where they hardly are any."""
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(letters) + 1):
        starts = range(max(0, end - _LONGEST), end)
        costs = [(best[start][0] + _COST.get(letters[start:end], math.inf), start) for start in starts]
        best.append(min(*costs, (best[end - 1][0] + _UNKNOWN, end - 1)))
    words: list[str] = []
    end = len(letters)
    while end:
        words.append(letters[best[end][1] : end])
        end = best[end][1]
    unknown = sum(len(word) for word in words if word not in _COST)
    if unknown > _MOST_UNKNOWN * len(letters) or best[-1][0] > _MOST_SURPRISE * len(letters):
        return None
    return " ".join(reversed(words))


_MOST_SURPRISE = 2.4
"""A letter: chance letters cut into words cost more than what somebody meant."""
