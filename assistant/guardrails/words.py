"""Words of a text as the guardrails compare them: one spelling for quotes and dashes, stems, and what is common."""

import re
from functools import lru_cache

import Stemmer

_STEMMER = Stemmer.Stemmer("english", 0)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*(?:[.,]\d+)*")
_THOUSANDS = re.compile(r"[.,](?=\d{3}(?:\D|$))")
_GIVEN_BACK = re.compile(
    r"\b(?:gets?|got|getting|receives?|pays?|paid|gives?|given|have|has)(?P<what>(?: (?!back|to)\w+){0,5})"
    r" back\b(?! to\b)"
)
_AT_NO_COST = re.compile(
    r"\bcosts? (?:you )?nothing\b|\b(?:at|for) no (?:extra |additional )?(?:cost|charge)\b|\bfree of charge\b"
)
SAID: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("n't|cannot", re.compile(r"\bcan't\b|\bcannot\b"), "can not"),
    ("won't", re.compile(r"\bwon't\b"), "will not"),
    ("n't", re.compile(r"n't\b"), " not"),
    ("%|cent", re.compile(r"%|\bper ?cent\b"), " percent "),
    ("", re.compile(r"(?<=\d)(?=[a-z])"), " "),
    ("€|euro", re.compile(r"(?:€|\beuros?\b)"), " eur "),
    ("$|dollar", re.compile(r"(?:\$|\bdollars?\b)"), " usd "),
    ("£", re.compile(r"£"), " gbp "),
    ("back", _GIVEN_BACK, r"refund\g<what>"),
    ("back", re.compile(r"\bcomes? back to you\b"), "is refunded"),
    ("cost|charge", _AT_NO_COST, " free"),
    ("problem|matter", re.compile(r"\b(?:no problem|not (?:a |any )?problem|not matter)\b"), "fine"),
    ("eur|usd|gbp|chf", re.compile(r"\b(eur|usd|gbp|chf)(?=\d)"), r"\1 "),
    ("eur|usd|gbp", re.compile(r"\b(eur|usd|gbp) {1,3}(\d[\d.,]*)"), r"\2 \1"),
    ("up to|more than|maximum", re.compile(r"\b(?:up to|(?:no|not) more than|a maximum of)(?= {1,3}\d)"), "at most"),
    ("less than|minimum", re.compile(r"\b(?:(?:no|not) less than|a minimum of)(?= {1,3}\d)"), "at least"),
)
"""Each with what stands in all it matches: looking for that first is ten times cheaper."""
_SAID_ONCE_SEEN = tuple((tuple(seen.split("|")), pattern, said) for seen, pattern, said in SAID)
_PLAIN = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "‐": "-",
        "‑": "-",
        "−": "-",
        "\u00a0": " ",
        "\u202f": " ",
    }
)


def listed(text: str) -> frozenset[str]:
    """Words written with white space between."""
    return frozenset(text.split())


_UNITS = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen
"""
_TENS = """twenty thirty forty fifty sixty seventy eighty ninety"""
UNITS: dict[str, int] = {word: value for value, word in enumerate(_UNITS.split())}
TENS: dict[str, int] = {word: 10 * value for value, word in enumerate(_TENS.split(), start=2)}

FUNCTION_WORDS = listed(
    """
    a an the this that these those it its they them their theirs there here he she his her him we us our ours
    you your yours i me my mine myself yourself one's who whom whose which what when where why how is are was
    were be been being am do does did done has have had having will would shall should can could may might must
    need needs to of in on at by for from with as into onto than then so such and or but if because while about
    also just still even too very really please simply any some each both own same s t d ll re ve m o y i'm i've
    i'd i'll you're you've you'll you'd we're we've we'll we'd they're they've they'll it's that's there's
    here's what's who's let's he's she's let get got
    der die das dem den des ein eine einen einem einer eines und oder ist sind wird werden im am zum zur bei uns wir sie
    er ihr ihre ihren ihrem ihrer auf für mit von vom aus dann auch
    le la les un une du de d l et ou est sont vous votre vos nous notre nos au aux en par pour dans avec ce cette ces il
    elle alors prend
    el los las unos unas y es su sus se lo por para con del al esta este esto
    """
)
"""Words that carry no claim by themselves. Negations and limits ("not", "only", "before") are not among them."""

NEGATIONS = listed(
    """
    not no non never none nothing nobody neither nor cannot without n't isn't aren't wasn't weren't don't
    doesn't didn't can't couldn't won't wouldn't shouldn't mustn't needn't haven't hasn't hadn't ain't nowhere
    isnt arent dont doesnt didnt cant wont unable impossible
    nicht kein keine keinen keinem keiner keines nie niemals ohne
    pas jamais aucun aucune sans
    nunca jamás ningún ninguna ninguno tampoco sin
    """
)
WITHOUT = listed("without ohne sans sin")
"""Say how something is done, not that it isn't."""


def plain(text: str) -> str:
    """The text with typographic quotes, dashes and spaces in their plain form; length unchanged."""
    return text if text.isascii() else text.translate(_PLAIN)


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """The stem of one lower-case word; number words become digits, amounts lose empty decimals."""
    if word[0].isdigit():
        return _number(word)
    if word in UNITS:
        return str(UNITS[word])
    if word in TENS:
        return str(TENS[word])
    if word in NEGATIONS:
        return word
    stemmed: str = _STEMMER.stemWord(word.removesuffix("'s"))
    return stemmed


def tokens(text: str) -> tuple[str, ...]:
    """Stems in order, function words included."""
    return tuple(map(stem, words(text)))


@lru_cache(maxsize=8192)
def content(text: str) -> frozenset[str]:
    """Stems of the words that carry meaning; remembered by text, since approved wording comes again and again."""
    return frozenset([stem for stem in tokens(text) if stem not in FUNCTION_WORDS])


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """Lower-case words in order, said one way: "can't" is can not, €25 is 25 eur, 8kg 8 kg, "up to 8" at most 8.

    Remembered, since many guardrails read the same sentence.
    """
    text = plain(text).casefold()
    for seen, pattern, said in _SAID_ONCE_SEEN:
        if any(part in text for part in seen):
            text = pattern.sub(said, text)
    return tuple(_WORD.findall(text))


def _number(word: str) -> str:
    """`10,000` and `10000.00` are `10000`; `2.50` is `2.5`."""
    digits = _THOUSANDS.sub("", word).replace(",", ".")
    return digits.rstrip("0").rstrip(".") if digits.count(".") == 1 else digits
