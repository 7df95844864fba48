"""Pages as people meet them: by mouse, on a phone, by their role, under hostile text, by the rules of accessibility."""

import re
from urllib.parse import urlencode

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Request, expect

from assistant.compose import utc_now
from assistant.desk import experts
from assistant.desk.relabels import relabel
from assistant.domain.agent import Role
from assistant.domain.brand import ChannelPolicy
from tests.browser.conftest import NewPage
from tests.browser.desk import Desk
from tests.browser.test_together import sign_in

HOSTILE = (
    "<script>window.stolen = 1</script>",
    '"><img src=x onerror="window.stolen = 1">',
    "<hx-partial hx-target='body'>gone</hx-partial>",
    '<a href="javascript:window.stolen=1" hx-get="/logout" hx-trigger="load">x</a>',
    "{{ 7 * 7 }}${7 * 7}<svg onload=window.stolen=1>",
    "\u202eevil\u0000 what about this",
)


def test_the_way_in_is_open_to_everybody(desk: Desk, new_page: NewPage) -> None:
    desk.add_agent("Ana", Role.AGENT)
    page = new_page(bypass_csp=True)
    page.goto(f"{desk.url}/queue/mine")
    expect(page).to_have_url(re.compile("/login"))
    assert Axe().run(page).response["violations"] == []
    page.get_by_label("Name").fill("Ana")
    page.get_by_label("Password").fill("wrong wrong wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("Name or password is wrong.")


def test_the_api_is_documented_without_a_network(desk: Desk, page: Page) -> None:
    foreign: list[str] = []
    page.on("request", lambda request: foreign.append(request.url) if not request.url.startswith(desk.url) else None)
    page.goto(f"{desk.url}/docs")
    page.locator("#operations-tag-desk").click()
    page.locator("[id$=mention_edited_api_mentions__mention_id__edited_post] button").first.click()
    expect(page.get_by_role("button", name="Try it out")).to_be_visible()
    assert [url for url in foreign if not url.startswith("data:")] == []


def test_customer_text_is_only_text(desk: Desk, page: Page) -> None:
    """On every page that shows words of customers: message, name, handle, earlier messages, question, address."""
    keys = [_hostile(desk, number, text) for number, text in enumerate(HOSTILE)]
    desk.deliver()
    for key, text in zip(keys, HOSTILE, strict=True):
        page.goto(f"{desk.url}/conversations/{key}?{urlencode({'what': text})}")
        page.locator("#note").fill(text)
        page.get_by_role("button", name="Keep note").click()
        expect(page.locator(".notes ol li")).to_have_count(1)
        page.locator("#text").fill(text + " and more")
        expect(page.locator(".diff ins").first).to_be_visible()
        _harmless(page)
        for path in (f"/queue/waiting?{urlencode({'q': text})}", f"/knowledge?{urlencode({'find': text})}"):
            page.goto(desk.url + path)
            expect(page.locator("h1")).to_be_visible()
            _harmless(page)
        page.goto(f"{desk.url}/queue/waiting")
        page.locator(".row input").first.check()
        page.locator(".bulk summary", has_text="Tag").click()
        page.get_by_role("textbox", name="Tag").fill(text)
        page.get_by_role("button", name="Put on or take off").click()
        expect(page.locator("#preview .sheet")).to_be_visible()
        _harmless(page)
    rooms = ("/knowledge/bag-size", "/knowledge/bag-size/recall/1", "/knowledge/gaps", "/quality", "/calls")
    for path in ("/queue/waiting?q=what", "/centre", "/robot", "/quality/cases", *rooms):
        page.goto(desk.url + path)
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator("[data-coming]")).to_have_count(0)
        _harmless(page)


def _hostile(desk: Desk, number: int, text: str) -> str:
    """Such words wherever a customer can put them; the conversation that waits."""
    thread = [{"role": "customer", "text": text}]
    author = {"handle": text, "name": text, "followers": 3}
    ids = [f"{number}-{each}-{text}" for each in range(4)]
    key = desk.take(f"what about this {text}", ids[0], author=author, thread=thread, in_reply_to=text)
    desk.take(f"quoting bag {text}", ids[1], author={**author, "handle": f"{text}2"})
    for again in (2, 3):
        desk.take(f"help, unknown {text}", ids[again], handle=f"{text}{again}")
    with desk.assistant.require_store().begin() as tx:
        said = {"expert": text, "question": text, "by": "console"}
        experts.ask(tx, key, **said, pack=desk.assistant.pack, at=utc_now())
        relabel(tx, tx.detail(key).turns[-1], label="oos", pack=desk.assistant.pack, agent=text[:40], at=utc_now())
    return key


def test_what_customers_asked_is_only_text_in_an_article(desk: Desk, page: Page) -> None:
    for number, text in enumerate(HOSTILE):
        for again in range(2):
            desk.take(f"help, unknown {text}", f"{number}-{again}", handle=f"@p{number}-{again}")
    page.goto(f"{desk.url}/knowledge/gaps")
    expect(page.locator("[data-coming]")).to_have_count(0)
    links = [each.get_attribute("href") for each in page.get_by_role("link", name="Write the article").all()]
    assert links
    for link in links:
        page.goto(f"{desk.url}{link}")
        expect(page.locator("#trial h2").first).not_to_have_text("Not readable yet")
        _harmless(page)


def _harmless(page: Page) -> None:
    """Nothing of a customer's ran, is loaded, or became part of the page's own machinery."""
    assert page.evaluate("window.stolen") is None
    theirs = ("script", "img", "a[href^='javascript:']", "hx-partial", "svg[onload]", "[hx-get='/logout']")
    assert page.locator(", ".join(f"main {each}" for each in theirs)).count() == 0


def test_every_action_by_mouse(desk: Desk, page: Page) -> None:
    key = desk.take("what about this")
    page.goto(f"{desk.url}/conversations/{key}")
    for verb, sign in (("Assign to me", "with console"), ("Escalate", "escalated")):
        page.get_by_role("button", name=verb).click()
        expect(page.locator("main")).to_contain_text(sign)
    page.locator("summary", has_text="Snooze").click()
    page.get_by_role("button", name="1 hour").click()
    expect(page.locator(".toast")).to_contain_text("Snoozed")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="No reply").click()
    expect(page.locator(".toast")).to_contain_text("Left without a reply")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("textbox", name="Draft again").fill("shorter")
    page.get_by_role("button", name="Draft", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("another draft")
    page.locator("#text").fill("You may take 55 x 40 x 20 cm on board. Anything else costs 900 EUR.")
    expect(page.locator(".unsupported .claim").last).to_contain_text("900 EUR")
    expect(page.locator(".diff ins").first).to_be_visible()
    page.get_by_label("wrong fact").check()
    page.locator("#text").fill("You may take a cabin bag of 55 x 40 x 20 cm on board with you, that is all.")
    page.locator("[data-send]").click()
    expect(page.locator(".toast")).to_contain_text("goes out")
    assert len(desk.replies(key)) == 1


def test_an_answer_where_there_is_no_draft(desk: Desk, page: Page) -> None:
    key = desk.take("help")
    page.goto(f"{desk.url}/conversations/{key}")
    page.locator("#text").fill("Thanks, we're looking at it with you.")
    page.get_by_role("button", name="Send answer").click()
    expect(page.locator(".toast")).to_contain_text("goes out")
    assert desk.replies(key) == ["due: Thanks, we're looking at it with you."]


def test_the_passage_behind_a_sentence(desk: Desk, page: Page) -> None:
    key = desk.take("cite what about this")
    page.goto(f"{desk.url}/conversations/{key}")
    page.locator("details.source summary").first.click()
    expect(page.locator("details.source").first).to_contain_text("55 x 40 x 20 cm.")
    expect(page.locator("details.source").first).to_contain_text("stale")
    page.locator(".cite a").first.focus()
    expect(page.locator(".passage").first).to_be_visible()
    expect(page.locator(".passage").first).to_contain_text("review was due 31 Jan 2026")


def test_a_phone_shows_where_somebody_is_and_what_automation_does(desk: Desk, page: Page) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    for at, name in (("/settings", "Settings"), ("/queue/done", "Resolved")):
        page.goto(f"{desk.url}{at}")
        expect(page.locator(".side [aria-current]", has_text=name)).to_be_in_viewport(ratio=0.99)
    page.goto(f"{desk.url}/queue/waiting")
    expect(page.locator("#automation")).to_have_text("Nothing is certified: all waits for people")
    page.get_by_role("button", name="Stop automation").click()
    expect(page.locator("#automation")).to_be_visible()
    expect(page.locator("#automation")).to_have_text("Automation is off")


def test_what_the_channel_refuses_stays_here(desk: Desk, page: Page) -> None:
    key = desk.take("what about this")
    page.goto(f"{desk.url}/conversations/{key}?back=%2Fqueue%2Freview")
    page.locator("#text").fill("long " * 100)
    expect(page.locator(".length.over")).to_contain_text("of 280")
    page.locator("[data-send]").click()
    expect(page.get_by_role("alert")).to_contain_text("This was not sent")
    expect(page.locator("#text")).to_have_value(re.compile("^long long"))
    assert desk.replies(key) == []
    page.reload()
    expect(page.locator("#text")).to_be_visible()
    page.locator(".up").click()
    expect(page.locator("h1")).to_have_text("Drafts to review")


def test_many_at_once_after_a_look(desk: Desk, page: Page) -> None:
    for number in range(3):
        desk.take(f"what about this {number}", number, handle=f"@person{number}")
    page.goto(f"{desk.url}/queue/waiting")
    for box in page.locator(".row input").all()[:2]:
        box.check()
    page.locator(".bulk summary", has_text="Tag").click()
    page.get_by_role("textbox", name="Tag").fill("storm")
    page.get_by_role("button", name="Put on or take off").click()
    expect(page.locator("#preview")).to_contain_text("Put the tag “storm” on 2 conversations")
    page.get_by_role("button", name="Do it").click()
    expect(page.locator(".mark.own")).to_have_count(2)
    expect(page.locator(".toast")).to_contain_text("2 conversations tagged “storm”.")
    page.keyboard.press("z")
    expect(page.locator(".toast")).to_have_text("2 of 2 as before.")
    expect(page.locator(".mark.own")).to_have_count(0)
    for box in page.locator(".row input").all()[:2]:
        box.check()
    page.keyboard.press("l")
    page.keyboard.type("storm")
    page.keyboard.press("Enter")
    expect(page.locator("#preview .primary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("2 conversations tagged “storm”.")
    page.goto(f"{desk.url}/queue/waiting?tag=storm")
    expect(page.locator(".row")).to_have_count(2)


def test_the_kill_switch_is_one_click_and_seen_elsewhere(desk: Desk, new_page: NewPage) -> None:
    here, there = new_page(), new_page()
    for page in (here, there):
        page.goto(f"{desk.url}/queue/waiting")
    here.get_by_role("button", name="Stop automation").click()
    expect(here.locator("#automation")).to_have_text("Automation is off")
    expect(there.locator("#automation")).to_have_text("Automation is off")


def test_roles(desk: Desk, new_page: NewPage) -> None:
    key = desk.take("what about this, mail me at jo@example.com", handle="@secret")
    desk.take("help", 2, handle="@other")
    desk.add_agent("Vera", Role.VENDOR, "elsewhere")
    desk.add_agent("Vic", Role.VENDOR, "baggage")
    desk.add_agent("Quinn", Role.QA)
    vera, vic, quinn = new_page(), new_page(), new_page()
    sign_in(vera, desk, "Vera")
    expect(vera.locator(".row")).to_have_count(0)
    assert vera.goto(f"{desk.url}/conversations/{key}").status == 404  # type: ignore[union-attr]
    assert vera.goto(f"{desk.url}/api/conversations/{key}").status == 403  # type: ignore[union-attr]
    sign_in(vic, desk, "Vic")
    vic.goto(f"{desk.url}/conversations/{key}")
    expect(vic.locator("#editor")).to_be_visible()
    assert "jo@example.com" not in vic.content()
    assert "secret" not in vic.content()
    sign_in(quinn, desk, "Quinn")
    quinn.keyboard.press("j")
    for pressed in ("x", "*", "a", "e"):  # whoever only reads selects nothing and ends nothing
        quinn.keyboard.press(pressed)
    expect(quinn.locator(".row")).to_have_count(2)
    expect(quinn.locator("#bulk, .row input")).to_have_count(0)
    expect(quinn.locator("#preview")).to_be_empty()
    quinn.goto(f"{desk.url}/conversations/{key}")
    expect(quinn.locator("#note")).to_be_visible()
    expect(quinn.locator("#editor")).to_have_count(0)
    expect(quinn.get_by_role("button", name="Stop automation")).to_have_count(0)


def test_on_a_phone(desk: Desk, new_page: NewPage) -> None:
    key = desk.take("what about this " * 12)
    page = new_page()
    page.set_viewport_size({"width": 375, "height": 740})
    for path in ("/queue/waiting", f"/conversations/{key}", "/centre", "/knowledge", "/knowledge/bag-size/edit"):
        page.goto(desk.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 375, path


def test_a_first_load_is_light(desk: Desk, page: Page) -> None:
    for number in range(50):
        desk.take(f"what about this {number}", number, handle=f"@person{number}")
    loaded: list[Request] = []

    def finished(request: Request) -> None:
        loaded.append(request)

    page.on("requestfinished", finished)
    page.goto(f"{desk.url}/queue/waiting", wait_until="load")
    assert 0 < sum(request.sizes()["responseBodySize"] for request in list(loaded)) < 150_000


def test_another_tone_is_a_key_away(desk: Desk, page: Page) -> None:
    key = desk.take("friendly what about this")
    page.goto(f"{desk.url}/conversations/{key}")
    formal = page.locator(".alternatives button", has_text="More formal")
    expect(formal).to_contain_text("Do not worry. You cannot take more than 10 kg.")
    page.keyboard.press(formal.locator("kbd").inner_text())
    expect(page.locator("#text")).to_have_value(re.compile("^Do not worry"))
    expect(page.locator(".diff ins").first).to_be_visible()
    page.get_by_role("button", name="Reset").click()
    expect(page.locator("#text")).to_have_value(re.compile("^Don't worry"))


def test_a_long_answer_shows_the_posts_it_becomes(desk: Desk, page: Page) -> None:
    channel = ChannelPolicy(name="x", max_parts=3)
    desk.set_channels(channel)
    key = desk.take("what about this")
    page.goto(f"{desk.url}/conversations/{key}")
    page.locator("#text").fill(" ".join(f"Line {number} says where bags go, please." for number in range(12)))
    posts = page.locator(".posts li")
    expect(posts).to_have_count(2)
    expect(posts.first).to_contain_text("(1/2)")
    expect(posts.first.locator(".length")).to_contain_text("of 280")
    page.locator("[data-send]").click()
    expect(page.locator(".toast")).to_contain_text("goes out")


def test_a_word_without_end_stays_inside_the_page(desk: Desk, page: Page) -> None:
    key = desk.take("what about this")
    page.goto(f"{desk.url}/conversations/{key}")
    page.locator("#text").fill(f"See https://skylark.example/{'a' * 300}")
    expect(page.locator("#ledger .claims")).to_contain_text("skylark.example")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_a_long_name_to_choose_stays_inside_the_side(desk: Desk, page: Page) -> None:
    intent = desk.assistant.pack.intents[0]
    long = intent.model_copy(update={"id": "long", "name": "Bags that are larger, heavier or later than booked " * 3})
    desk.set_pack(intents=(intent, long))
    key = desk.take("what about this")
    page.goto(f"{desk.url}/conversations/{key}")
    page.locator("summary", has_text="Not right?").click()
    expect(page.locator(".again-label select").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_every_room_is_in_sight_on_a_small_laptop(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.url}/queue/waiting")
    last, below = page.locator(".rooms button").bounding_box(), page.locator(".machine").bounding_box()
    assert last is not None
    assert below is not None
    assert last["y"] + last["height"] <= below["y"]


def test_a_long_list_of_channels_leaves_no_gap_beside_it(desk: Desk, page: Page) -> None:
    known = desk.assistant.pack.channels[0]
    many = tuple(known.model_copy(update={"name": f"network_{number}"}) for number in range(14))
    desk.set_channels(known, *many)
    page.goto(f"{desk.url}/centre")
    expect(page.locator("[data-coming]")).to_have_count(0)
    cards = [page.locator(".card", has=page.get_by_role("heading", name=each)) for each in ("Channels", "Asked, and")]
    channels, lacking = (card.bounding_box() for card in cards)
    assert channels is not None
    assert lacking is not None
    assert lacking["y"] < channels["y"] + channels["height"]


def test_who_reads_a_message_again_is_told_what_that_does(desk: Desk, page: Page) -> None:
    key = desk.take("what about this")
    page.goto(f"{desk.url}/conversations/{key}")
    page.locator("summary", has_text="Not right?").click()
    expect(page.locator("form[action$=relabel]")).to_contain_text("from the next training on")
    page.get_by_label("It is about").select_option(index=1)
    page.get_by_role("button", name="Keep as an example").click()
    expect(page.locator(".toast")).to_contain_text("The assistant learns from it at the next training")
