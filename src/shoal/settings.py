"""Every setting, once: its name, type, default and help. The environment, the CLI and the docs come from here.

The environment variable of ``database_url`` is ``SHOAL_DATABASE_URL``, and so on.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, Self, get_type_hints

from shoal.errors import InputError
from shoal.setting_rules import Numbers, Range, check, parse
from shoal.setting_windows import time_of_day, windows_by_weekday


class HistoryLevel(StrEnum):
    """How much is kept. Camunda 7's levels: each contains the ones before it."""

    NONE = "none"
    ACTIVITY = "activity"
    AUDIT = "audit"
    FULL = "full"

    @property
    def keeps_activities(self) -> bool:
        """Activity instances and tasks are kept."""
        return self is not HistoryLevel.NONE

    @property
    def keeps_variables(self) -> bool:
        """Variables stay when their instance ends."""
        return self in (HistoryLevel.AUDIT, HistoryLevel.FULL)

    @property
    def keeps_everything(self) -> bool:
        """Every update of a variable, the log of jobs, and incidents are kept."""
        return self is HistoryLevel.FULL


class RemovalTimeStrategy(StrEnum):
    """When it is said how long the history of an instance is kept. Camunda 7: historyRemovalTimeStrategy."""

    START = "start"
    END = "end"
    NONE = "none"


class CleanupStrategy(StrEnum):
    """By what history cleanup goes. Camunda 7: historyCleanupStrategy."""

    REMOVAL_TIME_BASED = "removalTimeBased"
    END_TIME_BASED = "endTimeBased"


def _setting(default: Any, text: str, **bounds: float) -> Any:
    return field(default=default, metadata={"help": text, "range": Range(**bounds)})


_ROW = 2**31 - 1
"""The largest whole number that a column holds."""
_YEAR = 366 * 86_400.0
_LARGEST_CHUNK = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one engine. Unset means the default; nothing is read after the start.

    InputError names a setting whose value cannot be, and says what can.
    """

    database_url: str = _setting(
        "sqlite:///shoal.db", "Where everything is stored: SQLite file or PostgreSQL.", least=1
    )
    blob_url: str | None = _setting(
        None,
        "Where large values go: any URL that fsspec understands. Not set: with SQLite the folder `FILE-blobs` "
        "beside the database file, with PostgreSQL `shoal-blobs` in the current folder; several hosts on one "
        "database need a place that all of them reach.",
        least=1,
    )
    blob_threshold_bytes: int = _setting(
        65_536, "Values larger than this go to blob storage, in bytes.", least=1, most=_ROW
    )
    history_level: HistoryLevel = _setting(HistoryLevel.FULL, "How much history is kept.")
    history_removal_time_strategy: RemovalTimeStrategy = _setting(
        RemovalTimeStrategy.END,
        "When it is said how long the history of an instance is kept: as its root instance starts, as that ends, "
        "or never.",
    )
    history_time_to_live: int | None = _setting(
        None,
        "Days for which history is kept, for definitions that say none when they are deployed; none: for ever.",
        least=0,
        most=366_000,
    )
    enforce_history_time_to_live: bool = _setting(
        False, "Refuse models that do not say for how long history is kept, when no default does."
    )
    history_cleanup_enabled: bool = _setting(True, "Allow history cleanup, by itself and on demand.")
    history_cleanup_strategy: CleanupStrategy = _setting(
        CleanupStrategy.REMOVAL_TIME_BASED,
        "By what history cleanup goes: the removal times that were written, or the ends and what the definitions "
        "say now.",
    )
    history_cleanup_batch_window_start_time: str | None = _setting(
        None,
        "When history cleanup may begin each day, such as `20:00` (local time) or `20:00+0100`; none: only on "
        "demand.",
        least=1,
    )
    history_cleanup_batch_window_end_time: str = _setting(
        "00:00",
        "When history cleanup stops each day; the next day's time if it is not later than the start.",
        least=1,
    )
    history_cleanup_weekday_windows: str | None = _setting(
        None,
        "Windows of single weekdays, which go before the daily one: `saturday 06:00-22:00, sunday 00:00-00:00`.",
        least=1,
    )
    history_cleanup_batch_size: int = _setting(
        10_000, "Rows that one transaction of history cleanup removes.", least=1, most=_LARGEST_CHUNK
    )
    history_cleanup_degree_of_parallelism: int = _setting(
        1, "Jobs that clean up history at the same time.", least=1, most=8
    )
    history_cleanup_job_log_time_to_live: int | None = _setting(
        180, "Days for which the log of the jobs of history cleanup is kept; none: for ever.", least=0, most=366_000
    )
    max_model_bytes: int = _setting(
        20 * 1024 * 1024, "Largest model file that is read, in bytes.", least=1, most=_ROW
    )
    max_steps: int = _setting(1_000_000, "Elements one step may pass before it counts as an endless loop.", least=1)
    default_retries: int = _setting(3, "Tries of a job before it becomes an incident.", least=1, most=_ROW)
    retry_pause_seconds: float = _setting(
        0.0, "Pause before a failed job is tried again, when the model says none.", least=0, most=_YEAR
    )
    python_scripts: bool = _setting(False, "Allow Python scripts in models. They are not sandboxed.")
    script_timeout_seconds: float = _setting(5.0, "Longest run of one JavaScript, in seconds.", above=0, most=3600)
    script_memory_bytes: int = _setting(
        64 * 1024 * 1024, "Largest memory of one JavaScript, in bytes.", least=1024 * 1024, most=_ROW
    )
    worker_threads: int = _setting(2, "Threads of the embedded executor; 0: none.", least=0, most=1000)
    poll_seconds: float = _setting(
        1.0, "Longest pause of an idle worker between two looks at the database.", above=0, most=_YEAR
    )
    lease_seconds: float = _setting(
        60.0, "How long a job belongs to a worker that does not renew it.", above=0, most=_YEAR
    )
    jobs_per_acquisition: int = _setting(
        100, "Jobs of instances that a worker takes at once.", least=1, most=_LARGEST_CHUNK
    )
    invocations_per_batch_job: int | None = _setting(
        None,
        "Elements per execution job of a batch; none: what suits the operation.",
        least=1,
        most=_LARGEST_CHUNK,
    )
    invocations_per_batch_job_by_type: Numbers = _setting(
        Numbers(),
        "The same for single operations, by their names or Camunda 7's batch types.",
        least=1,
        most=_LARGEST_CHUNK,
    )
    batch_jobs_per_seed: int = _setting(
        100, "Execution jobs that one run of a seed job creates.", least=1, most=_LARGEST_CHUNK
    )
    batch_poll_seconds: float = _setting(
        30.0, "Pause between two runs of a batch's monitor job.", above=0, most=_YEAR
    )
    batch_retries: int = _setting(
        3, "Tries of an element of a batch before it counts as failed.", least=1, most=_ROW
    )
    batch_operation_history_time_to_live: int | None = _setting(
        None, "Days for which batches are kept; none: for ever.", least=0, most=366_000
    )
    batch_operation_history_time_to_live_by_type: Numbers = _setting(
        Numbers(),
        "The same for single operations, by their names or Camunda 7's batch types.",
        least=0,
        most=366_000,
    )
    job_executor_deployment_aware: bool = _setting(
        False, "Work only on jobs of deployments that this engine has deployed or registered, and of none."
    )
    host: str = _setting("127.0.0.1", "Address that the server listens on.")
    port: int = _setting(8080, "Port that the server listens on; 0: any that is free.", least=0, most=65_535)
    auth_token: str | None = _setting(None, "Bearer token that requests must carry.")
    auth_user: str | None = _setting(None, "User name for HTTP Basic authentication.")
    auth_password: str | None = _setting(None, "Password for HTTP Basic authentication.")

    def __post_init__(self) -> None:
        """Check every value."""
        hints = get_type_hints(type(self))
        for item in fields(self):
            value = check(item.name, getattr(self, item.name), hints[item.name], item.metadata["range"])
            object.__setattr__(self, item.name, value)
        self._check_cleanup()

    def _check_cleanup(self) -> None:
        for name in ("history_cleanup_batch_window_start_time", "history_cleanup_batch_window_end_time"):
            if (text := getattr(self, name)) is not None:
                time_of_day(name, text)
        if self.history_cleanup_weekday_windows is not None:
            windows_by_weekday("history_cleanup_weekday_windows", self.history_cleanup_weekday_windows)
        if (
            self.history_cleanup_enabled
            and self.history_cleanup_strategy is CleanupStrategy.REMOVAL_TIME_BASED
            and self.history_removal_time_strategy is RemovalTimeStrategy.NONE
        ):
            raise InputError(
                "history_cleanup_strategy: removalTimeBased needs a history_removal_time_strategy of start or end; "
                "use endTimeBased, or disable history_cleanup_enabled",
                field="history_cleanup_strategy",
            )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None, **overrides: Any) -> Self:
        """Defaults, then the environment, then ``overrides`` that are not None. InputError names a bad one."""
        environment = os.environ if environment is None else environment
        hints = get_type_hints(cls)
        values = {name: value for name, value in overrides.items() if value is not None}
        for item in fields(cls):
            name = variable_name(item.name)
            if item.name not in values and (text := environment.get(name)) is not None:
                hint = hints[item.name]
                values[item.name] = check(name, parse(name, text, hint), hint, item.metadata["range"])
        return cls(**values)

    @property
    def blob_place(self) -> str:
        """The URL of the place of large values: ``blob_url``, or what follows from the database."""
        return self.blob_url or _blobs_of(self.database_url)

    @property
    def has_credentials(self) -> bool:
        """Whether requests must authenticate."""
        return bool(self.auth_token or (self.auth_user and self.auth_password))


def misspelled_variables(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Variables that name no setting but nearly do, each with the one that is probably meant.

    >>> misspelled_variables({"SHOAL_WORKER_THREDS": "4", "SHOAL_PORT": "80", "SHOAL_NETWORK": "sea"})
    {'SHOAL_WORKER_THREDS': 'SHOAL_WORKER_THREADS'}
    """
    known = [variable_name(item.name) for item in fields(Settings)]
    found: dict[str, str] = {}
    for name in sorted(os.environ if environment is None else environment):
        if name.upper().startswith("SHOAL") and name not in known:
            for close in get_close_matches(name.upper(), known, n=1, cutoff=0.85):
                found[name] = close
    return found


def _blobs_of(database_url: str) -> str:
    """
    >>> _blobs_of("sqlite:////srv/shoal.db")
    'file:///srv/shoal.db-blobs'
    >>> _blobs_of("sqlite://")
    'memory://shoal-blobs'
    """
    scheme, _, rest = database_url.partition("://")
    if scheme.partition("+")[0] != "sqlite":
        return f"file://{os.path.abspath('shoal-blobs')}"
    file = rest.partition("/")[2].partition("?")[0].removeprefix("file:")
    if file in ("", ":memory:"):
        # the values are gone together with their database
        return "memory://shoal-blobs"
    return f"file://{os.path.abspath(file)}-blobs"


def variable_name(setting: str) -> str:
    """The environment variable of a setting."""
    return f"SHOAL_{setting.upper()}"
