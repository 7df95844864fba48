"""English words by which a restriction in a source sentence is told from what only describes."""

from assistant.guardrails.contrasts import SAME
from assistant.guardrails.words import listed, stem


def _stems(text: str) -> frozenset[str]:
    return frozenset(meant(word) for word in listed(text))


def meant(word: str) -> str:
    """The stem that stands for all of like meaning."""
    return SAME.get(stem(word), stem(word))


MODALS = listed(
    """
    is are was were can cannot may must will should could might has have had do does did isn't aren't needn't
    """
)
VERBS = listed(
    """
    pay pays get gets receive receives need needs cost costs enter enters arrive arrives include includes take takes
    start starts begin begins serve serves apply applies leave leaves earn earns keep keeps come comes go goes fly flies
    run runs open opens close closes cover covers contain contains save saves enjoy enjoys require requires allow allows
    expire expires last lasts become becomes remain remains qualify qualifies belong belongs count counts depart departs
    deliver delivers bring brings use uses want wants see sees find finds wear wears
    travel travels ship ships roam roams board boards stay stays
    """
)
"""What a clause states by; modals go before them."""

OPENERS = listed(
    """
    on in within inside outside for over under above below before after until till from during at with without between
    of by to through via except than off throughout across per
    """
)
"""Words that open a phrase."""
ADVERBS = listed(
    "usually only normally typically generally commonly widely currently automatically directly always soon"
)
ENDERS = listed("we you it they i he she there which that")
"""Words that close a phrase."""
RELATIVES = listed("that who whose which")
ARTICLES = listed("the a an our your any no each every its their this that")
PARTICIPLES = listed("bought booked made sold paid sent given kept taken worn held won built grown caught left lost")
NO_PARTICIPLES = listed("speed hundred embed indeed exceed proceed succeed included excluded")
CONDITIONS = listed("if unless provided providing except when whenever who whose")
"""Words that open a condition, which goes on to the next comma; "who" says which persons."""
NARROWING = listed("for with without during except off between")
"""Openers of phrases that narrow what a clause states; "of" and "than" go with the phrase before them."""
TIMING = listed("within before after until till from")
MEASURING = TIMING | listed("over under above below")
"""The same where a figure follows, or a time."""
PLACING = listed("on in at inside outside within across throughout")
"""The same where what follows is one of several cases."""
NESTED = listed("of than over under above below between from to")

EVERYBODY = _stems(
    """
    customer passenger guest traveller visitor user client buyer shopper person people reader patient caller consumer
    everyone everybody anyone anybody somebody someone else you we us it they holder one
    """
)
"""Who a reply says "you" to, whoever they are."""
PEOPLE = _stems(
    """
    member student senior child children kid infant toddler baby resident cardholder admin administrator driver tenant
    landlord pensioner subscriber employee teacher parent family adult youth group couple owner veteran apprentice
    citizen local beginner swimmer cyclist rider player donor volunteer patron pupil carer companion spouse partner
    buyer seller trader company business organiser host editor manager newcomer graduate trainee nurse soldier
    household camper lodger freelancer farmer
    """
)
IDLE_PLACES = _stems(
    """
    app website site page web internet browser account setting menu link email e-mail mail writing advance person
    desk counter addition case general total cash full time board phone telephone post button profile form portal chat
    message dm team us you your them it details information help question example instance way fact least most
    once request moment same free hand front back top mind place confirmation tab inbox section below above here
    day charge cost fee price amount number code reference surname name free
    """
)
"""Where something is done or how, not for whom or when."""
TIMES = _stems(
    """
    monday tuesday wednesday thursday friday saturday sunday weekday weekend holiday january february march april may
    june july august september october november december spring summer autumn winter season night morning afternoon
    evening noon midnight departure arrival checkin delivery pickup term peak easter christmas hour day week month
    year show dispatch collection performance event match game concert course
    start begin end
    """
)
CASES = TIMES | _stems(
    """
    country city town village area region island zone state county district centre europe eu uk us usa germany france
    spain italy ireland home household house flat apartment room suite store shop branch outlet hall pool class cabin
    train flight route trip crossing tour journey plan tariff package tier subscription contract rental order
    purchase product item good ticket fare pass treatment model device vehicle car seat row court lane deck
    plant garden class course lesson group brand range line case
    """
)
"""One of several: a rule that holds "in EU countries" may not hold elsewhere."""
DECORATION = _stems(
    """
    our your own friendly full whole entire total original same usual normal regular current exact actual correct right
    good great next following different certain various many most more other another further additional extra
    customer service general simple short long little own valid special such relevant respective necessary applicable
    team contact main official available possible
    """
)
"""Words before a noun that seldom narrow a rule."""
FRESH = _stems("new existing")
"""The same, unless the noun is a person: "new customers"."""
PRICES = _stems("price cost fee fare charge")
ALL = _stems("all every any each both")
ABOVE = listed("above below here")
CURRENCIES = _stems("eur usd gbp chf euro dollar pound franc cent pence percent")
UNITS = CURRENCIES | _stems("kg g lb cm m metre meter km inch day week month hour")
MORE = _stems("over above longer taller older larger bigger heavier higher more")
LESS = _stems("under below shorter smaller younger lighter lower less fewer")
