"""What the value of a setting may be: its type and its range, and how both are said to people."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import UnionType
from typing import Any, get_args

from shoal.errors import InputError

_WORDS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """From ``least`` to ``most``, or more than ``above``. Of texts: whether they may be empty."""

    least: float | None = None
    above: float | None = None
    most: float | None = None

    def has(self, value: float) -> bool:
        """Whether the value lies in it. NaN lies nowhere."""
        return (
            (self.least is None or value >= self.least)
            and (self.above is None or value > self.above)
            and (self.most is None or value <= self.most)
            and not (isinstance(value, float) and not math.isfinite(value))
        )

    def __str__(self) -> str:
        parts = []
        if self.above is not None:
            parts.append(f"more than {self.above:,.15g}")
        if self.least is not None:
            parts.append(f"at least {self.least:,.15g}")
        if self.most is not None:
            parts.append(f"at most {self.most:,.15g}")
        return " and ".join(parts)


class Numbers(dict[str, int]):
    """Numbers by name: ``set-variables=1, instance-deletion=500``."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    @classmethod
    def read(cls, text: str) -> Numbers:
        """From text. ValueError if it is not of that form.

        >>> Numbers.read("set-variables=1, instance-deletion=500")
        {'set-variables': 1, 'instance-deletion': 500}
        """
        pairs = [each.partition("=") for each in text.split(",") if each.strip()]
        return cls({name.strip(): int(number) for name, _, number in pairs})


def parse(name: str, text: str, hint: Any) -> Any:
    """The value that the text of an environment variable stands for. InputError names the variable."""
    kind = _kind(hint)
    try:
        if kind is Numbers:
            return Numbers.read(text)
        return _WORDS[text.strip().lower()] if kind is bool else kind(text)
    except (KeyError, ValueError):
        raise _refused(name, text, allowed(hint, Range())) from None


def check(name: str, value: Any, hint: Any, range_: Range) -> Any:
    """The value in its own type: text of an enum as its member, a whole number as a number. InputError names it."""
    kind = _kind(hint)
    if value is None and kind is not hint:
        return None
    if isinstance(value, str) and issubclass(kind, StrEnum) and value in [each.value for each in kind]:
        return kind(value)
    if kind is Numbers and isinstance(value, Mapping):
        value = Numbers(value)
        if not all(type(each) is int and range_.has(each) for each in value.values()):
            raise _refused(name, value, allowed(hint, range_))
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind:
        raise _refused(name, value, allowed(hint, range_))
    if (kind in (int, float) and not range_.has(value)) or (kind is str and range_.least and not value):
        raise _refused(name, value, allowed(hint, range_))
    return value


def allowed(hint: Any, range_: Range) -> str:
    """What may stand there, in words."""
    kind = _kind(hint)
    if issubclass(kind, StrEnum):
        words = "one of " + ", ".join(each.value for each in kind)
    else:
        words = {
            bool: "true or false",
            int: "a whole number",
            float: "a number",
            str: "text",
            Numbers: "whole numbers by name, such as `set-variables=1, instance-deletion=500`",
        }[kind]
        bounds = str(range_) if kind is not str else "at least one character" if range_.least else ""
        words = f"{words}, {bounds}" if bounds else words
    return words


def _kind(hint: Any) -> Any:
    if isinstance(hint, UnionType):
        return next(part for part in get_args(hint) if part is not type(None))
    return hint


def _refused(name: str, value: Any, expected: str) -> InputError:
    shown = f"'{value}'" if isinstance(value, str) else repr(value)
    return InputError(f"{name}: {shown} is not valid; expected {expected}", field=name)
