"""What the console needs besides the assistant: how passwords are kept, and who else says who somebody is."""

from assistant.adapters.argon2_passwords import Argon2
from assistant.compose import utc_now
from assistant.ports.console import Passwords, SignInElsewhere
from assistant.settings import Settings


def build_passwords() -> Passwords:
    """Argon2id."""
    return Argon2()


def build_sign_in_elsewhere(settings: Settings) -> SignInElsewhere | None:
    """The OpenID Connect provider of the settings; None where there is none."""
    if not settings.oidc_issuer:
        return None
    from assistant.adapters.oidc import Oidc

    return Oidc(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        claim=settings.oidc_claim,
        clock=utc_now,
    )
