"""A folder is read file by file; what is hidden in it is no source, what can't be read is named."""

from pathlib import Path

from assistant.compose.sources import import_into, read_source
from assistant.kb.new_pack import NewBrand, new_pack
from assistant.kb.pack import load_pack


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


def test_what_makes_no_article_is_named_and_leaves_the_pack_whole(tmp_path: Path) -> None:
    new_pack(tmp_path / "pack", NewBrand(name="Skylark"))
    rows = '{"question": "How?", "answer": "So.", "questions": [null, "", "Why?"]}\n'
    files = {
        "signs.txt": "\x01\x02",
        "late.md": "---\nvalid_from: 2026-03-01\nvalid_until: 2026-02-01\n---\nText.",
        "faq.jsonl": rows,
    }
    (tmp_path / "pages").mkdir()
    for name, text in files.items():
        (tmp_path / "pages" / name).write_text(text, encoding="utf-8")
    _, unread = import_into(str(tmp_path / "pages"), tmp_path / "pack", area="faq", audience="public", approved=True)
    assert {(each.place, each.reason.partition(" (")[0]) for each in unread} == {
        ("signs.txt", "holds no text that can be read"),
        ("late.md", "can't be read: valid_until"),
    }
    (article,) = load_pack(tmp_path / "pack").articles
    assert article.questions == ("How?", "Why?")
