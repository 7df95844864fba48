"""Does the cited article speak of what the customer names? An answer about something near is wrong."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.domain.brand import Brand, Intent, Pack
from assistant.domain.knowledge import Article
from assistant.guardrails.contrasts import SAME
from assistant.guardrails.sorts import Sorts, sorts_of
from assistant.guardrails.words import FUNCTION_WORDS, content, listed, plain, stem

RARE = 4.5
"""Rarity from which a word can go uncovered: fewer than about one in ninety articles and examples hold it."""
MAX_UNCOVERED = 0.5
"""Share of the question's rarity that may stand nowhere in the article; evals/suites tier-one and abstain, 2026-11:
right automatic answers leave .37 at most, luggage wrapping leaves .61."""
MIN_WORDS = 2
"""One unknown word is slang, a name or a slip."""

_SMALL_TALK = listed(
    """
    hi hiya hello hey dear sir sirs madam team good morning afternoon evening greetings kind regards best thanks thank
    cheers please pls plz quick question wondering folks lads guys january february march april june july august
    september october november december jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday
    thursday friday saturday sunday mon tue wed thu fri sat sun today tomorrow yesterday tonight week month year weekend
    fortnight summer winter spring autumn mother father mum dad mam son daughter sister brother wife husband partner
    friend cousin aunt uncle granny grandmother grandfather kid child baby nephew niece
    """
)
"""Greetings, dates and family: they set the scene and are not asked about."""
_SCENE = frozenset(stem(word) for word in _SMALL_TALK)
_IDLE = frozenset(
    map(
        stem,
        listed(
            """
            find latest anything something thing things anyone someone happen happens possible ok okay allowed allow
            let bring take get need want have use come go buy put tell know say chance way still even also too though
            whether question serious lol ask wonder wondering able work works what's how's im ive doing do ye yous
            boss nan gran hen stag holiday holidays trip travel travelling fly flying flight flights plane aboard
            board i'll didn't don't isn't doesn't can't won't show time times early earlier later instead add serve
            leg home hour hours big large heavy long wide tall old much many cost costs price charge fee size weight
            """
        ),
    )
)
"""Words that ask and set the scene beside those of `_SMALL_TALK`: no answer need say them again."""
MIN_SPOKEN = 0.75
"""Share of what a public question names that its short answer, or what its author wrote it about, must speak of.
Read on 47 public drafts, 2026-11: of 31 above it two miss the point, of the 16 below eleven."""
_NOISE = re.compile(r"https?://\S+|@\w+")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_SENTENCE_START = re.compile(r"(?:\A|[.!?:\n])[\s\"'(]*\Z")
_BEFORE_PLACES = frozenset({"to", "from", "via"})
_OTHERS = re.compile(r"\b(?:another|other|different|rival|partner) (?:airline|carrier|company)", re.IGNORECASE)
_NAMED_COMPANY = re.compile(
    r"\b(?:the|a|an|with|on|by|my|their|your) [A-Z][a-z]+ (?:airline|carrier)\b"
    r"|\b[A-Z][\w-]+ (?:Airways|Airlines|Air Lines|Air)\b|\bAir [A-Z]\w+"
    r"|(?i:\b(?!\w*chair\b|\w*fair\b|\w*pair\b|midair|mohair|upstair|downstair)\w{3,}air\b)"
    r"|(?i:\b\w{3,}jet\b)"
)
"""A company by its own name; words that only rhyme with one are left out."""
_FIRST_LOOK = ("air", "jet", "carrier", "company")
"""Every pattern above holds one of these."""


@dataclass(frozen=True)
class Counted:
    """What articles and examples hold: the articles and the words of each, and in how many of both a word stands."""

    intents: tuple[Intent, ...]
    articles: Mapping[str, Article]
    words: Mapping[str, frozenset[str]]
    found: Mapping[str, int]
    sorts: Sorts

    def changed(self, articles: Sequence[Article]) -> "Counted":
        """The same for these articles; only those that differ are read."""
        now = {article.id: article for article in articles}
        gone = [each for each in self.articles.values() if not _same(each, now.get(each.id))]
        new = [each for each in articles if not _same(each, self.articles.get(each.id))]
        left = {each.id for each in gone}
        words = {name: said for name, said in self.words.items() if name not in left}
        found = Counter(self.found)
        for each in gone:
            found.subtract(self.words[each.id])
        for each in new:
            words[each.id] = content(" ".join(_texts(each)))
            found.update(words[each.id])
        return Counted(self.intents, now, words, +found, self.sorts.changed(gone=gone, new=new))


@dataclass(frozen=True)
class Coverage:
    """What each article and the examples of its intents say, and how rare each word is among all of them."""

    counted: Counted
    said: Mapping[str, frozenset[str]]
    rarity: Mapping[str, float]
    unseen: float
    sorts: Sorts
    brand: re.Pattern[str]
    competitors: re.Pattern[str] | None

    def uncovered(self, text: str, article_ids: Sequence[str]) -> float:
        """Share in [0, 1] of the question's rarity that lies in rare words no article says; 0 for a single one."""
        asked = {word: self.rarity.get(word, self.unseen) for word in _asked_about(text)}
        said: frozenset[str] = frozenset().union(*(self.said.get(found, frozenset()) for found in article_ids))
        missing = [rarity for word, rarity in asked.items() if word not in said and rarity >= RARE]
        return sum(missing) / sum(asked.values()) if len(missing) >= MIN_WORDS else 0.0

    def spoken(self, text: str, article_ids: Sequence[str], answer: str) -> float:
        """Share in [0, 1] of the question's rarity that the answer speaks of, in its words or in those of what its
        author says it is about; 1 for a question that names nothing."""
        said = set(_meaning(answer))
        articles = (self.counted.articles[found] for found in article_ids if found in self.counted.articles)
        for reply in (reply for article in articles for reply in article.replies):
            said |= _meaning(reply.about) if _meaning(reply.text) <= said else frozenset()
        asked = {_meant(word): self.rarity.get(word, self.unseen) for word in _asked_about(text) - _IDLE}
        total = sum(asked.values())
        return sum(rarity for word, rarity in asked.items() if word in said) / total if total else 1.0

    def covers(self, text: str, article_ids: Sequence[str], answer: str = "", *, to_the_point: bool = False) -> bool:
        """Whether these articles may answer: nobody else's company is named, what is named is spoken of, and the
        answer, where there is one, is about no other sort of it. `to_the_point`: the answer alone must speak of it,
        as short wording must."""
        return (
            not self.names_another(text)
            and self.uncovered(text, article_ids) < MAX_UNCOVERED
            and self.sorts.another(text, answer, article_ids) is None
            and (not to_the_point or self.spoken(text, article_ids, answer) >= MIN_SPOKEN)
        )

    def names_another(self, text: str) -> bool:
        """Another company stands in the text: one the brand listed, or what reads like an airline's name."""
        bare = self.brand.sub(" ", _NOISE.sub(" ", plain(text)))
        reads_like_one = any(part in bare.casefold() for part in _FIRST_LOOK)
        patterns = (_OTHERS, _NAMED_COMPANY, self.competitors) if reads_like_one else (self.competitors,)
        return any(pattern is not None and pattern.search(bare) is not None for pattern in patterns)


_NEWEST: list[Counted] = []
"""What was counted last in this process: the next state of a brand differs from it by an article or two."""


def coverage_of(pack: Pack) -> Coverage:
    """Only what changed since the last one is read: a tenth of a second for ten thousand articles, and ten at first."""
    before = next((each for each in _NEWEST if each.intents == pack.intents), None) or _examples(pack.intents)
    counted = before.changed(pack.articles)
    _NEWEST[:] = [counted]
    return _weighed(pack, counted)


def counted_afresh(pack: Pack) -> Coverage:
    """The same, with every article read."""
    return _weighed(pack, _examples(pack.intents).changed(pack.articles))


def _same(one: Article, other: Article | None) -> bool:
    return one is other or one == other


def _examples(intents: tuple[Intent, ...]) -> Counted:
    found = Counter(word for intent in intents for example in intent.examples for word in content(example))
    return Counted(intents, {}, {}, found, sorts_of(()))


def _weighed(pack: Pack, counted: Counted) -> Coverage:
    asked = {intent.id: frozenset[str]().union(*map(content, intent.examples)) for intent in pack.intents}
    size = len(counted.articles) + sum(len(intent.examples) for intent in pack.intents)
    return Coverage(
        counted=counted,
        said={
            name: counted.words[name].union(*(asked.get(intent, ()) for intent in article.intents))
            for name, article in counted.articles.items()
        },
        rarity={word: _rarity(size, count) for word, count in counted.found.items()},
        unseen=_rarity(size, 0),
        sorts=counted.sorts,
        brand=_own_name(pack.brand),
        competitors=_named(pack.brand.competitors),
    )


@lru_cache(maxsize=8192)
def _meaning(text: str) -> frozenset[str]:
    """Its words by what they mean; remembered, since approved wording comes again and again."""
    return frozenset(map(_meant, content(text)))


def _meant(word: str) -> str:
    """The stem that stands for all of like meaning."""
    return SAME.get(word, word)


def _texts(article: Article) -> Iterator[str]:
    yield from (article.title, article.summary, article.body, *article.questions)
    yield from (reply.text for reply in article.replies)


def _own_name(brand: Brand) -> re.Pattern[str]:
    """The brand's name and handles, however they are spaced or cased."""
    found = _named([brand.name, *(handle.lstrip("@") for handle in brand.handles)])
    return found or re.compile(r"(?!)")


def _named(names: Sequence[str]) -> re.Pattern[str] | None:
    spaced = [r"[\s_-]*".join(re.escape(part) for part in name.split()) for name in names if name.strip()]
    return re.compile(rf"\b(?:{'|'.join(spaced)})\b", re.IGNORECASE) if spaced else None


def _rarity(size: int, found: int) -> float:
    return math.log1p((size - found + 0.5) / (found + 0.5))


@lru_cache(maxsize=1024)
def _asked_about(text: str) -> frozenset[str]:
    """Stems of the words that carry the question: without numbers, names, places, greetings and dates."""
    bare = _NOISE.sub(" ", plain(text))
    asked: set[str] = set()
    before = ""
    for found in _WORD.finditer(bare):
        word = found[0]
        named = word.istitle() and not _SENTENCE_START.search(bare, max(0, found.start() - 4), found.start())
        if not named and before not in _BEFORE_PLACES:
            asked.add(stem(word.casefold()))
        before = word.casefold()
    return frozenset(asked - FUNCTION_WORDS - _SCENE)
