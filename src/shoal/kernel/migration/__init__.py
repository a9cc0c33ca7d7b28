"""Process instance migration: instances of one definition become instances of another, where they are.

Pure, like the whole kernel. ``generate_plan`` finds the instructions that go without saying, ``validate_plan``
looks at a plan and ``validate_instance`` at an instance, ``migrate`` does it. Camunda 7: process instance
migration.
"""

from __future__ import annotations

from shoal.kernel.migration.generate import generate_plan
from shoal.kernel.migration.migrate import migrate
from shoal.kernel.migration.plan import MigrationInstruction, MigrationPlan
from shoal.kernel.migration.reports import (
    ElementReport,
    InstructionReport,
    MigratingInstanceReport,
    MigrationPlanReport,
    MigrationRejectedError,
    PlanRejectedError,
)
from shoal.kernel.migration.validate_instance import validate_instance
from shoal.kernel.migration.validate_plan import validate_plan

__all__ = [
    "ElementReport",
    "InstructionReport",
    "MigratingInstanceReport",
    "MigrationInstruction",
    "MigrationPlan",
    "MigrationPlanReport",
    "MigrationRejectedError",
    "PlanRejectedError",
    "generate_plan",
    "migrate",
    "validate_instance",
    "validate_plan",
]
