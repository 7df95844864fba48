"""The model path against a server written by others, at every rate of every fault: nothing lost, nothing unchecked."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.adapters.circuit_breaker import Circuit, CircuitBreaker
from assistant.adapters.extractive import Extractive
from assistant.adapters.guarded_chat import AnswerCache, GuardedChat
from assistant.adapters.model_budget import ModelBudget
from assistant.adapters.model_drafter import ModelDrafter
from assistant.adapters.model_keep import MemoryKeep, ModelKeep
from assistant.adapters.model_reader import ModelReader
from assistant.adapters.openai_chat import OpenAIChat
from assistant.domain.automation import AutomationState
from assistant.domain.certificate import Permits
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import ClaimKind, Decision, Reason, Severity
from assistant.pipeline.reread import Second
from assistant.pipeline.respond import Pipeline
from assistant.prompts import Prompts
from tests import pipeline_builders as build
from tests.peers.aimock_server import Aimock, running
from tests.stores import new_store

pytestmark = [pytest.mark.network, pytest.mark.xdist_group("aimock")]

PROMPTS = Prompts(Path(__file__).parents[2] / "prompts")
FACT = "Every fare includes one small bag of up to 40x30x20 cm under the seat."
MENTIONS = 8
FOUND = build.evidence((build.article(), 0.8))


def _answer(text: str, *passages: str) -> dict[str, object]:
    sentence = {"text": text, "kind": "policy", "passages": list(passages)}
    return {"content": json.dumps({"answered": True, "sentences": [sentence]})}


READ = {"intent": "I1", "stance": "question", "sentiment": "neutral", "urgency": "low", "language": "de"}

FIXTURES: Sequence[Mapping[str, object]] = (
    {"match": {"userMessage": "bag be,?"}, "response": _answer("Every fare includes a free bag of 99 kg.", "P2")},
    {"match": {"userMessage": "bag be.?"}, "response": _answer(FACT, "P77")},
    {"match": {"userMessage": "bag be??"}, "response": _answer(FACT, "P2"), "truncateAfterChunks": 3},
    {"match": {"userMessage": "Wie groß"}, "response": {"content": json.dumps(READ)}},
    {"match": {"userMessage": "Was kostet"}, "response": {"content": json.dumps({**READ, "intent": "I77"})}},
    {"match": {"userMessage": "How big"}, "response": _answer(FACT, "P2")},
)


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aimock]:
    with running(FIXTURES, tmp_path_factory.mktemp("aimock")) as server:
        yield server


@pytest.fixture
def server(started: Aimock) -> Aimock:
    started.forget()
    return started


def _now() -> datetime:
    return build.NOW


def chat_of(
    server: Aimock, *, timeout_s: float = 10.0, tokens: int | None = None, keep: ModelKeep | None = None
) -> GuardedChat:
    chat = OpenAIChat(model="tiny", api_key=None, base_url=server.url, timeout_s=timeout_s)
    kept = keep or MemoryKeep()
    breaker, budget = CircuitBreaker(_real_now, keep=kept), ModelBudget(_now, tokens=tokens, keep=kept)
    return GuardedChat(chat, cache=AnswerCache(_now, keep=kept), budget=budget, breaker=breaker)


def _real_now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 (a server's patience is real time)


def pipeline(chat: GuardedChat, *, reads: bool = False, language: str = "en") -> Pipeline:
    embedder = build.WordEmbedder()
    pack = build.pack()
    return Pipeline(
        pack=pack,
        embedder=embedder,
        languages=build.OneLanguage(language),
        heads=build.KeywordHeads(),
        index=build.ListIndex(pack.articles, embedder),
        drafter=ModelDrafter(chat, PROMPTS, fallback=Extractive(PROMPTS)),
        clock=_now,
        automation=AutomationState,
        permits=lambda: Permits(rehearsal=True),
        second=Second(ModelReader(chat, PROMPTS), frozenset({"en"})) if reads else None,
    )


async def answered(chat: GuardedChat, what: str = "?", count: int = MENTIONS) -> Sequence[Turn]:
    texts = [f"How big can my small bag be{what}{'!' * n}" for n in range(count)]
    mentions = [build.mention(text, id=f"m{n}", external_id=f"{n}") for n, text in enumerate(texts)]
    turns = await pipeline(chat)(mentions, evidence={mention.id: FOUND for mention in mentions})
    assert [turn.mention_id for turn in turns] == [mention.id for mention in mentions]
    for turn in turns:
        assert_safe(turn)
    return turns


def assert_safe(turn: Turn) -> None:
    """A person has it with a reason, or each of its sentences was judged and nothing speaks against it."""
    if turn.route.decision is Decision.AUTO_REPLY:
        assert turn.draft is not None
        assert turn.draft.drafter == "tiny"  # what another had to write instead waits for a person
        assert all(finding.severity is Severity.NOTE for finding in turn.findings)
        assert all(claim.supported for claim in turn.draft.claims)
        assert turn.draft.claims[-1].kind is ClaimKind.DISCLOSURE
    else:
        assert turn.route.reasons
    if turn.draft is not None and turn.draft.drafter == "extractive":
        assert any("tiny could not be used" in finding.message for finding in turn.findings)


def drafters(turns: Sequence[Turn]) -> Counter[str | None]:
    return Counter(turn.draft.drafter if turn.draft else None for turn in turns)


FAULTS = ["dropRate", "malformedRate", "rateLimitRate", "disconnectRate"]


async def test_without_faults_the_model_answers_everything(server: Aimock) -> None:
    turns = await answered(chat_of(server))
    assert drafters(turns) == {"tiny": MENTIONS}
    assert {turn.route.decision for turn in turns} == {Decision.AUTO_REPLY}


@pytest.mark.parametrize("rate", [0.5, 1.0])
@pytest.mark.parametrize("fault", FAULTS)
async def test_every_mention_ends_checked(server: Aimock, fault: str, rate: float) -> None:
    server.fail(**{fault: rate})
    turns = await answered(chat_of(server))
    assert all(turn.draft is not None for turn in turns)
    decided = {turn.draft.drafter: turn.route.decision for turn in turns if turn.draft}
    assert decided.items() <= {("tiny", Decision.AUTO_REPLY), ("extractive", Decision.REVIEW)}
    assert rate < 1 or drafters(turns) == {"extractive": MENTIONS}


@pytest.mark.parametrize("rate", [0.1, 0.25, 0.75])
async def test_all_faults_at_once(server: Aimock, rate: float) -> None:
    server.fail(dropRate=rate, malformedRate=rate, rateLimitRate=rate, disconnectRate=rate, latencyMs=20)
    assert set(drafters(await answered(chat_of(server)))) <= {"tiny", "extractive"}


@pytest.mark.parametrize("rate", [0.5, 1.0])
async def test_without_approved_wording_to_fall_back_on_a_person_takes_it(server: Aimock, rate: float) -> None:
    server.fail(dropRate=rate)
    drafter = ModelDrafter(chat_of(server), PROMPTS)
    mentions = [build.mention(f"How big?{'!' * n}", id=f"m{n}", external_id=f"{n}") for n in range(MENTIONS)]
    turns = await pipeline(chat_of(server)).with_drafter(drafter)(
        mentions, evidence={mention.id: FOUND for mention in mentions}
    )
    assert len(turns) == MENTIONS
    for turn in turns:
        assert_safe(turn)
        assert turn.draft or Reason.STAGE_FAILED in turn.route.reasons
        assert turn.draft or turn.route.decision is Decision.HANDOFF
    assert rate < 1 or drafters(turns) == {None: MENTIONS}


async def test_a_server_slower_than_the_deadline_is_given_up_and_then_left_alone(server: Aimock) -> None:
    server.fail(latencyMs=5000)
    chat = chat_of(server, timeout_s=0.3)
    assert drafters(await answered(chat)) == {"extractive": MENTIONS}
    assert chat._breaker.state is Circuit.OPEN
    server.fail()
    turns = await answered(chat, count=2)
    assert drafters(turns) == {"extractive": 2}
    assert all("ModelResting" in turn.findings[0].message for turn in turns)


async def test_rate_limits_are_waited_out_when_there_is_time(server: Aimock) -> None:
    server.fail(rateLimitRate=1)
    await answered(chat_of(server, timeout_s=0.5), count=1)
    assert len(server.requests()) == 1  # Retry-After asks for a second, which the deadline doesn't leave
    server.forget()
    server.fail(rateLimitRate=1)
    await answered(chat_of(server, timeout_s=2.8), count=1)
    assert len(server.requests()) > 1


async def test_the_same_question_is_asked_once(server: Aimock) -> None:
    chat = chat_of(server)
    first = await answered(chat, count=3)
    again = await answered(chat, count=3)
    assert len(server.requests()) == 3
    assert [turn.draft for turn in again] == [turn.draft for turn in first]
    assert [dict(turn.tokens) for turn in again] == [{"cached": 1}] * 3


async def test_the_budget_of_the_hour_ends_the_models_part(server: Aimock) -> None:
    turns = await answered(chat_of(server, tokens=4500))
    found = drafters(turns)
    assert found["tiny"] > 0
    assert found["extractive"] > 0
    assert found["tiny"] + found["extractive"] == MENTIONS
    fallen = [turn for turn in turns if turn.draft and turn.draft.drafter == "extractive"]
    assert all("budget of 4500 tokens an hour is spent" in turn.findings[0].message for turn in fallen)
    assert len(server.requests()) == found["tiny"]


async def test_two_processes_share_budget_circuit_and_answers(server: Aimock) -> None:
    store = new_store()
    one, other = (chat_of(server, tokens=4500, keep=store.model_keep()) for _ in range(2))
    first = drafters(await answered(one))
    asked = len(server.requests())
    second = drafters(await answered(other))
    assert 0 < first["tiny"] < MENTIONS
    assert second["extractive"] > 0  # what the first spent is spent for the second
    assert len(server.requests()) - asked == second["tiny"] - first["tiny"]  # known answers cost nothing
    failing, resting = (chat_of(server, timeout_s=0.3, keep=store.model_keep()) for _ in range(2))
    server.fail(latencyMs=5000)
    await answered(failing, "? Again?")
    assert resting._breaker.state is Circuit.OPEN
    store.close()


@pytest.mark.parametrize(("what", "by"), [(",?", "tiny"), (".?", "extractive")], ids=["unsupported", "never shown"])
async def test_a_model_that_makes_things_up_sends_nothing(server: Aimock, what: str, by: str) -> None:
    turns = await answered(chat_of(server), what, count=2)
    assert drafters(turns) == {by: 2}
    assert {turn.route.decision for turn in turns} == {Decision.HANDOFF if by == "tiny" else Decision.REVIEW}


async def test_watched_sentences_grow_and_the_draft_is_the_checked_one(server: Aimock) -> None:
    seen: list[str] = []
    drafter = ModelDrafter(chat_of(server), PROMPTS, fallback=Extractive(PROMPTS)).watched(seen.append)
    (turn,) = await pipeline(chat_of(server)).with_drafter(drafter)([build.mention()], evidence={"m1": FOUND})
    assert len(seen) > 3
    assert all(FACT.startswith(text) for text in seen)
    assert seen[-1] == FACT
    assert turn.draft is not None
    assert turn.draft.text == f"{FACT}\n\n{build.BRAND.disclosure['en'].long}"


@pytest.mark.parametrize("fault", ["malformedRate", "disconnectRate", None])
async def test_a_stream_that_breaks_ends_as_approved_wording(server: Aimock, fault: str | None) -> None:
    seen: list[str] = []
    if fault:
        server.fail(**{fault: 1})
    drafter = ModelDrafter(chat_of(server), PROMPTS, fallback=Extractive(PROMPTS)).watched(seen.append)
    (turn,) = await pipeline(chat_of(server)).with_drafter(drafter)(
        [build.mention("How big can my small bag be??")], evidence={"m1": FOUND}
    )
    assert_safe(turn)
    assert drafters([turn]) == {"extractive": 1}
    assert FACT not in seen


async def test_the_model_reads_what_the_classifiers_do_not(server: Aimock) -> None:
    pipe = pipeline(chat_of(server), reads=True, language="de")
    (turn,) = await pipe([build.mention("Wie groß darf meine Tasche sein?")])
    assert turn.understanding is not None
    assert turn.understanding.second is not None
    assert turn.understanding.second.intent == "carry_on_size"
    assert turn.route.decision is Decision.HANDOFF
    assert turn.tokens["out"] > 0


@pytest.mark.parametrize("fault", [*FAULTS, None])
async def test_without_a_usable_reading_the_classifiers_stand(server: Aimock, fault: str | None) -> None:
    if fault:
        server.fail(**{fault: 1})
    pipe = pipeline(chat_of(server), reads=True, language="de")
    (turn,) = await pipe([build.mention("Wie groß darf meine Tasche sein?" if fault else "Was kostet eine Tasche?")])
    assert turn.understanding is not None
    assert turn.understanding.second is None
    assert any(finding.guardrail == "second_opinion" for finding in turn.findings)
    assert turn.route.decision is Decision.HANDOFF
