"""Which files of a deployment are process models; the others are kept beside them (forms, scripts, pictures)."""

from __future__ import annotations

from shoal.errors import Fault

_MODELS = (".bpmn", ".bpmn20.xml", ".xml")
_NAMESPACE = b"http://www.omg.org/spec/BPMN/20100524/MODEL"
_REFUSED = {
    ".dmn": "decisions are not executed",
    ".dmn11.xml": "decisions are not executed",
    ".cmmn": "cases are not executed",
    ".cmmn10.xml": "cases are not executed",
    ".cmmn11.xml": "cases are not executed",
}
_SEARCHED = 4096
"""Bytes at the beginning of a file in which the namespace is looked for."""


def is_model(name: str, content: bytes) -> bool:
    """Whether a file is a process model: by its name, else by the namespace that it begins with.

    Camunda 7 looks at the name only; clients that send a stream without a name lose their model there.

    >>> is_model("order.bpmn", b""), is_model("form.html", b"<form/>")
    (True, False)
    """
    return name.lower().endswith(_MODELS) or _NAMESPACE in content[:_SEARCHED]


def refused(name: str) -> Fault | None:
    """What is wrong with a file that another engine would execute and this one cannot."""
    for suffix, what in _REFUSED.items():
        if name.lower().endswith(suffix):
            return Fault(None, f"{name}: {what}", "process models, and files that are kept beside them")
    return None


def diagram_of(resource: str, key: str, names: frozenset[str]) -> str | None:
    """The picture that was deployed beside a model, if there is one.

    Camunda 7: ``order.bpmn`` has ``order.<key>.png`` or ``order.png``; also svg, jpg and gif.

    >>> diagram_of("order.bpmn", "order", frozenset({"order.bpmn", "order.svg"}))
    'order.svg'
    """
    lower = resource.lower()
    stem = next((resource[: -len(end)] for end in (".bpmn20.xml", ".bpmn") if lower.endswith(end)), resource)
    for suffix in ("png", "jpg", "gif", "svg"):
        for candidate in (f"{stem}.{key}.{suffix}", f"{stem}.{suffix}"):
            if candidate in names:
                return candidate
    return None
