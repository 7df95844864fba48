"""How customers were served, as the store tells it."""

from datetime import timedelta

from assistant.desk.act import act
from assistant.desk.outbox import LEASE_S, deliver_due
from assistant.domain.commitments import OfferSpend
from assistant.domain.vocabulary import Decision
from tests.desk.test_outbox import Network
from tests.desk_builders import NOW, SetClock, make_mention, make_pack, make_turn
from tests.stores import new_store


def test_the_wait_ends_with_the_first_answer_and_offers_are_summed() -> None:
    store, clock = new_store(), SetClock()
    for number, decision in (("1", Decision.AUTO_REPLY), ("2", Decision.REVIEW)):
        turn = make_turn(make_mention(number, handle=f"h{number}"), decision)
        with store.begin() as tx:
            tx.take_in(turn.mention, at=NOW)
            record = act(tx, turn, pack=make_pack(), at=NOW)
            if decision is Decision.REVIEW:
                for amount in (10.0, 5.0):
                    spend = OfferSpend(
                        offer_id=f"o{amount}",
                        brand_id="skylark",
                        conversation_id=record.conversation_id,
                        reply_id="r",
                        amount=amount,
                        by="ann",
                        at=NOW,
                    )
                    tx.add_offer_spend(spend)
    clock.forward(30 * 60)
    deliver_due(store, {"x": Network()}, brand_id="skylark", clock=clock)
    with store.read() as look:
        waiting, answered = sorted(
            look.treatments(brand_id="skylark", since=NOW, limit=9), key=lambda each: each.wait_minutes or 0
        )
        assert look.treatments(brand_id="skylark", since=NOW + timedelta(days=1), limit=9) == []
    assert (waiting.wait_minutes, waiting.offered, waiting.case) == (None, 15.0, "bag_size")
    assert (answered.wait_minutes, answered.public, answered.followers) == (30 + LEASE_S / 60, True, None)
