"""The page of the settings."""

from __future__ import annotations

from dataclasses import fields
from enum import StrEnum
from typing import Any, get_args, get_type_hints

from docs.generation.markdown import code, page, table

from shoal.setting_rules import Numbers, Range
from shoal.settings import HistoryLevel, Settings, variable_name


def content() -> str:
    """Every setting with its variable, type, default and help."""
    hints = get_type_hints(Settings)
    rows = [
        (
            code(variable_name(each.name)),
            _type(hints[each.name], each.metadata["range"]),
            _default(each.default),
            each.metadata["help"],
        )
        for each in fields(Settings)
    ]
    return page(
        "Settings",
        "Read once, at the start: the defaults, then the environment, then what the command line or the "
        "arguments of "
        "`shoal.open_engine(...)` say. In Python the name is the variable's without `SHOAL_`, in lower case: "
        "`open_engine(url, invocations_per_batch_job=500)`. A wrong value is an error that names the variable.",
        table(("Variable", "Type", "Default", "Meaning"), rows),
        "## History levels",
        f"One of {', '.join(code(each.value) for each in HistoryLevel)}; each keeps what the one before it keeps. "
        "[What each level keeps](../explanation/history-levels.md).",
    )


def _type(hint: Any, range_: Range) -> str:
    kinds = [each for each in (get_args(hint) or (hint,)) if each is not type(None)]
    names = {
        bool: "true or false",
        int: "whole number",
        float: "number",
        str: "text",
        Numbers: "whole numbers by name",
    }
    found = [
        " or ".join(code(one.value) for one in each)
        if isinstance(each, type) and issubclass(each, StrEnum)
        else names[each]
        for each in kinds
    ]
    bounds = "" if str in kinds else str(range_)
    return ", ".join([*found, bounds] if bounds else found)


def _default(value: Any) -> str:
    if value is None or value == {}:
        return "not set"
    if isinstance(value, bool):
        return code(str(value).lower())
    return code(getattr(value, "value", value))
