"""The record: who did what and when, in words, page by page and as a file."""

import itertools
import json
import re

from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.desk.automation import hold
from assistant.desk.canaries import plant
from tests.desk_builders import NOW, make_draft, make_mention, make_turn
from tests.web.conftest import PASSWORD
from tests.web.test_api import take
from tests.web.test_console import form


def rows(page: str) -> list[str]:
    body = page.split("<tbody>")[1].split("</tbody>")[0] if "<tbody>" in page else ""
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in body.split("</tr>")[:-1]]


def test_what_people_did_is_told_newest_first_and_leads_to_its_conversation(client: TestClient) -> None:
    talk = take(client, "what about this")["conversation_id"]
    action, fields = form(client, talk)
    client.post(action, data={**fields, "disposition": "send"})
    client.post("/automation/hold", data={"scope": "baggage", "on": "true", "reason": "strike at Dublin"})
    client.post("/automation/kill-switch", data={"on": "true"})
    page = client.get("/record").text
    said = rows(page)
    assert "console stopped automation" in said[0]
    assert "console held baggage back" in said[1]
    assert "strike at Dublin" in said[1]
    assert f'href="/conversations/{talk}"' in page
    assert not any("assistant" in each for each in said)
    assert any("assistant decided" in each for each in rows(client.get("/record?own=1").text))


def test_it_is_narrowed_by_person_and_by_matter(client: TestClient) -> None:
    client.put("/api/automation/kill-switch", json={"on": True, "by": "duty-manager"})
    talk = take(client, "what about this")["conversation_id"]
    client.post(f"/conversations/{talk}/desk", data={"action": "note", "value": "look", "seen_version": 1})
    assert len(rows(client.get("/record?who=duty-manager").text)) == 1
    assert all("automation" in each for each in rows(client.get("/record?what=automation").text))
    assert rows(client.get("/record?who=nobody").text) == []
    assert client.get("/record?what=nonsense").status_code == 422


def test_older_entries_follow_on_the_next_page(client: TestClient, assistant: Assistant) -> None:
    with assistant.require_store().begin() as tx:
        for number in range(120):
            hold(tx, "skylark", scope=f"s{number}", reason="drill", by="ann", at=NOW)
    seen: list[str] = []
    at: str | None = "/record"
    while at is not None:
        page = client.get(at).text
        seen += rows(page)
        older = re.search(r'href="(/record\?[^"]*before=\d+)"', page)
        at = older[1].replace("&amp;", "&") if older else None
    assert [int(re.findall(r"held s(\d+) back", row)[0]) for row in seen] == list(range(119, -1, -1))


def test_the_whole_record_is_a_file_of_lines_that_link(client: TestClient) -> None:
    take(client, "what about this")
    client.post("/automation/kill-switch", data={"on": "true"})
    answer = client.get("/record/export")
    assert "attachment" in answer.headers["content-disposition"]
    entries = [json.loads(line) for line in answer.text.splitlines()]
    assert entries[-1]["event"] == "kill_switch_on"
    assert [each["sequence"] for each in entries] == list(range(1, len(entries) + 1))
    assert all(later["previous_hash"] == former["hash"] for former, later in itertools.pairwise(entries))
    assert f"{len(entries)} entries, none changed" in client.get("/record?check=1").text


def test_agents_see_no_record(staffed: TestClient) -> None:
    for name, status in (("Ana", 403), ("Sue", 200)):
        staffed.post("/login", data={"name": name, "password": PASSWORD})
        assert staffed.get("/record").status_code == status
        assert staffed.get("/record/export").status_code == status


def test_where_a_wrong_draft_was_planted_is_not_given_away(client: TestClient, assistant: Assistant) -> None:
    turn = make_turn(make_mention("planted"), draft=make_draft("A cabin bag may measure 82 x 40 x 20 cm."))
    with assistant.require_store().begin() as tx:
        canary = plant(tx, turn, kind="figure", wrong="82", planted="55 became 82", pack=assistant.pack, at=NOW)
    page = client.get("/record").text
    assert "planted a wrong draft" in page
    assert canary.conversation_id not in page
    assert "figure" not in page
