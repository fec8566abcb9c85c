"""The ids of all sample objects, and their names in Azure: here and nowhere else."""

from typing import Final

SUBSCRIPTION_ID: Final = "00000000-0000-0000-0000-000000000001"
LOCATION: Final = "northeurope"
GROUP_NAME: Final = "rg-sample"
RESTORED_NAME: Final = "rg-sample-restored"
TESTS_NAME: Final = "rg-sample-tests"
SUBSCRIPTION: Final = f"/subscriptions/{SUBSCRIPTION_ID}"
GROUP: Final = f"{SUBSCRIPTION}/resourceGroups/{GROUP_NAME}"
RESTORED: Final = f"{SUBSCRIPTION}/resourceGroups/{RESTORED_NAME}"
TESTS: Final = f"{SUBSCRIPTION}/resourceGroups/{TESTS_NAME}"
STORAGE: Final = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/stsample"
SUBNET: Final = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet-sample/subnets/default"
TESTS_NETWORK: Final = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet-sample-tests"
TESTS_SUBNET: Final = f"{TESTS_NETWORK}/subnets/default"
SECURITY_GROUP: Final = f"{GROUP}/providers/Microsoft.Network/networkSecurityGroups/nsg-sample-tests"


def vm(name: str) -> str:
    """The ARM id of a sample VM."""
    return f"{GROUP}/providers/Microsoft.Compute/virtualMachines/{name}"


def _id(number: int) -> str:
    return f"01890000-0000-7000-8000-{number:012x}"


VAULT: Final = _id(0x01)
POLICY: Final = _id(0x02)
ITEM: Final = _id(0x03)
"""vm-sample-web: protected, with the points of two nights and an old one."""
ITEM_DB: Final = _id(0x04)
ITEM_RUNNING: Final = _id(0x05)
ITEM_FAILED: Final = _id(0x06)
ITEM_ATTENTION: Final = _id(0x07)
ITEM_MOUNTED: Final = _id(0x08)
ITEM_DELETED: Final = _id(0x09)
ITEM_WAITING: Final = _id(0x0A)
ITEM_PAUSED: Final = _id(0x0B)
EMPTY_VAULT: Final = _id(0x0C)
UNUSED_POLICY: Final = _id(0x0D)

JOB_RUNNING: Final = _id(0x11)
JOB_FAILED: Final = _id(0x12)
JOB_ATTENTION: Final = _id(0x13)
JOB_WAITING: Final = _id(0x14)
JOB_DONE: Final = _id(0x15)
JOB_BULK: Final = _id(0x16)
JOB_TEST: Final = _id(0x17)
JOB_PROVEN: Final = _id(0x18)
JOB_RUN: Final = _id(0x19)
AZURE_JOB: Final = "7f0c6a35-6d0a-4d39-9d0b-0c6f4b3c1e11"
"""One of the two jobs of Azure that carry the request id of JOB_ATTENTION."""

RESTORE_RUNNING: Final = _id(0x21)
RESTORE_MOUNTED: Final = _id(0x22)
RESTORE_WAITING: Final = _id(0x23)
RESTORE_DONE: Final = _id(0x24)

TENANT: Final = _id(0xA0)
MEMBER: Final = _id(0xA1)
TENANT_EMPTY: Final = _id(0xA2)
APPROVAL: Final = _id(0xA3)
ALERT: Final = _id(0xB1)
SILENCE: Final = _id(0xB2)
RULE: Final = _id(0xC1)
RULE_WITHOUT_POLICY: Final = _id(0xC2)
WEBHOOK: Final = _id(0xD1)
PLAN: Final = _id(0xE1)
RUN: Final = _id(0xE2)
RESTORE_TEST: Final = _id(0xF1)
IDLE_TEST: Final = _id(0xF4)
TEST_RUN: Final = _id(0xF2)
"""Waits for a verdict."""
TEST_RUN_PROVEN: Final = _id(0xF3)

POINT: Final = "923327220026724684"
"""The newest recovery point of ITEM."""

ADMIN, SECOND_PERSON, SWAGGER = "sample-admin", "sample-approver", "swagger"
"""Principals: the members of the sample tenant."""
RECEIVER = "http://127.0.0.1:8099/hooks/holdfast"
"""A receiver on the caller's own machine. Real ones have https and a public address (docs/webhooks.md)."""
