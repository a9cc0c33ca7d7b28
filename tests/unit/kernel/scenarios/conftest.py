"""Runs of models that are drawn with ``shapes``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.unit.kernel.scenarios.shapes import OUTSIDE, draw

from shoal.expressions.errors import BpmnError


@pytest.fixture
def play(model: Callable[..., Any]) -> Callable[..., Any]:
    """``play(*arrows, body=..., **variables)``: a run of that process, started."""

    def build(*arrows: str, body: str = "", attributes: str = "", **variables: Any) -> Any:
        drawn = body + draw(*arrows, declared=body)
        return model(drawn, outside=OUTSIDE, attributes=attributes).start(**variables)

    return build


@pytest.fixture
def raises(host: Any) -> Callable[[str], None]:
    """``raises(code)``: the callable ``work`` throws a BPMN error."""

    def arrange(code: str) -> None:
        def work(_execution: Any) -> None:
            raise BpmnError(code, "told")

        host.callables["work"] = work

    return arrange
