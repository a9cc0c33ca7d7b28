"""The arithmetic of the rate: on average never faster, and not slower for small delays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shoal.batch.throttle import largest_chunk, next_start

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_first_chunk_starts_at_once_and_the_second_when_it_is_paid_for() -> None:
    assert next_start(100, None, 50, NOW) == NOW + timedelta(seconds=0.5)


def test_a_little_lateness_is_made_up_for() -> None:
    due = NOW - timedelta(seconds=0.3)
    assert next_start(100, due, 100, NOW) == due + timedelta(seconds=1)


def test_a_long_rest_is_not_saved_up() -> None:
    due = NOW - timedelta(hours=1)
    assert next_start(100, due, 100, NOW) == NOW


def test_a_chunk_is_at_most_what_a_second_allows() -> None:
    assert largest_chunk(250.9) == 250
    assert largest_chunk(0.2) == 1


@given(
    rate=st.floats(min_value=0.5, max_value=10_000),
    looks=st.lists(st.floats(min_value=0, max_value=3), min_size=1, max_size=60),
)
def test_no_stretch_of_time_has_more_than_its_share_and_two_seconds_worth(rate: float, looks: list[float]) -> None:
    size = largest_chunk(rate)
    now, due, started = NOW, None, 0
    for pause in looks:
        now += timedelta(seconds=pause)
        if due is None or due <= now:
            due = next_start(rate, due, size, now)
            started += size
    seconds = (now - NOW).total_seconds()
    assert started <= rate * (seconds + 1) + 2 * size
