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

from shoal.setting_rules import Range, check, parse


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
    batch_chunk_size: int | None = _setting(
        None,
        "Elements per execution job of a batch (invocationsPerBatchJob); none: what suits the operation.",
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
    batch_history_days: int | None = _setting(
        None, "Days after which an ended batch may be removed; none: never.", least=0, most=366_000
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
