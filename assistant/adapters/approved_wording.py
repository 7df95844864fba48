"""Approved wording of an article: which reply fits a channel and audience, cut into claims with their sources."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from math import fsum
from typing import NamedTuple

from assistant.adapters.leading import pieces_of
from assistant.domain.brand import Voice
from assistant.domain.draft import Citation, Claim, running_text
from assistant.domain.knowledge import ApprovedReply, Article, Passage
from assistant.domain.vocabulary import ClaimKind, Visibility
from assistant.guardrails.fit import is_short
from assistant.guardrails.kinds import NEEDS_SOURCE, kind_of
from assistant.guardrails.sentences import split_sentences
from assistant.guardrails.wanted import lacking, wanted
from assistant.guardrails.words import content, plain

_SAME_SAYING = 0.6
"""Share of a wording's words found again in a sentence from which both say the same; the shipped pack's next steps
score .7 and more against their variants in articles, other sentences below .4."""
_WORDS_LEAN = 0.4
_GENERAL_LEAN = 0.05
"""What the share of the question's words, and being the general reply, add to a cosine. Read on 146 public questions,
2026-11: 23 replies miss the point, 32 with words alone; .6 and .8 for words, and no lean to the general one, miss more.
"""
_WANTED_LEAN = 0.15
"""What a reply loses for each kind of thing that is asked for, such as a price, and that it doesn't hold. Read on 205
public questions, 2026-11: where a reply of the wanted kind is right, it is at most .147 behind, else .161 and more.
"""
_LACKS = re.compile(
    r"\b(?:i|we|my \w+|she|he) (?:didn't|didnt|don't|dont|haven't|havent|did not|do not|have not|hasn't)\b"
    r"|\b(?:didn't|didnt|haven't|havent|without (?:a|an|any|my|paying|buying|booking)|i've no|no status)\b",
    re.IGNORECASE,
)
_DENIES = re.compile(r"\b(?:without|not|no|none)\b|n't\b", re.IGNORECASE)
_LACKS_LEAN = 0.15
"""What a reply that speaks of having none gains where the customer says that they have none; as much as a kind of thing
asked for."""
_HARD = re.compile(r"\d|https?://|@")
_MARKS = re.compile(r"^\s*(?:[-*•>]|\d{1,2}[.)])\s+")
_UNQUOTABLE = re.compile(r"[|`#\[\]]|\*\*")
_ROW = re.compile(r"(?:[^;:.]{1,40}: )?(?P<about>[^;:]{1,60})(?:; [^;:.]{1,40}: [^;]+)+")
_NEW_WORDS = 2
"""A second source is cited where it holds at least this many words of the claim that the first lacks."""


class Rarity(dict[str, float]):
    """How rare each word is among a brand's articles; one that none holds is as rare as the rarest."""

    def __init__(self, known: Mapping[str, float]) -> None:
        super().__init__(known)
        self._rarest = max(known.values(), default=1.0)

    def __missing__(self, stem: str) -> float:
        return self._rarest


class Sentence(NamedTuple):
    """One sentence of a passage, its words compared without grammar."""

    text: str
    passage: Passage
    stems: frozenset[str]


_FIGURES = "0123456789£€$"


def sentences_of(passages: Sequence[Passage]) -> tuple[Sentence, ...]:
    """Every sentence of the passages, list marks taken off."""
    return tuple(
        Sentence(text=bare, passage=passage, stems=content(bare))
        for passage in passages
        for sentence in split_sentences(passage.text)
        if (bare := _MARKS.sub("", sentence))
    )


def is_quotable(sentence: Sentence) -> bool:
    """A whole plain sentence: no table row, heading, link or list item in telegram style."""
    text = sentence.text
    return (
        text[-1] in ".!?"
        and (text[0].isupper() or text[0] in _FIGURES)
        and len(text.split()) > 3
        and not _UNQUOTABLE.search(text)
    )


def row_of(sentence: Sentence) -> str | None:
    """What the row of a table is about, its first cell; None for what isn't one.

    Rows are read as `heading: cell; heading: cell`, the first heading often empty.
    """
    found = _ROW.fullmatch(sentence.text)
    return found["about"] if found else None


def ranked(
    article: Article, *, channel: str, network: str, visibility: Visibility
) -> tuple[tuple[ApprovedReply, ...], ...]:
    """Groups of replies, best group first; within one, the question decides (`answering`).

    Wording made for the channel goes before wording for its size, then the other size. Private wording never stands in
    public; in private, public wording is what is left when none fits.
    """
    sizes = ("short", "any") if is_short(network) else ("any", "short")
    audiences = (Visibility.PUBLIC,) if visibility is Visibility.PUBLIC else (Visibility.PRIVATE, Visibility.PUBLIC)
    groups = (
        tuple(reply for reply in article.replies if reply.visibility is audience and target in reply.channels)
        for audience in audiences
        for target in (channel, *sizes)
    )
    return tuple(group for group in groups if group)


def answering(
    replies: Sequence[ApprovedReply],
    question: str,
    *,
    rarity: Rarity,
    ignoring: Iterable[str] = (),
    alike: Sequence[float] | None = None,
) -> tuple[ApprovedReply, ...]:
    """The reply that speaks of most of what the question names, and those that say the same; the first on a tie.

    Words weigh what they are rare among the brand's articles, one that none holds most. `ignoring` are texts whose
    words don't count, such as the brand's own handle. Replies are in order, the general one first. `alike` are the
    cosines of question and replies; meaning leads then, and words and the general reply's place only lean.
    """
    if len(replies) == 1:
        return tuple(replies)
    weights = nearnesses(replies, question, rarity=rarity, ignoring=ignoring, alike=alike)
    if alike is not None:
        weights[0] += _GENERAL_LEAN
    spoken = _spoken(replies, _asked(question, ignoring))
    chosen = weights.index(max(weights))
    return tuple(
        reply
        for reply, stems in zip(replies, spoken, strict=True)
        if stems == spoken[chosen] and _say_the_same(reply.text, replies[chosen].text)
    )


def nearnesses(
    replies: Sequence[ApprovedReply],
    question: str,
    *,
    rarity: Rarity,
    ignoring: Iterable[str] = (),
    alike: Sequence[float] | None = None,
) -> list[float]:
    """How near each reply is to the question, in no unit: cosine and words, less for each kind of thing asked for that
    it doesn't hold, more where it speaks of having none to who says so."""
    asked = _asked(question, ignoring)
    spoken = _spoken(replies, asked)
    if alike is None or len(replies) < 2:
        weights = [_weight_of(stems, rarity) for stems in spoken]
    else:
        weights = [_leaning(near, stems, asked, rarity) for near, stems in zip(alike, spoken, strict=True)]
    if _LACKS.search(plain(question)):
        weights = [
            weight + _LACKS_LEAN * bool(_DENIES.search(reply.text))
            for weight, reply in zip(weights, replies, strict=True)
        ]
    kinds = wanted(question)
    if kinds:
        heaviest = max(weights) if alike is None else 1.0
        lost = [_WANTED_LEAN * len(lacking(kinds, reply.text)) for reply in replies]
        weights = [weight - heaviest * less for weight, less in zip(weights, lost, strict=True)]
    return weights


def _spoken(replies: Sequence[ApprovedReply], asked: frozenset[str]) -> list[frozenset[str]]:
    return [asked & _speaks_of(reply.text, reply.about) for reply in replies]


def nearness(question: str, said: str, cosine: float, *, rarity: Rarity, ignoring: Iterable[str] = ()) -> float:
    """How near an answer is to a question, in [0, 1]: their cosine, and the share of its words that come again."""
    asked = _asked(question, ignoring)
    return min(1.0, max(0.0, _leaning(cosine, asked & content(said), asked, rarity)))


def _asked(question: str, ignoring: Iterable[str]) -> frozenset[str]:
    return content(question).difference(*map(content, ignoring))


def _leaning(cosine: float, spoken: frozenset[str], asked: frozenset[str], rarity: Rarity) -> float:
    """The cosine, and what the share of the asked words that are spoken of adds to it."""
    return cosine + _WORDS_LEAN * _weight_of(spoken, rarity) / (_weight_of(asked, rarity) or 1.0)


@lru_cache(maxsize=8192)
def _speaks_of(text: str, about: str) -> frozenset[str]:
    return content(text) | content(about)


def _weight_of(stems: frozenset[str], rarity: Rarity) -> float:
    """Exact, so that the order of a set can't show."""
    return fsum(map(rarity.__getitem__, stems))


def _say_the_same(one: str, other: str) -> bool:
    longer = max(len(content(one)), len(content(other)))
    return len(content(one) & content(other)) >= _SAME_SAYING * longer


def claims_of(text: str, sources: Sequence[Sentence], voice: Voice) -> tuple[Claim, ...]:
    """The text's sentences as typed claims; what needs a source cites the sentences that support it best.

    A sentence that says how a person is reached, in the brand's own words, is a courtesy.
    """
    return tuple(_claim(sentence, sources, voice) for sentence in split_sentences(" ".join(text.split())))


def _claim(text: str, sources: Sequence[Sentence], voice: Voice) -> Claim:
    kind = ClaimKind.COURTESY if is_way(text, voice) else kind_of(text)
    if kind not in NEEDS_SOURCE:
        return Claim(text=text, kind=kind)
    return Claim(text=text, kind=kind, citations=tuple(_cite(found) for found in _supporting(text, sources)))


def compared(article: Article, voice: Voice) -> Iterator[str]:
    """What of an article's wording is compared with questions: each reply, what of it stands on sources, and of a
    private one each piece."""
    for reply in article.replies:
        claims = claims_of(reply.text, (), voice)
        yield reply.text
        yield sourced(claims)
        if reply.visibility is Visibility.PRIVATE:
            yield from pieces_of(claims)


def sourced(claims: Iterable[Claim]) -> str:
    """Those of the sentences that need a source, as one text."""
    return running_text([claim for claim in claims if claim.kind in NEEDS_SOURCE])


def quoted(sentence: Sentence) -> Claim:
    """A passage's own sentence as a claim; its regret stays regret. The row of a table ends with a full stop."""
    kind = ClaimKind.EMPATHY if kind_of(sentence.text) is ClaimKind.EMPATHY else ClaimKind.POLICY
    text = sentence.text if sentence.text[-1] in ".!?" else f"{sentence.text}."
    return Claim(text=text, kind=kind, citations=(_cite(sentence),))


def _cite(sentence: Sentence) -> Citation:
    passage = sentence.passage
    return Citation(passage_id=passage.id, article_id=passage.article_id, version=passage.version, quote=sentence.text)


def nearest(text: str, sources: Sequence[Sentence]) -> Sentence | None:
    """The sentence that holds most of the text's words, numbers counted twice; None where none holds any."""
    wanted = content(text)
    best = max(sources, key=lambda source: _weight(wanted & source.stems), default=None)
    return best if best and wanted & best.stems else None


def _supporting(text: str, sources: Sequence[Sentence]) -> Iterator[Sentence]:
    """The nearest sentence, and one that adds what it lacks."""
    first = nearest(text, sources)
    if first is None:
        return
    yield first
    left = content(text) - first.stems
    second = max(sources, key=lambda source: _weight(left & source.stems))
    if _weight(left & second.stems) >= _NEW_WORDS:
        yield second


def _weight(stems: frozenset[str]) -> int:
    """A number counts twice: it is what a reader checks."""
    return sum(2 if stem[0].isdigit() else 1 for stem in stems)


def says_next_step(claims: Sequence[Claim], voice: Voice) -> bool:
    """Whether one of the claims already says how a person is reached, in words near one of the brand's own."""
    return any(_is_near_way(claim.text, voice) for claim in claims)


def opens_with_empathy(claims: Sequence[Claim], voice: Voice) -> bool:
    """Whether the answer starts with empathy of its own: by kind, or by a word most of the brand's variants share."""
    return bool(claims) and (claims[0].kind is ClaimKind.EMPATHY or _shares_most(claims[0].text, voice.empathy))


@lru_cache(maxsize=8192)
def _shares_most(text: str, variants: tuple[str, ...]) -> bool:
    """Whether a word of the text stands in more than half of the variants."""
    words = [content(variant) for variant in variants]
    return any(2 * sum(stem in of_one for of_one in words) > len(words) for stem in content(text))


def is_way(text: str, voice: Voice) -> bool:
    """Nothing but the way to a person: no figure or address beside it."""
    return _is_near_way(text, voice) and not _HARD.search(text)


def _is_near_way(text: str, voice: Voice) -> bool:
    return _says_one_of(text, (*voice.next_step_public, *voice.next_step_private))


@lru_cache(maxsize=8192)
def _says_one_of(text: str, ways: tuple[str, ...]) -> bool:
    said = content(text)
    return any(len(way & said) >= _SAME_SAYING * len(way) for way in map(content, ways) if way)
