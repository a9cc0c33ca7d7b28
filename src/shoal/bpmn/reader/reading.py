"""Reads a whole file: the executable processes in it, or all of its faults at once."""

from __future__ import annotations

from dataclasses import dataclass

from shoal.bpmn.process import Definitions, Process
from shoal.bpmn.reader.access import attribute, children, flag, line_of
from shoal.bpmn.reader.catalog import read_catalog
from shoal.bpmn.reader.document import DEFAULT_MAX_BYTES, parse_document
from shoal.bpmn.reader.findings import Findings, Owner
from shoal.bpmn.reader.outline import read_id
from shoal.bpmn.reader.processes import read_process
from shoal.errors import Fault, ModelRejectedError
from shoal.expressions.scripts.javascript import MEMORY_LIMIT_BYTES, TIME_LIMIT_SECONDS


@dataclass(frozen=True, slots=True)
class ReadResult:
    """A model that can be deployed as far as the reader knows.

    ``warnings`` are oddities that Camunda 7 deploys as well; they have the shape of faults.
    """

    definitions: Definitions
    warnings: tuple[Fault, ...] = ()


def read_definitions(
    content: bytes,
    resource: str,
    *,
    python_scripts: bool = False,
    script_seconds: float = TIME_LIMIT_SECONDS,
    script_bytes: int = MEMORY_LIMIT_BYTES,
    max_bytes: int = DEFAULT_MAX_BYTES,
) -> ReadResult:
    """Reads a BPMN 2.0 file with Camunda 7's extensions.

    Camunda 7: only processes with ``isExecutable="true"`` become definitions; the rest of the file is
    not looked at. ``resource`` is the name of the file in messages. ``python_scripts`` allows scripts in
    Python; ``script_seconds`` and ``script_bytes`` limit one run of a script in JavaScript. Raises
    ModelRejectedError with every fault of the file.
    """
    root = parse_document(content, resource, max_bytes)
    executable = [each for each in children(root, "process") if flag(each, "isExecutable")]
    if not executable:
        fault = Fault(None, "no executable process", "set isExecutable to true on a process")
        raise ModelRejectedError(resource, [fault])
    findings = Findings(python_scripts, script_seconds, script_bytes)
    catalog = read_catalog(root, findings)
    namespace = attribute(root, "targetNamespace")
    seen = {
        *catalog.messages,
        *catalog.signals,
        *catalog.errors,
        *catalog.escalations,
    }
    for element in children(root, "process"):
        if attribute(element, "isExecutable") is None:
            owner = Owner(attribute(element, "id"), line_of(element))
            findings.warn(owner, "isExecutable is missing: the process is not deployed", "true")
    processes: list[Process] = []
    for element in executable:
        process_id = read_id(element, "process", seen, findings)
        if process_id is not None:
            processes.append(read_process(element, process_id, namespace, catalog, seen, findings))
    if findings.faults:
        raise ModelRejectedError(resource, findings.sorted_faults())
    definitions = Definitions(tuple(processes), namespace, attribute(root, "exporter"))
    return ReadResult(definitions, tuple(dict.fromkeys(findings.warnings)))
