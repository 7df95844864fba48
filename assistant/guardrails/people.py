"""Names of people in a customer's words: after "my daughter", "Mr", "my name is", in a closing, or a known first name
before a surname. Names of products and places are left alone, since an answer needs them."""

from collections.abc import Iterator

import regex

from assistant.guardrails.words import listed

FIRST_NAMES = listed(
    """
    aaron adam adrian aidan aine aisling aisha alan albert alejandro alexander alexandra alice alicia amelie
    amina amy andrea andreas andrew angela anja anke anna anne annette antoine antonio aoife arthur barbara
    beatriz ben benjamin bernadette bernd birgit brendan brian bridget camille carlos carmel caroline catherine
    cathal chantal christian christina christine christopher ciara ciaran claire clara claudia colm conor
    cristina daniel david deirdre denise dermot diego dieter dirk dominik donal dorothy eamon eduardo edward
    eileen elena elisabeth elizabeth ella emer emily emma eoin eoghan erik esther eva eve fatima felix fergal
    fernando fiona francisco françois frank franziska friedrich gabriel gareth georg george gerard gerhard
    gisela graham grainne greg guillaume gunter hamza hannah hans harry heather heike heinz helen helena helga
    hélène henry hugo ian ibrahim ignacio ines ingrid irene isabel isabelle jacques jack jakob james jan jane
    janet javier jean jeff jennifer jens jessica joan joanne jochen johannes john jonas jonathan jorge jose josé
    joseph joshua juan julia julian julie julien jürgen karen karin karl katharina katherine kathleen katja
    keith kevin kieran klaus lars laura laurent lena leo leon liam linda lisa louise luca lucas lucia lucy luis
    luisa lukas magdalena maeve manfred manuel margaret maria marie marion mark markus marta martin martina mary
    mathilde matthew matthias maureen max maximilian mehmet melanie michael michel michelle miguel mohamed
    mohammed monica monika muhammad nadia natalia natalie niall niamh nicola nicolas nicole nina nora nuala
    oisin oliver olivia omar orla oscar pablo padraig patricia patrick paul paula pauline pedro peter petra
    philip philippe pierre rachel rafael raquel rebecca renate richard robert roberto roisin ronan rosa roy ruth
    ryan sabine sabrina samuel sandra sara sarah saoirse sean seán sebastian sergio shane sheila siobhan siobhán
    sinead sinéad simon simone sofia sophie stefan stefanie stephanie stephen steven susan susanne sylvia tara
    tanja teresa thérèse thomas thorsten tim tobias tom tomas tommy ursula ute valerie vanessa veronica victor
    vincent volker walter werner wilhelm william wolfgang yvonne yusuf zoe
    """
)
PLAIN_WORDS = listed("mark max frank eve leon rosa nora tara jean marion victor ruth")
"""First names that are words, too: written small they say nothing."""
_NEVER = listed(
    """
    i the a an is was has will can and or but we you he she it they my our your to from on in at for with not no yes
    light standard flex comfort premium basic economy business plus gold silver platinum priority member members
    customer customers passenger passengers account airline airlines airways air airport station street hotel terminal
    flight flights booking monday tuesday wednesday thursday friday saturday sunday january february march april may
    june july august september october november december english irish german french spanish british american
    facebook instagram twitter whatsapp dm ich wir nous je yo manager team support service hello hi thanks please
    office appointment visa so
    """
)
"""Capitalised words that stand where a name could."""
_LETTERS = r"(?:\p{Lu}\p{L}+(?:['’-]\p{L}+)*|\p{Lu}['’]\p{L}+)"
_PART = rf"(?:\p{{Lu}}\.|{_LETTERS})"
_NAME = rf"{_PART}(?:\s(?:(?:de|del|da|di|van|von|der|la|le|Ó|Mac|Mc|y)\s)?{_PART}){{0,3}}"
_AND = r"(?:,|\sand|\s&|\sund|\set|\sy)\s"
_NAMES = rf"{_NAME}(?:{_AND}{_NAME})*"
_KIN = (
    r"(?:my|our|his|her|their) (?:\w+[- ])?(?:wife|husband|partner|fianc[ée]e?|sons?|daughters?|mother|father|mum|mam"
    r"|mom|dad|brothers?|sisters?|friends?|colleague|boss|child|children|kids?|baby|grand\w+|parents|niece|nephew|aunt|uncle"
    r"|cousin|girlfriend|boyfriend)|(?:meine?[nrm]?|unsere?[nrm]?) (?:frau|mann|sohn|tochter|mutter|vater|bruder"
    r"|schwester|freund(?:in)?|kind(?:er)?)|(?:ma|mon|mes|notre) (?:femme|mari|fils|fille|mère|père|frère|sœur|ami"
    r"|amie|enfants?)|mis? (?:mujer|marido|espos[oa]|hij[oa]s?|madre|padre|herman[oa]|amig[oa])"
)
_GIVES = (
    r"(?:my|the) (?:full |first |last )?name is|my name['’]s|name:|ich hei(?:ß|ss)e|mein name ist|je m['’]appelle"
    r"|mon nom est|me llamo|mi nombre es|in the name of|under the name(?: of)?|(?:passengers?|travell?ers?)(?: name)?:"
)
_POINTS = r"this is|it['’]s|booked (?:for|by)|ask|tell|spoke (?:to|with)|i['’]m|i am|ich bin|je suis|soy"
_TITLE = r"mrs?\.?|ms\.?|mx\.?|dr\.?|herrn?|frau|monsieur|madame|mme|señora?|sra?\."
_CLOSING = (
    r"(?:(?:kind|best|warm|many) )?regards|yours(?: \w+)?|sincerely|(?:mit )?freundlichen grüßen|cordialement|saludos"
)
_CUE_WORDS = listed(
    """
    my our his her their mein meine meinen meiner meinem unser unsere unserer ma mon mes notre mi mis name names heiße
    heisse appelle nom llamo nombre passenger passengers traveller travellers traveler travelers mr mrs ms mx dr herr
    herrn frau monsieur madame mme señor señora sra sr regards yours sincerely grüßen cordialement saludos
    """
)
"""One of them stands in every cue."""


def _after(cue: str, name: str, gap: str = r"[\s,:]{1,3}") -> "regex.Pattern[str]":
    return regex.compile(rf"(?<!\p{{L}})(?i:{cue}){gap}(?P<name>{name})")


_CUED = (_after(_KIN, _NAMES), _after(_TITLE, _NAME), _after(_CLOSING, _NAME))
_GIVEN = _after(_GIVES, _NAMES)
_POINTED = _after(_POINTS, _NAMES, r"\s")
_SIGNED = regex.compile(rf"(?:[.!,]\s*\n+|\n\s*[-–—]?\s*)(?P<name>{_NAME})\s*$")
_PAIR = regex.compile(rf"(?<![\p{{L}}@#])(?P<name>{_LETTERS}(?:\s(?:&|and|und|et|y))?\s{_NAME})")
_SMALL = r"\p{Ll}+(?:['’-]\p{Ll}+)*"
_SMALL_AFTER = _after(rf"{_KIN}|{_GIVES}|{_TITLE}", _SMALL)
_SMALL_TITLED = _after(r"mrs?\.?", _SMALL, r"\s")
_PLACES = listed("airport station street road square terminal airlines airways hotel university hospital day cathedral")
_WORD = regex.compile(r"\p{L}+")


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Where names stand; the same place may come twice."""
    said = frozenset(_WORD.findall(text.casefold()))
    known = not said.isdisjoint(FIRST_NAMES)
    if not said.isdisjoint(_CUE_WORDS):
        yield from _cued(text)
    if known:
        yield from _known(text)


def _cued(text: str) -> Iterator[tuple[int, int]]:
    for pattern in _CUED:
        yield from (match.span("name") for match in pattern.finditer(text) if _is_name(match["name"]))
    for match in _GIVEN.finditer(text):
        if _is_name(match["name"]) and (" " in match["name"] or _opens_known(match["name"])):
            yield match.span("name")
    yield from (match.span("name") for match in _SMALL_TITLED.finditer(text) if match["name"] not in _NEVER)


def _known(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (_POINTED, _SIGNED, _GIVEN):
        yield from (match.span("name") for match in pattern.finditer(text) if _opens_known(match["name"]))
    for match in _PAIR.finditer(text):
        words = _WORD.findall(match["name"].casefold())
        if _opens_known(match["name"]) and words[1] not in _NEVER and _PLACES.isdisjoint(words):
            yield match.span("name")
    yield from (match.span("name") for match in _SMALL_AFTER.finditer(text) if match["name"] in FIRST_NAMES)


def _opens_known(name: str) -> bool:
    return _WORD.findall(name.casefold())[0] in FIRST_NAMES


def _is_name(name: str) -> bool:
    words = [word.strip(".,").casefold() for word in name.split()]
    return words[0] not in _NEVER and any(char.islower() for char in name)
