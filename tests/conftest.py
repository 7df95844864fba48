"""What every test gets: no network unless it asks for it, and logs as they were before whatever a command set."""

import socket
from collections.abc import Iterator

import hypothesis
import pytest
import structlog

hypothesis.settings.register_profile("patient", deadline=None)  # a busy machine is slow, not wrong
hypothesis.settings.load_profile("patient")


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
