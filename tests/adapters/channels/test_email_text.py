"""What a mail says, whatever program wrote it."""

from email.message import EmailMessage

import pytest

from assistant.adapters.channels.email_text import read_mail

OWN = "care@larkspur.example"


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
