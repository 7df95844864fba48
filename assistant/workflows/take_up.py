"""A proposal that a person accepts is written into the pack: a phrase to avoid, an approved reply, a draft article."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from assistant.desk import lessons
from assistant.domain.brand import Pack
from assistant.domain.gaps import Gap
from assistant.domain.knowledge import Article
from assistant.domain.mention import Mention
from assistant.domain.vocabulary import Visibility
from assistant.domain.wording import Edit, Proposal, ProposalKind, ProposalState
from assistant.errors import AssistantError, InputInvalid, NotFound
from assistant.guardrails.grounding_weights import THRESHOLD
from assistant.guardrails.kinds import NEEDS_SOURCE, kind_of
from assistant.guardrails.privacy import mask
from assistant.guardrails.sentences import split_sentences
from assistant.guardrails.support import measure
from assistant.guardrails.words import FUNCTION_WORDS, words
from assistant.kb.insert import with_phrase_avoided, with_reply
from assistant.kb.pack_file import put_into_pack
from assistant.kb.pack_source import Problems, read_text
from assistant.ports import Clock, Store
from assistant.workflows.edit_article import keep_article, mark_of, source_of
from assistant.workflows.find_gaps import proposal as article_for

_BRAND = "brand.yaml"
_ABOUT_WORDS = 12


def take_up(
    store: Store, proposal_id: str, *, accept: bool, pack: Pack, folder: Path | None, agent: str, clock: Clock
) -> Proposal:
    """Decide on a proposal; what is accepted is written into the files of the pack, where a worker takes it up.

    Who decides first counts. Where writing fails the proposal is open again. Raises `NotFound`, `Conflict`,
    `InputInvalid` with what to do instead, and `PackInvalid`.
    """
    with store.read() as look:
        proposal = look.proposal(proposal_id)
        behind = [each for each in look.edits(brand_id=pack.brand.id, limit=10_000) if each.id in proposal.edits]
        asked = [look.turn(each.turn_id).turn.mention for each in behind]
    if accept and proposal.state is ProposalState.OPEN:
        _must_be_fit(proposal, pack, folder)
    with store.begin() as tx:
        decided = lessons.decide(tx, proposal_id, pack=pack, accept=accept, agent=agent, at=clock())
    if accept and folder is not None:
        try:
            _write(proposal, behind, asked, pack=pack, folder=folder, store=store, agent=agent, clock=clock)
        except AssistantError as refusal:
            with store.begin() as tx:
                lessons.reopen(tx, proposal, why=str(refusal), pack=pack, agent=agent, at=clock())
            raise
    return decided


def _write(
    proposal: Proposal,
    edits: Sequence[Edit],
    asked: Sequence[Mention],
    *,
    pack: Pack,
    folder: Path,
    store: Store,
    agent: str,
    clock: Clock,
) -> None:
    match proposal.kind:
        case ProposalKind.BANNED_PHRASE:
            before = read_text(folder, _BRAND, Problems()) or ""
            put_into_pack(folder, _BRAND, with_phrase_avoided(before, proposal.subject))
        case ProposalKind.BETTER_REPLY:
            article = _article(proposal.subject, pack)
            source = source_of(folder, article)
            public = bool(asked) and all(each.visibility is Visibility.PUBLIC for each in asked)
            seen = Visibility.PUBLIC if public else Visibility.PRIVATE
            try:
                text = with_reply(source, proposal.text, visibility=seen, about=_about(asked))
            except InputInvalid as problem:
                raise InputInvalid(f"{article.path}: {problem}") from problem
            keep_article(
                text,
                article_id=article.id,
                seen=mark_of(source),
                pack=pack,
                folder=folder,
                store=store,
                agent=agent,
                clock=clock,
            )
        case ProposalKind.MISSING_ARTICLE:
            text = article_for(_gap(proposal, edits, asked), pack=pack, on=pack.brand.day(clock()))
            keep_article(
                text, article_id=None, seen="", pack=pack, folder=folder, store=store, agent=agent, clock=clock
            )


def _article(article_id: str, pack: Pack) -> Article:
    found = pack.articles_by_id.get(article_id)
    if found is None:
        raise NotFound("article", article_id)
    return found


def _must_be_fit(proposal: Proposal, pack: Pack, folder: Path | None) -> None:
    if folder is None:
        raise InputInvalid("this process was started without a folder of articles; accept it where they are kept")
    if proposal.kind is ProposalKind.BETTER_REPLY:
        _must_be_borne_out(proposal.text, _article(proposal.subject, pack), pack)


def _must_be_borne_out(text: str, article: Article, pack: Pack) -> None:
    """Approved wording is sent without being checked again: what the article doesn't say must stand there first."""
    if mask(text).kinds or "[" in text:
        raise InputInvalid("the wording holds something of one customer; write it into the article by hand")
    source = "\n\n".join((article.title, article.summary, article.body))
    threshold = pack.brand.grounding.threshold if pack.brand.grounding else THRESHOLD
    for sentence in split_sentences(text):
        kind = kind_of(sentence)
        measured = measure(sentence, kind, [source], threshold=threshold)
        if measured.missing or (kind in NEEDS_SOURCE and not measured.supported):
            raise InputInvalid(f"the article {article.id} doesn't say “{sentence}”: put it right there first")


def _about(asked: Sequence[Mention]) -> str:
    """Words that most of the questions share, which choose the reply among others."""
    said = Counter(word for each in asked for word in {*words(mask(each.text).text)} - FUNCTION_WORDS)
    shared = (word for word, times in said.most_common() if 2 * times > len(asked) and word.isalpha())
    return " ".join(list(shared)[:_ABOUT_WORDS])


def _gap(proposal: Proposal, edits: Sequence[Edit], asked: Sequence[Mention]) -> Gap:
    questions = tuple(dict.fromkeys(each.text for each in asked)) or (proposal.subject.replace("_", " "),)
    answers = (proposal.text,) if proposal.text else tuple(dict.fromkeys(each.after for each in edits))
    return Gap(
        id=proposal.id,
        count=len(questions),
        example=questions[0],
        questions=questions,
        conversations=(),
        answers=answers,
        intents=tuple(each.intent for each in edits[:1] if each.intent),
        first_at=proposal.created_at,
        last_at=proposal.created_at,
    )
