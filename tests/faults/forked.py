"""Processes of an installation, forked from one that has imported it, so that a start imports nothing again.

Whoever measures how soon a process is back starts it afresh instead.
"""

import multiprocessing
import os
from collections.abc import Sequence
from pathlib import Path

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.faults.process"])


class Forked:
    """As `subprocess.Popen`, as far as a field needs it. What it says goes to the end of `log`."""

    def __init__(self, arguments: Sequence[str], log: Path) -> None:
        self._process = _CONTEXT.Process(target=_run, args=(tuple(arguments), log), daemon=True)
        self._process.start()

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self) -> int | None:
        self._process.join()
        return self._process.exitcode

    def kill(self) -> None:
        self._process.kill()


def _run(arguments: Sequence[str], log: Path) -> None:
    from tests.faults.process import main

    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(out, 1)
    os.dup2(out, 2)
    main(arguments)
