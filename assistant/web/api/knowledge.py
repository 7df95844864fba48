"""What the brand knows."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from assistant.compose.examining import examine_brand
from assistant.domain.article_history import ArticleVersion
from assistant.domain.gaps import Gap
from assistant.domain.knowledge import Evidence, Passage
from assistant.domain.readers import Readers, anybody
from assistant.domain.sources import Asker, SourceState, Sync
from assistant.domain.vocabulary import Audience
from assistant.errors import NotFound
from assistant.kb.health import Health
from assistant.kb.merge import Merge
from assistant.web.articles import folder_of
from assistant.web.deps import Name, TheAssistant
from assistant.workflows.find_gaps import find_gaps
from assistant.workflows.merge_articles import look_at_merge, merge_articles
from assistant.workflows.sync_sources import ask_for, source_states

router = APIRouter()
Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


@router.get("/search")
def search(
    assistant: TheAssistant,
    q: Annotated[Question, Query(description="the question")],
    k: Annotated[int, Query(ge=1, le=50)] = 10,
    audience: Annotated[Audience, Query(description="who reads: in public, in private, at the desk")] = Audience.PUBLIC,
    language: Annotated[str | None, Query(min_length=2, max_length=2)] = None,
    region: Annotated[str, Query(max_length=30)] = "",
    product: Annotated[str, Query(max_length=30)] = "",
) -> Evidence:
    """Passages that answer a question, best first, and how likely the knowledge base holds the answer.

    Only what such readers may be told is found.
    """
    first = anybody(assistant.pack).language
    readers = Readers(language=language or first, audience=audience, region=region, product=product)
    return assistant.search(q, k=k, readers=readers)


@router.get("/passages/{passage_id}")
def read_passage(passage_id: str, assistant: TheAssistant) -> Passage:
    """One passage of the index."""
    found = assistant.passages([passage_id])
    if passage_id not in found:
        raise NotFound("passage", passage_id)
    return found[passage_id]


@router.get("/knowledge/health")
def health(assistant: TheAssistant) -> Health:
    """Articles that contradict each other, that say the same twice, and those whose review is overdue."""
    return examine_brand(assistant.settings, assistant.pack, assistant.embedder)


class Accepted(BaseModel):
    """A person's word that two articles become one. `seen` is the mark of what was looked at."""

    model_config = ConfigDict(extra="forbid")

    seen: str = Field(max_length=40)
    by: Name


@router.get("/knowledge/articles/{keep}/merge/{other}")
def read_merge(keep: str, other: str, assistant: TheAssistant) -> Merge:
    """What `keep` would be with all that only `other` says, and what stands in the way. Nothing is changed."""
    return look_at_merge(keep, other, folder=folder_of(assistant), clock=assistant.clock)


@router.post("/knowledge/articles/{keep}/merge/{other}")
def accept_merge(keep: str, other: str, accepted: Accepted, assistant: TheAssistant) -> Merge:
    """Do it: `keep` gets its next version, `other` is withdrawn and keeps its history; customers hear the new one
    within seconds, once a worker has indexed it.

    409 where one of them changed since `seen`, 422 with file and line of each reason where they can't be one.
    """
    return merge_articles(
        keep,
        other,
        seen=accepted.seen,
        folder=folder_of(assistant),
        store=assistant.require_store(),
        agent=accepted.by,
        clock=assistant.clock,
    )


@router.get("/knowledge/gaps")
def gaps(
    assistant: TheAssistant,
    days: Annotated[int, Query(ge=1, le=3650, description="how far back")] = 30,
    at_least: Annotated[int, Query(ge=1, le=1000, description="questions that make a gap")] = 2,
) -> tuple[Gap, ...]:
    """What was asked and nothing answers, the most asked first, each with a draft article to begin with."""
    return find_gaps(
        assistant.pack,
        store=assistant.require_store(),
        embedder=assistant.embedder,
        at=assistant.clock(),
        days=days,
        at_least=at_least,
    )


@router.get("/knowledge/sources")
def sources(assistant: TheAssistant) -> tuple[SourceState, ...]:
    """Where articles come from, when each source was read, and what is wrong with it now."""
    return source_states(assistant.pack, store=assistant.require_store(), clock=assistant.clock)


@router.post("/knowledge/sources/{name}/sync", status_code=202)
def sync(name: str, assistant: TheAssistant) -> Sync:
    """Have a source read soon; a worker does it within seconds. `GET /api/knowledge/sources` says what it found."""
    return ask_for(name, pack=assistant.pack, store=assistant.require_store(), clock=assistant.clock, asker=Asker.API)


@router.get("/knowledge/articles/{article_id}/versions")
def versions(article_id: str, assistant: TheAssistant) -> tuple[ArticleVersion, ...]:
    """Every version of an article that was indexed, the newest first."""
    with assistant.require_store().read() as look:
        found = look.article_versions(assistant.pack.brand.id, article_id=article_id)
    if not found:
        raise NotFound("article", article_id)
    return tuple(found)
