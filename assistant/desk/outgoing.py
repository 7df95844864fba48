"""What an agent's words become on their way out: whose text it is, which disclosure or signature it carries."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from assistant.domain.brand import Pack
from assistant.domain.draft import Draft
from assistant.domain.mention import MAX_TEXT
from assistant.domain.readable import readable
from assistant.domain.value import Value
from assistant.domain.vocabulary import ClaimKind, Disposition
from assistant.errors import InputInvalid, NotAllowed
from assistant.guardrails import disclosure
from assistant.guardrails.fit import is_short

MACHINES_SHARE = 0.8
"""Share of an edit's words that stand in the draft in order from which on it still counts as the machine's text.

Chosen, not measured: one sentence of five may be rewritten. Words taken out leave the rest the machine's; the
disclosure isn't counted.
"""


class Outgoing(Value):
    """The text that will go out, what it counts as, and whether the machine is its author.

    `signature` is how an employee signs under the brand's account; the machine's words carry none.
    """

    text: str
    disposition: Disposition
    machines: bool
    signature: str = ""

    @property
    def signed(self) -> str:
        """The text with the signature, once."""
        if not self.signature or self.text.rstrip().endswith(self.signature):
            return self.text
        return f"{self.text} {self.signature}"


def outgoing_of(
    text: str | None, disposition: Disposition, draft: Draft | None, *, pack: Pack, channel: str, agent: str
) -> Outgoing | None:
    """What an agent lets go; None where they ignore it. Raises `NotAllowed`, `InputInvalid`."""
    if disposition is Disposition.IGNORED:
        return None
    found = _unsigned(text, disposition, draft, pack, channel=channel)
    return found if found.machines else found.model_copy(update={"signature": signature_of(pack, agent)})


def signature_of(pack: Pack, agent: str) -> str:
    """How a registered employee signs; empty for anybody else, and where the brand has no words for it."""
    signs = next((each.signs for each in pack.on_call.agents if agent in each.known_as), "")
    return pack.brand.voice.via.format(agent=signs) if signs else ""


def _unsigned(text: str | None, disposition: Disposition, draft: Draft | None, pack: Pack, *, channel: str) -> Outgoing:
    if disposition is Disposition.ACCEPTED:
        if draft is None:
            raise NotAllowed("this turn has no draft to accept; respond with a text of your own, or ignore it")
        if text is not None and readable(text).strip() != draft.text.strip():
            raise InputInvalid("text: `accepted` sends the draft as it is; say `edited` to send other words")
        return Outgoing(text=draft.text, disposition=Disposition.ACCEPTED, machines=True)
    written = readable(text or "").strip()
    if not written:
        raise InputInvalid("text: missing; write the reply, or ignore the mention")
    if len(written) > MAX_TEXT:
        raise InputInvalid(f"text: longer than {MAX_TEXT} characters; shorten it")
    if draft is None:
        if disposition is Disposition.EDITED:
            raise NotAllowed("this turn has no draft to edit; respond with a text of your own")
        return Outgoing(text=written, disposition=disposition, machines=False)
    return _compared(written, disposition, draft, pack, channel=channel)


def would_send(text: str, draft: Draft | None, *, pack: Pack, channel: str, agent: str) -> str:
    """What would go out if this text were sent now: with the disclosure it has to carry, or without the one it needn't.

    Raises `InputInvalid` where there is nothing to send.
    """
    kind = Disposition.EDITED if draft else Disposition.RESPONDED
    outgoing = outgoing_of(text, kind, draft, pack=pack, channel=channel, agent=agent)
    return outgoing.signed if outgoing else ""


def _machines_share(written: Sequence[str], proposed: Sequence[str]) -> float:
    matcher = SequenceMatcher(None, written, proposed, autojunk=False)
    kept = sum(block.size for block in matcher.get_matching_blocks())
    return max(matcher.ratio(), kept / len(written)) if written else 0.0


def _compared(text: str, disposition: Disposition, draft: Draft, pack: Pack, *, channel: str) -> Outgoing:
    """The machine's text keeps a disclosure, worded for a text a person changed; a person's carries none."""
    if text.split() == draft.text.split():
        return Outgoing(text=draft.text, disposition=Disposition.ACCEPTED, machines=True)
    own = any(claim.kind is ClaimKind.DISCLOSURE for claim in draft.claims)
    written, proposed = (disclosure.without(each, draft, pack=pack) for each in (text, draft.text))
    if _machines_share(written.split(), proposed.split()) < MACHINES_SHARE:
        if not written:
            raise InputInvalid("text: nothing but the disclosure; write the reply, or ignore the mention")
        return Outgoing(text=written, disposition=disposition, machines=False)
    if not own:
        return Outgoing(text=text, disposition=disposition, machines=True)
    said = disclosure.text_for(pack, channel=channel, language=draft.language, assisted=True)
    between = " " if is_short(pack.network_of(channel)) else "\n\n"
    return Outgoing(text=f"{written}{between}{said}", disposition=disposition, machines=True)
