"""When history cleanup may run by itself: the windows that the settings say, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from shoal.setting_windows import Window, time_of_day, windows_by_weekday
from shoal.settings import Settings

_DAYS_AHEAD = 8


@dataclass(frozen=True, slots=True)
class CleanupWindows:
    """The windows by weekday (Monday is 0), and that of all other days. None of either: only on demand."""

    daily: Window | None
    by_weekday: dict[int, Window]

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """What the settings say."""
        start, end = "history_cleanup_batch_window_start_time", "history_cleanup_batch_window_end_time"
        daily = None
        if settings.history_cleanup_batch_window_start_time is not None:
            daily = Window(
                time_of_day(start, settings.history_cleanup_batch_window_start_time),
                time_of_day(end, settings.history_cleanup_batch_window_end_time),
            )
        said = settings.history_cleanup_weekday_windows
        return cls(daily, {} if said is None else windows_by_weekday("history_cleanup_weekday_windows", said))

    def current_or_next(self, now: datetime) -> tuple[datetime, datetime] | None:
        """The window in which ``now`` lies, else the next one; None if there is none at all.

        >>> from datetime import UTC
        >>> windows = CleanupWindows.of(Settings(
        ...     history_cleanup_batch_window_start_time="22:00Z", history_cleanup_batch_window_end_time="06:00Z"))
        >>> begin, end = windows.current_or_next(datetime(2026, 5, 4, 1, tzinfo=UTC))
        >>> begin.isoformat(), end.isoformat()
        ('2026-05-03T22:00:00+00:00', '2026-05-04T06:00:00+00:00')
        """
        # the window of yesterday may go on after midnight
        return self._first(now, from_day=-1, begins_after=None)

    def next_after(self, now: datetime) -> datetime | None:
        """When the next window begins, apart from the one in which ``now`` lies."""
        found = self._first(now, from_day=0, begins_after=now)
        return None if found is None else found[0]

    def _first(
        self, now: datetime, *, from_day: int, begins_after: datetime | None
    ) -> tuple[datetime, datetime] | None:
        local = now.astimezone()
        found: list[tuple[datetime, datetime]] = []
        for ahead in range(from_day, _DAYS_AHEAD):
            day = local + timedelta(days=ahead)
            window = self.by_weekday.get(day.weekday(), self.daily)
            if window is not None:
                begin, end = window.on(day)
                if end > now and (begins_after is None or begin > begins_after):
                    found.append((begin, end))
        return min(found, default=None)
