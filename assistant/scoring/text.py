"""Puts a message into the shape the heads were fitted on, and undoes the tricks that hide words from a detector."""

import re
import unicodedata
from functools import lru_cache
from string import ascii_lowercase

from assistant.scoring.own_words import own_words

_MAX_CHARACTERS = 20_000
"""What a mention holds at most; nothing longer is ever folded."""

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
"""Zero-width, bidirectional and variation marks: they change how a text looks, never what it says."""
_WORDS = re.compile(r"[^\W_]")
_URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@])@\w[\w.]*(?:@[\w.-]+)?")
_HASHTAG = re.compile(r"(?<![@#＃])[#＃]+(?=\w)")

_LOOKALIKES = str.maketrans(
    dict(
        zip(
            "аеорсухіјѕԁһӏқӊвкмнтҽАВЕКМНОРСТУХІЈЅαεικνορτυχγηωςσβϳΑΒΕΖΗΙΚΜΝΟΡΤΥΧօսոցհտքՍՕ"
            "ᎪᏴᏟᎠᎬᏀᎻᎥᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᏃıłøđßæœ’‘‛ʼ`´“”„«»–—‐‑−",
            [*"aeopcyxijsdhlkhbkmhteABEKMHOPCTYXIJS", *"aeikvoptuxynwcobjABEZHIKMNOPTYX", *"ounghspUO"]
            + [*"ABCDEGHiJKLMPRSTVWZ"]
            + ["i", "l", "o", "d", "ss", "ae", "oe"]
            + ["'"] * 6
            + ['"'] * 5
            + ["-"] * 5,
            strict=True,
        )
    )
)
_OTHER_SCRIPT = "[\u0370-\u058f\u13a0-\u13f5]"
_DISGUISES = {code: letter for code, letter in _LOOKALIKES.items() if re.match(_OTHER_SCRIPT, chr(code))}
"""Greek, Cyrillic, Armenian and Cherokee letters that pass for Latin ones."""
_MIXED = re.compile(rf"(?=[^\W\d_]*[A-Za-z])(?=[^\W\d_]*{_OTHER_SCRIPT})[^\W\d_]+")
"""A word of two scripts: nobody writes one by chance."""
_OTHER_LETTER = re.compile(_OTHER_SCRIPT)
_DRESSED = str.maketrans(
    dict(
        zip(
            "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢɑɡɩɫʋƅ\u2800",
            [*"abcdefghijklmnopqrstuvwyz", *"agilub", " "],
            strict=True,
        )
    )
    | {chr(start + place): letter for start in (0x1F150, 0x1F170) for place, letter in enumerate(ascii_lowercase)}
)
"""Small capitals, letters in black circles and squares, and the like: no language is written in them."""
_DRESSED_LETTER = re.compile(f"[{''.join(map(chr, _DRESSED))}]")
_PICTURE = "[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001f14f\U0001f18a-\U0001f1e5\U0001f200-\U0001faff]"
_PICTURES = re.compile(f"{_PICTURE}+")
_PICTURE_IN_WORD = re.compile(rf"(?<=[^\W\d_]){_PICTURE}+(?=[^\W\d_A-Z])")
"""Between two letters of a word; before a capital it stands between two words."""
_JOINED_WORDS = re.compile(r"(?<!\w)[^\W_]+(?:_+[^\W_]+){3,}(?!\w)")
"""Four words or more: fewer are the name of a file, of a user or a hashtag."""

_LETTERS_APART = re.compile(r"(?<!\w)(?:[^\W\d_] ){3,}[^\W\d_](?!\w)")
_APART = re.compile(r" [^\W\d_] [^\W\d_] [^\W\d_]")
_LEET = str.maketrans("0134578@$!|", "oieastbasil")
_LEET_WORD = re.compile(r"(?<![\w@$!|])(?=[\w@$!|]*[a-z])(?=[\w@$!|]*[0134578@$|])[a-z0-9@$!|]+(?![\w@$|])")
_LEET_SIGN = re.compile(r"[0134578@$|]")
_UNIT_OR_CODE = re.compile(
    r"(?:\d+(?:kg|g|ml|l|cm|mm|m|km|h|hrs?|min|mins|am|pm|st|nd|rd|th|x|k|gb|mb|wh|ah|v|w|e|eur|usd|gbp|yo|yr|yrs)"
    r"|[a-z]{1,2}\d+|[a-z]\d[a-z]\d\w*|\w*\d{3,}\w*)!*$"
)
_SPELT_OUT = re.compile(r"(?<!\w)(?:(?:\w ){3,}|(?:\w[.\-_*]){2,})\w(?!\w)")
_SPELT_GAP = re.compile(r"[ .\-_*]")
_STRETCHED = re.compile(r"(\D)\1{2,}")
"""Never digits: a card number has runs of them."""


@lru_cache(maxsize=1024)
def clean(text: str) -> str:
    """What the heads and the embedder read: the author's own words without handles, links, quotes and signatures.

    Hashtags keep their word. Case, punctuation and emoji stay, since they carry tone; letters of another script that
    pass for Latin ones, and words spelt out letter by letter, are undone. Remembered for about a batch, as several
    stages read the same text.
    """
    return _together(own_words(undisguised(visible(text))))


def clean_lines(text: str) -> list[str]:
    """The same, line by line; empty lines stay."""
    return [_together(line) for line in own_words(undisguised(visible(text))).splitlines()]


def _together(text: str) -> str:
    text = " ".join(_apart(_HASHTAG.sub("", _without_addresses(text))).split())
    return _LETTERS_APART.sub(lambda found: found[0].replace(" ", ""), text) if _APART.search(text) else text


def undisguised(text: str) -> str:
    """Look-alike letters put back into Latin: in words that mix scripts, and where there are such words in the whole
    text, unless other letters show that it is truly written in that script."""
    if text.isascii() or not _OTHER_LETTER.search(text) or not _MIXED.search(text):
        return text
    if all(ord(letter) in _DISGUISES for letter in _OTHER_LETTER.findall(text)):
        return text.translate(_DISGUISES)
    return _MIXED.sub(lambda found: found[0].translate(_DISGUISES), text)


def visible(text: str) -> str:
    """NFKC without the marks that nobody sees, pictures inside words, and letters dressed up."""
    if text.isascii():
        return text[:_MAX_CHARACTERS]
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", _INVISIBLE.sub("", text[:_MAX_CHARACTERS])))
    if _DRESSED_LETTER.search(text):
        text = text.translate(_DRESSED)
    return _PICTURE_IN_WORD.sub("", text)


def fold(text: str) -> str:
    """Lower case without accents, look-alike letters, leetspeak, spelt-out words or stretched letters.

    Only for detectors: it may glue or change harmless words, and never makes a text longer than about twice its length.
    """
    text = visible(text)
    if not text.isascii():
        text = text.translate(_LOOKALIKES)
        text = "".join([c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)])
    text = text.lower()
    text = text.replace("`", "'") if text.isascii() else text.translate(_LOOKALIKES)
    text = _without_addresses(text)
    text = _SPELT_OUT.sub(lambda found: _SPELT_GAP.sub("", found[0]), text)
    text = _apart(text)
    if _LEET_SIGN.search(text):
        text = _LEET_WORD.sub(_unleet, text)
    text = _STRETCHED.sub(r"\1\1", text)
    return " ".join(_HASHTAG.sub("", text).split())


def has_words(text: str) -> bool:
    """Whether anything is left to understand: at least one letter or digit."""
    return _WORDS.search(text) is not None


def _without_addresses(text: str) -> str:
    """Without links and handles."""
    text = _URL.sub(" ", text)
    return _HANDLE.sub(" ", text) if "@" in text else text


def without_pictures(text: str) -> str:
    """Without emoji and other pictures."""
    return text if text.isascii() else " ".join(_PICTURES.sub(" ", text).split())


def _apart(text: str) -> str:
    """Words joined by underscores."""
    return _JOINED_WORDS.sub(lambda found: found[0].replace("_", " "), text) if "_" in text else text


def _unleet(found: re.Match[str]) -> str:
    word = found[0]
    if _UNIT_OR_CODE.fullmatch(word):
        return word
    return word.rstrip("!").translate(_LEET)
