"""Whether an accepted proposal helped is told by two runs of the suites, and kept with it."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.desk.lessons import decide
from assistant.domain.wording import Proposal, ProposalKind
from assistant.errors import Conflict, InputInvalid
from assistant.evals.results import write_run
from assistant.ports import Store
from assistant.workflows.measure_proposal import measure_proposal
from tests.desk_builders import NOW, make_pack
from tests.eval_builders import row, run
from tests.stores import new_store

PACK = make_pack()
PROPOSAL = Proposal(
    id="p-1",
    brand_id=PACK.brand.id,
    kind=ProposalKind.BANNED_PHRASE,
    subject="as per policy",
    text="",
    edits=("e-1", "e-2", "e-3"),
    created_at=NOW,
)


@pytest.fixture
def store() -> Iterator[Store]:
    opened = new_store()
    yield opened
    opened.close()


def kept(folder: Path, verdicts: Mapping[str, bool], **changes: object) -> Path:
    write_run(folder, run([row(case, verdict, **changes) for case, verdict in verdicts.items()]), summary={})
    return folder


def accepted(store: Store) -> None:
    with store.begin() as tx:
        tx.save_proposal(PROPOSAL)
        decide(tx, PROPOSAL.id, pack=PACK, accept=True, agent="ann", at=NOW)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"a": False, "b": True}, {"a": True, "b": True}, "helped"),
        ({"a": True, "b": True}, {"a": True, "b": True}, "no difference"),
        ({"a": True, "b": True}, {"a": True, "b": False}, "harmed"),
    ],
)
def test_what_was_fixed_and_broken_says_whether_it_helped(
    store: Store, tmp_path: Path, before: Mapping[str, bool], after: Mapping[str, bool], said: str
) -> None:
    accepted(store)
    runs = kept(tmp_path / "a", before), kept(tmp_path / "b", after)
    at = NOW + timedelta(days=1)
    measured = measure_proposal(store, PROPOSAL.id, before=runs[0], after=runs[1], pack=PACK, at=at)
    with store.read() as look:
        assert look.proposal(PROPOSAL.id) == measured
    assert measured.effect is not None
    assert (measured.effect.verdict, measured.effect.measured_at) == (said, at)


def test_only_what_was_accepted_is_measured(store: Store, tmp_path: Path) -> None:
    with store.begin() as tx:
        tx.save_proposal(PROPOSAL)
    folder = kept(tmp_path / "a", {"a": True})
    with pytest.raises(Conflict, match="is open"):
        measure_proposal(store, PROPOSAL.id, before=folder, after=folder, pack=PACK, at=NOW)


def test_runs_without_a_common_case_are_no_measurement(store: Store, tmp_path: Path) -> None:
    accepted(store)
    runs = kept(tmp_path / "a", {"a": True}), kept(tmp_path / "b", {"b": False})
    with pytest.raises(InputInvalid, match="no case could be told in both"):
        measure_proposal(store, PROPOSAL.id, before=runs[0], after=runs[1], pack=PACK, at=NOW)
    with store.read() as look:
        assert look.proposal(PROPOSAL.id).effect is None
