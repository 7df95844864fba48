"""Did an accepted proposal help? Two runs of the suites, from before and after the pack's authors took it up."""

from datetime import datetime
from pathlib import Path

from assistant.desk.lessons import keep_effect
from assistant.domain.brand import Pack
from assistant.domain.wording import Effect, Proposal
from assistant.errors import InputInvalid
from assistant.evals.compare import compare
from assistant.evals.results import read_run
from assistant.ports import Store


def measure_proposal(
    store: Store, proposal_id: str, *, before: Path, after: Path, pack: Pack, at: datetime
) -> Proposal:
    """Compare the runs case by case and keep with the proposal what was fixed and what broke.

    Raises `NotFound`, `Conflict` where it wasn't accepted, `InputInvalid` where the runs share no case that could be
    told in both, and what reading a run raises.
    """
    compared = compare(read_run(before), read_run(after))
    if not compared.changes:
        raise InputInvalid(f"no case could be told in both {before} and {after}; give two runs of the same suites")
    fixed = {case for change in compared.changes for case in change.fixed}
    broken = {case for change in compared.changes for case in change.broken}
    effect = Effect(
        fixed=len(fixed - broken),
        broken=len(broken),
        critical=compared.broken_critical,
        worse=bool(compared.worse),
        measured_at=at,
    )
    with store.begin() as tx:
        return keep_effect(tx, proposal_id, effect, pack=pack)
