"""Users, groups and tenants in Java's way: kept when they are new, changed when they were found or saved before."""

from __future__ import annotations

import pytest

from shoal.camunda import ProcessEngine
from shoal.errors import ConflictError, InputError, NotFoundError


def test_users_are_kept_and_changed(camunda: ProcessEngine) -> None:
    service = camunda.identity_service
    user = service.new_user("ines")
    user.first_name, user.password = "Ines", "a long enough one"
    service.save_user(user)
    user.last_name = "Maar"
    service.save_user(user)
    found = service.create_user_query().user_id("ines").single_result()
    assert found is not None
    assert (found.first_name, found.last_name, found.password) == ("Ines", "Maar", None)
    found.email = "ines@example.org"
    service.save_user(found)
    assert service.check_password("ines", "a long enough one")
    found.password = "another long one"
    service.save_user(found)
    assert service.check_password("ines", "another long one")
    (again,) = service.create_user_query().user_id("ines").list()
    assert (again.email, again.last_name) == ("ines@example.org", "Maar")
    with pytest.raises(ConflictError):
        service.save_user(service.new_user("ines"))


def test_a_password_that_cannot_be_changes_nothing(camunda: ProcessEngine) -> None:
    service = camunda.identity_service
    service.save_user(service.new_user("kurt"))
    (kurt,) = service.create_user_query().user_id("kurt").list()
    kurt.first_name, kurt.password = "Kurt", ""
    with pytest.raises(InputError):
        service.save_user(kurt)
    assert service.create_user_query().user_id("kurt").list()[0].first_name is None
    service.delete_user("kurt")
    kurt.password = None
    with pytest.raises(NotFoundError):
        service.save_user(kurt)


def test_groups_and_tenants_are_kept_and_changed(camunda: ProcessEngine) -> None:
    service = camunda.identity_service
    group = service.new_group("carpenters")
    group.type = "WORKFLOW"
    service.save_group(group)
    (found,) = service.create_group_query().group_id("carpenters").list()
    assert (found.name, found.type) == (None, "WORKFLOW")
    found.name = "Carpenters"
    service.save_group(found)
    assert service.create_group_query().group_name("Carpenters").list_ids() == ["carpenters"]
    with pytest.raises(ConflictError):
        service.save_group(service.new_group("carpenters"))
    service.save_tenant(service.new_tenant("north"))
    (tenant,) = service.create_tenant_query().tenant_id("north").list()
    tenant.name = "The north"
    service.save_tenant(tenant)
    assert [each.name for each in service.create_tenant_query().tenant_id("north").list()] == ["The north"]
