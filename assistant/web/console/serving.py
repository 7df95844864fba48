"""Who serves a conversation, by which strategy and tier, and which other customers were invited to it."""

from typing import Any

from assistant.compose import Assistant
from assistant.desk.served import serving
from assistant.domain.conversation import TurnRecord
from assistant.domain.peer import Advocate, PeerEnd, PeerInvite
from assistant.domain.value import Value
from assistant.ports import Reading

ENDS = {
    PeerEnd.CONFIRMED: "answered, borne out by the knowledge base, and thanked",
    PeerEnd.REFUTED: "answered, and the knowledge base says otherwise: the draft puts it right without naming them",
    PeerEnd.UNSURE: "answered, and the knowledge base can't confirm it: please read it",
    PeerEnd.SILENT: "didn't answer in time",
    PeerEnd.OVERTAKEN: "not waited for any more",
    PeerEnd.NOT_SENT: "couldn't be invited",
}


class Invited(Value):
    """One invitation in words; `answer` is the conversation in which they answered."""

    who: str
    why: str
    story: str
    answer: str


def served_by(look: Reading, record: TurnRecord | None, assistant: Assistant) -> dict[str, Any]:
    """What the conversation page shows of it; nothing before the first turn."""
    if record is None:
        return {"served": None, "invited": []}
    invites = look.peer_invites(record.conversation_id)
    return {
        "served": serving(look, record, pack=assistant.pack),
        "invited": [_told(look, each, record.turn.mention.channel) for each in invites],
    }


def _told(look: Reading, invite: PeerInvite, channel: str) -> Invited:
    answer = look.current_turn(invite.answer_id) if invite.answer_id else None
    if invite.ended is None:
        story = f"invited, has until {invite.expires_at:%H:%M} UTC"
    else:
        late = f", {ENDS[invite.verdict]}" if invite.verdict and invite.verdict is not invite.ended else ""
        story = ENDS[invite.ended] + late
    return Invited(
        who=_name(look.advocate(invite.advocate), channel),
        why=" ".join(invite.why),
        story=story,
        answer=answer.conversation_id if answer else "",
    )


def _name(advocate: Advocate | None, channel: str) -> str:
    theirs = advocate.on(channel) if advocate else None
    return f"@{theirs.handle}" if theirs else "somebody who left"
