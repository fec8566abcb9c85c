"""The JSON of a daily report as it is stored and answered. Pure.

Times are RFC 3339 in UTC. Null means not known, never "none".
"""

from typing import Any, NotRequired, TypedDict


class VmJson(TypedDict):
    id: str
    name: str
    resource_group: str
    subscription_id: str


class RunJson(TypedDict):
    """A further run of an item on the same day (hourly policies)."""

    due_at: str | None
    outcome: str | None
    reason: str | None
    job: str | None
    late: bool | None


class ConsistencyJson(TypedDict):
    expected: str | None
    last: str | None
    met: bool | None


class ItemJson(TypedDict):
    protected_item_id: str
    vm: VmJson
    vault_id: str
    policy_id: str | None
    """At the end of the day."""
    gone_at: str | None
    """When its row was deleted here, on this day; None = it was there at the end of it."""
    due_at: str | None
    outcome: str | None
    reason: str | None
    job: str | None
    late: bool | None
    """It began after its grace; None where no backup answers a run."""
    cause: str | None
    """The title of the failure, or of the first warning."""
    consistency: ConsistencyJson | None
    oldest_point_at: str | None
    newest_point_at: str | None
    other_runs: list[RunJson]


class TotalsJson(TypedDict):
    """Of runs, but `items`, `not_due` and `uncounted`, which count items. `late`: of those that have a backup.

    done + done_with_warnings + failed + missed + running + unknown = expected + unplanned.
    """

    items: int
    expected: int
    unplanned: int
    done: int
    done_with_warnings: int
    failed: int
    missed: int
    running: int
    unknown: int
    late: int
    not_due: int
    uncounted: int


class CauseJson(TypedDict):
    azure_code: str | None
    code: str
    title: str
    remedy: str
    count: int
    vms: list[str]
    """The names of the first few."""


class ThingJson(TypedDict):
    path: str
    name: str


class FewJson(TypedDict):
    """`count` things, of which `things` names the first 100."""

    count: int
    things: list[ThingJson]


class WeakJson(FewJson):
    """`total`: how many were looked at. `unknown`: how many of them cannot be judged; they are not in `count`."""

    total: int
    unknown: int


class ChangeJson(ThingJson):
    before: str | None
    after: str | None


class MovesJson(TypedDict):
    count: int
    things: list[ChangeJson]


class ChangesJson(TypedDict):
    since: dict[str, Any]
    """{date, revision} of the report that this one is compared with."""
    new_items: FewJson
    gone_items: FewJson
    newly_failed: FewJson
    newly_missed: FewJson
    recovered: FewJson
    policy_changed: MovesJson
    """Items that follow another policy."""
    policies_redefined: FewJson
    """Policies whose definition changed on this day."""
    newly_weak: dict[str, int]
    """By weak spot: how many more (less: negative) than the day before."""


class VaultJson(TypedDict):
    vault_id: str
    name: str
    data_as_of: str | None


class UnreachableJson(TypedDict):
    scope: str
    code: str
    detail: str
    name: str
    data_as_of: str | None


class CoverageJson(TypedDict):
    """The VMs of the granted subscriptions by their backup state (app/estate)."""

    total: int
    by_state: dict[str, int]
    coverage_percent: float | None
    as_of: str


class SizeJson(TypedDict):
    """Bytes that the backups of the day moved, as far as Azure gave them."""

    bytes: int | None
    known: int
    """Of how many backups."""


HeadJson = TypedDict(
    "HeadJson",
    {
        "date": str,
        "time_zone": str,
        "from": str,
        "to": str,
        "hours": float,
        "provisional": bool,
        "data_as_of": str | None,
        "vaults": list[VaultJson],
        "unreachable": list[UnreachableJson],
        "totals": TotalsJson,
        "failures": list[CauseJson],
        "warnings": list[CauseJson],
        "coverage": CoverageJson | None,
        "weak": dict[str, WeakJson],
        "moved": SizeJson,
        "changes": ChangesJson | None,
        "revision": NotRequired[int],
        "written_at": NotRequired[str | None],
    },
)
"""All of a report but its items; `revision` and `written_at` are columns of the row."""
