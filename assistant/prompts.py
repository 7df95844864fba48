"""Prompt and voice templates: files with a header, loaded once, checked against their header, hashed.

A template opens with a comment of `key: value` lines: `about`, `inputs` (comma-separated names, or `none`) and `schema`
(what the rendering is or asks for). Wording a brand would change stands in its pack, never here.
"""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.loaders import DictLoader
from jinja2.meta import find_referenced_templates, find_undeclared_variables
from jinja2.sandbox import SandboxedEnvironment

from assistant.domain.value import Value
from assistant.errors import NotFound, PromptInvalid

SUFFIX = ".j2"
_HEADER = re.compile(r"\A\{#-?(.*?)-?#\}", re.DOTALL)
_LINE = re.compile(r"^\s*(\w+):\s*(.+?)\s*$", re.MULTILINE)


class Header(Value):
    """What a template says of itself."""

    about: str
    inputs: frozenset[str]
    schema_name: str


class Prompts:
    """The templates of one folder. A name is a file name without `.j2`; names with a leading `_` are only included.

    Raises `PromptInvalid` naming the file where a header is missing, the syntax is wrong, or the variables a template
    uses (its includes counted in) are not exactly the inputs its header names.
    """

    def __init__(self, folder: Path) -> None:
        self.sources: Mapping[str, str] = _read(folder)
        sources = self.sources
        # Rendered text is sent to people and models as plain text; escaping for HTML would corrupt it.
        self._environment = SandboxedEnvironment(
            loader=DictLoader(dict(sources)),
            undefined=StrictUndefined,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.headers: Mapping[str, Header] = {name: _header(folder / name, sources[name]) for name in sources}
        for name in sources:
            self._check(folder, name, sources)
        self._templates = {name: self._environment.get_template(name) for name in sources if not name.startswith("_")}
        digest = hashlib.sha256()
        for name in sorted(sources):
            digest.update(f"{name}\0{sources[name]}\0".encode())
        self.fingerprint = digest.hexdigest()[:16]

    def render(self, name: str, **inputs: object) -> str:
        """The template filled in. Raises `NotFound` for an unknown name, `PromptInvalid` where an input is missing."""
        template = self._templates.get(f"{name}{SUFFIX}")
        if template is None:
            raise NotFound("prompt", name)
        try:
            return template.render(**inputs)
        except TemplateError as wrong:
            raise PromptInvalid(f"{name}{SUFFIX}", str(wrong)) from wrong

    def _check(self, folder: Path, name: str, sources: Mapping[str, str]) -> None:
        used = self._used(folder, name, sources, ())
        declared = self.headers[name].inputs
        if missing := sorted(used - declared):
            raise PromptInvalid(str(folder / name), f"uses {', '.join(missing)}, which its header doesn't name")
        if unused := sorted(declared - used):
            raise PromptInvalid(str(folder / name), f"its header names {', '.join(unused)}, which it never uses")

    def _used(self, folder: Path, name: str, sources: Mapping[str, str], inside: tuple[str, ...]) -> frozenset[str]:
        path = str(folder / name)
        try:
            tree = self._environment.parse(sources[name], name)
        except TemplateSyntaxError as wrong:
            raise PromptInvalid(f"{path}:{wrong.lineno}", wrong.message or "syntax error") from wrong
        used = set(find_undeclared_variables(tree))
        for included in find_referenced_templates(tree):
            if included is None or included not in sources or included in (*inside, name):
                raise PromptInvalid(
                    path, f"includes {included!r}, which is not a template beside it or includes itself"
                )
            used |= self._used(folder, included, sources, (*inside, name))
        return frozenset(used)


def _read(folder: Path) -> dict[str, str]:
    try:
        sources = {path.name: path.read_text("utf-8") for path in sorted(folder.glob(f"*{SUFFIX}"))}
    except (OSError, UnicodeDecodeError) as unreadable:
        raise PromptInvalid(str(folder), f"can't be read: {unreadable}") from unreadable
    if not sources:
        raise PromptInvalid(str(folder), f"holds no *{SUFFIX} files; ASSISTANT_PROMPTS names the folder")
    return sources


def _header(path: Path, source: str) -> Header:
    found = _HEADER.match(source)
    lines = dict(_LINE.findall(found.group(1))) if found else {}
    if absent := [key for key in ("about", "inputs", "schema") if key not in lines]:
        raise PromptInvalid(str(path), f"its header lacks {', '.join(absent)}")
    names = lines["inputs"].split(",") if lines["inputs"] != "none" else []
    return Header(about=lines["about"], inputs=frozenset(name.strip() for name in names), schema_name=lines["schema"])
