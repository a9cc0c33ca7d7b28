"""What a user may do: roles, grants and revokes together, in Camunda 7's order."""

from __future__ import annotations

import pytest

from shoal.errors import ForbiddenError
from shoal.people.permissions import PERMITTED, Need, Permission, Role
from shoal.people.principal import Principal, Rule, RuleKind
from shoal.people.resources import Resource

READ = Need(Resource.PROCESS_INSTANCE, "READ")


def rule(kind: RuleKind, *names: str, by_group: bool = False, resource_id: str = "*") -> Rule:
    return Rule(kind, by_group, Resource.PROCESS_INSTANCE, resource_id, frozenset(names))


GRANT, REVOKE, GLOBAL = RuleKind.GRANT, RuleKind.REVOKE, RuleKind.GLOBAL


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ((), False),
        ((rule(GRANT, "READ"),), True),
        ((rule(GRANT, "ALL"),), True),
        ((rule(GRANT, "UPDATE"),), False),
        ((rule(GLOBAL, "READ"),), True),
        ((rule(GRANT, "READ", by_group=True),), True),
        ((rule(GRANT, "READ"), rule(REVOKE, "READ")), False),
        ((rule(GLOBAL, "READ"), rule(REVOKE, "READ")), False),
        ((rule(GLOBAL, "READ"), rule(REVOKE, "READ", by_group=True)), False),
        ((rule(GRANT, "READ"), rule(REVOKE, "READ", by_group=True)), True),
        ((rule(GRANT, "READ", resource_id="one"),), False),
    ],
    ids=[
        "nothing",
        "granted",
        "all-granted",
        "another-granted",
        "global",
        "by-group",
        "revoke-before-grant",
        "revoke-before-global",
        "revoke-of-group-before-global",
        "user-before-group",
        "grant-of-a-single-one",
    ],
)
def test_users_before_groups_before_everybody_and_revokes_before_grants(
    rules: tuple[Rule, ...], expected: bool
) -> None:
    who = Principal("mary", rules=rules)
    assert who.may(Permission.READ_INSTANCES) is expected
    assert who.has(READ) is expected


def test_a_grant_on_a_single_resource_is_answered_for_it_alone() -> None:
    who = Principal("mary", rules=(rule(GRANT, "READ", resource_id="one"),))
    assert who.has(READ, "one")
    assert not who.has(READ, "two")
    assert not who.may(Permission.READ_INSTANCES)


def test_a_revoke_takes_one_way_away_and_leaves_the_others() -> None:
    """Camunda 7: whoever has READ_INSTANCE on definitions reads instances all the same."""
    who = Principal("mary", roles=frozenset({Role.VIEWER}), rules=(rule(REVOKE, "READ"),))
    assert not who.has(READ)
    assert who.may(Permission.READ_INSTANCES)
    both = (*who.rules, Rule(REVOKE, False, Resource.PROCESS_DEFINITION, "*", frozenset({"READ_INSTANCE"})))
    assert not Principal("mary", roles=who.roles, rules=both).may(Permission.READ_INSTANCES)


def test_admins_may_everything_whatever_is_revoked() -> None:
    root = Principal("root", tenants=None, roles=frozenset({Role.ADMIN}), rules=(rule(REVOKE, "ALL"),))
    assert all(root.may(each) for each in Permission)
    assert root.has(READ)


def test_who_is_nobody_may_only_what_asks_for_nothing() -> None:
    nobody = Principal("nobody")
    assert [each for each in Permission if nobody.may(each)] == [Permission.ANYBODY]


def test_what_is_missing_is_said() -> None:
    with pytest.raises(ForbiddenError) as refused:
        Principal("mary").require(Permission.READ_INSTANCES)
    assert "'READ' permission on resource 'ProcessInstance'" in refused.value.message
    assert refused.value.details == {
        "user_id": "mary",
        "missing_authorizations": [
            {"permissionName": "READ", "resourceName": "ProcessInstance", "resourceId": None},
            {"permissionName": "READ_INSTANCE", "resourceName": "ProcessDefinition", "resourceId": None},
        ],
    }


def test_every_way_of_a_permission_is_one_of_camundas() -> None:
    for permission in Permission:
        for way in permission.ways:
            assert way.name in way.resource.permissions, permission


def test_every_permission_but_those_of_people_belongs_to_a_role_below_admin() -> None:
    given = frozenset().union(*(PERMITTED[role] for role in Role if role is not Role.ADMIN))
    words = ("USERS", "GROUPS", "MEMBERS", "TENANTS", "AUTHORIZATIONS", "AUDIT", "ADMINISTER", "ANYBODY")
    assert [each.name for each in Permission if each not in given and not each.name.endswith(words)] == []
