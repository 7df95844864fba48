import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.guardrails.restrictions import dropped
from assistant.guardrails.support import holds, measure_reply
from assistant.guardrails.words import listed

SHOP = """
Unworn shoes may be returned within 30 days. Delivery is free for orders over 50 euros within the EU.
Members may change their order once free of charge. Repairs under warranty are free on weekdays.
"""
ZOO = """
Assistance dogs travel free on all our boats. Children under 6 enter free, and adults pay 14 euros.
Photography is allowed in the outdoor areas if you use no flash.
"""


@pytest.mark.parametrize(
    ("reply", "source", "left"),
    [
        ("Dogs travel free.", ZOO, "assistance dogs"),
        ("Your dog travels free.", ZOO, "assistance dogs"),
        ("Children enter free.", ZOO, "under 6"),
        ("Photography is allowed in the outdoor areas.", ZOO, "if you use no flash"),
        ("Shoes may be returned within 30 days.", SHOP, "unworn shoes"),
        ("You can return them within 30 days.", SHOP, "unworn shoes"),
        ("You may change your order once free of charge.", SHOP, "members"),
        ("Delivery is free within the EU.", SHOP, "for orders"),
        ("Delivery is free for orders within the EU.", SHOP, "over 50 eur"),
        ("Delivery is free for orders over 50 euros.", SHOP, "within the eu"),
        ("Repairs are free on weekdays.", SHOP, "under warranty"),
        ("Repairs under warranty are free.", SHOP, "on weekdays"),
        ("Customers get 3 months free.", "New customers get 3 months free.", "new customers"),
        ("You get 3 months free.", "New customers get 3 months free.", "new customers"),
        ("Books are kept for 10 days.", "Reserved books are kept for 10 days.", "reserved books"),
        ("Rooms can be booked for 2 hours.", "Rooms can be booked by students for 2 hours.", "by students"),
        ("Bikes are not carried between 7 and 9.", "Bikes are not carried on weekdays between 7 and 9.", "on weekdays"),
        ("Tickets may be refunded.", "Tickets bought online may be refunded.", "bought online"),
        ("Lessons may be cancelled.", "Lessons booked in person may be cancelled.", "booked in person"),
        ("Couples save 80 euros.", "Couples who enrol together save 80 euros.", "who enrol together"),
        ("Guests may use the pool.", "Guests who are members may use the pool.", "who are members"),
        ("Tests cost nothing.", "Tests taken online cost nothing.", "taken online"),
        (
            "Refunds are given.",
            "Refunds are given up to 14 days before the course starts.",
            "at most 14 days before the course starts",
        ),
        ("Seats may be exchanged.", "Seats may be exchanged until the performance.", "until the performance"),
        ("Lenses can be returned within 60 days.", "Lenses can be returned unopened within 60 days.", "unopened"),
        ("Repairs to frames are free.", "Repairs to frames bought from us are free.", "bought from us"),
        ("Power is included in the price.", "Power is included in the price of comfort pitches.", "of comfort pitches"),
        ("Passes are valid in all pools.", "Passes are valid in all outdoor pools.", "in all outdoor pools"),
        ("Contracts may be paused.", "Contracts may be paused with a doctor's note.", "with a doctor's note"),
    ],
)
def test_a_restriction_left_out_is_named(reply: str, source: str, left: str) -> None:
    assert dropped(reply, [source]) == left
    assert not holds(measure_reply(reply, [source]))


@pytest.mark.parametrize(
    ("reply", "source"),
    [
        ("Assistance dogs travel free.", ZOO),
        ("Adults pay 14 euros.", ZOO),
        ("Children get in free if they are under 6.", ZOO),
        ("As long as you use no flash, photography is allowed in the outdoor areas.", ZOO),
        ("Members can change an order once at no cost.", SHOP),
        ("If you are a member, you may change your order once free of charge.", SHOP),
        ("For orders over 50 euros within the EU, delivery is free.", SHOP),
        ("Dogs travel free.", "Dogs travel free on all our trains."),
        ("Papers can follow later.", "3. Papers can follow later."),
        ("The times are in the app.", "The times for every flight are in the app."),
        ("A cello can travel.", "A large instrument, such as a cello in a case for adults, can travel."),
        ("Send receipts to our desk.", "Send receipts to our desk during a delay."),
        (
            "A refund is possible until 2 hours before they leave.",
            "A refund is possible until 2 hours before departure.",
        ),
        ("A night costs 12 euros for a tent.", "A night costs 12 euros for a tent and 28 euros for a van."),
        ("The fee is in the price.", "The fee is in the price, and the crew, who speak English, may help."),
        ("Customers can ask for an invoice.", "Customers can ask for an invoice in the app."),
        ("You can ask for an invoice.", "Customers can ask for an invoice by e-mail or on our website."),
        ("The house was built in stone.", "The old house was built in stone for the mayor."),
        ("Bring your ticket.", "Bring your ticket, for example on your phone, because the guard may ask for it."),
        ("A bag costs 50 euros online.", "A bag costs 50 euros online, or 75 euros at the airport on weekends."),
    ],
)
def test_what_says_as_much_as_its_source_passes(reply: str, source: str) -> None:
    assert dropped(reply, [source]) == ""


@pytest.mark.parametrize(
    ("customer", "reply"),
    [
        ("I'm a member. Can I change my order?", "You may change your order once free of charge."),
        ("They are unworn, can they go back?", "You can return them within 30 days."),
        ("I've never worn them.", "You can return them within 30 days."),
        ("My order comes to 80 euros, and I live within the EU.", "Delivery is free."),
        ("It's an order of over 50 euros to Spain, in the EU.", "Delivery is free."),
    ],
)
def test_a_condition_the_customer_says_holds_need_not_be_repeated(customer: str, reply: str) -> None:
    assert dropped(reply, [SHOP]) != ""
    assert dropped(reply, [SHOP], customer=customer) == ""


@pytest.mark.parametrize(
    ("customer", "reply"),
    [
        ("I'm not a member. Can I change my order?", "You may change your order once free of charge."),
        ("Do I have to be a member to change my order?", "You may change your order once free of charge."),
        ("I've worn them once.", "You can return them within 30 days."),
        ("My order is 30 euros, to Spain in the EU.", "Delivery is free."),
        ("My order is 80 kg, to Spain in the EU.", "Delivery is free."),
    ],
)
def test_a_condition_the_customer_denies_or_asks_about_counts_for_nothing(customer: str, reply: str) -> None:
    assert dropped(reply, [SHOP], customer=customer) != ""


def test_a_younger_child_is_under_six() -> None:
    assert dropped("She gets in free.", ["Children under 6 get in free."], customer="My daughter is 4.") == ""
    assert dropped("She gets in free.", ["Children under 6 get in free."], customer="My daughter is 8.") != ""


def test_the_reply_may_name_the_condition_elsewhere() -> None:
    reply = "Delivery is free. This holds for orders over 50 euros within the EU."
    assert dropped("Delivery is free.", [SHOP], beside=reply) == ""


def test_another_source_without_the_restriction_is_enough() -> None:
    assert dropped("Dogs travel free.", [ZOO, "Dogs travel free."]) == ""


_WORDS = st.lists(
    st.sampled_from(
        sorted(
            listed(
                """
                dogs members may can are free for orders over 50 euros within the EU if only in winter on weekdays and
                or but not , ; booked online you it pay of with under 6 than more at least https://a.example ( )
                """
            )
        )
    ),
    max_size=25,
).map(" ".join)


@given(sentence=_WORDS | st.text(max_size=80))
def test_a_sentence_leaves_nothing_of_itself_out(sentence: str) -> None:
    assert dropped(sentence, [sentence]) == ""


@given(claim=_WORDS, source=_WORDS, beside=_WORDS, customer=_WORDS)
def test_saying_more_never_leaves_more_out(claim: str, source: str, beside: str, customer: str) -> None:
    if dropped(claim, [source]) == "":
        assert dropped(claim, [source], beside=beside, customer=customer) == ""
