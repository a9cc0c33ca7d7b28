"""The page of permissions: who has which, what asks for which, and how the log calls it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from docs.generation.markdown import code, page, table

from shoal.batch.registry import all_operations
from shoal.engine import Engine, open_engine
from shoal.engine.access import Access, Logged, access_of
from shoal.people.permissions import PERMITTED, Permission, Role


def content() -> str:
    """Roles, permissions, methods."""
    with open_engine("sqlite://") as engine:
        methods = list(_methods(engine))
    return page(
        "Permissions",
        "Whoever acts through `engine.acting_as(...)`, and every user over HTTP, needs the permission of what they "
        "ask for. It is met by a role, or by a grant of Camunda 7 on all resources of a kind (resource id `*`) in "
        "one of the ways named here. The credentials of the settings, and whoever opened the engine, need none.",
        "## Who has what",
        table(
            ("Permission", "Camunda 7: one of", *(code(role) for role in Role)),
            [
                (
                    code(each.name),
                    ", ".join(f"{way.name} on {way.resource.title}" for way in each.ways) or "nothing",
                    *("yes" if each in PERMITTED[role] or not each.ways else "" for role in Role),
                )
                for each in Permission
            ],
        ),
        "## Batches",
        "To create a batch, CREATE on Batch suffices for every operation; the other permission for its own only.",
        table(
            ("Operation", "Permission on Batch"),
            [(code(each.name), code(each.permission.value)) for each in all_operations().values()],
        ),
        "## What asks for what",
        "`Log`: operation and entity type of the entry in the log of operations; without one, nothing is logged.",
        table(
            ("Method of the engine", "Permission", "Log"),
            [(code(name), code(access.permission.name), _log(access)) for name, access in methods],
        ),
    )


def _log(access: Access) -> str:
    match access.logged:
        case None:
            return ""
        case Logged(operation=operation, entity=entity):
            return f"{operation}, {entity}"
        case _:
            return "by its arguments"


def _methods(engine: Engine) -> Iterator[tuple[str, Access]]:
    for facade, value in vars(engine).items():
        if not hasattr(value, "_context"):
            continue
        for name in dir(type(value)):
            access = access_of(inspect.getattr_static(type(value), name))
            if access is not None:
                yield f"{facade}.{name}", access
