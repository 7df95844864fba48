"""What agents' edits teach: kept word by word, counted into proposals, and decided by people."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from difflib import SequenceMatcher

from assistant.domain.brand import Pack
from assistant.domain.conversation import TurnRecord
from assistant.domain.wording import Edit, Effect, Proposal, ProposalKind, ProposalState, WordChange
from assistant.errors import Conflict, NotFound
from assistant.guardrails import disclosure
from assistant.guardrails.commitments import normal
from assistant.guardrails.facts import facts_of
from assistant.guardrails.privacy import mask
from assistant.guardrails.words import content
from assistant.ports import Transaction

ENOUGH = 3
"""Edits that must point the same way before a person is asked; fewer are taste. Chosen, not measured."""
PHRASE_WORDS = (1, 5)
"""Words a banned phrase has."""
KEPT = 0.5
"""Share of a draft's words that an edit must leave for what it takes out to tell something of them. Chosen."""
_MARKS = re.compile(r"^\W+|\W+$")


def changes_of(before: str, after: str) -> tuple[WordChange, ...]:
    """What was taken out and put in, word by word, in order."""
    old, new = before.split(), after.split()
    matched = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return tuple(
        WordChange(removed=" ".join(old[a:b]), added=" ".join(new[c:d]))
        for tag, a, b, c, d in matched
        if tag != "equal"
    )


def keep_edit(
    tx: Transaction, record: TurnRecord, after: str, *, pack: Pack, agent: str, reason: str, at: datetime
) -> Edit | None:
    """Keep what an agent made of a turn's draft, personal data masked and without the disclosure, which code adds; None
    where there was nothing to change.

    A turn without a draft is kept too: it says what nobody had prepared.
    """
    turn = record.turn
    before = turn.draft.text if turn.draft else ""
    if turn.draft:
        before, after = (disclosure.without(text, turn.draft, pack=pack) for text in (before, after))
    if before.split() == after.split():
        return None
    old, new = mask(before).text, mask(after).text
    edit = Edit(
        id=f"e-{record.id}-{hashlib.sha256(after.encode()).hexdigest()[:8]}-{at:%H%M%S%f}",
        brand_id=turn.mention.brand_id,
        turn_id=record.id,
        by=agent,
        intent=turn.understanding.intent if turn.understanding else None,
        article_ids=turn.draft.article_ids if turn.draft else (),
        before=old,
        after=new,
        changes=changes_of(old, new),
        reason=mask(reason).text,
        at=at,
    )
    tx.add_edit(edit)
    return edit


def propose(tx: Transaction, *, pack: Pack, at: datetime) -> tuple[Proposal, ...]:
    """The proposals that the edits so far support and nobody was asked before, kept as open.

    What a person rejected isn't proposed again.
    """
    edits = tx.edits(brand_id=pack.brand.id)
    known = {proposal.id for proposal in tx.proposals(brand_id=pack.brand.id, limit=10_000)}
    found = [each for each in _drawn(edits, pack, at) if each.id not in known]
    for proposal in found:
        tx.save_proposal(proposal)
    return tuple(found)


def decide(tx: Transaction, proposal_id: str, *, pack: Pack, accept: bool, agent: str, at: datetime) -> Proposal:
    """Say whether it is taken up; `workflows/take_up` writes the pack.

    Raises `NotFound`, and `Conflict` where somebody decided before.
    """
    proposal = tx.proposal(proposal_id)
    if proposal.brand_id != pack.brand.id:
        raise NotFound("proposal", proposal_id)
    if proposal.state is not ProposalState.OPEN:
        raise Conflict(f"proposal {proposal_id} was {proposal.state.value} by {proposal.decided_by} already")
    state = ProposalState.ACCEPTED if accept else ProposalState.REJECTED
    decided = proposal.model_copy(update={"state": state, "decided_by": agent, "decided_at": at})
    tx.save_proposal(decided)
    facts = {"kind": proposal.kind, "subject": proposal.subject, "edits": len(proposal.edits)}
    event = f"proposal_{state.value}"
    tx.append_audit(brand_id=pack.brand.id, at=at, actor=agent, event=event, subject=proposal_id, facts=facts)
    return decided


def reopen(tx: Transaction, proposal: Proposal, *, why: str, pack: Pack, agent: str, at: datetime) -> None:
    """An accepted proposal that couldn't be written waits again, as it was."""
    tx.save_proposal(proposal)
    facts = {"why": why}
    tx.append_audit(
        brand_id=pack.brand.id, at=at, actor=agent, event="proposal_reopened", subject=proposal.id, facts=facts
    )


def keep_effect(tx: Transaction, proposal_id: str, effect: Effect, *, pack: Pack) -> Proposal:
    """Keep what an accepted proposal did, the newest measurement only.

    Raises `NotFound`, and `Conflict` where nobody accepted it.
    """
    proposal = tx.proposal(proposal_id)
    if proposal.brand_id != pack.brand.id:
        raise NotFound("proposal", proposal_id)
    if proposal.state is not ProposalState.ACCEPTED:
        raise Conflict(f"proposal {proposal_id} is {proposal.state.value}; only what was accepted can have an effect")
    measured = proposal.model_copy(update={"effect": effect})
    tx.save_proposal(measured)
    facts = {"verdict": effect.verdict, "fixed": effect.fixed, "broken": effect.broken}
    tx.append_audit(
        brand_id=pack.brand.id,
        at=effect.measured_at,
        actor="eval",
        event="proposal_measured",
        subject=proposal_id,
        facts=facts,
    )
    return measured


def _drawn(edits: Sequence[Edit], pack: Pack, at: datetime) -> Iterator[Proposal]:
    for kind, subjects in (
        (ProposalKind.BANNED_PHRASE, _banned(edits, pack)),
        (ProposalKind.BETTER_REPLY, _better(edits)),
        (ProposalKind.MISSING_ARTICLE, _missing(edits)),
    ):
        for (subject, text), behind in subjects.items():
            if len({edit.turn_id for edit in behind}) >= ENOUGH:
                yield _proposal(kind, subject, text, behind, pack, at)


_Grouped = dict[tuple[str, str], list[Edit]]


def _banned(edits: Sequence[Edit], pack: Pack) -> _Grouped:
    """Phrases that agents take out again and again and the brand doesn't avoid yet."""
    avoided = {normal(phrase) for phrase in pack.brand.voice.avoid}
    found: _Grouped = defaultdict(list)
    for edit in filter(_mends, edits):
        for phrase in {normal(_MARKS.sub("", change.removed)) for change in edit.changes}:
            least, most = PHRASE_WORDS
            fits = least <= len(phrase.split()) <= most and _says_something(phrase)
            if fits and phrase not in avoided and phrase not in normal(edit.after):
                found[phrase, ""].append(edit)
    return found


def _mends(edit: Edit) -> bool:
    """Whether the draft was mended rather than written anew."""
    removed = sum(len(change.removed.split()) for change in edit.changes)
    return removed <= (1 - KEPT) * len(edit.before.split())


def _says_something(phrase: str) -> bool:
    """Neither small words alone nor a fact: what was put right there is no matter of style."""
    return bool(content(phrase)) and not facts_of(phrase)


def _better(edits: Sequence[Edit]) -> _Grouped:
    """The same words sent again and again in place of an article's draft."""
    found: _Grouped = defaultdict(list)
    for edit in edits:
        if len(edit.article_ids) == 1:
            found[edit.article_ids[0], " ".join(edit.after.split())].append(edit)
    return found


def _missing(edits: Sequence[Edit]) -> _Grouped:
    """An intent that agents answer again and again where nothing could be drafted."""
    found: _Grouped = defaultdict(list)
    for edit in edits:
        if not edit.before and edit.intent:
            found[edit.intent, ""].append(edit)
    return found


def _proposal(
    kind: ProposalKind, subject: str, text: str, behind: Sequence[Edit], pack: Pack, at: datetime
) -> Proposal:
    key = "\0".join((pack.brand.id, kind.value, subject, text))
    return Proposal(
        id=f"p-{hashlib.sha256(key.encode()).hexdigest()[:16]}",
        brand_id=pack.brand.id,
        kind=kind,
        subject=subject,
        text=text,
        edits=tuple(edit.id for edit in behind),
        created_at=at,
    )
