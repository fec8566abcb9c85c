"""What there is of Azure Policy, as plain values: assignments, role assignments, states, remediations, planted faults.

`world` holds one `PolicyParts`; the modules that answer requests give it its meaning. Instants are ticks, seconds
nominal. Keys are ids in lower case.
"""

from dataclasses import asdict, dataclass, field, fields
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True)
class Verdict:
    """What the last evaluation said of one machine for one assignment."""

    vm_id: str
    is_compliant: bool
    at: int


@dataclass(slots=True)
class Deployment:
    """One machine of a remediation."""

    vm_id: str
    location: str
    created: int
    updated: int
    status: str = "Evaluating"  # then Running, and Succeeded, Failed or Canceled
    number: str = ""
    error: Json | None = None


@dataclass(slots=True)
class Remediation:
    id: str
    name: str
    asked: Json  # the properties that were sent
    created: int
    updated: int
    number: str
    created_by: str
    state: str = "Accepted"
    deployments: list[Deployment] = field(default_factory=list)


@dataclass(slots=True)
class PolicyFaults:
    """How Azure Policy misbehaves (control.py). Nothing at the start but what was recorded."""

    principal_seconds: float = 14.0  # recorded: so long a role assignment that names no principalType is refused
    typed_principal_seconds: float = 0.0  # documented: with principalType it is not
    fail_deployments: int = 0  # how many of the next deployments of remediations fail
    evaluation_seconds: float = 573.0  # recorded once

    def change(self, asked: Json) -> Json:
        """Set what is named, and give all. Raises ValueError."""
        known = {one.name for one in fields(self)}
        for name, value in asked.items():
            if name not in known or isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
                raise ValueError(f"{name} cannot be {value!r}; there are {', '.join(sorted(known))}, numbers from 0")
            setattr(self, name, value)
        return asdict(self)


@dataclass(slots=True)
class PolicyParts:
    definitions: dict[str, Json] = field(default_factory=dict)  # planted ones, by name
    assignments: dict[str, Json] = field(default_factory=dict)
    identities: dict[str, int] = field(default_factory=dict)  # principal id -> when it was made
    roles: dict[str, Json] = field(default_factory=dict)  # role assignments
    verdicts: dict[str, dict[str, Verdict]] = field(default_factory=dict)  # by assignment, by machine
    scans: dict[str, int] = field(default_factory=dict)  # evaluations that were asked for: number -> their end
    remediations: dict[str, Remediation] = field(default_factory=dict)
    faults: PolicyFaults = field(default_factory=PolicyFaults)
