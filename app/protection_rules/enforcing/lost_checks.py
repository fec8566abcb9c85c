"""Asks Azure itself about a VM that a rule seems to have lost, before its backups are paused.

Resource Graph is a hint: it may be late. Only what Azure itself shows now, without what selected the VM, is lost.
"""

from collections.abc import Sequence

import structlog

from app.azure import names
from app.azure.compute.ports import Machines
from app.azure.errors import AzureError
from app.core.gather_isolated import all_or_none
from app.estate.rules import folded_tags
from app.protection_rules.rules import Lost
from app.selectors.rules import Candidate, Selection
from app.vaults.rules import region_of

log = structlog.get_logger()


async def still_lost(machines: Machines, selects: Selection, lost: Sequence[Lost]) -> list[Lost]:
    """Those that Azure shows, and the rule does not select. What Azure does not answer about is none of them."""
    found = await all_or_none(*(_is_lost(machines, selects, one) for one in lost))
    return [one for one, is_lost in zip(lost, found, strict=True) if is_lost]


async def _is_lost(machines: Machines, selects: Selection, lost: Lost) -> bool:
    vm = names.read_vm_id(lost.vm_id)
    try:
        seen = await machines.look(vm)
    except AzureError as error:
        log.info("protection_rule.not_looked_at", vm=vm.id, why=str(error))
        return False
    return not selects(Candidate(lost.key, region_of(seen.location), folded_tags(seen.tags)))
