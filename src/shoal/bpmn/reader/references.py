"""References to other definitions: which version, tag and tenant of a process or decision is meant."""

from __future__ import annotations

from dataclasses import dataclass

from shoal.bpmn.reader.access import engine_attribute
from shoal.bpmn.reader.site import Site
from shoal.expressions import Expression

BINDINGS = ("latest", "deployment", "version", "versionTag")


@dataclass(frozen=True, slots=True)
class Reference:
    """How a called definition is looked up."""

    binding: str = "latest"
    version: Expression | None = None
    version_tag: Expression | None = None
    tenant_id: Expression | None = None


def read_binding(site: Site, prefix: str) -> Reference:
    """The attributes ``camunda:<prefix>Binding``, ``Version``, ``VersionTag`` and ``TenantId``."""
    binding = engine_attribute(site.element, f"{prefix}Binding") or "latest"
    site.findings.one_of(site.owner, binding, BINDINGS, f"camunda:{prefix}Binding")
    reference = Reference(
        binding=binding,
        version=site.expression(f"{prefix}Version"),
        version_tag=site.expression(f"{prefix}VersionTag"),
        tenant_id=site.expression(f"{prefix}TenantId"),
    )
    for name, value in (("version", reference.version), ("versionTag", reference.version_tag)):
        if binding == name and value is None:
            missing = f"camunda:{prefix}{name[0].upper()}{name[1:]}"
            site.fault(
                f"missing attribute '{missing}' when 'camunda:{prefix}Binding' has value '{name}'",
                missing,
            )
    return reference
