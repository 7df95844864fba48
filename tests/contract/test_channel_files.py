"""The contract of channels over a folder, and what is particular to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.domain.incoming import Mentioned
from tests.contract.channel_promises import QUESTION, ChannelPromises, Desk
from tests.rigs.files import FilesRig


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[FilesRig]:
    rig = FilesRig(tmp_path / "care")
    yield rig
    rig.link.close()


class TestFiles(ChannelPromises):
    pass


def test_a_line_is_read_when_it_is_whole_and_one_nobody_can_read_stops_nothing(tmp_path: Path) -> None:
    rig = FilesRig(tmp_path)
    file = tmp_path / "in" / "messages.jsonl"
    file.write_text("no json\n\n")
    said = rig.say(QUESTION)
    whole = file.read_text()
    file.write_text(whole[:-5])
    cursor = rig.link.read("").cursor
    file.write_text(whole)
    (event,) = rig.link.read(cursor).events
    assert isinstance(event, Mentioned)
    assert event.post.external_id == said


def test_a_message_that_was_taken_back_is_forgotten_and_not_answered(tmp_path: Path) -> None:
    rig = FilesRig(tmp_path)
    desk = Desk(rig)
    said = rig.say(QUESTION)
    desk.hear()
    rig.take_back(said)
    desk.hear()
    assert [mention.text for mention in desk.mentions()] == [""]
    desk.store.close()


def test_a_check_says_that_there_is_no_folder(tmp_path: Path) -> None:
    rig = FilesRig(tmp_path)
    assert [probe.ok for probe in rig.link.check()] == [True]
    (tmp_path / "in").rmdir()
    assert [probe.ok for probe in rig.link.check()] == [False]
