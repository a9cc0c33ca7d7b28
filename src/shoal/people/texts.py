"""Ids that people choose for users, groups and tenants."""

from __future__ import annotations

from shoal.commands.texts import checked
from shoal.errors import InputError

_LONGEST = 64
_RESERVED = "*"


def chosen_id(field: str, text: str) -> str:
    """The id itself. InputError: empty, longer than 64 characters (Camunda 7: the same), or no part of a path."""
    if not text or text != text.strip() or text == _RESERVED or any(each in text for each in "/\\:%\n\r\t"):
        raise InputError(
            f"{field}: '{text}' cannot be an id; 1 to {_LONGEST} characters without / \\ : % and outer blanks",
            field=field,
        )
    return checked(field, text, _LONGEST) or ""


def check_ids(**ids: str | None) -> None:
    """InputError names an id that no row can have."""
    for field, text in ids.items():
        checked(field, text)
