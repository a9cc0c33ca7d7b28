"""Conditions of sequence flows and of conditional events: an expression or a script."""

from __future__ import annotations

from shoal.bpmn.reader.access import XSI_TYPE, XmlElement, attribute, engine_attribute, text
from shoal.bpmn.reader.code import refuse_resource, script_code
from shoal.bpmn.reader.findings import Findings, Owner
from shoal.bpmn.reader.vocabulary import check_vocabulary
from shoal.expressions import Expression, Script


def read_condition(
    element: XmlElement, owner: Owner, findings: Findings, where: str
) -> tuple[Expression | None, Script | None]:
    """The expression or the script; neither (and a fault) if it is wrong.

    Camunda 7: without a language it is JUEL, with a language it is a script.
    """
    owner = owner.at(element)
    check_vocabulary(element, owner, findings)
    kind = element.get(XSI_TYPE)
    if kind is not None and str(kind).rpartition(":")[2] != "tFormalExpression":
        findings.fault(owner, f"{where} has the type '{kind}'", "tFormalExpression")
    if engine_attribute(element, "resource") is not None:
        refuse_resource(owner, findings)
        return None, None
    content = text(element)
    language = attribute(element, "language")
    if language:
        code = script_code(language, content, owner, findings, where)
        return None, None if code is None else code.script
    if not content:
        findings.fault(owner, f"{where} is empty", "an expression such as ${amount > 100}")
        return None, None
    expression = findings.expression(owner, content, where)
    if expression.is_literal and expression.text:
        findings.fault(
            owner,
            f"{where} '{content[:200]}' is plain text, so it is neither true nor false",
            "an expression such as ${amount > 100}",
        )
    return expression, None
