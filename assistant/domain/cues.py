"""Words that speak for or against silence, whatever a fitted stance says: danger, questions, thanks, regret.

`domain.silence_cues` has those of complaints, wishes, replies, insults and sales. Brand-neutral, in English, German,
French and Spanish. A word too many costs a person's look
at a message that needed no answer; a word missing may cost somebody their help.
"""

import re
import unicodedata
from functools import lru_cache

_DANGER = r"""
suicid\w* | self.?harm\w* | kill\w* | kms | unalive\w* | overdos\w* | pills | tablets | noose | razors? | slit\w*
| wrists? | end (?:it all|my life|his life|her life|things) | (?:to|i|you|they|all|will|ll|should|must|can|rather) die
| dies | died | dying | dead | deaths? | deadly | funeral | bereave\w* | passed away
| no point (?:in )?(?:living|going on) | hopeless
| (?:nobody|no one|noone) (?:would|will|d|ll) (?:even )?(?:notice|miss|care) | can ?(?:not|.?t) go on
| goodbye (?:world|everyone|everybody) | jump(?:ing)? (?:off|in front|from)
| hang(?:ing)? (?:my|him|her|your|them)sel\w+ | slap\w* | punch\w* | smack\w*
| beat(?:en|ing)? (?:you|him|her|them|me|up|the|someone|somebody) | kick\w* (?:you|him|her) | stab\w* | strangl\w*
| chok(?:e|ed|es|ing) | attack\w* | assault\w* | rap(?:e|ed|es|ing|ist|ists) | murder\w* | shoot\w*
| shot (?:at|dead|him|her|them|you|me|someone) | guns? | knife | knives | weapons? | bombs? | bomb(?:ing|er|ed)
| explo[ds]\w* | blow (?:up|it|you|this|the|them) | burn (?:it|you|this|the|them|down|your) | set fire | on fire
| caught fire | smoke | leak(?:s|ed|ing)?
| (?:fuel|oil|fluid|kerosene|sparks?|flames?)\b.{0,30}\b(?:runn\w*|pour\w*|drip\w*|spill\w*|stream\w*|from|off)
| threat\w* | violen\w* | hurt\w* | harm(?:ed|ing|s)? | injur\w* | bleed\w* | blood | wound\w*
| fractur\w* | broken? (?:my|her|his|an?|the)? ?(?:leg|arm|wrist|ankle|hip|rib|nose|neck|back)s? | unconscious
| collaps\w* | faint(?:ed|ing) | ambulance | hospital\w* | paramedics? | emergenc\w* | mayday | police | gardai
| heart attack | stroke | seizures? | chest pain\w* | can.?t breathe | not breathing | allergic | anaphyla\w* | epipen
| insulin | poison\w* | drown\w* | crash(?:ed|es|ing)? | hostages? | terror\w* | hijack\w* | kidnap\w* | abduct\w*
| molest\w* | groom(?:ed|ing) | paedo\w* | pedo\w* | traffick\w* | stalk(?:ed|er|ers|ing)
| (?:put|putting|throw|throwing|smash|smashing|shov(?:e|ing)|ram|ramming)\b.{0,40}\b(?:through|into|at|over|down)
(?:some(?:one|body)|him|her|them|you|your|his|their)
| break(?:ing)? (?:his|her|their|your|some(?:one|body).?s) \w+
| com(?:e|ing) for (?:you|him|her|them) | watch your back | find (?:you|him|her|them)
| know where (?:you|they|she|he) (?:live|work|sleep)s?
| (?:child|children|kids?|son|daughter|baby|toddler|boy|girl)\b.{0,40}\b(?:alone|missing|lost|unattended|left|danger)
| (?:alone|missing|lost|left|abus\w+)\b.{0,30}\b(?:child|children|kids?|son|daughter|baby|toddler|boy|girl)
| selbstmord\w* | suizid\w* | umbring\w* | umzubringen | bring\w* (?:dich|euch|mich|sie|ihn) um | nicht mehr leben
| lebensmude\w* | sterben | stirbt | gestorben | verstorben\w* | tot | tote\w* | tod | tod(?:es|lich)\w* | getotet
| verletz\w* | blutet\w* | blutung\w* | verblut\w* | schlag(?:e|en|t) | zuschlag\w* | verprugel\w* | erschiess\w*
| erstech\w* | messer | waffen? | pistole\w* | bomben? | sprengstoff\w* | droh(?:e|en|t|ung)\w* | bedroh\w*
| gewalt\w* | notfall\w* | notarzt\w* | krankenhaus\w* | krankenwagen\w* | polizei | brennt | vergewaltig\w*
| missbrauch\w* | entfuhr\w* | tabletten | uberfall\w* | kind\w*\b.{0,30}\b(?:allein\w*|vermisst|verloren)
| (?:me|te|se|vous|les?|la) tue\w* | tuer\w* | mourir | meur[ste] | crever | morte?s? | deces | decede\w* | blesse\w*
| blessures? | (?:en|du) sang | saign\w* | frapp\w* | gifl\w* | couteaux? | armes? | pistolets? | bombes? | menac\w*
| viol | violee?s? | agress\w* | poignard\w* | etrangl\w* | egorg\w* | urgences? | hopita\w* | incendie\w*
| noy(?:er|ade) | enlev(?:er?|ement)\w* | en finir | comprimes | enfants?\b.{0,30}\b(?:seule?s?|disparue?s?|perdue?s?)
| matar\w* | te mato | morir\w* | muer(?:e|o|en|te|tes|to|ta|tos|tas) | herid\w* | sangr\w* | golpe\w* | pegar\w*
| cuchill\w* | armas? | pistolas? | bombas? | amenaz\w* | violad\w* | emergencias? | urgencias? | policia
| ambulancia\w* | incendios? | ahog\w* | secuestr\w* | pastillas | dispar\w* | acabar con (?:todo|mi vida)
| quitarme la vida | nin[oa]s?\b.{0,30}\b(?:sol[oa]s?|perdid[oa]s?|desaparecid[oa]s?)
"""
"""Self-harm, violence, weapons, injury, death, emergency, children at risk."""
_HARMLESS = r"""
brain.?dead | dead (?:on time|easy|good|cheap|slow|handy|sound|serious) | dead ?lines? | dead ?pan | killing it
| killer (?:deal|price|view)s? | hurt to (?:ask|try) | punch ?lines? | kill ?joy | stroke of (?:luck|genius)
| slap.?dash | price crash\w* | photo ?shoot\w*
"""
"""Figures of speech, taken out before words of danger are looked for."""

_ASKED = r"""
what (?:is|are|was|do|does|did|can|could|should|would|will|if|about|happens?|happened|counts|else|exactly)
| what (?:size|time|kind|sort|type|date|number|weight|documents?|papers?|fare|bags?|terminal|gate|fee|price) | what.?s
| where (?:in|at|on|near|else) | which \w+
| how (?:much|many|long|far|early|late|big|small|large|heavy|old|often|soon|about|come|to)
| how (?:do|does|did|can|could|is|are|will|would|should|might|may) | (?:when|where|who|why).?s
| (?:when|where|who|why) (?:is|are|do|does|did|can|could|will|would|should|was|were|has|have|am)
| (?:can|could|may|do|does|did|is|are|will|would|should|has|have|am|was|were|shall)(?:n.?t)? (?:i|we|you|ye|u|it|they)
| (?:can|could|may|do|does|did|is|are|will|would|should|has|have|was|were)(?:n.?t)? (?:there|he|she|my|our|your)
| (?:can|could|may|do|does|did|is|are|will|would|should|has|have|was|were)(?:n.?t)? (?:the|this|that)
| (?:can|could|may|do|does|did|is|are|will|would|should|has|have)(?:n.?t)? (?:any|some)(?:one|body)
| (?:can|do|are) (?:kids|people|dogs) | does(?:n.?t)? \w+ | any (?:chance|idea|way|word|updates?|news|tips|seats)
| any(?:one|body) (?:know|have|else|from|able) | wie (?:viel\w*|lange|gross|schwer|oft|kann|ist|sind|komme|geht)
| (?:was|wo|wann|warum|wieso|wer) (?:ist|sind|kostet|kann|darf) | welche\w* \w+
| (?:kann|darf|muss|soll) (?:ich|man|mein\w*|wir) | (?:konnen|durfen|mussen) (?:wir|sie) | gibt es | est.ce que?
| puis.je | peut.on | pouvez.vous | avez.vous | combien | quel\w* \w+ | comment \w+ | ou (?:est|sont|puis)
| cuant[oa]s? | cuando \w+ | donde \w+ | como (?:puedo|se|hago) | que (?:pasa|tengo|hago|puedo) | puedo \w+ | se puede
"""
"""How a question begins when its author leaves out the mark; looked for where a clause begins."""
_WANTED = r"""
(?:was|am|i.?m|im|just) (?:just )?wondering
| (?:want|wanted|like|need|love) to (?:know|ask|find out|check|book|change|cancel|claim)
| (?:let|tell|show|send|give|help|advise|contact|call|refund) (?:me|us)
| (?:please|pls|plz) (?:help|advise|confirm|send|tell|check)
| (?:please|pls|plz) (?:reply|answer|look|sort|fix|call|contact|dm|explain|let)
| (?:can|could)(?:not|.?t) (?:find|log ?in|access|book|pay) | still waiting | no (?:reply|response|answer)
| i (?:need|want) (?:a|my|to|you|help) | need (?:help|assistance|an answer) | hilfe | brauche
| mochte (?:gern\w*|wissen) | besoin | aidez | j.?aimerais | je voudrais | ayuda | necesito | quisiera
"""
"""A wish that wants an answer, wherever in the text it stands."""
_THANKED = r"""
thank\w* | thx | tysm | cheers | kudos | shout.?out | grateful | appreciat\w* | well done | fair play | hats off
| impressed | lovely | amazing | brilliant | fantastic | excellent | superb | wonderful | perfect | best | loved?
| helpful | friendly | kind | kindness | smooth\w* | legends?
| (?:great|good) (?:flight|crew|service|staff|job|trip|experience|team|work) | danke\w* | klasse | merci | bravo
| genial\w* | gracias | estupend\w* | encant\w*
"""
"""Thanks and praise: seldom said by those who want no answer."""


_REGRETTED = r"""
but | however | although | though | except | despite | until | instead | otherwise | yet | still | \w+n['’]?t | not
| never | no | nothing | nobody | none | only | just wish | wish | delay\w* | late | lateness | lost | los(?:e|ing)
| miss(?:ed|es|ing) | wait\w* | stuck | strand\w* | cancel\w* | hours? | hrs? | mins? | minutes | finally | last time
| again | sad | sadly | sorry | frustrat\w* | \w*suck(?:s|ed|ing)? | annoy\w* | disappoint\w* | \w*fail\w* | bad
| worse | worst | poor\w* | rude | broken? | wrong | issues? | problems? | complain\w* | refund\w* | compensat\w*
| tarmac | please | can you | could you
| aber | leider | nicht | kein\w* | mais | pas | jamais | pero | nunca
"""
"""Beside praise these say that something else is meant, or wanted too."""


def alternatives(words: str) -> str:
    """Written with ` | ` between, so that lines may break there."""
    return "|".join(" ".join(words.split()).split(" | "))


_DANGER_WORDS = re.compile(rf"(?<!\w)(?:{alternatives(_DANGER)})(?!\w)")
_FIGURES = re.compile(rf"(?<!\w)(?:{alternatives(_HARMLESS)})(?!\w)")
_QUESTION = re.compile(
    r"(?:^|[.!?,;:\n…—–-]\s*|(?<!\w)(?:and|but|so|or|hi|hello|hey|please|question|und|aber|et|mais|y|pero) )"
    rf"(?:{alternatives(_ASKED)})(?!\w)"
)
_BEGINS = re.compile(rf"(?:{alternatives(_ASKED)})(?!\w)")
_PLANNED = r"""
(?:what|which) year | any plans? | plan(?:s|ning)? to (?:open|launch|start|add|introduce|fly)
| when (?:are|will|do) (?:you|ye) (?:ever )?(?:get|getting|install\w*|introduc\w+|launch\w*|bring\w* (?:back|in))
"""
"""What is not there yet is asked for, such as a date for something new."""
_SENTENCE = re.compile(r"[^.!?？\n…]+[.!?？\n…]*")
_AND = re.compile(r"(?<!\w)(?:and|&|\+|plus|also|und|et|y) (?:also |then |if so |if not )?(?=\w)")
_TAG_WORDS = 3
"""A marked sentence of fewer words ("right?", "ok so?") only asks again what was asked before."""
_WISH = re.compile(rf"(?<!\w)(?:{alternatives(_WANTED)})(?!\w)")
_PRAISE = re.compile(rf"(?<!\w)(?:{alternatives(_THANKED)})(?!\w)")
_REGRET = re.compile(rf"(?<!\w)(?:{alternatives(_REGRETTED)})(?!\w)|[:;]['’]?-?[(/]|[😢😭😞😔😡😠🙄👎💔😤😒]")
_PLANS = re.compile(rf"(?<!\w)(?:{alternatives(_PLANNED)})(?!\w)")
_HANDLE = re.compile(r"(?<!\w)@\w+")
_QUESTION_MARKS = frozenset("?？؟❓❔")


def asks(text: str) -> bool:
    """A question mark stands in it."""
    return not _QUESTION_MARKS.isdisjoint(text)


def asks_in_words(text: str) -> bool:
    """A clause begins like a question, or a wish is said, with or without a mark."""
    folded = folded_words(text)
    return _QUESTION.search(folded) is not None or _WISH.search(folded) is not None


def asks_for_plans(text: str) -> bool:
    """It asks what the brand will do one day; wording about what is so today doesn't answer that."""
    return _PLANS.search(folded_words(text)) is not None


def questions_in(text: str) -> int:
    """How many things are asked: marked sentences, and questions that "and" ties to one before them."""
    folded = folded_words(text)
    marked = [part for part in _SENTENCE.findall(folded) if asks(part) and len(part.split()) >= _TAG_WORDS]
    tied = sum(_tied(sentence) for sentence in marked or [folded])
    return tied + (len(marked) or int(asks(text) or _QUESTION.search(folded) is not None))


def _tied(sentence: str) -> int:
    """Clauses after an "and" that begin like a question, where the words before it ask too."""
    parts = _AND.split(sentence)
    if len(parts) == 1:
        return 0
    asked = [_QUESTION.search(part.lstrip()) is not None for part in parts]
    first = asked.index(True) if True in asked else len(asked)
    return sum(_BEGINS.match(part) is not None for part in parts[first + 1 :])


def thanks(text: str) -> bool:
    """Thanks or praise stands in it, meant or not."""
    return _PRAISE.search(folded_words(text)) is not None


def is_mixed(text: str) -> bool:
    """Praise that regrets, waits, negates or asks for something: more than a thank-you may be due, or less."""
    return _REGRET.search(folded_words(text)) is not None


@lru_cache(maxsize=1024)
def speaks_of_danger(text: str) -> bool:
    """A word of danger to anybody stands in it, other than as a figure of speech. Remembered: three stages ask."""
    return _DANGER_WORDS.search(_FIGURES.sub(" ", folded_words(text))) is not None


@lru_cache(maxsize=1024)
def folded_words(text: str) -> str:
    """Lower case without accents, handles and doubled spaces, at most 20,000 characters: what a mention holds.

    Remembered for about a batch, since one text is asked many things.
    """
    bare = text[:20_000].casefold()
    if not bare.isascii():
        bare = "".join(c for c in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(c))
    return " ".join(_HANDLE.sub(" ", bare).replace("’", "'").split())
