"""R2: which parts of which scenarios are walked. In this order: what is young must not be in the way of what is old."""

from tests.jobs.background_scenarios import (
    AZURES_OWN,
    ORPHAN,
    SHELVES,
    TOLD_LATER,
    begun_and_ended,
    begun_by_azure,
    clearing,
    ended_by_the_list,
    orphan_is_found,
    orphan_is_there,
    taken_in,
)
from tests.jobs.checkpoints import (
    answer_lost,
    done_in_azure,
    ended_in_azure,
    never_sent,
    queued,
    sent,
    to_be_cancelled,
)
from tests.jobs.failpoints import Walk
from tests.jobs.scenarios import (
    BACKUP,
    DELETE_VAULT,
    MOUNT,
    PROTECT,
    PUT_POLICY,
    RESTORE,
    RESTORE_ACROSS,
    SET_ALERTS,
    SET_AZURE_POLICY,
    TEAR_DOWN,
    UNMOUNT,
    UNPROTECT,
)

CLEARED = {
    f"old {shelf.name} are cleared away": Walk(clearing(shelf), queued, "pruning", ends="0 old") for shelf in SHELVES
}
UNASKED = {
    "a backup of Azure's schedule is taken in": Walk(AZURES_OWN, begun_by_azure, "observing", ends="told"),
    "one that has ended by then is taken in": Walk(AZURES_OWN, begun_and_ended, "observing", ends="told"),
    "the end of what was taken in is seen": Walk(AZURES_OWN, taken_in, "observing", ends="told"),
    "the rest of a result is told": Walk(TOLD_LATER, ended_by_the_list, "observing", ends="told"),
    "an orphan is found": Walk(ORPHAN, orphan_is_there, "observing", ends="orphan Cancelled", step_seconds=20.0),
    "an orphan is cancelled": Walk(ORPHAN, orphan_is_found, "cancelling", ends="orphan Cancelled", step_seconds=20.0),
}
RESTORES_AND_POLICIES = {
    "a restore is claimed and sent": Walk(RESTORE, queued, "submitting"),
    "its operation is followed": Walk(RESTORE, sent, "operations"),
    "its end is seen and settled": Walk(RESTORE, ended_in_azure, "observing"),
    "its lost answer is found": Walk(RESTORE, answer_lost, "resolving"),
    "its attempt is proven absent": Walk(RESTORE, never_sent, "resolving"),
    "it is cancelled": Walk(RESTORE, to_be_cancelled, "cancelling", ends="cancelled", step_seconds=20.0),
    "a policy is claimed and put": Walk(PUT_POLICY, queued, "submitting"),
    "a policy's end is settled": Walk(PUT_POLICY, sent, "operations"),
}
BACKUPS_AND_CROSSINGS = {
    "a backup is claimed and sent": Walk(BACKUP, queued, "submitting"),
    "a backup's end is seen and settled": Walk(BACKUP, ended_in_azure, "observing"),
    "a backup's lost answer is found": Walk(BACKUP, answer_lost, "resolving"),
    "a restore in the paired region is claimed and sent": Walk(RESTORE_ACROSS, queued, "submitting"),
    "its operation there is followed": Walk(RESTORE_ACROSS, sent, "operations"),
    "its end there is seen and settled": Walk(RESTORE_ACROSS, ended_in_azure, "observing"),
    "its lost answer is found there": Walk(RESTORE_ACROSS, answer_lost, "resolving"),
}
FILES = {
    "files are mounted": Walk(MOUNT, queued, "submitting", step_seconds=60.0),
    "a mount's end is settled": Walk(MOUNT, done_in_azure, "operations", step_seconds=60.0),
    "a lost mount is revoked": Walk(MOUNT, answer_lost, "resolving", step_seconds=60.0),
    "files are unmounted": Walk(UNMOUNT, queued, "submitting", step_seconds=60.0),
    "an unmount's end is settled": Walk(UNMOUNT, done_in_azure, "operations", step_seconds=60.0),
}
WHAT_IS_MADE = {
    "a tear-down is planned and sent": Walk(TEAR_DOWN, queued, "submitting", step_seconds=60.0),
    "its first step is settled": Walk(TEAR_DOWN, done_in_azure, "operations", step_seconds=60.0),
}
WHAT_IS_SET_UP = {
    "a VM is protected": Walk(PROTECT, queued, "submitting"),
    "its protection's lost answer is found": Walk(PROTECT, answer_lost, "resolving"),
    "its protection's end is settled": Walk(PROTECT, ended_in_azure, "observing"),
    "its data is deleted, as a second person allowed": Walk(UNPROTECT, queued, "submitting"),
    "the deletion's lost answer is found": Walk(UNPROTECT, answer_lost, "resolving"),
    "the deletion's end is settled": Walk(UNPROTECT, ended_in_azure, "observing"),
    "a vault is deleted": Walk(DELETE_VAULT, queued, "submitting"),
    "a vault's deletion is found": Walk(DELETE_VAULT, answer_lost, "resolving"),
    "a vault's deletion is settled": Walk(DELETE_VAULT, sent, "operations"),
    "a vault's alerts are set": Walk(SET_ALERTS, queued, "submitting"),
    "its alerts' lost answer is found": Walk(SET_ALERTS, answer_lost, "resolving"),
    "the end of setting its alerts is settled": Walk(SET_ALERTS, sent, "operations"),
    "a definition of Azure Policy is assigned": Walk(SET_AZURE_POLICY, queued, "submitting"),
    "the lost answer to an assignment is found": Walk(SET_AZURE_POLICY, answer_lost, "resolving"),
    "the end of an assignment is settled": Walk(SET_AZURE_POLICY, sent, "operations"),
}
WALKS = CLEARED | UNASKED | RESTORES_AND_POLICIES | BACKUPS_AND_CROSSINGS | FILES | WHAT_IS_MADE | WHAT_IS_SET_UP
