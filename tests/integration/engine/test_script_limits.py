"""The limits of scripts come from the settings."""

from __future__ import annotations

from typing import Any

import pytest

import shoal
from shoal.errors import ExecutionError

MODEL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="tests">
  <process id="p" isExecutable="true">
    <startEvent id="s"/><sequenceFlow id="a" sourceRef="s" targetRef="t"/>
    <scriptTask id="t" scriptFormat="javascript"><script>{}</script></scriptTask>
  </process>
</definitions>"""


@pytest.mark.parametrize(
    ("settings", "script", "said"),
    [
        ({"script_timeout_seconds": 0.05}, "for (;;) {}", r"stopped after 0\.05 seconds"),
        ({"script_memory_bytes": 2**21}, "for (var a = [];;) a.push('x' + a.length)", "more memory than 2048 KiB"),
    ],
)
def test_a_script_is_stopped_where_the_settings_say(settings: dict[str, Any], script: str, said: str) -> None:
    with shoal.open_engine("sqlite://", **settings) as engine:
        engine.definitions.deploy(contents={"p.bpmn": MODEL.format(script).encode()})
        with pytest.raises(ExecutionError, match=said) as failed:
            engine.instances.start("p")
    assert failed.value.element_id == "t"
