"""What every channel promises."""

import json
import resource
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.adapters.channels.file_drop import FileDrop
from assistant.errors import ChannelUnavailable
from tests.desk_builders import make_reply


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "outgoing"


def test_a_reply_is_posted_once_and_found_again(folder: Path) -> None:
    channel = FileDrop("x", folder)
    reply = make_reply("t-1", "c-1")
    assert channel.find("k1") is None
    sent_id = channel.send(reply)
    assert channel.send(reply) == sent_id
    assert channel.find("k1") == sent_id
    assert FileDrop("x", folder).find("k1") == sent_id
    (line,) = (folder / "x.jsonl").read_text().splitlines()
    posted = json.loads(line)
    assert (posted["id"], posted["delivery_key"], posted["in_reply_to"]) == (sent_id, "k1", "1")
    assert posted["text"] == reply.text


def test_two_processes_on_one_file_see_each_others_posts(folder: Path) -> None:
    one, two = FileDrop("x", folder), FileDrop("x", folder)
    reply = make_reply("t-1", "c-1")
    assert one.find("k1") is None
    assert one.send(reply) == two.send(reply)
    assert len((folder / "x.jsonl").read_text().splitlines()) == 1


def test_a_line_cut_short_by_a_crash_is_not_a_post(folder: Path) -> None:
    channel = FileDrop("x", folder)
    channel.send(make_reply("t-1", "c-1", key="k1"))
    with (folder / "x.jsonl").open("a") as file:
        file.write('{"id": "x-9", "delivery_key": "k2", "te')
    restarted = FileDrop("x", folder)
    assert restarted.find("k2") is None
    restarted.send(make_reply("t-2", "c-1", key="k2"))
    restarted.send(make_reply("t-3", "c-1", key="k3"))
    assert FileDrop("x", folder).find("k2") == restarted.find("k2")
    assert len({channel.find(key) for key in ("k1", "k2", "k3")}) == 3


def test_many_threads_post_whole_lines(folder: Path) -> None:
    channels = [FileDrop("x", folder) for _ in range(4)]

    def post(channel: FileDrop) -> None:
        for number in range(10):
            channel.send(make_reply("t", "c", key=str(number)))

    threads = [threading.Thread(target=post, args=(channel,)) for channel in channels]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    keys = [json.loads(line)["delivery_key"] for line in (folder / "x.jsonl").read_text().splitlines()]
    assert sorted(keys) == [str(number) for number in range(10)]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ChannelUnavailable, match="channel x can't be used: File exists"):
        FileDrop("x", tmp_path / "file").send(make_reply("t-1", "c-1"))


@pytest.fixture
def file_limit() -> Iterator[Callable[[int], None]]:
    """Lets no file of this process grow beyond so many bytes: a disk that fills up in the middle of a line."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_fills_up_leaves_no_half_line(folder: Path, file_limit: Callable[[int], None]) -> None:
    channel = FileDrop("x", folder)
    channel.send(make_reply("t-1", "c-1", key="k1"))
    whole = (folder / "x.jsonl").read_bytes()
    file_limit(len(whole) + 20)
    with pytest.raises(ChannelUnavailable, match="File too large"):
        channel.send(make_reply("t-2", "c-1", key="k2"))
    assert (folder / "x.jsonl").read_bytes() == whole
    assert channel.find("k2") is None
    file_limit(len(whole) + 10_000)
    assert channel.send(make_reply("t-2", "c-1", key="k2")) == FileDrop("x", folder).find("k2")
