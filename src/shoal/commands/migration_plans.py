"""Migration plans: generated, validated, and made ready for chunks of instances."""

from __future__ import annotations

from collections.abc import Mapping

from shoal.commands.catalog import Deployed
from shoal.commands.context import Context
from shoal.commands.migrating import Migrate
from shoal.commands.set_variables import check_variables
from shoal.errors import InputError, NotFoundError
from shoal.ids import is_id
from shoal.kernel.migration import (
    MigrationPlan,
    MigrationPlanReport,
    PlanRejectedError,
    generate_plan,
    validate_plan,
)
from shoal.store.queries.definitions import find_definitions
from shoal.values import TypedValue


def generate_migration(
    ctx: Context,
    source_definition_id: str,
    target_definition_id: str,
    *,
    update_event_triggers: bool = False,
    variables: Mapping[str, TypedValue] | None = None,
) -> MigrationPlan:
    """A plan that maps equal activities. Raises what ``validate_migration`` raises.

    PlanRejectedError: a variable is transient.
    """
    source, target = _definitions(ctx, source_definition_id, target_definition_id)
    instructions = generate_plan(source.process, target.process, update_event_triggers)
    plan = MigrationPlan(source_definition_id, target_definition_id, instructions, dict(variables or {}))
    _accepted(source, target, plan)
    return plan


def validate_migration(ctx: Context, plan: MigrationPlan) -> MigrationPlanReport:
    """Everything that is wrong with a plan.

    NotFoundError: one of the definitions does not exist. InputError: they belong to different tenants.
    """
    source, target = _definitions(ctx, plan.source_definition_id, plan.target_definition_id)
    return validate_plan(source.process, target.process, plan)


def open_migration(
    ctx: Context, plan: MigrationPlan, *, skip_custom_listeners: bool = False, skip_io_mappings: bool = False
) -> Migrate:
    """Load both definitions and validate the plan, once for all the instances.

    Raises what ``validate_migration`` raises, PlanRejectedError, and VariableTypeError.
    """
    source, target = _definitions(ctx, plan.source_definition_id, plan.target_definition_id)
    _accepted(source, target, plan)
    return Migrate(source, target, plan, skip_custom_listeners, skip_io_mappings)


def _accepted(source: Deployed, target: Deployed, plan: MigrationPlan) -> None:
    report = validate_plan(source.process, target.process, plan)
    if report.has_failures:
        raise PlanRejectedError(report)
    check_variables(plan.variables)


def _definitions(ctx: Context, source_id: str, target_id: str) -> tuple[Deployed, Deployed]:
    sides = {"source": source_id, "target": target_id}
    with ctx.database.read() as tx:
        found = find_definitions(tx, [each for each in sides.values() if is_id(each)])
        for side, definition_id in sides.items():
            if definition_id not in found:
                raise NotFoundError(
                    f"{side} process definition with id '{definition_id}' does not exist",
                    field=f"{side}_definition_id",
                )
        models = ctx.catalog.get_many(tx, set(sides.values()))
    source, target = models[source_id], models[target_id]
    if None not in (source.tenant_id, target.tenant_id) and source.tenant_id != target.tenant_id:
        raise InputError(
            f"ENGINE-2309 Cannot migrate process instances between processes of different tenants "
            f"('{source.tenant_id}' != '{target.tenant_id}')",
            field="target_definition_id",
        )
    return source, target
