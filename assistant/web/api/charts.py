"""The triage charts that routes pass: what they are, their pictures, and where a case would go."""

from datetime import date

from fastapi import APIRouter, Response
from pydantic import BaseModel

from assistant.charts.chart import Chart
from assistant.charts.picture import draw
from assistant.errors import NotFound
from assistant.web.deps import TheAssistant

router = APIRouter()


class ChartOut(BaseModel):
    """One chart; `fingerprint` names its version on turns."""

    id: str
    title: str
    version: int
    goal: str
    owner: str
    reviewed_on: date
    questions: int
    leaves: int
    fingerprint: str


@router.get("/charts")
def list_charts(assistant: TheAssistant) -> list[ChartOut]:
    """The charts every route passes, in their order."""
    return [_out(ready.chart) for ready in assistant.triage.charts]


@router.get(
    "/charts/{chart_id}/picture",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {"schema": {"type": "string"}}}}},
)
def draw_chart(chart_id: str, assistant: TheAssistant) -> Response:
    """The chart as SVG; its questions and leaves are anchors of their own."""
    for ready in assistant.triage.charts:
        if ready.chart.id == chart_id:
            styled = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
            return Response(draw(ready.chart), media_type="image/svg+xml", headers=styled)
    raise NotFound("chart", chart_id)


def _out(chart: Chart) -> ChartOut:
    return ChartOut(
        id=chart.id,
        title=chart.title,
        version=chart.version,
        goal=chart.goal,
        owner=chart.owner,
        reviewed_on=chart.reviewed_on,
        questions=len(chart.nodes),
        leaves=len(chart.leaves),
        fingerprint=chart.fingerprint,
    )
