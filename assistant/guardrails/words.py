"""Words of a text as the guardrails compare them: one spelling for quotes and dashes, stems, and what is common."""

import re
from functools import lru_cache

import Stemmer

_STEMMER = Stemmer.Stemmer("english", 0)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*(?:[.,]\d+)*%?")
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

UNITS: dict[str, int] = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
TENS: dict[str, int] = {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}

FUNCTION_WORDS = frozenset(
    "a an the this that these those it its they them their theirs there here he she his her him we us our ours you your yours "
    "i me my mine myself yourself one's who whom whose which what when where why how "
    "is are was were be been being am do does did done has have had having will would shall should can could may might must "
    "need needs to of in on at by for from with as into onto than then so such and or but if because while about "
    "also just still even too very really please simply any some each both own same s t d ll re ve m o y "
    "i'm i've i'd i'll you're you've you'll you'd we're we've we'll we'd they're they've they'll it's that's there's here's "
    "what's who's let's he's she's let get got".split()
)
"""Words that carry no claim by themselves. Negations and limits ("not", "only", "before") are not among them."""

NEGATIONS = frozenset(
    "not no non never none nothing nobody neither nor cannot without n't isn't aren't wasn't weren't don't doesn't didn't can't "
    "couldn't won't wouldn't shouldn't mustn't needn't haven't hasn't hadn't ain't nowhere isnt arent dont doesnt didnt cant "
    "wont unable".split()
)


def plain(text: str) -> str:
    """The text with typographic quotes, dashes and spaces in their plain form; length unchanged."""
    return text.translate(_PLAIN)


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
    return tuple(stem(word) for word in words(text))


def words(text: str) -> list[str]:
    """Lower-case words in order; a number keeps its decimals and percent sign."""
    return _WORD.findall(plain(text).casefold())


def _number(word: str) -> str:
    """`10,000` and `10000.00` are `10000`; `2.50` is `2.5`."""
    percent = word.endswith("%")
    digits = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", word.rstrip("%")).replace(",", ".")
    if "." in digits and digits.count(".") == 1:
        digits = digits.rstrip("0").rstrip(".")
    return digits + "%" * percent
