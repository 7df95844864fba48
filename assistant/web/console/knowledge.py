"""What the brand knows: articles, their versions and the replies that stand on them, gaps, what edits point to."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from assistant.compose import Assistant
from assistant.compose.harvested import keep as keep_cases
from assistant.compose.trying import answers_from
from assistant.desk import lessons
from assistant.domain.agent import Agent, Permission
from assistant.domain.article_history import ArticleVersion, overdue
from assistant.domain.gaps import Gap
from assistant.domain.knowledge import Article
from assistant.domain.vocabulary import ArticleStatus, Audience
from assistant.domain.wording import ProposalState
from assistant.errors import AssistantError, InputInvalid, NotFound, PackInvalid
from assistant.kb.markdown import blocks_of
from assistant.kb.split import split
from assistant.web.console.frame import address, base, page
from assistant.web.deps import TheAgent, TheAssistant
from assistant.web.problems import status_of
from assistant.web.sessions import require
from assistant.workflows.edit_article import keep_article, mark_of, source_of, tried_out
from assistant.workflows.find_gaps import find_gaps
from assistant.workflows.recall import blast_radius, recall

KNOWN = 40
USES = 5_000
"""Replies looked at, the newest, for those that stand on an article."""
SHOWN_USES = 50
GAP_DAYS = 30

router = APIRouter()
Text = Annotated[str, Form(max_length=200_000)]
Seen = Annotated[str, Form(max_length=40)]


@router.get("/knowledge")
def knowledge(
    request: Request,
    assistant: TheAssistant,
    agent: TheAgent,
    find: Annotated[str, Query(max_length=200)] = "",
    late: bool = False,
) -> Response:
    """Articles with version, owner and review date; searched by meaning; `late` ones only, where asked."""
    context = _context(request, assistant, agent)
    articles = {article.id: article for article in assistant.pack.articles}
    shown = list(articles.values())
    overdue_now = overdue(shown, on=context["today"])
    if find.strip():
        hits = assistant.search(find, k=KNOWN).hits
        shown = list(
            dict.fromkeys(articles[hit.passage.article_id] for hit in hits if hit.passage.article_id in articles)
        )
    elif late:
        shown = list(overdue_now)
    context |= {"articles": shown, "find": find, "late": late, "overdue": len(overdue_now)}
    return page(request, "knowledge.html", context)


@router.get("/knowledge/gaps")
def gaps(request: Request, assistant: TheAssistant, agent: TheAgent) -> Response:
    """Questions nothing answers, in groups, each with the article to begin with."""
    context = _context(request, assistant, agent)
    return page(request, "gaps.html", context | {"gaps": _gaps(assistant), "days": GAP_DAYS})


@router.get("/knowledge/proposals")
def proposals(request: Request, assistant: TheAssistant, agent: TheAgent) -> Response:
    """What agents' edits point to, for a person to take up or to leave."""
    with assistant.require_store().begin() as tx:
        require(agent, Permission.READ)
        lessons.propose(tx, pack=assistant.pack, at=assistant.clock())
        found = tx.proposals(brand_id=assistant.pack.brand.id, limit=100)
    context = _context(request, assistant, agent)
    still_open = [each for each in found if each.state is ProposalState.OPEN]
    context |= {"waiting": still_open, "decided": [each for each in found if each not in still_open]}
    context["titles"] = {article.id: article.title for article in assistant.pack.articles}
    return page(request, "proposals.html", context)


@router.post("/knowledge/proposals/{proposal_id}")
def decide(proposal_id: str, assistant: TheAssistant, agent: TheAgent, accept: Annotated[bool, Form()]) -> Response:
    """Take it up or leave it; the pack changes only when somebody writes it."""
    require(agent, Permission.SUPERVISE)
    with assistant.require_store().begin() as tx:
        lessons.decide(tx, proposal_id, pack=assistant.pack, accept=accept, agent=agent.name, at=assistant.clock())
    return RedirectResponse("/knowledge/proposals", status_code=303)


@router.get("/knowledge/new")
def begin(
    request: Request, assistant: TheAssistant, agent: TheAgent, gap: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """A new article, begun with what was asked and what people answered."""
    require(agent, Permission.SUPERVISE)
    chosen = next((each for each in _gaps(assistant) if each.id == gap), None)
    if chosen is None:
        raise NotFound("gap", gap)
    questions = "\n".join(chosen.questions)
    return _editor(request, assistant, agent, None, text=chosen.proposal, seen="", questions=questions)


@router.get("/knowledge/{article_id}")
def article(request: Request, article_id: str, assistant: TheAssistant, agent: TheAgent) -> Response:
    """One article as the brand wrote it, every version it had, and the replies that stand on it."""
    context = _context(request, assistant, agent)
    found = _article(assistant, article_id)
    brand_id = assistant.pack.brand.id
    with assistant.require_store().read() as look:
        versions = look.article_versions(brand_id, article_id=article_id)
        uses = look.uses(brand_id, article_id, limit=USES)
        handles = {each.reply.conversation_id: "" for each in uses[:SHOWN_USES]}
        for key in handles:
            handles[key] = look.conversation(key).handle
    used: dict[int, int] = {}
    for use in uses:
        for version in use.versions:
            used[version] = used.get(version, 0) + 1
    context |= {"article": found, "versions": versions, "uses": uses[:SHOWN_USES], "used": used, "handles": handles}
    context["blocks"] = list(blocks_of(found.body))
    context["recallable"] = Counter(version for use in uses if use.reply.state == "sent" for version in use.versions)
    context |= {"looked_at": USES, "waits": _waits(assistant, found, versions, context["today"])}
    return page(request, "article.html", context)


@router.get("/knowledge/{article_id}/edit")
def edit(request: Request, article_id: str, assistant: TheAssistant, agent: TheAgent) -> Response:
    """The article's file, to be changed."""
    require(agent, Permission.SUPERVISE)
    text = source_of(_folder(assistant), _article(assistant, article_id))
    return _editor(request, assistant, agent, article_id, text=text, seen=mark_of(text))


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
    return page(request, "recall.html", _context(request, assistant, agent) | {"found": found})


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
    context = await run_in_threadpool(_context, request, assistant, agent)
    return page(request, "recall.html", context | {"found": done})


@router.post("/knowledge/try")
async def try_out(
    request: Request,
    assistant: TheAssistant,
    agent: TheAgent,
    text: Text,
    questions: Annotated[str, Form(max_length=10_000)] = "",
) -> Response:
    """How it would read, whether its questions would find it, and what would be said to them."""
    require(agent, Permission.SUPERVISE)
    trial = await run_in_threadpool(
        tried_out, text, questions.splitlines(), name="article.md", embedder=assistant.embedder, index=assistant.index
    )
    asked = [each.question for each in trial.tried]
    said = await answers_from(assistant, trial.article, asked) if trial.article else {}
    blocks = list(blocks_of(trial.article.body)) if trial.article else []
    return page(request, "part_trial.html", {"trial": trial, "blocks": blocks, "said": said})


@router.post("/knowledge/keep")
def keep(
    request: Request,
    assistant: TheAssistant,
    agent: TheAgent,
    text: Text,
    article_id: Annotated[str, Form(max_length=200)] = "",
    seen: Seen = "",
    questions: Annotated[str, Form(max_length=10_000)] = "",
) -> Response:
    """Keep it as the next version; a refusal keeps what was typed."""
    require(agent, Permission.SUPERVISE)
    try:
        kept = keep_article(
            text,
            article_id=article_id or None,
            seen=seen,
            pack=assistant.pack,
            folder=_folder(assistant),
            store=assistant.require_store(),
            agent=agent.name,
            clock=assistant.clock,
        )
    except AssistantError as refusal:
        problems = refusal.problems if isinstance(refusal, PackInvalid) else (str(refusal),)
        return _editor(
            request,
            assistant,
            agent,
            article_id or None,
            text=text,
            seen=seen,
            questions=questions,
            problems=problems,
            status=status_of(refusal),
        )
    in_use = assistant.renewal is not None and assistant.renewal.put_in_use()
    known = any(each.id == kept.id for each in assistant.latest().pack.articles)
    target = f"/knowledge/{kept.id}" if known else "/knowledge/gaps"
    return RedirectResponse(address(target, what="article in use" if in_use else "article kept"), status_code=303)


def _editor(
    request: Request,
    assistant: Assistant,
    agent: Agent,
    article_id: str | None,
    *,
    text: str,
    seen: str,
    questions: str = "",
    problems: tuple[str, ...] = (),
    status: int = 200,
) -> Response:
    context = _context(request, assistant, agent)
    context |= {"article_id": article_id or "", "text": text, "seen": seen, "questions": questions}
    return page(request, "article_edit.html", context | {"problems": problems}, status)


def _context(request: Request, assistant: Assistant, agent: Agent) -> dict[str, Any]:
    require(agent, Permission.READ)
    with assistant.require_store().read() as look:
        context = base(look, request, assistant, agent, None)
    today: date = context["now"].astimezone(ZoneInfo(assistant.pack.brand.time_zone)).date()
    return context | {"today": today, "room": "knowledge"}


def _article(assistant: Assistant, article_id: str) -> Article:
    found = next((each for each in assistant.pack.articles if each.id == article_id), None)
    if found is None:
        raise NotFound("article", article_id)
    return found


def _waits(assistant: Assistant, shown: Article, versions: Sequence[ArticleVersion], today: date) -> int | None:
    """The version that is written and that customers can't be told from yet."""
    newest = next((each.article for each in versions if each.withdrawn_at is None), shown)
    if newest.version > shown.version:
        return newest.version
    first = next((each.id for each in split(shown)), None)
    told = shown.audience is Audience.PUBLIC and shown.status is ArticleStatus.APPROVED and shown.is_current(today)
    if first is None or not told or shown.language != assistant.pack.brand.answers_in[0]:
        return None
    return None if first in assistant.passages([first]) else shown.version


def _folder(assistant: Assistant) -> Path:
    if assistant.folder is None:
        raise InputInvalid("this process was started without a folder of articles; write them where they are kept")
    return assistant.folder


def _gaps(assistant: Assistant) -> tuple[Gap, ...]:
    return find_gaps(
        assistant.pack,
        store=assistant.require_store(),
        embedder=assistant.embedder,
        at=assistant.clock(),
        days=GAP_DAYS,
    )
