"""The drafter that needs no model: the brand's approved wording, joined by a template, or a passage's own sentences."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from assistant.adapters.approved_wording import (
    Rarity,
    Sentence,
    answering,
    claims_of,
    is_quotable,
    nearness,
    nearnesses,
    quoted,
    ranked,
    row_of,
    says_next_step,
    sentences_of,
    sourced,
)
from assistant.adapters.leading import answer_first, names_in
from assistant.adapters.reply_shapes import Claims, Parts, bare, is_vent, variants, varied
from assistant.adapters.wording_meaning import WordingMeaning
from assistant.domain.brand import Pack
from assistant.domain.cues import questions_in
from assistant.domain.draft import Claim, Draft, running_text
from assistant.domain.knowledge import ApprovedReply, Article, Passage
from assistant.domain.vocabulary import Audience, ClaimKind, DraftMode, Sensitivity, Tier, Visibility
from assistant.errors import PromptInvalid
from assistant.guardrails import disclosure, privacy, templates
from assistant.guardrails.coverage import coverage_of
from assistant.guardrails.parts import split
from assistant.guardrails.sentences import split_sentences
from assistant.guardrails.words import content
from assistant.ports import Drafted, DraftRequest, Embedder
from assistant.prompts import Prompts

NAME = "extractive"
TEMPLATE = "reply_extractive"
MIN_SCORE = 0.35
"""A best hit below this is about something else."""
AGREEING_LEAD = 0.05
"""An article of the recognised intent is preferred while it scores at most this much less than the best hit, which
search has lifted for its intent already. evals/suites/tier-one, 2026-11: hit@1 of the chosen article 55 of 59 from 0 to
0.1, 54 at 0.15; overlap of the question with the article's own questions added to the score gives 54 or fewer."""
STRONG_SCORE = 0.585
CLEAR_LEAD = 0.05
"""An article of another intent, or of none, answers only where it scores this high and leads the next by this much. The
score moved from .6 with the scores of search, which lost .013 in the median when words came to weigh .15."""
MIN_OVERLAP = 0.2
"""A sentence is quoted where it holds at least this share of the question's words."""
MOST_QUOTES = 2
CACHED = 4096
"""Approved replies kept as claims; a pack has a few hundred, and they change with it."""


class Counted(NamedTuple):
    """A pack's public articles by id, those of them that answer, how rare words are in articles and examples, and the
    names of products and places."""

    fingerprint: str
    articles: Mapping[str, Article]
    answers: Mapping[str, Article]
    rarity: Rarity
    names: frozenset[str]


class Extractive:
    """A `Drafter` over approved replies. The same mention always gets the same draft from the same pack.

    Praise gets a thank-you without facts. An upset author gets one sentence of empathy first. What needs the
    customer's account or a person, and who asks for one, gets the general answer and how a person is reached, as help
    for the agent. In strict mode an approved reply is given as it stands and nothing else; a reply with a field nobody
    can fill is left out.
    With the `embedder` that requests carry vectors of, the reply nearest in meaning is chosen among an article's.
    """

    def __init__(self, prompts: Prompts, embedder: Embedder | None = None, kept: Path | None = None) -> None:
        """`kept` is the folder where indexing put what it embedded of approved wording."""
        self._prompts = prompts
        self._meaning = WordingMeaning(embedder, most=CACHED, folder=kept)
        self._known: dict[tuple[str, str, str], Claims] = {}
        self._counted = Counted("", {}, {}, Rarity({}), frozenset())

    @property
    def name(self) -> str:
        return NAME

    @property
    def fingerprint(self) -> str:
        return self._prompts.fingerprint

    async def draft(self, request: DraftRequest) -> Drafted:
        understanding, pack = request.understanding, request.pack
        answered = understanding.language in pack.brand.answers_in or understanding.may_be_ours
        if understanding.asks_if_bot and (answered or understanding.language in pack.brand.disclosure):
            told = understanding.language in pack.brand.disclosure
            return _drafted(_truth(request), (), request, why="", language=understanding.language if told else None)
        if not answered:
            named = understanding.language if understanding.language != "und" else "the language it is written in"
            return Drafted(draft=None, why=f"no approved wording in {named}")
        if (warning := _warning(request)) is not None:
            return _drafted(warning, (), request, why="")
        if understanding.is_praise and understanding.in_scope:
            return self._thank(request)
        intent = pack.intent(understanding.intent)
        if understanding.is_praise or (intent and intent.tier is Tier.THANKS and understanding.in_scope):
            return Drafted(draft=None, why="sounds like praise, but not beyond doubt")
        article = self._choose(request)
        if article is None:
            return Drafted(draft=None, why="no article stands out as the answer")
        needs_person = (intent is not None and intent.tier in {Tier.ACCOUNT, Tier.PERSON}) or (
            Sensitivity.HUMAN_REQUEST in understanding.sensitive
        )
        return self._answer(request, article, needs_person=needs_person)

    def _thank(self, request: DraftRequest) -> Drafted:
        """One of the brand's thank-yous: its own, or one of an article at hand whose intents a thank-you settles."""
        wordings: dict[str, tuple[str, ...]] = dict.fromkeys(request.pack.brand.voice.thanks, ())
        settled = request.pack.thanked
        for article in self._at_hand(request):
            if settled.intersection(article.intents):
                groups = _groups(article, request)
                wordings |= {reply.text: (article.id,) for group in groups[:1] for reply in group}
        if not wordings:
            return Drafted(draft=None, why="the brand wrote no thank-you")
        chosen = varied(tuple(wordings), request, "thanks")
        claims = tuple(Claim(text=sentence, kind=ClaimKind.COURTESY) for sentence in split_sentences(chosen))
        fitting = self._fitting(request, (Parts(empathy=None, answer=claims, next_step=None),))
        return _drafted(fitting, wordings[chosen], request, why="no thank-you fits the channel")

    def _at_hand(self, request: DraftRequest) -> Iterator[Article]:
        """The articles the evidence points to, in the version that was found."""
        articles = self._count(request.pack).articles
        found = dict.fromkeys((hit.passage.article_id, hit.passage.version) for hit in request.evidence.hits)
        for article_id, version in found:
            article = articles.get(article_id)
            if article and article.version == version:
                yield article

    def _choose(self, request: DraftRequest) -> Article | None:
        """The article of the best hit, or one of the recognised intent that is nearly as good; a thank-you is none."""
        articles = self._count(request.pack).answers
        scores: dict[str, float] = {}
        for hit in request.evidence.hits:
            if (article := articles.get(hit.passage.article_id)) and article.version == hit.passage.version:
                scores[article.id] = max(hit.score, scores.get(article.id, 0.0))
        best_first = sorted(scores, key=lambda found: -scores[found])
        if not best_first or scores[best_first[0]] < MIN_SCORE:
            return None
        best = best_first[0]
        for found in best_first:
            near = scores[found] >= max(MIN_SCORE, scores[best] - AGREEING_LEAD)
            if near and request.understanding.intent in articles[found].intents:
                return articles[found]
        lead = scores[best] - scores[best_first[1]] if len(best_first) > 1 else 1.0
        return articles[best] if scores[best] >= STRONG_SCORE and lead >= CLEAR_LEAD else None

    def _count(self, pack: Pack) -> Counted:
        if self._counted.fingerprint != pack.fingerprint:
            articles = {article.id: article for article in pack.articles if article.audience is not Audience.AGENTS}
            answers = {each.id: each for each in articles.values() if not pack.only_thanks(each)}
            names = names_in(article.body for article in articles.values())
            self._counted = Counted(pack.fingerprint, articles, answers, Rarity(coverage_of(pack).rarity), names)
        return self._counted

    def _answer(self, request: DraftRequest, article: Article, *, needs_person: bool) -> Drafted:
        candidates = self._candidates(request, article, needs_person=needs_person)
        fitting = self._fitting(request, candidates, language=article.language)
        near = self._near(request, fitting or ())
        why = f"nothing of {article.id} may be said here or fits the channel"
        return _drafted(fitting, (article.id,), request, why=why, language=article.language, near=near)

    def _candidates(self, request: DraftRequest, article: Article, *, needs_person: bool) -> Iterator[Parts]:
        """Approved wording in all its shapes, best first, made only when looked at; without any, quoted sentences. The
        words around it are in the brand's first language: an answer in another one stands alone."""
        strict = request.pack.mode_of(request.mention.channel) is DraftMode.STRICT
        alone = strict or article.language != request.pack.brand.answers_in[0]
        shapes, approved = bare if alone else variants, False
        for group in self._approved(request, article):
            approved = True
            answer = varied(group, request, article.id)
            yield from shapes(request, answer if strict else self._led(request, article, answer), needs_person)
        if not approved and not strict and (quotes := _quotes(request, article)):
            yield from shapes(request, quotes, needs_person)

    def _approved(self, request: DraftRequest, article: Article) -> Iterator[tuple[Claims, ...]]:
        """Claims of the replies that answer what was asked and may stand on this channel, by group, best first."""
        mention, pack = request.mention, request.pack
        values = templates.values_of(mention)
        for group in _groups(article, request):
            filled = [(reply, templates.fill(reply.text, values)) for reply in group]
            said = [reply.model_copy(update={"text": text}) for reply, text in filled if text is not None]
            if said:
                rarity = self._count(pack).rarity
                alike = self._alike(request, said)
                equals = answering(said, mention.text, rarity=rarity, ignoring=pack.brand.handles, alike=alike)
                yield tuple(self._claims(request, article, reply.text) for reply in equals)

    def _led(self, request: DraftRequest, article: Article, answer: Claims) -> Claims:
        """In private, where an answer says more than was asked: what was asked goes first."""
        if request.mention.visibility is Visibility.PUBLIC:
            return answer
        pack, values = request.pack, templates.values_of(request.mention)
        filled = [(reply.about, templates.fill(reply.text, values)) for reply in article.replies if reply.about]
        told = [(about, self._claims(request, article, text)) for about, text in filled if text is not None]
        pointed = [(about, claims) for about, claims in told if not says_next_step(claims, pack.brand.voice)]
        called = {running_text(claims): about for about, claims in pointed}

        def weigh(texts: Sequence[str]) -> Sequence[float]:
            known = [_private(text, called.get(text, "")) for text in texts]
            rarity, alike = self._count(pack).rarity, self._alike(request, known)
            ignoring = pack.brand.handles
            return nearnesses(known, request.mention.text, rarity=rarity, ignoring=ignoring, alike=alike)

        asked, names = questions_in(request.mention.text), self._count(pack).names
        return answer_first(answer, [claims for _, claims in pointed], weigh, asked=asked, names=names)

    def _alike(self, request: DraftRequest, replies: Sequence[ApprovedReply]) -> Sequence[float] | None:
        """Cosines of the question and the replies, which are embedded once; None where they can't be told."""
        if len(replies) < 2:
            return None
        return self._meaning.cosines(request.meaning, [reply.text for reply in replies])

    def _near(self, request: DraftRequest, claims: Claims) -> float | None:
        """How near what stands on sources is to the question; None where it can't be told."""
        said = sourced(claims)
        if not said or (cosines := self._meaning.cosines(request.meaning, [said])) is None:
            return None
        rarity, ignoring = self._count(request.pack).rarity, request.pack.brand.handles
        return nearness(request.mention.text, said, cosines[0], rarity=rarity, ignoring=ignoring)

    def _claims(self, request: DraftRequest, article: Article, text: str) -> Claims:
        key = (request.pack.fingerprint, article.id, text)
        if key in self._known:
            return self._known[key]
        claims = claims_of(text, _sources(request, article), request.pack.brand.voice)
        if request.passages:
            if len(self._known) >= CACHED:
                self._known.clear()
            self._known[key] = claims
        return claims

    def _fitting(
        self, request: DraftRequest, candidates: Iterable[Parts], *, language: str | None = None
    ) -> Claims | None:
        """The first candidate that the channel takes together with the disclosure, as the template orders it: in one
        post, else in as many as one answer may take there."""
        channel, pack = request.mention.channel, request.pack
        added = disclosure.text_for(pack, channel=channel, language=language or pack.brand.answers_in[0])
        kind, tried = pack.network_of(channel), list[tuple[Claims, str]]()
        for parts in candidates:
            claims = self._ordered(request, parts)
            said = f"{running_text(claims)}\n\n{added}"
            if split(said, channel=kind, most=1):
                return claims
            tried.append((claims, said))
        if (most := pack.most_parts(channel, automated=True)) < 2:
            return None
        return next((claims for claims, said in tried if split(said, channel=kind, most=most)), None)

    def _ordered(self, request: DraftRequest, parts: Parts) -> Claims:
        """The claims in the template's order. Raises `PromptInvalid` where it says anything else."""
        given = [claim for claim in (parts.empathy, *parts.answer, parts.next_step, parts.question) if claim]
        by_text = {claim.text: claim for claim in given}
        empathy, next_step, question = (
            part.text if part else None for part in (parts.empathy, parts.next_step, parts.question)
        )
        answer = tuple(claim.text for claim in parts.answer)
        lines = _order(self._prompts, empathy, answer, next_step, question, is_vent(request))
        return tuple(by_text[line] for line in lines)


@lru_cache(maxsize=CACHED)
def _order(
    prompts: Prompts,
    empathy: str | None,
    answer: tuple[str, ...],
    next_step: str | None,
    question: str | None,
    vent: bool,
) -> tuple[str, ...]:
    """The sentences as the template orders them; the same come again and again. Raises `PromptInvalid`."""
    rendered = prompts.render(
        TEMPLATE, empathy=empathy, answer=answer, next_step=next_step, question=question, vent=vent
    )
    lines = [line.strip() for line in rendered.splitlines() if line.strip()]
    if sorted(lines) != sorted(filter(None, (empathy, *answer, next_step, question))):
        raise PromptInvalid(
            f"{TEMPLATE}.j2", "must say each given sentence once, on a line of its own, and nothing else"
        )
    return tuple(lines)


def _drafted(
    claims: Claims | None,
    article_ids: tuple[str, ...],
    request: DraftRequest,
    *,
    why: str,
    language: str | None = None,
    near: float | None = None,
) -> Drafted:
    """In the brand's first language where no other is named."""
    if not claims:
        return Drafted(draft=None, why=why)
    said_in = language or request.pack.brand.answers_in[0]
    draft = Draft(text=running_text(claims), claims=claims, drafter=NAME, language=said_in, article_ids=article_ids)
    return Drafted(draft=draft, near=near)


def _groups(article: Article, request: DraftRequest) -> tuple[tuple[ApprovedReply, ...], ...]:
    mention = request.mention
    network = request.pack.network_of(mention.channel)
    return ranked(article, channel=mention.channel, network=network, visibility=mention.visibility)


def _truth(request: DraftRequest) -> Claims:
    """The answer to "are you a bot?" is yes, whatever else was asked."""
    text = disclosure.answer_for(request.pack, language=request.understanding.language)
    return tuple(Claim(text=sentence, kind=ClaimKind.COURTESY) for sentence in split_sentences(text))


def _warning(request: DraftRequest) -> Claims | None:
    """Who shows personal data in public is told so before anything else."""
    mention, variants = request.mention, request.pack.brand.voice.exposed
    if not variants or mention.visibility is not Visibility.PUBLIC or not privacy.was_exposing(mention.text):
        return None
    text = varied(variants, request, "exposed")
    return tuple(Claim(text=sentence, kind=ClaimKind.COURTESY) for sentence in split_sentences(text))


def _private(text: str, about: str) -> ApprovedReply:
    return ApprovedReply(channels=(), visibility=Visibility.PRIVATE, text=text, about=about)


def _quotes(request: DraftRequest, article: Article) -> Claims:
    """One or two sentences of the article, in its own order: from the best passages and nearest in words. An answer
    seldom repeats its question, so the words above a sentence count as its own. The row of a table is one where what
    it is about was asked.
    """
    asked = content(request.mention.text)
    scores = {hit.passage.id: hit.score for hit in request.evidence.hits}
    above = {passage_id: content(text) for passage_id, text in _above(request, article).items()}
    rated: list[tuple[float, int, Sentence]] = []
    sentences = _sources(request, article)
    rows = _rows_on(asked, sentences)
    for place, sentence in enumerate(sentences):
        overlap = len(asked & sentence.stems) / len(asked) if asked else 0.0
        said = len(asked & (sentence.stems | above[sentence.passage.id]))
        if asked and said >= MIN_OVERLAP * len(asked) and (is_quotable(sentence) or sentence.text in rows):
            rated.append((overlap + scores.get(sentence.passage.id, 0.0), place, sentence))
    best: dict[str, tuple[int, Sentence]] = {}
    for _, place, sentence in sorted(rated, key=lambda found: (-found[0], found[1])):
        if len(best) < MOST_QUOTES:
            best.setdefault(sentence.text, (place, sentence))
    return tuple(quoted(sentence) for _, sentence in sorted(best.values(), key=lambda found: found[0]))


def _rows_on(asked: frozenset[str], sentences: Sequence[Sentence]) -> frozenset[str]:
    """The rows of tables whose first cell holds most words of the question; none where too many hold as many."""
    held: dict[str, int] = {}
    for sentence in sentences:
        if (about := row_of(sentence)) is not None:
            held[sentence.text] = len(asked & content(about))
    most = max(held.values(), default=0)
    rows = frozenset(text for text, words in held.items() if words == most > 0)
    return rows if len(rows) <= MOST_QUOTES else frozenset()


def _above(request: DraftRequest, article: Article) -> Mapping[str, str]:
    """What stands above each passage: the headings of its section, or title and questions of the article."""
    title = " ".join((article.title, *article.questions))
    return {passage.id: " ".join(passage.headings) or title for passage in _passages(request, article)}


def _passages(request: DraftRequest, article: Article) -> Sequence[Passage]:
    known = request.passages or tuple(hit.passage for hit in request.evidence.hits)
    return [passage for passage in known if passage.article_id == article.id]


def _sources(request: DraftRequest, article: Article) -> tuple[Sentence, ...]:
    return sentences_of(_passages(request, article))
