"""A reply that leaves out the words which limit its source says more than the brand keeps, in four languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.guardrails.limits import left_out
from assistant.guardrails.restrictions import dropped
from assistant.guardrails.support import holds, measure_reply

WIDER = [
    ("Several of our shops repair watches.", "Our shops repair watches.", "Several"),
    ("Letters are typically delivered on the next day.", "Letters are delivered on the next day.", "typically"),
    ("We repair the screen free of charge once a year.", "We repair the screen free of charge.", "once"),
    ("We may offer you a voucher.", "We offer you a voucher.", "may"),
    ("Repairs take about ten days.", "Repairs take ten days.", "about ten"),
    ("Bags of up to 20 kg are carried.", "Bags of 20 kg are carried.", "up to 20"),
    ("Grants cover travel costs in part.", "Grants cover travel costs.", "in part"),
    ("Free parking is available at our branches in Wales.", "Free parking is available at our branches.", "in Wales"),
    ("You can send back shoes you have not worn.", "You can send back shoes.", "shoes you have not worn"),
    ("All rides are included. This holds for the Plus pass only.", "All rides are included.", "This holds"),
    ("Cash is accepted at the desk, not on the boats.", "Cash is accepted.", "not on the boats"),
    ("Menus are served at our bigger restaurants.", "Menus are served at our restaurants.", "bigger"),
    ("The helmet is replaced after an accident.", "The helmet is replaced.", "after an accident"),
    ("Einige Läden reparieren Uhren.", "Unsere Läden reparieren Uhren.", "Einige"),
    ("Das Gerät wird ersetzt, falls es ausfällt.", "Das Gerät wird ersetzt.", "falls es ausfällt"),
    ("Hunde fahren mit, sofern sie eine Box haben.", "Hunde fahren mit.", "sofern sie eine Box haben"),
    ("Zahlung ist nur an der Kasse möglich.", "Zahlung ist möglich.", "nur an der Kasse möglich"),
    ("Der Eintritt ist an Feiertagen frei.", "Der Eintritt ist frei.", "an Feiertagen frei"),
    ("Mitglieder können Werkzeug ausleihen.", "Sie können Werkzeug ausleihen.", "mitglieder"),
    ("L'appareil est remplacé s'il tombe en panne.", "L'appareil est remplacé.", "s'il tombe en panne"),
    ("Les appels sont compris, sauf le dimanche.", "Les appels sont compris.", "sauf le dimanche"),
    ("L'entrée est libre à condition de réserver.", "L'entrée est libre.", "à condition de réserver"),
    ("Le paiement est valable uniquement en ligne.", "Le paiement est valable.", "uniquement en ligne"),
    ("La revisión es gratuita si el plan sigue.", "La revisión es gratuita.", "si el plan sigue"),
    ("Las llamadas están incluidas, salvo los domingos.", "Las llamadas están incluidas.", "salvo los domingos"),
    ("El pago es posible solo en la caja principal.", "El pago es posible.", "solo en la caja principal"),
    ("Los perros grandes viajan en la bodega.", "Los perros viajan en la bodega.", "grandes"),
]


@pytest.mark.parametrize(("source", "reply", "limit"), WIDER)
def test_a_limit_left_out_is_named(source: str, reply: str, limit: str) -> None:
    assert left_out(reply, [source]).startswith(limit)
    assert dropped(reply, [source])
    assert not holds(measure_reply(reply, [source]))


@pytest.mark.parametrize(
    ("source", "reply"),
    [
        ("Letters typically arrive the next day.", "Letters usually arrive the next day."),
        ("You may bring a guest into the lounge.", "You can bring a guest into the lounge."),
        ("We may offer you a voucher.", "We can offer you a voucher."),
        ("Bags of up to 20 kg are carried.", "Bags are carried, at most 20 kg."),
        ("A case often fits, and coats don't count.", "Coats don't count."),
        ("If you have any questions, our team answers by chat.", "Our team answers by chat."),
        ("Our ovens are hot, as often as you like.", "Our ovens are hot."),
        ("Some shops are closed. Some repair watches.", "Some shops repair watches."),
        ("Wenn Sie Fragen haben, antwortet unser Team im Chat.", "Unser Team antwortet im Chat."),
        ("Das Gerät wird ersetzt, falls es ausfällt.", "Falls es ausfällt, wird das Gerät ersetzt."),
        ("Sie zahlen in der App.", "Sie zahlen."),
        ("Le petit-déjeuner coûte 12 euros, jus compris.", "Le petit-déjeuner coûte 12 euros."),
        ("Les membres peuvent inviter un ami.", "Les membres peuvent inviter un ami."),
        ("Todos los planes incluyen llamadas, como siempre.", "Todos los planes incluyen llamadas."),
    ],
)
def test_what_says_as_much_as_its_source_leaves_nothing_out(source: str, reply: str) -> None:
    assert left_out(reply, [source]) == ""


def test_the_reply_may_say_it_elsewhere_and_the_customer_that_it_holds() -> None:
    source = "Das Gerät wird ersetzt, sofern der Bon vorliegt."
    assert left_out("Das Gerät wird ersetzt.", [source])
    assert left_out("Das Gerät wird ersetzt.", [source], beside="Der Bon muss vorliegen, er liegt vorliegt.") == ""
    assert left_out("Das Gerät wird ersetzt.", [source], customer="Mein Bon vorliegt") == ""


def test_another_source_without_the_limit_is_enough() -> None:
    assert (
        left_out("Our shops repair watches.", ["Some of our shops repair watches.", "Our shops repair watches."]) == ""
    )


@given(st.text(max_size=80))
def test_a_sentence_leaves_nothing_of_itself_out(sentence: str) -> None:
    assert left_out(sentence, [sentence]) == ""
