"""The team: what each colleague did with drafts, and whether customers are treated alike."""

from datetime import timedelta

from fastapi import APIRouter, Request
from starlette.responses import Response

from assistant.domain.agent import Permission
from assistant.domain.fairness import FAMOUS_FROM, LEAST
from assistant.domain.team import shares
from assistant.web.console.frame import page
from assistant.web.console.quality import context_of
from assistant.web.deps import TheAgent, TheAssistant
from assistant.web.sessions import require
from assistant.workflows.watch import FAIR_DAYS, MOST_TREATED, Watch

DAYS = 7
MOST_REVIEWED = 20_000
GROUPS = {"public": "who write in public", "famous": f"with {FAMOUS_FROM:,} followers or more"}
MEASURES = {"faster": "are answered sooner", "better_offer": "are offered more"}

router = APIRouter()


@router.get("/quality/team")
def team(request: Request, assistant: TheAssistant, agent: TheAgent) -> Response:
    """A week of the team's work, and the fairness of a month."""
    require(agent, Permission.SUPERVISE)
    context, since = context_of(request, assistant, agent), assistant.clock() - timedelta(days=DAYS)
    with assistant.require_store().read() as look:
        reviewed = look.reviewed(brand_id=assistant.pack.brand.id, since=since, most=MOST_REVIEWED)
    watch: Watch = request.app.state.watch
    seen = watch.look()
    context |= {"tab": "team", "shares": shares(reviewed), "since": since, "days": DAYS, "cut": MOST_REVIEWED}
    context |= {"counted": len(reviewed), "holding": {each.name: each for each in seen.people}}
    context |= {"fairness": seen.fairness, "groups": GROUPS, "measures": MEASURES, "least": LEAST}
    return page(request, "team.html", context | {"fair_days": FAIR_DAYS, "most_treated": MOST_TREATED})
