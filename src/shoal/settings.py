"""Every setting, once: its name, type, default and help. The environment, the CLI and the docs come from here.

The environment variable of ``database_url`` is ``SHOAL_DATABASE_URL``, and so on.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Self, get_type_hints

from shoal.errors import InputError


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


def _setting(default: Any, text: str) -> Any:
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one engine. Unset means the default; nothing is read after the start."""

    database_url: str = _setting("sqlite:///shoal.db", "Where everything is stored: SQLite file or PostgreSQL.")
    blob_url: str = _setting("file://shoal-blobs", "Where large values go: any URL that fsspec understands.")
    blob_threshold_bytes: int = _setting(65_536, "Values larger than this go to blob storage, in bytes.")
    history_level: HistoryLevel = _setting(HistoryLevel.FULL, "How much history is kept.")
    max_model_bytes: int = _setting(20 * 1024 * 1024, "Largest model file that is read, in bytes.")
    max_steps: int = _setting(1_000_000, "Elements one step may pass before it counts as an endless loop.")
    default_retries: int = _setting(3, "Tries of a job before it becomes an incident.")
    retry_pause_seconds: float = _setting(
        0.0, "Pause before a failed job is tried again, when the model says none."
    )
    python_scripts: bool = _setting(False, "Allow Python scripts in models. They are not sandboxed.")
    script_timeout_seconds: float = _setting(5.0, "Longest run of one JavaScript, in seconds.")
    script_memory_bytes: int = _setting(64 * 1024 * 1024, "Largest memory of one JavaScript, in bytes.")
    worker_threads: int = _setting(2, "Threads of the embedded executor.")
    poll_seconds: float = _setting(1.0, "Longest pause of an idle worker between two looks at the database.")
    lease_seconds: float = _setting(60.0, "How long a job belongs to a worker that does not renew it.")
    jobs_per_acquisition: int = _setting(100, "Jobs of instances that a worker takes at once.")
    batch_chunk_size: int | None = _setting(
        None, "Elements per execution job of a batch (invocationsPerBatchJob); none: what suits the operation."
    )
    batch_jobs_per_seed: int = _setting(100, "Execution jobs that one run of a seed job creates.")
    batch_poll_seconds: float = _setting(30.0, "Pause between two runs of a batch's monitor job.")
    batch_retries: int = _setting(3, "Tries of an element of a batch before it counts as failed.")
    batch_history_days: int | None = _setting(None, "Days after which an ended batch may be removed; none: never.")
    host: str = _setting("127.0.0.1", "Address that the server listens on.")
    port: int = _setting(8080, "Port that the server listens on.")
    auth_token: str | None = _setting(None, "Bearer token that requests must carry.")
    auth_user: str | None = _setting(None, "User name for HTTP Basic authentication.")
    auth_password: str | None = _setting(None, "Password for HTTP Basic authentication.")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None, **overrides: Any) -> Self:
        """Defaults, then the environment, then ``overrides`` that are not None. InputError names a bad one."""
        environment = os.environ if environment is None else environment
        hints = get_type_hints(cls)
        values: dict[str, Any] = {}
        for item in fields(cls):
            name = variable_name(item.name)
            if (text := environment.get(name)) is not None:
                values[item.name] = _parsed(name, text, hints[item.name])
        values |= {name: value for name, value in overrides.items() if value is not None}
        return cls(**values)

    @property
    def has_credentials(self) -> bool:
        """Whether requests must authenticate."""
        return bool(self.auth_token or (self.auth_user and self.auth_password))


def variable_name(setting: str) -> str:
    """The environment variable of a setting."""
    return f"SHOAL_{setting.upper()}"


def _parsed(name: str, text: str, hint: Any) -> Any:
    kind = next((part for part in getattr(hint, "__args__", (hint,)) if part is not type(None)), hint)
    try:
        if kind is bool:
            return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}[text.lower()]
        return kind(text)
    except (KeyError, ValueError):
        allowed = {
            bool: "true or false",
            int: "a whole number",
            float: "a number",
        }.get(kind) or "one of " + ", ".join(getattr(kind, "__members__", {"": ""}).values())
        raise InputError(f"{name}: '{text}' is not valid; expected {allowed}", field=name) from None
