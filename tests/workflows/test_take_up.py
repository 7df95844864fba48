"""What a person accepts is written into the pack, once, or not at all; what is rejected changes nothing."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.domain.brand import Pack
from assistant.domain.vocabulary import ArticleStatus, Decision
from assistant.domain.wording import Edit, Proposal, ProposalKind, ProposalState
from assistant.errors import Conflict, InputInvalid, NotFound
from assistant.kb.pack import load_pack
from assistant.ports import Store
from assistant.workflows.take_up import take_up
from tests.desk_builders import NOW, make_mention, make_turn
from tests.stores import new_store

BAG = "checked-bag-allowance"


@pytest.fixture
def store() -> Iterator[Store]:
    opened = new_store()
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree("knowledge", tmp_path / "knowledge"))


def proposed(store: Store, kind: ProposalKind, subject: str, text: str = "") -> Proposal:
    proposal = Proposal(
        id="p1", brand_id="larkspur", kind=kind, subject=subject, text=text, edits=("e1",), created_at=NOW
    )
    with store.begin() as tx:
        turn = make_turn(make_mention("1", text="Where is the kennel?"), Decision.HANDOFF)
        tx.take_in(turn.mention, at=NOW)
        record = tx.add_turn(turn, at=NOW)
        tx.add_edit(
            Edit(
                id="e1", brand_id="larkspur", turn_id=record.id, by="ann", intent="pets", article_ids=(), before="",
                after="We have no kennels at the airport.", changes=(), reason="", at=NOW,
            )
        )  # fmt: skip
        tx.save_proposal(proposal)
    return proposal


def decided(store: Store, folder: Path | None, *, accept: bool = True, agent: str = "bo") -> Pack:
    pack = load_pack(folder or Path("knowledge"))
    take_up(store, "p1", accept=accept, pack=pack, folder=folder, agent=agent, clock=lambda: NOW)
    return load_pack(folder or Path("knowledge"))


def state_of(store: Store) -> ProposalState:
    with store.read() as look:
        return look.proposal("p1").state


def test_a_phrase_to_ban_goes_into_the_voice_of_the_brand(store: Store, folder: Path) -> None:
    proposed(store, ProposalKind.BANNED_PHRASE, "in the first instance")
    assert "in the first instance" in decided(store, folder).brand.voice.avoid
    with store.read() as look:
        assert "proposal_accepted" in [entry.event for entry in look.audit(subject="p1")]


def test_a_better_reply_goes_into_the_article_as_its_next_version(store: Store, folder: Path) -> None:
    text = "No single bag may weigh more than 32 kg."
    proposed(store, ProposalKind.BETTER_REPLY, BAG, text)
    before = next(each for each in load_pack(folder).articles if each.id == BAG)
    after = next(each for each in decided(store, folder).articles if each.id == BAG)
    assert [each.text for each in after.replies if each not in before.replies] == [text]
    assert after.version == before.version + 1
    with store.read() as look:
        assert [each.article.version for each in look.article_versions("larkspur", article_id=BAG)] == [after.version]


def test_a_missing_article_becomes_a_draft_that_customers_do_not_see(store: Store, folder: Path) -> None:
    proposed(store, ProposalKind.MISSING_ARTICLE, "pets")
    (new,) = [each for each in decided(store, folder).articles if each.path.startswith("articles/new/")]
    assert (new.status, new.intents) == (ArticleStatus.DRAFT, ("pets",))
    assert "no kennels" in new.body
    assert new.questions == ("Where is the kennel?",)


def test_what_is_rejected_changes_no_file(store: Store, folder: Path) -> None:
    proposed(store, ProposalKind.BANNED_PHRASE, "in the first instance")
    before = (folder / "brand.yaml").read_bytes()
    decided(store, folder, accept=False)
    assert (folder / "brand.yaml").read_bytes() == before
    assert state_of(store) is ProposalState.REJECTED


def test_the_second_of_two_agents_is_told_who_decided(store: Store, folder: Path) -> None:
    proposed(store, ProposalKind.BANNED_PHRASE, "in the first instance")
    decided(store, folder)
    written = (folder / "brand.yaml").read_bytes()
    with pytest.raises(Conflict, match="by bo already"):
        decided(store, folder, agent="cy")
    assert (folder / "brand.yaml").read_bytes() == written


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("A single bag may weigh 40 kg.", "doesn't say"),
        ("Mrs Byrne, no single bag may weigh more than 32 kg.", "one customer"),
    ],
)
def test_wording_that_must_not_be_sent_unchecked_is_refused(store: Store, folder: Path, text: str, why: str) -> None:
    proposed(store, ProposalKind.BETTER_REPLY, BAG, text)
    with pytest.raises(InputInvalid, match=why):
        decided(store, folder)
    assert state_of(store) is ProposalState.OPEN


def test_a_process_without_a_folder_takes_nothing_up(store: Store) -> None:
    proposed(store, ProposalKind.BANNED_PHRASE, "in the first instance")
    with pytest.raises(InputInvalid, match="folder"):
        decided(store, None)
    assert state_of(store) is ProposalState.OPEN


def test_what_can_not_be_written_is_open_again(store: Store, folder: Path) -> None:
    proposed(store, ProposalKind.BETTER_REPLY, BAG, "No single bag may weigh more than 32 kg.")
    pack = load_pack(folder)
    next(folder.glob(f"articles/*/{BAG}.md")).unlink()
    with pytest.raises(NotFound, match=BAG):
        take_up(store, "p1", accept=True, pack=pack, folder=folder, agent="bo", clock=lambda: NOW)
    assert state_of(store) is ProposalState.OPEN
    with store.read() as look:
        assert "proposal_reopened" in [entry.event for entry in look.audit(subject="p1")]
