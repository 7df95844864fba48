"""Does a text fit its channel, measured as that channel counts?"""

import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache

import regex

from assistant.domain.guardrail import Finding
from assistant.domain.networks import NETWORKS, Network, Unit
from assistant.domain.vocabulary import Severity

SHORT_LIMIT = 500
"""Channels of this many characters or less take short wording."""

_GRAPHEME = regex.compile(r"\X")
_URL = regex.compile(r"https?://[!#-;=?-~]+", regex.IGNORECASE)
_BARE_DOMAIN = regex.compile(
    r"(?<![@\w./-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,5}[a-z]{2,18}(?:/[!#-;=?-~]*)?(?![\w@])",
    regex.IGNORECASE,
)
_REMOTE_MENTION = regex.compile(r"(?<![\w/@])@([\w.-]{1,64})@[\w-]+(?:\.[\w-]+)+")
_EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}|[0-9#*]\ufe0f?\u20e3")
_URL_LENGTH = 23
"""What X and Mastodon count for any web address."""
_AFTER_ADDRESS = ".,;:!?)]}'\""
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
"""Code points X counts once; all others twice (twitter-text configuration v3)."""


def _code_points(text: str) -> int:
    return len(text)


def _utf16(text: str) -> int:
    """UTF-16 units: what most platforms count; never less than code points."""
    return len(text) + sum(ord(char) > 0xFFFF for char in text)


def _graphemes(text: str) -> int:
    return sum(1 for _ in _GRAPHEME.finditer(text))


def _weighted(text: str) -> int:
    """X's weighted length: NFC, an address 23, an emoji 2, other code points 1 or 2.

    An address without a scheme counts at least its own length, as X links only known top-level domains.
    """
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n")
    total = start = 0
    for match in _URL.finditer(text):
        address = match.group().rstrip(_AFTER_ADDRESS)
        total += _weighted_words(text[start : match.start()]) + _URL_LENGTH
        start = match.start() + len(address)
    return total + _weighted_words(text[start:])


def _weighted_words(text: str) -> int:
    total = sum(
        max(0, _URL_LENGTH - len(match.group().rstrip(_AFTER_ADDRESS))) for match in _BARE_DOMAIN.finditer(text)
    )
    if _EMOJI.search(text) is None:
        return total + len(text) + sum(_weight(char) - 1 for char in text if char > "\x7f")
    for match in _GRAPHEME.finditer(text):
        cluster = match.group()
        total += 2 if _EMOJI.search(cluster) else sum(_weight(char) for char in cluster)
    return total


def _weight(char: str) -> int:
    point = ord(char)
    return 1 if any(first <= point <= last for first, last in _LIGHT) else 2


def _mastodon(text: str) -> int:
    """Graphemes; an address counts 23, the server part of a mention nothing."""
    return _graphemes(_REMOTE_MENTION.sub(r"@\1", _URL.sub(_shortened, text)))


def _shortened(address: regex.Match[str]) -> str:
    """A sign that ends a sentence is no part of the address before it."""
    said: str = address.group()
    return "x" * _URL_LENGTH + said[len(said.rstrip(_AFTER_ADDRESS)) :]


def _threads(text: str) -> int:
    """Code points, an emoji as the UTF-8 bytes it takes."""
    if text.isascii():
        return len(text)
    clusters = (match.group() for match in _GRAPHEME.finditer(text))
    return sum(
        len(cluster.encode("utf-8", "replace")) if _EMOJI.search(cluster) else len(cluster) for cluster in clusters
    )


def _utf8(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


_COUNTS: Mapping[Unit, Callable[[str], int]] = {
    Unit.CODE_POINTS: _code_points,
    Unit.UTF16: _utf16,
    Unit.UTF8: _utf8,
    Unit.GRAPHEMES: _graphemes,
    Unit.X_WEIGHTED: _weighted,
    Unit.MASTODON: _mastodon,
    Unit.THREADS: _threads,
}
_UNKNOWN = Network(source="a channel without an entry", checked="2026-08")


def limit_of(channel: str) -> int | None:
    """The channel's text limit in its own units; None for a channel not known here."""
    entry = NETWORKS.get(channel)
    return entry.limit if entry else None


@lru_cache(maxsize=16_384)
def measure(channel: str, text: str) -> int:
    """Length of the text in the channel's own units: weighted characters on X, graphemes on Bluesky and so on."""
    return _COUNTS[NETWORKS.get(channel, _UNKNOWN).unit](text)


def fits(channel: str, text: str) -> bool:
    """Whether the channel takes the text; on Bluesky within its byte limit too."""
    entry = NETWORKS.get(channel, _UNKNOWN)
    within_bytes = entry.byte_limit is None or len(text.encode("utf-8", "replace")) <= entry.byte_limit
    return within_bytes and measure(channel, text) <= entry.limit


def is_short(channel: str) -> bool:
    """Whether short wording belongs here: a limit of 500 or less."""
    return NETWORKS.get(channel, _UNKNOWN).limit <= SHORT_LIMIT


def check(text: str, *, channel: str) -> tuple[Finding, ...]:
    """Blocks a text its channel would refuse or cut."""
    if fits(channel, text):
        return ()
    return (Finding(guardrail="fit", severity=Severity.BLOCK, message=_too_long(channel, text)),)


def _too_long(channel: str, text: str) -> str:
    """What it is too long by: the channel's own count, else its bytes."""
    entry, name, length = NETWORKS.get(channel, _UNKNOWN), channel.replace("_", " "), measure(channel, text)
    if length > entry.limit:
        counted = f"The text is {length} characters long as {name} counts them; {entry.limit} are the most."
        return f"{counted} Shorten it by {length - entry.limit}."
    several = "An emoji or a letter with an accent takes several."
    return f"The text takes {_utf8(text)} bytes; {name} takes {entry.byte_limit}. {several}"
