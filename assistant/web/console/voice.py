"""How the brand speaks: its wording by situation, what machines say of themselves, the prompts, and their versions."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import Response

from assistant.domain.agent import Permission
from assistant.domain.brand import Voice
from assistant.prompts import Prompts
from assistant.web.console.frame import base, page
from assistant.web.deps import TheAgent, TheAssistant
from assistant.web.sessions import require

SHORT = 12
"""Letters of a digest that tell it from others."""
DIGEST = 64
SITUATIONS = {
    "empathy": "Who is upset reads first",
    "next_step_public": "How a person is reached, in public",
    "next_step_private": "How a person is reached, in private",
    "thanks": "Thanks for praise",
    "holding": "While a person takes over",
    "holding_closed": "While nobody is there",
    "closing_questions": "Closing questions, in private",
    "exposed": "Who shows personal data in public",
    "ask_solved": "After a fix",
    "invite_update": "Who says that it is solved",
    "invite_peer": "Another customer is asked",
    "thank_peer": "Another customer answered well",
    "correct_peer": "Another customer answered wrongly",
    "avoid": "Words that no reply may hold",
}

router = APIRouter()


@router.get("/voice")
def voice(request: Request, assistant: TheAssistant, agent: TheAgent) -> Response:
    """What is in use now; it is changed in the brand's files."""
    require(agent, Permission.READ)
    with assistant.require_store().read() as look:
        context = base(look, request, assistant, agent)
    proof, prompts = assistant.proof(), Prompts(assistant.settings.prompts)
    versions = dict(proof.versions) if proof else {}
    context |= {"room": "settings", "wording": _wording(assistant.pack.brand.voice), "prompts": prompts}
    context |= {"versions": in_short(versions)}
    context["waits"] = versions.get("prompts", prompts.fingerprint) != prompts.fingerprint
    return page(request, "voice.html", context)


def in_short(versions: Mapping[str, str]) -> Mapping[str, str]:
    """Digests by their first letters."""
    return {part: version[:SHORT] if len(version) == DIGEST else version for part, version in versions.items()}


def _wording(said: Voice) -> Mapping[str, tuple[str, ...]]:
    """What is said in which situation; situations without words are left out."""
    found = {title: getattr(said, name) for name, title in SITUATIONS.items()}
    by_topic = {f"{SITUATIONS['empathy']}: {topic}": words for topic, words in said.empathy_for.items()}
    signed = {
        f"Signed, {language}": tuple(f"{channel}: {name}" for channel, name in names.items())
        for language, names in said.sign_off.items()
    }
    return {title: tuple(words) for title, words in {**found, **by_topic, **signed}.items() if words}
