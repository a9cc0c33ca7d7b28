"""Texts of timers and of cron expressions: when they are due, and which are refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoal.bpmn.events import TimerKind
from shoal.bpmn.timers import TimerTextError, check_timer_text, next_due, parse_duration, shifted

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


def firings(text: str, count: int = 5) -> list[str]:
    """What a cycle that is asked again exactly when it fires gives."""
    moment, state, found = NOW, None, []
    for _ in range(count):
        due = next_due(TimerKind.CYCLE, text, moment, state)
        if due is None:
            break
        found.append(due.at.strftime("%m-%dT%H:%M:%S"))
        moment, state = due.at, due.repeat
        if state is None:
            break
    return found


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (TimerKind.DATE, "2030-01-31T12:00:00Z", "2030-01-31T12:00:00+00:00"),
        (TimerKind.DATE, "2030-01-31T12:00:00+02:00", "2030-01-31T10:00:00+00:00"),
        (TimerKind.DATE, "2030-01-31T12:00", "2030-01-31T12:00:00+00:00"),
        (TimerKind.DATE, "2030-01-31", "2030-01-31T00:00:00+00:00"),
        (TimerKind.DATE, "2001-01-31", "2001-01-31T00:00:00+00:00"),
        (TimerKind.DATE, "PT1H", "2026-01-01T13:00:00+00:00"),
        (TimerKind.DURATION, " PT5M ", "2026-01-01T12:05:00+00:00"),
        (TimerKind.DURATION, "P1M", "2026-02-01T12:00:00+00:00"),
        (TimerKind.DURATION, "P1Y2M3DT4H", "2027-03-04T16:00:00+00:00"),
        (TimerKind.DURATION, "P1W", "2026-01-08T12:00:00+00:00"),
        (TimerKind.DURATION, "PT0S", "2026-01-01T12:00:00+00:00"),
    ],
)
def test_dates_and_durations(kind: TimerKind, text: str, expected: str) -> None:
    due = next_due(kind, text, NOW)
    assert due is not None
    assert due.at.isoformat() == expected
    assert due.repeat is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("R3/PT10S", ["01-01T12:00:10", "01-01T12:00:20", "01-01T12:00:30"]),
        ("R1/PT10S", ["01-01T12:00:10"]),
        # A start that is yet to come counts extra, as in Camunda 7.
        ("R2/2026-01-01T13:00:00Z/PT1H", ["01-01T13:00:00", "01-01T14:00:00", "01-01T15:00:00"]),
        ("R5/2026-01-01T10:00:00Z/PT1H", ["01-01T13:00:00", "01-01T14:00:00", "01-01T15:00:00"]),
        ("R2/2025-01-01T10:00:00Z/PT1H", []),
        ("R/2026-01-01T00:30:00Z/PT1H", [f"01-01T{hour}:30:00" for hour in range(12, 17)]),
        ("R/2026-01-01T00:00:00Z/2026-01-01T12:00:00Z", [f"01-0{d}T{h}:00:00" for d, h in
            ((2, "00"), (2, "12"), (3, "00"), (3, "12"), (4, "00"))]),
        ("R/PT1H/2026-01-01T15:00:00Z", ["01-01T13:00:00", "01-01T14:00:00", "01-01T15:00:00"]),
        ("R1/PT1H/2026-01-01T15:00:00Z", ["01-01T14:00:00", "01-01T15:00:00"]),
        ("R/P1M/2026-03-30T00:00:00", ["01-28T00:00:00", "02-28T00:00:00", "03-30T00:00:00"]),
        ("R/PT1H/2025-01-01T15:00:00Z", []),
        ("R2/2026-01-31/P1M", ["01-31T00:00:00", "02-28T00:00:00", "03-28T00:00:00"]),
        ("0/5 0/1 * 1/1 * ?", [f"01-01T12:00:{second:02}" for second in range(5, 26, 5)]),
        ("0 0 9 ? * 2-6", [f"01-{day:02}T09:00:00" for day in (2, 5, 6, 7, 8)]),
        ("0 0 9 ? * MON,6", [f"01-{day:02}T09:00:00" for day in (2, 5, 9, 12, 16)]),
        ("0 0 9 ? * FRI-MON *", [f"01-{day:02}T09:00:00" for day in (2, 3, 4, 5, 9)]),
        ("0 0 9 ? * 1/3", [f"01-{day:02}T09:00:00" for day in (3, 4, 7, 10, 11)]),
        ("0 0 9 ? * 6#3", ["01-16T09:00:00", "02-20T09:00:00", "03-20T09:00:00", "04-17T09:00:00",
            "05-15T09:00:00"]),
        ("0 0 9 ? * 6L", ["01-30T09:00:00", "02-27T09:00:00", "03-27T09:00:00", "04-24T09:00:00",
            "05-29T09:00:00"]),
        ("0 0 9 ? * L", [f"01-{day:02}T09:00:00" for day in (3, 10, 17, 24, 31)]),
        ("0 0 9 L * ?", ["01-31T09:00:00", "02-28T09:00:00", "03-31T09:00:00", "04-30T09:00:00",
            "05-31T09:00:00"]),
        ("0 0 22-1 * * *", ["01-01T22:00:00", "01-01T23:00:00", "01-02T00:00:00", "01-02T01:00:00",
            "01-02T22:00:00"]),
    ],
)  # fmt: skip
def test_cycles(text: str, expected: list[str]) -> None:
    assert firings(text) == expected


def test_a_late_cycle_leaves_out_what_it_missed() -> None:
    first = next_due(TimerKind.CYCLE, "R4/PT10S", NOW)
    assert first is not None
    second = next_due(TimerKind.CYCLE, "R4/PT10S", NOW.replace(second=35), first.repeat)
    assert second is not None
    assert second.at == NOW.replace(second=40)
    assert second.repeat is None


def test_a_start_far_back_costs_nothing() -> None:
    due = next_due(TimerKind.CYCLE, "R/0001-01-01T00:00:00Z/PT1S", NOW)
    assert due is not None
    assert due.at == NOW.replace(second=1)


def test_cron_and_dates_follow_the_zone() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    noon = next_due(TimerKind.CYCLE, "0 0 12 * * ?", datetime(2026, 7, 1, tzinfo=UTC), zone=berlin)
    date = next_due(TimerKind.DATE, "2026-07-01T12:00:00", NOW, zone=berlin)
    assert noon is not None
    assert date is not None
    assert noon.at == date.at == datetime(2026, 7, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        (TimerKind.DATE, "tomorrow", "not an ISO 8601 date"),
        (TimerKind.DATE, "", "not an ISO 8601 date"),
        (TimerKind.DATE, "0001-01-01T00:00:00+10:00", "outside of the years"),
        (TimerKind.DURATION, "5 minutes", "not an ISO 8601"),
        (TimerKind.DURATION, "soon", "not an ISO 8601 duration"),
        (TimerKind.DURATION, "-PT5M", "not an ISO 8601 duration"),
        (TimerKind.DURATION, "PT", "not an ISO 8601 duration"),
        (TimerKind.DURATION, "P", "ISO 8601 duration"),
        (TimerKind.DURATION, "P0.5M", "ISO 8601 duration"),
        (TimerKind.DURATION, "P99999Y", "ISO 8601 duration"),
        (TimerKind.DURATION, f"PT{'9' * 5000}H", "ISO 8601 duration"),
        (TimerKind.CYCLE, "R/PT0S", "without a pause"),
        (TimerKind.CYCLE, "R0/PT1S", "zero times"),
        (TimerKind.CYCLE, "R/2026-01-01", "without a duration"),
        (TimerKind.CYCLE, "R/2026-01-01/PT1H/PT1H", "too many parts"),
        (TimerKind.CYCLE, f"R{'9' * 5000}/PT1H", "not an ISO 8601 repeating interval"),
        (TimerKind.CYCLE, "R", "not an ISO 8601 repeating interval"),
        (TimerKind.CYCLE, "PT5M", "1 fields instead of six"),
        (TimerKind.CYCLE, "*/5 * * * *", "5 fields instead of six"),
        (TimerKind.CYCLE, "0 0 12 ? * 2 2027", "year"),
        (TimerKind.CYCLE, "0 0 12 ? * ?", "only one of the two day fields"),
        (TimerKind.CYCLE, "? 0 12 * * ?", "'?' is for"),
        (TimerKind.CYCLE, "0 0 12 1 * MON", "day of month together with a day of week"),
        (TimerKind.CYCLE, "0 0 12 15W * ?", "'15W' is not executed"),
        (TimerKind.CYCLE, "0 0 12 L-3 * ?", "'L-3' is not executed"),
        (TimerKind.CYCLE, "0 0 12 ? * 0", "not a day of the week"),
        (TimerKind.CYCLE, "0 0 12 ? * 8", "not a day of the week"),
        (TimerKind.CYCLE, "0 0 12 ? * 2-", "not a day of the week"),
        (TimerKind.CYCLE, "0 0 12 ? * */0", "step of 0"),
        (TimerKind.CYCLE, "0 0 25 * * ?", "Bad hour"),
        (TimerKind.CYCLE, "0 0 0 30 2 ?", "Bad day-of-month"),
    ],
)
def test_refused_texts(kind: TimerKind, text: str, reason: str) -> None:
    with pytest.raises(TimerTextError, match=reason.replace("?", r"\?")):
        check_timer_text(kind, text)


@given(st.sampled_from(list(TimerKind)), st.text(alphabet="RPTDHMSWY0123456789/-:.Z*?,#L+ ", max_size=24))
def test_any_text_is_due_or_refused(kind: TimerKind, text: str) -> None:
    try:
        due = next_due(kind, text, NOW)
        while due is not None and due.repeat is not None and due.at.year < 2100:
            later = next_due(kind, text, due.at, due.repeat)
            assert later is None or later.at > due.at
            due = None
    except TimerTextError:
        pass


@given(st.integers(1, 10**5), st.sampled_from("SMHDW"))
def test_repeat_states_keep_the_interval(amount: int, unit: str) -> None:
    text = f"P{'T' if unit in 'SMH' else ''}{amount}{unit}"
    first = next_due(TimerKind.CYCLE, f"R2/{text}", NOW)
    assert first is not None
    second = next_due(TimerKind.CYCLE, f"R2/{text}", first.at, first.repeat)
    assert second is not None
    assert second.at - first.at == first.at - NOW == parse_duration(text)
    assert second.repeat is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("R3/PT1H", ["01-01T14:15:00", "01-01T15:15:00"]),
        ("R3/2026-01-01T12:30:00Z/PT1H", ["01-01T13:45:00", "01-01T14:45:00", "01-01T15:45:00"]),
        ("R3/PT1H/2026-01-01T16:00:00Z", ["01-01T14:15:00", "01-01T15:15:00", "01-01T16:15:00"]),
        ("0 0 * * * ?", ["01-01T14:15:00", "01-01T15:15:00", "01-01T16:15:00"]),
    ],
)
def test_a_shifted_cycle_goes_on_later(text: str, expected: list[str]) -> None:
    first = next_due(TimerKind.CYCLE, text, NOW)
    assert first is not None
    assert first.repeat is not None
    quarter = timedelta(minutes=15)
    moment, state, found = first.at + quarter, shifted(first.repeat, quarter), []
    while state is not None and len(found) < 3:
        due = next_due(TimerKind.CYCLE, state, moment, state)
        assert due is not None
        found.append(due.at.strftime("%m-%dT%H:%M:%S"))
        moment, state = due.at, due.repeat
    assert found == expected


def test_shifts_add_up_and_cancel_each_other() -> None:
    once = shifted("0 0 * * * ?", timedelta(minutes=-20))
    assert once == "-1200.0 seconds after 0 0 * * * ?"
    assert shifted(once, timedelta(minutes=20)) == "0 0 * * * ?"
