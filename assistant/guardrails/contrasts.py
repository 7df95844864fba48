"""Words that turn a rule into another rule when swapped, and words that mean the same."""

from assistant.guardrails.words import stem

_OPPOSITES = """
before: after until till
once: twice
within: after beyond outside
until: from after
checked: carry-on cabin hand
carry: checked
cabin: checked hold
domestic: international
maximum: minimum
max: min
most: least over above beyond exceeding
more: less fewer
over: under
above: below
higher: lower
increase: decrease reduce
increases: decreases reduces
included: excluded
includes: excludes
including: excluding
inclusive: exclusive
refundable: nonrefundable non-refundable
free: paid chargeable
outbound: inbound return
outgoing: incoming
departure: arrival
departing: arriving
arrive: depart
first: last
earliest: latest
earlier: later
early: late
open: close closed
opens: closes
public: private
adult: child infant
adults: children infants
personal: business
mandatory: optional
required: optional
allowed: prohibited forbidden
eligible: ineligible
valid: invalid expired
available: unavailable
accepted: refused rejected
approved: denied declined rejected
enabled: disabled
enable: disable
online: airport offline
working: calendar
business: calendar
hourly: daily weekly monthly yearly annual annually
daily: weekly monthly yearly annual
weekly: monthly yearly annual
monthly: yearly annual annually quarterly
quarterly: annual yearly
hours: days minutes weeks
days: weeks months
weeks: months
months: years
debit: credit
deposit: withdrawal
checking: savings
buyer: seller
sender: recipient
customer: merchant
deduct: add
pay: receive
send: receive
full: partial
fully: partly partially
always: never sometimes
all: some none
every: some no
each: some
any: some no
both: either neither
only: also
with: without
new: existing
current: former previous
same: different other
single: multiple several
one-way: round-trip return
economy: business
true: false
yes: no
up: down
left: right
inside: outside
start: end
begin: end
buy: sell
temporary: permanent
permanently: temporarily
fixed: variable
automatic: manual
automatically: manually
primary: secondary joint authorized
voluntary: involuntary
original: new
gross: net
physical: virtual
active: inactive
cash: voucher
voucher: refund
postpaid: prepaid
alone: accompanied
allein: begleitung begleitet
seuls: accompagnés
seul: accompagné
seules: accompagnées
solos: acompañados
solo: acompañado
erlaubt: verboten untersagt
autorisé: interdit
autorisée: interdite
permitido: prohibido
permitida: prohibida
kostenlos: kostenpflichtig
gratis: kostenpflichtig pago
gratuit: payant
gratuite: payante
vor: nach
innerhalb: nach außerhalb
binnen: nach
avant: après
sous: après
antes: después
mindestens: höchstens
erwachsene: kinder
erwachsenen: kindern
adultes: enfants
adultos: niños menores
mehr: weniger
plus: moins
más: menos
"""

_SAME = (
    "must need required has have needs should obliged",
    "can may able possible",
    "get receive obtain",
    "buy purchase",
    "begin start commence",
    "end finish",
    "close shut",
    "help assist assistance support",
    "fee charge cost",
    "traveller passenger customer guest",
    "bag baggage luggage suitcase",
    "trip journey",
    "kid child children",
    "phone call telephone",
    "email e-mail mail",
    "show display",
    "choose select pick",
    "tell inform let",
    "ask request",
    "give provide offer",
    "big large",
    "quick fast",
    "fix solve resolve",
    "ticket fare",
    "website site web",
    "money amount sum",
    "cancel cancellation cancelled canceled",
    "photo picture",
    "enough sufficient",
    "allow permit",
    "film movie",
    "gbp pound pounds",
    "refund reimburse reimbursement money-back",
)


def _pairs() -> frozenset[tuple[str, str]]:
    pairs: set[tuple[str, str]] = set()
    for line in _OPPOSITES.split("\n"):
        if ":" in line:
            left, right = line.split(":")
            for other in right.split():
                pairs |= {(stem(left.strip()), stem(other)), (stem(other), stem(left.strip()))}
    return frozenset(pair for pair in pairs if pair[0] != pair[1])


OPPOSITES = _pairs()
"""Pairs of stems, both ways round, that never mean the same rule."""

SAME: dict[str, str] = {stem(word): stem(group.split()[0]) for group in _SAME for word in group.split()}
"""A stem to the stem that stands for its group of like meanings."""
