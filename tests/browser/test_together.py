"""Several people and processes at once: collisions, presence, news, dropped streams, a flood while somebody types."""

import re
import threading
import time
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Page, expect
from structlog.testing import capture_logs

from assistant.compose import utc_now
from assistant.domain.agent import Role
from tests.browser.conftest import NewPage
from tests.browser.desk import PASSWORD, Desk


def sign_in(page: Page, desk: Desk, name: str) -> None:
    page.goto(f"{desk.url}/login")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".who")).to_contain_text(name)
    page.wait_for_load_state()  # a page that was loaded anew hears keys once its scripts are there


def test_two_agents_collide_and_one_reply_goes_out(desk: Desk, new_page: NewPage) -> None:
    key = desk.take("what about this")
    desk.add_agent("Ana", Role.AGENT)
    desk.add_agent("Ben", Role.AGENT)
    ana, ben = new_page(), new_page()
    for page, name in ((ana, "Ana"), (ben, "Ben")):
        sign_in(page, desk, name)
        page.goto(f"{desk.url}/conversations/{key}")
    ben.locator("#text").fill("A cabin bag may measure 55 x 40 x 20 cm, Ben says.")
    expect(ben.locator(".diff ins").first).to_be_visible()
    ana.locator("#text").fill("A cabin bag may measure 55 x 40 x 20 cm, Ana says.")
    ana.locator("[data-send]").click()
    expect(ana.get_by_role("alert")).to_contain_text("Ben")
    assert desk.replies(key) == []
    ana.get_by_role("button", name="Take over").click()
    expect(ana.get_by_role("alert")).to_have_count(0)
    expect(ana.locator("#text")).to_have_value("A cabin bag may measure 55 x 40 x 20 cm, Ana says.")
    ana.locator("[data-send]").click()
    expect(ana.locator(".toast")).to_contain_text("goes out")
    expect(ben.locator("#status")).to_contain_text("changed while you were here")
    expect(ben.locator("#status")).to_contain_text("Ana")
    ben.locator("[data-send]").click()
    expect(ben.locator(".notice").first).to_contain_text("already handled by Ana")
    assert len(desk.replies(key)) == 1


def test_who_is_here_and_who_writes(desk: Desk, new_page: NewPage) -> None:
    key = desk.take("what about this")
    desk.add_agent("Ana", Role.AGENT)
    desk.add_agent("Ben", Role.SUPERVISOR)
    ana, ben = new_page(), new_page()
    sign_in(ana, desk, "Ana")
    sign_in(ben, desk, "Ben")
    ben.goto(f"{desk.url}/queue/waiting")
    ana.goto(f"{desk.url}/conversations/{key}")
    expect(ben.locator(".hands [data-who]")).to_have_text("Ana is here")
    ana.locator("#text").press_sequentially("Hello")
    expect(ben.locator(".hands [data-who]")).to_have_text("Ana is typing")
    ben.locator(".row a").click()
    expect(ben.locator("#status")).to_contain_text("Ana is writing here")
    ben.get_by_role("button", name="Take over").click()
    expect(ben.locator("#status")).not_to_contain_text("Ana")


def test_news_is_announced_and_moves_nothing(desk: Desk, page: Page) -> None:
    desk.take("what about this")
    page.goto(f"{desk.url}/queue/waiting")
    row = page.locator(".row").first
    before = row.bounding_box()
    desk.take("help, a second one", 2, handle="@second")
    expect(page.locator(".pill")).to_have_text("1 new")
    assert row.bounding_box() == before
    expect(page.locator(".row")).to_have_count(1)
    expect(page.locator("#counts [aria-current] .count")).to_have_text("2")
    page.locator(".pill").click()
    expect(page.locator(".row")).to_have_count(2)


def test_two_processes_serve_one_desk(desk: Desk, page: Page, tmp_path: Path) -> None:
    other = Desk(tmp_path / "store.db")
    page.goto(f"{desk.url}/queue/waiting")
    other.take("what about this")
    expect(page.locator(".pill")).to_have_text("1 new")
    other.stop()


def test_a_dropped_stream_is_caught_up_without_loss(tmp_path: Path, page: Page) -> None:
    first = Desk(tmp_path / "store.db")
    page.goto(f"{first.url}/queue/waiting")
    first.take("what about this", 1)
    expect(page.locator(".pill")).to_have_text("1 new")
    first.stop()
    second = Desk(tmp_path / "store.db", port=first.port)
    for number in range(2, 6):
        second.take(f"what about this {number}", number, handle=f"@p{number}")
    expect(page.locator(".pill")).to_have_text("5 new")
    second.stop()


def _flood(desk: Desk, came: list[float]) -> None:
    """A hundred at a time, a second apart where the machine keeps up."""
    for batch in range(4):
        began = time.monotonic()
        desk.take_many("help", 2 + 100 * batch, 100)
        came.append(time.monotonic() - began)
        time.sleep(max(0.0, 1 - came[-1]))


def test_a_flood_while_somebody_types(desk: Desk, page: Page) -> None:
    key = desk.take("what about this")
    page.goto(f"{desk.url}/conversations/{key}")
    box = page.locator("#text")
    box.fill("")
    came: list[float] = []
    flood = threading.Thread(target=_flood, args=(desk, came))
    flood.start()
    words = "Nothing may swallow a letter of this while four hundred others arrive."
    box.press_sequentially(words, delay=40)
    flood.join()
    assert len(came) == 4
    expect(box).to_have_value(words)
    expect(box).to_be_focused()
    expect(page.locator("#counts [aria-current] .count")).to_have_text("401")


def test_who_gets_no_answer_is_told_and_keeps_what_they_wrote(tmp_path: Path, page: Page) -> None:
    first = Desk(tmp_path / "store.db")
    key = first.take("what about this")
    page.goto(f"{first.url}/conversations/{key}")
    first.stop()
    words = "A cabin bag may measure 55 x 40 x 20 cm, and nothing of this is lost."
    page.locator("#text").fill(words)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("No answer from the desk")
    expect(page.locator("#text")).to_have_value(words)
    second = Desk(tmp_path / "store.db", port=first.port)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toasts")).to_contain_text("goes out in")
    assert [each.split(": ", 1)[1] for each in second.replies(key)] == [words]
    second.stop()


def broken() -> datetime:
    raise RuntimeError("the clock fell off the wall")


def test_a_crash_keeps_what_is_written_and_shows_its_page_to_who_goes_there(desk: Desk, page: Page) -> None:
    key = desk.take("what about this")
    page.goto(f"{desk.url}/conversations/{key}")
    words = "A cabin bag may measure 55 x 40 x 20 cm, and nothing of this is lost."
    page.locator("#text").fill(words)
    page.wait_for_timeout(500)
    desk.set_clock(broken)
    with capture_logs():
        page.keyboard.press("Control+Enter")
        expect(page.locator(".toast")).to_contain_text("The desk failed at this")
        expect(page.locator("#text")).to_have_value(words)
        assert page.url == f"{desk.url}/conversations/{key}"
        page.locator(".side a", has_text="Mine").click()
        expect(page.locator("h1")).to_have_text("Something went wrong here.")
    assert page.url == f"{desk.url}/queue/mine"
    desk.set_clock(utc_now)
    page.get_by_role("link", name="Try again").click()
    expect(page.locator("h1")).to_have_text("Mine")


def test_unsent_words_stay_until_they_are_sent(desk: Desk, page: Page) -> None:
    key = desk.take("what about this")
    at = f"{desk.url}/conversations/{key}"
    page.goto(at)
    words, box, told = "My own careful words, all of them different.", page.locator("#text"), page.locator("#unsent")
    draft = box.input_value()
    expect(told).to_be_hidden()
    box.fill(words)
    page.locator("#note").fill("half a note")
    page.get_by_role("button", name="Assign to me").click()
    expect(page.get_by_role("button", name="Unassign me")).to_be_visible()
    expect(box).to_have_value(words)
    expect(page.locator("#note")).to_have_value("half a note")
    expect(told).to_be_visible()
    expect(page.locator(".diff del").first).to_be_visible()
    page.get_by_role("button", name="Keep note").click()
    expect(page.locator(".notes li")).to_contain_text("half a note")
    expect(page.locator("#note")).to_have_value("")
    expect(box).to_have_value(words)
    page.reload()
    expect(box).to_have_value(words)
    page.goto(f"{desk.url}/queue/mine")
    page.goto(at)
    expect(box).to_have_value(words)
    page.get_by_role("button", name="Reset").click()
    page.reload()
    expect(box).to_have_value(draft)
    expect(told).to_be_hidden()
    box.fill(words)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toasts")).to_contain_text("goes out in")
    page.keyboard.press("z")
    expect(page.locator(".toasts")).to_contain_text("Nothing was sent")
    expect(box).to_have_value(words)
    expect(told).to_be_hidden()


def test_unsent_words_are_nobody_else_s(desk: Desk, page: Page) -> None:
    key = desk.take("what about this")
    for name in ("Ana", "Ben"):
        desk.add_agent(name, Role.AGENT)
    sign_in(page, desk, "Ana")
    page.goto(f"{desk.url}/conversations/{key}")
    page.locator("#text").fill("Words of Ana.")
    page.goto(f"{desk.url}/settings")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Password")).to_be_visible()
    sign_in(page, desk, "Ben")
    page.goto(f"{desk.url}/conversations/{key}")
    expect(page.locator("#text")).to_have_value(re.compile("^(?!Words of Ana)"))


def test_who_goes_on_is_here_at_once_and_holds_only_what_they_write_in(desk: Desk, new_page: NewPage) -> None:
    keys = [desk.take(f"what about this {number}", number, handle=f"@p{number}") for number in range(2)]
    for name in ("Ana", "Ben"):
        desk.add_agent(name, Role.AGENT)
    ana, ben = new_page(), new_page()
    sign_in(ana, desk, "Ana")
    sign_in(ben, desk, "Ben")
    ben.goto(f"{desk.url}/queue/waiting")
    ana.goto(f"{desk.url}/queue/waiting")
    ana.locator(f"#row-{keys[0]} a").click()
    ana.locator("#text").press_sequentially("Hello")
    ana.keyboard.press("Escape")
    ana.keyboard.press("u")
    ana.locator(f"#row-{keys[1]} a").click()
    expect(ana.locator("h1")).to_contain_text("@p1")
    expect(ben.locator(f"[data-who='{keys[1]}']")).to_have_text("Ana is here", timeout=5_000)
    with desk.assistant.require_store().read() as look:
        assert look.triage(keys[1]).claimed_by == ""
