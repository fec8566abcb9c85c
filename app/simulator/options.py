"""Behaviour that can be switched on while the simulator runs (`/_simulator/options`). Everything extra is off."""

from dataclasses import asdict, dataclass, field, fields
from typing import Any

SECOND_BACKUP = ("accept", "refuse", "fail")


@dataclass(slots=True)
class Options:
    """One switch per behaviour; `control.py` documents them. Seconds called nominal are divided by the time scale."""

    secondary_lag_seconds: float = 30.0  # nominal. Not observed: hours in Azure, short here so that a demo can wait
    # Nominal. 0: the first look says Succeeded, as 5 recorded deletions did. Else InProgress, and then the vault's 404,
    # as the other 7 did.
    vault_deletion_seconds: float = 0.0
    second_backup: str = "accept"  # what a backup meets while another of the machine runs; Azure's way is not known
    validation_errors: list[dict[str, Any]] = field(default_factory=list)  # what the next validate operations say
    job_list_lag_seconds: float = 0.0  # not scaled: delay until a job shows in lists; by its id it shows at once
    compute_limits: bool = False  # whether reads and writes of one machine are refused above their counts
    page_size: int | None = None
    shuffle_pages: bool = False  # the order within each page
    duplicate_entries: bool = False  # each page repeats one entry of its own and the last one of the page before

    def change(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Set what is named, and give all. Raises ValueError for an unknown name or a wrong value."""
        known = {entry.name for entry in fields(self)}
        for name, value in asked.items():
            if name not in known:
                raise ValueError(f"no option {name}; there are {', '.join(sorted(known))}")
            setattr(self, name, _checked(name, value))
        return asdict(self)


def _checked(name: str, value: Any) -> Any:
    if name == "second_backup":
        good = value in SECOND_BACKUP
    elif name == "validation_errors":
        good = isinstance(value, list) and all(isinstance(entry, dict) and entry.get("code") for entry in value)
    elif name == "page_size":
        good = value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 1)
    elif name.endswith("_seconds"):
        good = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    else:
        good = isinstance(value, bool)
    if not good:
        raise ValueError(f"{name} cannot be {value!r}")
    return value
