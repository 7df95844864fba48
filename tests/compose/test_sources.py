"""A folder is read file by file; what is hidden in it is no source, what can't be read is named."""

from pathlib import Path

from assistant.compose.sources import read_source


def test_hidden_folders_are_left_alone_and_dead_links_named(tmp_path: Path) -> None:
    (tmp_path / "sub" / ".git").mkdir(parents=True)
    (tmp_path / "sub" / ".git" / "config").write_text("x", encoding="utf-8")
    (tmp_path / "sub" / "fees.md").write_text("# Fees\n\nNone.", encoding="utf-8")
    (tmp_path / "dead.md").symlink_to(tmp_path / "nothing.md")
    (tmp_path / "logo.png").write_bytes(b"x")
    reading = read_source(str(tmp_path))
    assert [(each.key, each.origin) for each in reading.articles] == [("sub/fees.md", "sub/fees.md")]
    assert {(Path(each.place).name, each.hides_others) for each in reading.unreadable} == {
        ("dead.md", False),
        ("logo.png", False),
    }


def test_a_row_keeps_its_key_when_others_come(tmp_path: Path) -> None:
    rows = "question,answer\nHow much?,Ten.\n"
    (tmp_path / "faq.csv").write_text(rows, encoding="utf-8")
    (alone,) = read_source(str(tmp_path)).articles
    (tmp_path / "faq.csv").write_text(f"{rows}How long?,Two days.\n", encoding="utf-8")
    assert alone.key in {each.key for each in read_source(str(tmp_path)).articles}
