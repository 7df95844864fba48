"""What the console needs besides the assistant: how passwords are kept."""

from assistant.adapters.argon2_passwords import Argon2
from assistant.ports.console import Passwords


def build_passwords() -> Passwords:
    """Argon2id."""
    return Argon2()
