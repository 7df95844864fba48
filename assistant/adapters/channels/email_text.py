"""E-mail as text: what a mail says, whether a machine wrote it, and what an answer to it looks like."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from email.errors import MessageError
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage, Message
from email.utils import format_datetime, getaddresses, parsedate_to_datetime
from html import unescape

from assistant.domain.conversation import Reply
from assistant.domain.incoming import Attachment, Post, StoredPost
from assistant.domain.vocabulary import Visibility
from assistant.scoring.own_words import unquoted

_ID = re.compile(r"<([^<>\s]+)>")
_BREAK = re.compile(r"<(?:br\s*/?|/p|/div|/tr|/li|/h\d)>", re.IGNORECASE)
_UNSEEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|title)\b.*?(?:</\1\s*>|\Z)|</?head\b[^<>]*>", re.IGNORECASE | re.DOTALL
)
"""What is never closed goes on to the end, as in browsers: to look for each end anew would take hours."""
_QUOTE = re.compile(r"<(/?)blockquote\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_PASSES_ON = re.compile(r"(?:fwd?|wg|tr|rv|enc|i|pd|vs|vb|doorst)\s*:", re.IGNORECASE)
"""What mail programs write before the subject of a mail that is passed on."""
_SIGNATURES = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})


def read_mail(mail: Message, *, own: str) -> Post:
    """The new words of a mail and where they belong; quoted mail is left out, a signature stays for who answers.

    `own` is the brand's address. A mail without an id gets one of its content.
    """
    sender = _sender(mail)
    references = _ids(mail, "References") or _ids(mail, "In-Reply-To")
    parents = _ids(mail, "In-Reply-To") or references[-1:]
    external_id = next(iter(_ids(mail, "Message-ID")), "") or f"{hashlib.sha256(mail.as_bytes()).hexdigest()[:32]}@none"
    reply_to = getaddresses([str(mail.get("Reply-To", ""))])
    to = next((address for _, address in reply_to if "@" in address), sender.addr_spec)
    words = _words(mail)
    return Post(
        external_id=external_id[:400],
        text=words,
        author_id=sender.addr_spec.casefold(),
        handle=sender.addr_spec.casefold(),
        name=sender.display_name,
        is_bot=is_automatic(mail),
        ours=sender.addr_spec.casefold() == own.casefold(),
        parent_id=parents[0] if parents else None,
        root_id=references[0] if references else None,
        visibility=Visibility.PRIVATE,
        created_at=_sent_at(mail),
        attachments=_attachments(mail, wordless=not words),
        address={"to": to, "subject": _line(mail.get("Subject")), "references": " ".join((*references, external_id))},
    )


def is_automatic(mail: Message) -> bool:
    """Whether a machine wrote it, by RFC 3834 and by custom: answering such a mail makes loops."""
    said = str(mail.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    if said not in {"no", ""} or str(mail.get("Precedence", "")).strip().lower() in _BULK:
        return True
    if any(mail.get(name) for name in ("List-Id", "List-Unsubscribe", "X-Autoreply", "X-Auto-Response-Suppress")):
        return True
    bounced = str(mail.get("Return-Path", "")).strip() == "<>" or mail.get_content_type() == "multipart/report"
    local = _sender(mail).username.casefold()
    return bounced or local in {"mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply"}


def write_answer(reply: Reply, to: StoredPost, *, sender: Address, at: datetime) -> EmailMessage:
    """The answer as a mail in the same thread. Its id is made from the delivery key."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = to.address["to"]
    subject = _as_it_stands(_line(to.address.get("subject")))
    mail["Subject"] = subject if subject.lower().startswith("re:") else f"Re: {subject}".strip()
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{answer_id(reply, sender)}>"
    mail["In-Reply-To"] = _as_it_stands(f"<{to.external_id}>")
    references = to.address.get("references", to.external_id).split()[-20:]
    mail["References"] = _as_it_stands(" ".join(f"<{one}>" for one in references))
    if reply.automated:
        mail["Auto-Submitted"] = "auto-replied"
        mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(reply.text)
    return mail


def answer_id(reply: Reply, sender: Address) -> str:
    """The id of an answer, the same whenever the same reply is sent."""
    return f"{hashlib.sha256(reply.delivery_key.encode()).hexdigest()[:32]}@{sender.domain}"


def _sender(mail: Message) -> Address:
    pairs = getaddresses([str(mail.get("From", ""))])
    name, spec = next(((name, spec) for name, spec in pairs if "@" in spec), ("", ""))
    local, _, domain = spec.rpartition("@")
    try:
        return Address(display_name=_line(name), username=local, domain=domain)
    except (ValueError, IndexError):
        return Address()


def _ids(mail: Message, header: str) -> list[str]:
    return _ID.findall(str(mail.get(header, "")))[-50:]


def _line(text: object) -> str:
    """A header's words on one line, decoded where they are encoded."""
    said = str(text or "")
    with suppress(MessageError, ValueError, LookupError):  # wrongly encoded: as it is written
        said = str(make_header(decode_header(said)))
    return " ".join(_whole(said).split())[:300]


def _as_it_stands(line: str) -> str:
    """Without marks of encoding, which would be decoded where it is written: to line ends, and headers behind them."""
    return line.replace("=?", "= ?")


def _sent_at(mail: Message) -> datetime | None:
    try:
        return parsedate_to_datetime(str(mail.get("Date", "")))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _words(mail: Message) -> str:
    plain = _part(mail, "text/plain")
    text = plain if plain.strip() else _readable(_part(mail, "text/html"))
    return unquoted(text, forwarded=_PASSES_ON.match(_line(mail.get("Subject"))) is not None)


def _part(mail: Message, content_type: str) -> str:
    """All of that type that isn't attached: words may go on below a picture."""
    written = [part for part in _leaves(mail) if part.get_content_type() == content_type and not _is_attached(part)]
    payloads = [(part.get_payload(decode=True), part.get_content_charset()) for part in written]
    return "\n".join(_decoded(payload, charset) for payload, charset in payloads if isinstance(payload, bytes))


def _leaves(mail: Message) -> Iterator[Message]:
    """The parts that hold something, not those of a mail that is attached."""
    inside = mail.get_payload()
    if mail.get_content_maintype() != "multipart" or not isinstance(inside, list):
        yield mail
        return
    for part in inside:
        if isinstance(part, Message):
            yield from _leaves(part)


def _is_attached(part: Message) -> bool:
    """Whether it is shown as a file: phones send photos `inline`; a picture with an id stands among the words."""
    named = part.get_filename() is not None and "Content-ID" not in part
    attached = named or part.get_content_disposition() == "attachment" or part.get_content_maintype() == "message"
    return attached and part.get_content_type() not in _SIGNATURES


def _decoded(payload: bytes, charset: str | None) -> str:
    try:
        return _whole(payload.decode(charset or "utf-8", "replace"))
    except (LookupError, ValueError):  # none such, or one that isn't for texts
        return payload.decode("utf-8", "replace")


def _whole(text: str) -> str:
    """Without halves of characters, which some encodings give and nothing can keep."""
    return text.encode("utf-8", "replace").decode()


def _readable(html: str) -> str:
    """The text of a mail written in HTML, without what it quotes."""
    seen = _outside_quotes(_UNSEEN.sub("", html))
    text = unescape(_TAG.sub("", _BREAK.sub("\n", seen)))
    return "\n".join(" ".join(line.split()) for line in text.splitlines())


def _outside_quotes(html: str) -> str:
    """Without quotes, which may hold others; one that is never closed goes on to the end."""
    kept, depth, since = [], 0, 0
    for mark in _QUOTE.finditer(html):
        if depth == 0:
            kept.append(html[since : mark.start()])
        depth = max(0, depth - 1) if mark[1] else depth + 1
        since = mark.end()
    return "\n".join([*kept, html[since:] if depth == 0 else ""])


def _attachments(mail: Message, *, wordless: bool) -> tuple[Attachment, ...]:
    """What is attached; of a mail without words its pictures, too."""
    shown = [
        part
        for part in _leaves(mail)
        if _is_attached(part) or (wordless and part.get_content_maintype() not in {"text", "multipart"})
    ]
    return tuple(
        Attachment(kind="file", description=_line(f"{part.get_filename() or 'unnamed'}, {part.get_content_type()}"))
        for part in shown[:20]
    )
