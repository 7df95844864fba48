"""E-mail: a mailbox read by IMAP, with IDLE, and answers by SMTP."""

import asyncio
import email
import email.policy
import imaplib
import json
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from email.headerregistry import Address
from typing import Literal, NamedTuple

import aiosmtplib
from imap_tools import (
    AND,
    BaseMailBox,
    MailBox,
    MailBoxStartTls,
    MailBoxUnencrypted,
    MailMessageFlags,
)
from imap_tools.errors import ImapToolsError, MailboxFetchError, MailboxLoginError
from imap_tools.utils import check_command_status

from assistant.adapters.channels.email_text import answer_id, read_mail, write_answer
from assistant.domain.conversation import Reply
from assistant.domain.incoming import Attachment, Batch, Mentioned, Post, Probe, StoredPost
from assistant.domain.vocabulary import Visibility
from assistant.errors import ChannelBusy, ChannelRefuses, ChannelRefusesKey, ChannelUnavailable

DEADLINE_S = 3.5
"""For one step; the port promises to give up within 4 seconds."""
BATCH = 50
"""Mails one look takes; the next look goes on from there."""

LARGEST = 10_000_000
"""Bytes taken of one mail: words come before what is attached, and anybody may attach anything."""

_DAMAGE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What mails raise that no honest program wrote, as seen when headers were changed at random."""

Security = Literal["tls", "starttls", "none"]


class Server(NamedTuple):
    """Where a mail server is and how its line is protected; `none` is for this machine only."""

    host: str
    port: int
    security: Security


class _Place(NamedTuple):
    """The mailbox's own numbering, the last number read, and the day it was read on."""

    validity: int
    uid: int
    on: str


class Email:
    """Satisfies `Link`. The first look begins with mails that come after it; answers are kept in the folder `sent`.

    Several threads may use one of these: they take turns.
    """

    kind = "email"

    def __init__(
        self,
        *,
        imap: Server,
        smtp: Server,
        user: str,
        password: str,
        address: str,
        name: str,
        clock: Callable[[], datetime],
        sent: str = "Sent",
    ) -> None:
        self._imap = imap
        self._smtp = smtp
        self._user = user
        self._password = password
        self._from = Address(display_name=name, addr_spec=address)
        self._sent = sent
        self._clock = clock
        self._turn = threading.Lock()
        self._mailbox: BaseMailBox | None = None

    def read(self, cursor: str, *, wait_s: float = 0) -> Batch:
        with self._inbox() as inbox:
            place = _Place(*json.loads(cursor)) if cursor else None
            status = inbox.folder.status("INBOX", ["UIDVALIDITY", "UIDNEXT"])
            today = self._clock().date().isoformat()
            if place is None:
                return Batch(cursor=json.dumps(_Place(status["UIDVALIDITY"], status["UIDNEXT"] - 1, today)))
            uids = _waiting(inbox, place, status["UIDVALIDITY"])
            if not uids and wait_s >= 1 and inbox.idle.wait(timeout=int(wait_s)):
                uids = _waiting(inbox, place, status["UIDVALIDITY"])
            events = tuple(self._mentioned(inbox, uid, status["UIDVALIDITY"]) for uid in uids[:BATCH])
        last = uids[:BATCH][-1] if uids else place.uid if place.validity == status["UIDVALIDITY"] else 0
        return Batch(
            events=tuple(event for event in events if event is not None),
            cursor=json.dumps(_Place(status["UIDVALIDITY"], last, today)),
        )

    def send(self, reply: Reply, to: StoredPost) -> str:
        if "to" not in to.address or "@" not in to.address["to"]:
            raise ChannelRefuses("the mail names no address to answer to; nothing was sent")
        known = self.find(reply, to)
        if known is not None:
            return known
        try:
            mail = write_answer(reply, to, sender=self._from, at=self._clock())
            content = mail.as_bytes(policy=email.policy.SMTP)
            _deliver(content, mail["To"], self._from.addr_spec, self._smtp, self._login())
        except ValueError as broken:
            raise ChannelRefuses("the mail's own address can't be written to; nothing was sent") from broken
        with suppress(ChannelUnavailable), self._inbox() as inbox:
            if not inbox.folder.exists(self._sent):
                inbox.folder.create(self._sent)
            inbox.append(content, self._sent, flag_set=[MailMessageFlags.SEEN])
        return answer_id(reply, self._from)

    def find(self, reply: Reply, to: StoredPost) -> str | None:
        """Looks into the folder `sent`."""
        wanted = answer_id(reply, self._from)
        with self._inbox() as inbox:
            if not inbox.folder.exists(self._sent):
                return None
            try:
                inbox.folder.set(self._sent, readonly=True)
                return wanted if inbox.uids(f'HEADER Message-ID "{wanted}"') else None
            finally:
                inbox.folder.set("INBOX")

    def close(self) -> None:
        with self._turn:
            self._drop()

    def check(self) -> Sequence[Probe]:
        probes = []
        try:
            with self._inbox() as inbox:
                idle = "IDLE" in inbox.client.capabilities
            probes.append(Probe(what="mailbox", ok=True, detail=f"signed in at {self._imap.host}"))
            probes.append(Probe(what="push", ok=idle, detail="IDLE" if idle else "no IDLE: the mailbox is polled"))
        except ChannelUnavailable as problem:
            probes.append(Probe(what="mailbox", ok=False, detail=str(problem)))
        try:
            asyncio.run(_greet(self._smtp, self._login()))
            probes.append(Probe(what="sending", ok=True, detail=f"{self._smtp.host} takes mail"))
        except ChannelUnavailable as problem:
            probes.append(Probe(what="sending", ok=False, detail=str(problem)))
        return probes

    def _login(self) -> tuple[str, str] | None:
        """None where the sending server is this machine's own, which asks for nobody."""
        return None if self._smtp.security == "none" else (self._user, self._password)

    def _mentioned(self, inbox: BaseMailBox, uid: int, validity: int) -> Mentioned | None:
        """The mail of that number, left unread as people see it; None where somebody moved it away.

        One that can't be read is told of as such: those after it must come through.
        """
        try:
            content = _beginning(inbox, uid)
            if content is None:
                return None
            post = read_mail(email.message_from_bytes(content), own=self._from.addr_spec)
            if len(content) < LARGEST:
                return Mentioned(post=post)
            cut = Attachment(kind="other", description="the rest of a long mail; open it in the mailbox")
            return Mentioned(post=post.model_copy(update={"attachments": (*post.attachments, cut)}))
        except _DAMAGE:
            said = Attachment(kind="other", description="a mail that can't be read here; open it in the mailbox")
            number = f"{validity}-{uid}@unreadable"
            return Mentioned(post=Post(external_id=number, visibility=Visibility.PRIVATE, attachments=(said,)))

    @contextmanager
    def _inbox(self) -> Iterator[BaseMailBox]:
        """The signed-in mailbox, kept open between looks; thrown away where anything goes wrong with it."""
        with self._turn:
            try:
                if self._mailbox is None:
                    self._mailbox = _open(self._imap)
                    self._mailbox.login(self._user, self._password)
                yield self._mailbox
            except MailboxLoginError as refused:
                self._drop()
                raise ChannelRefusesKey(f"{self._imap.host} refuses user or password; set them anew") from refused
            except (ImapToolsError, imaplib.IMAP4.error, OSError) as broken:
                self._drop()
                raise ChannelUnavailable(
                    f"the mailbox at {self._imap.host} can't be used: {type(broken).__name__}; tried again later"
                ) from broken

    def _drop(self) -> None:
        mailbox, self._mailbox = self._mailbox, None
        if mailbox is not None:
            with suppress(Exception):
                mailbox.client.shutdown()


def _waiting(inbox: BaseMailBox, place: _Place, validity: int) -> list[int]:
    """Numbers not read yet, lowest first. A mailbox that was numbered anew is read again from the last day on."""
    if place.validity == validity:
        found = inbox.uids(f"UID {place.uid + 1}:*")  # a range with no mail in it still names the last one
        return sorted(uid for uid in map(int, found) if uid > place.uid)
    return sorted(map(int, inbox.uids(AND(date_gte=date.fromisoformat(place.on)))))


def _beginning(inbox: BaseMailBox, uid: int) -> bytes | None:
    """The mail as far as it is taken, unseen; None where it isn't there."""
    told = inbox.client.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{LARGEST}>)")
    check_command_status(told, MailboxFetchError)
    return next((bytes(part[1]) for part in told[1] if isinstance(part, tuple)), None)


def _open(server: Server) -> BaseMailBox:
    match server.security:
        case "tls":
            return MailBox(server.host, server.port, timeout=DEADLINE_S, ssl_context=ssl.create_default_context())
        case "starttls":
            return MailBoxStartTls(
                server.host, server.port, timeout=DEADLINE_S, ssl_context=ssl.create_default_context()
            )
        case "none":
            return MailBoxUnencrypted(server.host, server.port, timeout=DEADLINE_S)


def _deliver(mail: bytes, to: str, sender: str, server: Server, login: tuple[str, str] | None) -> None:
    async def deliver() -> None:
        async with _smtp(server, login) as smtp:
            await smtp.sendmail(sender, [to], mail)

    with _translated(server):
        asyncio.run(deliver())


async def _greet(server: Server, login: tuple[str, str] | None) -> None:
    with _translated(server):
        async with _smtp(server, login) as smtp:
            await smtp.noop()


def _smtp(server: Server, login: tuple[str, str] | None) -> aiosmtplib.SMTP:
    return aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        timeout=DEADLINE_S,
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
        username=login[0] if login else None,
        password=login[1] if login else None,
    )


@contextmanager
def _translated(server: Server) -> Iterator[None]:
    """What the sending server says, in our words: 4xx is patience, 5xx is final."""
    try:
        yield
    except aiosmtplib.SMTPAuthenticationError as refused:
        raise ChannelRefusesKey(f"{server.host} refuses user or password; set them anew") from refused
    except aiosmtplib.SMTPRecipientsRefused as refused:
        codes = [one.code for one in refused.recipients]
        raise _by_code(server, min(codes)) from refused
    except aiosmtplib.SMTPResponseException as refused:
        raise _by_code(server, refused.code) from refused
    except (aiosmtplib.SMTPException, OSError) as broken:
        raise ChannelUnavailable(
            f"{server.host} can't be used for sending: {type(broken).__name__}; tried again later"
        ) from broken


def _by_code(server: Server, code: int) -> ChannelUnavailable:
    if 400 <= code < 500:
        return ChannelBusy(server.host, 60)
    return ChannelRefuses(f"{server.host} refuses the mail with {code}; nothing was sent")
