"""What sources call those who may read an article."""

from assistant.domain.vocabulary import Audience

_WORDS = {
    **dict.fromkeys(("public", "everyone", "everybody", "anyone", "all", "external"), Audience.PUBLIC),
    **dict.fromkeys(("customers", "customer", "members", "member", "subscribers", "users"), Audience.CUSTOMERS),
    **dict.fromkeys(
        ("agents", "agent", "internal", "private", "staff", "employees", "restricted", "team"), Audience.AGENTS
    ),
}


def audience_of(value: object) -> Audience | None:
    """For whom a source says an article is, one word or several of which the widest holds; None where it doesn't say.

    Raises `ValueError` where it says a word that isn't known: what may be secret is not told to anybody.
    """
    words = [str(word).strip().lower() for word in (value if isinstance(value, list) else [value]) if word]
    if unknown := next((word for word in words if word not in _WORDS), None):
        raise ValueError(f"is for {unknown!r}; write public, customers or agents")
    named = {_WORDS[word] for word in words if word}
    return next((audience for audience in Audience if audience in named), None)
