"""The words everything shares: code, API, console, packs and evals. One list, no synonyms."""

from enum import StrEnum


class Decision(StrEnum):
    """Who speaks next."""

    AUTO_REPLY = "AUTO_REPLY"
    REVIEW = "REVIEW"
    HANDOFF = "HANDOFF"
    NO_REPLY = "NO_REPLY"


class Sentiment(StrEnum):
    """How the author feels towards the brand."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class Urgency(StrEnum):
    """How soon an answer stops being useful: high = hours, medium = days, low = no hurry."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Stance(StrEnum):
    """What the author wants from the brand, after the Air Force web posting assessment."""

    QUESTION = "question"
    COMPLAINT = "complaint"
    PRAISE = "praise"
    MISGUIDED = "misguided"
    RAGER = "rager"
    TROLL = "troll"
    SPAM = "spam"
    ABUSE = "abuse"
    BYSTANDER = "bystander"


class Sensitivity(StrEnum):
    """What must reach a person, whatever else a message says."""

    SELF_HARM = "self_harm"
    SAFETY_INJURY = "safety_injury"
    LEGAL_THREAT = "legal_threat"
    PRESS_OR_VIP = "press_or_vip"
    REGULATOR = "regulator"
    SECURITY_OR_FRAUD = "security_or_fraud"
    DISCRIMINATION_HARASSMENT = "discrimination_harassment"
    DATA_PROTECTION = "data_protection"
    MINORS = "minors"
    MEDICAL = "medical"
    BEREAVEMENT = "bereavement"
    DISASTER_STRIKE = "disaster_strike"
    HUMAN_REQUEST = "human_request"
    BOT_QUESTION = "bot_question"
    PROTEST_SARCASM = "protest_sarcasm"


class ClaimKind(StrEnum):
    """What one sentence of a reply does."""

    FACT = "fact"
    POLICY = "policy"
    PROMISE = "promise"
    OFFER = "offer"
    EMPATHY = "empathy"
    QUESTION = "question"
    COURTESY = "courtesy"
    DISCLOSURE = "disclosure"


class Disposition(StrEnum):
    """What an agent did with a draft."""

    ACCEPTED = "accepted"
    EDITED = "edited"
    RESPONDED = "responded"
    IGNORED = "ignored"


class Severity(StrEnum):
    """How much a finding weighs: a note informs, a review asks for eyes, a block forbids sending."""

    NOTE = "note"
    REVIEW = "review"
    BLOCK = "block"


class Visibility(StrEnum):
    """Who can read the exchange."""

    PUBLIC = "public"
    PRIVATE = "private"


class DraftMode(StrEnum):
    """How freely a draft is worded: only as approved, joined from approved parts, or by a model where one is set up."""

    STRICT = "strict"
    COMPOSED = "composed"
    MODEL = "model"


class Tier(StrEnum):
    """What it takes to settle an intent: public policy, a thank-you, the customer's account, a person."""

    SELF_SERVE = "self_serve"
    THANKS = "thanks"
    ACCOUNT = "account"
    PERSON = "person"


NO_TIER = "none"
"""Stands for the tier in the slice of what no intent was understood in."""


class Audience(StrEnum):
    """Who may be told what an article says: anybody, who asks in private, or nobody but agents."""

    PUBLIC = "public"
    CUSTOMERS = "customers"
    AGENTS = "agents"


class ArticleStatus(StrEnum):
    """Whether somebody of the brand stands behind an article."""

    DRAFT = "draft"
    APPROVED = "approved"


class ConversationState(StrEnum):
    """Where a conversation stands at the desk."""

    OPEN = "open"
    PENDING = "pending"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class Reason(StrEnum):
    """Why a mention was not simply answered. No reason at all is the only way to `AUTO_REPLY`."""

    ABUSE = "abuse"
    ANGRY = "angry"
    ASKS_HUMAN = "asks_human"
    ASKS_IF_BOT = "asks_if_bot"
    AUDIT = "audit"
    BYSTANDER = "bystander"
    CHANNEL_RULE = "channel_rule"
    CHART = "chart"
    DOUBTFUL_DRAFT = "doubtful_draft"
    EMBEDDER_AWAY = "embedder_away"
    EMPTY = "empty"
    FINDING = "finding"
    HELD = "held"
    HIGH_REACH = "high_reach"
    INDEX_AWAY = "index_away"
    INJECTION = "injection"
    KILL_SWITCH = "kill_switch"
    LANGUAGE = "language"
    LOW_CONFIDENCE = "low_confidence"
    MAYBE_SENSITIVE = "maybe_sensitive"
    MERGED = "merged"
    NEEDS_ACCOUNT = "needs_account"
    NEEDS_PERSON = "needs_person"
    NO_EVIDENCE = "no_evidence"
    NOT_CERTIFIED = "not_certified"
    OUT_OF_SCOPE = "out_of_scope"
    OVERLOADED = "overloaded"
    PEER_ANSWER = "peer_answer"
    PEER_REFUTED = "peer_refuted"
    PEER_UNSURE = "peer_unsure"
    PERSONAL_DATA = "personal_data"
    QUARANTINED = "quarantined"
    RAGER = "rager"
    RAMP = "ramp"
    REDRAFT = "redraft"
    RECALLED = "recalled"
    SENSITIVE = "sensitive"
    SEVERAL_QUESTIONS = "several_questions"
    SPAM = "spam"
    STAGE_FAILED = "stage_failed"
    STRATEGY = "strategy"
    TAKEN = "taken"
    THREAD_CONTINUES = "thread_continues"
    TROLL = "troll"
    UNCLEAR = "unclear"
    UNSUPPORTED_CLAIM = "unsupported_claim"
    URGENT = "urgent"
    WEAK_EVIDENCE = "weak_evidence"


REASON_SENTENCES: dict[Reason, str] = {
    Reason.ABUSE: "The message insults or threatens; nothing useful can be answered in public.",
    Reason.ANGRY: "The author is upset; a person should see the answer first.",
    Reason.ASKS_HUMAN: "The author asks for a person.",
    Reason.ASKS_IF_BOT: "The author asks whether a machine is answering.",
    Reason.AUDIT: "A few answers that would be sent are checked by a person first, chosen at random.",
    Reason.BYSTANDER: "The message mentions the brand but wants nothing from it.",
    Reason.CHANNEL_RULE: "A rule of the network forbids an automatic answer here.",
    Reason.CHART: "A triage chart asks for more care here.",
    Reason.DOUBTFUL_DRAFT: "A guardrail asks for a second look at the draft.",
    Reason.EMBEDDER_AWAY: "The model that reads meaning could not be reached; a draft follows once it can.",
    Reason.EMPTY: "The message has no words to understand.",
    Reason.FINDING: "A guardrail stopped the draft.",
    Reason.HELD: "Automation is on hold for this topic or channel.",
    Reason.HIGH_REACH: "Many people read the author; a person should see the answer first.",
    Reason.INDEX_AWAY: "The knowledge base could not be searched; a draft follows once it can.",
    Reason.INJECTION: "The message tries to instruct the assistant.",
    Reason.KILL_SWITCH: "Automation is switched off.",
    Reason.LANGUAGE: "The message is in a language the assistant doesn't answer in.",
    Reason.LOW_CONFIDENCE: "The assistant is not sure what is asked, or that its draft answers it.",
    Reason.MAYBE_SENSITIVE: "The subject may be sensitive; a person looks first.",
    Reason.MERGED: "The author wrote on at once; it is answered together with the next message.",
    Reason.NEEDS_ACCOUNT: "The answer needs the customer's own account or order.",
    Reason.NEEDS_PERSON: "This kind of message is always for a person.",
    Reason.NO_EVIDENCE: "The knowledge base has no answer to this.",
    Reason.NOT_CERTIFIED: "Automatic answers are not allowed for this kind of question.",
    Reason.OUT_OF_SCOPE: "The message is about nothing the brand prepared for.",
    Reason.OVERLOADED: "More came in than the assistant can think about; a person takes over.",
    Reason.PEER_ANSWER: "An invited customer answers another one here; it is checked before anybody is thanked.",
    Reason.PEER_REFUTED: "A customer answered this, and the knowledge base says otherwise.",
    Reason.PEER_UNSURE: "A customer answered this, and the knowledge base can't confirm it.",
    Reason.PERSONAL_DATA: "The message shows personal data in public.",
    Reason.QUARANTINED: "The answer rests on an article that changed only lately.",
    Reason.RAGER: "The author is ranting and asks for nothing.",
    Reason.RAMP: "Only a share of this kind of question is answered automatically so far.",
    Reason.REDRAFT: "An agent asked for this draft and decides on it.",
    Reason.RECALLED: "An earlier answer to this stood on an article that was recalled; this draft corrects it.",
    Reason.SENSITIVE: "The subject is sensitive and belongs to a person.",
    Reason.SEVERAL_QUESTIONS: "Several things are asked; a person should see that each is answered.",
    Reason.SPAM: "The message is spam.",
    Reason.STAGE_FAILED: "A step of the assistant failed; a person takes over.",
    Reason.STRATEGY: "The brand wants this answered by somebody else than the machine.",
    Reason.TAKEN: "A person saw to this while its answer waited; they decide on it.",
    Reason.THREAD_CONTINUES: "The assistant already answered in this thread; a person should continue.",
    Reason.TROLL: "The message baits; answering feeds it.",
    Reason.UNCLEAR: "It is unclear whether the author wants an answer.",
    Reason.UNSUPPORTED_CLAIM: "A sentence of the draft stands on no source.",
    Reason.URGENT: "Time is short; a person should make sure.",
    Reason.WEAK_EVIDENCE: "An article on the subject was found, but it may not hold the answer.",
}
"""One sentence each, for people; every reason has one (tests/architecture)."""

FLOORS: dict[Reason, Decision] = {
    Reason.ABUSE: Decision.NO_REPLY,
    Reason.ANGRY: Decision.REVIEW,
    Reason.ASKS_HUMAN: Decision.HANDOFF,
    Reason.ASKS_IF_BOT: Decision.HANDOFF,
    Reason.AUDIT: Decision.REVIEW,
    Reason.BYSTANDER: Decision.NO_REPLY,
    Reason.CHANNEL_RULE: Decision.REVIEW,
    Reason.CHART: Decision.REVIEW,
    Reason.DOUBTFUL_DRAFT: Decision.REVIEW,
    Reason.EMBEDDER_AWAY: Decision.HANDOFF,
    Reason.EMPTY: Decision.NO_REPLY,
    Reason.FINDING: Decision.HANDOFF,
    Reason.HELD: Decision.REVIEW,
    Reason.HIGH_REACH: Decision.REVIEW,
    Reason.INDEX_AWAY: Decision.HANDOFF,
    Reason.INJECTION: Decision.HANDOFF,
    Reason.KILL_SWITCH: Decision.REVIEW,
    Reason.LANGUAGE: Decision.HANDOFF,
    Reason.LOW_CONFIDENCE: Decision.REVIEW,
    Reason.MAYBE_SENSITIVE: Decision.REVIEW,
    Reason.MERGED: Decision.NO_REPLY,
    Reason.NEEDS_ACCOUNT: Decision.HANDOFF,
    Reason.NEEDS_PERSON: Decision.HANDOFF,
    Reason.NO_EVIDENCE: Decision.HANDOFF,
    Reason.NOT_CERTIFIED: Decision.REVIEW,
    Reason.OUT_OF_SCOPE: Decision.HANDOFF,
    Reason.PEER_ANSWER: Decision.NO_REPLY,
    Reason.PEER_REFUTED: Decision.REVIEW,
    Reason.PEER_UNSURE: Decision.REVIEW,
    Reason.PERSONAL_DATA: Decision.HANDOFF,
    Reason.QUARANTINED: Decision.REVIEW,
    Reason.RAGER: Decision.NO_REPLY,
    Reason.RAMP: Decision.REVIEW,
    Reason.REDRAFT: Decision.REVIEW,
    Reason.RECALLED: Decision.REVIEW,
    Reason.SENSITIVE: Decision.HANDOFF,
    Reason.SEVERAL_QUESTIONS: Decision.REVIEW,
    Reason.SPAM: Decision.NO_REPLY,
    Reason.OVERLOADED: Decision.HANDOFF,
    Reason.STAGE_FAILED: Decision.HANDOFF,
    Reason.STRATEGY: Decision.REVIEW,
    Reason.TAKEN: Decision.REVIEW,
    Reason.THREAD_CONTINUES: Decision.REVIEW,
    Reason.TROLL: Decision.NO_REPLY,
    Reason.UNCLEAR: Decision.REVIEW,
    Reason.UNSUPPORTED_CLAIM: Decision.REVIEW,
    Reason.URGENT: Decision.REVIEW,
    Reason.WEAK_EVIDENCE: Decision.REVIEW,
}
"""The mildest decision each reason allows. `NO_REPLY` reasons count only where nothing sensitive fired."""

AWAY = frozenset({Reason.EMBEDDER_AWAY, Reason.INDEX_AWAY})
"""What was needed may be back soon (docs/decisions/0028)."""

SCRUTINY: dict[Decision, int] = {Decision.AUTO_REPLY: 0, Decision.REVIEW: 1, Decision.HANDOFF: 2}
"""Order of scrutiny among decisions that lead to an answer; the strictest wins."""
