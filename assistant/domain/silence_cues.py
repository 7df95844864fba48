"""What a text itself says for or against leaving it unanswered: complaints, wishes, replies, insults, sales talk.

Brand-neutral, in English, German, French and Spanish. A word too many costs a person's look at a message that needed
none; a word missing leaves somebody alone with their trouble. Looked at only where a stance already speaks for silence.
"""

import re

from assistant.domain.cues import alternatives, folded_words

_TROUBLE = r"""
delay\w* | lateness | (?:so|too|always|hours?|arriv\w+|still|was|were|are|is|running|left) late | cancel+\w*
| (?:lost|losing|lose|damaged?|broke|broken?|ruin\w*|wreck\w*) | miss(?:ed|ing) | stuck | strand\w* | in line
| queue\w* | \w*(?:customer|client)\w*service\w* | (?:on )?hold | wait\w*
| \d+ ?(?:hours?|hrs?|h|mins?|minutes?|days?|weeks?) | (?:half|an|a) (?:an )?hour | hours | refund\w* | reimburs\w*
| compensat\w* | vouchers? | charg(?:e|ed|es|ing) | overcharg\w* | fees? | paid | [$£€] ?\d[\d.,]*\w*
| \d+ ?(?:[$£€]|dollars?|euros?|pounds?|bucks) | my money | expensive | bags? | luggage | baggage | suitcases?
| parcels? | orders? | deliver\w* | seats? | gate(?: \w?\d+)? | check(?:ing|ed)? ?.?in | board(?:ed|ing) | tarmac
| crew | staff | agents? | employees? | attendants? | pilots? | stewardess\w* | drivers? | reps? | representatives?
| managers? | supervisors? | rude\w* | attitude | unprofessional | incompeten\w* | service | services | help | helps
| helped | helpless | unhelpful | support | web ?sites? | sites? | apps? | page | online | log ?in | phones?
| (?:phone|hot) ?lines? | call(?:ed|ing|s)? | hung up | reservations? | book(?:ed|ings?)? | tickets?
| (?:my|our|your|ur|this|that|the|every|last|next|first|another|return|connecting|delayed) (?:\w+
)?(?:flights?|trains?)
| flights? ?#?\d+ | \w{2} ?#?\d{3,4}\w* | upgrad\w* | miles | points | status | confirmation | e?mail(?:ed|s|ing)?
| answer\w* | respon[ds]\w* | reply | replies | replied | ignor\w* | communicat\w* | apolog\w* | excuses? | promis\w*
| told (?:me|us) | said (?:i|we|you|it|they) | li(?:e|ed|es|ars?|ying) | disappoint\w* | frustrat\w* | unacceptable
| inexcusable | unbelievable | ridiculous\w* | disgust\w* | embarrass\w* | disgrace\w* | shame\w* | humiliat\w*
| compassion\w* | disabled | disabilit\w* | handicap\w* | wheelchairs? | racis\w* | sexis\w* | discriminat\w*
| nightmare | hell to | flight (?:to|from) hell | worst (?:experience|trip|flight|service|day|travel) | a joke
| fail\w* | \w+fail\w* | issues? | problems? | wrong | errors? | unable
| (?:does|do|did|is|was|wo|wi)(?:n.?t| not) (?:\w+ ){0,2}(?:work|load)\w* | never loads?
| never (?:again|\w*fly\w*|us(?:e|ing)|book\w*|com\w+ back|tell\w*|return\w*|answer\w*) | (?:stop|stopped|quit) flying
| (?:do not|don.?t|won.?t|will not|not) (?:be )?(?:fly\w*|us(?:e|ing) you) | \w*neveragain | \w*nevern?flying\w*
| last (?:time|straw) | switch\w* (?:to|airlines?|carriers?) | los(?:t|ing) (?:a|my) (?:customer|business)
| (?:no|not|without) (?:\w+ )?(?:help|one|answers?|updates?|info\w*|water|food|wifi|power|heat|air|explanation|word)
| (?:your|ur) (?:\w+ )?(?:policy|policies|customers?|people|guys|system|crew|team|company|airline|planes?|prices?)
| customers? | passengers? | pax | problem\w* | verspat\w* | ausgefallen\w* | gestrichen\w* | storniert\w*
| erstatt\w* | koffer\w* | gepack\w* | wart\w+ | stunden? | minuten | kaputt | fehl(?:t|er)\w* | beschwer\w*
| entschadig\w* | unverschamt\w* | hotline | kundenservice\w* | retards? | annul\w* | rembours\w* | bagages?
| valises? | perdue?s? | attend\w* | heures? | service client | panne | indemnis\w* | scandal\w* | inadmissible\w*
| plainte | retras\w* | cancelad\w* | reembols\w* | maletas? | equipaje\w* | perdid\w* | esper\w+ | horas?
| atencion al cliente | reclam\w* | indemniz\w* | verguenza
"""
"""A failure, or the part of a service that one complains about."""
_WISHED = r"""
please | plea+se* | pls | plz | hope | hopes | hoping | hopefully | wish | wishing | wishes | pray\w*
| would (?:be|love|like) | would.?ve | should\w* | could\w* | want | wants | wanted | wanna | need | needs | needed
| looking (?:for|forward) | interested | sign (?:me|us) up | count (?:me|us) in | bring (?:\w+ )?back | how about
| (?:turn|switch) (?:on|off|up|down|it|the) | do better | hurry | fix | improve | stop (?:\w+ing) | let.?s
| (?:let|give|send|tell|show|get|help|hook|pick|take|fly|bring|fix|follow|notice|choose|hold|consider|add|open)
(?:me|us|my|our|it|this|that|the|your)
| can (?:i|we|you|u|someone|somebody|anyone) | any (?:way|chance|news|update|word) | question | help | ideas?
| suggest\w* | recommend\w* | request\w* | (?:waiting|hop(?:e|ing)) (?:for|to)
| (?:how|when|where|why|who|which|what) (?:do|does|did|can|could|would|will|is|are|was|were|i|we|you|about) | bitte\w*
| hoff\w* | wunsch\w* | konnt\w* | wann | warum | wieso | s.?il vous plait | svp | stp | esper\w+ | pourquoi
| por favor | ojala | deseo | quier\w+
"""
"""A wish or a question, however it is put."""
_REPLIED = r"""
dm | dms | dm.?d | dm.?ed | dming | pm.?d | pmed | (?:direct|private) messag\w* | messaged | in ?boxed? | mailed
| sent | (?:just |already |i )?(?:did|done) | follow(?:ed|ing)(?: you)? | replied | tweeted | will do | got it
| got through
| (?:yes|yeah|yep|yup|no|nope|ok|okay|sure|fine|correct|exactly|right|true|same|both|neither|actually|well)
| hi | hello | hey | thanks? | thx | ty | cheers | you.?re welcome | sorry | my bad | never ?mind | too late | already
| (?:it|that|they|this|he|she|mine|ours|those|these|there)(?:.?s|.?re| is| are| was| were| has| have| had| sure)
| i(?:.?m|.?ve|.?ll|.?d| am| have| had| was| will| did| do| got| just| already| tried| think| know| guess| don.?t|
can.?t)
| we(?:.?re|.?ve|.?ll|.?d| are| have| had| were| will| did| got| just| already)
| not (?:it|that|yet|really|quite|sure|any) | ja | nein | erledigt | gesendet | geschickt | oui | non | envoye\w*
| fait | si | enviado | hecho | listo
"""
"""How somebody speaks who answers an earlier message."""
_INSULTED = r"""
f+u*c+k\w* | f\W{1,4}\w* | f\*+\w* | stfu | gtfo | wtf | \w*shit\w* | sh\*t\w* | crap\w* | ass | asses | asshole\w*
| arse\w* | a\*\*\w* | bitch\w* | b[*!]\w* | bastard\w* | cunts? | c\*\w* | dick\w* | pricks? | twats? | w.nk\w*
| tossers? | bellends? | muppets? | morons? | idiots?\w* | imbecil\w* | cretins? | stupid\w* | dumb\w* | retard\w*
| brain.?dead | losers? | scum\w* | vermin | trash | garbage | rubbish | pathetic | useless | worthless | clowns?
| pigs? | rats? | thie(?:f|ves|ving) | scammers? | crooks? | criminals? | liars? | rot | burn in hell | go to hell
| shut up | shut it | suck (?:my|a|it) | your (?:mum|mom|mother) | ugly | fat | disgusting | filth\w* | parasites?
| cockroach\w* | braindead | nobody likes | hate (?:you|u) | gay | fag\w* | wichser\w* | arschl\w* | scheiss\w*
| idioten | idiot\w* | drecks\w* | depp\w* | versager\w* | fick\w* | connard\w* | salopes? | salauds? | merde\w*
| abruti\w* | cons? | encule\w* | ordures? | mierda\w* | puta\w* | putos? | gilipollas | cabron\w* | imbecil\w*
| inutil\w* | basura | ratas? | sale \w+
"""
"""Insults and swear words."""
_LINKS = r"""
https?\W\S+ | www\.\S+ | \w+\.(?:com|net|org|io|shop|biz|info|xyz|me|ly)\S* | link in (?:my |the )?(?:bio|profile)
"""
_SOLD = (
    _LINKS
    + r"""
| (?:my|our) (?:bio|profile|page|channel|website|shop|store|link|group)
| (?:dm|inbox|message|text|contact|write to|whats ?app|call|add|email) (?:me|him|her|us|them|now|our|my|@?\w+
(?:on|at|today|now))
| whats ?app | telegram | follow (?:me|back|us|for) | followers | likes? | subscribe\w* | click\w* | sign up
| join (?:us|our|my|now|the) | free | giveaways? | claim | winners? | won | selected | congrat\w* | prizes?
| gift ?cards? | iphones? | lottery | jackpot | casino | bet(?:ting|s)? | earn\w* | income | profits? | invest\w*
| crypto\w* | bitcoin\w* | btc | forex | trad(?:er|ing|ers) | coins? | nfts? | token | loans? | lend\w* | interest
| credit | debts? | recover\w* | hack\w* | expert | agent on | guarantee\w* | upfront | discounts? | \d+ ?% | percent
| promo\w* | coupons? | sale | deals? | cheap\w* | prices? | buy | sell(?:ing|s)? | sold
| order (?:now|today|yours|here) | shop | offers? | offering | limited | slots? | hurry | today only | act now
| last chance | hiring | jobs? | vacanc\w* | work(?:ing)? from home | from home | part.?time
| (?:per|a|an|every) (?:hour|day|week|month) | packages? | seo | audit\w* | rank\w* | google | leads? | traffic
| backlinks? | guest posts? | demo | agency | marketing | services? | suppliers? | manufactur\w* | factory | wholesale
| quality | replicas? | designer | watches | handbags? | brands? like yours
| your (?:brand|business|company|website|site|page|audience|sales)
| our (?:ai|agency|team|company|clients?|solution|platform|tool|services?) | singles? | hot | sexy | dating | cam
| nudes? | weight | diet | pills | viagra | spells? | psychic | healing | doctor | dr\.? \w+ | prayer | testimon\w*
| changed my life | thanks to | investor\w* | odds | channel | wallets? | airdrop\w* | share (?:to|this|with) | groups
| gumm\w+ | kilos | ambassadors? | collab\w* | sponsor\w* | babe | tickets each | [$£€] ?\d[\d.,]*\w* | \d+ ?k
| gewinn\w* | kostenlos\w* | gratis | verdien\w* | angebot\w* | rabatt\w* | kredit\w* | jetzt | gagn\w* | gratuit\w*
| promo\w* | credits? | prets? | gana\w* | oferta\w* | prestamos? | dinero | inversion\w*
"""
)
"""What sells, lures or promotes."""


_FAILED = r"""
delay\w* | cancelled | canceled | stuck | strand\w* | tarmac | waiting | still no | on hold | hung up | refund\w*
| trying (?:to|2|for) | tried to
| (?:does|do|did|is|was|wo|wi|ca|could)(?:n.?t| not) (?:\w+ ){0,2}(?:work|load|book|get)\w*
| can.?t (?:\w+ ){0,2}(?:book|get|reach|pay|log) | never (?:loads?|works?|answer\w*|arriv\w*|came) | hours? late
| ridiculous\w* | unacceptable | outrageous\w* | disappoint\w* | frustrat\w* | annoy\w* | rip.?off | bait | lied
| worst | extra | charged (?:me|us) | overcharg\w* | had to pay | no answer | (?:no|not) (?:one|body|reply) | fees?
| verspat\w* | storniert\w* | erstatt\w* | annul\w* | rembours\w* | reembols\w* | cancelad\w* | retras\w*
"""
"""A failure that a customer tells of; an advert sells against others' failures, and says where to write."""
_CONTACTS = (
    _LINKS
    + r"""
| bio | whats ?app | telegram | inbox | dm | text (?:me|him|her|them|us)
| (?:my|our) (?:bio|profile|page|channel|link|shop) | guarantee\w* | invest\w* | crypto\w* | recover\w*
| (?:message|contact|write to|email) (?:me|him|her|us|them)
"""
)
"""Where to write to whom an advert praises, and what it is mostly for."""


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{alternatives(words)})(?!\w)")


_TROUBLE_WORDS = _pattern(_TROUBLE)
_WISH_WORDS = _pattern(_WISHED)
_REPLY_WORDS = _pattern(_REPLIED)
_INSULTS = _pattern(_INSULTED)
_SALES = _pattern(_SOLD)
_FAILURES = _pattern(_FAILED)
_LURES = _pattern(_CONTACTS)
_OWN = re.compile(
    r"(?<!\w)(?:i|i.?m|i.?ve|my|me|we|our|us|mein\w*|ich|wir|uns\w*|je|mon|ma|mes|nous|mi|mis|yo|nos)(?!\w)"
)
_ADDRESSED = re.compile(r"\s*\.?@\w+")
_SHARED = re.compile(r"https?://|www\.|(?<!\w)rt(?!\w)|[“”]@|\"@|(?<!\w)via(?!\w)", re.IGNORECASE)
_FEW = 5
"""Words beside the handles of a message that says little without the one before it."""


def complains(text: str) -> bool:
    """Speaks of trouble, or of the part of a service that people complain about."""
    return _TROUBLE_WORDS.search(folded_words(text)) is not None


def suffers(text: str) -> bool:
    """A story of what failed, with nobody to write to."""
    folded = folded_words(text)
    return _FAILURES.search(folded) is not None and _LURES.search(folded) is None


def wishes(text: str) -> bool:
    """Wishes, asks or suggests something, in whatever words."""
    return _WISH_WORDS.search(folded_words(text)) is not None


def addresses(text: str) -> bool:
    """Begins with a handle: most likely said to somebody, not about somebody."""
    return _ADDRESSED.match(text) is not None


def says_little(text: str) -> bool:
    """A handful of words beside the handles."""
    return len(folded_words(text).split()) <= _FEW


def replies(text: str) -> bool:
    """Reads like an answer to an earlier message: addressed to somebody, in few words or in a replier's words."""
    if not addresses(text) or shares(text):
        return False
    return says_little(text) or _REPLY_WORDS.search(folded_words(text)) is not None


def shares(text: str) -> bool:
    """Passes something on: a link, a quoted or repeated post."""
    return _SHARED.search(text) is not None


def insults(text: str) -> bool:
    """An insult or a swear word stands in it."""
    return _INSULTS.search(folded_words(text)) is not None


def speaks_of_oneself(text: str) -> bool:
    """The author is in it: something happened to somebody."""
    return _OWN.search(folded_words(text)) is not None


def sells(text: str, *, witnesses: int) -> bool:
    """At least so many different words that sell, lure or promote: one alone stands in many an honest message."""
    return len(set(_SALES.findall(folded_words(text)))) >= witnesses
