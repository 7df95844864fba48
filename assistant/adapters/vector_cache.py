"""Vectors kept between runs, so that only texts never seen before are embedded: hashes and numbers, no text."""

import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.errors import Infrastructure
from assistant.ports import Embedder, Vectors

MAX_VECTORS = 500_000
"""Vectors kept, 1.6 kB each; those longest unused go first."""

_FIND = "select vector from vectors where text = ? and embedder = ?"
_USE = "update vectors set used = ? where text = ? and embedder = ? and used < ?"
_SCHEMA = """
create table if not exists vectors (
    text blob not null, embedder text not null, vector blob not null, used integer not null,
    primary key (text, embedder));
create table if not exists runs (number integer primary key)
"""


class CachedEmbedder:
    """An `Embedder` that asks another one only for texts it has no vector of.

    A vector belongs to the embedder's fingerprint, so models never mix. What was embedded is on disk when `embed`
    returns: an interrupted run goes on where it was. A damaged file is begun afresh. Raises `Infrastructure` where the
    file can't be written.
    """

    def __init__(self, embedder: Embedder, file: Path, *, max_vectors: int = MAX_VECTORS) -> None:
        self._embedder = embedder
        self._max = max_vectors
        self._used: set[bytes] = set()
        self._file = file
        self.embedded = 0
        """Texts the model itself had to embed since this was opened."""
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._database = _opened(file)
            self._run = _next_run(self._database)
        except (sqlite3.Error, OSError) as error:
            raise Infrastructure(f"{file}: {error}; choose a writable ASSISTANT_DATA_DIR with room on it") from error

    @property
    def fingerprint(self) -> str:
        return self._embedder.fingerprint

    @property
    def dimensions(self) -> int:
        return self._embedder.dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        keys = [_key(text) for text in texts]
        try:
            known = self._known(list(dict.fromkeys(keys)))
            fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
            if fresh:
                known.update(zip(fresh, self._embedder.embed(list(fresh.values())), strict=True))
                self._keep({key: known[key] for key in fresh})
        except sqlite3.Error as error:
            raise Infrastructure(f"{self._file}: {error}; make sure the disk has room, then run it again") from error
        self.embedded += len(fresh)
        self._used.update(keys)
        return np.array([known[key] for key in keys], np.float32).reshape(len(texts), self.dimensions)

    def forget_others(self) -> int:
        """Delete every text not embedded since this was opened, of all embedders; how many vectors that were."""
        with self._database:
            self._database.execute("create temp table used (text blob primary key)")
            self._database.executemany("insert into used values (?)", [(key,) for key in self._used])
            gone = self._database.execute("delete from vectors where text not in (select text from used)").rowcount
            self._database.execute("drop table used")
        return gone

    def close(self) -> None:
        """Drop what is too much and close the file."""
        with self._database:
            self._database.execute(
                "delete from vectors where rowid in (select rowid from vectors order by used desc limit -1 offset ?)",
                (self._max,),
            )
        self._database.close()

    def _known(self, keys: Sequence[bytes]) -> dict[bytes, Vectors]:
        """Vectors of the right length that are there; they count as used in this run."""
        found: dict[bytes, Vectors] = {}
        for key in keys:
            row = self._database.execute(_FIND, (key, self.fingerprint)).fetchone()
            if row is not None and len(row[0]) == 4 * self.dimensions:
                found[key] = np.frombuffer(row[0], np.float32)
        with self._database:
            self._database.executemany(_USE, [(self._run, key, self.fingerprint, self._run) for key in found])
        return found

    def _keep(self, fresh: dict[bytes, Vectors]) -> None:
        with self._database:
            self._database.executemany(
                "insert or replace into vectors values (?, ?, ?, ?)",
                [
                    (key, self.fingerprint, np.asarray(vector, np.float32).tobytes(), self._run)
                    for key, vector in fresh.items()
                ],
            )


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _opened(file: Path) -> sqlite3.Connection:
    """The open file; one that is no database or is damaged is replaced, as a cache can be made again."""
    try:
        database = _connect(file)
        if database.execute("pragma quick_check").fetchone() == ("ok",):
            return database
        database.close()
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
    file.unlink()
    return _connect(file)


def _connect(file: Path) -> sqlite3.Connection:
    database = sqlite3.connect(file, timeout=30)
    try:
        database.execute("pragma secure_delete = on")
        database.executescript(_SCHEMA)
    except sqlite3.Error:
        database.close()
        raise
    return database


def _next_run(database: sqlite3.Connection) -> int:
    with database:
        number = int(database.execute("select coalesce(max(number), 0) + 1 from runs").fetchone()[0])
        database.execute("delete from runs")
        database.execute("insert into runs values (?)", (number,))
    return number
