"""What each role reaches by address and by form, in its own queue and in others'."""

import re

import pytest
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.desk.agents import add_agent
from assistant.domain.agent import LOCAL_ADMIN, Agent, Role
from assistant.web.app import create_app
from assistant.web.console.frame import heard_of
from tests.builders import QuickPasswords
from tests.web.conftest import PASSWORD
from tests.web.test_api import take

QUEUES = {Role.VENDOR: ("elsewhere",)}
ROOMS: tuple[str, ...] = (
    "/centre",
    "/robot",
    "/knowledge",
    "/knowledge/gaps",
    "/knowledge/proposals",
    "/knowledge/health",
    "/knowledge/sources",
    "/quality",
)
ROOMS += ("/quality/runs", "/quality/reviewers", "/quality/cases", "/quality/drills", "/voice")
CARE: tuple[str, ...] = (
    "/quality/team",
    "/record",
    "/record/export",
    "/channels",
    "/channels/set-up?name=x",
    "/knowledge/new",
    "/knowledge/bag-size/edit",
    "/api/conversations",
)
READERS = {Role.AGENT, Role.SUPERVISOR, Role.QA, Role.ADMIN}
LEADERS = {Role.SUPERVISOR, Role.ADMIN}
WRITERS = {Role.AGENT, Role.SUPERVISOR, Role.ADMIN}
FORMS: tuple[tuple[str, dict[str, str], set[Role]], ...] = (
    ("/automation/kill-switch", {"on": "true"}, LEADERS),
    ("/automation/hold", {"scope": "topic:baggage", "on": "true"}, LEADERS),
    ("/automation/ramp", {"slice": "skylark/public/self_serve", "to": "shadow"}, LEADERS),
    ("/quality/drills/newest/end", {}, LEADERS),
    ("/quality/runs/newest/end", {}, LEADERS | {Role.QA}),
    ("/knowledge/keep", {"text": "x"}, LEADERS),
    ("/knowledge/try", {"text": "x"}, LEADERS),
    ("/quality/canaries", {}, LEADERS),
    ("/bulk", {"action": "resolve"}, WRITERS | {Role.VENDOR}),
)
"""Form, fields, and who is not told that their role may not do this."""


@pytest.fixture(params=list(Role))
def role(request: pytest.FixtureRequest) -> Role:
    chosen: Role = request.param
    return chosen


@pytest.fixture
def inside(client: TestClient, assistant: Assistant, role: Role) -> TestClient:
    """Signed in under the role; what came in before waits in the queue `baggage`."""
    with assistant.require_store().begin() as tx:
        queues = QUEUES.get(role, ())
        at = assistant.clock()
        add_agent(tx, name="Ana", role=role, queues=queues, password=PASSWORD, passwords=QuickPasswords(), at=at)
    client.post("/login", data={"name": "Ana", "password": PASSWORD})
    return client


def test_the_palette_offers_every_page_the_role_may_open_and_no_other(inside: TestClient) -> None:
    home = inside.get("/queue/waiting").text
    offered = set(re.findall(r'<a href="(/[^"]*)"', home))
    for path in (*ROOMS, "/channels", "/knowledge/new", "/calls", "/settings"):
        assert (path in offered) is (inside.get(path).status_code != 403), path
    further = home.split('<nav id="further"')[1].split("</nav>")[0]
    for path in re.findall(r'href="([^"]*)"', further):
        assert "<!doctype html>" in inside.get(path).text, path


@pytest.fixture
def key(client: TestClient) -> str:
    """A conversation in the queue `baggage`, taken in before anybody is set up."""
    taken: str = take(client, "what about this", author={"handle": "@someone"})["conversation_id"]
    return taken


def test_rooms_and_forms(inside: TestClient, role: Role) -> None:
    for path in ROOMS:
        assert (inside.get(path).status_code == 403) == (role not in READERS), path
    for path in CARE:
        assert (inside.get(path).status_code == 403) == (role not in LEADERS), path
    for path, fields, may in FORMS:
        assert (inside.post(path, data=fields).status_code == 403) == (role not in may), path


def test_a_conversation(key: str, inside: TestClient, role: Role) -> None:
    """A vendor of another queue finds nothing; who may only read, answers nothing and holds nothing."""
    turn = f"{key}-none"
    if role is Role.VENDOR:
        for path in ("", "/status?seen=1", "/answers?find=bag"):
            assert inside.get(f"/conversations/{key}{path}").status_code == 404, path
        assert inside.get(f"/due?of={key}").json() == {}
        assert inside.post("/bulk", data={"action": "resolve", "chosen": key}).status_code == 404
        assert inside.post(f"/conversations/{key}/here", data={"typing": "true"}).status_code == 404
        assert inside.post(f"/conversations/{key}/desk", data={"action": "note", "value": "hm"}).status_code == 404
        return
    page = inside.get(f"/conversations/{key}").text
    assert "55 x 40 x 20 cm" in page, "whoever reads sees the draft, to send it or to judge it"
    writes = role in WRITERS
    assert ('id="editor"' in page) == writes
    assert (inside.post(f"/conversations/{key}/here", data={"typing": "true"}).status_code == 204) == writes
    sent = {"turn_id": turn, "seen_version": "1", "disposition": "send", "text": "Hello."}
    assert (inside.post(f"/conversations/{key}/review", data=sent).status_code == 403) != writes
    assert inside.post(f"/conversations/{key}/here").status_code == 204
    assert inside.post(f"/conversations/{key}/desk", data={"action": "note", "value": "hm"}).status_code == 200


@pytest.mark.parametrize(("queues", "heard"), [(("baggage",), True), (("elsewhere",), False)])
def test_a_vendor_hears_of_its_own_queues_alone(
    key: str, assistant: Assistant, queues: tuple[str, ...], heard: bool
) -> None:
    vendor = Agent(name="Vera", role=Role.VENDOR, queues=queues)
    with assistant.require_store().read() as look:
        assert heard_of(look, vendor, {"", key}) == ({key} if heard else set())
        assert heard_of(look, LOCAL_ADMIN, {"", key}) == {key}


def test_a_host_that_holds_a_path_opens_nothing(assistant: Assistant, staffed: TestClient) -> None:
    outside = TestClient(create_app(assistant, local=False), follow_redirects=False)
    for host in ("x/login?", "x/login#", "x/static/?"):
        assert outside.get("/api/conversations", headers={"host": host}).status_code == 401
        assert outside.get("/queue/mine", headers={"host": host}).status_code == 303


def test_a_vendor_is_not_told_by_what_somebody_proved_who_they_are(
    client: TestClient, key: str, assistant: Assistant
) -> None:
    """Agents write down booking references and addresses there."""
    proof = {"action": "verify", "value": "wrote from ana.bauer@post.example"}
    client.post(f"/conversations/{key}/desk", data=proof)
    with assistant.require_store().begin() as tx:
        at, queues = assistant.clock(), ("baggage",)
        add_agent(tx, name="V", role=Role.VENDOR, queues=queues, password=PASSWORD, passwords=QuickPasswords(), at=at)
    client.post("/login", data={"name": "V", "password": PASSWORD})
    page = client.get(f"/conversations/{key}").text
    assert "verified by" in page
    assert "ana.bauer@post.example" not in page


def test_the_chart_of_a_route_is_shown_to_whoever_reads(inside: TestClient, role: Role) -> None:
    assert inside.get("/charts/none/picture").status_code == (404 if role in READERS else 403)
