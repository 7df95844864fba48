"""What others wrote in a thread is never taken for the customer's own words."""

from types import SimpleNamespace

from assistant.adapters.channels.bluesky import said_before


def view(did: str, text: str, parent: object = None) -> SimpleNamespace:
    post = SimpleNamespace(author=SimpleNamespace(did=did), record=SimpleNamespace(text=text))
    return SimpleNamespace(post=post, parent=parent)


def test_only_the_authors_own_words_are_the_customers() -> None:
    thread = view("ann", "and mine?", view("brand", "DM us.", view("bob", "My booking is K7Q2MX.", view("ann", "Hi"))))
    said = said_before(thread, ours="brand", author="ann")
    assert [(each.role, each.text) for each in said] == [
        ("customer", "Hi"),
        ("other", "My booking is K7Q2MX."),
        ("brand", "DM us."),
    ]


def test_a_deleted_message_ends_the_thread() -> None:
    gone = SimpleNamespace(parent=view("ann", "long ago"))
    assert said_before(view("ann", "now", gone), ours="brand", author="ann") == ()
