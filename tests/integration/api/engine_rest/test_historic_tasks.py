"""``/history/task``: tasks, open and ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from shoal.engine import Engine


def test_tasks_are_found_when_they_have_ended(
    rest: httpx.Client, engine: Engine, deploy: Callable[..., str]
) -> None:
    definition_id = deploy("kept")
    done, waiting = engine.instances.start("kept", business_key="K-1"), engine.instances.start("kept")
    [task] = engine.tasks.find(instance_id=done)
    engine.tasks.claim(task.id, "ann")
    engine.tasks.complete(task.id)

    def listed(**params: str) -> list[str]:
        asked = {"processDefinitionId": definition_id, **params}
        found = [each["processInstanceId"] for each in rest.get("/history/task", params=asked).json()]
        assert rest.get("/history/task/count", params=asked).json() == {"count": len(found)}
        assert rest.post("/history/task/count", json=asked).json() == {"count": len(found)}
        return found

    assert listed(sortBy="endTime", sortOrder="desc") == [done, waiting]
    assert listed(finished="true") == [done]
    assert listed(unfinished="true") == [waiting]
    assert listed(finished="true", unfinished="true") == []
    assert listed(taskAssignee="ann") == [done]
    assert listed(taskDeleteReasonLike="compl%") == [done]
    assert listed(processInstanceBusinessKey="K-1") == [done]
    assert listed(finishedBefore="2001-01-01T00:00:00.000+0000") == []
    assert listed(taskName="none") == []
    [shown] = rest.get("/history/task", params={"taskId": task.id}).json()
    found: dict[str, Any] = {
        name: shown[name] for name in ("deleteReason", "taskState", "assignee", "taskDefinitionKey")
    }
    assert found == {
        "deleteReason": "completed",
        "taskState": "Completed",
        "assignee": "ann",
        "taskDefinitionKey": "check",
    }
    assert shown["duration"] >= 0
    assert shown["rootProcessInstanceId"] == done
