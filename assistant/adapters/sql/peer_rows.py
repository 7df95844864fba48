"""Reading and writing customers who help customers."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete

from assistant.adapters.sql import peer_tables as tables
from assistant.adapters.sql.care_rows import CareLooks, CareWrites
from assistant.domain.peer import Advocate, PeerInvite

MOST = 10_000


class PeerLooks(CareLooks):
    """Satisfies `PeerReading`; mixed into the store's readings."""

    def advocate(self, advocate_id: str) -> Advocate | None:
        return self._value(tables.advocates, advocate_id, Advocate)

    def advocates(self, *, brand_id: str) -> Sequence[Advocate]:
        return self._newest(tables.advocates, brand_id, MOST, Advocate)

    def peer_invite(self, invite_id: str) -> PeerInvite | None:
        return self._value(tables.peer_invites, invite_id, PeerInvite)

    def peer_invites(self, conversation_id: str) -> Sequence[PeerInvite]:
        return self._of_conversation(tables.peer_invites, conversation_id, PeerInvite)

    def all_peer_invites(self, *, brand_id: str, limit: int, only_open: bool = False) -> Sequence[PeerInvite]:
        unset = "ended" if only_open else None
        return self._newest(tables.peer_invites, brand_id, limit, PeerInvite, unset=unset)

    def peer_invites_to_look_at(self, *, brand_id: str, now: datetime, limit: int) -> Sequence[PeerInvite]:
        return self._to_look_at(tables.peer_invites, brand_id, now, limit, PeerInvite)


class PeerWrites(PeerLooks, CareWrites):
    """Satisfies `PeerWriting`; mixed into the store's transactions."""

    def save_advocate(self, advocate: Advocate) -> None:
        self._keep(tables.advocates, advocate.id, advocate.brand_id, "", advocate)

    def drop_advocate(self, advocate_id: str) -> None:
        table = tables.advocates
        self._connection.execute(delete(table).where(table.c.id == advocate_id))

    def save_peer_invite(self, invite: PeerInvite, *, look_at: datetime | None) -> None:
        known = invite.brand_id, invite.conversation_id
        self._keep(tables.peer_invites, invite.id, *known, invite, look_at)
