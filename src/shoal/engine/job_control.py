"""Single jobs and the elements that make them: changed, suspended, run now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shoal import clock
from shoal.batch.job_control import (
    delete_batch_job,
    rank_batch_jobs,
    set_batch_job_definition_retries,
    set_batch_job_retries,
    suspend_batch_jobs,
)
from shoal.batch.job_definitions import is_batch_job_definition
from shoal.commands.change_jobs import (
    delete_job,
    job_stack_trace,
    set_job_due_date,
    set_job_priority,
    set_job_suspended,
)
from shoal.commands.context import Context
from shoal.commands.job_definitions import (
    JobDefinition,
    find_job_definition,
    list_job_definitions,
    resume_job_definitions,
    set_job_definition_priority,
    set_job_definition_retries,
    suspend_job_definitions,
)
from shoal.commands.planned_suspensions import plan_suspension
from shoal.commands.recalculate_timers import recalculate_due_date
from shoal.commands.set_job_retries import RetryChange, set_job_retries
from shoal.commands.suspend_jobs import suspend_jobs
from shoal.engine import log_words
from shoal.engine.access import allowed
from shoal.engine.filters import parsed
from shoal.errors import NotFoundError
from shoal.filters import JobFilter
from shoal.ids import is_id
from shoal.jobs.execute_job import execute_job
from shoal.jobs.wake import signal_of
from shoal.people.permissions import Permission
from shoal.store.queries.job_filters import JobRow, list_jobs
from shoal.store.queries.jobs import Job, find_job
from shoal.validation import refuse_unknown
from shoal.workers.handlers import HANDLERS

Filter = JobFilter | Mapping[str, Any] | None
_NAMED = ("definition_id", "key", "tenant_id", "without_tenant")


class JobControl:
    """The part of ``engine.jobs`` that changes jobs."""

    _context: Context

    @allowed(Permission.READ_INSTANCES)
    def get(self, job_id: str) -> JobRow:
        """One job, be it of a process instance, of a definition or of a batch. NotFoundError."""
        with self._context.database.read() as tx:
            found = list_jobs(tx, JobFilter.model_validate({"ids": (job_id,)}))
        if not found:
            raise NotFoundError(f"Job with id {job_id} does not exist", job_id=job_id)
        return found[0]

    @allowed(Permission.READ_INSTANCES)
    def stack_trace(self, job_id: str) -> str | None:
        """What is known of its last failure, for people; None if it never failed. NotFoundError."""
        return job_stack_trace(self._context, job_id)

    @allowed(Permission.UPDATE_INSTANCES, log_words.EXECUTE_JOB)
    def execute(self, job_id: str) -> None:
        """Run it now, in this thread, due or not; its error is raised, and costs a try.

        NotFoundError; ConflictError: a worker is at it; SuspendedError; ExecutionError.
        """
        if (job := self._batch_job(job_id)) is not None and job.retries == 0:
            # its failed elements have to be a chunk again
            set_batch_job_retries(self._context, [job_id], RetryChange(1))
        execute_job(self._context, job_id, HANDLERS)

    @allowed(Permission.UPDATE_INSTANCES, log_words.DELETE_JOB)
    def delete(self, job_id: str) -> None:
        """Delete it: what waits for it waits for ever. NotFoundError; ConflictError: a worker is at it.

        What a job of a batch has not done is left alone.
        """
        if self._batch_job(job_id) is not None:
            delete_batch_job(self._context, job_id)
        else:
            delete_job(self._context, job_id)

    @allowed(Permission.RETRY_JOBS, log_words.SET_JOB_RETRIES)
    def set_retries(
        self, job_id: str, retries: int, *, change_due: bool = False, due_at: datetime | None = None
    ) -> None:
        """Give it that many tries; some resolve its incident. NotFoundError.

        ``change_due``: it is due at ``due_at``, None: at once; else as before.
        A job of a batch tries its failed elements again; the batch runs again if it had ended.
        """
        change = RetryChange(retries, change_due, due_at)
        if self._batch_job(job_id) is not None:
            set_batch_job_retries(self._context, [job_id], change)
            return
        with self._context.database.write() as tx:
            outcome = set_job_retries(self._context, tx, [job_id], change, clock.now(), wait=True)
            if not outcome.succeeded:
                raise NotFoundError(f"Job with id {job_id} does not exist", job_id=job_id)
        self._wake()

    @allowed(Permission.UPDATE_INSTANCES, log_words.SET_JOB_DUE_DATE)
    def set_due_date(self, job_id: str, due_at: datetime | None, *, cascade: bool = False) -> None:
        """Let it be due at that time; None: at once. ``cascade``: what follows of a cycle moves along.

        NotFoundError.
        """
        set_job_due_date(self._context, job_id, due_at, cascade=cascade)
        self._wake()

    @allowed(Permission.UPDATE_INSTANCES, log_words.RECALCULATE_JOB)
    def recalculate_due_date(self, job_id: str, *, creation_based: bool = False) -> datetime | None:
        """Evaluate the timer again, seen from now or from when the job was made; when it is due."""
        return recalculate_due_date(self._context, job_id, creation_based=creation_based)

    @allowed(Permission.UPDATE_INSTANCES, log_words.SET_JOB_PRIORITY)
    def set_priority(self, job_id: str, priority: int) -> None:
        """Jobs with a higher priority are worked on first. NotFoundError."""
        set_job_priority(self._context, job_id, priority)

    @allowed(Permission.SUSPEND_INSTANCES, log_words.SUSPEND_JOB)
    def suspend(self, job_id: str) -> None:
        """Work on it no more. NotFoundError."""
        set_job_suspended(self._context, job_id, True)

    @allowed(Permission.SUSPEND_INSTANCES, log_words.RESUME_JOB)
    def resume(self, job_id: str) -> None:
        """Work on it again. NotFoundError."""
        set_job_suspended(self._context, job_id, False)
        self._wake()

    @allowed(Permission.SUSPEND_INSTANCES, log_words.SUSPEND_JOB)
    def suspend_all(self, filter: Filter = None, **conditions: Any) -> int:  # noqa: A002
        """Work on none of the jobs that match, those of batches only where the filter names one; how many."""
        return suspend_jobs(self._context, parsed(JobFilter, filter, conditions), True)

    @allowed(Permission.SUSPEND_INSTANCES, log_words.RESUME_JOB)
    def resume_all(self, filter: Filter = None, **conditions: Any) -> int:  # noqa: A002
        """Work on them again; how many."""
        changed = suspend_jobs(self._context, parsed(JobFilter, filter, conditions), False)
        self._wake()
        return changed

    @allowed(Permission.READ_DEFINITIONS)
    def definitions(self, definition_id: str) -> tuple[JobDefinition, ...]:
        """The elements of a process definition that make jobs. NotFoundError."""
        return tuple(list_job_definitions(self._context, definition_id))

    @allowed(Permission.READ_DEFINITIONS)
    def definition(self, job_definition_id: str) -> JobDefinition:
        """One of these elements. NotFoundError."""
        return find_job_definition(self._context, job_definition_id)

    @allowed(Permission.SUSPEND_INSTANCES, log_words.SUSPEND_JOB_DEFINITION)
    def suspend_definition(
        self,
        job_definition_id: str | None = None,
        *,
        include_jobs: bool = False,
        at: datetime | None = None,
        **named: Any,
    ) -> None:
        """Let new jobs of the element be suspended; or of any of ``definition_id``, or of all versions of ``key``.

        ``tenant_id``, ``without_tenant``: only those versions. ``include_jobs``: the jobs that are there, too.
        ``at``: a job does it then. NotFoundError.
        """
        refuse_unknown(named, _NAMED, "suspend_definition")
        said = {"job_definition_id": job_definition_id, "include_jobs": include_jobs, **named}
        if is_batch_job_definition(job_definition_id) and at is None:
            suspend_batch_jobs(self._context, job_definition_id or "", True, include_jobs=include_jobs)
        elif at is not None:
            plan_suspension(self._context, "suspend-job-definition", at, said)
        else:
            suspend_job_definitions(self._context, **said)

    @allowed(Permission.SUSPEND_INSTANCES, log_words.RESUME_JOB_DEFINITION)
    def resume_definition(
        self,
        job_definition_id: str | None = None,
        *,
        include_jobs: bool = False,
        at: datetime | None = None,
        **named: Any,
    ) -> None:
        """Let new jobs be worked on again; the same words as ``suspend_definition``."""
        refuse_unknown(named, _NAMED, "resume_definition")
        said = {"job_definition_id": job_definition_id, "include_jobs": include_jobs, **named}
        if is_batch_job_definition(job_definition_id) and at is None:
            suspend_batch_jobs(self._context, job_definition_id or "", False, include_jobs=include_jobs)
        elif at is not None:
            plan_suspension(self._context, "resume-job-definition", at, said)
        else:
            resume_job_definitions(self._context, **said)
        self._wake()

    @allowed(Permission.RETRY_JOBS, log_words.SET_JOB_DEFINITION_RETRIES)
    def set_definition_retries(
        self, job_definition_id: str, retries: int, *, change_due: bool = False, due_at: datetime | None = None
    ) -> int:
        """Give that many tries to the jobs of the element that have none left; to how many. NotFoundError.

        ``change_due``: they are due at ``due_at``, None: at once; else as before.
        """
        change = RetryChange(retries, change_due, due_at)
        if is_batch_job_definition(job_definition_id):
            return set_batch_job_definition_retries(self._context, job_definition_id, change)
        changed = set_job_definition_retries(self._context, job_definition_id, change)
        self._wake()
        return changed

    @allowed(Permission.UPDATE_INSTANCES, log_words.SET_JOB_DEFINITION_PRIORITY)
    def set_definition_priority(
        self, job_definition_id: str, priority: int | None, *, include_jobs: bool = False
    ) -> None:
        """Override the priority of the model for new jobs of the element, and for those that are there."""
        if is_batch_job_definition(job_definition_id):
            rank_batch_jobs(self._context, job_definition_id, priority, include_jobs=include_jobs)
            return
        set_job_definition_priority(self._context, job_definition_id, priority, include_jobs=include_jobs)

    def _batch_job(self, job_id: str) -> Job | None:
        with self._context.database.read() as tx:
            job = find_job(tx, job_id) if is_id(job_id) else None
        return None if job is None or job.batch_id is None else job

    def _wake(self) -> None:
        signal_of(self._context.database).notify()
