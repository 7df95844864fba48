"""Passwords by Argon2id, at the library's current recommendation."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2:
    """Satisfies `Passwords`."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()

    def digest(self, password: str) -> str:
        return self._hasher.hash(password)

    def holds(self, digest: str, password: str) -> bool:
        try:
            return self._hasher.verify(digest, password)
        except (VerificationError, InvalidHashError):
            return False
