"""The same for many conversations in the console: what it says first, what it leaves alone, and taking it back."""

import re
from collections.abc import Sequence

import pytest
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.desk.agents import add_agent
from assistant.domain.agent import Role
from tests.builders import QuickPasswords
from tests.desk_builders import SetClock
from tests.web.conftest import PASSWORD
from tests.web.test_api import take


@pytest.fixture
def talks(client: TestClient) -> list[str]:
    """Three that wait."""
    authors = ({"handle": f"@person{number}"} for number in range(3))
    return [take(client, "what about this", n, author=who)["conversation_id"] for n, who in enumerate(authors)]


def preview(client: TestClient, talks: Sequence[str], action: str, value: str = "") -> str:
    return client.post("/bulk", data={"action": action, "value": value, "chosen": list(talks)}).text


def do(client: TestClient, talks: Sequence[str], action: str, value: str = "", back: str = "") -> str:
    """The page that follows."""
    return client.post(
        "/bulk", data={"action": action, "value": value, "chosen": list(talks), "sure": "true", "back": back}
    ).text


def toast(page: str) -> str:
    said = page.split('<section class="toasts"')[1].split(">", 1)[1].split("</section>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", said).split())


def undo(client: TestClient, page: str) -> str:
    (path,) = re.findall(r'action="(/bulk/[^"]+/undo)"', page)
    return toast(client.post(path).text)


def listed(client: TestClient, view: str) -> set[str]:
    return set(re.findall(r'id="row-([^"]+)"', client.get(view).text))


@pytest.mark.parametrize(
    ("action", "value", "planned", "told", "view"),
    [
        ("assign", "Ben", "Assign 3 conversations to Ben", "3 conversations assigned to Ben.", "/queue/unassigned"),
        ("tag", "Storm ", "Put the tag “storm” on 3", "3 conversations tagged “storm”.", "/queue/waiting?tag=storm"),
        ("snooze", "1h", "Snooze 3 conversations for 1 hour", "3 conversations snoozed for 1 hour.", "/queue/waiting"),
        ("resolve", "", "Resolve 3 conversations without a reply", "3 conversations resolved.", "/queue/waiting"),
    ],
)
def test_what_is_done_to_many_is_told_and_taken_back_as_one(
    client: TestClient, talks: list[str], action: str, value: str, planned: str, told: str, view: str
) -> None:
    before = listed(client, view)
    assert planned in preview(client, talks, action, value)
    assert listed(client, view) == before
    page = do(client, talks, action, value, "/queue/waiting?sort=reach")
    assert toast(page).startswith(told)
    assert listed(client, view) == set(talks) ^ before
    assert undo(client, page) == "3 of 3 as before."
    assert listed(client, view) == before
    (path,) = re.findall(r'action="(/bulk/[^"]+/undo)"', page)
    again = client.post(path)
    assert (again.status_code, "This was taken back already." in again.text) == (403, True)


def test_one_that_was_settled_meanwhile_stays_and_the_others_don_t_wait_for_it(
    client: TestClient, talks: list[str]
) -> None:
    client.post(f"/conversations/{talks[0]}/desk", data={"action": "resolve"})
    page = do(client, talks, "resolve")
    assert toast(page).startswith("2 conversations resolved. 1 stayed: It was already handled by console.")
    client.post(f"/conversations/{talks[1]}/desk", data={"action": "reopen"})
    assert undo(client, page) == "1 of 2 as before. The rest changed meanwhile and stays."
    assert listed(client, "/queue/done") == {talks[0]}


def test_a_tag_that_some_have_is_put_on_the_others(client: TestClient, talks: list[str]) -> None:
    client.post(f"/conversations/{talks[0]}/desk", data={"action": "tag", "value": "storm"})
    asked = preview(client, talks, "tag", "storm")
    assert "Put the tag “storm” on 2 conversations" in asked
    assert re.findall(r'name="chosen" value="([^"]+)"', asked) == talks[1:]
    do(client, talks[1:], "tag", "storm")
    asked = preview(client, talks, "tag", "storm")
    assert "Take the tag “storm” off 3 conversations" in asked
    assert 'name="action" value="untag"' in asked
    page = do(client, talks, "untag", "storm")
    assert listed(client, "/queue/waiting?tag=storm") == set()
    undo(client, page)
    assert listed(client, "/queue/waiting?tag=storm") == set(talks)


def test_what_lacks_a_word_is_said_before_anything_is_done(client: TestClient, talks: list[str]) -> None:
    asked = preview(client, talks, "tag", " ")
    assert "Tag: write 1 to 40 characters." in asked
    assert "Do it" not in asked


def test_one_that_slept_sleeps_again(client: TestClient, talks: list[str], clock: SetClock) -> None:
    client.post(f"/conversations/{talks[0]}/desk", data={"action": "snooze", "value": "4h"})
    page = do(client, talks, "resolve", back="/queue/snoozed")
    assert listed(client, "/queue/snoozed") == set()
    undo(client, page)
    assert listed(client, "/queue/snoozed") == {talks[0]}
    clock.forward(4 * 3600 + 1)
    assert listed(client, "/queue/waiting") == set(talks)


def test_only_who_did_it_takes_it_back(talks: list[str], staffed: TestClient) -> None:
    staffed.post("/login", data={"name": "Ana", "password": PASSWORD})
    page = do(staffed, talks, "resolve")
    staffed.post("/login", data={"name": "Sue", "password": PASSWORD})
    (path,) = re.findall(r'action="(/bulk/[^"]+/undo)"', page)
    refused = staffed.post(path)
    assert (refused.status_code, "Ana did this." in refused.text) == (403, True)
    assert staffed.post("/bulk/none/undo").status_code == 404
    assert listed(staffed, "/queue/done") == set(talks)


def test_one_that_has_all_the_tags_it_may_keeps_none_from_the_others(client: TestClient, talks: list[str]) -> None:
    for number in range(12):
        client.post(f"/conversations/{talks[0]}/desk", data={"action": "tag", "value": f"t{number}"})
    page = do(client, talks, "tag", "storm")
    assert listed(client, "/queue/waiting?tag=storm") == set(talks[1:])
    assert "2 conversations tagged “storm”. 1 stayed: Tag: 12 at most; take one off first." in toast(page)


def test_one_that_left_a_vendors_queues_keeps_none_of_the_others(
    client: TestClient, talks: list[str], assistant: Assistant
) -> None:
    """All was refused as not found, and couldn't be taken back any more."""
    store, at = assistant.require_store(), assistant.clock()
    with store.begin() as tx:
        queues = (tx.conversation(talks[0]).queue,)
        add_agent(tx, name="V", role=Role.VENDOR, queues=queues, password=PASSWORD, passwords=QuickPasswords(), at=at)
    client.post("/login", data={"name": "V", "password": PASSWORD})
    assert "Put the tag “storm” on 3" in preview(client, [*talks, "gone"], "tag", "storm")
    done = do(client, [*talks, "gone"], "tag", "storm")
    assert "3 conversations tagged “storm”." in toast(done)
    with store.begin() as tx:
        moved = tx.conversation(talks[0])
        tx.save_conversation(moved.model_copy(update={"queue": "elsewhere"}), seen_version=moved.version)
    undo(client, done)
    with store.read() as look:
        assert [look.triage(key).tags for key in talks] == [("storm",), (), ()]
    assert client.post("/bulk", data={"action": "resolve", "chosen": talks[0]}).status_code == 404
