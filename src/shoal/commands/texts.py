"""Texts that callers give and that become part of a row: what is allowed in them."""

from __future__ import annotations

from shoal.errors import InputError

_LONGEST = 255


def checked(field: str, text: str | None, longest: int = _LONGEST) -> str | None:
    """The text itself. InputError if it has more characters than ``longest``, or what no database can hold."""
    if text is None:
        return None
    if len(text) > longest:
        raise InputError(f"{field}: at most {longest} characters, not {len(text)}", field=field)
    if "\0" in text or any("\ud800" <= each <= "\udfff" for each in text):
        raise InputError(f"{field}: NUL and halves of surrogate pairs are not allowed", field=field)
    return text
