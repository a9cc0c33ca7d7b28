"""Single instances and lists of them changed through the facade; what one caller is told, what a list says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.commands.models import LISTENING, ONE_TASK
from tests.integrity import check_every_row

import shoal
from shoal.commands.outcome import NOT_FOUND, NOT_RUNNING, STILL_RUNNING
from shoal.engine import Engine
from shoal.errors import ConflictError, ExecutionError, InputError, NotFoundError, VariableTypeError
from shoal.kernel.migration import MigrationInstruction, MigrationPlan, PlanRejectedError

UNKNOWN = "00000000-0000-7000-8000-000000000000"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("changes")
    blobs = (folder / "blobs").as_uri()
    with shoal.open_engine(f"sqlite:///{folder / 'shoal.db'}", blob_url=blobs) as opened:
        opened.definitions.deploy(contents={"one.bpmn": ONE_TASK, "listening.bpmn": LISTENING})
        yield opened
        check_every_row(opened._context.database)


def _definition(engine: Engine, key: str = "one") -> str:
    return engine.definitions.list(key=key)[0].id


def test_one_instance_and_what_its_caller_is_told(engine: Engine) -> None:
    instances = engine.instances
    one = instances.start("one")
    instances.suspend(one)
    instances.suspend(one)
    assert instances.get(one).suspended
    instances.resume(one)
    instances.resume(one)
    instances.set_variables(one, {"n": 1})
    assert instances.variables(one) == {"n": 1}
    with pytest.raises(ConflictError, match="has not ended"):
        instances.delete_history(one)
    with pytest.raises(VariableTypeError):
        instances.set_variables(one, {"n": object()})
    instances.cancel(one, "not needed")
    assert instances.get(one).state == "cancelled"
    for act in (instances.suspend, instances.resume, instances.cancel):
        with pytest.raises(ConflictError, match="has ended"):
            act(one)
    with pytest.raises(ConflictError, match="has ended"):
        instances.set_variables(one, {"n": 2})
    instances.delete_history(one)
    for act in (instances.suspend, instances.resume, instances.cancel, instances.delete_history):
        for unknown in (one, UNKNOWN, "no id"):
            with pytest.raises(NotFoundError):
                act(unknown)


def test_lists_say_what_became_of_each(engine: Engine) -> None:
    instances = engine.instances
    first, second, ended = instances.start_many("one", 3)
    instances.cancel(ended)
    gone = {ended: NOT_RUNNING, UNKNOWN: NOT_FOUND}
    ids = [first, second, ended, UNKNOWN, first]
    for outcome in (
        instances.suspend_many(ids),
        instances.resume_many(ids),
        instances.set_variables_many(ids, {"n": 1}),
        instances.cancel_many([second, ended, UNKNOWN], "not needed"),
    ):
        assert outcome.skipped == gone
        assert set(outcome.succeeded) in ({first, second}, {second})
        assert not outcome.put_back
    outcome = instances.delete_history_many(ids)
    assert outcome.skipped == {first: STILL_RUNNING, UNKNOWN: NOT_FOUND}
    assert set(outcome.succeeded) == {second, ended}


def test_an_error_of_a_listener_reaches_the_caller(engine: Engine) -> None:
    engine.register("code", lambda _execution: 1 / 0)
    one, other = engine.instances.start_many("listening", 2)
    with pytest.raises(ExecutionError, match="division by zero"):
        engine.instances.cancel(one)
    failed = engine.instances.cancel_many([one, other]).failed
    assert set(failed) == {one, other}
    assert failed[one].error is None
    engine.instances.cancel(one, skip_custom_listeners=True, skip_io_mappings=True)
    assert engine.instances.get(one).state == "cancelled"


def test_modification_and_restart(engine: Engine) -> None:
    instances = engine.instances
    one = instances.start("one", business_key="b", variables={"n": 1})
    instances.modify(one).start_before("task", {"n": 2}, local_variables={"own": 1}).execute(annotation="again")
    assert len(engine.tasks.find(open=True, instance_id=one)) == 2
    with pytest.raises(InputError) as raised:
        instances.modify(one).cancel_all("task").start_after("no").execute()
    assert raised.value.details["field"] == "instructions[1].activity_id"
    instances.modify(one).start_transition("f1").cancel_all("task", only_current=True).execute()
    assert len(engine.tasks.find(open=True, instance_id=one)) == 1
    instances.modify(one).cancel_activity_instance(one).execute()
    assert instances.get(one).state == "cancelled"
    restart = instances.restart(_definition(engine)).start_before("task")
    new = restart.execute_one(one, started_by="mary")
    assert instances.variables(new) == {"n": 2}
    outcome, started = restart.execute([one, new, UNKNOWN], initial_variables=True, without_business_key=True)
    assert outcome.succeeded == [one] == list(started)
    assert (set(outcome.failed), set(outcome.skipped)) == ({new}, {UNKNOWN})
    assert instances.variables(started[one]) == {"n": 1}
    engine.tasks.complete(engine.tasks.find(open=True, instance_id=started[one])[0].id)
    assert instances.get(started[one]).state == "completed"


def test_migration(engine: Engine, tmp_path: Path) -> None:
    source = _definition(engine)
    ids = engine.instances.start_many("one", 2)
    (tmp_path / "one.bpmn").write_bytes(ONE_TASK.replace(b'name="Task"', b'name="Work"'))
    target = engine.definitions.deploy(tmp_path / "one.bpmn").definitions[0].id
    plan = engine.migration.generate(source, target, variables={"moved": True})
    assert not engine.migration.validate(plan).has_failures
    engine.migration.execute_one(plan, ids[0])
    outcome = engine.migration.execute(plan, [*ids, UNKNOWN])
    assert (outcome.succeeded, set(outcome.failed), set(outcome.skipped)) == ([ids[1]], {ids[0]}, {UNKNOWN})
    for each in ids:
        assert engine.instances.get(each).definition_id == target
        assert engine.instances.variables(each) == {"moved": True}
        engine.tasks.complete(engine.tasks.find(open=True, instance_id=each)[0].id)
        assert engine.instances.get(each).state == "completed"
    wrong = MigrationPlan(source, target, (MigrationInstruction("task", "nothing"),))
    assert engine.migration.validate(wrong).has_failures
    with pytest.raises(PlanRejectedError):
        engine.migration.execute(wrong, ids)
