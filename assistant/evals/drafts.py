"""Stored drafts, scored without pipeline or model: a case line with the reply that was written to it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from assistant.domain.brand import Pack
from assistant.domain.draft import Draft
from assistant.domain.mention import Mention
from assistant.domain.mistake import first_of
from assistant.domain.routing import Route
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import Decision, Visibility
from assistant.evals.case import Case, evidence_of, mention_of
from assistant.evals.results import ScoreRow, StoredTurn
from assistant.evals.run import Asked, score_turns
from assistant.evals.scorers import NEEDS_GATE
from assistant.evals.scorers_gate import GUARDRAILS
from assistant.evals.suite import check_case
from assistant.gate import Verdict, judge_text

SUITE = "drafts"
"""The suite stored drafts are counted under."""
PACK_BOUND = NEEDS_GATE | {"care:offers-human"}
"""Assertion types that need the brand pack."""
DEFAULT_ASSERTIONS: tuple[str, ...] = ("care:grounded", "care:hard-facts", *GUARDRAILS)
"""What a row without assertions is held to."""
_VARS = ("message", "channel", "thread", "passages", "brand", "visibility", "author")
_METADATA = ("id", "cluster", "severity", "slice")
_OF_A_RUN = ("key", "epoch", "suite", "case_id")
_FIELDS = frozenset({"description", "vars", "assert", "metadata", "draft", "turn", *_VARS, *_METADATA, *_OF_A_RUN})


@dataclass(frozen=True)
class StoredDraft:
    """A case with its reply: a text nobody decided about, or a whole Turn. `unread` fields of its row mean nothing."""

    case: Case
    text: str | None
    turn: Turn | None
    unread: tuple[str, ...] = ()

    @property
    def needs_pack(self) -> bool:
        """Whether an assertion looks at what only pack and gate can tell."""
        return any(assertion.type in PACK_BOUND for assertion in self.case.assertions)


def parse_draft(row: Mapping[str, object], *, position: str) -> StoredDraft:
    """One row. Raises `ValueError` saying what is wrong.

    The reply is `draft` (a text) or `turn` (a Turn as `assistant run` writes it), or the row is itself a Turn with its
    `assert`, or a line of a run's turns.jsonl. Keys of `vars` and `metadata` may also stand at the top; an id is made
    up from `position` where absent.
    """
    turn = _turn_of(row)
    variables = _gathered(row, "vars", _VARS)
    if turn is not None:
        variables = {"message": turn.mention.text, "channel": turn.mention.channel, **variables}
    metadata = {"id": _id_of(row, turn) or position, **_gathered(row, "metadata", _METADATA)}
    metadata["id"] = str(metadata["id"])
    given = {
        "description": row.get("description", ""),
        "vars": {"message": "", **variables},
        "assert": row.get("assert") or [{"type": name} for name in DEFAULT_ASSERTIONS],
        "metadata": metadata,
    }
    problems: list[str] = []
    case = check_case(given, place="", problems=problems)
    if case is None:
        raise ValueError("; ".join(problem.removeprefix(": ") for problem in problems))
    text = row.get("draft")
    if turn is None and not isinstance(text, str):
        raise ValueError("draft: a text is needed, or a Turn in `turn`")
    unread = tuple(key for key in row if key not in _FIELDS and (turn is None or key not in Turn.model_fields))
    return StoredDraft(case=case, text=text if isinstance(text, str) else None, turn=turn, unread=unread)


def _id_of(row: Mapping[str, object], turn: Turn | None) -> str | None:
    """A line of a run's turns.jsonl is the case of its suite: two suites may name cases alike."""
    if isinstance(suite := row.get("suite"), str) and isinstance(case_id := row.get("case_id"), str):
        return f"{suite}/{case_id}"
    return turn.mention.external_id if turn else None


def _turn_of(row: Mapping[str, object]) -> Turn | None:
    given = row.get("turn")
    if given is None and "route" in row:
        given = {key: value for key, value in row.items() if key in Turn.model_fields}
    if given is None:
        return None
    try:
        return Turn.model_validate_json(json.dumps(given))
    except ValidationError as invalid:
        raise ValueError(first_of(invalid, within="turn")) from invalid


def _gathered(row: Mapping[str, object], key: str, names: Sequence[str]) -> dict[str, object]:
    inner = {} if row.get(key) is None else row[key]
    if not isinstance(inner, dict):
        raise ValueError(f"{key}: an object is needed")  # noqa: TRY004 - a bad row, not a bad type in the code
    return {**{name: row[name] for name in names if name in row}, **inner}


def score_drafts(
    drafts: Sequence[StoredDraft], *, pack: Pack | None, progress: Callable[[int], None] = lambda steps: None
) -> tuple[ScoreRow, ...]:
    """Scores of every draft, in order; `pack` may be None where no draft needs one.

    A text is taken as what would go out by itself. Rows of the same id are further tries of one case.
    """
    tries: dict[str, int] = {}
    asked: list[Asked] = []
    turns: list[StoredTurn] = []
    for draft in drafts:
        epoch = tries[draft.case.id] = tries.get(draft.case.id, -1) + 1
        turn = draft.turn or _turn_for(draft, pack)
        asked.append(Asked(SUITE, draft.case, epoch, key="", routed=draft.turn is not None))
        turns.append(StoredTurn(key="", epoch=epoch, suite=SUITE, case_id=draft.case.id, turn=turn))
        progress(1)
    return score_turns(asked, turns, pack=pack)


def _turn_for(draft: StoredDraft, pack: Pack | None) -> Turn:
    text, case = draft.text or "", draft.case
    mention = mention_of(case, suite=SUITE, pack=pack) if pack else _bare_mention(case)
    verdict = Verdict(claims=(), findings=())
    if pack is not None and any(assertion.type in NEEDS_GATE for assertion in case.assertions):
        evidence = evidence_of(case, pack=pack)
        passages = tuple(hit.passage for hit in evidence.hits) if evidence else ()
        verdict = judge_text(text, passages=passages, mention=mention, pack=pack, automated=True)
    return Turn(
        mention_id=mention.id,
        mention=mention,
        understanding=None,
        draft=Draft(text=text, claims=verdict.claims, drafter="stored", language="und") if text.strip() else None,
        findings=verdict.findings,
        route=Route(decision=Decision.AUTO_REPLY, reasons=(), queue="", due_at=None, slice=SUITE),
    )


def _bare_mention(case: Case) -> Mention:
    return Mention(
        id=f"{SUITE}/{case.id}",
        brand_id=case.vars.brand or "",
        channel=case.vars.channel or "",
        external_id=case.id,
        text=case.vars.message,
        thread=case.vars.thread,
        visibility=case.vars.visibility or Visibility.PUBLIC,
    )
