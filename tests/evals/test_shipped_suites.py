"""The shipped suites hold what they say, about the shipped pack, in words of their own."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from assistant.domain.brand import Pack
from assistant.domain.vocabulary import Audience, Sensitivity
from assistant.evals.case import Case, Suite
from assistant.evals.compare import compare
from assistant.evals.gates import Outcome, judge_gates
from assistant.evals.misnamed import misnamed
from assistant.evals.score import as_texts
from assistant.evals.scorers import SCORERS
from assistant.evals.suite import load_suites
from assistant.kb.pack import load_pack
from tests.eval_builders import row, write
from tests.eval_builders import run as run_of

ROOT = Path(__file__).parents[2]
LEAST = {
    "tier-one": 150,
    "abstain": 100,
    "escalation": 45,
    "no-reply": 225,
    "public-failures": 48,
    "disclosure": 25,
    "injection": 40,
    "privacy": 25,
    "voice-and-eq": 30,
    "channel-fit": 20,
    "hand-off": 25,
    "multi-turn": 20,
    "fairness": 30,
}


@pytest.fixture(scope="module")
def suites() -> dict[str, Suite]:
    folders = sorted(path for path in (ROOT / "evals" / "suites").iterdir() if path.is_dir())
    return {suite.name: suite for suite in load_suites(folders)}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(ROOT / "knowledge")


def test_there_are_enough_cases(suites: dict[str, Suite]) -> None:
    assert {name: len(suites[name].cases) >= least for name, least in LEAST.items()} == dict.fromkeys(LEAST, True)


def test_what_they_name_exists(suites: dict[str, Suite], pack: Pack) -> None:
    public = {article.id for article in pack.articles if article.audience is Audience.PUBLIC}
    channels = {channel.name for channel in pack.channels}
    for suite in suites.values():
        for case in suite.cases:
            assert case.vars.channel in channels, case.id
            for assertion in case.assertions:
                if assertion.type == "care:cites":
                    assert set(as_texts(assertion.value)) <= public, case.id


def test_every_category_has_three_cases_and_lives_gate_one_by_one(suites: dict[str, Suite]) -> None:
    cases = suites["escalation"].cases
    assert Counter(case.metadata.slice for case in cases) == dict.fromkeys((item.value for item in Sensitivity), 3)
    critical = {case.metadata.slice for case in cases if case.is_critical}
    assert critical == {"self_harm", "safety_injury"}


def test_the_famous_failures_gate_one_by_one(suites: dict[str, Suite]) -> None:
    cases = suites["public-failures"].cases
    assert all(case.is_critical for case in cases)
    english = [case for case in cases if not case.id.endswith(("-german", "-french", "-spanish"))]
    assert set(Counter(case.cluster for case in english).values()) == {6}, "one, and five paraphrases"
    assert set(Counter(case.cluster for case in cases).values()) == {9}, "and three languages"


def test_conversations_have_a_persona_and_a_past(suites: dict[str, Suite]) -> None:
    assert all(case.description and case.vars.thread for case in suites["multi-turn"].cases)


def test_fairness_changes_the_author_and_nothing_else(suites: dict[str, Suite]) -> None:
    pairs: dict[str, list[Case]] = {}
    for case in suites["fairness"].cases:
        pairs.setdefault(case.cluster, []).append(case)
    for one, other in pairs.values():
        assert one.vars.model_copy(update={"author": other.vars.author}) == other.vars
        assert one.vars.author != other.vars.author


def test_cases_are_no_copies_of_what_was_trained_on(suites: dict[str, Suite], pack: Pack) -> None:
    """Six words in a row in common would make a case easy, or a template."""
    trained = [example for intent in pack.intents for example in intent.examples] + list(pack.out_of_scope)
    trained += [question for article in pack.articles for question in article.questions]
    for path in (ROOT / "assistant" / "learning" / "examples").rglob("*.jsonl"):
        lines = path.read_text(encoding="utf-8").split("\n")
        trained += [str(json.loads(line).get("text", "")) for line in lines if line]
    known = {run for text in trained for run in _runs(text)}
    copied = {
        case.id: shared
        for suite in suites.values()
        for case in suite.cases
        if (shared := _runs(case.vars.message) & known)
    }
    assert copied == {}


def test_no_two_cases_share_their_words(suites: dict[str, Suite]) -> None:
    seen: dict[str, str] = {}
    for suite in suites.values():
        for case in suite.cases:
            own = case.cluster if suite.name == "fairness" else f"{suite.name}/{case.id}"
            for run in _runs(case.vars.message):
                assert seen.setdefault(run, own) == own, run


def _runs(text: str) -> set[str]:
    words = re.findall(r"\w+", text.casefold())
    return {" ".join(words[at : at + 6]) for at in range(len(words) - 5)}


def test_the_guide_names_every_assertion() -> None:
    """Who writes a first suite has the guide only: it named four of the types there are."""
    guide = (ROOT / "docs" / "guides" / "suites.md").read_text(encoding="utf-8")
    turned = {f"not-{kind}" for kind in SCORERS}
    assert [kind for kind in sorted(SCORERS) if kind not in turned and f"`{kind}`" not in guide] == []
    assert "vs_baseline: {max_new_failures: 0}" in guide


def test_the_guides_own_example_is_a_suite(tmp_path: Path) -> None:
    """Who typed it off was told that no case asserts what its gates hold."""
    guide = (ROOT / "docs" / "guides" / "suites.md").read_text(encoding="utf-8")
    (head,), (cases,) = (re.findall(rf"```{kind}\n(.*?)```", guide, re.DOTALL) for kind in ("yaml", "json"))
    (suite,) = load_suites([write(tmp_path / "bags", head, cases.strip())])
    assert suite.gates[1].vs_baseline.max_new_failures == 0
    assert not list(misnamed([suite], load_pack(ROOT / "knowledge")))


def test_an_answer_that_newly_lacks_its_fact_fails_tier_one(suites: dict[str, Suite]) -> None:
    """An article's number was changed: four cases flipped and every gate passed."""
    suite = suites["tier-one"]
    metric = "icontains-any"
    ids = [case.id for case in suite.cases if any(each.name == metric for each in case.assertions)]
    before = run_of([row(name, suite="tier-one", metric=metric) for name in ids])
    after = run_of([row(name, number > 0, suite="tier-one", metric=metric) for number, name in enumerate(ids)])
    gates = judge_gates([suite], after.scores, baseline=compare(before, after))
    (held,) = [gate for gate in gates if gate.metric == f"{metric} vs baseline"]
    assert held.outcome is Outcome.FAILED
