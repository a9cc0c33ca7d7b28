"""Pauses between tries, and what is kept of an error."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shoal.bpmn.retries import parse_retry_cycle
from shoal.jobs.retry import details_of, growing_pause, message_of, next_try

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "pauses"),
    [
        ("R3/PT10M", [10, 10]),
        ("PT1M", [1]),
        ("PT1M,PT5M,PT30M", [1, 5, 30]),
        ("R1/PT1M", []),
    ],
)
def test_each_interval_is_used_once_and_the_last_for_the_rest(text: str, pauses: list[int]) -> None:
    cycle = parse_retry_cycle(text)
    tries = range(cycle.attempts, 1, -1)
    assert [(next_try(cycle, each, 0, NOW) - NOW) / timedelta(minutes=1) for each in tries] == pauses


def test_more_tries_than_intervals_use_the_first_then_the_last() -> None:
    cycle = parse_retry_cycle("PT1M,PT5M")
    assert next_try(cycle, 9, 0, NOW) == NOW + timedelta(minutes=1)
    assert next_try(cycle, 1, 0, NOW) == NOW + timedelta(minutes=5)


def test_without_a_cycle_the_setting_decides() -> None:
    assert next_try(None, 3, 0, NOW) == NOW
    assert next_try(None, 3, 2.5, NOW) == NOW + timedelta(seconds=2.5)


def test_pauses_grow_and_end_growing() -> None:
    pauses = [growing_pause(each) for each in range(1, 50)]
    assert pauses == sorted(pauses)
    assert pauses[0] < timedelta(seconds=1)
    assert pauses[-1] == timedelta(seconds=30)


def test_a_huge_message_keeps_its_beginning_and_end() -> None:
    text = "begin" + "x" * 10_000_000 + "end"
    kept = message_of(text)
    assert len(kept) < 5_000
    assert kept.startswith("begin")
    assert kept.endswith("end")
    assert "characters left out" in kept
    assert len(details_of(text) or "") < 25_000


def test_what_no_database_can_hold_is_replaced() -> None:
    assert message_of("a\0b\ud800c") == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"
    assert details_of(None) is None
