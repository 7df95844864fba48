"""The disclosure can't be edited away, and says how much a person changed."""

from datetime import timedelta

from assistant.desk.act import act
from assistant.desk.review import ReviewRequest, review
from assistant.domain.brand import Disclosure
from assistant.domain.vocabulary import Decision, Disposition
from assistant.ports import Store
from tests.desk_builders import DISCLOSURE, NOW, make_draft, make_mention, make_pack, make_turn

EDITED = "Written by an AI assistant, edited by our team."
WORDING = Disclosure(short=DISCLOSURE, long=DISCLOSURE, assisted_short=EDITED, assisted_long=EDITED)
PACK = make_pack()
PACK = PACK.model_copy(update={"brand": PACK.brand.model_copy(update={"disclosure": {"en": WORDING}})})
SAID = "A cabin bag may measure 55 x 40 x 20 cm, whatever fare you booked with us."


def sent(store: Store, text: str | None) -> str:
    turn = make_turn(decision=Decision.REVIEW, draft=make_draft(SAID))
    with store.begin() as tx:
        tx.take_in(turn.mention, at=NOW)
        record = act(tx, turn, pack=PACK, at=NOW)
        request = ReviewRequest(
            turn_id=record.id,
            seen_version=tx.conversation(record.conversation_id).version,
            disposition=Disposition.EDITED if text else Disposition.ACCEPTED,
            text=text,
            agent="ann",
        )
        reply = review(tx, request, pack=PACK, passages=(), at=NOW + timedelta(minutes=1)).reply
    assert reply is not None
    return reply.text


def test_untouched_it_stays_as_it_is(store: Store) -> None:
    assert sent(store, None) == f"{SAID} {DISCLOSURE}"


def test_a_small_edit_is_still_the_machines_and_says_that_a_person_edited(store: Store) -> None:
    assert sent(store, f"{SAID} {DISCLOSURE}".replace("whatever", "on whatever")) == (
        f"{SAID.replace('whatever', 'on whatever')} {EDITED}"
    )


def test_taking_the_disclosure_out_of_the_machines_text_puts_it_back(store: Store) -> None:
    assert sent(store, SAID) == f"{SAID} {EDITED}"


def test_a_persons_own_words_carry_none(store: Store) -> None:
    assert (
        sent(store, f"Up to 55 x 40 x 20 cm on every flight. {DISCLOSURE}") == "Up to 55 x 40 x 20 cm on every flight."
    )


def test_an_automatic_reply_without_it_is_never_enqueued(store: Store) -> None:
    turn = make_turn(make_mention(), Decision.AUTO_REPLY, draft=make_draft(disclosed=False))
    with store.begin() as tx:
        tx.take_in(turn.mention, at=NOW)
        record = act(tx, turn, pack=PACK, at=NOW)
        detail = tx.detail(record.conversation_id)
    assert detail.replies == ()
    assert detail.conversation.decision is Decision.REVIEW


def test_words_taken_out_leave_the_rest_the_machines(store: Store) -> None:
    assert (
        sent(store, "A cabin bag may measure 55 x 40 x 20 cm.") == f"A cabin bag may measure 55 x 40 x 20 cm. {EDITED}"
    )
