"""Everything an agent does all day, by keyboard alone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Desk

WAYS = (
    ("d", "/centre"),
    ("r", "/robot"),
    ("k", "/knowledge"),
    ("t", "/quality"),
    ("s", "/settings"),
    ("q", "/queue/w"),
)
"""Where `g` and a letter lead."""


@pytest.fixture
def talk(desk: Desk, page: Page) -> str:
    """A conversation with a draft, open in the page by keys."""
    key = desk.take("what about this")
    page.goto(f"{desk.url}/queue/waiting")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_be_visible()
    return key


def test_the_list_is_walked_opened_and_left(desk: Desk, page: Page) -> None:
    for number in range(3):
        desk.take(f"what about this {number}", number, handle=f"@person{number}")
    page.goto(f"{desk.url}/queue/waiting")
    names = page.locator(".row .from b").all_inner_texts()
    for key in ("j", "j", "j", "k"):
        page.keyboard.press(key)
    page.keyboard.press("x")
    expect(page.locator(".row").nth(1).locator("input")).to_be_checked()
    page.keyboard.press("o")
    expect(page.locator("h1")).to_contain_text(names[1])
    page.keyboard.press("u")
    expect(page.locator("h1")).to_have_text("All waiting")
    page.keyboard.press("/")
    page.keyboard.type(names[2])
    page.keyboard.press("Enter")
    expect(page.locator(".row")).to_have_count(1)


def test_whoever_comes_back_stands_where_they_left_the_list(desk: Desk, page: Page) -> None:
    for number in range(4):
        desk.take(f"what about this {number}", number, handle=f"@person{number}")
    page.goto(f"{desk.url}/queue/waiting")
    names = page.locator(".row .from b").all_inner_texts()
    for key in ("j", "j", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("h1")).to_contain_text(names[1])
    page.keyboard.press("u")
    here = page.locator(".row.here .from b")
    expect(here).to_have_text(names[1])
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(names[1])
    page.keyboard.press("e")
    expect(page.locator(".toast")).to_contain_text("Resolved")
    expect(here).to_have_text(names[2])
    page.keyboard.press("j")
    expect(page.locator(".row a:focus .from b")).to_have_text(names[3])


def test_a_draft_is_sent_and_taken_back(desk: Desk, page: Page, talk: str) -> None:
    page.keyboard.press("r")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toasts")).to_contain_text("goes out in")
    assert [each.split(":")[0] for each in desk.replies(talk)] == ["due"]
    page.keyboard.press("z")
    expect(page.locator(".toasts")).to_contain_text("Nothing was sent")
    assert [each.split(":")[0] for each in desk.replies(talk)] == ["held"]
    page.keyboard.press("r")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toasts")).to_contain_text("goes out in")
    assert [each.split(":")[0] for each in desk.replies(talk)] == ["due"]


def test_sending_opens_the_next(desk: Desk, page: Page, talk: str) -> None:
    other = desk.take("what about that", 2, handle="@other")
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator(".talk")).to_have_attribute("data-conversation", other)


def test_keys_do_not_write_into_the_draft_of_the_next(desk: Desk, page: Page, talk: str) -> None:
    other = desk.take("what about that", 2, handle="@other")
    page.keyboard.press("r")
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator(".talk")).to_have_attribute("data-conversation", other)
    before = page.locator("#text").input_value()
    page.keyboard.press("b")
    expect(page.locator("details.menu[open] form button").first).to_be_focused()
    assert page.locator("#text").input_value() == before


def test_after_a_search_the_keys_are_the_lists(desk: Desk, page: Page) -> None:
    desk.take("what about prams", 1, handle="@one")
    desk.take("what about bags", 2, handle="@two")
    page.goto(f"{desk.url}/queue/waiting")
    page.keyboard.press("/")
    page.keyboard.type("prams")
    page.keyboard.press("Enter")
    expect(page.locator(".row")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("@one")


def test_undo_takes_back_what_was_done_last(desk: Desk, page: Page, talk: str) -> None:
    other = desk.take("what about that", 2, handle="@other")
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator(".talk")).to_have_attribute("data-conversation", other)
    page.keyboard.press("e")
    expect(page.locator(".toast")).to_have_count(2)
    page.keyboard.press("z")
    expect(page.locator(".talk")).to_have_attribute("data-conversation", other)
    assert [each.split(":")[0] for each in desk.replies(talk)] == ["due"]
    expect(page.locator(".toasts")).to_contain_text("goes out in")
    page.keyboard.press("z")
    expect(page.locator(".toasts")).to_contain_text("Nothing was sent")


@pytest.mark.parametrize(
    ("keys", "sign"),
    [(["a"], "with console"), (["!"], "escalated"), (["l", "refund", "Enter"], "refund")],
)
def test_desk_keys(desk: Desk, page: Page, talk: str, keys: list[str], sign: str) -> None:
    _type(page, keys)
    expect(page.locator("main")).to_contain_text(sign)


def test_a_note_is_kept(desk: Desk, page: Page, talk: str) -> None:
    _type(page, ["n", "she called before", "Tab", "Enter"])
    expect(page.locator(".notes ol")).to_contain_text("she called before")


@pytest.mark.parametrize(("keys", "said"), [(["e"], "Resolved."), (["b", "Enter"], "Snoozed.")])
def test_done_and_undone(desk: Desk, page: Page, talk: str, keys: list[str], said: str) -> None:
    _type(page, keys)
    expect(page.locator(".toast")).to_contain_text(said)
    expect(page.locator(".row")).to_have_count(0)
    page.keyboard.press("z")
    expect(page.locator("#editor")).to_be_visible()


def test_an_alternative_and_the_wording(desk: Desk, page: Page, talk: str) -> None:
    box = page.locator("#text")
    page.keyboard.press("r")
    page.keyboard.press("Control+a")
    page.keyboard.press("Backspace")
    page.keyboard.press("/")
    page.keyboard.type("bag")
    found = page.locator("#found button").first
    expect(found).to_contain_text("approved wording")
    found.press("Enter")
    expect(box).to_have_value("Bags: 55 x 40 x 20 cm.")
    expect(page.locator(".diff ins").first).to_be_visible()


def test_two_question_marks_find_an_answer_in_the_knowledge(desk: Desk, page: Page, talk: str) -> None:
    box = page.locator("#text")
    page.keyboard.press("r")
    page.keyboard.press("Control+End")
    page.keyboard.type(" ??")
    expect(page.locator("#answers")).to_be_visible()
    page.keyboard.press("Control+a")
    page.keyboard.type("bag")
    found = page.locator("#found button", has_text="passage").first
    found.press("Enter")
    expect(box).to_have_value(re.compile(r" A cabin bag may measure 55 x 40 x 20 cm. It may weigh 10 kg.$"))
    expect(box).not_to_have_value(re.compile(r"\?"))


def test_a_citation_opens_its_article_at_the_words(desk: Desk, page: Page) -> None:
    key = desk.take("quoting what about this")
    page.goto(f"{desk.url}/conversations/{key}")
    page.locator("#text").fill("A cabin bag may measure 55 x 40 x 20 cm. And more.")
    page.locator(".cite a").first.focus()
    expect(page.locator(".passage").first).to_be_visible()
    with page.expect_popup() as opened:
        page.keyboard.press("Enter")
    expect(opened.value.locator("h1")).to_have_text("Bag size")
    assert opened.value.evaluate("performance.getEntriesByType('navigation')[0].name").endswith(
        "/knowledge/bag-size#:~:text=A%20cabin%20bag%20may%20measure%2055"
    )
    expect(page.locator("#text")).to_have_value("A cabin bag may measure 55 x 40 x 20 cm. And more.")


def test_the_palette_and_the_sheet(desk: Desk, page: Page, talk: str) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keyboard")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#sheet")).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.type("snoozed")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/queue/snoozed"))
    page.evaluate("window.same = true")
    for key, where in WAYS:
        page.keyboard.press("g")
        page.keyboard.press(key)
        expect(page).to_have_url(re.compile(where))
    assert page.evaluate("window.same")  # never loaded anew, so never deaf to a key


TYPED = {
    "train": "Training", "model": "Training", "eval": "Eval runs", "gaps": "Knowledge gaps", "faq": "Knowledge",
    "merge": "Conflicts between articles", "proposals": "Proposals from edits", "improve": "Proposals from edits",
    "dash": "Command centre", "crisis": "Command centre", "kill": "Stop automation", "pause": "Stop automation",
    "overdue": "Breaching", "sla": "Breaching", "inbox": "All waiting", "closed": "Resolved", "spam": "No reply",
    "bot": "Robot, last hour", "pull back": "Robot log", "dark": "Settings", "sign out": "Settings", "team": "Team",
    "shortcuts": "Settings", "keyboard": "Keys", "mailbox": "Channels", "connect": "Channels",
    "new article": "Write an article", "called": "Where you were called", "note": "Write a note", "label": "Tag",
    "later": "Snooze", "postpone": "Snooze", "close": "Resolve", "ignore": "No reply", "canned": "Find wording",
    "claim": "Assign to me", "transfer": "Assign to", "relabel": "Not right?", "reset": "Reset", "reply": "No reply",
    "supervisor": "Escalate", "snooze": "Snooze", "snoozed": "Snoozed", "resolve": "Resolve", "send": "Send",
}  # fmt: skip
"""What somebody types, and what then stands first."""


def test_the_palette_knows_what_people_call_things(desk: Desk, page: Page, talk: str) -> None:
    page.keyboard.press("Control+k")
    first: dict[str, str] = {}
    for typed in TYPED:
        page.locator("#palette input").fill(typed)
        first[typed] = page.locator("#commands li").first.inner_text()
    assert first == TYPED


def test_what_no_command_is_called_is_searched_in_messages(desk: Desk, page: Page, talk: str) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("about this")
    expect(page.locator("#commands li")).to_have_text(["Search messages for “about this”"])
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Search")
    expect(page.locator(".row")).to_have_count(1)


def test_the_palette_writes_a_note_and_opens_a_menu(desk: Desk, page: Page, talk: str) -> None:
    for typed, focused in (("write a note", "#note"), ("tag", "details[data-key=l] input[name=value]")):
        page.keyboard.press("Control+k")
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        expect(page.locator(focused)).to_be_focused()


def test_a_key_pressed_while_a_page_comes_in_waits_for_it_or_is_lost(desk: Desk, page: Page, talk: str) -> None:
    page.evaluate("""() => {
        window.told = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
        told('htmx:after:history:update', { sourceElement: document.body });
    }""")
    page.keyboard.press("e")  # acts on a conversation: nobody has seen the one that comes
    page.keyboard.press("?")
    expect(page.locator("#sheet")).to_be_hidden()
    page.evaluate("told('htmx:finally:swap', { ctx: { sourceElement: document.body } })")
    expect(page.locator("#sheet")).to_be_visible()
    expect(page.locator(".toasts")).not_to_contain_text("Resolved")


def test_single_keys_can_be_switched_off(desk: Desk, page: Page) -> None:
    desk.take("what about this")
    page.goto(f"{desk.url}/settings")
    page.get_by_label("Off; Ctrl K and Ctrl Enter stay").check()
    page.get_by_role("button", name="Keep").click()
    expect(page.locator("html")).to_have_attribute("data-keys", "off")
    page.wait_for_load_state()
    page.goto(f"{desk.url}/queue/waiting")
    page.keyboard.press("j")
    expect(page.locator(".row.here")).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.type("keys")
    page.keyboard.press("Enter")
    expect(page.locator("#sheet")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Keys").click()
    expect(page.locator("#sheet")).to_contain_text("Single keys can be switched off in Settings")


def test_keys_never_fire_while_writing(desk: Desk, page: Page, talk: str) -> None:
    page.locator("#text").fill("")
    page.locator("#text").press_sequentially("e z b x n a ! ? g q")
    expect(page.locator("#text")).to_have_value("e z b x n a ! ? g q")


def _type(page: Page, keys: list[str]) -> None:
    for key in keys:
        if len(key) == 1 or key in {"Enter", "Tab"}:
            page.keyboard.press(key)
        else:
            page.keyboard.type(key)


def test_control_enter_in_a_note_keeps_the_note_and_sends_nothing(desk: Desk, page: Page) -> None:
    key = desk.take("what about this")
    page.goto(f"{desk.url}/conversations/{key}")
    page.keyboard.press("n")
    page.keyboard.type("Is this draft right?")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".notes li")).to_contain_text("Is this draft right?")
    assert desk.replies(key) == []


def test_a_menu_is_walked_with_arrows(desk: Desk, page: Page, talk: str) -> None:
    page.keyboard.press("b")
    times = page.locator("details.menu[open] form button")
    expect(times.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(times.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(times.last).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(times.first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("details.menu summary", has_text="Snooze")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(times.first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Snoozed.")


def test_once_a_note_is_kept_the_keys_are_the_pages(desk: Desk, page: Page, talk: str) -> None:
    page.keyboard.press("n")
    page.keyboard.type("Call her.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".notes li")).to_contain_text("Call her.")
    page.keyboard.press("b")
    expect(page.locator("details.menu[open] form button").first).to_be_focused()
    expect(page.locator("#note")).to_have_value("")
