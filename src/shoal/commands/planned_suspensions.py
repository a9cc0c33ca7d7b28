"""Suspends and resumes definitions at a later time: a job does it. Camunda 7: executionDate."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from shoal import clock
from shoal.commands.context import Context
from shoal.commands.job_definitions import (
    find_job_definition,
    resume_job_definitions,
    suspend_job_definitions,
)
from shoal.commands.job_result import JobResult, JobState
from shoal.commands.named_definitions import named_definitions
from shoal.commands.suspend_definitions import resume_definitions, suspend_definitions
from shoal.errors import InputError, NotFoundError
from shoal.ids import new_id
from shoal.store.database import Tx
from shoal.store.queries import instance_jobs
from shoal.store.queries.jobs import Job

_VERSION = 1
_ACTS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "suspend-definition": suspend_definitions,
        "resume-definition": resume_definitions,
        "suspend-job-definition": suspend_job_definitions,
        "resume-job-definition": resume_job_definitions,
    }
)
PLANNED = frozenset(_ACTS)
"""The kinds of such jobs."""


def plan_suspension(ctx: Context, kind: str, at: datetime, named: Mapping[str, Any]) -> str:
    """Let a job of the kind act at that time; its id. ``named`` are the words of the command.

    NotFoundError: nothing has that name now. InputError: the time has no time zone.
    """
    if at.tzinfo is None:
        raise InputError("executionDate: an instant with a time zone", field="executionDate")
    said = {name: value for name, value in named.items() if value not in (None, False)}
    if "job_definition_id" in said:
        find_job_definition(ctx, said["job_definition_id"])
    else:
        with ctx.database.read() as tx:
            named_definitions(
                tx,
                said.get("definition_id"),
                said.get("key"),
                said.get("tenant_id"),
                bool(said.get("without_tenant")),
            )
    with ctx.database.write() as tx:
        return insert_planned(ctx, tx, kind, at, [said])[0]


def insert_planned(ctx: Context, tx: Tx, kind: str, at: datetime, named: Sequence[Mapping[str, Any]]) -> list[str]:
    """One job of the kind for each of ``named``; their ids."""
    now, retries = clock.now(), ctx.settings.default_retries
    # it acts for the tenants of whoever planned it
    tenants = None if ctx.database.tenants is None else sorted(ctx.database.tenants)
    rows = [
        (new_id(), kind, 0, None, None, None, None, None, at, 0, retries, True, False, None, payload, now)
        for payload in ({"version": _VERSION, "named": dict(each), "tenants": tenants} for each in named)
    ]
    instance_jobs.insert_jobs(tx, rows)
    return [row[0] for row in rows]


def run_planned_suspension(ctx: Context, job: Job, owner: str) -> JobResult:
    """Do what was planned; what has been deleted meanwhile needs it no more. Doing it twice changes nothing."""
    tenants = job.payload.get("tenants")
    narrowed = ctx if tenants is None else ctx.acting(None, frozenset(tenants))
    with contextlib.suppress(NotFoundError):
        _ACTS[job.kind](narrowed, **job.payload["named"])
    with ctx.database.write() as tx:
        held = instance_jobs.lock_jobs(tx, [job.id], skip=False).get(job.id)
        if held is None or held.leased_by != owner:
            return JobResult(JobState.LOST)
        instance_jobs.delete_jobs(tx, [job.id])
    return JobResult(JobState.DONE)
