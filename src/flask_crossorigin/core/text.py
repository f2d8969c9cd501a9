"""Text from elsewhere, made fit to be shown."""


def printable(text: str) -> str:
    """Return `text` on one line, with everything escaped that is not printable."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)
