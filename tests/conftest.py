"""What every test gets: no network unless it asks for it, logs as they were before whatever a command set, and files
that lie in memory."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import structlog

hypothesis.settings.register_profile("patient", deadline=None)  # a busy machine is slow, not wrong
hypothesis.settings.load_profile("patient")

MEMORY = Path("/dev/shm")  # noqa: S108  # no file of a fixed name is made there
ROOM = 4 * 2**30
"""Both workers of a whole run, with room to spare; Docker gives a container 64 MB unless it is asked."""


def pytest_configure() -> None:
    """Files of tests lie in memory where a machine has the room for it, unless TMPDIR says where: a database waits for
    a disk after every change, and on a slow disk that was half of the run's time."""
    if tempfile.gettempdir() != "/tmp" or not os.access(MEMORY, os.W_OK):  # noqa: S108
        return
    if shutil.disk_usage(MEMORY).free > ROOM:
        tempfile.tempdir = str(MEMORY)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--peers", action="store_true", help="run the tests in tests/peers against real servers")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.node.get_closest_marker("network") is None:
        monkeypatch.setattr(socket.socket, "connect", _refuse)
        monkeypatch.setattr(socket.socket, "connect_ex", _refuse)
    return


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """A command that runs in the test's own process sets the level for all that follow."""
    before = structlog.get_config() if structlog.is_configured() else None
    yield
    if before is None:
        structlog.reset_defaults()
    else:
        structlog.configure(**before)


def _refuse(self: socket.socket, address: object) -> None:
    raise RuntimeError(f"a test without the mark `network` tried to connect to {address}")
