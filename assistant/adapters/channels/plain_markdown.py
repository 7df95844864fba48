"""Words as they are, for networks that take what they are sent for Markdown."""

import re

_BLANKS = re.compile(r"(\s+)")
_ADDRESS = re.compile(r"://|www\.|[^@]@[^@]")
"""Networks make links of these before they look at escapes, so they stay as they are."""
_SIGN = re.compile(
    r"[*`^~\[<]"
    r"|\\(?=[!-/:-@\[-`{-~])"
    r"|(?<![^\W_])_|_(?![^\W_])"  # within a word it is no mark
    r"|&(?=#?\w+;)"
)
_LINE = re.compile(r"^([ \t]*)([#>])", re.MULTILINE)
_NUMBER = re.compile(r"^([ \t]*(\d{1,9}))\.(?= )", re.MULTILINE)
_BULLET = re.compile(r"^([ \t]*)\\\*(?=[ \t])", re.MULTILINE)


def escaped(text: str) -> str:
    """What reads as `text` where Markdown is shown; lists and addresses stay what they are.

    Only signs are escaped that both CommonMark (Discourse, Reddit today) and Reddit's older interpreter let be
    escaped. A name after `@` stays one: Discourse looks for these behind every escape.
    """
    words = (word if _ADDRESS.search(word) else _SIGN.sub(r"\\\g<0>", word) for word in _BLANKS.split(text))
    return _dates(_BULLET.sub(r"\1*", _LINE.sub(r"\1\\\2", "".join(words))))


def _dates(text: str) -> str:
    """A line's number that continues no list stays what it is: Reddit counts every list from 1."""
    count = 0

    def kept(number: re.Match[str]) -> str:
        nonlocal count
        listed = int(number[2]) in {1, count + 1}
        count = int(number[2]) if listed else 0
        return number[0] if listed else f"{number[1]}\\."

    return _NUMBER.sub(kept, text)
