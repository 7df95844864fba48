"""Processes are killed, the network misbehaves, the database goes away: every reply due is posted exactly once."""

import random
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from assistant.compose import utc_now
from assistant.desk.intake import mention_id
from assistant.domain.automation import AutomationState
from assistant.domain.conversation import ReplyState
from tests import postgres
from tests.desk_builders import make_mention
from tests.faults.field import BRAND, MISHAPS, Field

pytestmark = [pytest.mark.network, pytest.mark.xdist_group("postgres")]

MENTIONS = [str(number) for number in range(40)]
OURS = {each: mention_id(BRAND, "x", each) for each in MENTIONS}
PATIENCE_S = 240
"""No promise about speed: a machine under load may take long, a lost reply takes for ever."""


@pytest.fixture(params=["sqlite", "postgres"])
def field(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Field]:
    with ExitStack() as stack:
        on_sqlite = request.param == "sqlite"
        url = f"sqlite:///{tmp_path}/store.db" if on_sqlite else stack.enter_context(postgres.database())
        yield stack.enter_context(Field(url, tmp_path, workers=1 if on_sqlite else 2))


def test_nothing_is_lost_or_doubled_while_processes_are_killed_and_the_network_misbehaves(field: Field) -> None:
    chance = random.Random(8)  # noqa: S311  # the same kills every time
    field.misbehave([chance.choice(MISHAPS) if chance.random() < 0.3 else "none" for _ in MENTIONS])
    sender = field.post_mentions(MENTIONS, pause_s=0.1)
    for done in (8, 16, 24):
        field.wait_until(lambda done=done: len(field.posts()) >= done, seconds=PATIENCE_S)  # type: ignore[misc]
        field.kill_any(chance)
    sender.join(timeout=PATIENCE_S)
    field.wait_until(lambda: field.all_sent(len(MENTIONS)), seconds=PATIENCE_S)
    field.check(MENTIONS)


def test_what_a_killed_worker_was_sending_is_found_and_not_sent_again(field: Field) -> None:
    """The network accepts and then stalls, so the worker dies between the post and its own note of it."""
    field.misbehave(["stall"] * 4)
    sender = field.post_mentions(MENTIONS[:4])
    field.wait_until(lambda: len(field.posts()) >= 1, seconds=PATIENCE_S)
    for name in [name for name in field.processes if name.startswith("work")]:
        field.kill(name)
        field.start(name)
    sender.join(timeout=PATIENCE_S)
    field.wait_until(lambda: field.all_sent(4), seconds=PATIENCE_S)
    field.check(MENTIONS[:4])


def test_what_was_accepted_and_not_unfolded_when_everything_died_is_answered_once(field: Field) -> None:
    """Nobody is there to unfold, and the web process is stopped right after it answered and then killed."""
    workers = [name for name in field.processes if name.startswith("work")]
    for name in workers:
        field.kill(name)
    field.post_mentions(MENTIONS[:1]).join(timeout=PATIENCE_S)
    field.kill("web")
    with field.store.begin() as tx:  # put down by a process that died before anything else
        tx.unfold(limit=99)
        tx.put_down([make_mention(each).model_copy(update={"id": OURS[each]}) for each in MENTIONS[1:9]], at=utc_now())
    with field.store.read() as look:
        assert look.arrivals_wait()
        assert [each.external_id for each in look.unanswered(brand_id=BRAND, limit=99)] == MENTIONS[:1]
    for name in ("web", *workers):
        field.start(name)
    field.post_mentions(MENTIONS[:9]).join(timeout=PATIENCE_S)
    field.wait_until(lambda: field.all_sent(9), seconds=PATIENCE_S)
    field.check(MENTIONS[:9])


def test_the_database_goes_away_and_comes_back(tmp_path: Path) -> None:
    if not postgres.ours():
        pytest.skip("the server named in ASSISTANT_TEST_POSTGRES_URL isn't ours to stop")
    with postgres.database() as url, Field(url, tmp_path, workers=1) as field:
        sender = field.post_mentions(MENTIONS, pause_s=0.05)
        field.wait_until(lambda: len(field.posts()) >= 5, seconds=PATIENCE_S)
        postgres.restart()
        sender.join(timeout=PATIENCE_S)
        field.wait_until(lambda: field.all_sent(len(MENTIONS)), seconds=PATIENCE_S)
        field.check(MENTIONS)


def test_while_the_kill_switch_is_on_nothing_goes_out_whoever_dies_and_starts_again(field: Field) -> None:
    def held(count: int) -> bool:
        with field.store.read() as look:
            return look.tally(brand_id=BRAND).get(ReplyState.HELD.value, 0) == count

    field.post_mentions(MENTIONS[:1]).join(timeout=PATIENCE_S)
    field.wait_until(lambda: field.all_sent(1), seconds=PATIENCE_S)
    with field.store.begin() as tx:
        tx.save_automation(BRAND, AutomationState(kill_switch=True))
    sender = field.post_mentions(MENTIONS[1:4])
    field.wait_until(lambda: held(3), seconds=PATIENCE_S)
    for name in sorted(field.processes):
        field.kill(name)
        field.start(name)
    sender.join(timeout=PATIENCE_S)
    field.post_mentions(MENTIONS[4:7]).join(timeout=PATIENCE_S)
    field.wait_until(lambda: held(6), seconds=PATIENCE_S)
    assert len(field.posts()) == 1
