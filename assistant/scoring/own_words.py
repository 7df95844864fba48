"""What of a message its author wrote just now: without quoted mail, signatures and boilerplate, in ten languages.

Too much left in costs a little accuracy; a word too many taken out may hide that somebody was hurt. So a line goes only
where its form says what it is, and where nothing would be left the text stays as it is.
"""

import re
from collections.abc import Iterator, Sequence

_WORDS = re.compile(r"[^\W_]")
_QUOTED = re.compile(r"[ \t]*(?:>|&gt;)")
_SAYS = re.compile(
    r"(?<!\w)(?:wrote|writes|schrieb|a\s+écrit|escribió|ha\s+scritto|schreef|escreveu|napisał(?:\(a\)|a)?|pisze|skrev)"
    r"(?!\w).{0,120}:\s*$",
    re.IGNORECASE | re.DOTALL,
)
_INTRODUCES = re.compile(
    r"[ \t]*(?:On|Am|Le|El|Il|Op|Em|Den|Dnia|W dniu|(?:pon|wt|śr|czw|pt|sob|niedz)\.)(?!\w)", re.IGNORECASE
)
"""How an attribution begins that takes more than a line."""
_WHEN = re.compile(r"\d[:.h]\d\d(?!\d)|(?<!\d)(?:19|20)\d\d(?!\d)|\d[./-]\d{1,2}[./-]\d\d|\S@\S")
_ATTRIBUTION_LINES, _ATTRIBUTION_CHARACTERS = 3, 300
_FROM = re.compile(r"[ \t*]*(?:From|Von|De|Da|Van|Od|Från|Fra)[ \t*]*:", re.IGNORECASE)
_SUBJECT = re.compile(
    r"[ \t*]*(?:Subject|Betreff|Objet|Asunto|Oggetto|Onderwerp|Assunto|Temat|Ämne|Emne)[ \t*]*:", re.IGNORECASE
)
_HEADER_LINES = 8
_RULE = re.compile(r"[ \t]*_{5,}[ \t]*")
_ORIGINAL = re.compile(
    r"[ \t]*-{2,}[ \t]*(?:Original Message|Original Appointment|Ursprüngliche Nachricht|Original-?nachricht"
    r"|Message d['’]origine|Message original|Mensaje original|Messaggio originale|Oorspronkelijk bericht"
    r"|Mensagem original|(?:Oryginalna|Pierwotna) wiadomość|Ursprungligt meddelande"
    r"|Oprindelig meddelelse)[ \t]*-{2,}[ \t]*",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"[ \t]*(?:-{2,}[ \t]*(?:Forwarded message|Weitergeleitete Nachricht|Message transféré|Mensaje reenviado"
    r"|Messaggio inoltrato|Doorgestuurd bericht|Mensagem encaminhada|Wiadomość przekazana dalej"
    r"|Vidarebefordrat meddelande"
    r"|Videresendt meddelelse)[ \t]*-{2,}|Begin forwarded message:|Anfang der weitergeleiteten Nachricht:"
    r"|Début du message (?:réexpédié|transféré) ?:|Inicio del mensaje reenviado:|Inizio messaggio inoltrato:)[ \t]*",
    re.IGNORECASE,
)
_DELIMITER = re.compile(r"--[ \t]*")
_SIGNED = re.compile(
    r"(?:(?:with )?(?:(?:best|kind|kindest|warm|warmest|many) )?(?:regards|wishes)|best,|cheers,|sincerely(?: yours)?"
    r"|yours (?:sincerely|faithfully|truly)|mit (?:freundlichen|besten|herzlichen|lieben) gr(?:ü|ue)(?:ß|ss)en"
    r"|(?:viele|liebe|beste|herzliche|freundliche|schöne) gr(?:ü|ue)(?:ß|ss)e|mfg|lg|vg|(?:bien )?cordialement"
    r"|bien à vous|(?:meilleures |sincères )?salutations(?: distinguées)?|(?:un )?saludos?(?: cordiale?s?)?|atentamente"
    r"|(?:cordiali|distinti) saluti|saluti|met vriendelijke groet(?:en)?|mvg|atenciosamente"
    r"|(?:com os melhores )?cumprimentos|pozdrawiam|z poważaniem|(?:med )?vänlig(?:a)? hälsning(?:ar)?|mvh"
    r"|(?:med )?venlig(?:e)? hilsen(?:er)?)[ \t,.!]*",
    re.IGNORECASE,
)
_SENT_WITH = re.compile(
    r"[ \t]*(?:sent (?:from|via|using|with) |get outlook for |gesendet (?:von|mit|aus) |von mein\w+ .*gesendet"
    r"|diese (?:nachricht|e-?mail|mail) wurde (?:von|mit) .*gesendet|holen sie sich outlook |outlook für "
    r"|envoyé (?:de|depuis|à partir) |télécharger outlook |obtenez outlook |enviado (?:desde|do|de|a partir) "
    r"|obtener outlook |obter o outlook |inviato da|scarica outlook |ottieni outlook |verstuurd van"
    r"|verzonden (?:van|met)"
    r"|outlook voor |wysłan[eo] (?:z|przy) |pobierz (?:aplikację )?outlook |skickat från |sendt fra |hämta outlook "
    r"|hent outlook |virus-free\b|virenfrei\b)",
    re.IGNORECASE,
)
_SPEAKS = re.compile(
    r"[?¿]|(?<!\w)(?:i|i['’](?:m|ve|ll|d)|we|ich|wir|je|j['’]|nous|yo|nosotros|io|noi|ik|wij|eu|nós|ja|jag|jeg"
    r"|(?<!from )my|p\.?s\.?)(?!\w)",
    re.IGNORECASE,
)
"""A line that asks, or in which somebody speaks of themselves, is no name, title or address."""
_SHORT_WORDS, _DEVICE_WORDS = 9, 12
_BEGINS_NOTICE = re.compile(
    r"\W*(?:confidentiality|disclaimer|legal notice|this (?:e-?mail|message|communication|transmission)"
    r"|the (?:information|contents?) (?:contained )?in this|diese (?:e-?mail|nachricht)|ce (?:message|courriel|mail)"
    r"|este (?:mensaje|correo|e-?mail)|esta (?:mensagem|comunicaci)|questo messaggio|questa e-?mail"
    r"|(?:dit|deze) (?:bericht|e-?mail)|(?:ta|niniejsza) wiadomość"
    r"|detta (?:meddelande|e-post)|denne (?:e-?mail|meddelelse))",
    re.IGNORECASE,
)
_SAYS_CONFIDENTIAL = re.compile(
    r"confiden|vertraulich|riservat|vertrouwelijk|poufn|konfidentiel|fortrolig|privileged", re.IGNORECASE
)
_SAYS_WHOM = re.compile(
    r"recipient|addressee|addressed|intended|adressat|empfänger|destinat|geadresseerde|adresat|mottagare|modtager",
    re.IGNORECASE,
)
_BEGINS_PRINTING = re.compile(
    r"\W*(?:please )?(?:consider|think of) the environment|\W*(?:bitte )?denken sie an die umwelt"
    r"|\W*pensez à l['’]environnement|\W*antes de imprimir|\W*prima di stampare",
    re.IGNORECASE,
)


def own_words(text: str) -> str:
    """Without quoted mail, signatures and boilerplate; where nothing else is there, the text as it is."""
    if "\n" not in text:
        return text
    kept = "\n".join(_without_signature(_without_notices(_unquoted(_lines(text), forwarded=False))))
    return kept if _WORDS.search(kept) else text


def unquoted(text: str, *, forwarded: bool) -> str:
    """Without quoted mail; where nothing else is there, the text as it is. What a mail passes on stays.

    `forwarded`: the mail's subject says that it passes something on, so a header in it begins no quote.
    """
    kept = "\n".join(_unquoted(_lines(text), forwarded=forwarded)).strip()
    return kept if _WORDS.search(kept) else text.strip()


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").split("\n")


def _unquoted(lines: Sequence[str], *, forwarded: bool) -> list[str]:
    kept: list[str] = []
    place = 0
    while place < len(lines):
        line = lines[place]
        after = place + 1
        if _FORWARDED.fullmatch(line):
            after = _past_header(lines, after)
        elif _ORIGINAL.fullmatch(line):
            break
        elif header := _header_ends(lines, place):
            if not forwarded and any(_WORDS.search(each) for each in kept):
                break
            after = header if forwarded else after
            kept += [] if forwarded else [line]
        elif said := _attribution_ends(lines, place):
            if not _is_quoted(lines, said):
                break
            after = said
        elif not _QUOTED.match(line) and not _RULE.fullmatch(line):
            kept.append(line)
        place = after
    return kept


def _attribution_ends(lines: Sequence[str], start: int) -> int | None:
    """Where "On ... wrote:" ends that begins here, which may take several lines; it tells when, or a quote follows.

    Nothing else stands behind it on the next line: that would be somebody's own sentence.
    """
    told = ""
    for end in range(start, min(start + _ATTRIBUTION_LINES, len(lines))):
        is_next = end > start and (not _INTRODUCES.match(lines[start]) or _INTRODUCES.match(lines[end]))
        told = f"{told} {lines[end].strip()}".strip()
        if is_next or not lines[end].strip() or len(told) > _ATTRIBUTION_CHARACTERS:
            return None
        if told.endswith(":") and _SAYS.search(told):
            goes_on = end + 1 < len(lines) and lines[end + 1].strip() and not _QUOTED.match(lines[end + 1])
            tells = _is_quoted(lines, end + 1) or _WHEN.search(told)
            return end + 1 if tells and not goes_on else None
    return None


def _is_quoted(lines: Sequence[str], start: int) -> bool:
    """Whether the next line with anything on it is a quoted one."""
    return next((bool(_QUOTED.match(line)) for line in lines[start : start + 3] if line.strip()), False)


def _header_ends(lines: Sequence[str], start: int) -> int | None:
    """Where the header of an older mail ends that begins here: it names a sender and a subject."""
    if not _FROM.match(lines[start]):
        return None
    end = start
    while end < min(start + _HEADER_LINES, len(lines)) and lines[end].strip():
        end += 1
    return end if any(_SUBJECT.match(line) for line in lines[start:end]) else None


def _past_header(lines: Sequence[str], start: int) -> int:
    first = next((place for place in range(start, min(start + 3, len(lines))) if lines[place].strip()), start)
    return (_header_ends(lines, first) or start) if first < len(lines) else start


def _without_notices(lines: Sequence[str]) -> list[str]:
    """Without the legal and other notices that stand below the first paragraph."""
    kept: list[str] = []
    is_first = True
    for paragraph in _paragraphs(lines):
        text = " ".join(paragraph)
        if is_first or not _is_notice(text):
            kept += paragraph
            is_first = is_first and not _WORDS.search(text)
    return kept


def _is_notice(text: str) -> bool:
    confidential = _BEGINS_NOTICE.match(text) and _SAYS_CONFIDENTIAL.search(text) and _SAYS_WHOM.search(text)
    return bool(confidential or _BEGINS_PRINTING.match(text))


def _paragraphs(lines: Sequence[str]) -> Iterator[list[str]]:
    """Each with the blank lines before it."""
    paragraph: list[str] = []
    for line in lines:
        if not line.strip() and paragraph and paragraph[-1].strip():
            yield paragraph
            paragraph = []
        paragraph.append(line)
    yield paragraph


def _without_signature(lines: Sequence[str]) -> list[str]:
    """Without the short lines below a sign-off or the delimiter, and what a device adds about itself."""
    kept: list[str] = []
    signed, words = False, False
    for place, line in enumerate(lines):
        if words and (_DELIMITER.fullmatch(line) or (_SIGNED.fullmatch(line.strip()) and _is_signed(lines, place + 1))):
            signed = True
        elif words and _SENT_WITH.match(line) and _is_short(line, _DEVICE_WORDS):
            continue
        elif not signed or (line.strip() and not _is_short(line)):
            signed = False
            words = words or _WORDS.search(line) is not None
            kept.append(line)
    return kept


def _is_signed(lines: Sequence[str], start: int) -> bool:
    """Whether a name or the like follows; without one, the words are somebody's good wishes."""
    return next((_is_short(line) for line in lines[start:] if line.strip()), False)


def _is_short(line: str, words: int = _SHORT_WORDS) -> bool:
    return len(line.split()) <= words and not _SPEAKS.search(line)
