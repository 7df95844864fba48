"""A model is trained from its page, which follows by itself, and put in place by a person."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assistant.adapters.followed_file import TrainingFile
from assistant.compose import models_dir, training, utc_now
from assistant.domain.training import Training
from assistant.learning import versions
from tests.browser.desk import Desk
from tests.web.test_quality_room import two_models


def test_a_training_is_followed_and_its_model_put_in_place(
    desk: Desk, page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Training] = []
    monkeypatch.setattr(training, "start", lambda work, settings, knowledge, folder, started: begun.append(started))
    folder = models_dir(desk.assistant.settings, desk.assistant.pack)
    older, newer = two_models(desk.assistant, tmp_path)
    versions.restore(folder, older)
    page.goto(f"{desk.url}/quality")
    page.get_by_role("button", name="Train now").click()
    expect(page.locator("#training")).to_contain_text("The model in use serves on.")
    expect(page.get_by_role("progressbar", name="Training")).to_be_visible()
    (started,) = begun
    file = TrainingFile(folder)
    file.write(started.model_copy(update={"steps": 7, "total": 20}))
    expect(page.locator("#training")).to_contain_text("7 of 20 steps")
    file.write(started.model_copy(update={"steps": 21, "ended_at": utc_now(), "model": newer}))
    expect(page.locator("#training")).to_contain_text(f"Model {newer} waits.")
    expect(page.locator("#training")).to_contain_text("8 examples instead of 6")
    page.get_by_role("button", name="Put it in place", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("Put in place: it judges the next mention.")
    standing = {each.fingerprint: each.standing for each in versions.versions(folder)}
    assert standing == {newer: "in use", older: "set aside"}
