"""Windows of history cleanup."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shoal.errors import InputError
from shoal.retention.window import CleanupWindows
from shoal.settings import Settings

SUNDAY, MONDAY = datetime(2026, 5, 3, tzinfo=UTC), datetime(2026, 5, 4, tzinfo=UTC)


def _windows(start: str | None = None, end: str = "00:00Z", weekdays: str | None = None) -> CleanupWindows:
    return CleanupWindows.of(
        Settings(
            history_cleanup_batch_window_start_time=start,
            history_cleanup_batch_window_end_time=end,
            history_cleanup_weekday_windows=weekdays,
        )
    )


@pytest.mark.parametrize(
    ("hour", "begin", "end"),
    [
        (0, SUNDAY.replace(hour=22), MONDAY.replace(hour=6)),
        (5, SUNDAY.replace(hour=22), MONDAY.replace(hour=6)),
        (6, MONDAY.replace(hour=22), datetime(2026, 5, 5, 6, tzinfo=UTC)),
        (23, MONDAY.replace(hour=22), datetime(2026, 5, 5, 6, tzinfo=UTC)),
    ],
    ids=["midnight", "before-the-end", "at-the-end", "evening"],
)
def test_a_window_may_cross_midnight(hour: int, begin: datetime, end: datetime) -> None:
    assert _windows("22:00Z", "06:00Z").current_or_next(MONDAY.replace(hour=hour)) == (begin, end)


def test_the_end_is_midnight_if_nothing_is_said() -> None:
    begin, end = _windows("20:00Z").current_or_next(MONDAY) or pytest.fail("there is a window")
    assert (begin, end) == (MONDAY.replace(hour=20), datetime(2026, 5, 5, tzinfo=UTC))


def test_a_window_that_ends_when_it_begins_lasts_a_day() -> None:
    windows = _windows("10:00Z", "10:00Z")
    assert windows.current_or_next(MONDAY.replace(hour=9)) == (SUNDAY.replace(hour=10), MONDAY.replace(hour=10))


def test_times_have_zones_of_their_own() -> None:
    windows = _windows("20:00+0200", "23:00-0130")
    assert windows.current_or_next(MONDAY.replace(hour=19)) == (
        MONDAY.replace(hour=18),
        datetime(2026, 5, 5, 0, 30, tzinfo=UTC),
    )


def test_weekdays_go_before_the_daily_window() -> None:
    windows = _windows("20:00Z", "21:00Z", "monday 01:00Z-02:00Z, Sunday 23:00Z-00:30Z")
    assert windows.current_or_next(SUNDAY.replace(hour=21)) == (
        SUNDAY.replace(hour=23),
        MONDAY.replace(minute=30),
    )
    assert windows.next_after(SUNDAY.replace(hour=23, minute=30)) == MONDAY.replace(hour=1)
    assert windows.next_after(MONDAY.replace(hour=3)) == datetime(2026, 5, 5, 20, tzinfo=UTC)


def test_a_single_weekday_comes_again_after_a_week() -> None:
    windows = _windows(weekdays="monday 01:00Z-02:00Z")
    assert windows.next_after(MONDAY.replace(hour=1)) == datetime(2026, 5, 11, 1, tzinfo=UTC)
    assert windows.current_or_next(MONDAY.replace(hour=2)) == (
        datetime(2026, 5, 11, 1, tzinfo=UTC),
        datetime(2026, 5, 11, 2, tzinfo=UTC),
    )


def test_without_a_window_there_is_none() -> None:
    assert _windows().current_or_next(MONDAY) is None
    assert _windows().next_after(MONDAY) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("history_cleanup_batch_window_start_time", "25:00"),
        ("history_cleanup_batch_window_start_time", "8pm"),
        ("history_cleanup_batch_window_end_time", "20:60"),
        ("history_cleanup_batch_window_end_time", "20:00+2"),
        ("history_cleanup_weekday_windows", "noday 20:00-21:00"),
        ("history_cleanup_weekday_windows", "monday 20:00"),
        ("history_cleanup_weekday_windows", "monday 20:00-21:00, monday 22:00-23:00"),
        ("history_cleanup_degree_of_parallelism", 9),
        ("history_cleanup_batch_size", 0),
        ("history_cleanup_strategy", "whenever"),
    ],
)
def test_what_is_no_window_is_refused(name: str, value: Any) -> None:
    with pytest.raises(InputError, match=f"^{name}: "):
        Settings(**{name: value})


def test_cleanup_by_removal_times_needs_removal_times() -> None:
    with pytest.raises(InputError, match=r"^history_cleanup_strategy: removalTimeBased needs"):
        Settings(history_removal_time_strategy="none")  # type: ignore[arg-type]
