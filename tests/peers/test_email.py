"""E-mail against Dovecot and an SMTP server that carries mail into its mailboxes."""

import email.policy
import imaplib
import smtplib
import threading
import time
from collections.abc import Iterator, Sequence
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from shutil import chown, rmtree
from tempfile import mkdtemp
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from assistant.adapters.channels.email import Email, Server
from assistant.compose import utc_now
from tests.contract.channel_promises import ANSWER, QUESTION, ChannelPromises, Desk
from tests.peers.processes import Gate, free_ports, needs, running
from tests.rigs.rig import Delivery

pytestmark = [pytest.mark.network, pytest.mark.peer, pytest.mark.xdist_group("email")]

CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
log_path = /dev/stderr
ssl = no
disable_plaintext_auth = no
auth_failure_delay = 0
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid=dovecot gid=dovecot home={folder}/home/%u
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""


@pytest.fixture(scope="module")
def dovecot() -> Iterator[int]:
    """The port of a real IMAP server; any user signs in with `secret`."""
    needs("/usr/sbin/dovecot")
    folder, (port,) = Path(mkdtemp(prefix="dovecot-")), free_ports(1)
    if Path("/proc/self").owner() != "root":
        pytest.skip("Dovecot starts as root only")
    folder.chmod(0o755)
    for name in ("mail", "home"):
        (folder / name).mkdir()
        chown(folder / name, "dovecot", "dovecot")
    config = folder / "dovecot.conf"
    config.write_text(CONFIG.format(folder=folder, port=port))
    with running(["/usr/sbin/dovecot", "-F", "-c", str(config)], log=folder / "log", ready=port):
        yield port
    rmtree(folder, ignore_errors=True)


class PostOffice:
    """Carries mail for the brand into its mailbox; keeps what it carried for everybody else."""

    def __init__(self, imap_port: int, brand: str) -> None:
        self._imap_port = imap_port
        self._brand = brand
        self.busy = False
        self.kept: list[EmailMessage] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.busy:
            return "451 4.7.1 try again later"
        content = envelope.content
        assert isinstance(content, bytes)
        if self._brand in envelope.rcpt_tos:
            mailbox = imaplib.IMAP4("127.0.0.1", self._imap_port)
            mailbox.login(self._brand, "secret")
            mailbox.append("INBOX", "", imaplib.Time2Internaldate(time.time()), content)  # noqa: TID251
            mailbox.logout()
        else:
            mail = message_from_bytes(content, policy=email.policy.default)
            assert isinstance(mail, EmailMessage)
            self.kept.append(mail)
        return "250 taken"


class EmailRig:
    can = frozenset({"away", "see_parent", "busy", "find"})

    def __init__(self, imap_port: int) -> None:
        self.brand = f"care-{uuid4().hex[:8]}@brand.test"
        self.office = PostOffice(imap_port, self.brand)
        self._controller = Controller(self.office, hostname="127.0.0.1", port=free_ports(1)[0])
        self._controller.start()
        self._gate = Gate(imap_port)
        self.smtp_port = int(self._controller.port)
        self._smtp_gate = Gate(self.smtp_port)
        self.link = Email(
            imap=Server("127.0.0.1", self._gate.port, "none"),
            smtp=Server("127.0.0.1", self._smtp_gate.port, "none"),
            user=self.brand,
            password="secret",
            address=self.brand,
            name="Skylark Care",
            clock=utc_now,
        )

    def say(self, text: str, *, parent: str | None = None) -> str:
        external_id = f"{uuid4().hex}@ann.test"
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "Ann <ann@ann.test>", self.brand, "My bag"
        mail["Message-ID"], mail["Date"] = f"<{external_id}>", utc_now()
        if parent is not None:
            mail["In-Reply-To"] = mail["References"] = f"<{parent}>"
        quoted = "\n\nOn Mon, 2 Mar 2026 at 09:00, Skylark Care <care@brand.test> wrote:\n> Hello Ann,\n> welcome.\n"
        mail.set_content(text + (quoted if parent else ""))
        self.post(mail)
        return external_id

    def post(self, mail: EmailMessage) -> None:
        with smtplib.SMTP("127.0.0.1", self.smtp_port) as server:
            server.send_message(mail)

    def answers(self, external_id: str) -> Sequence[str]:
        return [mail.get_content() for mail in self.office.kept if mail["In-Reply-To"] == f"<{external_id}>"]

    def deliveries(self) -> Sequence[Delivery]:
        return ()

    def change(self, external_id: str, text: str) -> None:
        raise NotImplementedError

    def take_back(self, external_id: str) -> None:
        raise NotImplementedError

    def expire(self) -> None:
        raise NotImplementedError

    def busy(self) -> None:
        self.office.busy = True

    def away(self) -> None:
        self._gate.shut()
        self._smtp_gate.shut()

    def back(self) -> None:
        self.office.busy = False
        self._gate.open = self._smtp_gate.open = True

    def close(self) -> None:
        self.link.close()
        self._controller.stop()
        self._gate.close()
        self._smtp_gate.close()


@pytest.fixture
def rig(dovecot: int) -> Iterator[EmailRig]:
    rig = EmailRig(dovecot)
    yield rig
    rig.close()


class TestEmail(ChannelPromises):
    """The contract, over real servers."""


@pytest.fixture
def desk(rig: EmailRig) -> Iterator[Desk]:
    desk = Desk(rig)
    yield desk
    desk.store.close()


def test_an_answer_says_that_a_machine_wrote_it_and_stands_in_the_thread(desk: Desk, rig: EmailRig) -> None:
    said = rig.say(QUESTION)
    desk.hear()
    (mention,) = desk.mentions()
    desk.answer(mention)
    (mail,) = rig.office.kept
    assert (mail["Auto-Submitted"], mail["Subject"], mail["To"]) == ("auto-replied", "Re: My bag", "ann@ann.test")
    assert mail["References"] == mail["In-Reply-To"] == f"<{said}>"
    assert mail["From"] == f"Skylark Care <{rig.brand}>"


def test_quoted_text_stays_out(desk: Desk, rig: EmailRig) -> None:
    rig.say("And my dog?", parent="earlier@brand.test")
    desk.hear()
    (mention,) = desk.mentions()
    assert mention.text == "And my dog?"


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Auto-Submitted", "auto-replied"),
        ("Precedence", "bulk"),
        ("List-Id", "<news.ann.test>"),
        ("X-Auto-Response-Suppress", "All"),
    ],
)
def test_machines_are_not_answered(desk: Desk, rig: EmailRig, header: str, value: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"], mail[header] = "ann@ann.test", rig.brand, "<1@ann.test>", value
    mail.set_content("I am out of the office.")
    rig.post(mail)
    rig.say(QUESTION)
    desk.hear()
    assert [mention.text for mention in desk.mentions()] == [QUESTION]


def test_the_brands_own_mail_doesnt_come_round(desk: Desk, rig: EmailRig) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = rig.brand.upper(), rig.brand, "<1@brand.test>"
    mail.set_content(ANSWER)
    rig.post(mail)
    rig.say(QUESTION)
    desk.hear()
    assert [mention.text for mention in desk.mentions()] == [QUESTION]


def test_idle_wakes_the_reader(desk: Desk, rig: EmailRig) -> None:
    with desk.store.read() as look:
        state = look.channel_state("skylark", "email")
    assert state is not None
    late = threading.Timer(0.5, lambda: rig.say(QUESTION))
    late.start()
    start = time.monotonic()
    batch = rig.link.read(state.cursor, wait_s=20)
    late.join()
    assert len(batch.events) == 1
    assert time.monotonic() - start < 15


def test_a_wrong_password_is_named(rig: EmailRig, dovecot: int) -> None:
    server = Server("127.0.0.1", dovecot, "none")
    smtp = Server("127.0.0.1", rig.smtp_port, "none")
    wrong = Email(
        imap=server, smtp=smtp, user="a", password="no", address="a@b.test", name="A", clock=utc_now
    )  # fmt: skip
    mailbox, sending = wrong.check()
    assert (mailbox.ok, "user or password" in mailbox.detail, sending.ok) == (False, True, True)
    wrong.close()


def test_the_check_names_idle(rig: EmailRig) -> None:
    assert [(probe.what, probe.ok) for probe in rig.link.check()] == [
        ("mailbox", True),
        ("push", True),
        ("sending", True),
    ]
