"""``/migration``: plans generated, validated and carried out."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from fastapi import APIRouter

from shoal.api.access import User
from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError, prefixed
from shoal.api.engine_rest.routing import dialect_router
from shoal.api.engine_rest.views import Body, Variables, plain_values
from shoal.api.engine_rest.views.batch import BatchView
from shoal.api.engine_rest.views.migration import MigrationPlanView, PlanReportView, plan_report
from shoal.batch.operations.migrate_instances import MigrateParams
from shoal.camunda.queries.process_instance import ProcessInstanceQuery
from shoal.camunda.values import read_values
from shoal.engine import Engine
from shoal.errors import NotFoundError
from shoal.kernel.migration import MigrationInstruction, MigrationPlan


class InstructionBody(Body):
    """Instances of one activity become instances of another."""

    source_activity_ids: list[str] | None = None
    target_activity_ids: list[str] | None = None
    update_event_trigger: bool | None = None

    def native(self) -> MigrationInstruction:
        """CamundaError: more than one activity on a side."""
        source, target = (
            _only("source", self.source_activity_ids),
            _only("target", self.target_activity_ids),
        )
        return MigrationInstruction(source, target, bool(self.update_event_trigger))


class PlanBody(Body):
    """Camunda 7: MigrationPlanDto."""

    source_process_definition_id: str | None = None
    target_process_definition_id: str | None = None
    instructions: list[InstructionBody] | None = None
    variables: Variables = None

    def native(self) -> MigrationPlan:
        """The plan. CamundaError; VariableTypeError."""
        return MigrationPlan(
            *self.definitions(),
            tuple(each.native() for each in self.instructions or ()),
            read_values(plain_values(self.variables)),
        )

    def definitions(self) -> tuple[str, str]:
        """From which definition to which. CamundaError: one is not said."""
        source, target = self.source_process_definition_id, self.target_process_definition_id
        if source is None:
            raise CamundaError("Source process definition id cannot be null: sourceProcessDefinitionId is null")
        if target is None:
            raise CamundaError("Target process definition id cannot be null: targetProcessDefinitionId is null")
        return source, target


class GenerationBody(PlanBody):
    """Camunda 7: MigrationPlanGenerationDto."""

    update_event_triggers: bool | None = None


class ExecutionBody(Body):
    """Camunda 7: MigrationExecutionDto."""

    migration_plan: PlanBody | None = None
    process_instance_ids: list[str | None] | None = None
    process_instance_query: ProcessInstanceQuery | None = None
    skip_custom_listeners: bool | None = None
    skip_io_mappings: bool | None = None

    def plan(self) -> MigrationPlan:
        """The plan. CamundaError: there is none."""
        if self.migration_plan is None:
            raise CamundaError("Migration plan cannot be null: migration plan is null")
        return self.migration_plan.native()

    def ids(self) -> list[str]:
        """The ids that were given. CamundaError: one of them is null."""
        given = self.process_instance_ids or []
        ids = [each for each in given if each is not None]
        if len(ids) != len(given):
            raise _refused("Process instance ids cannot be null: Process instance ids contains null value")
        return ids


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/migration", "Migration")

    @routes.post("/generate")
    def generate_plan(body: GenerationBody, engine: Acting) -> MigrationPlanView:
        """Generate a plan that maps the activities that are equal in both definitions."""
        source, target = body.definitions()
        with _unknown_is_bad():
            plan = engine.migration.generate(
                source,
                target,
                update_event_triggers=bool(body.update_event_triggers),
                variables=read_values(plain_values(body.variables)),
            )
        return MigrationPlanView.of_plan(plan, with_variables=body.variables is not None)

    @routes.post("/validate")
    def validate_plan(body: PlanBody, engine: Acting) -> PlanReportView:
        """Say everything that is wrong with a plan."""
        plan = body.native()
        with _unknown_is_bad():
            report = engine.migration.validate(plan)
        return PlanReportView.model_validate(plan_report(report, plan.variables))

    @routes.post("/execute", status_code=204)
    def execute_plan(body: ExecutionBody, engine: Acting) -> None:
        """Migrate instances in one transaction, all or none."""
        plan, ids = body.plan(), body.ids()
        ids += _found(engine, body.process_instance_query)
        if not ids:
            raise _refused("Process instance ids cannot empty: process instance ids is empty")
        with _unknown_is_bad():
            engine.migration.execute_together(
                plan,
                ids,
                skip_custom_listeners=bool(body.skip_custom_listeners),
                skip_io_mappings=bool(body.skip_io_mappings),
            )

    @routes.post("/executeAsync")
    def execute_plan_as_batch(body: ExecutionBody, engine: Acting, user: User) -> BatchView:
        """Migrate instances as a batch."""
        plan, ids = body.plan(), body.ids()
        if not ids and body.process_instance_query is None:
            raise _refused("Process instance ids cannot empty: process instance ids is empty")
        params = MigrateParams.of(
            plan,
            skip_custom_listeners=bool(body.skip_custom_listeners),
            skip_io_mappings=bool(body.skip_io_mappings),
        )
        with _unknown_is_bad():
            batch = engine.batches.create(
                "migrate-instances",
                params,
                ids=ids,
                filter=None if body.process_instance_query is None else body.process_instance_query.filter(),
                created_by=user,
            )
        return BatchView.of(batch.view)

    return routes


def _found(engine: Engine, query: ProcessInstanceQuery | None) -> list[str]:
    if query is None:
        return []
    return [row.id for row in engine.instances.list(query.filter(), sort="id", limit=1_000_000)]


@contextlib.contextmanager
def _unknown_is_bad() -> Iterator[None]:
    """Camunda 7: a definition or an instance that does not exist is a bad request here."""
    try:
        with prefixed("", not_found=400):
            yield
    except CamundaError as error:
        if isinstance(error.__cause__, NotFoundError):
            text = error.message[:1].upper() + error.message[1:]
            raise CamundaError(text, kind=error.kind, code=error.problem_code) from error
        raise


def _only(side: str, ids: list[str] | None) -> str | None:
    if not ids:
        return None
    if len(ids) > 1:
        raise CamundaError(f"{side}ActivityIds: exactly one activity id is allowed, not {len(ids)}")
    return ids[0]


def _refused(message: str) -> CamundaError:
    return CamundaError(message, kind="BadUserRequestException", code=0)
