"""Texts that processes make, as rows can hold them."""

from __future__ import annotations


def storable(text: str | None) -> str | None:
    """The text without what no database can hold: NUL characters and halves of surrogate pairs."""
    if text is None or (text.isascii() and "\0" not in text):
        return text
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
