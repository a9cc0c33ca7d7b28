"""Settings: checked once, with errors that say what is allowed."""

from __future__ import annotations

import math
import os
from typing import Any

import pytest

from shoal.errors import InputError
from shoal.settings import HistoryLevel, Settings, misspelled_variables


@pytest.mark.parametrize(
    ("setting", "value", "expected"),
    [
        ("port", 65_536, "from"),
        ("port", -1, "at least 0"),
        ("port", "80", "a whole number"),
        ("port", True, "a whole number"),
        ("default_retries", 0, "at least 1"),
        ("batch_retries", 0, "at least 1"),
        ("invocations_per_batch_job", 0, "at least 1"),
        ("batch_jobs_per_seed", -5, "at least 1"),
        ("jobs_per_acquisition", 0, "at least 1"),
        ("poll_seconds", 0, "more than 0"),
        ("poll_seconds", math.nan, "more than 0"),
        ("lease_seconds", math.inf, "more than 0"),
        ("lease_seconds", "60", "a number"),
        ("retry_pause_seconds", -0.1, "at least 0"),
        ("script_timeout_seconds", 0.0, "more than 0"),
        ("script_memory_bytes", 1, "at least 1,048,576"),
        ("worker_threads", -1, "at least 0"),
        ("python_scripts", "true", "true or false"),
        ("history_level", "loud", "one of none, activity, audit, full"),
        ("history_level", 3, "one of none"),
        ("database_url", "", "at least one character"),
        ("database_url", None, "text"),
        ("blob_url", "", "at least one character"),
        ("max_steps", 0, "at least 1"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name(setting: str, value: Any, expected: str) -> None:
    expected = "at most 65,535" if expected == "from" else expected
    with pytest.raises(InputError, match=f"^{setting}: .*is not valid; expected .*{expected}") as refused:
        Settings(**{setting: value})
    assert refused.value.details["field"] == setting


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("SHOAL_PORT", "eighty"),
        ("SHOAL_PORT", "70000"),
        ("SHOAL_POLL_SECONDS", "nan"),
        ("SHOAL_HISTORY_LEVEL", "loud"),
        ("SHOAL_PYTHON_SCRIPTS", "maybe"),
        ("SHOAL_INVOCATIONS_PER_BATCH_JOB", "0"),
    ],
)
def test_a_bad_variable_is_named(variable: str, text: str) -> None:
    with pytest.raises(InputError, match=f"^{variable}: ") as refused:
        Settings.from_environment({variable: text})
    assert refused.value.details["field"] == variable


def test_values_get_their_own_type() -> None:
    made = Settings(history_level="audit", poll_seconds=2)  # type: ignore[arg-type]
    assert made.history_level is HistoryLevel.AUDIT
    assert isinstance(made.poll_seconds, float)
    assert Settings(max_steps=10**400).max_steps == 10**400
    read = Settings.from_environment({"SHOAL_PYTHON_SCRIPTS": "Yes", "SHOAL_HISTORY_LEVEL": "none"}, port=None)
    assert (read.python_scripts, read.history_level, read.port) == (True, HistoryLevel.NONE, 8080)


def test_what_is_given_goes_before_the_environment() -> None:
    assert Settings.from_environment({"SHOAL_PORT": "nonsense"}, port=1).port == 1


def test_variables_that_nearly_name_a_setting_are_found() -> None:
    given = {"SHOAL_WORKER_THREAD": "1", "SHOALPORT": "1", "SHOAL_DEBUG": "1", "SHOAL_PORT": "1", "HOME": "/"}
    assert misspelled_variables(given) == {
        "SHOALPORT": "SHOAL_PORT",
        "SHOAL_WORKER_THREAD": "SHOAL_WORKER_THREADS",
    }


@pytest.mark.parametrize(
    ("database_url", "place"),
    [
        ("sqlite:////srv/data/orders.db", "file:///srv/data/orders.db-blobs"),
        ("sqlite+pysqlite:////srv/orders.db?timeout=5", "file:///srv/orders.db-blobs"),
        ("sqlite:///orders.db", "file://{here}/orders.db-blobs"),
        ("sqlite://", "memory://shoal-blobs"),
        ("sqlite:///:memory:", "memory://shoal-blobs"),
        ("postgresql://me:secret@db/orders", "file://{here}/shoal-blobs"),
    ],
)
def test_the_place_of_large_values_follows_from_the_database(database_url: str, place: str) -> None:
    assert Settings(database_url=database_url).blob_place == place.format(here=os.getcwd())
    assert Settings(database_url=database_url, blob_url="s3://b").blob_place == "s3://b"
