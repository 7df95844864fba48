"""What somebody who guesses passwords gets: no wider door, nobody's name, and nobody else kept from work."""

import threading
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.web.console import rooms
from assistant.web.guesses import TRIES, WAIT
from tests.builders import QuickPasswords
from tests.desk_builders import SetClock
from tests.web.conftest import PASSWORD


class Counted(QuickPasswords):
    """Counts what costs time, and what others could write meanwhile."""

    def __init__(self, assistant: Assistant) -> None:
        super().__init__()
        self.costly = 0
        self.blocked = False
        self._store = assistant.require_store()

    def digest(self, password: str) -> str:
        self.costly += 1
        return super().digest(password)

    def holds(self, digest: str, password: str) -> bool:
        self.costly += 1
        writer = threading.Thread(target=self._store.check, daemon=True)
        writer.start()
        writer.join(1)
        self.blocked = writer.is_alive()
        return super().holds(digest, password)


@pytest.fixture
def passwords(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> Counted:
    made = Counted(assistant)
    monkeypatch.setattr(rooms, "build_passwords", lambda: made)
    return made


def sign_in(client: TestClient, name: str, password: str) -> int:
    answer = client.post("/login", data={"name": name, "password": password}, follow_redirects=False)
    return answer.status_code


def test_checking_a_password_keeps_nobody_from_writing(staffed: TestClient, passwords: Counted) -> None:
    """It was checked inside a transaction: a stranger who posted guesses stopped every write."""
    assert sign_in(staffed, "Ana", "wrong") == 403
    assert not passwords.blocked
    assert sign_in(staffed, "Ana", PASSWORD) == 303


def test_a_name_nobody_has_takes_as_long_as_a_wrong_password(staffed: TestClient, passwords: Counted) -> None:
    """It took twice as long, which told who is an agent here."""
    sign_in(staffed, "Ana", "wrong")
    known, passwords.costly = passwords.costly, 0
    sign_in(staffed, "Nobody", "wrong")
    assert passwords.costly == known == 1


def test_who_guesses_has_to_wait(staffed: TestClient, passwords: Counted, clock: SetClock) -> None:
    """As many as one liked could be tried."""
    for name in ("Ana", "Nobody"):
        assert {sign_in(staffed, name, f"guess {number}") for number in range(TRIES)} == {403}
    tried = passwords.costly
    for name in ("Ana", " Ana ", "Nobody"):
        refused = staffed.post("/login", data={"name": name, "password": PASSWORD})
        assert "wait" in refused.text
    assert passwords.costly == tried
    assert sign_in(staffed, "Sue", PASSWORD) == 303
    clock.now += WAIT + timedelta(seconds=1)
    assert sign_in(staffed, "Ana", PASSWORD) == 303


def test_the_right_password_forgets_the_wrong_ones(staffed: TestClient, passwords: Counted) -> None:
    for _ in range(3):
        assert {sign_in(staffed, "Ana", "wrong") for _ in range(TRIES - 1)} == {403}
        assert sign_in(staffed, "Ana", PASSWORD) == 303
