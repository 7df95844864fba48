"""Makes a folder a brand pack: every file a pack needs, with words any brand can start from."""

import re
from pathlib import Path
from string import Template

from assistant.domain.calendars import is_time_zone
from assistant.domain.value import Value
from assistant.errors import Infrastructure, InputInvalid
from assistant.kb.import_articles import slug

_SCAFFOLD = Path(__file__).parent / "scaffold"
_LANGUAGE = re.compile(r"[a-z]{2}")


class NewBrand(Value):
    """What has to be known of a brand to begin. `language` is an ISO 639-1 code, `time_zone` one like Europe/Dublin."""

    name: str
    language: str = "en"
    time_zone: str = "UTC"


def new_pack(folder: Path, brand: NewBrand) -> tuple[str, ...]:
    """Write the files that are missing and return their names; files that are there are left alone.

    Raises `InputInvalid` where the name, the language or the time zone is none, `Infrastructure` where the folder can't
    be written.
    """
    if not brand.name.strip():
        raise InputInvalid("a brand needs a name; give --name")
    if not _LANGUAGE.fullmatch(brand.language):
        raise InputInvalid(f"{brand.language!r} is not a language; give two letters such as en")
    if not is_time_zone(brand.time_zone):
        raise InputInvalid(f"{brand.time_zone!r} is not a time zone; give one such as Europe/Dublin")
    words = {name: _quoted(value) for name, value in {**brand.model_dump(), "id": slug(brand.name)}.items()}
    written: list[str] = []
    try:
        (folder / "articles").mkdir(parents=True, exist_ok=True)
        for source in sorted(_SCAFFOLD.glob("*.yaml")):
            if (folder / source.name).exists():
                continue
            text = Template(source.read_text(encoding="utf-8")).substitute(words)
            (folder / source.name).write_text(text, encoding="utf-8")
            written.append(source.name)
    except OSError as error:
        raise Infrastructure(f"{folder}: {error.strerror}; give a folder that can be written") from error
    return tuple(written)


def _quoted(value: str) -> str:
    """Fit to stand between double quotes of YAML."""
    return " ".join(value.split()).replace("\\", "\\\\").replace('"', '\\"')
