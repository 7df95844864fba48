"""What a drafter may know, and when it isn't asked at all."""

from datetime import date

import pytest

from assistant.domain.knowledge import Article, Evidence
from assistant.domain.readers import Readers
from assistant.domain.sensitivity import PREPARED_HELPS
from assistant.domain.understanding import FiredSensitivity
from assistant.domain.vocabulary import Audience, Sensitivity, Sentiment, Stance
from assistant.pipeline.draft import Tellable, WholeArticles, draft
from assistant.ports import Drafted, DraftRequest
from tests import pipeline_builders as build

TODAY = date(2026, 11, 14)


ANYBODY = Readers(language="en")


class Asked:
    """A drafter that remembers whether it was asked."""

    name = "asked"
    fingerprint = "none"

    def __init__(self) -> None:
        self.times = 0

    async def draft(self, request: DraftRequest) -> Drafted:
        self.times += 1
        return Drafted(draft=build.draft())


def request(**understanding: object) -> DraftRequest:
    return DraftRequest(
        mention=build.mention(),
        understanding=build.understanding(**understanding),
        evidence=build.evidence((build.article(), 0.8)),
        pack=build.pack(),
    )


def told(evidence: Evidence, *articles: Article) -> Evidence:
    return Tellable(build.pack(articles=articles), ANYBODY, on=TODAY).of(evidence)


@pytest.mark.parametrize(
    "changes",
    [
        {"audience": Audience.AGENTS},
        {"version": 3},
        {"valid_from": date(2026, 11, 15)},
        {"valid_until": date(2026, 11, 13)},
    ],
)
def test_only_current_public_articles_are_told(changes: dict[str, object]) -> None:
    found = build.evidence((build.article(), 0.8))
    changed = build.article().model_copy(update=changes)
    assert told(found, changed).hits == ()
    assert told(found, build.REFUNDS).hits == ()
    assert told(found, build.article()) == found


def test_an_article_is_told_on_its_last_day() -> None:
    assert told(build.evidence((build.article(), 0.8)), build.article(valid_until=TODAY)).hits


def test_whole_articles_are_read_once() -> None:
    index = build.ListIndex((build.article(), build.REFUNDS), build.WordEmbedder())
    whole = WholeArticles(index)
    one_hit = build.evidence((build.article(), 0.8)).hits[:1]
    found = whole.of(Evidence(hits=one_hit))
    assert found == build.passages_of(build.article())
    assert whole.of(build.evidence((build.article(), 0.5))) == found
    assert index.gets == 1


def test_long_articles_are_read_to_their_end() -> None:
    long = build.article(body="\n\n".join(f"Rule {number}." for number in range(70)))
    whole = WholeArticles(build.ListIndex((long,), build.WordEmbedder()))
    assert whole.of(build.evidence((long, 0.8))) == build.passages_of(long)


def test_a_rebuilt_index_is_read_again() -> None:
    index = build.ListIndex((build.article(),), build.WordEmbedder())
    whole = WholeArticles(index)
    whole.of(build.evidence((build.article(), 0.8)))
    index.fingerprint = "list-2"
    whole.refresh()
    whole.of(build.evidence((build.article(), 0.8)))
    assert index.gets == 2


async def test_a_wanted_answer_is_drafted() -> None:
    drafter = Asked()
    assert (await draft(request(), drafter=drafter, exposed=False)).draft == build.draft()
    assert drafter.times == 1


@pytest.mark.parametrize("stance", [Stance.SPAM, Stance.TROLL, Stance.BYSTANDER])
async def test_nothing_is_drafted_for_nobody(stance: Stance) -> None:
    drafter = Asked()
    passing = request(stance=stance, respond=False, in_scope=False)
    passing = passing._replace(mention=build.mention("lol, free followers, link in bio"))
    found = await draft(passing, drafter=drafter, exposed=False)
    assert (found.draft, drafter.times) == (None, 0)


@pytest.mark.parametrize("category", sorted(set(Sensitivity) - PREPARED_HELPS))
async def test_no_wording_is_prepared_where_only_a_person_finds_it(category: Sensitivity) -> None:
    drafter = Asked()
    fired = (FiredSensitivity(category=category, score=0.9),)
    found = await draft(request(sensitivity=fired), drafter=drafter, exposed=False)
    assert (found.draft, drafter.times) == (None, 0)
    assert category.value in found.why


async def test_what_only_may_be_sensitive_leaves_the_agent_a_draft() -> None:
    fired = (FiredSensitivity(category=Sensitivity.LEGAL_THREAT, score=0.8, certain=False),)
    assert Sensitivity.LEGAL_THREAT not in PREPARED_HELPS
    assert (await draft(request(sensitivity=fired), drafter=Asked(), exposed=False)).draft


@pytest.mark.parametrize(("category", "drafted"), [(Sensitivity.BEREAVEMENT, False), (Sensitivity.REGULATOR, True)])
async def test_no_cheer_is_drafted_where_grief_may_be_meant(category: Sensitivity, drafted: bool) -> None:
    fired = (FiredSensitivity(category=category, score=0.8, certain=False),)
    pleased = request(
        stance=Stance.PRAISE, sentiment=Sentiment.POSITIVE, confidence={"sentiment": 0.9}, sensitivity=fired
    )
    found = await draft(pleased, drafter=Asked(), exposed=False)
    assert (found.draft is not None) is drafted


@pytest.mark.parametrize("category", sorted(PREPARED_HELPS))
async def test_other_sensitivities_leave_the_agent_a_draft(category: Sensitivity) -> None:
    fired = (FiredSensitivity(category=category, score=0.9),)
    assert (await draft(request(sensitivity=fired), drafter=Asked(), exposed=False)).draft


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("congratulations, you and your new partner are now the biggest pile of rubbish in the sky", 0.9),
        ("well done on the merger!! twice the size, twice as terrible. can't wait to avoid both of you", 0.9),
        ("well done", 0.53),
    ],
)
async def test_nobody_is_thanked_for_an_insult(text: str, sure: float) -> None:
    drafter = Asked()
    praise = request(
        stance=Stance.PRAISE, sentiment=Sentiment.POSITIVE, confidence=build.SURE | {"sentiment": sure}
    )._replace(mention=build.mention(text))
    assert ((await draft(praise, drafter=drafter, exposed=False)).draft, drafter.times) == (None, 0)


async def test_clear_praise_is_drafted_for() -> None:
    praise = request(stance=Stance.PRAISE, sentiment=Sentiment.POSITIVE, confidence=build.SURE | {"sentiment": 0.6})
    praise = praise._replace(mention=build.mention("lovely crew, thank you"))
    assert (await draft(praise, drafter=Asked(), exposed=False)).draft
