"""What is recorded is read back with what people did: sent, left alone, or neither yet."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.compose.variant import Variant, variant_of
from assistant.desk.act import act
from assistant.desk.review import ReviewRequest, review
from assistant.domain.conversation import ReplyState
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import Decision, Disposition
from assistant.errors import InputInvalid
from assistant.evals.replay import Told, Verdict
from assistant.ports import Store
from assistant.workflows.replay import recorded, replay
from tests.desk_builders import NOW, make_draft, make_mention, make_pack, make_turn
from tests.stores import new_store

PACK = make_pack()


def settled(store: Store, number: str, disposition: Disposition | None, text: str | None = None) -> None:
    turn = make_turn(make_mention(number), Decision.REVIEW).model_copy(update={"draft": make_draft()})
    with store.begin() as tx:
        taken = tx.take_in(turn.mention, at=NOW)
        record = act(tx, turn, pack=PACK, at=NOW)
        if disposition is None:
            return
        seen = tx.conversation(taken.conversation_id).version
        asked = ReviewRequest(turn_id=record.id, seen_version=seen, disposition=disposition, text=text, agent="ann")
        done = review(tx, asked, pack=PACK, passages=(), at=NOW)
        if done.reply is not None:
            tx.save_reply(done.reply.model_copy(update={"state": ReplyState.SENT}))


def test_what_people_did_is_read_back() -> None:
    store = new_store()
    settled(store, "1", Disposition.RESPONDED, "We looked into your case.")
    settled(store, "2", Disposition.IGNORED)
    settled(store, "3", None)
    found = recorded(store, brand_id="skylark", since=NOW, limit=10)
    told = {each.mention.external_id: each.told for each in found}
    assert told == {"1": Told(text="We looked into your case."), "2": Told(silent=True), "3": Told()}
    assert [each.mention.external_id for each in found] == ["3", "2", "1"]
    assert recorded(store, brand_id="skylark", since=NOW + timedelta(seconds=1), limit=10) == []
    assert recorded(store, brand_id="other", since=NOW, limit=10) == []


async def test_both_answer_every_mention_and_are_compared() -> None:
    store = new_store()
    for number in range(40):
        settled(store, str(number), Disposition.ACCEPTED)
    steps: list[tuple[int, int]] = []

    async def now(mentions: Sequence[Mention]) -> Sequence[Turn]:
        return [make_turn(mention) for mention in mentions]

    async def changed(mentions: Sequence[Mention]) -> Sequence[Turn]:
        drafts = {True: make_draft("A cabin bag may measure 60 x 45 x 25 cm."), False: make_draft()}
        return [make_turn(mention, draft=drafts[mention.external_id in {"0", "1", "2", "3"}]) for mention in mentions]

    found = await replay(
        recorded(store, brand_id="skylark", since=NOW, limit=100),
        pack=PACK,
        before=now,
        after=changed,
        change="prompts=new",
        progress=lambda done, total: steps.append((done, total)),
    )
    counts = {part.verdict: part.n for part in found.parts}
    assert counts == {Verdict.SAME: 36, Verdict.SAFER: 0, Verdict.WORSE: 4, Verdict.UNCLEAR: 0}
    assert steps == [(32, 40), (8, 40)]


def test_a_change_is_named_or_refused(tmp_path: Path) -> None:
    prompts = tmp_path / "prompts"
    prompts.mkdir()
    assert variant_of([f"prompts={prompts}", "model=small"]) == Variant(prompts=prompts, model="small")
    for wrong in ("prompts", "prompts=", "colour=blue", f"knowledge={tmp_path / 'none'}"):
        with pytest.raises(InputInvalid, match="--with"):
            variant_of([wrong])
