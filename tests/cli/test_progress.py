"""How far a command is: lines in a log, a bar on a terminal, nothing where nobody asked."""

import io
import sys

import pytest

from assistant.cli import progress
from assistant.cli.progress import busy, progress_bar


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(progress, "monotonic", clock)
    return clock


def test_a_log_gets_a_line_every_five_seconds_and_the_last(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar("texts", None, forced=True) as advance:
        for _ in range(8):
            advance(10, 80)
            clock.now += 2
    assert capsys.readouterr().err == "texts 10/80\ntexts 40/80\ntexts 70/80\ntexts 80/80\n"


def test_without_a_total_lines_say_what_is_done(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar("rows", None, forced=True) as advance:
        advance(3)
        advance(4)
    assert capsys.readouterr().err == "rows 3\nrows 7\n"


def test_nobody_asked(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar("texts", 3, forced=False) as advance:
        advance(3)
    assert capsys.readouterr().err == ""


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("made", "shown"), [(_Terminal, True), (io.StringIO, False)])
def test_what_takes_long_without_steps_says_what_it_does(
    made: type[io.StringIO], shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", terminal := made())
    monkeypatch.setenv("TERM", "xterm")
    with busy("comparing 12 articles"):
        pass
    assert ("comparing 12 articles" in terminal.getvalue()) is shown
