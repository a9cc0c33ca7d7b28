"""Groups of users."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shoal.commands.context import Context
from shoal.engine.access import ADMIN, Logged, allowed
from shoal.engine.paging import MOST, check_page
from shoal.people import groups
from shoal.people.permissions import Permission
from shoal.people.texts import check_ids
from shoal.store.queries.groups import Group, count_groups, group_conditions, list_groups
from shoal.store.queries.ordering import Order
from shoal.validation import refuse_unknown

Rows = list[Group]

_CONDITIONS = ("ids", "name", "name_like", "kind", "user_id", "tenant_id")


class Groups:
    """``engine.groups``. Members of ``camunda-admin`` are admins."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @allowed(Permission.READ_GROUPS)
    def list(
        self,
        *,
        sort: str | Sequence[Order] = "id",
        descending: bool = False,
        offset: int = 0,
        limit: int = 100,
        **conditions: Any,
    ) -> Rows:
        """The groups that meet all conditions: ``list(user_id="mary")``."""
        check_page(limit, offset=offset)
        wanted = _parsed(conditions, "groups.list")
        with self._context.database.read() as tx:
            return list_groups(tx, wanted, sort=sort, descending=descending, offset=offset, limit=limit)

    @allowed(Permission.READ_GROUPS)
    def count(self, **conditions: Any) -> int:
        """How many groups meet all conditions."""
        wanted = _parsed(conditions, "groups.count")
        with self._context.database.read() as tx:
            return count_groups(tx, wanted)

    @allowed(Permission.READ_GROUPS)
    def get(self, group_id: str) -> Group:
        """One group. NotFoundError."""
        with self._context.database.read() as tx:
            return groups.existing_group(tx, group_id)

    @allowed(Permission.ANYBODY)
    def mine(self) -> tuple[Group, ...]:
        """The groups of who acts, by name."""
        user_id = self._context.user_id
        if user_id is None:
            return ()
        with self._context.database.read() as tx:
            return tuple(list_groups(tx, group_conditions(user_id=user_id), sort="name", limit=MOST))

    @allowed(Permission.CREATE_GROUPS, Logged("Create", "Group", ADMIN, {"groupId": lambda a: a["group_id"]}))
    def create(self, group_id: str, *, name: str | None = None, kind: str | None = None) -> None:
        """A new group. ConflictError: there is one of that id. InputError.

        >>> engine.users.create("anne", password="a long one")
        >>> engine.groups.create("sales", name="Sales")
        >>> engine.groups.add("sales", "anne")
        >>> [group.name for group in engine.groups.list(user_id="anne")]
        ['Sales']
        """
        groups.create_group(self._context, Group(group_id, name, kind))

    @allowed(Permission.UPDATE_GROUPS, Logged("Update", "Group", ADMIN, {"groupId": lambda a: a["group_id"]}))
    def change(self, group_id: str, *, name: str | None, kind: str | None) -> None:
        """Give a group another name and type. NotFoundError."""
        check_ids(group_id=group_id)
        groups.change_group(self._context, group_id, name=name, kind=kind)

    @allowed(Permission.DELETE_GROUPS, Logged("Delete", "Group", ADMIN, {"groupId": lambda a: a["group_id"]}))
    def delete(self, group_id: str) -> None:
        """Remove a group with everything that it was given. NotFoundError."""
        check_ids(group_id=group_id)
        groups.delete_group(self._context, group_id)

    @allowed(
        Permission.ADD_GROUP_MEMBERS,
        Logged(
            "Create",
            "Group membership",
            ADMIN,
            {"userId": lambda a: a["user_id"], "groupId": lambda a: a["group_id"]},
        ),
    )
    def add(self, group_id: str, user_id: str) -> None:
        """Let a user belong to a group. NotFoundError."""
        groups.add_to_group(self._context, group_id, user_id)

    @allowed(
        Permission.REMOVE_GROUP_MEMBERS,
        Logged(
            "Delete",
            "Group membership",
            ADMIN,
            {"userId": lambda a: a["user_id"], "groupId": lambda a: a["group_id"]},
        ),
    )
    def remove(self, group_id: str, user_id: str) -> None:
        """Let a user belong to a group no more. NotFoundError: no such group."""
        check_ids(user_id=user_id)
        groups.remove_from_group(self._context, group_id, user_id)


def _parsed(conditions: dict[str, Any], of: str) -> Any:
    refuse_unknown(conditions, _CONDITIONS, of)
    check_ids(**{name: conditions.get(name) for name in ("user_id", "tenant_id")})
    return group_conditions(**conditions)
