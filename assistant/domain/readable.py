"""Text as files, stores and encoders take it, whatever JSON or a cut-off export made of it."""


def mended(text: str) -> str:
    """With halves of characters joined, or replaced where the other half is gone."""
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def readable(text: str) -> str:
    """The same without NUL, which no store takes."""
    return mended(text).replace("\0", "\N{REPLACEMENT CHARACTER}")
