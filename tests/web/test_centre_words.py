"""Every figure of the command centre says what it counts, of how many, and since when."""

import re

from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.desk.agents import add_agent
from assistant.domain.agent import Role
from assistant.domain.agents import DeskAgent, OnCall
from assistant.workflows.watch import Watch
from tests.builders import QuickPasswords
from tests.contract.test_console_store import take as decided
from tests.desk_builders import SetClock, make_mention
from tests.web.conftest import PASSWORD
from tests.web.test_api import take


def words(client: TestClient) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get("/centre").text))


def test_shares_and_waits_say_of_how_many_and_since_when(client: TestClient, clock: SetClock) -> None:
    began = f"{clock():%d %b, %H:%M} UTC"
    take(client, "what about this")
    clock.forward(600)
    take(client, "help", 2)
    said = words(client)
    assert f"The newest 2 decisions, since {began}, and the drafts among them." in said
    assert "Nobody has been answered yet." in said


def test_what_nobody_has_read_yet_is_no_silence_and_no_calm(
    client: TestClient, assistant: Assistant, clock: SetClock
) -> None:
    """While the models are away all that came in was unread, and the page said that nobody wrote."""
    assert "Nobody wrote in the last hour." in words(client)
    clock.forward(10)
    with assistant.require_store().begin() as tx:
        tx.take_in(make_mention("1", handle="zoe"), at=clock())
    said = words(client)
    assert ("1 of the last hour is not read yet." in said, "Nobody wrote" in said) == (True, False)
    clock.forward(7200)
    assert "% negative of" not in words(client)


def test_more_than_a_thousand_late_are_all_counted(client: TestClient, assistant: Assistant, clock: SetClock) -> None:
    with assistant.require_store().begin() as tx:
        for number in range(1001):
            decided(tx, number, due=5)
    clock.forward(600)
    assert "1001 late or due within 15 minutes" in words(client)


def test_nobody_of_a_big_team_is_left_out_silently(client: TestClient, assistant: Assistant, clock: SetClock) -> None:
    with assistant.require_store().begin() as tx:
        for number in range(14):
            name, passwords = f"agent {number:02}", QuickPasswords()
            add_agent(tx, name=name, role=Role.AGENT, queues=(), password=PASSWORD, passwords=passwords, at=clock())
    client.post("/login", data={"name": "agent 00", "password": PASSWORD})
    said = words(client)
    assert all(f"agent {number:02}" in said for number in range(12))
    assert "and 2 more, who hold nothing" in said


def test_who_holds_more_than_they_can_stands_out(client: TestClient, assistant: Assistant) -> None:
    room = OnCall(agents=(DeskAgent(id="ana", name="Ana", capacity=1),))
    client.app.state.watch = Watch(  # type: ignore[attr-defined]
        assistant.require_store(), lambda: assistant.pack.model_copy(update={"on_call": room}), assistant.clock
    )
    with assistant.require_store().begin() as tx:
        for number in range(2):
            card = tx.triage(decided(tx, number))
            tx.save_triage(card.model_copy(update={"assignee": "Ana"}))
    assert '<td class="number hot">2 of 1</td>' in client.get("/centre").text


def test_the_day_before_is_named_as_what_it_is(client: TestClient, clock: SetClock) -> None:
    take(client, "what about this")
    clock.forward(7200)
    take(client, "help", 2)
    assert "In the 23 hours before: 0 % negative of 1." in words(client)


def test_the_chart_says_what_its_axes_are(client: TestClient, clock: SetClock) -> None:
    for number in range(3):
        take(client, "what about this", number)
    page = client.get("/centre").text
    axis = re.sub(r"<[^>]+>", " ", page.split('class="axis"')[1].split("</div>")[0])
    assert "Mentions a minute, 3 at most" in axis
    assert f"{clock():%H:%M} UTC" in axis
