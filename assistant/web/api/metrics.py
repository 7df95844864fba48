"""What a monitor watches, in the text format of Prometheus."""

from collections.abc import Iterator, Sequence

import anyio
import anyio.to_thread
from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from assistant import __version__
from assistant.compose import Assistant
from assistant.errors import Infrastructure
from assistant.insights.gauges import Gauge, gauges, of_certificates, of_parts
from assistant.web.api.health import LONGEST_S, parts_of
from assistant.web.deps import TheAssistant

router = APIRouter()

_ESCAPED = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(assistant: TheAssistant) -> PlainTextResponse:
    """Whether each part works, what waits and for how long. While the store can't be read, the parts alone."""
    parts = await parts_of(assistant)
    found: Sequence[Gauge] = ()
    if parts["store"] == "ok":
        try:
            with anyio.fail_after(LONGEST_S):
                found = await anyio.to_thread.run_sync(_counted, assistant, abandon_on_cancel=True)
        except (TimeoutError, Infrastructure):
            parts["store"] = "unusable"
    version = Gauge(name="version", told="1 for the version that runs", label="version", values={__version__: 1})
    lines = [line for gauge in (version, of_parts(parts), *found) for line in _lines(gauge)]
    return PlainTextResponse("\n".join([*lines, ""]), media_type="text/plain; version=0.0.4")


def _counted(assistant: Assistant) -> Sequence[Gauge]:
    now = assistant.clock()
    with assistant.require_store().read() as look:
        found = gauges(look, brand_id=assistant.pack.brand.id, now=now)
    return [*found, *of_certificates(assistant.certificates(), now=now)]


def _lines(gauge: Gauge) -> Iterator[str]:
    name = f"assistant_{gauge.name}"
    yield f"# HELP {name} {gauge.told}."
    yield f"# TYPE {name} gauge"
    for value, number in gauge.values.items():
        label = f'{{{gauge.label}="{value.translate(_ESCAPED)}"}}' if gauge.label else ""
        yield f"{name}{label} {number}"
