"""Migration: running process instances go on by another definition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shoal.commands.context import Context
from shoal.commands.migrate_instances import migrate_all, migrate_instance, migrate_together
from shoal.commands.migration_plans import generate_migration, open_migration, validate_migration
from shoal.commands.outcome import ChunkOutcome
from shoal.engine import log_words
from shoal.engine.access import allowed
from shoal.engine.variables import typed
from shoal.kernel.migration import MigrationPlan, MigrationPlanReport
from shoal.people.permissions import Permission


class Migration:
    """``engine.migration``. Plans can be written by hand, too: :class:`shoal.kernel.migration.MigrationPlan`."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @allowed(Permission.READ_DEFINITIONS)
    def generate(
        self,
        source_definition_id: str,
        target_definition_id: str,
        *,
        update_event_triggers: bool = False,
        variables: Mapping[str, Any] | None = None,
    ) -> MigrationPlan:
        """A plan that maps the activities that are equal in both definitions.

        ``update_event_triggers``: events take due date and name over from the target. ``variables`` are set on
        the process instances afterwards. NotFoundError: a definition does not exist. InputError: they belong to
        different tenants.
        """
        return generate_migration(
            self._context,
            source_definition_id,
            target_definition_id,
            update_event_triggers=update_event_triggers,
            variables=typed(variables),
        )

    @allowed(Permission.READ_DEFINITIONS)
    def validate(self, plan: MigrationPlan) -> MigrationPlanReport:
        """Everything that is wrong with a plan: ``report.has_failures``, ``report.instruction_reports``."""
        return validate_migration(self._context, plan)

    @allowed(Permission.MIGRATE_INSTANCES, log_words.MIGRATE)
    def execute_together(
        self,
        plan: MigrationPlan,
        instance_ids: Iterable[str],
        *,
        skip_custom_listeners: bool = False,
        skip_io_mappings: bool = False,
    ) -> None:
        """Migrate instances in one transaction, all or none.

        PlanRejectedError; for the first that cannot be migrated what ``execute_one`` raises.
        """
        migration = open_migration(
            self._context,
            plan,
            skip_custom_listeners=skip_custom_listeners,
            skip_io_mappings=skip_io_mappings,
        )
        migrate_together(self._context, list(instance_ids), migration)

    @allowed(Permission.MIGRATE_INSTANCES, log_words.MIGRATE)
    def execute(
        self,
        plan: MigrationPlan,
        instance_ids: Iterable[str],
        *,
        skip_custom_listeners: bool = False,
        skip_io_mappings: bool = False,
    ) -> ChunkOutcome:
        """Migrate instances, each by itself; what became of each.

        PlanRejectedError: the plan is wrong, and nothing was migrated.
        """
        migration = open_migration(
            self._context,
            plan,
            skip_custom_listeners=skip_custom_listeners,
            skip_io_mappings=skip_io_mappings,
        )
        return migrate_all(self._context, list(instance_ids), migration)

    @allowed(Permission.MIGRATE_INSTANCES, log_words.MIGRATE)
    def execute_one(
        self,
        plan: MigrationPlan,
        instance_id: str,
        *,
        skip_custom_listeners: bool = False,
        skip_io_mappings: bool = False,
    ) -> None:
        """Migrate one instance.

        NotFoundError: no such instance. ConflictError: it has ended, or is of another definition.
        MigrationRejectedError: the plan does not fit it; ``report`` says why. PlanRejectedError.
        """
        migration = open_migration(
            self._context,
            plan,
            skip_custom_listeners=skip_custom_listeners,
            skip_io_mappings=skip_io_mappings,
        )
        migrate_instance(self._context, instance_id, migration)
