"""What claims may stand on whoever asked: cited passages, and the brand's own approved wording."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.domain.brand import Disclosure, Pack
from assistant.domain.knowledge import Passage
from assistant.domain.vocabulary import ArticleStatus, Audience, Visibility
from assistant.guardrails import commitments, identifiers
from assistant.guardrails.grounding_weights import THRESHOLD
from assistant.guardrails.sentences import split_sentences
from assistant.guardrails.words import plain, stem

_MOST_STANDING = 1024


@dataclass(frozen=True, eq=False)
class Standing:
    """What claims may stand on whoever asked: passages with their texts, and the brand's approved wording."""

    passages: tuple[Passage, ...]
    texts: tuple[str, ...]
    approved: frozenset[str]
    own: frozenset[str]
    terms: frozenset[str]
    threshold: float


@lru_cache(maxsize=4096)
def _text_of(title: str, headings: tuple[str, ...], text: str) -> str:
    return "\n\n".join((title, *headings, text))


class Wording:
    """A pack's wording by sentence: its own voice, and each public article's approved replies; stems of its names.

    `published` is what anybody may know in public, and in private.
    """

    def __init__(
        self, pack: Pack, own: frozenset[str], replies: dict[tuple[str, int], frozenset[str]], terms: frozenset[str]
    ) -> None:
        self.pack = pack
        approved = [article for article in pack.articles if article.status is ArticleStatus.APPROVED]
        public = tuple(article.body for article in approved if article.audience is Audience.PUBLIC)
        told = tuple(article.body for article in approved if article.audience is Audience.CUSTOMERS)
        self.published = {Visibility.PUBLIC: public, Visibility.PRIVATE: (*public, *told)}
        self._own = own
        self._replies = replies
        self._terms = terms
        self._standing: dict[tuple[int, ...], Standing] = {}

    def standing_on(self, passages: Sequence[Passage]) -> Standing:
        """Passages in order with the approved replies of their articles; remembered by identity, as the same passages
        are cited again and again."""
        key = tuple(map(id, passages))
        standing = self._standing.get(key)
        if standing is None:
            if len(self._standing) >= _MOST_STANDING:
                self._standing.clear()
            articles = frozenset((passage.article_id, passage.version) for passage in passages)
            standing = self._standing[key] = Standing(
                tuple(passages),
                tuple(_text_of(passage.title, passage.headings, passage.text) for passage in passages),
                frozenset[str]().union(*(self._replies.get(article, frozenset()) for article in articles)),
                self._own,
                self._terms,
                self.pack.brand.grounding.threshold if self.pack.brand.grounding else THRESHOLD,
            )
        return standing


_PREPARED: dict[int, Wording] = {}
"""By identity of the pack, which the entry keeps alive; two packs in use at a time are many."""
_MOST_PACKS = 8


def wording_of(pack: Pack) -> Wording:
    """The pack's wording, prepared once."""
    prepared = _PREPARED.get(id(pack))
    if prepared is None:
        if len(_PREPARED) >= _MOST_PACKS:
            _PREPARED.clear()
        prepared = _PREPARED[id(pack)] = _prepare(pack)
    return prepared


def _prepare(pack: Pack) -> Wording:
    voice = pack.brand.voice
    situations = (text for variants in voice.empathy_for.values() for text in variants)
    own = (
        *voice.empathy,
        *situations,
        *voice.closing_questions,
        *voice.exposed,
        *voice.next_step_public,
        *voice.next_step_private,
        *voice.thanks,
        *voice.holding,
        *voice.ask_solved,
        *voice.invite_update,
        *voice.invite_peer,
        *voice.thank_peer,
        *voice.correct_peer,
    )
    sign_offs = (text for each in voice.sign_off.values() for text in each.values())
    disclosures = (text for each in pack.brand.disclosure.values() for text in _disclosures(each))
    replies = {
        (article.id, article.version): normal_sentences(reply.text for reply in article.replies)
        for article in pack.articles
        if article.audience is not Audience.AGENTS and article.status is ArticleStatus.APPROVED
    }
    terms = frozenset(map(stem, identifiers.terms(plain(article.body) for article in pack.articles)))
    return Wording(pack, normal_sentences((*own, *sign_offs, *disclosures)), replies, terms)


def _disclosures(wording: Disclosure) -> tuple[str, ...]:
    return (wording.short, wording.long, wording.assisted_short, wording.assisted_long, wording.answer)


def normal_sentences(texts: Iterable[str]) -> frozenset[str]:
    """Every sentence of the texts as it is compared."""
    return frozenset(commitments.normal(sentence) for text in texts for sentence in split_sentences(text))
