"""``POST /external-task/fetchAndLock``: at once, or when there is something, without a thread that waits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.resources.external_task import PREFIX, TAG
from shoal.api.engine_rest.routing import dialect_router
from shoal.api.engine_rest.views import Body
from shoal.api.engine_rest.views.external_task import LockedExternalTaskView
from shoal.camunda.queries.base import Sorting, said
from shoal.commands.await_external_tasks import FIRST_LOOK_SECONDS, LONGEST, LONGEST_PAUSE_SECONDS
from shoal.commands.fetch_external_tasks import CreateTime, LockedTask, Topic
from shoal.engine import Engine
from shoal.errors import InputError, UnavailableError
from shoal.filters import InstanceFilter, VariableCondition

_LONGEST_MILLISECONDS = LONGEST // timedelta(milliseconds=1)
_LONGEST_LOCK_MILLISECONDS = timedelta(days=36_500) // timedelta(milliseconds=1)
_MOST = 1_000_000


class TopicBody(Body):
    """Work of one kind. ``variables``: which; all, if nothing is said."""

    topic_name: str | None = None
    lock_duration: int | None = None
    variables: list[str] | None = None
    local_variables: bool | None = None
    deserialize_values: bool | None = None
    include_extension_properties: bool | None = None
    process_variables: dict[str, Any] | None = None
    business_key: str | None = None
    process_definition_id: str | None = None
    process_definition_id_in: list[str] | None = None
    process_definition_key: str | None = None
    process_definition_key_in: list[str] | None = None
    process_definition_version_tag: str | None = None
    without_tenant_id: bool | None = None
    tenant_id_in: list[str] | None = None

    def native(self) -> Topic:
        """The same in the engine's words. InputError; VariableTypeError."""
        if self.lock_duration is None:
            raise InputError("lockDuration is null", field="lockDuration")
        return Topic(
            self.topic_name or "",
            timedelta(milliseconds=min(self.lock_duration, _LONGEST_LOCK_MILLISECONDS)),
            None if self.variables is None else tuple(self.variables),
            bool(self.local_variables),
            InstanceFilter.model_validate(
                said(
                    business_key=self.business_key,
                    definition_id=self.process_definition_id,
                    definition_id_in=tuple(self.process_definition_id_in or ()),
                    definition_key=self.process_definition_key,
                    definition_key_in=tuple(self.process_definition_key_in or ()),
                    without_tenant=self.without_tenant_id or None,
                    tenant_id_in=tuple(self.tenant_id_in or ()),
                    variables=tuple(_equals(self.process_variables)),
                )
            ),
            self.process_definition_version_tag,
        )


class FetchBody(Body):
    """Who wants how much of which work."""

    worker_id: str | None = None
    max_tasks: int | None = None
    use_priority: bool | None = None
    async_response_timeout: int | None = None
    include_extension_properties: bool | None = None
    sorting: list[Sorting] | None = None
    topics: list[TopicBody] | None = None

    def create_time(self) -> CreateTime:
        """How tasks are ordered by age. CamundaError."""
        for each in self.sorting or ():
            if each.sort_by != "createTime":
                raise CamundaError(f"sortBy parameter has invalid value: {each.sort_by}")
            if each.sort_order not in ("asc", "desc"):
                raise CamundaError(f"sortOrder parameter has invalid value: {each.sort_order}")
            return "asc" if each.sort_order == "asc" else "desc"
        return None

    def timeout(self) -> float:
        """Seconds. CamundaError."""
        given = self.async_response_timeout or 0
        if given > _LONGEST_MILLISECONDS:
            raise CamundaError(
                "The asynchronous response timeout cannot be set to a value greater than "
                f"{_LONGEST_MILLISECONDS} milliseconds"
            )
        return given / 1000


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router(PREFIX, TAG)

    @routes.post("/fetchAndLock")
    async def fetch_and_lock(body: FetchBody, request: Request, engine: Acting) -> list[LockedExternalTaskView]:
        """Take tasks that nobody holds, each for one worker; with asyncResponseTimeout, wait for them."""
        topics = [each.native() for each in body.topics or ()]
        most = min(_needed("maxTasks", body.max_tasks), _MOST)
        seconds = body.timeout()
        fetch = partial(
            engine.external_tasks.fetch_and_lock,
            body.worker_id or "",
            topics,
            max_tasks=most,
            use_priority=bool(body.use_priority),
            create_time=body.create_time(),
        )
        found = await run_in_threadpool(fetch)
        if not found and seconds > 0 and topics and most:
            try:
                found = await _wait(engine, request, fetch, [each.name for each in topics], seconds)
            except UnavailableError:
                raise CamundaError(
                    "At the moment the server has to handle too many requests at the same time. "
                    "Please try again later.",
                    status=500,
                ) from None
        return [_view(body, each) for each in found]

    return routes


async def _wait(
    engine: Engine, request: Request, fetch: Callable[[], list[LockedTask]], topics: list[str], seconds: float
) -> list[LockedTask]:
    arrivals = engine.external_tasks.arrivals
    loop = asyncio.get_running_loop()
    woken = asyncio.Event()

    def wake() -> None:
        loop.call_soon_threadsafe(woken.set)

    deadline = time.monotonic() + seconds
    pause = FIRST_LOOK_SECONDS
    with arrivals.waiting(), arrivals.listening(wake):
        while (left := deadline - time.monotonic()) > 0 and not arrivals.is_closed:
            try:
                await asyncio.wait_for(woken.wait(), min(left, pause))
            except TimeoutError:
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            woken.clear()
            # a task that is locked for somebody who went away waits until the lock has expired
            if await request.is_disconnected():
                return []
            if await run_in_threadpool(engine.external_tasks.any_free, topics):
                found = await run_in_threadpool(fetch)
                if found:
                    return found
    return []


def _view(body: FetchBody, locked: LockedTask) -> LockedExternalTaskView:
    asked = next(each for each in body.topics or () if each.topic_name == locked.task.topic)
    return LockedExternalTaskView.of_locked(
        locked,
        deserialize=bool(asked.deserialize_values),
        with_properties=bool(body.include_extension_properties or asked.include_extension_properties),
    )


def _equals(values: dict[str, Any] | None) -> list[VariableCondition]:
    return [VariableCondition(name=name, operator="eq", value=value) for name, value in (values or {}).items()]


def _needed(field: str, value: int | None) -> int:
    if value is None:
        raise InputError(f"{field} is null", field=field)
    return value
