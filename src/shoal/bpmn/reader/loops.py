"""Loops of activities: multi-instance and standard."""

from __future__ import annotations

import re

from shoal.bpmn.activities import MultiInstance, StandardLoop
from shoal.bpmn.reader.access import (
    XmlElement,
    attribute,
    child,
    engine_attribute,
    engine_flag,
    flag,
    text,
)
from shoal.bpmn.reader.extensions import read_retry_cycle
from shoal.bpmn.reader.site import Site
from shoal.bpmn.reader.vocabulary import check_vocabulary
from shoal.expressions import Expression

NOT_EXECUTED = ("loopDataOutputRef", "outputDataItem", "complexBehaviorDefinition")


def read_multi_instance(site: Site) -> MultiInstance | None:
    """multiInstanceLoopCharacteristics, if there are any."""
    element = child(site.element, "multiInstanceLoopCharacteristics")
    if element is None:
        return None
    owner, findings = site.owner.at(element), site.findings
    check_vocabulary(element, owner, findings)
    for name in NOT_EXECUTED:
        if child(element, name) is not None:
            findings.fault(owner, f"{name} of a multi-instance activity is not executed")
    if (attribute(element, "behavior") or "All") != "All":
        findings.fault(owner, "behavior of a multi-instance activity is not executed", "All")
    cardinality = _expression(element, "loopCardinality", site)
    if cardinality is not None and cardinality.is_literal and not cardinality.text.isdecimal():
        findings.fault(owner, f"loopCardinality '{cardinality.text}' is not a number", "a number or expression")
    collection = _expression(element, "loopDataInputRef", site)
    attribute_value = engine_attribute(element, "collection")
    if collection is None and attribute_value is not None and attribute_value.strip():
        collection = findings.expression(owner, attribute_value.strip(), "camunda:collection")
    item = child(element, "inputDataItem")
    variable = engine_attribute(element, "elementVariable")
    if item is not None:
        variable = attribute(item, "name") or variable
    if cardinality is None and collection is None:
        findings.fault(
            owner,
            "either loopCardinality or loopDataInputRef/camunda:collection must be set",
            "loopCardinality, loopDataInputRef, camunda:collection",
        )
    if collection is None and variable is not None:
        findings.fault(
            owner,
            "loopDataInputRef/camunda:collection must be set when using inputDataItem or camunda:elementVariable",
            "camunda:collection",
        )
    return MultiInstance(
        sequential=flag(element, "isSequential"),
        cardinality=cardinality,
        collection=collection,
        element_variable=variable or None,
        completion_condition=_expression(element, "completionCondition", site),
        async_before=engine_flag(element, "asyncBefore") or engine_flag(element, "async"),
        async_after=engine_flag(element, "asyncAfter"),
        exclusive=engine_flag(element, "exclusive", default=True),
        retry_cycle=read_retry_cycle(element, owner, findings),
    )


def read_standard_loop(site: Site) -> StandardLoop | None:
    """standardLoopCharacteristics, if there are any."""
    element = child(site.element, "standardLoopCharacteristics")
    if element is None:
        return None
    owner = site.owner.at(element)
    maximum = attribute(element, "loopMaximum")
    number = int(maximum) if maximum and re.fullmatch("[0-9]{1,9}", maximum) else None
    if maximum is not None and number is None:
        site.findings.fault(owner, f"loopMaximum '{maximum}' is not a number", "a number")
    condition = _expression(element, "loopCondition", site)
    if condition is None and number is None:
        site.findings.fault(
            owner,
            "standard loop without loopCondition and without loopMaximum never ends",
            "loopCondition, loopMaximum",
        )
    return StandardLoop(flag(element, "testBefore"), condition, number)


def _expression(parent: XmlElement, name: str, site: Site) -> Expression | None:
    element = child(parent, name)
    if element is None:
        return None
    content = text(element)
    if not content:
        site.findings.fault(site.owner.at(element), f"{name} is empty", "an expression")
        return None
    return site.findings.expression(site.owner.at(element), content, name)
