"""What a mail says, whatever program wrote it."""

from base64 import b64encode
from collections.abc import Mapping
from email import message_from_bytes, message_from_string
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from time import perf_counter

import pytest

from assistant.adapters.channels.email_text import read_mail, write_answer
from assistant.domain.incoming import Post, StoredPost
from assistant.domain.vocabulary import Visibility
from tests.desk_builders import NOW, make_reply

OWN = "care@larkspur.example"


def kept(external_id: str, address: Mapping[str, str]) -> StoredPost:
    """What an answer to a mail is made from."""
    return StoredPost(
        brand_id="skylark",
        channel="email",
        external_id=external_id,
        mention_id=None,
        author_id="ann",
        parent_id=None,
        root_id=None,
        permalink="",
        visibility=Visibility.PRIVATE,
        summoned=True,
        ours=False,
        automated=False,
        address=address,
        seen_at=NOW,
    )


def said(text: str = "", *, html: str = "", subject: str = "bag") -> str:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Ann <ann@example.com>", subject
    if html:
        mail.set_content(html, subtype="html")
    else:
        mail.set_content(text)
    return read_mail(mail, own=OWN).text


def test_a_customers_own_lines_are_no_header() -> None:
    """All but the first word was lost."""
    text = "Hello\nFrom: Dublin\nTo: Rome\nWhen does it leave?"
    assert said(text) == text


@pytest.mark.parametrize(
    "attribution", ["Am 3.11.25 um 10:00 schrieb Care:", "Op ma 3 nov 2025 om 10:00 schreef Care <care@x.example>:"]
)
def test_quoted_mail_is_left_out(attribution: str) -> None:
    assert said(f"Where is it?\n\n{attribution}\n\n> Dear customer\n") == "Where is it?"


def test_a_signature_stays_for_who_answers() -> None:
    assert (
        said("Where is it?\n\nBest regards\nAnn\nBooking SKY7QX") == "Where is it?\n\nBest regards\nAnn\nBooking SKY7QX"
    )


def test_what_is_passed_on_is_kept() -> None:
    """Nothing but the marker was left."""
    mail = "---------- Forwarded message ---------\nFrom: Ann\nSubject: x\nTo: us\n\nThe coffee burned my hand."
    assert said(mail) == "The coffee burned my hand."
    outlook = "FYI\n\nFrom: Ann\nSent: Monday\nSubject: x\n\nThe coffee burned my hand."
    assert said(outlook, subject="FW: x").endswith("The coffee burned my hand.")
    assert said(outlook, subject="RE: x") == "FYI"


@pytest.mark.parametrize(
    "html",
    [
        "<div>Where is it?</div><blockquote>Dear<blockquote>older</blockquote>customer</blockquote>",
        "<blockquote type=cite>Dear<blockquote>older</blockquote>customer</blockquote><p>Where is it?</p>",
        "<p>Where is it?</p><div class=gmail_quote><div>On Mon, 3 Nov 2025 at 10:00 Care &lt;care@x.example&gt; "
        "wrote:<br></div><blockquote>Dear customer</blockquote></div>",
        "<p>Where is it?</p><hr><p><b>From:</b> Care<br><b>Sent:</b> Monday<br><b>Subject:</b> bag</p>"
        "<p>Dear customer</p>",
        "<!-- Dear <p>customer</p> --><style>p{}</style><p>Where&nbsp;is it?</p>",
    ],
)
def test_a_mail_in_html_says_what_it_says_in_text(html: str) -> None:
    assert " ".join(said(html=html).split()) == "Where is it?"


ENCODED = "=?utf-8?q?bag=0D=0ABcc:_thief=40x.example=0D=0A=0D=0AOur_bank_changed?="
TWICE = f"=?utf-8?b?{b64encode(ENCODED.encode()).decode()}?="


@pytest.mark.parametrize("words", [ENCODED, TWICE])
def test_what_a_customer_encodes_becomes_no_header_of_the_answer(words: str) -> None:
    """A line end in an encoded subject or id ended the header: whoever wrote it wrote the brand's headers and text."""
    raw = f"From: ann@x.example\nSubject: {words}\nMessage-ID: <{words}@x>\nReferences: <{words}> <1@x>\n\nWhere is it?"
    post = read_mail(message_from_string(raw), own=OWN)
    reply = make_reply("t1", "c1").model_copy(update={"text": "It is here."})
    written = write_answer(reply, kept(post.external_id, post.address), sender=Address("Care", addr_spec=OWN), at=NOW)
    sent = message_from_bytes(written.as_bytes(policy=SMTP))
    assert sent.keys() == written.keys()
    assert str(sent.get_payload()).strip() == "It is here."


def test_encoded_names_and_subjects_are_read() -> None:
    """Agents saw `=?utf-8?q?J=C3=BCrgen?=`."""
    raw = "From: =?utf-8?q?J=C3=BCrgen?= <j@x.example>\nSubject: =?iso-8859-1?q?Gep=E4ck?=\n\nWo ist es?"
    post = read_mail(message_from_string(raw), own=OWN)
    assert (post.name, post.address["subject"]) == ("Jürgen", "Gepäck")


@pytest.mark.parametrize(
    "headers",
    [
        "Content-Type: text/plain; charset=idna",
        "Content-Type: text/plain; charset=undefined",
        "Date: Mon, 01 Jan 2020 00:00:00 +99999999999999999999",
        "Subject: =?utf-8?b?a?=",
    ],
)
def test_one_mail_with_odd_headers_does_not_stop_the_mailbox(headers: str) -> None:
    raw = f"From: ann@x.example\nMessage-ID: <1@x>\n{headers}\n\nWhere is it?"
    assert read_mail(message_from_string(raw), own=OWN).text == "Where is it?"


def test_half_a_character_of_an_encoding_can_be_kept() -> None:
    raw = "From: ann@x.example\nMessage-ID: <1@x>\nContent-Type: text/plain; charset=unicode_escape\n\n\\ud800 bag"
    assert "bag" in read_mail(message_from_string(raw), own=OWN).model_dump_json()


@pytest.mark.parametrize("mark", ["<", "<!--", "<style>", "<style", "<head", "<blockquote"])
def test_marks_that_never_end_are_read_in_no_time(mark: str) -> None:
    """100,000 of them took hours, in which the mailbox stood still."""
    began = perf_counter()
    said(html=f"<p>Where is it?</p>{mark * 100_000}")
    assert perf_counter() - began < 2


PHOTO = "Content-Type: image/jpeg; name=bag.jpg\nContent-Disposition: inline; filename=bag.jpg\n\nxx\n"


def of_parts(*parts: str, kind: str = "mixed") -> Post:
    begins = f"From: Ann <ann@example.com>\nContent-Type: multipart/{kind}; boundary=b\n\n"
    return read_mail(message_from_string(begins + "".join(f"--b\n{part}" for part in parts) + "--b--\n"), own=OWN)


def test_words_below_a_picture_are_read() -> None:
    """The question was lost: phones cut a mail at each picture."""
    post = of_parts("Content-Type: text/plain\n\nHere is the bag.\n", PHOTO, "Content-Type: text/plain\n\nWho pays?\n")
    assert post.text == "Here is the bag.\nWho pays?"
    assert [each.description for each in post.attachments] == ["bag.jpg, image/jpeg"]


def test_a_mail_of_a_photo_alone_says_so() -> None:
    """It came as an empty message."""
    embedded = "Content-Type: image/png\nContent-ID: <1>\n\nxx\n"
    assert of_parts(PHOTO).words() == "[file: bag.jpg, image/jpeg]"
    assert of_parts(embedded, kind="related").words() == "[file: unnamed, image/png]"
    assert not of_parts("Content-Type: text/html\n\n<p>Hi</p>\n", embedded, kind="related").attachments


def test_an_attached_mail_is_no_word_of_its_sender() -> None:
    inner = "Content-Type: message/rfc822\n\nFrom: Care <care@larkspur.example>\n\nYou get EUR 600.\n"
    post = of_parts("Content-Type: text/plain\n\nWhat of this?\n", inner)
    assert post.text == "What of this?"
    assert [each.description for each in post.attachments] == ["unnamed, message/rfc822"]
    assert of_parts(inner).text == ""
    signed = "Content-Type: application/pgp-signature; name=signature.asc\n\nxx\n"
    assert not of_parts("Content-Type: text/plain\n\nHi.\n", signed, kind="signed").attachments


def test_a_rule_above_the_older_mail_begins_a_quote() -> None:
    assert said("Yes.\n\n-------- Original-Nachricht --------\nVon: Care\nBetreff: bag\n\nShall we?") == "Yes."
