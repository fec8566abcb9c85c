"""What belongs to machines beside their disks, as plain values: boots, network cards, addresses, scripts, operations.

`world` holds one `Parts`; the modules that answer requests give it its meaning. Instants are ticks, seconds nominal.
"""

import re
from dataclasses import asdict, dataclass, field, fields
from typing import Any

Json = dict[str, Any]
LOCKABLE = ("vm", "network_interface", "public_ip", "disk")
AGENT_AFTER = 45.0
"""Seconds from a machine's creation until its agent reports. In the recording of 2024 it was 23 s."""


@dataclass(slots=True)
class Boot:
    """How a machine starts: it runs, and later its agent reports."""

    created: int
    runs_after: float | None = 0.0  # None: it never starts
    ready_after: float | None = 0.0  # from its creation; None: the agent never reports
    diagnostics: bool = True


@dataclass(slots=True)
class Plan:
    """What a restore will leave, as a test has planted it."""

    target: str = ""  # regular expression, looked for in the id of the new machine, or of the target group
    times: int | None = None
    hits: int = 0
    no_boot: bool = False
    agent_never: bool = False
    agent_seconds: float = AGENT_AFTER
    missing_luns: list[int] = field(default_factory=list)  # -1: the OS disk
    moved_luns: dict[str, int] = field(default_factory=dict)  # LUN of the point -> LUN it is attached at
    sizes: dict[str, int] = field(default_factory=dict)  # LUN of the point -> GiB
    public_ip: bool = False
    delete_option: str = "Detach"  # of everything the machine is made with
    locked: list[str] = field(default_factory=list)  # kinds of LOCKABLE: what is made of them gets a lock
    quota: bool = False  # the restore fails when it makes the machine
    leaves_card: bool = False  # beside `quota`: its card was made by then, and its address if `public_ip`
    diagnostics: bool = True

    def meets(self, target: str) -> bool:
        if self.times is not None and self.hits >= self.times:
            return False
        return not self.target or re.search(self.target, target, re.IGNORECASE) is not None


@dataclass(slots=True)
class Script:
    """How scripts end that match: the rules of tests, the first that matches counts."""

    vm: str = ""  # regular expression, looked for in the machine's id
    contains: str = ""
    parameters: Json = field(default_factory=dict)  # that must have been given, protected ones among them
    times: int | None = None
    hits: int = 0
    exit_code: int = 0
    output: str = ""
    error: str = ""
    seconds: float = 0.0

    def meets(self, vm_id: str, text: str, given: Json) -> bool:
        if self.times is not None and self.hits >= self.times:
            return False
        fits = not self.vm or re.search(self.vm, vm_id, re.IGNORECASE) is not None
        return fits and self.contains in text and self.parameters.items() <= given.items()


def planted(kind: type[Any], asked: Json) -> Any:
    """A Plan or a Script from its JSON (control.py). Raises ValueError with what is wrong."""
    known = {entry.name: entry for entry in fields(kind) if entry.name != "hits"}
    for name, value in asked.items():
        if name not in known:
            raise ValueError(f"no {name}; there are {', '.join(sorted(known))}")
        usual = asdict(kind())[name]
        if isinstance(usual, float) and type(value) in {int, float} and value >= 0:
            continue
        if name == "times" and (value is None or (type(value) is int and value > 0)):
            continue
        if type(value) is not type(usual):
            raise ValueError(f"{name} cannot be {value!r}")
    if not set(asked.get("locked", ())) <= set(LOCKABLE):
        raise ValueError(f"locked holds some of {', '.join(LOCKABLE)}")
    if asked.get("delete_option", "Detach") not in {"Detach", "Delete"}:
        raise ValueError("delete_option is Detach or Delete")
    for name in ("target", "vm"):
        try:
            re.compile(str(asked.get(name, "")))
        except re.error as error:
            raise ValueError(f"{name} is not a regular expression: {error}") from None
    return kind(**asked)


@dataclass(slots=True)
class Run:
    """A script that runs in a machine, or has run. Its secrets are not kept: what comes of it was decided before."""

    began: int
    starts: int | None  # None: never, the agent does not report
    ends: int
    state: str  # of its end: Succeeded, Failed, TimedOut
    exit_code: int
    output: str
    error: str


@dataclass(slots=True)
class RunCommand:
    """A managed run command: a resource below its machine."""

    name: str
    location: str
    properties: Json  # as it is shown
    run: Run
    provisioned: int  # Creating or Updating until then
    is_new: bool
    failed: bool = False  # its provisioning


@dataclass(slots=True)
class PartOperation:
    """What an asynchronous write of Compute or Network leaves behind."""

    provider: str  # Microsoft.Compute | Microsoft.Network
    started: int
    ends: int
    output: Json | None = None
    error: Json | None = None


@dataclass(slots=True)
class Parts:
    """By id in lower case, where nothing else is said."""

    boots: dict[str, Boot] = field(default_factory=dict)
    interfaces: dict[str, Json] = field(default_factory=dict)
    addresses: dict[str, Json] = field(default_factory=dict)
    snapshots: dict[str, Json] = field(default_factory=dict)
    security_groups: dict[str, Json] = field(default_factory=dict)
    route_tables: dict[str, Json] = field(default_factory=dict)
    gateways: dict[str, Json] = field(default_factory=dict)
    commands: dict[str, RunCommand] = field(default_factory=dict)
    busy_until: dict[str, int] = field(default_factory=dict)  # machines with an action run command
    deleting: dict[str, int] = field(default_factory=dict)  # until when
    delete_options: dict[str, str] = field(default_factory=dict)  # of disks, cards and addresses; others: Detach
    operations: dict[str, PartOperation] = field(default_factory=dict)  # by its own id
    plans: list[Plan] = field(default_factory=list)
    planned: dict[str, Plan] = field(default_factory=dict)  # by job id
    scripts: list[Script] = field(default_factory=list)
    created: dict[str, int] = field(default_factory=dict)  # cards and addresses
    restores: dict[str, Json] = field(default_factory=dict)  # by job id: what was asked, and what was made of it
    before: list[str] = field(default_factory=list)  # ids of everything, when the inventory was last marked
    meters: dict[str, tuple[float, int]] = field(default_factory=dict)  # requests left, and as of when
