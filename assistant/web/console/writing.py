"""An article is written where it is read: shown while it is typed, put to questions, kept as the next version."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from assistant.compose import Assistant
from assistant.compose.trying import answers_from
from assistant.domain.agent import Agent, Permission
from assistant.errors import AssistantError, NotFound
from assistant.kb.import_articles import read_from
from assistant.kb.markdown import blocks_of
from assistant.kb.split import split
from assistant.web.articles import article_of, folder_of, known
from assistant.web.console.frame import address, page
from assistant.web.console.knowledge import context_of, gaps_of, refused
from assistant.web.deps import TheAgent, TheAssistant
from assistant.web.sessions import require
from assistant.workflows.edit_article import blank, keep_article, mark_of, put_to, read_as_article, source_of

NAME = "article.md"
"""What mistakes in a text that has no file yet are named by."""

router = APIRouter()
Text = Annotated[str, Form(max_length=200_000)]
Seen = Annotated[str, Form(max_length=40)]
Questions = Annotated[str, Form(max_length=10_000)]


@router.get("/knowledge/new")
def begin(
    request: Request, assistant: TheAssistant, agent: TheAgent, gap: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """A new article, begun with what was asked and what people answered; with nothing where no gap is named."""
    require(agent, Permission.SUPERVISE)
    if not gap:
        on = context_of(request, assistant, agent)["today"]
        return _editor(request, assistant, agent, None, text=blank(assistant.pack, agent.name, on), seen="")
    chosen = next((each for each in gaps_of(assistant) if each.id == gap), None)
    if chosen is None:
        raise NotFound("gap", gap)
    questions = "\n".join(chosen.questions)
    return _editor(request, assistant, agent, None, text=chosen.proposal, seen="", questions=questions)


@router.get("/knowledge/{article_id}/edit")
def edit(request: Request, article_id: str, assistant: TheAssistant, agent: TheAgent) -> Response:
    """The article's file, to be changed."""
    require(agent, Permission.SUPERVISE)
    text = source_of(folder_of(assistant), article_of(assistant, article_id))
    return _editor(request, assistant, agent, article_id, text=text, seen=mark_of(text))


@router.post("/knowledge/try")
def try_out(request: Request, agent: TheAgent, text: Text) -> Response:
    """How it would read, or what keeps it from being read."""
    require(agent, Permission.SUPERVISE)
    trial = read_as_article(text, name=NAME)
    article = trial.article
    context = {"trial": trial, "passages": len(split(article)) if article else 0}
    return page(request, "part_trial.html", context | {"blocks": list(blocks_of(article.body)) if article else []})


@router.post("/knowledge/ask")
async def ask(
    request: Request, assistant: TheAssistant, agent: TheAgent, text: Text, questions: Questions = ""
) -> Response:
    """Whether its questions would find it, and what would be said to them; nothing where it can't be read."""
    require(agent, Permission.SUPERVISE)
    article = (await run_in_threadpool(read_as_article, text, name=NAME)).article
    if article is None:
        return Response()
    tried = await run_in_threadpool(
        put_to,
        article,
        questions.splitlines(),
        embedder=assistant.embedder,
        asker=assistant.asker,
        index=assistant.index,
    )
    said = await answers_from(assistant, article, [each.question for each in tried])
    return page(request, "part_asked.html", {"tried": tried, "said": said})


@router.post("/knowledge/keep")
def keep(
    request: Request,
    assistant: TheAssistant,
    agent: TheAgent,
    text: Text,
    article_id: Annotated[str, Form(max_length=200)] = "",
    seen: Seen = "",
    questions: Questions = "",
) -> Response:
    """Keep it as the next version, which a worker takes up within seconds; a refusal keeps what was typed."""
    require(agent, Permission.SUPERVISE)
    try:
        kept = keep_article(
            text,
            article_id=article_id or None,
            seen=seen,
            pack=known(assistant),
            folder=folder_of(assistant),
            store=assistant.require_store(),
            agent=agent.name,
            clock=assistant.clock,
        )
    except AssistantError as refusal:
        problems, status = refused(refusal)
        return _editor(
            request,
            assistant,
            agent,
            article_id or None,
            text=text,
            seen=seen,
            questions=questions,
            problems=problems,
            status=status,
        )
    return RedirectResponse(address(f"/knowledge/{kept.id}", what="article kept"), status_code=303)


def _editor(
    request: Request,
    assistant: Assistant,
    agent: Agent,
    article_id: str | None,
    *,
    text: str,
    seen: str,
    questions: str = "",
    problems: Sequence[str] = (),
    status: int = 200,
) -> Response:
    context = context_of(request, assistant, agent)
    old = article_of(assistant, article_id) if article_id else None
    context["source"] = read_from(old, assistant.pack.sources) if old else ""
    context |= {"article_id": article_id or "", "text": text, "seen": seen, "questions": questions}
    return page(request, "article_edit.html", context | {"problems": problems}, status)
