"""Operations are found by their files; two of one name, or one that lacks a part, are refused."""

from __future__ import annotations

import pytest

from shoal.batch.operations.resume_instances import ResumeInstances
from shoal.batch.operations.suspend_instances import SuspendInstances
from shoal.batch.registry import all_operations, find_operation, registered
from shoal.errors import NotFoundError


def test_all_operations_are_found() -> None:
    assert "suspend-instances" in all_operations()
    assert list(all_operations()) == sorted(all_operations())


@pytest.mark.parametrize("name", sorted(all_operations()))
def test_the_docstring_has_its_four_parts(name: str) -> None:
    text = type(find_operation(name)).__doc__ or ""
    parts = [" ".join(part.split()) for part in text.strip().split("\n\n")]
    assert len(parts) == 4
    assert parts[0]
    assert parts[1].startswith("Skips ")
    assert parts[2].startswith("Needs ")
    assert parts[3].startswith("Records ")


def test_two_of_one_name_are_refused() -> None:
    class Twin(ResumeInstances):
        name = SuspendInstances.name

    with pytest.raises(TypeError, match="both called 'suspend-instances'"):
        registered([SuspendInstances, Twin])


def test_a_missing_part_is_named() -> None:
    bare = type("Bare", (), {"name": "bare"})
    with pytest.raises(TypeError, match="does not say its camunda_type"):
        registered([bare])  # type: ignore[list-item]


def test_an_unknown_operation_names_those_that_exist() -> None:
    with pytest.raises(NotFoundError, match="suspend-instances"):
        find_operation("suspend")
