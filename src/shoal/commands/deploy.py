"""Deploys model files: all of them or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from shoal import clock
from shoal.bpmn.events import MessageEvent, SignalEvent
from shoal.bpmn.process import Process
from shoal.commands.context import Context
from shoal.commands.deployed_files import is_model, refused
from shoal.commands.planned_suspensions import insert_planned
from shoal.commands.start_subscriptions import (
    event_name,
    refuse_taken_messages,
    start_messages,
    start_subscriptions,
)
from shoal.commands.start_timers import START_TIMER, start_timer_jobs
from shoal.commands.texts import checked
from shoal.errors import Fault, InputError, ModelRejectedError
from shoal.ids import new_id
from shoal.kernel import check
from shoal.store.database import Tx
from shoal.store.queries import definitions, instance_jobs, subscriptions
from shoal.store.queries.definitions import Definition


@dataclass(frozen=True, slots=True)
class Deployment:
    """What a deployment made. ``is_new`` is False when duplicate filtering found it made before."""

    id: str
    name: str | None
    source: str | None
    tenant_id: str | None
    deployed_at: datetime
    definitions: tuple[Definition, ...]
    is_new: bool = True


def deploy(
    ctx: Context,
    files: Mapping[str, bytes],
    *,
    name: str | None = None,
    source: str | None = None,
    tenant_id: str | None = None,
    filter_duplicates: bool = False,
    changed_only: bool = False,
    activate_at: datetime | None = None,
) -> Deployment:
    """Deploy files by name. Each executable process becomes the next version of its key and tenant.

    Files that are no models are kept beside them. ``activate_at``: the definitions are suspended until then.

    ``filter_duplicates``: nothing is deployed when the newest deployment of that name and tenant has the same
    files; it is returned instead. ``changed_only``: then only files that differ are deployed.
    Camunda 7: start subscriptions of earlier versions are replaced.

    InputError: no files. ModelRejectedError: every fault of every file; nothing is deployed then.
    """
    if not files:
        raise InputError("a deployment needs at least one file", field="files")
    if activate_at is not None and activate_at.tzinfo is None:
        raise InputError("activate_at: an instant with a time zone", field="activate_at")
    for label, text in (("name", name), ("source", source), ("tenant_id", tenant_id)):
        checked(label, text)
    ctx.check_tenant(tenant_id)
    for resource in files:
        checked("file name", resource)
    processes = _read_all(ctx, files)
    now = clock.now()
    with ctx.database.write() as tx:
        tx.dialect.lock_names(
            tx.connection,
            [
                f"shoal.deployment:{tenant_id}:{name}",
                *(f"shoal.definition:{tenant_id}:{p.id}" for _, p in processes),
                *(f"shoal.message:{tenant_id}:{name}" for _, p in processes for _, name in start_messages(p)),
            ],
        )
        if filter_duplicates or changed_only:
            earlier = _unchanged(tx, files, name, tenant_id)
            if earlier is not None and len(earlier[1]) == len(files):
                return _registered(ctx, tx, _found(tx, earlier[0]))
            if earlier is not None and changed_only:
                files = {each: content for each, content in files.items() if each not in earlier[1]}
                processes = [each for each in processes if each[0] in files]
        made = Deployment(new_id(), name, source, tenant_id, now, ())
        return _registered(ctx, tx, _write(ctx, tx, files, processes, made, activate_at))


def _registered(ctx: Context, tx: Tx, deployment: Deployment) -> Deployment:
    tx.after_commit(lambda: ctx.registered.add(deployment.id))
    return deployment


def _read_all(ctx: Context, files: Mapping[str, bytes]) -> list[tuple[str, Process]]:
    processes: list[tuple[str, Process]] = []
    faults: list[Fault] = []
    rejected: list[str] = []
    for resource, content in files.items():
        if (fault := refused(resource)) is not None:
            faults.append(fault)
            rejected.append(resource)
            continue
        if not is_model(resource, content):
            continue
        try:
            found = ctx.catalog.read(content, resource).processes
        except ModelRejectedError as error:
            faults += error.faults
            rejected.append(resource)
            continue
        wrong = [
            fault
            for process in found
            for fault in (*check(process), *_nameless_starts(process), *_kept_for_ever(ctx, process))
        ]
        keys = {process.id for _, process in processes}
        wrong += [
            Fault(process.id, f"another file of this deployment has a process '{process.id}' too")
            for process in found
            if process.id in keys
        ]
        if wrong:
            faults += wrong
            rejected.append(resource)
        processes += [(resource, process) for process in found]
    if faults:
        raise ModelRejectedError(", ".join(rejected), faults)
    return processes


def _unchanged(
    tx: Tx, files: Mapping[str, bytes], name: str | None, tenant_id: str | None
) -> tuple[str, set[str]] | None:
    """The newest deployment of that name, and which of the files it has already."""
    last = definitions.last_deployment(tx, name, tenant_id)
    if last is None:
        return None
    deployment_id, digests = last
    same = {each for each, content in files.items() if digests.get(each) == _digest(content)}
    return deployment_id, same


def _found(tx: Tx, deployment_id: str) -> Deployment:
    row = definitions.find_deployment(tx, deployment_id)
    return Deployment(*row, tuple(definitions.definitions_of(tx, deployment_id)), is_new=False)


def _write(
    ctx: Context,
    tx: Tx,
    files: Mapping[str, bytes],
    processes: Sequence[tuple[str, Process]],
    deployment: Deployment,
    activate_at: datetime | None,
) -> Deployment:
    tenant_id, now = deployment.tenant_id, deployment.deployed_at
    latest = definitions.find_latest(tx, [process.id for _, process in processes], tenant_id)
    refuse_taken_messages(tx, processes, [each.id for each in latest.values()], tenant_id)
    new: list[Definition] = []
    rows: list[tuple[Any, ...]] = []
    starts: list[tuple[Any, ...]] = []
    timers: list[tuple[Any, ...]] = []
    for resource, process in processes:
        before = latest.get(process.id)
        version = 1 if before is None else before.version + 1
        definition = Definition(
            new_id(),
            process.id,
            version,
            process.name,
            process.version_tag,
            deployment.id,
            resource,
            tenant_id,
            activate_at is not None,
            process.is_startable,
        )
        new.append(definition)
        rows.append((*definition, _time_to_live(ctx, process), now))
        starts += start_subscriptions(process, definition, now)
        timers += start_timer_jobs(ctx, process, definition, now)
    tx.concerns(deployment_id=deployment.id, tenant_id=tenant_id)
    definitions.insert_deployment(
        tx,
        (deployment.id, deployment.name, deployment.source, tenant_id, now),
        [(new_id(), deployment.id, each, content, _digest(content)) for each, content in files.items()],
    )
    definitions.insert_definitions(tx, rows)
    subscriptions.delete_start_subscriptions(tx, [each.id for each in latest.values()])
    subscriptions.insert_subscriptions(tx, starts)
    instance_jobs.delete_of_definitions(tx, [each.id for each in latest.values()], START_TIMER)
    instance_jobs.insert_jobs(tx, timers)
    if activate_at is not None:
        named = [{"definition_id": each.id} for each in new]
        insert_planned(ctx, tx, "resume-definition", activate_at, named)
    return Deployment(
        deployment.id, deployment.name, deployment.source, tenant_id, now, tuple(sorted(new, key=lambda d: d.key))
    )


def _nameless_starts(process: Process) -> list[Fault]:
    return [
        Fault(event.id, "the name that starts the process is an expression", "a fixed name")
        for event in process.root.start_events
        if isinstance(event.definition, MessageEvent | SignalEvent) and event_name(event.definition) is None
    ]


def _time_to_live(ctx: Context, process: Process) -> int | None:
    """Camunda 7: what the settings say goes into definitions that say nothing themselves."""
    days = process.history_time_to_live_days
    return ctx.settings.history_time_to_live if days is None else days


def _kept_for_ever(ctx: Context, process: Process) -> list[Fault]:
    if not ctx.settings.enforce_history_time_to_live or _time_to_live(ctx, process) is not None:
        return []
    return [
        Fault(
            process.id,
            "ENGINE-12018 History Time To Live (TTL) cannot be null",
            "camunda:historyTimeToLive on the process, or the setting history_time_to_live",
        )
    ]


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()
