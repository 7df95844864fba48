"""What a forum shows is what was written, whatever signs are in it."""

import pytest

from assistant.adapters.channels.plain_markdown import escaped


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("A bag may measure 55 x 40 x 20 cm (23 kg), EUR 9.", "A bag may measure 55 x 40 x 20 cm (23 kg), EUR 9."),
        ("Free* on Light*, Flex*", r"Free\* on Light\*, Flex\*"),
        ("_new_ order_number_5", r"\_new\_ order_number_5"),
        ("#1 of 3\n# Bags\nNo. #2", "\\#1 of 3\n\\# Bags\nNo. #2"),
        (">23 kg costs more", r"\>23 kg costs more"),
        (
            "under <b>23</b> kg, [name](x), 2^3, ~~no~~, `x`",
            r"under \<b>23\</b> kg, \[name](x), 2\^3, \~\~no\~\~, \`x\`",
        ),
        ("C:\\*.txt, a\\b, &copy; Q&A", r"C:\\\*.txt, a\b, \&copy; Q&A"),
        ("- one\n* two\n1. three\n2. four", None),
        ("1. a\n2. b\n\n23. November\n3. Oktober", "1. a\n2. b\n\n23\\. November\n3\\. Oktober"),
        ("https://x.example/a_b_*c, www.x.example/_a_, a_b_@x.example", None),
        ("@ann", None),
        ("", None),
    ],
)
def test_signs_are_shown_and_lists_and_addresses_stay(said: str, sent: str | None) -> None:
    assert escaped(said) == (said if sent is None else sent)
