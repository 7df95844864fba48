"""The API's OpenAPI document, and what it says an address takes: the one list of methods and parameters."""

from collections.abc import Mapping
from functools import cache
from re import Pattern
from typing import Any, ClassVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.routing import compile_path

from assistant.web.problems import PROBLEM, Problem

REFUSALS: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "description": "What was sent can't be used, isn't there, isn't allowed or came too late; `detail` says which",
        "content": PROBLEM,
    },
    "5XX": {"description": "The service can't now; nothing was done, and the call may be repeated", "content": PROBLEM},
}
"""What every call may answer, too."""

KEY = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "The value of `ASSISTANT_API_KEY`"},
    "basic": {"type": "http", "scheme": "basic", "description": "The key as the password, under any name"},
}
"""Where no key is set, none is asked for: the empty requirement."""


class Api(FastAPI):
    """Its document holds what the framework doesn't write: the shape of a refusal, and the key.

    All applications of a process serve one API, so its document, half a second's work, is written once.
    """

    _written: ClassVar[dict[str, Any] | None] = None

    def openapi(self) -> dict[str, Any]:
        if Api._written is None:
            Api._written = self._write()
        return Api._written

    def _write(self) -> dict[str, Any]:
        document = super().openapi()
        refusal = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        document["components"]["schemas"] |= {**refusal.pop("$defs"), "Problem": refusal}
        document["components"]["securitySchemes"] = KEY
        document["security"] = [*({name: []} for name in KEY), {}]
        return document


def methods_at(document: Mapping[str, Any], path: str) -> Mapping[str, Mapping[str, Any]]:
    """The operations at this address by lower-case method; none where the API has no such address."""
    found: dict[str, Mapping[str, Any]] = {}
    for pattern, methods in document["paths"].items():
        if _compiled(pattern).match(path):
            found = {**methods, **found}
    return found


def methods_taken(document: Mapping[str, Any], path: str) -> list[str]:
    """For people: in capitals, HEAD where there is GET."""
    found = {method.upper() for method in methods_at(document, path)}
    return sorted(found | ({"HEAD"} if "GET" in found else set()))


async def refuse_unknown_parameters(request: Request) -> None:
    """A misspelt filter must not mean everything. Raises `RequestValidationError`."""
    if not request.scope["query_string"]:
        return
    document = request.app.openapi()
    operation = methods_at(document, request.scope["path"]).get(request.method.lower(), {})
    known = sorted(each["name"] for each in operation.get("parameters", ()) if each["in"] == "query")
    said = "there is no such parameter here" + (f"; known: {', '.join(known)}" if known else "")
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        raise RequestValidationError([{"type": "unknown", "loc": ("query", name), "msg": said} for name in unknown])


@cache
def _compiled(pattern: str) -> Pattern[str]:
    return compile_path(pattern)[0]
