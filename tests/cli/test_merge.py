"""`assistant knowledge merge`: shown first, done when accepted (a damaged index mended), refused with
the place."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.cli.care import knowledge
from assistant.kb.import_articles import write_article
from assistant.kb.new_pack import NewBrand, new_pack
from tests.builders import an_article


def test_two_become_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path / "data"))
    pack = tmp_path / "pack"
    new_pack(pack, NewBrand(name="Skylark"))
    articles = pack / "articles"
    for article in (an_article("bags"), an_article("bag", body="A strap is free.", questions=["How heavy?"])):
        write_article(articles / f"{article.id}.md", article)

    def merge(*more: str) -> tuple[int, list[str]]:
        words = ["merge", "bag", "bags", *more, "--knowledge", str(pack)]
        done = CliRunner().invoke(knowledge, words, standalone_mode=False, catch_exceptions=False)
        return done.return_value, done.output.splitlines()

    shown = ["question: How heavy?", "text: ## Cabin bag size", "text:", "text: A strap is free."]
    assert merge() == (0, [*shown, "nothing is changed yet; --accept does it"])
    done = "merged bag into bags, version 2; bag keeps its history"
    index = tmp_path / "data" / "index"
    index.mkdir(parents=True)
    (index / "assistant-index").write_text("an index of another version", encoding="utf-8")
    status, (*lines, mended) = merge("--accept")
    assert (status, lines) == (0, [*shown, done])
    assert mended.startswith("index built again: ")
    assert {path.suffix for path in index.iterdir()} == {"", ".json", ".lock"}
    assert [path.stem for path in sorted(articles.rglob("*.md")) if path.stem.startswith("bag")] == ["bags"]
    history = CliRunner().invoke(knowledge, ["history", "bag"], env={"ASSISTANT_KNOWLEDGE": str(pack)}).output
    assert history.startswith("v1  ")
    assert "until" in history
    write_article(articles / "bag.md", an_article("bag", body="The bag may weigh 12 kg."))
    status, lines = merge("--accept")
    assert status == 1
    assert lines[0].startswith("refused: articles/")
