"""A folder between two programs: one drops messages, the other reads answers."""

import json
from collections.abc import Sequence
from pathlib import Path

from assistant.adapters.channels.files import Files
from assistant.compose import utc_now
from tests.rigs.rig import Delivery


class FilesRig:
    can = frozenset({"edit", "see_parent", "find"})

    def __init__(self, folder: Path) -> None:
        self._in, self._out = folder / "in" / "messages.jsonl", folder / "out" / "files.jsonl"
        self._in.parent.mkdir(parents=True)
        self.link = Files(folder=folder, channel="files")
        self._said = 0

    def say(self, text: str, *, parent: str | None = None) -> str:
        self._said += 1
        author = {"id": "u1", "handle": "ann"}
        data = {"id": str(self._said), "text": text, "author": author, "created_at": utc_now().isoformat()}
        self.drop("mention.created", {**data, "parent_id": parent})
        return str(self._said)

    def drop(self, kind: str, data: dict[str, object]) -> None:
        with self._in.open("a") as file:
            file.write(json.dumps({"type": kind, "data": data}) + "\n")

    def change(self, external_id: str, text: str) -> None:
        self.drop("mention.edited", {"id": external_id, "text": text, "author": {"id": "u1", "handle": "ann"}})

    def take_back(self, external_id: str) -> None:
        self.drop("mention.deleted", {"id": external_id})

    def answers(self, external_id: str) -> Sequence[str]:
        rows = [json.loads(line) for line in self._out.read_text().splitlines()] if self._out.exists() else []
        gone = {row["id"] for row in rows if "retracted" in row}
        return [
            row["text"]
            for row in rows
            if row.get("in_reply_to", "").partition("@")[0] == external_id and row["id"] not in gone
        ]

    def deliveries(self) -> Sequence[Delivery]:
        return ()

    def busy(self) -> None:
        raise NotImplementedError

    def expire(self) -> None:
        raise NotImplementedError

    def away(self) -> None:
        raise NotImplementedError

    def back(self) -> None:
        raise NotImplementedError
