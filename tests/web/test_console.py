"""The console's pages: what waits, the draft with its evidence, what an agent can do, and who may."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from assistant.compose import Assistant
from assistant.desk.canaries import plant
from assistant.domain.conversation import ReplyState
from assistant.web.app import create_app
from tests.desk_builders import NOW, SetClock, make_draft, make_mention, make_turn
from tests.web.conftest import PASSWORD
from tests.web.test_api import take


def test_home_is_the_queue(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "Nothing here" in page.text


def test_a_draft_stands_beside_its_reasons_and_sentences(client: TestClient) -> None:
    taken = take(client, "what about this", author={"handle": "@someone", "followers": 3})
    page = client.get(f"/conversations/{taken['conversation_id']}").text
    assert "@someone" in page
    assert "what about this" in page
    assert "55 x 40 x 20 cm" in page
    assert "Automatic answers are not allowed for this kind of question." in page


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}"])
def test_customer_text_is_only_text(client: TestClient, text: str) -> None:
    taken = take(client, text, author={"handle": text})
    for path in ("/queue/waiting", f"/conversations/{taken['conversation_id']}", f"/queue/waiting?q={text[:4]}"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert ">49<" not in page


def form(client: TestClient, conversation_id: str) -> tuple[str, dict[str, str]]:
    page = client.get(f"/conversations/{conversation_id}").text
    hidden = dict(re.findall(r'type="hidden" name="(turn_id|seen_version)" value="([^"]+)"', page))
    text = re.search(r"<textarea id=\"text\"[^>]*>([^<]*)</textarea>", page)
    return f"/conversations/{conversation_id}/review", {**hidden, "text": text[1] if text else ""}


def test_sending_an_unchanged_draft_accepts_it_and_waits_for_undo(client: TestClient, clock: SetClock) -> None:
    taken = take(client, "what about this")
    action, fields = form(client, taken["conversation_id"])
    done = client.post(action, data={**fields, "disposition": "send", "back": "/queue/mine"}, follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, "/queue/mine")
    detail = client.get(f"/api/conversations/{taken['conversation_id']}").json()
    assert detail["turns"][0]["disposition"] == "accepted"
    (reply,) = detail["replies"]
    assert "goes out in" in client.get("/queue/waiting").text
    clock.forward(11)
    late = client.post(f"/replies/{reply['id']}/undo")
    assert "Too late to undo" in late.text
    assert client.get(f"/api/conversations/{taken['conversation_id']}").json()["replies"][0]["state"] == "due"


def test_a_refusal_is_a_page_for_people_and_a_problem_for_the_api(client: TestClient) -> None:
    page = client.get("/conversations/none")
    assert (page.status_code, "This can’t be shown." in page.text) == (404, True)
    done = client.post("/conversations/none/desk", data={"action": "tag"})
    assert (done.status_code, "That was not done." in done.text) == (404, True)
    assert client.get("/api/conversations/none").json()["title"] == "NotFound"


def _broken() -> datetime:
    raise RuntimeError("the clock fell off the wall")


def test_a_crash_is_a_page_that_says_what_to_do(assistant: Assistant) -> None:
    talk = take(TestClient(create_app(assistant)), "what about this")["conversation_id"]
    client = TestClient(create_app(replace(assistant, clock=_broken)), raise_server_exceptions=False)
    with capture_logs() as logged:
        shown = client.get("/queue/waiting?channel=x", headers={"Cookie": "theme=dark"})
    number = next(line["number"] for line in logged if line["event"] == "request_crashed")
    assert (shown.status_code, shown.headers["content-type"]) == (500, "text/html; charset=utf-8")
    assert shown.headers["content-security-policy"] == client.get("/login").headers["content-security-policy"]
    assert shown.headers["x-content-type-options"] == "nosniff"
    for words in ('data-theme="dark"', "Something went wrong here", "nothing was lost", number, "To the queue"):
        assert words in shown.text
    assert 'href="/queue/waiting?channel=x">Try again' in shown.text
    assert "fell off the wall" not in shown.text
    with capture_logs():  # else what went wrong is drawn for people, which takes seconds
        done = client.post(f"/conversations/{talk}/desk", data={"action": "note", "value": "words"})
        told = client.post("/api/mentions?wait=1", json={"id": "2", "text": "what about that"})
    assert (done.status_code, "What you wrote is still in the page before this one" in done.text) == (500, True)
    assert "Try again" not in done.text
    assert (told.status_code, told.json()["title"]) == (500, "Unexpected")


def test_an_address_that_is_no_page_is_told_as_one(client: TestClient) -> None:
    for path in ("/bulk", "/conversations/1/review"):
        shown = client.get(path)
        assert (shown.status_code, "<h1>This can’t be shown.</h1>" in shown.text) == (405, True)
        assert shown.headers["allow"] == "POST"


class German:
    """Knows one word."""

    def identify(self, text: str) -> tuple[str, float]:
        return ("de", 0.99) if "Handgepäck" in text else ("en", 0.99)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ein Handgepäck ist frei.", "The message is in English, this answer in German."),
        ("It is all on https://evil.example/bags for you.", "The reply links to evil.example, which is not one"),
    ],
)
def test_what_else_is_odd_about_an_answer_is_told_while_it_is_written(
    assistant: Assistant, text: str, said: str
) -> None:
    client = TestClient(create_app(replace(assistant, languages=German())))
    taken = take(client, "what about this")
    action, fields = form(client, taken["conversation_id"])
    page = client.post(action.replace("/review", "/measure"), data={**fields, "text": text}).text
    assert f'<p class="caution">{said}' in page
    assert 'class="caution"' not in client.get(f"/conversations/{taken['conversation_id']}").text


def test_a_promise_is_told_to_become_a_task(client: TestClient) -> None:
    taken = take(client, "what about this")
    action, fields = form(client, taken["conversation_id"])
    text = "We will call you back tomorrow."
    page = client.post(action.replace("/review", "/measure"), data={**fields, "text": text}).text
    assert page.count("caution") == page.count("becomes a task of yours when it is sent") == 1
    assert "no source says this" not in page
    client.post(action, data={**fields, "disposition": "send", "text": text})
    assert [each["promise"] for each in client.get("/api/tasks").json()] == [text]


def test_undo_brings_the_edit_back(client: TestClient) -> None:
    taken = take(client, "what about this")
    action, fields = form(client, taken["conversation_id"])
    words = "My own careful words about the bag, all of them different."
    client.post(action, data={**fields, "disposition": "send", "text": words})
    (reply,) = client.get(f"/api/conversations/{taken['conversation_id']}").json()["replies"]
    page = client.post(f"/replies/{reply['id']}/undo").text
    assert "Nothing was sent" in page
    assert words in page
    detail = client.get(f"/api/conversations/{taken['conversation_id']}").json()
    assert [reply["state"] for reply in detail["replies"]] == ["held"]
    assert detail["conversation"]["state"] == "open"


def test_a_refusal_shows_why_and_keeps_what_was_typed(client: TestClient) -> None:
    taken = take(client, "what about this")
    action, fields = form(client, taken["conversation_id"])
    data = {**fields, "seen_version": "77", "disposition": "send", "text": "My own careful words."}
    refused = client.post(action, data=data)
    assert refused.status_code == 409
    assert "<b>This was not sent.</b> This conversation" in refused.text
    assert "changed since you saw it" in refused.text
    assert "My own careful words." in refused.text


def test_what_happened_is_told_in_words_from_when_the_page_was_loaded(client: TestClient, clock: SetClock) -> None:
    talk = take(client, "what about this")["conversation_id"]
    desk = f"/conversations/{talk}/desk"
    client.post(desk, data={"action": "note", "value": "long ago"})
    clock.forward(600)
    action, fields = form(client, talk)
    status = re.findall(r'hx-get="([^"]+/status[^"]+)"', client.get(f"/conversations/{talk}").text)[0].replace(
        "&amp;", "&"
    )
    clock.forward(60)
    for done, value in (("take over", ""), ("assign", "Ben"), ("tag", "storm"), ("escalate", ""), ("note", "now")):
        client.post(desk, data={"action": done, "value": value})
    client.post(action, data={**fields, "disposition": "send", "text": "My own careful words."})
    told = client.get(status).text
    said = re.findall(r"<li[^>]*>[\d:]+ UTC: (.*?)</li>", told)
    assert said == [
        "console sent the draft, edited",
        "console wrote a note",
        "console escalated it",
        "console changed its tags",
    ]
    again = {**fields, "disposition": "send", "text": "My words."}
    assert "console sent the draft, edited" in client.post(action, data=again).text
    assert "What happened meanwhile" not in client.post(action, data={**again, "since": "2099-01-01T00:00:00Z"}).text


def test_what_is_refused_is_said_in_sentences(client: TestClient) -> None:
    taken = take(client, "what about this")
    action, fields = form(client, taken["conversation_id"])
    too_long = client.post(action, data={**fields, "disposition": "send", "text": "word " * 100})
    assert "<b>This was not sent.</b> This text can&#39;t go out. The text is 499 characters" in too_long.text
    desk = f"/conversations/{taken['conversation_id']}/desk"
    untagged = client.post(desk, data={"action": "tag", "value": ""})
    assert "<b>This was not done.</b> Tag: write 1 to 40 characters.</p>" in untagged.text
    assert ".." not in client.get("/conversations/none").text.split("<h1>")[1]


def test_a_turn_is_answered_in_its_own_conversation_only(client: TestClient) -> None:
    mine = take(client, "what about this", 1, author={"handle": "@mine"})
    other = take(client, "what about that", 2, author={"handle": "@other"})
    _, fields = form(client, other["conversation_id"])
    here = f"/conversations/{mine['conversation_id']}"
    assert client.post(f"{here}/review", data={**fields, "disposition": "send"}).status_code == 404
    assert client.post(f"{here}/measure", data=fields).status_code == 404
    assert client.post(f"{here}/redraft", data=fields).status_code == 404
    assert client.get(f"/api/conversations/{other['conversation_id']}").json()["replies"] == []


def test_the_centre_says_that_automation_is_off_on_the_wall_too(client: TestClient) -> None:
    for page in ("/centre", "/centre?wall=1", "/centre/now?wall=1"):
        assert "Nothing is sent by itself" not in client.get(page).text
    client.post("/automation/kill-switch", data={"on": "true"})
    for page in ("/centre", "/centre?wall=1", "/centre/now?wall=1"):
        verdict = client.get(page).text.split('class="verdict')[1].split("</section>")[0]
        assert "Automation is off. Nothing is sent by itself." in re.sub(r"<[^>]+>", "", verdict)


def test_the_centre_names_channels_that_something_came_from(client: TestClient, clock: SetClock) -> None:
    take(client, "what about this")
    assert "1 in the last hour, x 1</p>" in client.get("/centre").text
    clock.forward(7200)
    assert "0 in the last hour</p>" in client.get("/centre").text


def test_stopping_automation_is_one_click(client: TestClient) -> None:
    page = client.post("/automation/kill-switch", data={"on": "true", "back": "/robot"})
    assert "Automation is off" in page.text
    assert client.get("/api/automation").json()["kill_switch"] is True
    away = client.post(
        "/automation/kill-switch", data={"on": "false", "back": "//evil.example"}, follow_redirects=False
    )
    assert away.headers["location"] == "/queue/waiting?what=allowed"


@pytest.mark.parametrize(("least", "word"), [(0.91, "low"), (0.9, "high")])
def test_what_is_doubtful_is_what_the_brand_calls_so(assistant: Assistant, least: float, word: str) -> None:
    policy = assistant.pack.automation.model_copy(update={"min_intent_confidence": least})
    client = TestClient(create_app(replace(assistant, pack=assistant.pack.model_copy(update={"automation": policy}))))
    talk = take(client, "what about this")["conversation_id"]
    assert f'<span class="sure {word}">{word}, 0.90</span>' in client.get(f"/conversations/{talk}").text
    assert (f"row-{talk}" in client.get("/queue/low").text) is (word == "low")


def test_an_unknown_view_is_not_found(client: TestClient) -> None:
    page = client.get("/queue/everything")
    assert page.status_code == 404
    assert "No queue &#39;everything&#39;; there are: care, safety, legal, baggage" in page.text


def test_what_waits_for_the_index_says_so_and_until_when(client: TestClient, assistant: Assistant) -> None:
    mention = make_mention("waits", handle="ann")
    with assistant.require_store().begin() as tx:
        talk = tx.take_in(mention, at=NOW).conversation_id
    assert "knowledge base" not in client.get("/queue/waiting").text
    with assistant.require_store().begin() as tx:
        tx.let_wait(mention.id, until=NOW + timedelta(minutes=90))
    assert "1 answer waits until 10:30 UTC" in client.get("/queue/waiting").text
    page = client.get(f"/conversations/{talk}").text
    assert "if it still can’t at" in page
    assert "10:30 UTC" in page
    listed = client.get("/queue/put_off").text
    assert f'id="row-{talk}"' in listed
    assert "answer waits" in listed
    assert "10:30 UTC" in client.get(f"/rows/{talk}").text
    taken = client.post(f"/conversations/{talk}/by-hand").text
    assert "Yours now: write the answer." in taken
    assert 'id="text"' in taken
    assert f'id="row-{talk}"' not in client.get("/queue/put_off").text
    again = client.post(f"/conversations/{talk}/by-hand").text
    assert "It waits no longer" in again


def test_a_queue_is_shown_under_its_own_name_too_and_one_that_is_not_there_is_not_found(client: TestClient) -> None:
    named = client.get("/queue/baggage", follow_redirects=False)
    assert (named.status_code, named.headers["location"]) == (303, "/queue/waiting?queue=baggage")
    page = client.get("/queue/waiting?queue=nowhere")
    assert (page.status_code, "there are: care" in page.text) == (404, True)


def test_programs_are_told_which_queues_there_are(client: TestClient) -> None:
    body = {"count": 1, "queue": "nowhere"}
    asked = [client.get(f"/api/{path}") for path in ("conversations?queue=nowhere", "queues/nowhere/forecast")]
    for answer in (*asked, client.post("/api/canaries", json=body)):
        assert answer.status_code == 404
        assert answer.json()["detail"] == "no queue 'nowhere'; there are: care, safety, legal, baggage"


def test_snoozed_comes_back_by_itself(client: TestClient, clock: SetClock) -> None:
    taken = take(client, "what about this")
    desk = f"/conversations/{taken['conversation_id']}/desk"
    client.post(desk, data={"action": "snooze", "value": "1h"})
    assert "Nothing here" in client.get("/queue/waiting").text
    assert taken["conversation_id"] in client.get("/queue/snoozed").text
    clock.forward(3601)
    assert taken["conversation_id"] in client.get("/queue/waiting").text


@pytest.mark.parametrize(
    ("action", "value", "sign"),
    [
        ("snooze", "never", "no date"),
        ("snooze", "2001-01-01", "next 90 days"),
        ("tag", "", "Tag: write"),
        ("fly", "", "fly"),
    ],
)
def test_what_cannot_be_done_says_so(client: TestClient, action: str, value: str, sign: str) -> None:
    taken = take(client, "what about this")
    refused = client.post(f"/conversations/{taken['conversation_id']}/desk", data={"action": action, "value": value})
    assert refused.status_code in {403, 422}
    assert sign in refused.text


def test_static_files_are_served(client: TestClient) -> None:
    for path in ("own/console.css", "own/console.js", "own/mark.svg", "htmx/htmx-4.min.js", "htmx/ext/hx-sse-4.min.js"):
        assert client.get(f"/static/{path}").status_code == 200


def test_strangers_are_sent_to_the_door(staffed: TestClient) -> None:
    assert staffed.get("/queue/mine", follow_redirects=False).headers["location"] == "/login?next=/queue/mine"
    assert staffed.get("/api/automation").status_code == 401
    assert staffed.get("/queue/mine", headers={"hx-request": "true"}).headers["hx-redirect"].startswith("/login")
    assert staffed.post("/automation/kill-switch", data={"on": "true"}, follow_redirects=False).status_code == 303
    assert staffed.get("/api/health").status_code == 200


def test_roles_and_the_end_of_a_session(staffed: TestClient, clock: SetClock) -> None:
    inside = staffed.post("/login", data={"name": "Ana", "password": PASSWORD, "next": "//evil.example"})
    assert str(inside.url).endswith("/queue/waiting")
    assert staffed.post("/automation/kill-switch", data={"on": "true"}).status_code == 403
    assert staffed.get("/api/automation").status_code == 403
    staffed.post("/login", data={"name": "Sue", "password": PASSWORD})
    assert staffed.post("/automation/kill-switch", data={"on": "true"}).status_code == 200
    assert staffed.get("/api/automation").json()["kill_switch"] is True
    clock.forward(12 * 3600 + 1)
    assert staffed.get("/api/automation").status_code == 401
    staffed.post("/login", data={"name": "Sue", "password": PASSWORD})
    staffed.post("/logout")
    assert staffed.get("/api/automation").status_code == 401


def test_the_command_centre_shows_what_comes_in_and_holds_topics(client: TestClient) -> None:
    take(client, "what about this")
    take(client, "help", 2)
    page = client.get("/centre").text
    assert "Too early to tell what is usual" in page
    assert "2 in the last hour" in page
    assert "baggage" in page
    held = client.post("/automation/hold", data={"scope": "baggage", "on": "true"}).text
    assert "is held back since" in held
    assert client.get("/api/automation").json()["holds"][0]["scope"] == "baggage"
    assert "is held back since" not in client.post("/automation/hold", data={"scope": "baggage", "on": "false"}).text


def test_a_supervisor_is_told_who_is_served_better(client: TestClient, assistant: Assistant, clock: SetClock) -> None:
    """Twelve customers with many followers are answered at once, twelve with few wait for two hours."""
    for number in range(24):
        famous = number % 2 == 0
        author = {"handle": f"@p{number}", "followers": 50_000 if famous else 30}
        talk = take(client, f"what about this {number}", number, author=author)["conversation_id"]
        clock.forward(1 if famous else 7200)
        action, fields = form(client, talk)
        client.post(action, data={**fields, "disposition": "send"})
        (reply,) = client.get(f"/api/conversations/{talk}").json()["replies"]
        with assistant.require_store().begin() as tx:
            tx.save_reply(tx.reply(reply["id"]).model_copy(update={"state": ReplyState.SENT, "sent_id": str(number)}))
    told = r"Famous customers are served faster in the same case: in (\d+) % of pairs, n = 12 and 12"
    said = re.search(told, client.get("/centre").text)
    assert said is not None
    assert int(said[1]) == 100


def test_a_paused_centre_asks_for_nothing(client: TestClient) -> None:
    assert 'hx-get="/centre/now' in client.get("/centre").text
    still = client.get("/centre?paused=1&wall=1").text
    assert "hx-sse:connect" not in still
    assert "/centre/now" not in still
    assert 'class="wall"' in still


def test_a_planted_draft_tells_after_the_decision(client: TestClient) -> None:
    assistant: Assistant = client.app.state.assistant  # type: ignore[attr-defined]
    turn = make_turn(make_mention("planted"), draft=make_draft("A cabin bag may measure 82 x 40 x 20 cm."))
    with assistant.require_store().begin() as tx:
        canary = plant(
            tx, turn, kind="figure", wrong="82 x 40", planted="55 became 82", pack=assistant.pack, at=assistant.clock()
        )
    action, fields = form(client, canary.conversation_id)
    done = client.post(action, data={**fields, "disposition": "send"})
    assert "That draft was planted, and it passed." in done.text
    assert "55 became 82" in done.text
    assert client.get(f"/api/conversations/{canary.conversation_id}").json()["replies"] == []
    (rate,) = client.get("/api/canaries").json()
    assert (rate["caught"], rate["n"], rate["friction"]) == (0, 1, "none")


def test_a_careless_queue_is_asked_twice(client: TestClient) -> None:
    assistant: Assistant = client.app.state.assistant  # type: ignore[attr-defined]
    taken = take(client, "what about this")
    queue = client.get(f"/api/conversations/{taken['conversation_id']}").json()["conversation"]["queue"]
    with assistant.require_store().begin() as tx:
        for number in range(6):
            turn = make_turn(make_mention(f"planted-{number}"), queue=queue)
            canary = plant(tx, turn, kind="figure", wrong="55", planted="x", pack=assistant.pack, at=assistant.clock())
            tx.save_canary(canary.model_copy(update={"caught": False}))
    action, fields = form(client, taken["conversation_id"])
    refused = client.post(action, data={**fields, "disposition": "send"})
    assert refused.status_code == 403
    assert "0 of 6 planted errors" in refused.text
    assert 'name="confirmed"' in refused.text
    sent = client.post(action, data={**fields, "disposition": "send", "confirmed": "true"}, follow_redirects=False)
    assert sent.status_code == 303


def test_a_draft_that_came_out_the_same_is_not_called_another(client: TestClient) -> None:
    taken = take(client, "what about this")
    path, fields = form(client, taken["conversation_id"])
    wish = {"turn_id": fields["turn_id"], "instruction": "shorter"}
    page = client.post(path.replace("/review", "/redraft"), data=wish).text
    assert "The draft came out the same" in page


@pytest.mark.parametrize("path", ["/queue/waiting?start=-1", "/queue/nowhere", "/no/such/page"])
def test_whoever_opens_a_wrong_address_reads_a_page(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in {404, 422}
    assert answer.headers["content-type"].startswith("text/html")
    assert 'href="/queue/waiting"' in answer.text


@pytest.mark.parametrize("path", ["/api/no-such-thing", "/api/mentions/x/y/z"])
def test_a_program_reads_a_problem(client: TestClient, path: str) -> None:
    assert client.get(path).headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("address", ["/queue/waiting?q=", "/knowledge?find="])
def test_a_pasted_message_is_searched_by_its_beginning(client: TestClient, address: str) -> None:
    answer = client.get(address + "bag " * 100)
    assert answer.status_code == 200
    assert f"{'bag ' * 50}".strip() in answer.text
    assert "bag " * 51 not in answer.text


def test_whoever_has_a_conversation_open_hears_what_the_customer_wrote_meanwhile(client: TestClient) -> None:
    key = take(client, "where is my bag?", author={"handle": "@ana"})["conversation_id"]
    page = client.get(f"/conversations/{key}").text
    seen = re.search(r'data-version="(\d+)"', page)
    assert seen is not None
    take(client, "Forget that: it is here. When do I fly?", 2, author={"handle": "@ana"})
    told = client.get(f"/conversations/{key}/status?seen={seen[1]}").text
    assert "“Forget that: it is here. When do I fly?” came in" in told
    assert "turn decided" not in told
