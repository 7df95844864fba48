"""Words by which a sentence limits itself, in English, German, French and Spanish."""

import re
from typing import NamedTuple

from assistant.guardrails.words import listed


def _any_of(words: str) -> re.Pattern[str]:
    """Any of the expressions, which stand between bars with white space around them."""
    one = "|".join(" ".join(each.split()) for each in words.split(" | "))
    return re.compile(rf"\b(?:{one})(?:\b|(?<=['’]))", re.IGNORECASE)


_NEVER = re.compile(r"(?!)")


class Tongue(NamedTuple):
    """How one language limits. `known_by` are its small words; `conditions` open a clause, up to the next comma;
    `exceptions` leave out what follows; `only` says that it is the sole case; `phrases` narrow by themselves,
    `measures` where a figure or a name follows."""

    known_by: frozenset[str]
    conditions: re.Pattern[str]
    exceptions: re.Pattern[str]
    only: re.Pattern[str]
    phrases: re.Pattern[str]
    measures: re.Pattern[str]


ENGLISH = Tongue(
    listed("the is are you we can of to and for with your our be will may it at in on from by this that all some"),
    _any_of("if | unless | as long as | so long as | provided | on condition | subject to | while (?=you|they|the|it)"),
    _any_of(
        "plus (?=(?:vat|tax|taxes|postage|shipping)\\b) | whichever (?=is (?:higher|lower|later|earlier|more|less)\\b)"
        " | except for | except | excluding | other than | apart from"
        " | not (?=(?:on|in|at|for|with|by|before|after)\\b)"
    ),
    _any_of("only | solely | exclusively"),
    _any_of(
        r"""outside | (?:at|in|by|with) our own | (?:in|with|under|on) (?=(?:the |our |your )?(?-i:[A-Z][a-z]))
        | in (?!an?\b|the|this|that|any|each|every)(?=\w+ cases?\b)
        | over the (?=holidays|weekend|winter|summer) | against (?=an? ) | on the same
        | (?:after|before) (?=\w+ing\b|an? )
        | (?:from|until|till|as of|before)(?=(?: \d\S{0,3}(?: of)?)?
        (?-i:J(?:an|u[nl])|Feb|Ma[ry]|A(?:pr|ug)|Sep|Oct|Nov|Dec))
        | (?<=free )for (?=(?:the first )?(?:\d+ |two |three |six |twelve )?(?:minute|hour|day|week|month|year)s?\b)"""
    ),
    _NEVER,
)
GERMAN = Tongue(
    listed(
        """
        der die das und ist sind sie wir ihr ihre können kann mit für nicht im in den dem ein eine auf zu wird werden
        bei von es des dürfen darf haben hat unsere alle jede nur wenn außer ab unter über vor nach bis ohne
        """
    ),
    _any_of(
        """wenn | falls | sofern | solange | soweit | sobald | vorausgesetzt | es sei denn | wer
        | bis (?=jemand|sie|er|es)"""
    ),
    _any_of("außer | ausgenommen | mit ausnahme | bis auf"),
    _any_of("nur | ausschließlich | lediglich | allein"),
    _any_of(
        r"""für | ohne | während | innerhalb | außerhalb | gegen | unter | an | am | auf | aus | bei | beim | in | im
        | mit | (?=\w+tags\b)"""
    ),
    _any_of("bis zu | bis | ab | unter | über | von | in | vor | nach | zwischen | mindestens | höchstens"),
)
FRENCH = Tongue(
    listed(
        """
        le la les des du de et est sont vous nous votre vos avec pour pas dans un une au aux en sur peut pouvez peuvent
        l d ne ce se nos notre tous si à qu
        """
    ),
    _any_of(
        """si | s['’](?=il|elle|ils|elles) | lorsque | lorsqu['’] | quand | tant que | tant qu['’]
        | à moins qu(?:e|['’])
        | à condition | pourvu que | dès lors que | dès que | une fois que
        | pendant que | sous réserve"""
    ),
    _any_of("sauf | hormis | excepté | hors | à l['’]exception"),
    _any_of(
        """uniquement | seulement | seuls? | seules? | exclusivement | que (?=pour|dans|sur|avec|chez)
        | qu['’](?=à|au|en|avec)"""
    ),
    _any_of(
        r"""pour | sans | pendant | durant | sur | en dehors | hors de | auprès | chez | avec | au | aux | à la
        | dans | en
        | (?:le|la|les) (?=(?:premi|derni|deuxi|jours?|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche))"""
    ),
    _any_of(
        """jusqu['’]à | jusqu['’]au | dès | à partir d(?:es?|u|['’]) | (?:de )?moins d(?:es?|u|['’])
        | (?:de )?plus d(?:es?|u|['’]) | dans | en | sous
        | avant | après | entre | au moins | au plus"""
    ),
)
SPANISH = Tongue(
    listed(
        """
        el la los las de y es son con para no en un una puede pueden su sus se que por del al lo nuestros nuestras si
        todos todas
        """
    ),
    _any_of(
        """si | cuando | siempre que | mientras | a menos que | con tal de que | en caso de que | a condición
        | siempre y cuando | en cuanto | una vez que | previa | previo"""
    ),
    _any_of("salvo | excepto | menos (?!de|que) | a excepción"),
    _any_of("solo | sólo | únicamente | exclusivamente | solamente"),
    _any_of(
        r"""para | sin | durante | bajo | fuera | con | en | ante
        | (?:los|el|la|las) (?=(?:primer|últim|segund|días|lunes|martes|miércoles|jueves|viernes|sábados|domingos))"""
    ),
    _any_of(
        """hasta | a partir del? | desde | (?:de )?menos del? | (?:de )?más del? | dentro | en | antes | después | entre
        | al menos | como máximo"""
    ),
)
TONGUES = (ENGLISH, GERMAN, FRENCH, SPANISH)

HEDGES = _any_of(
    """hardly(?: ever)? | rarely | seldom | barely | kaum | selten | rarement | raramente | rara vez
    | usually | normally | typically | generally | mostly | (?<!as )often | sometimes | as a rule | in part | partly
    | partially | teilweise | zum teil | en partie | partiellement | en parte | parcialmente
    | in (?:most|many|some) cases | in general
    | normalerweise | gewöhnlich | üblicherweise | meistens | meist | oft | manchmal | in der regel | im allgemeinen
    | in vielen fällen
    | généralement | normalement | habituellement | d'habitude | souvent | parfois | en général | en principe
    | la plupart du temps
    | normalmente | generalmente | habitualmente | a menudo | a veces | en general | por lo general | suel(?:e|en)"""
)
"""Say that it isn't always so."""
SOME = _any_of(
    """some | several | certain | selected | participating | many | (?<!at )most | few | nearly all | almost all
    | not all
    | einige[nrm]? | manche[nrm]? | mehrere[nrm]? | bestimmte[nrm]? | ausgewählte[nrm]? | viele[nr]? | die meisten
    | fast alle[nr]? | nicht alle | teilnehmende[nrm]?
    | certaine?s | quelques | plusieurs | la plupart | de nombreu(?:x|ses) | presque tou(?:s|tes) | pas tou(?:s|tes)
    | algun[oa]s | vari[oa]s | ciert[oa]s | la mayoría | much[oa]s | casi tod[oa]s | no tod[oa]s"""
)
"""Say that it isn't so for all."""
PART_OF = _any_of(
    r"""(?:half|a third|two thirds|a quarter|(?:a )?part|a portion|\d+ ?(?:%|per ?cent)) of (?=the|your|our|all)
    | half (?=the|your) | die hälfte | ein teil | la moitié | la mitad"""
)
PART = _any_of(
    r"""half | third | thirds | quarter | part | partly | portion | \d+(?= ?(?:%|per ?cent)) | fifty | hälfte
    | halbe[rnms]? | teil | teilweise | moitié | demi | mitad"""
)
"""Say that it isn't the whole."""
SORTS = _any_of(
    """(?:larger|bigger|smaller|older|newer|younger|heavier|lighter|longer|shorter|cancell?ed|delayed|damaged)(?= [a-z])
    | (?:defective|faulty|unused|unopened|unworn|undamaged|sealed|prepaid)(?= [a-z])
    | große[nrsm]? | kleine[nrsm]? | neue[nrsm]? | grandes? | grands? | gros(?:se)?s? | petite?s?
    | nouve(?:au|lle|aux|lles) | pequeñ[oa]s? | nuev[oa]s?"""
)
"""Beside a noun they say which ones."""
TIMES = _any_of(
    r"""(?<!at )(?:once|twice)(?! (?:it|you|we|they|the|your|that)\b) | the first time
    | einmal(?:ig)? | zweimal | beim ersten mal | (?:une|deux) fois(?! qu) | la première fois
    | una vez(?! que) | dos veces | la primera vez"""
)
"""Say how often."""
CALLED = re.compile(
    r"\b(?P<noun>[a-z]+) (?:you|we|they) (?:have|own|bought|booked|ordered|downloaded|made|paid for|send)\b"
    r"(?P<told>[^,.;:]*)"
)
"""Which ones, with "that" left out: "shoes you have not worn outdoors"."""
FOLLOWS = re.compile(
    r"^(?:this|that|it|the offer|dies|das|es|cela|ceci|esto|eso)\b.{0,25}?\b(?:only|limited to|nur|ausschließlich"
    r"|uniquement|que pour|seulement|solo|sólo|únicamente)\b|^(?:this|that|it|the offer)\b.{0,60}?\bonly\b\W*$",
    re.IGNORECASE,
)
"""A sentence that limits the one before it."""
MAY = re.compile(r"(?<!\byou )(?<!\bthey )\b(?:may|might|could)\b", re.IGNORECASE)
"""Say that it isn't certain; what "you may" do is allowed."""
ABLE = _any_of("may | might | could | can | possibl[ey] | perhaps | sometimes | up to")
_LIMIT = (
    r"up to|at most|at least|no more than|no less than|about|around|approximately|roughly"
    r"|bis zu|höchstens|mindestens|maximal|etwa|rund|ungefähr|circa|jusqu['’]à|au plus|au moins|environ"
    r"|hasta|como máximo|al menos|unos|unas|aproximadamente"
)
_FIGURE = (
    r"\d[\d.,]*|an?(?= (?:minute|hour|day|week|month|year)\b)|one(?= \w)"
    r"|two|three|four|five|six|seven|eight|nine|ten|twelve|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf"
    r"|deux|trois|quatre|cinq|sept|huit|neuf|dix|douze|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce"
)
UP_TO = re.compile(
    rf"\b(?:(?:{_LIMIT})\s+(?:[€$£]\s?)?|until\s+(?=\S+ (?:minute|hour|day|week|month)s? before))({_FIGURE})\b",
    re.IGNORECASE,
)
BOUNDS = re.compile(
    rf"\b(?:{_LIMIT}|between|from|over|under|more than|less than|as of|within|until|due|after|before"
    r"|limit(?:ed)?(?: \w+){0,3} (?:is|to|of)|max(?:imum)?\.?|min(?:imum)?\.?|bis|ab|über|unter|mehr als|weniger als"
    r"|innerhalb von|von|dès|à partir de|plus de|moins de|sous|de|a partir de|desde|más de|menos de|máximo"
    r"|dentro de)\s*$",
    re.IGNORECASE,
)
"""Stand before a figure and make it a limit, or an estimate."""
CURRENCY = re.compile(r"[€$£]\s?$|\b[A-Z]{3} $")
"""What may stand between a limit and its figure."""
ADDRESSES = re.compile(r"\b(?:Sie|Ihnen|du|dir|ihr|euch|[Vv]ous|tu|te|toi|usted(?:es)?|[Pp]uedes?|[Pp]odrá)\b")
"""A reply that says "you" of what its source says of some."""
IDLE = listed(
    """
    app website webseite internet konto telefon email e-mail mail post kasse schalter erdgeschoss team chat formular
    application site compte téléphone courriel courrier caisse guichet équipe formulaire ligne
    aplicación sitio web cuenta teléfono correo caja mostrador equipo formulario línea
    """
)
"""Where or how something is done, for whoever does it."""
HELPFUL = _any_of(
    """questions? | help | like | want | wish | prefer | need | rather | unsure | problems? | wrong
    | fragen? | hilfe | aide | preguntas? | dudas? | ayuda | möchten | wünschen | souhaitez | désirez
    | desea | quiere | brauchen | besoin | necesita"""
)
"""What follows "if" where it only offers help."""
