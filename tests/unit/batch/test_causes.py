"""Failures that differ only in what varies have one cause."""

from __future__ import annotations

from shoal.batch.causes import cause_of
from shoal.commands.outcome import Failure
from shoal.ids import new_id


def test_ids_numbers_and_quoted_words_do_not_count() -> None:
    first = cause_of(Failure("execution.failed", f"order {new_id()}: 'anna' owes 12.50\nmore"))
    second = cause_of(Failure("execution.failed", f"order {new_id()}: 'bert' owes 7"))
    assert first == second == "execution.failed: order *: * owes *"


def test_other_words_do() -> None:
    assert cause_of(Failure("a", "left")) != cause_of(Failure("a", "right"))
    assert cause_of(Failure("a", "left")) != cause_of(Failure("b", "left"))


def test_a_cause_is_short() -> None:
    assert len(cause_of(Failure("a", "x" * 10_000))) < 200
    assert cause_of(Failure("a", "")) == "a"
