"""Harvest: a reply that failed live, what an agent made of a draft, or a good reply becomes a proposed case.

A proposal holds no personal data and no handle, and says what must not happen again, or must stay as it was. A person
reads it before it joins a suite: `source` says where it comes from.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Lock

from pydantic import JsonValue

from assistant.domain.conversation import TurnRecord
from assistant.domain.knowledge import Article
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import ClaimKind, Decision, Disposition, Reason
from assistant.domain.wording import Edit
from assistant.errors import InputInvalid, NotFound
from assistant.evals.case import Case, CaseSeverity, Gate, Suite
from assistant.evals.score import Context
from assistant.evals.scorers import score
from assistant.evals.scorers_care import SUBSTANCE
from assistant.evals.suite import CASES_FILE, load_suite, write_suite
from assistant.guardrails.facts import facts_of
from assistant.guardrails.nameless import nameless
from assistant.guardrails.privacy import mask
from assistant.whole_file import replace_file

SUITE = "harvested"
"""The suite proposals are kept in until somebody moves them."""
_HANDLE = re.compile(r"(?<!\w)@[\w.\-]+")
_NEVER_PASSED = 0.5
_READ = "harvested from live traffic, and read"
_WRITING = Lock()
_PEOPLE: list[JsonValue] = [Decision.REVIEW.value, Decision.HANDOFF.value]
_NOTHING_AMISS: list[JsonValue] = [
    {"type": kind} for kind in ("care:grounded", "care:hard-facts", "care:no-commitment", "care:no-pii")
]
_NOT_OF_THE_MESSAGE = frozenset(
    {
        Reason.AUDIT,
        Reason.DOUBTFUL_DRAFT,
        Reason.HELD,
        Reason.HIGH_REACH,
        Reason.KILL_SWITCH,
        Reason.LOW_CONFIDENCE,
        Reason.NOT_CERTIFIED,
        Reason.PERSONAL_DATA,
        Reason.QUARANTINED,
        Reason.RAMP,
        Reason.REDRAFT,
        Reason.WEAK_EVIDENCE,
    }
)
"""Why a person had to look that says nothing against an automatic answer to the case: how automation stood that day,
what a proposal leaves out, and doubts of a draft that then was found good."""


def case_id_of(turn_id: str) -> str:
    """What the proposed case of a turn is called, so that it is proposed once."""
    return f"h-{hashlib.sha256(turn_id.encode()).hexdigest()[:12]}"


def harvest(
    record: TurnRecord, *, edit: Edit | None = None, wrong: Sequence[str] = (), pulled_back: bool = False
) -> Case:
    """The proposed case of one turn; `wrong` quotes what the reply should not have said. Of one that was pulled back
    and that nobody quotes, whatever it claimed; what an agent made of it was no better, so it asks for nothing.

    Raises `InputInvalid` where nothing is known that should have been otherwise, and where it never said those words.
    """
    turn, disposition = record.turn, record.disposition
    said = " ".join(f"{turn.draft.text if turn.draft else ''} {edit.after if edit else ''}".split()).casefold()
    for words in wrong:
        if " ".join(words.split()).casefold() not in said:
            raise InputInvalid(f"turn {record.id}: its reply doesn't say {words!r}; quote it word for word in `wrong`")
    if pulled_back and not wrong and edit is None:
        wrong = [claim.text for claim in turn.draft.claims if claim.kind in SUBSTANCE] if turn.draft else []
    expected = _never_said(wrong)
    if edit is not None and not pulled_back:
        expected += _as_edited(edit, _disclosed(turn))
    if disposition is Disposition.IGNORED:
        expected.append({"type": "care:route", "value": [Decision.NO_REPLY.value, Decision.REVIEW.value]})
    elif wrong or pulled_back or disposition is Disposition.RESPONDED:
        expected.append({"type": "care:route", "value": _PEOPLE})
    if not expected:
        raise InputInvalid(
            f"turn {record.id}: nobody said what was wrong with it; quote the words in `wrong`, or edit the draft"
        )
    live = turn.route.decision is Decision.AUTO_REPLY
    what = f"{disposition.value} by an agent" if disposition else "pulled back" if pulled_back else "reported as wrong"
    return _case(turn, record.id, expected, critical=live, description=f"A draft {what}.")


def good_case(record: TurnRecord) -> Case:
    """What must stay as it was, of a reply that went out as it was drafted: its route, an article it stands on, and
    that nothing amiss is in it, as far as that holds of the draft itself.

    Raises `InputInvalid` where people changed it, or where nothing was drafted.
    """
    turn, disposition = record.turn, record.disposition
    by_itself = turn.route.decision is Decision.AUTO_REPLY and disposition is None
    if turn.draft is None or not (by_itself or disposition is Disposition.ACCEPTED):
        raise InputInvalid(
            f"turn {record.id}: its reply was not sent as it was drafted; propose what was changed in it"
        )
    claims = [claim for claim in turn.draft.claims if claim.kind in SUBSTANCE]
    articles: list[JsonValue] = list(dict.fromkeys(cited.article_id for claim in claims for cited in claim.citations))
    expected: list[JsonValue] = [{"type": "care:route", "value": _may_stay(turn)}]
    expected += [{"type": "care:cites", "value": articles}] if articles else []
    what = "A good reply of the assistant's own" if by_itself else "A draft an agent sent unchanged"
    said = f"{what}: “{without_people(turn.draft.text, turn.mention)}”"
    case = _case(turn, record.id, [*expected, *_NOTHING_AMISS], critical=False, description=said)
    scores = score(turn, case.assertions, Context(case=case))
    holds = [each for each, given in zip(case.assertions, scores, strict=True) if given.passed]
    return case.model_copy(update={"assertions": tuple(holds)})


def _may_stay(turn: Turn) -> list[JsonValue]:
    """Where the message may go: by itself only what did, or what nothing in the message speaks against."""
    if turn.route.decision is Decision.AUTO_REPLY:
        return [Decision.AUTO_REPLY.value]
    alone = _NOT_OF_THE_MESSAGE.issuperset(turn.route.reasons)
    return [Decision.AUTO_REPLY.value, Decision.REVIEW.value] if alone else _PEOPLE


def regression_case(record: TurnRecord, *, article_id: str, version: int, now: Article | None) -> Case | None:
    """What the recalled version made the assistant say must not be said again.

    What the article says `now`, in another version, was right and may come again; None where that is all of the reply.
    """
    claims = record.turn.draft.claims if record.turn.draft else ()
    said = [
        claim.text
        for claim in claims
        if claim.kind in SUBSTANCE and any((c.article_id, c.version) == (article_id, version) for c in claim.citations)
    ]
    known = _said_by(now) if now is not None and now.version != version else ""
    wrong = [text for text in said if _plain(text) not in known]
    if said and not wrong:
        return None
    expected = _never_said(wrong) or [{"type": "care:route", "value": _PEOPLE}]
    why = f"An answer from {article_id}@{version}, which was recalled."
    return _case(record.turn, record.id, expected, critical=True, description=why)


def _said_by(article: Article) -> str:
    return _plain("\n".join((article.summary, article.body, *(reply.text for reply in article.replies))))


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _case(turn: Turn, turn_id: str, expected: Sequence[JsonValue], *, critical: bool, description: str) -> Case:
    mention = turn.mention
    intent = turn.understanding.intent if turn.understanding else None
    variables: dict[str, JsonValue] = {
        "message": without_people(mention.text, mention),
        "channel": mention.channel,
        "visibility": mention.visibility.value,
        "thread": [{"role": said.role, "text": without_people(said.text, mention)} for said in mention.thread],
    }
    metadata: dict[str, JsonValue] = {
        "id": case_id_of(turn_id),
        "severity": (CaseSeverity.CRITICAL if critical else CaseSeverity.NORMAL).value,
        "source": "harvested from live traffic; read it before it joins a suite",
    }
    if intent:
        metadata["slice"] = intent
    return Case.model_validate(
        {"description": description, "vars": variables, "assert": list(expected), "metadata": metadata}
    )


def without_people(text: str, mention: Mention) -> str:
    """The words without personal data, handles, the name the author goes by, and names and addresses people give."""
    names = [part for part in mention.author.name.split() if len(part) > 1]
    told = _HANDLE.sub("@someone", nameless(mask(text).text))
    for name in names:
        told = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "[name]", told, flags=re.IGNORECASE)
    return told


def _never_said(quotes: Iterable[str]) -> list[JsonValue]:
    """A quote with personal data in it is left out where there is another: masked, it would never be found."""
    masked = {quote.strip(): mask(quote).text.strip() for quote in quotes if quote.strip()}
    words: list[JsonValue] = [text for quote, text in masked.items() if text == quote] or list(masked.values())
    return [{"type": "care:not-contains-any", "value": words}] if words else []


def _disclosed(turn: Turn) -> str:
    """The draft's disclosure. Code puts another one to what a person writes: nobody took its words out."""
    claims = turn.draft.claims if turn.draft else ()
    return " ".join(claim.text for claim in claims if claim.kind is ClaimKind.DISCLOSURE)


def _is_of(disclosure: str, text: str) -> bool:
    """Whether four words in a row, or all where they are fewer, are of the disclosure."""
    words, known = _plain(text).split(), _plain(disclosure)
    size = min(4, len(words))
    return any(" ".join(words[at : at + size]) in known for at in range(len(words) - size + 1))


def _as_edited(edit: Edit, disclosure: str) -> list[JsonValue]:
    """Facts the agent took out must stay out and those put in must come; of style alone, the words taken out."""
    before, after = facts_of(edit.before), facts_of(edit.after)
    kept = {fact.value for fact in (*after, *facts_of(disclosure))}
    known = {fact.value for fact in before}
    out: list[JsonValue] = list(dict.fromkeys(fact.text for fact in before if fact.value not in kept))
    put: list[JsonValue] = list(dict.fromkeys(fact.text for fact in after if fact.value not in known))
    expected: list[JsonValue] = [{"type": "care:not-contains-any", "value": out}] if out else []
    if put and edit.before:
        expected.append({"type": "icontains-all", "value": put})
    if not out and not put:
        removed = (change.removed for change in edit.changes if len(change.removed.split()) > 1)
        expected += _never_said(text for text in removed if not _is_of(disclosure, text))
    return expected


def add_to(folder: Path, cases: Sequence[Case]) -> int:
    """Add the proposals to the suite there, each once; how many were new. Raises `SuiteInvalid`."""
    with _WRITING:
        known = load_suite(folder).cases if (folder / CASES_FILE).exists() else ()
        ids = {case.id for case in known}
        new = {case.id: case for case in cases if case.id not in ids}
        if new:
            _write(folder, (*known, *new.values()))
    return len(new)


def drop_from(folder: Path, case_id: str) -> Case:
    """The proposal, which is none any more. Raises `NotFound`."""
    with _WRITING:
        return _take_out(folder, case_id)


def move_to(suite: Path, case_id: str, *, folder: Path) -> Case:
    """Put a proposal somebody read at the end of a suite, whose other lines stay as they are.

    Raises `NotFound`, `SuiteInvalid`, `InputInvalid` where the suite has a case of that name, and `Infrastructure`
    where it can't be written: then the proposal stays.
    """
    with _WRITING:
        case, _ = _proposed(folder, case_id)
        if any(each.id == case_id for each in load_suite(suite).cases):
            raise InputInvalid(f"{suite.name} has a case {case_id} already")
        read = case.model_copy(update={"metadata": case.metadata.model_copy(update={"source": _READ})})
        there = suite / CASES_FILE
        before = there.read_bytes()
        line = json.dumps(read.as_row(), ensure_ascii=False) + "\n"
        gap = b"" if before.endswith(b"\n") or not before else b"\n"
        replace_file(there, before + gap + line.encode())
        _take_out(folder, case_id)
    return read


def _proposed(folder: Path, case_id: str) -> tuple[Case, tuple[Case, ...]]:
    """The proposal, and the others. Raises `NotFound`."""
    every = load_suite(folder).cases if (folder / CASES_FILE).exists() else ()
    found = next((case for case in every if case.id == case_id), None)
    if found is None:
        raise NotFound("proposed case", case_id)
    return found, tuple(case for case in every if case is not found)


def _take_out(folder: Path, case_id: str) -> Case:
    found, others = _proposed(folder, case_id)
    if others:
        _write(folder, others)
    else:
        (folder / CASES_FILE).unlink()
    return found


def _write(folder: Path, cases: Sequence[Case]) -> None:
    gate = Gate(metric=cases[0].assertions[0].name, min=_NEVER_PASSED)
    told = "What failed live, was changed by agents or was good; read each before it joins a suite."
    write_suite(folder, Suite(name=SUITE, description=told, gates=(gate,), cases=tuple(cases)))
