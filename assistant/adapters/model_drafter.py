"""A drafter behind a language model: it fills a small private schema, and nothing it claims is taken on trust."""

import copy
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import structlog
from langchain_core.utils.json import parse_partial_json
from pydantic import BaseModel, ConfigDict

from assistant.adapters.approved_wording import nearest, sentences_of
from assistant.domain.draft import Citation, Claim, Draft, running_text
from assistant.domain.knowledge import Passage
from assistant.domain.languages import name_of
from assistant.domain.networks import DEFAULT_LIMIT, NETWORKS
from assistant.domain.vocabulary import ClaimKind, DraftMode, Sentiment, Stance, Tier, Visibility
from assistant.errors import (
    ModelBudgetSpent,
    ModelOutputInvalid,
    ModelRefusesKey,
    ModelResting,
    ModelUnavailable,
)
from assistant.guardrails import disclosure, fit
from assistant.guardrails.kinds import NEEDS_SOURCE
from assistant.guardrails.parts import split
from assistant.guardrails.privacy import was_exposing
from assistant.guardrails.sentences import split_sentences
from assistant.guardrails.untrusted import fence
from assistant.ports import ChatModel, Drafted, Drafter, DraftRequest
from assistant.ports.drafting import Show, WatchedChat
from assistant.prompts import Prompts

SYSTEM, USER = "draft_reply.system", "draft_reply.user"
SHOWN = 6
"""Passages a model is shown, best first; more cost tokens and tempt it to mix."""
MOST_CHARACTERS = 700
"""Longest reply asked for where the channel allows more."""
MESSAGE_CHARACTERS = 4_000
THREAD_CHARACTERS = 1_000
THREAD_MESSAGES = 6
_LABEL = re.compile(r"\[P\d{1,2}\]")

log = structlog.get_logger()


class _Sentence(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str
    kind: Literal["fact", "policy", "empathy", "question", "courtesy"]
    passages: list[str]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    answered: bool
    sentences: list[_Sentence]


class _Prompt(NamedTuple):
    system: str
    inputs: Mapping[str, object]
    shown: Mapping[str, Passage]


class ModelDrafter:
    """A `Drafter` that asks `chat` for sentences with citations, and once more where the answer can't be used.

    Where the model stays unusable or can't be reached, `fallback` drafts; without one the model's error is raised.
    Praise, and messages the tripwire flagged, go to the fallback at once: the first need no facts, the second no model.
    """

    def __init__(self, chat: WatchedChat, prompts: Prompts, *, fallback: Drafter | None = None) -> None:
        self._chat: ChatModel = chat
        self._watchable = chat
        self._prompts = prompts
        self._fallback = fallback

    def watched(self, show: Show) -> Drafter:
        """The same drafter; `show` gets the sentences so far as one text, unchecked."""
        seen = copy.copy(self)
        seen._chat = self._watchable.watched(lambda raw: show(_so_far(raw)))
        return seen

    @property
    def name(self) -> str:
        return self._chat.name

    @property
    def chat(self) -> ChatModel:
        """The model behind it, with its limits."""
        return self._watchable

    @property
    def fingerprint(self) -> str:
        return self._prompts.fingerprint

    async def draft(self, request: DraftRequest) -> Drafted:
        understanding = request.understanding
        if understanding.language not in {*request.pack.brand.answers_in, "und"}:
            return Drafted(draft=None, why=f"the brand doesn't answer in {understanding.language}")
        if request.pack.mode_of(request.mention.channel) is not DraftMode.MODEL:
            if self._fallback is None:
                return Drafted(draft=None, why=f"the brand lets no model write on {request.mention.channel}")
            return await self._fallback.draft(request)
        exposing = request.mention.visibility is Visibility.PUBLIC and was_exposing(request.mention.text)
        prepared = understanding.is_praise or understanding.injection.flag or understanding.asks_if_bot or exposing
        if self._fallback and prepared:
            return await self._fallback.draft(request)
        shown = _shown(request)
        if not shown:
            return Drafted(draft=None, why="no passage to show the model")
        spent: Counter[str] = Counter()
        try:
            return await self._ask(request, self._prompt(request, shown), spent)
        except (ModelUnavailable, ModelOutputInvalid) as failure:
            if self._fallback is None:
                raise
            return await self._fall_back(request, failure, spent, self._fallback)

    async def _fall_back(
        self, request: DraftRequest, failure: Exception, spent: Mapping[str, int], fallback: Drafter
    ) -> Drafted:
        level = log.error if isinstance(failure, ModelRefusesKey) else log.warning
        level("model_drafter_fell_back", mention_id=request.mention.id, error=type(failure).__name__)
        found = await fallback.draft(request)
        why = f"{self.name} could not be used ({_cause(failure)}), so {fallback.name} drafted"
        said = "; ".join(part for part in (why, found.why) if part)
        return found._replace(why=said, tokens=dict(spent), fell_back=True)

    async def _ask(self, request: DraftRequest, prompt: _Prompt, spent: Counter[str]) -> Drafted:
        """Ask, and ask again with the complaint. Raises `ModelOutputInvalid` where the second answer is no better."""
        complaint: str | None = None
        for _ in range(2):
            user = self._prompts.render(USER, **prompt.inputs, complaint=complaint)
            try:
                answer, tokens = await self._chat.complete(system=prompt.system, user=user, into=_Answer)
            except ModelOutputInvalid:
                complaint = "it was not the JSON asked for."
                continue
            spent.update(tokens)
            if not answer.answered and not answer.sentences:
                return Drafted(draft=None, why=f"{self.name} found no answer in the passages", tokens=dict(spent))
            complaint = next(_complaints(answer, prompt.shown, request), None)
            if complaint is None:
                return Drafted(draft=self._built(answer, prompt.shown, request), tokens=dict(spent))
        raise ModelOutputInvalid(f"{self.name} answered twice what can't be used: {complaint}")

    def _prompt(self, request: DraftRequest, shown: Mapping[str, Passage]) -> _Prompt:
        pack, mention = request.pack, request.mention
        voice = pack.brand.voice
        system = self._prompts.render(
            SYSTEM,
            brand_name=pack.brand.name,
            avoid=voice.avoid,
            max_exclamation_marks=voice.max_exclamation_marks,
            visibility=mention.visibility.value,
            max_characters=min(MOST_CHARACTERS, _room(request)),
            language=name_of(_language(request)),
        )
        inputs = {
            "passages": [{"label": label, "fenced": fence(_told(passage))} for label, passage in shown.items()],
            "thread": [
                {"role": earlier.role, "fenced": fence(earlier.text[:THREAD_CHARACTERS])}
                for earlier in mention.thread[-THREAD_MESSAGES:]
            ],
            "message": fence(mention.text[:MESSAGE_CHARACTERS]),
            "upset": _is_upset(request),
            "next_step": _next_step(request),
            "instruction": request.instruction,
        }
        return _Prompt(system=system, inputs=inputs, shown=shown)

    def _built(self, answer: _Answer, shown: Mapping[str, Passage], request: DraftRequest) -> Draft:
        claims = tuple(claim for sentence in answer.sentences for claim in _claims(sentence, shown))
        cited = dict.fromkeys(citation.article_id for claim in claims for citation in claim.citations)
        return Draft(
            text=running_text(claims),
            claims=claims,
            drafter=self.name,
            language=_language(request),
            article_ids=tuple(cited),
        )


def _language(request: DraftRequest) -> str:
    """The message's, where the brand answers in it; else the brand's first."""
    asked, ours = request.understanding.language, request.pack.brand.answers_in
    return asked if asked in ours else ours[0]


def _cause(failure: Exception) -> str:
    """In words where it is one of our own limits, which name no server; else the condition."""
    if isinstance(failure, ModelBudgetSpent | ModelResting):
        return f"{type(failure).__name__}: {failure}"
    return type(failure).__name__


def _so_far(raw: str) -> str:
    """The words of an answer's JSON that isn't whole yet; empty while there are none."""
    try:
        answer = parse_partial_json(raw) if raw else {}
    except ValueError:
        return ""
    sentences = answer.get("sentences") if isinstance(answer, dict) else None
    texts = [each.get("text") for each in sentences or () if isinstance(each, dict)]
    return " ".join(text for text in texts if isinstance(text, str))


def _shown(request: DraftRequest) -> dict[str, Passage]:
    """The best passages under labels of their own, so that no other passage can be named."""
    best = dict.fromkeys(hit.passage.id for hit in request.evidence.hits if hit.score > 0)
    passages = {hit.passage.id: hit.passage for hit in request.evidence.hits}
    return {f"P{number}": passages[one] for number, one in enumerate(list(best)[:SHOWN], start=1)}


def _told(passage: Passage) -> str:
    return "\n".join((" > ".join(dict.fromkeys((passage.title, *passage.headings))), passage.text))


def _room(request: DraftRequest) -> int:
    """Characters of the channel that the disclosure leaves."""
    channel, pack = request.mention.channel, request.pack
    network = pack.network_of(channel)
    limit = fit.limit_of(network) or DEFAULT_LIMIT
    added = disclosure.text_for(pack, channel=channel, language=_language(request))
    lead = NETWORKS[network].lead if network in NETWORKS else 0
    return limit - lead - fit.measure(network, added) - 2


def _is_upset(request: DraftRequest) -> bool:
    understanding = request.understanding
    return understanding.sentiment is Sentiment.NEGATIVE or understanding.stance is Stance.COMPLAINT


def _next_step(request: DraftRequest) -> str | None:
    """In the brand's first language, the only one its voice has."""
    intent = request.pack.intent(request.understanding.intent)
    if intent is None or intent.tier not in {Tier.ACCOUNT, Tier.PERSON}:
        return None
    if _language(request) != request.pack.brand.answers_in[0]:
        return None
    voice = request.pack.brand.voice
    private = request.mention.visibility is Visibility.PRIVATE
    return next(iter(voice.next_step_private if private else voice.next_step_public), None)


def _complaints(answer: _Answer, shown: Mapping[str, Passage], request: DraftRequest) -> Iterator[str]:
    """What makes an answer unusable, in words for the model; nothing of the customer's text stands in them."""
    if not any(sentence.text.strip() for sentence in answer.sentences):
        yield "it has no sentences."
    for number, sentence in enumerate(answer.sentences, start=1):
        if strangers := sorted(set(sentence.passages) - shown.keys()):
            yield f"sentence {number} names {len(strangers)} passage(s) never shown; only {', '.join(shown)} exist."
        if ClaimKind(sentence.kind) in NEEDS_SOURCE and not sentence.passages:
            yield f"sentence {number} states something and names no passage."
        if _LABEL.search(sentence.text):
            yield f"sentence {number} holds a passage's label in its text."
    text = " ".join(sentence.text for sentence in answer.sentences)
    length = fit.measure(request.pack.network_of(request.mention.channel), text)
    if length > (room := _room(request)) and not _in_posts(text, request):
        yield f"it is {length} characters long, and {room} is the most."


def _in_posts(text: str, request: DraftRequest) -> bool:
    """Whether it can go out as several posts with the disclosure in the first."""
    pack, channel = request.pack, request.mention.channel
    added = disclosure.text_for(pack, channel=channel, language=_language(request))
    most = pack.most_parts(channel, automated=True)
    return most > 1 and split(f"{text} {added}", channel=pack.network_of(channel), most=most) is not None


def _claims(sentence: _Sentence, shown: Mapping[str, Passage]) -> Iterator[Claim]:
    """One claim per sentence, whatever the model called one; each cited passage is quoted where it is nearest."""
    for text in split_sentences(" ".join(sentence.text.split())):
        cited = [shown[label] for label in dict.fromkeys(sentence.passages)]
        yield Claim(text=text, kind=ClaimKind(sentence.kind), citations=tuple(_quotes(text, cited)))


def _quotes(text: str, passages: Sequence[Passage]) -> Iterator[Citation]:
    for passage in passages:
        found = nearest(text, sentences_of([passage]))
        yield Citation(
            passage_id=passage.id,
            article_id=passage.article_id,
            version=passage.version,
            quote=found.text if found else passage.text,
        )
