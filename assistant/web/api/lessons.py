"""What agents' edits teach: proposals to change the pack, each for a person to accept or reject."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from assistant.desk import lessons
from assistant.domain.wording import Edit, Proposal, ProposalState
from assistant.web.deps import Name, TheAssistant
from assistant.workflows.take_up import take_up

router = APIRouter()


class DecisionIn(BaseModel):
    """Whether the pack takes it up, and who says so."""

    model_config = ConfigDict(extra="forbid")

    accept: bool
    by: Name


@router.get("/edits")
def list_edits(assistant: TheAssistant) -> list[Edit]:
    """What agents made of drafts, word by word, the newest first; personal data is masked."""
    with assistant.require_store().read() as look:
        return list(look.edits(brand_id=assistant.pack.brand.id, limit=200))


@router.get("/proposals")
def list_proposals(assistant: TheAssistant, state: ProposalState | None = None) -> list[Proposal]:
    """Proposals, the newest first."""
    with assistant.require_store().read() as look:
        return list(look.proposals(brand_id=assistant.pack.brand.id, state=state))


@router.post("/proposals")
def draw_proposals(assistant: TheAssistant) -> list[Proposal]:
    """Draw what the edits so far support; answers with the new ones. Nothing in the pack changes."""
    with assistant.require_store().begin() as tx:
        return list(lessons.propose(tx, pack=assistant.pack, at=assistant.clock()))


@router.post("/proposals/{proposal_id}/decide")
def decide_proposal(proposal_id: str, decision: DecisionIn, assistant: TheAssistant) -> Proposal:
    """Accept or reject. What is accepted is written into the pack; what can't be written says why and stays open."""
    return take_up(
        assistant.require_store(),
        proposal_id,
        accept=decision.accept,
        pack=assistant.pack,
        folder=assistant.folder,
        agent=decision.by,
        clock=assistant.clock,
    )
