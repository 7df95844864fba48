"""What would be said from an article that is still being written: the real pipeline, with nothing else found."""

from collections.abc import Mapping, Sequence

from assistant.compose import Assistant
from assistant.domain.knowledge import Article, Evidence, Hit
from assistant.domain.turn import Turn
from assistant.kb.split import split

SURE = 0.9
"""Score and likelihood the article is taken to be found with: the preview shows its words, not the search."""
MOST = 8
"""Questions answered for one preview."""


async def answers_from(assistant: Assistant, article: Article, questions: Sequence[str]) -> Mapping[str, Turn]:
    """The turn of each question, in approved wording whatever drafts otherwise; nothing is kept or sent.

    Empty where this process doesn't think by the pipeline.
    """
    from assistant.adapters.extractive import Extractive
    from assistant.pipeline.respond import Pipeline
    from assistant.prompts import Prompts

    pipeline, passages = assistant.respond, split(article)
    if not isinstance(pipeline, Pipeline) or not passages:
        return {}
    others = tuple(each for each in assistant.pack.articles if each.id != article.id)
    mark = f"{assistant.pack.fingerprint}+{hash(article.model_dump_json())}"
    pack = assistant.pack.model_copy(update={"articles": (*others, article), "fingerprint": mark})
    found = Evidence(hits=tuple(Hit(passage=each, score=SURE) for each in passages), answerable=SURE)
    trial = pipeline.with_pack(pack).with_drafter(Extractive(Prompts(assistant.settings.prompts)))
    asked = [
        assistant.parse({"id": f"try-{number}", "text": question}, position=str(number), channel=pack.channels[0].name)
        for number, question in enumerate(questions[:MOST])
    ]
    turns = await trial(asked, evidence={mention.id: found for mention in asked})
    return dict(zip(questions, turns, strict=False))
