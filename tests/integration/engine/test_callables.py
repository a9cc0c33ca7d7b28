"""What may be registered for models to call."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import pytest

import shoal
from shoal.engine import Engine
from shoal.errors import InputError


@pytest.fixture
def engine() -> Iterator[Engine]:
    with shoal.open_engine("sqlite://") as opened:
        yield opened


async def work(_execution: Any, _more: int = 0) -> None:
    """Nobody would wait for this."""


async def items(_execution: Any) -> Any:
    yield 1


class Delegate:
    """As models name them with camunda:class."""

    async def execute(self, _execution: Any) -> None: ...


class Listener:
    """As models name them for listeners."""

    async def notify(self, _execution: Any) -> None: ...


class Called:
    """An object that is called."""

    async def __call__(self, _execution: Any) -> None: ...


@pytest.mark.parametrize(
    "target", [work, items, functools.partial(work, _more=1), Delegate, Delegate(), Listener, Called()]
)
def test_what_is_asynchronous_is_refused(engine: Engine, target: Any) -> None:
    with pytest.raises(InputError, match=r"'pay': .* is asynchronous.*asyncio\.run"):
        engine.register("pay", target)
    with pytest.raises(InputError, match="'pay'"):
        engine.register("pay")(target)


def test_objects_may_have_asynchronous_methods_that_models_do_not_call_by_themselves(engine: Engine) -> None:
    class Bean:
        async def refresh(self) -> None: ...

    assert engine.register("bean", Bean) is Bean
    assert engine.register("names", ["a"]) == ["a"]
