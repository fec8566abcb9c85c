"""What the simulator is asked to have: VMs, networks, points of the last nights. Bodies of `/_simulator/seed`."""

from typing import Any, Final

from app.examples import ids

Json = dict[str, Any]
VMS: Final = {
    "vm-sample-web": ("linux", 1),
    "vm-sample-db": ("windows", 2),
    "vm-sample-app": ("linux", 1),
    "vm-sample-mail": ("windows", 0),
    "vm-sample-shop": ("linux", 0),
    "vm-sample-files": ("linux", 2),
    "vm-sample-old": ("linux", 0),
    "vm-sample-erp": ("windows", 1),
    "vm-sample-wiki": ("linux", 0),
    "vm-sample-new": ("linux", 0),
}
"""Name -> (operating system, data disks). The last one is not protected."""
NO_WAY_OUT: Json = {
    "name": "no-internet",
    "priority": 4000,
    "direction": "Outbound",
    "access": "Deny",
    "destinationAddressPrefix": "Internet",
}
OLD_POINT_TIME: Final = "2026-01-01T02:00:31Z"
"""A monthly point that is kept for years: the examples that name a time find it, whenever they are executed."""

UNKNOWN_VAULT: Final = f"{ids.GROUP}/providers/Microsoft.RecoveryServices/vaults/vault-sample-other"
"""Is only in Azure: it can be adopted."""


def machines() -> Json:
    place = {"resource_group": ids.GROUP_NAME, "location": ids.LOCATION}
    tags = {"env": "sample"}
    vms = [{"name": name, "os": os, "data_disks": disks, "tags": tags, **place} for name, (os, disks) in VMS.items()]
    groups = (ids.GROUP_NAME, ids.RESTORED_NAME, ids.TESTS_NAME)
    return {
        "resource_groups": [{"name": name, "location": ids.LOCATION} for name in groups],
        "vms": vms,
        "storage_accounts": [{"name": "stsample", **place}],
        "security_groups": [{"name": "nsg-sample-tests", "rules": [NO_WAY_OUT], **place}],
        "networks": [
            {"name": "vnet-sample", "subnets": ["default"], **place},
            {
                "name": "vnet-sample-tests",
                "subnets": [{"name": "default", "security_group_id": ids.SECURITY_GROUP}],
                **place,
            },
        ],
    }


def nights() -> Json:
    """Two nights' points of every protected VM; an old one of the first."""
    protected = [name for name in VMS if name != "vm-sample-new"]
    points: list[Json] = [{"vm_id": ids.vm("vm-sample-web"), "time": OLD_POINT_TIME, "days_kept": 3650}]
    for name in protected:
        for days in (2, 1):
            named = {"name": ids.POINT} if (name, days) == ("vm-sample-web", 1) else {}
            point = {"vm_id": ids.vm(name), "days_ago": days, "clock": "02:00", "consistency": "AppConsistent"}
            points.append(point | named)
    return {"new_points": points}


def pace(name: str, times: float) -> Json:
    return {"paces": [{"vm_id": ids.vm(name), "times": times}]}
