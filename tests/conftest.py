"""What every test gets: no network unless it asks for it."""

import socket

import hypothesis
import pytest

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


def _refuse(self: socket.socket, address: object) -> None:
    raise RuntimeError(f"a test without the mark `network` tried to connect to {address}")
