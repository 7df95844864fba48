"""Articles that contradict each other, and near-duplicates made one by a person's word."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from assistant.compose import Assistant
from assistant.compose.examining import examine_brand
from assistant.domain.agent import Agent, Permission
from assistant.domain.knowledge import Article
from assistant.errors import AssistantError
from assistant.kb.markdown import blocks_of
from assistant.web.articles import folder_of
from assistant.web.console.frame import address, page
from assistant.web.console.knowledge import context_of
from assistant.web.deps import TheAgent, TheAssistant
from assistant.web.problems import status_of
from assistant.web.sessions import require
from assistant.workflows.merge_articles import look_at_merge, merge_articles

router = APIRouter()


@router.get("/knowledge/health")
def health(request: Request, assistant: TheAssistant, agent: TheAgent) -> Response:
    """The page; what is wrong between the articles follows, as comparing many takes a while."""
    return page(request, "health.html", context_of(request, assistant, agent))


@router.get("/knowledge/health/found")
def found(request: Request, assistant: TheAssistant, agent: TheAgent) -> Response:
    """Statements that contradict each other, and articles that say nearly the same."""
    context = context_of(request, assistant, agent)
    context["found"] = examine_brand(assistant.settings, assistant.pack, assistant.embedder)
    context["titles"] = _titles(assistant.pack.articles)
    return page(request, "part_health.html", context)


@router.get("/knowledge/{keep}/merge/{other}")
def look(request: Request, keep: str, other: str, assistant: TheAssistant, agent: TheAgent) -> Response:
    """What the kept article would be, and what stands in the way. Nothing is changed."""
    require(agent, Permission.SUPERVISE)
    return _proposal(request, assistant, agent, keep, other)


@router.post("/knowledge/{keep}/merge/{other}")
def merge(
    request: Request,
    keep: str,
    other: str,
    assistant: TheAssistant,
    agent: TheAgent,
    seen: Annotated[str, Form(max_length=40)],
) -> Response:
    """Do what was looked at; a refusal shows the proposal as it stands now."""
    require(agent, Permission.SUPERVISE)
    try:
        merge_articles(
            keep,
            other,
            seen=seen,
            folder=folder_of(assistant),
            store=assistant.require_store(),
            agent=agent.name,
            clock=assistant.clock,
        )
    except AssistantError as refusal:
        return _proposal(request, assistant, agent, keep, other, refusal)
    return RedirectResponse(address(f"/knowledge/{keep}", what="merged"), status_code=303)


def _proposal(
    request: Request,
    assistant: Assistant,
    agent: Agent,
    keep: str,
    other: str,
    refusal: AssistantError | None = None,
) -> Response:
    """Raises what looking at it raises."""
    proposed = look_at_merge(keep, other, folder=folder_of(assistant), clock=assistant.clock)
    context = context_of(request, assistant, agent)
    own = proposed.article.body.removesuffix(proposed.text)
    context |= {"proposed": proposed, "refusal": refusal}
    context |= {"blocks": list(blocks_of(own)), "taken": list(blocks_of(proposed.text))}
    context["titles"] = _titles(assistant.pack.articles)
    return page(request, "merge.html", context, status_of(refusal) if refusal else 200)


def _titles(articles: Sequence[Article]) -> Mapping[str, str]:
    """By id; where several have one title, each with its id behind it."""
    often = Counter(article.title for article in articles)
    return {each.id: each.title if often[each.title] == 1 else f"{each.title} ({each.id})" for each in articles}
