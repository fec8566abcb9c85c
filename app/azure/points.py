"""What a recovery point tells of the VM as it was. Frozen, in our words, as in `values.py`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VmThen:
    """The VM when the point was made, as far as a restore of it asks. None = Azure's answer does not say."""

    zones: tuple[str, ...] | None = None
    """The availability zones that it was pinned to; empty = to none."""
    managed: bool | None = None
    """Whether its disks were managed ones."""
    premium: bool | None = None
    """Whether any of its disks was a premium one."""
    security_type: str | None = None
    """Azure's word in lower case: none, trustedlaunch, confidentialvm, ..."""
