"""The one table of what each network allows: lengths, rates, rules and abilities, with source and date."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from assistant.domain.value import Value

DEFAULT_LIMIT = 20_000
"""Characters where a network sets none: a reply longer than a message we would read ourselves is a mistake."""
DAY_S = 86_400


class Unit(StrEnum):
    """How a network counts a text."""

    CODE_POINTS = "code_points"
    UTF16 = "utf16"
    UTF8 = "utf8"
    GRAPHEMES = "graphemes"
    X_WEIGHTED = "x_weighted"
    MASTODON = "mastodon"
    THREADS = "threads"


class Budget(Value):
    """At most so many answers in so many seconds; `private` where only private or only public ones count."""

    answers: int
    per_s: int
    private: bool | None = None


class Network(Value):
    """One network. Windows are hours since the customer last wrote; None means no such rule.

    `human_window_h` is the longer window for answers a person wrote. `approval` means automated answers need the
    network's written approval. `again_after_h`: how long one automatic answer is all a sender gets. `listen_only`: it
    takes no answers at all.
    `chains`: an answer may go on in answers to itself; `machine_chains`: an automated one too. `lead`: what the adapter
    puts before a text, the author's name, counts so much at most.
    `source` says where the figures stand, `checked` when they were read there.
    """

    limit: int = DEFAULT_LIMIT
    unit: Unit = Unit.CODE_POINTS
    byte_limit: int | None = None
    threads: bool = True
    edits: bool = False
    deletes: bool = False
    private: bool = False
    summoned_only: bool = False
    one_reply: bool = True
    private_window_h: int | None = None
    human_window_h: int | None = None
    private_reply_days: int | None = None
    approval: bool = False
    again_after_h: int | None = None
    listen_only: bool = False
    chains: bool = False
    machine_chains: bool = False
    lead: int = 0
    budgets: tuple[Budget, ...] = ()
    source: str
    checked: str

    def budgets_of(self, *, private: bool) -> tuple[Budget, ...]:
        """Those an answer of this visibility counts against."""
        return tuple(budget for budget in self.budgets if budget.private in {None, private})


NETWORKS: Mapping[str, Network] = {
    "x": Network(
        limit=280,
        unit=Unit.X_WEIGHTED,
        edits=True,
        deletes=True,
        private=True,
        summoned_only=True,
        approval=True,
        chains=True,  # by a person; X lets a machine answer an interaction with one post
        budgets=(
            Budget(answers=100, per_s=900, private=False),
            Budget(answers=10_000, per_s=DAY_S, private=False),
            Budget(answers=15, per_s=900, private=True),
            Budget(answers=1_440, per_s=DAY_S, private=True),
        ),
        source="docs.x.com: counting characters, rate limits, automation rules of 2026-02-23",
        checked="2026-11",
    ),
    "bluesky": Network(
        limit=300,
        unit=Unit.GRAPHEMES,
        byte_limit=3000,
        deletes=True,
        summoned_only=True,
        chains=True,
        machine_chains=True,
        budgets=(Budget(answers=1_600, per_s=3_600), Budget(answers=11_000, per_s=DAY_S)),
        source="lexicon app.bsky.feed.post, enforced by a real PDS; docs.bsky.app: 5,000 points an hour, create = 3",
        checked="2026-11",
    ),
    "mastodon": Network(
        limit=500,
        unit=Unit.MASTODON,
        edits=True,
        deletes=True,
        private=True,
        summoned_only=True,
        chains=True,
        machine_chains=True,
        lead=32,  # "@", a user name of 30 characters, a blank
        budgets=(Budget(answers=300, per_s=300),),
        source="docs.joinmastodon.org: user/posting, api/rate-limits; a server may set more characters",
        checked="2026-11",
    ),
    "threads": Network(
        limit=500,
        unit=Unit.THREADS,
        summoned_only=True,
        chains=True,
        machine_chains=True,
        budgets=(Budget(answers=1_000, per_s=DAY_S),),
        source="developers.facebook.com/documentation/threads: posts (500, emoji by their bytes), overview "
        "(1,000 replies)",
        checked="2026-11",
    ),
    "facebook": Network(
        limit=2000,
        unit=Unit.UTF16,
        edits=True,
        deletes=True,
        private=True,
        private_window_h=24,
        human_window_h=168,
        private_reply_days=7,
        budgets=(Budget(answers=750, per_s=3_600),),
        source="developers.facebook.com/docs/messenger-platform: policy, rate limits; Meta states no length of a "
        "comment, so that of a message is kept, which a private answer to one must keep anyway",
        checked="2026-11",
    ),
    "instagram": Network(
        limit=1000,
        byte_limit=1000,
        unit=Unit.UTF16,
        deletes=True,
        private=True,
        private_window_h=24,
        human_window_h=168,
        private_reply_days=7,
        budgets=(Budget(answers=750, per_s=3_600),),
        source="developers.facebook.com/docs/messenger-platform/instagram/features/send-message: 1,000 bytes of "
        "UTF-8, kept by comments, too; private-replies: one within 7 days",
        checked="2026-11",
    ),
    "messenger": Network(
        limit=2000,
        unit=Unit.UTF16,
        private=True,
        private_window_h=24,
        human_window_h=168,
        one_reply=False,
        source="developers.facebook.com/docs/messenger-platform: policy; 2,000 characters as clients of the send "
        "API have it",
        checked="2026-11",
    ),
    "whatsapp": Network(
        limit=4096,
        private=True,
        private_window_h=24,
        human_window_h=24,
        one_reply=False,
        budgets=(Budget(answers=80, per_s=1),),
        source="developers.facebook.com/docs/whatsapp: cloud-api/messages/text-messages (4,096), throughput (80 "
        "a second), the 24 hours of customer service",
        checked="2026-11",
    ),
    "telegram": Network(
        limit=4096,
        unit=Unit.UTF16,
        edits=True,
        private=True,
        one_reply=False,
        budgets=(Budget(answers=30, per_s=1),),
        source="core.telegram.org/bots/api#sendmessage (1 to 4,096 characters), /bots/faq (30 a second)",
        checked="2026-11",
    ),
    "reddit": Network(
        limit=10_000,
        unit=Unit.UTF16,
        edits=True,
        deletes=True,
        summoned_only=True,
        budgets=(Budget(answers=20, per_s=60),),
        source="reddit-archive/reddit: POST_comment (10,000), wiki/API (60 calls a minute; more is said of "
        "late), of which an answer takes three",
        checked="2026-11",
    ),
    "youtube": Network(
        limit=5_000,
        unit=Unit.UTF16,
        edits=True,
        deletes=True,
        budgets=(Budget(answers=150, per_s=DAY_S),),
        source="developers.google.com/youtube/v3/determine_quota_cost: 10,000 units a day, 50 an answer, 1 a "
        "look (2,160 for looks every two minutes); it states no length: half of the 10,000 others report is kept",
        checked="2026-11",
    ),
    "google_play": Network(
        limit=350,
        unit=Unit.UTF16,
        threads=False,
        edits=True,
        deletes=True,
        budgets=(Budget(answers=2_000, per_s=DAY_S),),
        source="developers.google.com/android-publisher/reply-to-reviews: 350 characters, 2,000 answers a day",
        checked="2026-11",
    ),
    "app_store": Network(
        limit=2000,
        unit=Unit.UTF16,
        threads=False,
        edits=True,
        deletes=True,
        source="developer.apple.com: customerReviewResponses, one answer a review; Apple states no length: a "
        "third of the 5,970 others report is kept",
        checked="2026-11",
    ),
    "google_business": Network(
        limit=1000,
        byte_limit=4096,
        unit=Unit.UTF16,
        threads=False,
        source="no adapter; Google's reference of review replies names 4,096 bytes, a quarter is kept in characters",
        checked="2026-11",
    ),
    "discourse": Network(
        limit=32_000,
        unit=Unit.UTF16,
        edits=True,
        deletes=True,
        private=True,
        summoned_only=True,
        budgets=(Budget(answers=20, per_s=60),),
        source="discourse/discourse: config/discourse_defaults.conf (60 calls of a key a minute, of which an "
        "answer takes two), config/site_settings.yml (max_post_length 32,000); a forum may set others",
        checked="2026-11",
    ),
    "rss": Network(listen_only=True, edits=True, source="RSS 2.0 and Atom: a feed takes no answers", checked="2026-11"),
    "email": Network(
        private=True,
        again_after_h=24,
        source="no limit of its own; RFC 3834: one automatic answer to a sender and period, none to automatic "
        "mail; the period is ours",
        checked="2026-11",
    ),
    "matrix": Network(
        edits=True,
        deletes=True,
        private=True,
        byte_limit=60_000,
        one_reply=False,
        source="spec.matrix.org: an event holds 65,536 bytes; m.notice is the type of automated messages",
        checked="2026-11",
    ),
    "webhook": Network(
        one_reply=False, source="Standard Webhooks specification; no limit of its own", checked="2026-11"
    ),
    "files": Network(
        edits=True, deletes=True, one_reply=False, source="a folder of ours; no limit of its own", checked="2026-11"
    ),
    "chatwoot": Network(
        limit=150_000,
        private=True,
        edits=True,
        deletes=True,
        one_reply=False,
        source="chatwoot/chatwoot: app/models/message.rb (content of at most 150,000 characters)",
        checked="2026-11",
    ),
    "zendesk": Network(
        private=True,
        one_reply=False,
        budgets=(Budget(answers=100, per_s=60),),
        source="developer.zendesk.com: rate-limits (100 updates of tickets a minute); comments hold some 65,000 "
        "characters",
        checked="2026-11",
    ),
    "zammad": Network(
        private=True,
        one_reply=False,
        source="zammad/zammad: app/models/ticket/article.rb (bodies of 1.5 MB); the server's own rate",
        checked="2026-11",
    ),
    "freshdesk": Network(
        private=True,
        one_reply=False,
        budgets=(Budget(answers=80, per_s=60),),
        source="developers.freshdesk.com: rate limits by plan (80 updates of tickets a minute in the smallest)",
        checked="2026-11",
    ),
    "chat": Network(one_reply=False, source="a widget of ours; no limit of its own", checked="2026-11"),
    "web": Network(one_reply=False, source="a form of ours; no limit of its own", checked="2026-11"),
}
"""By kind of network. A channel named like its kind takes its lengths from here even where it isn't connected."""


class Refusal(StrEnum):
    """Which rule forbids an answer; the value is the code people see."""

    LISTEN_ONLY = "listen_only"
    SUMMONED = "summoned"
    ALREADY_REPLIED = "already_replied"
    ANSWERED_LATELY = "answered_lately"
    OPTED_OUT = "opted_out"
    WINDOW_OPEN = "window_open"
    PRIVATE_REPLY_USED = "private_reply_used"
    APPROVAL_ON_FILE = "approval_on_file"
    OWNED = "owned"
    BUDGET = "budget"


REFUSAL_SENTENCES: Mapping[Refusal, str] = {
    Refusal.LISTEN_ONLY: "Nothing can be answered here; answer where the message stands.",
    Refusal.SUMMONED: "The network lets a machine answer only where the account was named, quoted or written to.",
    Refusal.ALREADY_REPLIED: "The account answered this message already.",
    Refusal.ANSWERED_LATELY: "The sender got an automatic answer a short time ago, and one is all there may be.",
    Refusal.OPTED_OUT: "The author asked for no more automatic answers.",
    Refusal.WINDOW_OPEN: "The network's time for answering this message is over.",
    Refusal.PRIVATE_REPLY_USED: "The one private reply this comment allows was sent already.",
    Refusal.APPROVAL_ON_FILE: "The network wants its written approval of automatic answers, and none is on file.",
    Refusal.OWNED: "People at the other desk have this conversation; the answer is theirs.",
    Refusal.BUDGET: "The network's number of answers for this time is used up.",
}
"""One sentence each, for people."""


class Facts(Value):
    """What the rules ask about one answer. `sent_in` holds, for each budget that counts, answers in its time.

    `late_answers`: people have a way to answer after the window, such as WhatsApp's templates.
    """

    automated: bool
    private: bool
    known_post: bool
    summoned: bool
    answered: bool
    opted_out: bool
    wrote_at: datetime | None
    private_replies: int = 0
    private_reply: bool = False
    late_answers: bool = False
    approval: str = ""
    owned: bool = False
    answered_lately: bool = False
    sent_in: tuple[int, ...] = ()


def refusals(network: Network, facts: Facts, *, at: datetime) -> tuple[Refusal, ...]:
    """Every rule of the network this answer would break, in the order of the codes; none means it may go out.

    What a person wrote and sends is held to the window, the one private reply, the owner, the budget and places that
    take no answers only.
    """
    machine = facts.automated
    broken = {
        Refusal.LISTEN_ONLY: network.listen_only,
        Refusal.SUMMONED: machine and (not facts.known_post or (network.summoned_only and not facts.summoned)),
        Refusal.ALREADY_REPLIED: machine and network.one_reply and facts.answered,
        Refusal.ANSWERED_LATELY: machine and facts.answered_lately,
        Refusal.OPTED_OUT: machine and facts.opted_out,
        Refusal.WINDOW_OPEN: _window_is_over(network, facts, at),
        Refusal.PRIVATE_REPLY_USED: facts.private_reply and facts.private_replies > 0,
        Refusal.APPROVAL_ON_FILE: machine and network.approval and not facts.approval,
        Refusal.OWNED: facts.owned,
        Refusal.BUDGET: any(
            sent >= budget.answers
            for budget, sent in zip(network.budgets_of(private=facts.private), facts.sent_in, strict=False)
        ),
    }
    return tuple(code for code in Refusal if broken[code])


def _window_is_over(network: Network, facts: Facts, at: datetime) -> bool:
    """A window is over at its last moment; a message without a time is taken as just written."""
    if facts.wrote_at is None:
        return False
    if facts.private_reply and network.private_reply_days is not None:
        return at - facts.wrote_at >= timedelta(days=network.private_reply_days)
    if facts.late_answers and not facts.automated:
        return False
    hours = network.private_window_h if facts.automated else network.human_window_h
    return facts.private and hours is not None and at - facts.wrote_at >= timedelta(hours=hours)
