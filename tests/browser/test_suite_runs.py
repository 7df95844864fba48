"""Suites are run from their page, which follows by itself, ends on the run's page, and is compared from there; a good
reply becomes a case of one.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from assistant.adapters.followed_file import SuiteRunFile
from assistant.compose import models_dir, suite_runs
from assistant.domain.agent import Role
from assistant.domain.suite_run import SuiteRun
from assistant.evals.suite import load_suite
from tests.browser.conftest import NewPage
from tests.browser.desk import Desk
from tests.browser.second_looks import open_one
from tests.browser.test_together import sign_in
from tests.web.test_quality_room import a_run
from tests.web.test_suite_runs import finish, write_suite

PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture
def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[SuiteRun]:
    """Two suites where the service runs, and the runs that would go on in processes of their own."""
    monkeypatch.chdir(tmp_path)
    write_suite(tmp_path, "bags", 3)
    write_suite(tmp_path, "pets", 2)
    runs: list[SuiteRun] = []
    monkeypatch.setattr(suite_runs, "start", lambda work, settings, models, run: runs.append(run))
    return runs


@pytest.fixture
def file(desk: Desk) -> SuiteRunFile:
    return SuiteRunFile(models_dir(desk.assistant.settings, desk.assistant.pack))


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Desk]:
    """A desk whose replies go out at once."""
    served = Desk(tmp_path / "quick.db", undo_s=0)
    yield served
    served.stop()


def test_qa_runs_a_suite_and_lands_on_what_its_gates_say(
    desk: Desk, page: Page, begun: list[SuiteRun], file: SuiteRunFile, tmp_path: Path
) -> None:
    desk.add_agent("Quinn", Role.QA)
    a_run(tmp_path / "evals/runs/20260101T000000Z", passed=True, named="pets")
    sign_in(page, desk, "Quinn")
    page.goto(f"{desk.url}/quality/runs")
    page.get_by_text("All 2 suites, 5 cases").press("Enter")
    page.get_by_role("checkbox", name="pets").press("Space")
    page.get_by_role("button", name="Run suites").press("Enter")
    expect(page.get_by_role("progressbar", name="Run of suites")).to_be_visible()
    (run,) = begun
    assert run.suites == ("pets",)
    file.write(run.model_copy(update={"done": 1}))
    expect(page.locator("#suites")).to_contain_text("1 of 2 cases")
    finish(run, file, passed=False)
    expect(page.locator("#verdict")).to_contain_text("of 2 gates failed")
    expect(page.locator("#said")).to_contain_text("The run ended.")
    page.get_by_role("link", name="Compare with the run before").press("Enter")
    expect(page.locator("#changed")).to_contain_text("critical cases broke: pets/case-0")
    page.go_back()
    expect(page.locator("#verdict")).to_be_visible()
    page.keyboard.press("u")
    expect(page).to_have_url(f"{desk.url}/quality/runs")


def test_a_run_is_seen_by_colleagues_and_ended_on_a_phone(
    desk: Desk, new_page: NewPage, begun: list[SuiteRun], file: SuiteRunFile
) -> None:
    here, there = new_page(), new_page()
    here.set_viewport_size(PHONE)
    for each in (here, there):
        each.goto(f"{desk.url}/quality/runs")
    here.get_by_role("button", name="Run suites").click()
    expect(here.get_by_role("progressbar", name="Run of suites")).to_be_visible()
    assert here.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    there.get_by_role("button", name="Run suites").click()
    expect(there.get_by_role("alert")).to_contain_text("No run was started.")
    expect(there.locator("#suites")).to_contain_text("0 of 5 cases")
    here.get_by_role("button", name="End it").click()
    expect(here.locator("#suites")).to_contain_text("It ends at its next step.")
    file.write(begun[0].model_copy(update={"ended_at": begun[0].started_at, "problem": "console ended it"}))
    for each in (here, there):
        expect(each.locator("#suites")).to_contain_text("came to nothing: console ended it")
    here.get_by_role("link", name="Run suites again").click()
    expect(here.get_by_role("button", name="Run suites")).to_be_visible()
    assert here.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert len(begun) == 1


def test_a_reply_sent_unchanged_becomes_a_case_of_a_suite_by_keyboard(
    quick: Desk, page: Page, begun: list[SuiteRun], tmp_path: Path
) -> None:
    key = open_one(quick, page, "quoting: what may I take on board?", 1)
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_have_text("All waiting")
    quick.deliver()
    page.goto(f"{quick.url}/conversations/{key}")
    page.get_by_role("button", name="Good: propose a case").press("Enter")
    proposed = page.get_by_role("status", name="The proposed case")
    expect(proposed).to_contain_text("A draft an agent sent unchanged")
    expect(proposed.get_by_role("link", name="bag-size")).to_be_visible()
    page.locator("summary", has_text="what may I take on board").press("Enter")
    page.get_by_label("Suite").select_option("pets")
    page.get_by_role("button", name="Move into the suite").press("Enter")
    expect(page.locator(".toast")).to_contain_text("It is a case of that suite now.")
    *_, case = load_suite(tmp_path / "evals/suites/pets").cases
    assert [each.type for each in case.assertions][:2] == ["care:route", "care:cites"]
    assert begun == []
