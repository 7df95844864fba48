"""Quotes, signatures and boilerplate go, in every language and mail program's way; what the author says stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.scoring.own_words import own_words, unquoted

ASKED = "Still no refund."
QUOTED = "\n\n> Dear customer,\n> we are looking into it.\n"
PLAIN = "\n\nDear customer,\nwe are looking into it.\n"
HEADER = "\nDear customer,\nwe are looking into it."


@pytest.mark.parametrize("below", [QUOTED, PLAIN])
@pytest.mark.parametrize(
    "attribution",
    [
        "On Mon, Nov 3, 2025 at 10:00 AM Larkspur Care <care@larkspur.example> wrote:",
        "On Mon, Nov 3, 2025 at 10:00 AM Larkspur Customer Care Department <\ncare@larkspur.example> wrote:",
        "On 3 Nov 2025, at 10:00, Larkspur Care <care@larkspur.example> wrote:",
        "Am Mo., 3. Nov. 2025 um 10:00 Uhr schrieb Larkspur Care <\ncare@larkspur.example>:",
        "Larkspur Care schrieb am 03.11.25 um 10:00:",
        "Le lun. 3 nov. 2025 à 10:00, Larkspur Care <care@larkspur.example> a\nécrit\u00a0:",
        "El lun, 3 nov 2025 a las 10:00, Larkspur Care (<care@larkspur.example>) escribió:",
        "Il giorno lun 3 nov 2025 alle ore 10:00 Larkspur Care <care@larkspur.example> ha scritto:",
        "Op ma 3 nov 2025 om 10:00 schreef Larkspur Care <care@larkspur.example>:",
        "Em seg., 3 de nov. de 2025 às 10:00, Larkspur Care <care@larkspur.example> escreveu:",
        "pon., 3 lis 2025 o 10:00 Larkspur Care <care@larkspur.example> napisał(a):",
        "Den mån 3 nov. 2025 kl 10:00 skrev Larkspur Care <care@larkspur.example>:",
        "Den man. 3. nov. 2025 kl. 10.00 skrev Larkspur Care <care@larkspur.example>:",
    ],
)
def test_what_somebody_wrote_before_is_left_out(attribution: str, below: str) -> None:
    mail = f"{ASKED}\n\n{attribution}{below}"
    assert own_words(mail).strip() == ASKED
    assert unquoted(mail.replace("\n", "\r\n"), forwarded=False) == ASKED


@pytest.mark.parametrize(
    "header",
    [
        "From: Care <care@larkspur.example>\nSent: Monday, November 3, 2025 10:00 AM\nTo: Ann\nSubject: RE: refund\n",
        "________________________________\nFrom: Care\nSent: Monday\nTo: Ann\nSubject: RE: refund\n",
        "*From:* Care\n*Sent:* Monday\n*To:* Ann\n*Subject:* RE: refund\n",
        "-----Original Message-----\nFrom: Care\nTo: Ann\nSubject: x\n",
        "Von: Care\nGesendet: Montag, 3. November 2025 10:00\nAn: Ann\nBetreff: AW: Erstattung\n",
        "-----Ursprüngliche Nachricht-----\nVon: Care\nBetreff: x\n",
        "De : Care\nEnvoyé : lundi 3 novembre 2025 10:00\nÀ : Ann\nObjet : RE: remboursement\n",
        "De: Care\nEnviado: lunes, 3 de noviembre de 2025 10:00\nPara: Ann\nAsunto: RE: reembolso\n",
        "Da: Care\nInviato: lunedì\nA: Ann\nOggetto: R: rimborso\n",
        "Van: Care\nVerzonden: maandag\nAan: Ann\nOnderwerp: RE: terugbetaling\n",
        "De: Care\nEnviada em: segunda\nPara: Ann\nAssunto: RE: reembolso\n",
        "Od: Care\nWysłano: poniedziałek\nDo: Ann\nTemat: RE: zwrot\n",
    ],
)
def test_a_header_begins_a_quote(header: str) -> None:
    assert own_words(f"{ASKED}\n\n{header}{HEADER}").strip() == ASKED


@pytest.mark.parametrize(
    "signature",
    [
        "--\nAnn Smith\nSales Director | ACME\n+44 20 1234567",
        "-- \nAnn",
        "Best regards,\nAnn Smith\nSales Director\nACME Ltd\nTel: +44 20 1234567",
        "Kind regards\n\nAnn Smith",
        "Mit freundlichen Grüßen\nAnn Schmidt",
        "Viele Grüße\nAnn",
        "Cordialement,\nAnn Dupont",
        "Un saludo,\nAna",
        "Cordiali saluti\nAnna",
        "Met vriendelijke groet,\nAnn",
        "Sent from my iPhone",
        "Sent from Yahoo Mail on Android",
        "Sent from Samsung Mobile",
        "Get Outlook for iOS",
        "Get Outlook for Android<https://aka.ms/x>",
        "Von meinem iPhone gesendet",
        "Diese Nachricht wurde von meinem Android-Mobiltelefon mit GMX Mail gesendet.",
        "Envoyé de mon iPhone",
        "Envoyé depuis mon iPhone",
        "Enviado desde mi iPhone",
        "Enviado do meu iPhone",
        "Inviato da iPhone",
        "Verstuurd vanaf mijn iPhone",
        "Wysłane z iPhone'a",
        "Skickat från min iPhone",
        "Sendt fra min iPhone",
        "Virus-free. www.avast.com",
        "Please consider the environment before printing this e-mail.",
        "This e-mail and any attachments are confidential and may be legally privileged. If you are not the intended "
        "recipient, please notify the sender and delete it. Unauthorised use may be unlawful.",
        "CONFIDENTIALITY NOTICE: This message is intended only for the use of the individual to whom it is addressed "
        "and may contain information that is privileged, confidential and exempt from disclosure under applicable law.",
        "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind, löschen Sie sie.",
        "Ce message est confidentiel et réservé à son destinataire.",
        "Este mensaje es confidencial y va dirigido a su destinatario.",
    ],
)
def test_a_signature_or_a_notice_is_left_out(signature: str) -> None:
    assert own_words(f"{ASKED}\n\n{signature}").strip() == ASKED


@pytest.mark.parametrize(
    "said",
    [
        "Hi\nOn Monday I called and your agent wrote: no refund.\nThat is wrong, I was injured.",
        "Hi\nOn 3 Nov 2025 your agent wrote:\nno refund.\nThat is wrong, I was injured.",
        "Hallo\nAm Montag rief ich an, und Ihr Mitarbeiter schrieb mir: nein.\nIch wurde verletzt.",
        "Hello\nFrom: Dublin\nTo: Rome\nDate: 3 Nov\nWhen does it leave and can I bring my dog?",
        "From: Ann\nSubject: lost bag\nMy bag is lost.",
        "Where is my bag?\n\n---\nI also got food poisoning on board.",
        "Where is my bag?\n--\nI also got food poisoning on board.",
        "Where is my bag?\n\nRegards\nAnn\n\nP.S. The burn on his arm needed stitches.",
        "Sent from my hotel room, where I lie with a broken leg.",
        "My data is gone.\n\nThis message of yours with my confidential file went to a stranger.",
        "Bad.\n\nConfidential records of mine are on your site.",
        "Never again.\nBest\nairline ever? I was hurt.",
    ],
)
def test_what_the_author_says_stays_whole(said: str) -> None:
    assert own_words(said).split() == said.split() or own_words(said).replace("--", "").split() == [
        word for word in said.split() if word not in {"--", "Regards", "Ann"}
    ]


@pytest.mark.parametrize(
    "mail",
    [
        "On Mon, 3 Nov 2025 at 10:00 Care <care@larkspur.example> wrote:\n> When did you fly?\n\nOn Monday, seat 12A.",
        "> When did you fly?\nOn Monday, seat 12A.",
    ],
)
def test_an_answer_below_or_between_the_quoted_lines_stays(mail: str) -> None:
    assert own_words(mail).strip() == "On Monday, seat 12A."


@pytest.mark.parametrize(
    "marker",
    [
        "---------- Forwarded message ---------\nFrom: Ann <ann@example.com>\nDate: 3 Nov 2025\nSubject: x\nTo: us\n",
        "Begin forwarded message:\n\nFrom: Ann\nSubject: x\nDate: 3 November 2025\n",
        "Anfang der weitergeleiteten Nachricht:\n\nVon: Ann\nBetreff: x\n",
        "-------- Weitergeleitete Nachricht --------\nBetreff: x\nVon: Ann\n",
    ],
)
def test_what_a_mail_passes_on_is_its_matter(marker: str) -> None:
    """Of a forwarded mail nothing but the marker was left."""
    mail = f"FYI\n\n{marker}\nThe coffee burned my hand."
    assert "The coffee burned my hand." in unquoted(mail, forwarded=False)
    assert "The coffee burned my hand." in own_words(mail)


def test_a_mail_whose_subject_says_so_is_passed_on() -> None:
    mail = f"FYI\n\nFrom: Ann\nSent: Monday\nTo: Bob\nSubject: coffee\n{HEADER}"
    assert unquoted(mail, forwarded=False) == "FYI"
    assert unquoted(mail, forwarded=True).split() == ["FYI", *HEADER.split()]


@given(st.text(alphabet=st.sampled_from("ab:>\n -_.1@") | st.characters(), max_size=400))
def test_any_text_keeps_words_where_it_has_any(text: str) -> None:
    kept = own_words(text)
    assert any(letter.isalnum() for letter in kept) == any(letter.isalnum() for letter in text)


def test_a_long_text_is_read_in_reasonable_time() -> None:
    for text in ("\n" * 20_000, "From: x\n" * 2_500, "On 10:00\n" * 2_000, "a wrote:\n" * 2_000, "--\na\n" * 4_000):
        own_words(text)
