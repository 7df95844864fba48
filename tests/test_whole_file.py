import stat
import threading
from pathlib import Path

import pytest

from assistant.errors import Infrastructure
from assistant.whole_file import replace_file

LONG = 400_000


def test_several_at_once_leave_one_whole_file_and_none_of_them_fails(tmp_path: Path) -> None:
    path, problems = tmp_path / "vectors.npz", list[Exception]()
    wanted = [letter * LONG for letter in (b"a", b"b", b"c", b"d")]
    replace_file(path, wanted[0])
    stop = threading.Event()

    def write(content: bytes) -> None:
        while not stop.is_set():
            try:
                replace_file(path, content)
            except Infrastructure as problem:
                problems.append(problem)
                return

    writers = [threading.Thread(target=write, args=(content,)) for content in wanted]
    for writer in writers:
        writer.start()
    seen = {path.read_bytes() for _ in range(100)}
    stop.set()
    for writer in writers:
        writer.join()
    assert problems == []
    assert seen <= set(wanted)
    assert [each.name for each in tmp_path.iterdir()] == ["vectors.npz"]


def test_whoever_could_read_the_old_file_can_read_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "channels.yaml"
    path.write_text("[]")
    path.chmod(0o664)
    replace_file(path, b"[1]")
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("[1]", 0o664)


def test_what_cannot_be_written_leaves_the_old_file_and_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Infrastructure, match=r"file/model\.npz can't be written: .*; choose another --out"):
        replace_file(tmp_path / "file" / "model.npz", b"x", remedy="choose another --out")
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
