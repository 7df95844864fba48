"""A fitted model on disk: one file of arrays and facts, hashed by content, replaced whole or not at all."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.domain.value import Value
from assistant.errors import HeadsMissing
from assistant.whole_file import replace_file

Arrays = Mapping[str, NDArray[Any]]

_FORMAT = 2
MODEL_FILE = "model.npz"


class Facts(Value):
    """What a model file says of itself. `inputs` hashes everything the model was fitted from."""

    kind: str
    inputs: str
    settings: dict[str, Any]


class Loaded:
    """A model file's facts, arrays and content hash."""

    def __init__(self, facts: Facts, arrays: Arrays, fingerprint: str) -> None:
        self.facts = facts
        self.arrays = arrays
        self.fingerprint = fingerprint


def write(folder: Path, facts: Facts, arrays: Arrays) -> str:
    """Write the model and return its fingerprint. Readers see the old file until the new one is whole.

    Raises `Infrastructure` where the folder can't be written; the old file is then left as it was.
    """
    stated = json.dumps({"format": _FORMAT, **facts.model_dump(mode="json")}, sort_keys=True, ensure_ascii=False)
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, facts=np.frombuffer(stated.encode(), np.uint8), **arrays)
    replace_file(folder / MODEL_FILE, buffer.getvalue())
    return _fingerprint(stated, arrays)


def read(folder: Path, kind: str) -> Loaded:
    """The model in `folder`. Raises `HeadsMissing` where there is none of that kind, or it can't be read."""
    path = folder / MODEL_FILE
    if not path.is_file():
        raise HeadsMissing(f"no trained {kind} model in {folder}; run `assistant train`")
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        stated = bytes(arrays.pop("facts")).decode()
        facts = json.loads(stated)
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as broken:
        raise HeadsMissing(f"the model file {path} can't be read ({broken}); run `assistant train` again") from broken
    if facts.pop("format", None) != _FORMAT or facts.get("kind") != kind:
        raise HeadsMissing(f"{path} is no {kind} model of this version; run `assistant train` again")
    return Loaded(Facts.model_validate(facts), arrays, _fingerprint(stated, arrays))


def inputs_of(folder: Path, kind: str) -> str | None:
    """The hash of what the model in `folder` was fitted from, or None where there is no readable one."""
    try:
        return read(folder, kind).facts.inputs
    except HeadsMissing:
        return None


def _fingerprint(stated: str, arrays: Arrays) -> str:
    digest = hashlib.sha256(stated.encode())
    for name in sorted(arrays):
        digest.update(f"{name} {arrays[name].dtype} {arrays[name].shape}".encode())
        digest.update(np.ascontiguousarray(arrays[name]).tobytes())
    return digest.hexdigest()[:16]
