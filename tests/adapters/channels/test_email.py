"""What one customer's mail can't do to the mailbox of all."""

from collections.abc import Iterator
from email import message_from_bytes
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

    client = SimpleNamespace(shutdown=lambda: None)
    folder = SimpleNamespace(
        status=lambda *_: {"UIDVALIDITY": 7, "UIDNEXT": 4}, exists=lambda _: False, create=lambda _: None
    )

    def login(self, *_: str) -> None: ...

    def uids(self, _: object) -> list[str]:
        return [str(uid) for uid in MAILS]

    def fetch(self, criteria: object, **_: bool) -> Iterator[SimpleNamespace]:
        uid = next(uid for uid in MAILS if str(uid) in str(criteria))
        yield SimpleNamespace(obj=message_from_bytes(MAILS[uid]))


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


@pytest.mark.parametrize("to", ['"=?utf-8?q?a=0D=0ABcc:_x=40y?="@b.example', "ä@x\r\ny.example"])
def test_an_address_that_cannot_be_written_to_is_refused(mailbox: Email, to: str) -> None:
    """The delivery crashed, and nobody knew whether it had gone out."""
    with pytest.raises(ChannelRefuses):
        mailbox.send(make_reply("t1", "c1"), kept("1@x", {"to": to}))
