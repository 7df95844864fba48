"""Two articles that say nearly the same become one, by a person's word; nothing either of them said is lost."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.kb.import_articles import write_article
from assistant.kb.new_pack import NewBrand, new_pack
from assistant.kb.pack import load_pack
from assistant.web.app import create_app
from assistant.workflows.keep_articles import keep_articles
from tests.builders import an_article

KEEP, OTHER = "bag-size", "bag-measures"
AT = f"/api/knowledge/articles/{KEEP}/merge/{OTHER}"
TEXT = """\
---
id: {id}
title: {title}
summary: A cabin bag may measure 55 x 40 x 20 cm.
valid_from: 2026-01-01
owner: desk
version: 1
{more}
---
# {title}

A cabin bag may measure 55 x 40 x 20 cm.

{body}
"""
MINE = TEXT.format(
    id=KEEP,
    title="Bag size",
    more="questions:\n  - How big may my cabin bag be?",
    body="Wheels count towards its height.",
)
THEIRS = TEXT.format(
    id=OTHER,
    title="Bag measures",
    more="""\
review_by: 2027-01-01
questions:
  - how big may my cabin bag be
  - Do wheels count?
replies:
  - for: [any]
    visibility: public
    text: A cabin bag may measure 55 x 40 x 20 cm with wheels.""",
    body="## At the gate\n\n- A bag that is too big travels in the hold.\n- Wheels count towards its height.",
)


@pytest.fixture
def wired(assistant: Assistant, tmp_path: Path) -> Assistant:
    new_pack(tmp_path, NewBrand(name="Skylark"))
    for name, text in ((KEEP, MINE), (OTHER, THEIRS)):
        (tmp_path / "articles" / f"{name}.md").write_text(text, encoding="utf-8")
    pack = load_pack(tmp_path)
    keep_articles(pack, store=assistant.require_store(), clock=assistant.clock)
    return replace(assistant, pack=pack, folder=tmp_path)


@pytest.fixture
def api(wired: Assistant) -> TestClient:
    return TestClient(create_app(wired))


def accept(api: TestClient, seen: str) -> tuple[int, str]:
    answer = api.post(AT, json={"seen": seen, "by": "ines"})
    return answer.status_code, answer.text


def edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / "articles" / f"{name}.md"
    assert old in path.read_text(encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_a_look_says_what_is_new_and_changes_nothing(api: TestClient, tmp_path: Path) -> None:
    found = api.get(AT).json()
    assert (found["refused"], found["questions"]) == ([], ["Do wheels count?"])
    assert [reply["text"][:20] for reply in found["replies"]] == ["A cabin bag may meas"]
    assert found["text"] == (
        "## Bag measures\n\n### At the gate\n\n"
        "- A bag that is too big travels in the hold.\n- Wheels count towards its height."
    )
    assert (tmp_path / "articles" / f"{KEEP}.md").read_text(encoding="utf-8") == MINE


def test_accepted_one_article_is_left_with_all_that_both_said(
    api: TestClient, wired: Assistant, tmp_path: Path
) -> None:
    status, _ = accept(api, api.get(AT).json()["seen"])
    assert status == 200
    pack = load_pack(tmp_path)
    (kept,) = [each for each in pack.articles if each.id in (KEEP, OTHER)]
    assert (kept.id, kept.version, str(kept.review_by)) == (KEEP, 2, "2027-01-01")
    assert kept.questions == ("How big may my cabin bag be?", "Do wheels count?")
    assert "travels in the hold" in kept.body
    assert kept.body.count("55 x 40 x 20 cm") == 1
    with wired.require_store().read() as look:
        brand = pack.brand.id
        assert KEEP in {each.article.id for each in look.current_articles(brand)}
        assert OTHER not in {each.article.id for each in look.current_articles(brand)}
        assert [each.article.version for each in look.article_versions(brand, article_id=KEEP)] == [2, 1]
        (gone,) = look.article_versions(brand, article_id=OTHER)
        (entry,) = [each for each in look.audit() if each.event == "articles_merged"]
    assert gone.withdrawn_at is not None
    assert (entry.actor, entry.subject, entry.facts) == ("ines", KEEP, f'{{"merged":"{OTHER}","version":2}}')
    again = keep_articles(pack, store=wired.require_store(), clock=wired.clock)
    assert (again.added, again.changed, again.withdrawn) == ((), (), ())
    assert api.get(AT).status_code == 404


def test_the_console_shows_a_merge_and_does_it(api: TestClient, tmp_path: Path) -> None:
    room = f"/knowledge/{KEEP}/merge/{OTHER}"
    shown = api.get(room).text
    assert "Do wheels count?" in shown
    assert "travels in the hold" in shown
    seen = re.search(r'name="seen" value="(\w+)"', shown)
    assert seen is not None
    edit(tmp_path, OTHER, "travels in the hold", "travels with freight")
    late = api.post(room, data={"seen": seen[1]})
    assert late.status_code == 409
    assert "look at the merge again" in late.text
    again = re.search(r'name="seen" value="(\w+)"', late.text)
    assert again is not None
    done = api.post(room, data={"seen": again[1]})
    assert "Made one." in done.text
    assert "travels with freight" in done.text
    assert "Version 2 is kept and is being taken up." in done.text
    assert not (tmp_path / "articles" / f"{OTHER}.md").exists()


def test_the_console_says_what_stands_in_the_way(api: TestClient, tmp_path: Path) -> None:
    edit(tmp_path, OTHER, "20 cm with wheels", "25 cm with wheels")
    room = f"/knowledge/{KEEP}/merge/{OTHER}"
    shown = api.get(room).text
    assert "This stands in the way" in shown
    assert "Make them one" not in shown
    assert api.post(room, data={"seen": "x"}).status_code == 409


def test_what_contradicts_and_what_is_alike_is_listed(api: TestClient, tmp_path: Path, wired: Assistant) -> None:
    edit(tmp_path, OTHER, "Bag measures", "Bag size")
    edit(tmp_path, OTHER, "height.", "height and also to 12 kg weight.")
    edit(tmp_path, KEEP, "height.", "height and also to 10 kg weight.")
    settings = wired.settings.model_copy(update={"data_dir": tmp_path / "data"})
    page = TestClient(create_app(replace(wired, settings=settings, pack=load_pack(tmp_path))))
    assert "/knowledge/health/found" in page.get("/knowledge/health").text
    found = page.get("/knowledge/health/found").text
    assert "They contradict each other" in found
    assert f"Bag size ({KEEP})" in found
    assert f"Bag size ({OTHER})" in found
    assert f"/knowledge/{KEEP}/merge/{OTHER}" in found or f"/knowledge/{OTHER}/merge/{KEEP}" in found


def test_what_was_changed_after_the_look_is_looked_at_again(api: TestClient, tmp_path: Path) -> None:
    seen = api.get(AT).json()["seen"]
    edit(tmp_path, OTHER, "travels in the hold", "stays at home")
    assert accept(api, seen)[0] == 409
    assert (tmp_path / "articles" / f"{OTHER}.md").exists()


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        (
            "- Wheels count towards its height.",
            "- Wheels do not count towards its height.",
            f"articles/{KEEP}.md:15: “Wheels count towards its height.” contra",
        ),
        ("20 cm with wheels", "25 cm with wheels", f"articles/{OTHER}.md:15: “A cabin bag may measure 55 x 40 x 25 cm"),
        ("owner: desk", "owner: desk\naudience: agents", f"articles/{OTHER}.md:7: make them the same"),
        ("owner: desk", "owner: desk\nstatus: draft", f"articles/{OTHER}.md:7: make them the same"),
        ("owner: desk", "owner: desk\nvalid_until: 2099-01-01", f"articles/{OTHER}.md:7: make them the same"),
        ("2026-01-01", "2099-01-01", f"articles/{OTHER}.md:5: valid_from: does not hold yet"),
    ],
)
def test_what_cant_both_hold_is_refused_with_its_place(
    api: TestClient, tmp_path: Path, old: str, new: str, place: str
) -> None:
    edit(tmp_path, OTHER, old, new)
    found = api.get(AT).json()
    assert any(place in reason for reason in found["refused"]), found["refused"]
    status, said = accept(api, found["seen"])
    assert status == 422
    assert place.split(" ")[0] in said
    assert (tmp_path / "articles" / f"{KEEP}.md").read_text(encoding="utf-8") == MINE
    assert (tmp_path / "articles" / f"{OTHER}.md").exists()


def test_what_a_source_would_bring_back_is_merged_at_the_source(api: TestClient, tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text("- name: centre\n  address: /some/folder\n", encoding="utf-8")
    found = an_article("bag-at-source", body="From elsewhere.").model_copy(update={"sources": ("page",)})
    write_article(tmp_path / "articles" / "centre" / "bag-at-source.md", found)
    (reason, *_) = api.get(f"/api/knowledge/articles/{KEEP}/merge/bag-at-source").json()["refused"]
    assert reason.startswith("articles/centre/bag-at-source.md:")
    assert "centre is read again" in reason


def test_an_article_is_not_merged_into_itself_or_into_none(api: TestClient) -> None:
    assert api.get(f"/api/knowledge/articles/{KEEP}/merge/{KEEP}").status_code == 422
    assert api.get(f"/api/knowledge/articles/{KEEP}/merge/none").status_code == 404
