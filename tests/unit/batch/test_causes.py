"""Failures that differ only in what varies have one cause."""

from __future__ import annotations

import doctest

import pytest

from shoal.batch import causes
from shoal.batch.causes import cause_of
from shoal.commands.outcome import Failure

AN_ID = "0192f3a0-1111-7222-8333-444455556666"


def cause(message: str) -> str:
    return cause_of(Failure("execution.failed", message)).removeprefix("execution.failed: ")


def test_ids_numbers_instants_and_quoted_sentences_do_not_count() -> None:
    first = cause(f"order {AN_ID}: 'anna meier' owes 12.50 since 2026-01-02T03:04:05.678Z.\nmore")
    second = cause(f"order {AN_ID}: 'bert' owes 7 since 2026-11-12.".replace("bert", "bert b"))
    assert first == second == "order *: * owes * since *."


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("'charge-2': ValueError: no money", "'charge-2': ValueError: no money"),
        ("'Activity_0x1y2z3': KeyError: 'amount'", "'Activity_0x1y2z3': KeyError: 'amount'"),
        (
            "'t': no callable registered under 'com.acme.Charge2'",
            "'t': no callable registered under 'com.acme.Charge2'",
        ),
        ("Cannot resolve identifier 'task_2'", "Cannot resolve identifier 'task_2'"),
        ("no order 'A-17' among 20,000", "no order 'A-*' among *"),
        ("no customer '01a1fbcc-e33c-7422-a3b9-2dba415dde19'", "no customer *"),
        ("no customer '4711'", "no customer *"),
        ('a "whole 1 sentence" is quoted', "a * is quoted"),
    ],
)
def test_elements_and_names_stay(message: str, said: str) -> None:
    assert cause(message) == said


def test_failures_of_two_elements_are_two_causes() -> None:
    assert cause("'pay': TimeoutError: no answer") != cause("'ship': TimeoutError: no answer")


def test_other_words_do() -> None:
    assert cause_of(Failure("a", "left")) != cause_of(Failure("a", "right"))
    assert cause_of(Failure("a", "left")) != cause_of(Failure("b", "left"))


def test_a_cause_is_short() -> None:
    assert len(cause_of(Failure("a", "x" * 10_000))) < 200
    assert cause_of(Failure("a", "")) == "a"


def test_the_example_of_the_module() -> None:
    assert doctest.testmod(causes).failed == 0
