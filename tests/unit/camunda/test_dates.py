"""Camunda's date text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoal.camunda.dates import is_date, read_date, write_date
from shoal.errors import InputError

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=ZONES))  # noqa: DTZ001
def test_what_is_written_is_read_again_in_milliseconds(instant: datetime) -> None:
    text = write_date(instant)
    assert is_date(text)
    assert read_date(text) == instant.replace(microsecond=instant.microsecond // 1000 * 1000)
    assert read_date(text).utcoffset() == instant.utcoffset()


@pytest.mark.parametrize(
    "text",
    [
        "2013-01-23T14:42:45.000+0200",
        "2013-01-23T14:42:45.000+02:00",
        "2013-01-23T12:42:45.000Z",
        "2013-01-23T12:42:45Z",
        "2013-01-23T12:42:45",
        "2013-01-23T12:42:45.000000000",
        "2013-01-23 14:42:45.000+02",
        "2013-01-23T14:42:45.000 0200",
        "2013-01-23T10:42:45-0200",
    ],
)
def test_lenient_forms_mean_the_same_instant(text: str) -> None:
    assert read_date(text) == datetime(2013, 1, 23, 12, 42, 45, tzinfo=UTC)


def test_a_day_alone_begins_at_midnight() -> None:
    assert read_date("2013-01-23") == datetime(2013, 1, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2013-13-01T00:00:00.000+0000",
        "2013-02-30",
        "2013-01-23T24:00:00",
        "2013-01-23T14:42:45.000+9900",
        "0001-01-01T00:00:00.000+0100",
        "\uff12\uff10\uff11\uff13-01-23",
        "2013-01-23T14:42:45.000+0200 and more",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is not a date"):
        read_date(text)
    assert not is_date(text)
