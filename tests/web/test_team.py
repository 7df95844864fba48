"""What each colleague did with drafts, and whether customers are treated alike: of how many, and since when."""

import re

from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.domain.conversation import ReplyState
from tests.desk_builders import SetClock
from tests.web.conftest import PASSWORD
from tests.web.test_api import take
from tests.web.test_console import form


def rows(page: str, title: str) -> list[str]:
    table = page.split(f"<h2>{title}</h2>")[1].split("</section>")[0]
    body = table.split("<tbody>")[1].split("</tbody>")[0] if "<tbody>" in table else ""
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in body.split("</tr>")[:-1]]


def sign_in(client: TestClient, name: str) -> None:
    client.post("/login", data={"name": name, "password": PASSWORD})


def test_what_each_colleague_did_in_a_week(staffed: TestClient, clock: SetClock) -> None:
    for number, (name, text, minutes) in enumerate(
        [("Ana", "", 10), ("Ana", " More.", 30), ("Sue", "", 20), ("Ana", "", 20), ("Ana", "", 0)]
    ):
        sign_in(staffed, "Sue")
        talk = staffed_take(staffed, f"what about this {number}", number)
        sign_in(staffed, name)
        clock.forward(minutes * 60)
        action, fields = form(staffed, talk)
        last = number == 4
        staffed.post(
            action, data={**fields, "text": fields["text"] + text, "disposition": "ignored" if last else "send"}
        )
    sign_in(staffed, "Sue")
    page = staffed.get("/quality/team").text
    assert rows(page, "What people did with drafts") == ["Ana 3 2 1 0 1 20 min", "Sue 1 1 0 0 0 20 min"]
    assert "since 23 Feb" in page
    clock.forward(8 * 86_400)
    sign_in(staffed, "Sue")
    assert rows(staffed.get("/quality/team").text, "What people did with drafts") == []


def staffed_take(client: TestClient, text: str, number: int) -> str:
    return str(take(client, text, number, author={"handle": f"@p{number}"})["conversation_id"])


def test_an_answer_taken_back_is_not_counted(client: TestClient, clock: SetClock) -> None:
    talk = take(client, "what about this")["conversation_id"]
    action, fields = form(client, talk)
    client.post(action, data={**fields, "disposition": "send"})
    assert rows(client.get("/quality/team").text, "What people did with drafts") == ["console 1 1 0 0 0 0 min"]
    (reply,) = client.get(f"/api/conversations/{talk}").json()["replies"]
    client.post(f"/replies/{reply['id']}/undo", data={"back": "/queue/waiting"})
    assert rows(client.get("/quality/team").text, "What people did with drafts") == []
    clock.forward(5)
    assert "sent as it was <b>0 %</b>" in client.get("/centre").text


def test_fairness_is_said_with_its_numbers_also_where_nothing_alarms(
    client: TestClient, assistant: Assistant, clock: SetClock
) -> None:
    said = rows(client.get("/quality/team").text, "Are customers treated alike?")
    assert len(said) == 4
    assert all("too few to compare: 0 and 0, 10 each are needed" in each for each in said)
    for number in range(24):
        author = {"handle": f"@p{number}", "followers": 50_000 if number % 2 else 30}
        talk = take(client, f"what about this {number}", number, author=author)["conversation_id"]
        clock.forward(60)
        action, fields = form(client, talk)
        client.post(action, data={**fields, "disposition": "send"})
        (reply,) = client.get(f"/api/conversations/{talk}").json()["replies"]
        with assistant.require_store().begin() as tx:
            tx.save_reply(tx.reply(reply["id"]).model_copy(update={"state": ReplyState.SENT, "sent_id": str(number)}))
    clock.forward(700)
    said = rows(client.get("/quality/team").text, "Are customers treated alike?")
    assert any(re.search(r"10,000 followers or more .* 50 % 12 and 12 1.00 alike", each) for each in said), said
