"""The rooms beside the queue: articles are written where they are read, colleagues called, messages read again."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from assistant.compose import utc_now
from assistant.desk.identity import join
from assistant.domain.agent import Role
from assistant.domain.person import Handle
from tests.browser.conftest import NewPage
from tests.browser.desk import Desk
from tests.browser.second_looks import contradict
from tests.browser.test_together import sign_in


def test_an_article_is_tried_while_it_is_written_and_kept(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.url}/knowledge")
    page.get_by_role("link", name="Bag size").click()
    page.get_by_role("link", name="Edit", exact=True).click()
    source = page.locator("#source")
    expect(page.locator("#trial h2").first).to_have_text("Bag size")
    text = source.input_value()
    source.fill(text.replace("title: Bag size\n", ""))
    expect(page.locator("#trial")).to_contain_text("title")
    expect(page.locator("#trial h2").first).to_have_text("Not readable yet")
    source.fill(text + "\nMusical instruments count as a cabin bag.\n")
    expect(page.locator("#trial .body")).to_contain_text("Musical instruments")
    page.locator("#questions").fill("May I take my violin?")
    expect(page.locator("#asked")).to_contain_text("May I take my violin?")
    page.get_by_role("button", name="Keep as the next version").click()
    expect(page.locator(".toast")).to_contain_text("Kept as the next version")
    expect(page.locator(".article .body")).to_contain_text("Musical instruments")
    expect(page.locator(".article .notice")).to_contain_text("Version 2 is kept and is being taken up")
    desk.take_up()
    expect(page.locator(".article .notice")).to_contain_text("Version 2 is in use from")
    expect(page.locator("#since-2")).to_contain_text("UTC")


def test_two_articles_become_one(desk: Desk, page: Page) -> None:
    desk.write_twin("A cabin bag may measure 55 x 40 x 20 cm.\n\nWheels count towards its height.")
    page.goto(f"{desk.url}/knowledge")
    page.get_by_role("link", name="Conflicts").click()
    page.get_by_role("link", name="Look at them as one").click()
    expect(page.locator("h1")).to_contain_text("into")
    page.get_by_role("link", name="The other way round").click()
    expect(page).to_have_url(re.compile("/knowledge/bag-size/merge/bag-measures"))
    expect(page.locator(".taken")).to_contain_text("Wheels count towards its height.")
    page.get_by_role("button", name="Make them one").click()
    expect(page.locator(".toast")).to_contain_text("Made one")
    expect(page.locator(".article .body")).to_contain_text("Wheels count towards its height.")
    desk.renew()
    page.goto(f"{desk.url}/knowledge/health")
    expect(page.locator(".found")).to_contain_text("They agree")


def test_articles_that_contradict_each_other_are_not_merged(desk: Desk, page: Page) -> None:
    contradict(desk, page, "It may weigh 12 kg in the cabin.")
    expect(page.locator(".found")).to_contain_text("They contradict each other")
    expect(page.locator(".found")).to_contain_text("It may weigh 12 kg in the cabin.")
    page.get_by_role("link", name="Look at them as one").click()
    expect(page.locator(".merge")).to_contain_text("This stands in the way")
    expect(page.get_by_role("button", name="Make them one")).to_have_count(0)


def test_an_edited_draft_becomes_a_case(desk: Desk, page: Page) -> None:
    key = desk.take("what about this, mail me at jo@example.com")
    page.goto(f"{desk.url}/conversations/{key}")
    page.locator("#text").fill("A cabin bag may measure 55 x 40 x 20 cm and weigh 8 kg.")
    page.locator("[data-send]").click()
    expect(page.locator(".toast")).to_contain_text("goes out")
    page.goto(f"{desk.url}/conversations/{key}")
    page.get_by_role("button", name="Propose a case").click()
    proposed = page.locator("section[aria-label='The proposed case']")
    expect(proposed.locator("dt", has_text="Must say").locator("+ dd")).to_have_text("8 kg")
    expect(proposed).to_contain_text("what about this, mail me at")
    expect(proposed).not_to_contain_text("jo@example.com")
    expect(page.locator("section[aria-label='Changed or pulled back'] .mark")).to_have_text("proposed")


def test_new_wording_is_offered_by_another_process_at_once(desk: Desk, page: Page, tmp_path: Path) -> None:
    other = Desk(tmp_path / "store.db")
    key = other.take("what about this")
    page.goto(f"{desk.url}/knowledge/bag-size/edit")
    page.locator("#source").fill(page.locator("#source").input_value().replace("Bags: 55 x 40", "All bags: 55 x 40"))
    page.get_by_role("button", name="Keep as the next version").click()
    expect(page.locator(".toast")).to_contain_text("Kept as the next version")
    other.renew()
    page.goto(f"{other.url}/conversations/{key}")
    page.locator("[data-open-answers]").click()
    expect(page.locator("#found button").first).to_contain_text("All bags: 55 x 40 x 20 cm.")
    other.stop()


def test_a_colleague_is_called_while_their_page_is_open(desk: Desk, new_page: NewPage) -> None:
    key = desk.take("what about this")
    for name in ("Ana", "Ben"):
        desk.add_agent(name, Role.AGENT)
    ana, ben = new_page(), new_page()
    sign_in(ana, desk, "Ana")
    sign_in(ben, desk, "Ben")
    ben.goto(f"{desk.url}/queue/waiting")
    ana.goto(f"{desk.url}/conversations/{key}")
    ana.locator("#note").fill("@ben is this the right size?")
    ana.get_by_role("button", name="Keep note").click()
    ben.get_by_role("link", name="Called for you").click()
    expect(ben.locator(".log")).to_contain_text("is this the right size?")
    ben.get_by_role("link", name="Open the conversation").click()
    expect(ben.locator(".notes ol")).to_contain_text("is this the right size?")
    expect(ben.get_by_role("link", name="Called for you")).to_have_count(0)


def test_a_name_is_chosen_from_those_there_are(desk: Desk, new_page: NewPage) -> None:
    key = desk.take("what about this")
    for name in ("Ana Bauer", "Ben Adler", "Bea Lund", "Cem"):
        desk.add_agent(name, Role.AGENT)
    page = new_page()
    sign_in(page, desk, "Ana Bauer")
    page.goto(f"{desk.url}/conversations/{key}")
    page.keyboard.press("n")
    page.keyboard.type("mail me at desk@")
    offered = page.locator("#names [role=option]:visible")
    expect(offered).to_have_count(0)
    page.keyboard.type(" or ask @be")
    expect(offered).to_have_text(["Bea Lund", "Ben Adler"])
    page.keyboard.press("ArrowDown")
    expect(page.locator("#names [aria-selected=true]")).to_have_text("Ben Adler")
    page.keyboard.press("Escape")
    expect(offered).to_have_count(0)
    page.keyboard.type("n")
    expect(offered).to_have_text(["Ben Adler"])
    page.keyboard.press("Enter")
    expect(page.locator("#note")).to_have_value("mail me at desk@ or ask @Ben Adler ")
    page.keyboard.type("and @lu")
    page.get_by_role("option", name="Bea Lund").click()
    page.keyboard.type("please")
    expect(page.locator("#note")).to_have_value("mail me at desk@ or ask @Ben Adler and @Bea Lund please")
    page.get_by_role("button", name="Keep note").click()
    for name in ("Ben Adler", "Bea Lund"):
        called = new_page()
        sign_in(called, desk, name)
        called.goto(f"{desk.url}/calls")
        expect(called.locator(".log")).to_contain_text("or ask @Ben Adler")


def test_what_people_say_beside_a_draft(desk: Desk, page: Page) -> None:
    key = desk.take("what about this")
    page.goto(f"{desk.url}/conversations/{key}")
    page.locator("summary", has_text="Not right?").click()
    page.get_by_label("It is about").select_option("oos")
    page.get_by_role("button", name="Keep as an example").click()
    expect(page.locator(".toast")).to_contain_text("Kept as an example")
    page.locator("summary", has_text="They proved who they are").click()
    page.get_by_label("By what?").fill("reference and name")
    page.get_by_role("button", name="Verified").click()
    expect(page.locator(".why")).to_contain_text("verified by console")
    page.goto(f"{desk.url}/quality")
    page.get_by_role("button", name="Take back").click()
    expect(page.locator(".undone")).to_contain_text("taken back by console")


def test_an_expert_is_asked_and_the_answer_becomes_the_draft(desk: Desk, page: Page) -> None:
    key = desk.take("what about this, mail me at jo@example.com")
    page.goto(f"{desk.url}/conversations/{key}")
    page.keyboard.press("Shift+X")
    page.keyboard.type("engineering")
    page.keyboard.press("Tab")
    page.keyboard.type("Does this fit? Asked by jo@example.com")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Asked.")
    asked = page.locator("#experts li")
    expect(asked).to_contain_text("console asked engineering")
    expect(asked).not_to_contain_text("jo@example.com")
    asked.get_by_label("What engineering said").fill("It fits if it is 55 x 40 x 20 cm.")
    asked.get_by_role("button", name="Make it the draft").click()
    expect(page.locator("#text")).to_have_value("It fits if it is 55 x 40 x 20 cm.")
    expect(page.locator("#editor > label")).to_contain_text("Draft by expert engineering")


def test_the_person_card_names_other_accounts_and_the_wish_for_no_machine(desk: Desk, page: Page) -> None:
    key = desk.take("what about this", handle="@ann")
    with desk.assistant.require_store().begin() as tx:
        own, other = Handle(channel="x", handle="ann"), Handle(channel="email", handle="ann@example.com")
        join(tx, own, other, confidence=1, why="said so", consent="by phone", by="b", brand_id="skylark", at=utc_now())
        tx.opt_out("skylark", "x", "@ann", at=utc_now())
    page.goto(f"{desk.url}/conversations/{key}")
    expect(page.locator(".why")).to_contain_text("ann@example.com email")
    expect(page.locator(".why")).to_contain_text("wants no automatic answers")
