"""The API's documentation at /docs: Swagger UI, served from here and under the console's own policy."""

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.responses import HTMLResponse

from assistant.web.static import static

router = APIRouter()
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API · Response assistant</title>
<link rel="icon" href="/static/own/mark.svg">
<link rel="stylesheet" href="/static/swagger/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<noscript>The API as a document: <a href="/openapi.json">/openapi.json</a></noscript>
<script src="/static/swagger/swagger-ui-bundle.js"></script>
<script src="/static/own/documentation.js"></script>
</body>
</html>
"""


@router.get("/docs")
def documentation() -> HTMLResponse:
    """Every call with its parameters, to read and to try."""
    return HTMLResponse(PAGE)


def install(app: FastAPI) -> None:
    """The page and the files it needs."""
    app.include_router(router, include_in_schema=False)
    swagger = Path(str(files("fastapi_offline"))) / "static"
    app.mount("/static/swagger", static(swagger), name="swagger")
