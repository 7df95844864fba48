import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.vocabulary import ClaimKind
from assistant.guardrails.kinds import kind_of


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Sorry about that.", ClaimKind.EMPATHY),
        ("We're sorry to hear your refund hasn't arrived.", ClaimKind.EMPATHY),
        ("I understand how frustrating this is.", ClaimKind.EMPATHY),
        ("Es tut uns leid.", ClaimKind.EMPATHY),
        ("Sorry, Light fares are never refundable.", ClaimKind.POLICY),
        ("We're sorry, but you can't carry that.", ClaimKind.POLICY),
        ("Hi Anna, thanks for reaching out!", ClaimKind.COURTESY),
        ("Good question.", ClaimKind.COURTESY),
        ("What a lovely idea!", ClaimKind.COURTESY),
        ("What a great price!", ClaimKind.FACT),
        ("Thanks for dropping by.", ClaimKind.COURTESY),
        ("So glad you enjoyed it!", ClaimKind.COURTESY),
        ("Thanks for paying the 20 euros.", ClaimKind.FACT),
        ("Bags cost nothing.", ClaimKind.POLICY),
        ("That's fine.", ClaimKind.FACT),
        ("Yes, that's absolutely fine!", ClaimKind.FACT),
        ("Das ist in Ordnung.", ClaimKind.FACT),
        ("No charge for Anna.", ClaimKind.POLICY),
        ("Glad you know that bags travel free.", ClaimKind.POLICY),
        ("Let us know if you need anything else!", ClaimKind.COURTESY),
        ("Please send us a direct message with your booking reference.", ClaimKind.COURTESY),
        ("Vielen Dank für Ihre Nachricht.", ClaimKind.COURTESY),
        ("Which flight were you on? 😊", ClaimKind.QUESTION),
        ("We will refund the full amount within 24 hours.", ClaimKind.PROMISE),
        ("We'll call you back.", ClaimKind.PROMISE),
        ("Our team will look into it with you.", ClaimKind.PROMISE),
        ("We guarantee approval, no exceptions.", ClaimKind.PROMISE),
        ("Your fee has already been waived.", ClaimKind.PROMISE),
        ("We've passed this on to a colleague.", ClaimKind.PROMISE),
        ("We can offer you a EUR 50 voucher.", ClaimKind.OFFER),
        ("As a gesture of goodwill, we've added 5000 points.", ClaimKind.OFFER),
        ("Flex has a full refund until 2 hours before departure.", ClaimKind.POLICY),
        ("The lounge is on level 2.", ClaimKind.FACT),
        ("(I'm an automated assistant.)", ClaimKind.DISCLOSURE),
        ("Das ist eine automatische Antwort unseres KI-Assistenten.", ClaimKind.DISCLOSURE),
        ("Ceci est une réponse automatique de notre assistant IA.", ClaimKind.DISCLOSURE),
        ("Esta es una respuesta automática de nuestro asistente de IA.", ClaimKind.DISCLOSURE),
        ("Yes, for free.", ClaimKind.POLICY),
        ("Shoes are free.", ClaimKind.POLICY),
        ("Cats are welcome on board.", ClaimKind.FACT),
        ("Yes, of course!", ClaimKind.FACT),
        ("Cash is fine.", ClaimKind.FACT),
        ("Why not use loose chalk, it's allowed?", ClaimKind.POLICY),
        ("Was it late, and is that why you write?", ClaimKind.QUESTION),
        ("They were really good.", ClaimKind.FACT),
        ("They are happy to help.", ClaimKind.COURTESY),
        ("Gute Besserung!", ClaimKind.COURTESY),
        ("¡Que se mejore pronto!", ClaimKind.COURTESY),
        ("You're very welcome!", ClaimKind.COURTESY),
        ("Feel free to ask.", ClaimKind.COURTESY),
        ("Thanks for getting in touch!", ClaimKind.COURTESY),
        ("Viele Grüße", ClaimKind.COURTESY),
        ("Einen schönen Tag noch!", ClaimKind.COURTESY),
        ("Bonne journée !", ClaimKind.COURTESY),
        ("¡Que tenga un buen día!", ClaimKind.COURTESY),
        ("Das ist wirklich ärgerlich.", ClaimKind.EMPATHY),
        ("We're sorry you weren't told that the fee is refunded.", ClaimKind.POLICY),
        ("I'm an automated assistant and you are entitled to compensation.", ClaimKind.POLICY),
    ],
)
def test_types_a_sentence(sentence: str, kind: ClaimKind) -> None:
    assert kind_of(sentence) is kind


@given(st.text())
def test_types_any_text(text: str) -> None:
    assert kind_of(text) in ClaimKind


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Would you like a free upgrade?", ClaimKind.OFFER),
        ("How about a voucher?", ClaimKind.OFFER),
        ("Can we offer you a discount?", ClaimKind.OFFER),
        ("Did you pay with a voucher?", ClaimKind.QUESTION),
        ("Light tickets are refundable, aren't they?", ClaimKind.POLICY),
        ("Did you know that bags are free?", ClaimKind.POLICY),
        ("Your flight is SK123, right?", ClaimKind.QUESTION),
        ("As an automated assistant I confirm that your flight leaves on time.", ClaimKind.FACT),
        ("This is an automated reply: the gate is open all day.", ClaimKind.POLICY),
        ("I'm a bot and my boss says you are right.", ClaimKind.POLICY),
        ("AI assistant, reply AGENT to reach a person.", ClaimKind.DISCLOSURE),
        ("Message us and get your cash.", ClaimKind.FACT),
        ("DM us, flights leave daily.", ClaimKind.FACT),
        ("Send us a message with your dates, and we can look.", ClaimKind.COURTESY),
    ],
)
def test_nothing_is_stated_or_offered_under_another_kind(sentence: str, kind: ClaimKind) -> None:
    assert kind_of(sentence) is kind


@pytest.mark.parametrize(
    "sentence",
    [
        "Sorry, the flight was cancelled by the airport.",
        "Sorry, your bag is in Paris.",
        "We're sorry that we overcharged you.",
        "Sorry, this was our mistake and it happens daily.",
        "We hear you, the app is broken for everybody.",
        "Sorry about the delay caused by fog.",
        "We understand you are owed money.",
        "Désolé, votre vol est annulé.",
        "Sorry, that's not possible.",
        "Sorry, it's no longer available.",
        "Sorry for the outage, it's over now.",
        "Sorry for the outage, it’s all fixed.",
        "We're sorry for the trouble, it is nearly resolved.",
        "We're sorry for the trouble, check-in works again.",
        "Apologies for the outage that's now been restored.",
        "Sorry about the scare, everyone is safe.",
        "Sorry about the outage, you're good to go now.",
        "We're sorry for the disruption, it's all back to normal.",
        "Sorry about that, we've fixed it.",
        "Sorry for the delay, your flight leaves soon.",
        "Entschuldigung für die Störung, sie ist jetzt behoben.",
        "Désolés pour la panne, c'est résolu.",
        "Lo sentimos, ya está resuelto.",
    ],
)
def test_what_happened_is_no_sympathy(sentence: str) -> None:
    assert kind_of(sentence) is not ClaimKind.EMPATHY


@pytest.mark.parametrize(
    "sentence",
    [
        "We're sorry to hear that your bag didn't arrive.",
        "Sorry about the delay, that must be frustrating.",
        "That's not the experience we want for you, and we're sorry.",
        "Sorry, that's not how it should be.",
        "We understand how stressful a cancelled flight is.",
        "Sorry that it isn't fixed yet.",
        "We understand you want this sorted.",
        "Sorry to hear it's still not resolved.",
        "I'm sorry we haven't fixed it.",
        "Sorry that it has not been fixed.",
        "Sorry to hear nothing works.",
        "Sorry you're back at square one.",
        "We understand how tiring it is to have been back and forth.",
    ],
)
def test_feeling_with_somebody_stays_sympathy(sentence: str) -> None:
    assert kind_of(sentence) is ClaimKind.EMPATHY
