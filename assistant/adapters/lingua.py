"""Names the language of a text: common words first, then lingua, with the brand's first language as the prior."""

import re
from collections.abc import Mapping, Sequence
from importlib.resources import files

from lingua import IsoCode639_1, Language, LanguageDetectorBuilder

UNSURE = "und"

NEIGHBOURS = ("en", "de", "fr", "es", "it", "pt", "nl", "pl")
"""Told apart even where the brand doesn't use them, so that "not ours" can be said."""
_FURTHER = (
    *("sv", "da", "nb", "fi", "cs", "sk", "hr", "hu", "ro", "tr", "id", "tl", "vi"),
    *("cy", "lv", "lt", "et", "sl", "sq", "is", "sw", "ms", "af", "eu", "ca", "ga"),
)
"""Told apart by letters alone; without them what is written in them is taken for one of those above."""
_MARK = re.compile(r"[^\w\s'’-]|_")
_NOT_WORDS = re.compile(r"(?:https?://|www\.)\S+|[@#＃]\w+|[\w.+-]++@[\w-]+\.\w+|[^\W\d]*+\d\w*|[^\w\s'’-]|_")
_MORE_THAN_MARKS = re.compile(r"[@#＃\d]|https?://|www\.")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SPANISH_MARK = re.compile("[¿¡]")
_MAX_CHARACTERS = 400
_THRESHOLD = 0.5
"""Least share of the belief in one language; below it the text is of no language we can tell."""
_CLEAR_LEAD = 3
_CLEARLY = 0.99
"""Words more than any other language's, from which lingua need not be asked, and how sure that makes."""
_PRIOR = 3.0
"""How much likelier the brand's first language is before a word is read."""
_PRIOR_OF_A_FEW_WORDS = 40.0
"""The same for a few plain letters with no common word of another language, which lingua can only guess at. Figures:
docs/measurements.md, Languages."""
_FEW_WORDS = 4
_WEIGHT_OF_A_WORD = 4.0
"""How much likelier one common word makes its language."""
_FLOOR = 0.02
"""What lingua's quick mode leaves to a language it rules out: on three words it rules out too much."""

_FOLDER = files("assistant.adapters").joinpath("language_words")
_COMMON: Mapping[str, frozenset[str]] = {
    code: frozenset(words.split())
    for code, words in {
        "en": "the a an and is are was were you your my we i it this that to of for on in with not no have has had do "
        "does did can could will would be been just so what when why how where which from at by if but or they them "
        "our me he she there here get got please thanks thank hi hello hey ok okay lol yes still again help never "
        "about out up don't can't i'm it's didn't won't any all who am than then been flight bag delayed price cost "
        "much refund bags luggage lost late paid pay booking waiting hours days today tomorrow now need want know "
        "more only money really very too first next time people told called anyone nothing allowed",
        "de": "der die das und ist sind war ich sie wir ihr mein meine nicht kein keine mit für auf ein eine einen dem "
        "den des zu zum zur von bei aus nach wie was wann wo warum hat habe haben kann können bitte danke hallo auch "
        "noch schon nur aber oder wenn es im am wird werden mir mich uns euch doch mal gibt seit immer wieder",
        "fr": "le la les un une des et est sont je vous nous il elle mon ma mes votre vos ne pas de du au aux pour "
        "avec sur dans que qui quoi comment quand où pourquoi ce ces merci bonjour salut j'ai c'est n'est mais ou "
        "plus très fait être avoir peut suis on se en y toujours encore",
        "es": "el la los las un una y es son yo usted mi mis su sus no de del al para con en por que qué cómo cuándo "
        "dónde cuánto este esta esto gracias hola pero o más muy hay he ha me se lo le tengo puedo quiero está estoy "
        "vuelo ya si sí sin desde todavía otra vez",
        "it": "il lo la gli le un una e è sono io voi mio mia vostro non di del della al alla per con che chi come "
        "quando dove perché questo questa grazie ciao buongiorno ma o più molto ho ha mi si posso vorrei nel ancora",
        "pt": "o a os as um uma e é são eu você vocês meu minha não de do da dos das ao para com em por que como "
        "quando onde este esta isso obrigado obrigada olá mas ou mais muito tenho tem posso quero está estou já ainda",
        "nl": "de het een en is zijn ik jullie u wij mijn niet geen van op met voor aan te dat die dit wat hoe wanneer "
        "waar waarom heb heeft kan kunnen bedankt hallo maar of ook nog al er naar bij door als mij weer",
        "pl": "i w na z do nie jest są ja mój moja się to że jak kiedy gdzie dlaczego co czy dla od po przez ten ta "
        "dziękuję dzień dobry ale lub już mam mi był była proszę jeszcze za o",
    }.items()
}


_SAID: Mapping[str, str] = {
    word: code for code in _COMMON for word in _FOLDER.joinpath(f"{code}.txt").read_text(encoding="utf-8").split()
}
"""Words of the shipped examples of one language and of no other, and English slang. Many languages that lingua tells
apart are near each other on two words; these say which two are English, German ..."""
_ENGLISH_ENDINGS = ("'s", "n't", "'re", "'ve", "'ll")


class Lingua:
    """A `Languages` restricted to the brand's languages; others, and what can't be told, are `und`."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._ours = tuple(languages)
        told_apart = dict.fromkeys([*languages, *NEIGHBOURS, *_FURTHER])
        known = {code.name.lower(): code for code in _iso_codes()}
        self._codes = tuple(code for code in told_apart if code in known)
        builder = LanguageDetectorBuilder.from_iso_codes_639_1(*(known[code] for code in self._codes))
        self._detector = builder.with_low_accuracy_mode().build()
        common = {code: _COMMON.get(code, frozenset()) for code in self._codes}
        english_first = self._ours[0] == "en"  # elsewhere a "hotel" may be of the brand's own language
        self._said = frozenset(code for code in self._codes if code in _COMMON and (code != "en" or english_first))
        self._spoken = {
            word: tuple(code for code, words in common.items() if word in words)
            for word in frozenset().union(*common.values())
        }

    def identify(self, text: str) -> tuple[str, float]:
        text = text[: 2 * _MAX_CHARACTERS]
        words = (_NOT_WORDS if _MORE_THAN_MARKS.search(text) else _MARK).sub(" ", text)[:_MAX_CHARACTERS]
        found = _WORD.findall(words.lower().replace("’", "'"))
        if not found:
            return UNSURE, 0.0
        hits = self._hits(found)
        if "es" in hits and _SPANISH_MARK.search(text[:_MAX_CHARACTERS]):
            hits["es"] += 2
        if (clear := _clearly(hits)) is not None:
            return self._named(clear, _CLEARLY)
        for word in found:
            code = _SAID.get(word) or ("en" if word.endswith(_ENGLISH_ENDINGS) else "")
            if code in self._said:
                hits[code] += 1
        if (clear := _clearly(hits)) is not None:
            return self._named(clear, _CLEARLY)
        belief = self._belief(" ".join(words.split()), hits)
        best = max(belief, key=belief.__getitem__)
        return self._named(best, belief[best])

    def _hits(self, found: Sequence[str]) -> dict[str, int]:
        """How many words of each language stand there."""
        hits = dict.fromkeys(self._codes, 0)
        for word in found:
            for code in self._spoken.get(word, ()):
                hits[code] += 1
        return hits

    def _belief(self, words: str, hits: Mapping[str, int]) -> dict[str, float]:
        """Lingua's shares, weighed with common words and the prior; empty shares mean another script."""
        shares = dict.fromkeys(self._codes, 0.0)
        for confidence in self._detector.compute_language_confidence_values(words):
            shares[confidence.language.iso_code_639_1.name.lower()] = confidence.value
        if not any(shares.values()) and not words.isascii():
            return {UNSURE: 1.0}
        weighed = {code: (share + _FLOOR) * _WEIGHT_OF_A_WORD ** min(hits[code], 8) for code, share in shares.items()}
        plain = len(words.split()) <= _FEW_WORDS and words.isascii()
        unopposed = plain and not any(count for code, count in hits.items() if code != self._ours[0])
        weighed[self._ours[0]] *= _PRIOR_OF_A_FEW_WORDS if unopposed else _PRIOR
        total = sum(weighed.values())
        return {code: value / total for code, value in weighed.items()}

    def _named(self, code: str, share: float) -> tuple[str, float]:
        share = min(1.0, share)
        return (code, share) if code in self._ours and share >= _THRESHOLD else (UNSURE, share)


def _clearly(hits: Mapping[str, int]) -> str | None:
    """The language of so many more words than any other that lingua need not be asked, which costs a third of a
    millisecond."""
    *_, second, first = sorted(hits.values())
    return max(hits, key=hits.__getitem__) if first >= second + _CLEAR_LEAD else None


def _iso_codes() -> Sequence[IsoCode639_1]:
    return [language.iso_code_639_1 for language in Language.all()]
