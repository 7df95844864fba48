"""What one customer's mail can't do to the mailbox of all."""

import re
from types import SimpleNamespace

import pytest

from assistant.adapters.channels import email as adapter
from assistant.adapters.channels.email import Email, Server
from assistant.domain.incoming import Mentioned
from assistant.errors import ChannelRefuses
from tests.adapters.channels.test_email_text import kept
from tests.desk_builders import NOW, make_reply

MAILS = {
    1: b"From: " + b"(" * 5000 + b"\r\n\r\nWhere is it?",
    2: b"From: a@x.example\r\nMessage-ID: <2@x>\r\nContent-Type: text/plain; charset*=utf\0''%41\r\n\r\nWhere is it?",
    3: b"From: a@x.example\r\nMessage-ID: <3@x>\r\n\r\nWhere is it?",
}


class Mailbox:
    """As much of a signed-in mailbox as reading takes."""

    def __init__(self) -> None:
        self.client = SimpleNamespace(shutdown=lambda: None, uid=self._fetched)

    folder = SimpleNamespace(
        status=lambda *_: {"UIDVALIDITY": 7, "UIDNEXT": 4}, exists=lambda _: False, create=lambda _: None
    )

    def login(self, *_: str) -> None: ...

    def uids(self, _: object) -> list[str]:
        return [str(uid) for uid in MAILS]

    def _fetched(self, command: str, uid: str, parts: str) -> tuple[str, list[object]]:
        """As a server tells it that takes `BODY.PEEK[]<0.N>`; a mail that was moved away isn't told of."""
        most = re.fullmatch(r"\(BODY\.PEEK\[\]<0\.(\d+)>\)", parts)
        assert command == "FETCH"
        assert most is not None
        if int(uid) not in MAILS:
            return "OK", [None]
        return "OK", [(b"1 (UID 1 BODY[]<0> {1}", MAILS[int(uid)][: int(most[1])]), b")"]


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Email:
    monkeypatch.setattr(adapter, "_open", lambda _: Mailbox())
    here = Server("127.0.0.1", 1, "none")
    return Email(imap=here, smtp=here, user="u", password="p", address="care@x.example", name="Care", clock=lambda: NOW)


def test_a_mail_that_cannot_be_read_is_told_of_and_those_after_it_come_through(mailbox: Email) -> None:
    """The mailbox stood still for ever: each look ended at the same mail."""
    batch = mailbox.read('[7, 0, "2026-01-01"]')
    posts = [event.post for event in batch.events if isinstance(event, Mentioned)]
    assert [post.external_id for post in posts] == ["7-1@unreadable", "7-2@unreadable", "3@x"]
    assert "can't be read" in posts[0].words()
    assert posts[2].text == "Where is it?"
    assert batch.cursor.startswith("[7, 3,")


def test_of_a_long_mail_the_beginning_is_taken(mailbox: Email, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody could have a worker load whatever they attached, of fifty mails in one look."""
    monkeypatch.setattr(adapter, "LARGEST", 200)
    head = b"From: a@x.example\r\nMessage-ID: <1@x>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    words = b"--b\r\nContent-Type: text/plain\r\n\r\nWhere is it?\r\n--b\r\nContent-Type: image/png\r\n\r\n"
    monkeypatch.setitem(MAILS, 1, head + words + b"A" * 10_000)
    event = mailbox.read('[7, 0, "2026-01-01"]').events[0]
    assert isinstance(event, Mentioned)
    assert event.post.text == "Where is it?"
    assert "open it in the mailbox" in event.post.words()


def test_a_mail_that_was_moved_away_is_none(mailbox: Email, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Mailbox, "uids", lambda self, _: ["3", "4"])
    assert len(mailbox.read('[7, 0, "2026-01-01"]').events) == 1


@pytest.mark.parametrize("to", ['"=?utf-8?q?a=0D=0ABcc:_x=40y?="@b.example', "ä@x\r\ny.example"])
def test_an_address_that_cannot_be_written_to_is_refused(mailbox: Email, to: str) -> None:
    """The delivery crashed, and nobody knew whether it had gone out."""
    with pytest.raises(ChannelRefuses):
        mailbox.send(make_reply("t1", "c1"), kept("1@x", {"to": to}))
