"""The step that makes a loaded instance one of another definition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shoal.commands.catalog import Deployed
from shoal.commands.context import Context
from shoal.commands.load import Loaded
from shoal.kernel.effects import Effects
from shoal.kernel.migration import MigrationPlan, migrate
from shoal.kernel.stimulus import Stimulus


@dataclass(frozen=True, slots=True)
class Migrate(Stimulus):
    """Migrate by a plan that has been validated. The first stimulus of an instance, if it is one of them."""

    source: Deployed
    target: Deployed
    plan: MigrationPlan
    skip_custom_listeners: bool = False
    skip_io_mappings: bool = False


def migrate_loaded(ctx: Context, loaded: Loaded, stimulus: Migrate, now: datetime) -> Effects:
    """Migrate the instance in memory; from then on it belongs to the target."""
    effects = migrate(
        stimulus.source.process,
        stimulus.target.process,
        stimulus.plan,
        loaded.snapshot,
        ctx.host,
        now,
        skip_custom_listeners=stimulus.skip_custom_listeners,
        skip_io_mappings=stimulus.skip_io_mappings,
    )
    loaded.deployed = stimulus.target
    return effects
