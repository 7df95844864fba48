"""Sends what is due outside the service, with the same last look at what it stands on."""

from pathlib import Path

from assistant import compose
from assistant.compose.channels import build_channels, build_links
from assistant.compose.triage import load_triage
from assistant.desk.outbox import Delivered, deliver_due
from assistant.domain.basis import World, world_of
from assistant.domain.brand import Pack
from assistant.domain.certificate import Proof
from assistant.ports import Store
from assistant.settings import Settings


def deliver(settings: Settings, pack: Pack, store: Store, *, knowledge: Path | None) -> Delivered:
    """Send what is due, once.

    No model is loaded for this: of the versions a certificate was given for, pack, charts, drafter and prompts are
    compared with what is there now, the others with those of the turn alone.
    """
    channels = build_channels(settings, pack, build_links(settings, pack), store)
    return deliver_due(
        store, channels, brand_id=pack.brand.id, clock=compose.utc_now, world=lambda: _world(settings, pack, knowledge)
    )


def _world(settings: Settings, pack: Pack, knowledge: Path | None) -> World:
    drafter, charts = compose.build_drafter(settings), load_triage(knowledge or settings.knowledge, pack).fingerprint
    permits = compose.permit_file(settings, pack).read()
    given_for = permits.permits[0].versions if permits.permits else {}
    seen = {"pack": pack.fingerprint, "charts": charts, "drafter": drafter.name, "prompts": drafter.fingerprint}
    proof = Proof(permits=permits, versions={**given_for, **seen})
    return world_of(pack, charts=charts, at=compose.utc_now(), proof=proof)
