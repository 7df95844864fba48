"""A brand that asks customers, with one who agreed, for tests of the peer path."""

from assistant.desk.act import act
from assistant.desk.advocates import take_up
from assistant.desk.intake import mention_id
from assistant.desk.outbox import deliver_due
from assistant.domain.brand import Pack
from assistant.domain.conversation import Conversation, TurnRecord
from assistant.domain.knowledge import EvidenceRef, Passage
from assistant.domain.mention import Mention
from assistant.domain.peer import Advocate, PeerInvite
from assistant.domain.person import Handle
from assistant.domain.strategy import Happened, Promotion, Strategy, StrategyPolicy, StrategyRule, SupportTier
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import Decision, Reason, Sensitivity, Stance, Visibility
from assistant.workflows.check_peers import check_peers
from tests.desk.test_follow_up import Net
from tests.desk_builders import SetClock, make_draft, make_mention, make_pack, make_turn, make_understanding
from tests.stores import new_store

RIGHT = "A cabin bag may measure 55 x 40 x 20 cm."
WRONG = "A cabin bag may measure 60 x 45 x 25 cm."
UNSURE = "The crew waved mine through last summer."
PASSAGE = Passage(id="bag-size@1#0", article_id="bag-size", version=1, title="Cabin bag size", text=RIGHT)
FOUND = EvidenceRef(article_id="bag-size", passage_id=PASSAGE.id, title="Cabin bag size", version=1, score=0.9)
RULE = StrategyRule(strategy=Strategy.PEER, intents=("bag_size",), why="Others measured it.")
FAILED = Promotion(
    to=SupportTier.SOCIAL_AGENT,
    strategy=Strategy.EMPLOYEE,
    strategies=(Strategy.PEER,),
    happened=(Happened.PEERS_FAILED,),
    why="No customer could.",
)
UPSET = Promotion(to=SupportTier.SOCIAL_AGENT, strategies=(Strategy.PEER,), stances=(Stance.COMPLAINT,), why="Upset.")


def asking(pack: Pack) -> Pack:
    """The pack, with peers asked about bag sizes."""
    words = {
        "invite_peer": ("{advocate}, could you help out here?",),
        "thank_peer": ("Thank you for helping out!",),
        "correct_peer": ("Thanks, everybody. To be on the safe side, this is what applies.",),
        "ask_solved": ("Is it all sorted now?",),
    }
    brand = pack.brand.model_copy(update={"voice": pack.brand.voice.model_copy(update=words)})
    policy = StrategyPolicy(rules=(RULE,), promotions=(FAILED, UPSET))
    return pack.model_copy(update={"brand": brand, "strategies": policy})


def message(
    external_id: str,
    *,
    handle: str = "ann",
    in_reply_to: str = "",
    visibility: Visibility = Visibility.PUBLIC,
    **told: str,
) -> Mention:
    """A mention under the id that intake gives it, so that an answer finds what it answers."""
    made = make_mention(external_id, handle=handle, visibility=visibility, **told)
    known = {"id": mention_id(made.brand_id, made.channel, external_id), "in_reply_to": in_reply_to}
    return made.model_copy(update=known)


class Forum:
    """One asking customer, one advocate, the desk and a network that takes everything."""

    def __init__(self, pack: Pack | None = None) -> None:
        self.store, self.net, self.clock = new_store(), Net(), SetClock()
        self.pack = pack or asking(make_pack())
        self.count = 0

    def agrees(
        self,
        handle: str = "@Bea",
        *,
        topics: tuple[str, ...] = ("bag_size",),
        languages: tuple[str, ...] = ("en",),
        consent: str = "Wrote yes on 1 March.",
    ) -> Advocate:
        told = {"topics": topics, "languages": languages}
        with self.store.begin() as tx:
            account = Handle(channel="x", handle=handle)
            return take_up(tx, handles=[account], **told, consent=consent, by="lead", pack=self.pack, at=self.clock())

    def asks(
        self,
        decision: Decision = Decision.REVIEW,
        *,
        mention: Mention | None = None,
        due: int | None = 120,
        reasons: tuple[Reason, ...] = (Reason.STRATEGY,),
        sensitivity: tuple[Sensitivity, ...] = (),
        stance: Stance = Stance.QUESTION,
    ) -> TurnRecord:
        self.count += 1
        mention = mention or message(f"q{self.count}")
        turn = make_turn(
            mention, decision, due_in_minutes=due, draft=make_draft(RIGHT) if decision == "REVIEW" else None
        )
        read = make_understanding(sensitivity=sensitivity).model_copy(update={"stance": stance})
        route = turn.route.model_copy(update={"reasons": reasons})
        return self.acts(turn.model_copy(update={"understanding": read, "route": route, "evidence": (FOUND,)}))

    def answers(self, text: str = RIGHT, *, handle: str = "bea", under: str = "q1", number: str = "") -> TurnRecord:
        self.count += 1
        mention = message(number or f"a{self.count}", text=text, handle=handle, in_reply_to=under)
        return self.acts(make_turn(mention, Decision.REVIEW, draft=make_draft(RIGHT)))

    def acts(self, turn: Turn) -> TurnRecord:
        with self.store.begin() as tx:
            tx.take_in(turn.mention, at=self.clock())
            return act(tx, turn, pack=self.pack, at=self.clock())

    def works(self, minutes: float = 0) -> int:
        self.clock.forward(60 * minutes)
        ended = check_peers(self.store, passages=lambda ids: {PASSAGE.id: PASSAGE}, pack=self.pack, clock=self.clock)
        deliver_due(self.store, {"x": self.net}, brand_id="skylark", clock=self.clock)
        return ended

    def talk(self, record: TurnRecord) -> Conversation:
        with self.store.read() as look:
            return look.conversation(record.conversation_id)

    def invite(self, record: TurnRecord) -> PeerInvite | None:
        with self.store.read() as look:
            found = look.peer_invites(record.conversation_id)
        return found[-1] if found else None

    def newest(self, record: TurnRecord) -> TurnRecord:
        with self.store.read() as look:
            current = look.current_turn(record.turn.mention_id)
        assert current is not None
        return current

    def log(self) -> list[str]:
        with self.store.read() as look:
            return [each.event for each in look.audit() if each.event.startswith(("peer_", "advocate_"))]
