"""What the brand knows."""

from typing import Annotated

from fastapi import APIRouter, Query

from assistant.domain.knowledge import Evidence, Passage
from assistant.errors import NotFound
from assistant.web.deps import TheAssistant

router = APIRouter()


@router.get("/search")
def search(
    assistant: TheAssistant,
    q: Annotated[str, Query(min_length=1, max_length=2000, description="the question")],
    k: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Evidence:
    """Passages that answer a question, best first, and how likely the knowledge base holds the answer."""
    return assistant.search(q, k=k)


@router.get("/passages/{passage_id}")
def read_passage(passage_id: str, assistant: TheAssistant) -> Passage:
    """One passage of the index."""
    found = assistant.passages([passage_id])
    if passage_id not in found:
        raise NotFound("passage", passage_id)
    return found[passage_id]
