"""What the brand knows: articles, their versions and the replies that stand on them, gaps, what edits point to."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from assistant.compose import Assistant
from assistant.compose.harvested import keep as keep_cases
from assistant.desk import lessons
from assistant.domain.agent import Agent, Permission
from assistant.domain.article_history import ArticleVersion, overdue
from assistant.domain.gaps import Gap
from assistant.domain.knowledge import Article
from assistant.domain.readers import agents_of
from assistant.domain.vocabulary import ArticleStatus
from assistant.domain.wording import Edit, ProposalState
from assistant.errors import AssistantError, PackInvalid
from assistant.kb.import_articles import read_from
from assistant.kb.markdown import blocks_of
from assistant.web.articles import article_of, known
from assistant.web.console.editor import word_diff
from assistant.web.console.frame import address, base, page
from assistant.web.console.places import Searched
from assistant.web.deps import TheAgent, TheAssistant
from assistant.web.problems import status_of
from assistant.web.sessions import require
from assistant.workflows.find_gaps import find_gaps
from assistant.workflows.recall import blast_radius, recall
from assistant.workflows.take_up import take_up

KNOWN = 40
USES = 5_000
"""Replies looked at, the newest, for those that stand on an article."""
SHOWN_USES = 50
GAP_DAYS = 30
SHOWN = 3
"""Edits of a proposal that are shown word by word."""
SOON_S = 30
"""A version that waits longer than this to be taken up waits for somebody."""

router = APIRouter()


@router.get("/knowledge")
def knowledge(
    request: Request,
    assistant: TheAssistant,
    agent: TheAgent,
    find: Searched = "",
    late: bool = False,
) -> Response:
    """Articles with version, owner and review date; searched by meaning; `late` ones only, where asked."""
    context = context_of(request, assistant, agent)
    articles = assistant.pack.articles_by_id
    shown = list(assistant.pack.articles)
    overdue_now = overdue(shown, on=context["today"])
    if find.strip():
        hits = assistant.search(find, k=KNOWN, readers=agents_of(assistant.pack)).hits
        shown = list(
            dict.fromkeys(articles[hit.passage.article_id] for hit in hits if hit.passage.article_id in articles)
        )
    elif late:
        shown = list(overdue_now)
    context |= {"articles": shown, "find": find, "late": late, "overdue": len(overdue_now)}
    context["told"] = {article.id: _why_untold(article, context["today"]) for article in shown}
    return page(request, "knowledge.html", context)


@router.get("/knowledge/gaps")
def gaps(request: Request, assistant: TheAssistant, agent: TheAgent) -> Response:
    """The page; the gaps follow, as looking through a month's decisions takes a moment."""
    return page(request, "gaps.html", context_of(request, assistant, agent) | {"days": GAP_DAYS})


@router.get("/knowledge/gaps/found")
def found_gaps(request: Request, assistant: TheAssistant, agent: TheAgent) -> Response:
    """Questions nothing answers, in groups, each with the article to begin with."""
    context = context_of(request, assistant, agent)
    context["titles"] = {article.id: article.title for article in assistant.pack.articles}
    return page(request, "part_gaps.html", context | {"gaps": gaps_of(assistant)})


@router.get("/knowledge/proposals")
def proposals(request: Request, assistant: TheAssistant, agent: TheAgent) -> Response:
    """What agents' edits point to, for a person to take up or to leave."""
    return _proposals(request, assistant, agent)


def _proposals(request: Request, assistant: Assistant, agent: Agent, refusal: str = "", status: int = 200) -> Response:
    with assistant.require_store().begin() as tx:
        require(agent, Permission.READ)
        lessons.propose(tx, pack=assistant.pack, at=assistant.clock())
        found = tx.proposals(brand_id=assistant.pack.brand.id, limit=100)
        edits = {edit.id: edit for edit in tx.edits(brand_id=assistant.pack.brand.id)}
    context = context_of(request, assistant, agent)
    still_open = [each for each in found if each.state is ProposalState.OPEN]
    context |= {"waiting": still_open, "decided": [each for each in found if each not in still_open]}
    context["behind"] = {
        each.id: [word_diff(*pair) for pair in _unlike(edits[key] for key in each.edits if key in edits)]
        for each in still_open
    }
    context |= {"titles": {article.id: article.title for article in assistant.pack.articles}, "refusal": refusal}
    return page(request, "proposals.html", context, status)


def _unlike(edits: Iterable[Edit]) -> list[tuple[str, str]]:
    """Texts before and after that differ from each other, a few."""
    return list(dict.fromkeys((edit.before, edit.after) for edit in edits))[:SHOWN]


@router.post("/knowledge/proposals/{proposal_id}")
def decide(
    request: Request, proposal_id: str, assistant: TheAssistant, agent: TheAgent, accept: Annotated[bool, Form()]
) -> Response:
    """Take it up, which writes the pack, or leave it; a refusal stands above the list."""
    require(agent, Permission.SUPERVISE)
    try:
        take_up(
            assistant.require_store(),
            proposal_id,
            accept=accept,
            pack=known(assistant),
            folder=assistant.folder,
            agent=agent.name,
            clock=assistant.clock,
        )
    except AssistantError as refusal:
        problems, status = refused(refusal)
        return _proposals(request, assistant, agent, "; ".join(problems), status)
    return RedirectResponse(address("/knowledge/proposals", what="taken up" if accept else "left"), status_code=303)


@router.get("/knowledge/{article_id}")
def article(request: Request, article_id: str, assistant: TheAssistant, agent: TheAgent) -> Response:
    """One article as the brand wrote it, every version it had, and the replies that stand on it."""
    context = context_of(request, assistant, agent)
    found = article_of(assistant, article_id)
    brand_id = assistant.pack.brand.id
    with assistant.require_store().read() as look:
        versions = look.article_versions(brand_id, article_id=article_id)
        uses = look.uses(brand_id, article_id, limit=USES)
        handles = {each.reply.conversation_id: "" for each in uses[:SHOWN_USES]}
        for key in handles:
            handles[key] = look.conversation(key).handle
    used = Counter(version for use in uses for version in use.versions)
    context |= {"article": found, "versions": versions, "uses": uses[:SHOWN_USES], "used": used, "handles": handles}
    context["blocks"] = list(blocks_of(found.body))
    context |= {"told": _why_untold(found, context["today"]), "source": read_from(found, assistant.pack.sources)}
    context["recallable"] = Counter(version for use in uses if use.reply.state == "sent" for version in use.versions)
    context |= {"looked_at": USES, "late_s": SOON_S, **_standing(versions)}
    return page(request, "article.html", context)


@router.get("/knowledge/{article_id}/in-use")
def in_use(request: Request, article_id: str, assistant: TheAssistant, agent: TheAgent) -> Response:
    """Whether the newest version is taken up already, for a page that waits for it."""
    require(agent, Permission.READ)
    with assistant.require_store().read() as look:
        versions = look.article_versions(assistant.pack.brand.id, article_id=article_id)
    context = {"article_id": article_id, "now": assistant.clock(), "late_s": SOON_S, "asked": True}
    return page(request, "part_in_use.html", context | _standing(versions))


@router.get("/knowledge/{article_id}/recall/{version}")
def look_at_recall(
    request: Request, article_id: str, version: int, assistant: TheAssistant, agent: TheAgent
) -> Response:
    """What a recall would reach; nothing is changed."""
    require(agent, Permission.SUPERVISE)
    found = blast_radius(
        article_id,
        version,
        store=assistant.require_store(),
        channels=assistant.channels,
        pack=assistant.pack,
        clock=assistant.clock,
    )
    return page(request, "recall.html", context_of(request, assistant, agent) | {"found": found})


@router.post("/knowledge/{article_id}/recall/{version}")
async def do_recall(
    request: Request, article_id: str, version: int, assistant: TheAssistant, agent: TheAgent
) -> Response:
    """Take the replies off their networks where that can be done, and put a correction before a person."""
    require(agent, Permission.SUPERVISE)
    done = await recall(
        article_id,
        version,
        store=assistant.require_store(),
        channels=assistant.channels,
        respond=assistant.respond,
        pack=assistant.pack,
        clock=assistant.clock,
        agent=agent.name,
        keep_cases=lambda cases: keep_cases(assistant.settings, cases),
    )
    context = await run_in_threadpool(context_of, request, assistant, agent)
    return page(request, "recall.html", context | {"found": done})


def refused(refusal: AssistantError) -> tuple[Sequence[str], int]:
    """What to say of a text that wasn't kept, and the status: mistakes in it are the writer's to mend."""
    if isinstance(refusal, PackInvalid):
        return refusal.problems, 422
    return (str(refusal),), status_of(refusal)


def _why_untold(article: Article, today: date) -> str:
    """Why nobody is told it today; empty where somebody is."""
    if article.status is ArticleStatus.DRAFT:
        return "a draft, told to nobody"
    if article.valid_from > today:
        return "not told yet"
    return "" if article.is_current(today) else "no longer told"


def context_of(request: Request, assistant: Assistant, agent: Agent) -> dict[str, Any]:
    """What every page of the knowledge room shows."""
    require(agent, Permission.READ)
    with assistant.require_store().read() as look:
        context = base(look, request, assistant, agent)
    return context | {"today": assistant.pack.brand.day(context["now"]), "room": "knowledge"}


def _standing(versions: Sequence[ArticleVersion]) -> dict[str, ArticleVersion | None]:
    """The version that holds now, None where none does."""
    return {"newest": next((each for each in versions if each.withdrawn_at is None), None)}


def gaps_of(assistant: Assistant) -> tuple[Gap, ...]:
    """What was asked of late and nothing answers."""
    return find_gaps(
        assistant.pack,
        store=assistant.require_store(),
        embedder=assistant.embedder,
        at=assistant.clock(),
        days=GAP_DAYS,
    )
