"""Which VMs a definition leaves out: the interpreter of its rule, against the simulator's own Python of the same."""

import random
from dataclasses import replace
from typing import Any

import pytest

from app.azure.governance.conditions import Reason, reason_for_leaving_out
from app.azure.governance.values import BuiltIn, Image, PolicyVm
from app.azure.sdk.translate_governance import definition
from app.azure.values import VmRef
from app.simulator import policy_effects
from app.simulator.policy_definitions import BUILT_IN
from app.simulator.world import SUBSCRIPTION, VirtualMachine

WITHOUT, WITH = (definition(BUILT_IN[one.value]) for one in (BuiltIn.WITHOUT_TAG, BuiltIn.WITH_TAG))
UBUNTU = Image("canonical", "0001-com-Ubuntu-server", "22_04-LTS-gen2")
VM = PolicyVm(VmRef(SUBSCRIPTION, "rg", "vm"), "westus", {}, UBUNTU)
GIVEN: dict[str, Any] = {"vaultLocation": "WestUS", "backupPolicyId": "p"}
TAGGED: dict[str, Any] = GIVEN | {"inclusionTagName": "Backup", "inclusionTagValue": ["Yes", "nightly"]}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({}, None),
        ({"location": "eastus"}, Reason.OTHER_REGION),
        ({"image": Image()}, Reason.IMAGE_NOT_LISTED),
        ({"image": Image("Canonical", "debian", "12")}, Reason.IMAGE_NOT_LISTED),
        ({"image": Image("azureopenshift", "aro4", "aro_4")}, Reason.PLATFORM),
        ({"vm": VmRef(SUBSCRIPTION, "databricks-rg-7", "vm")}, Reason.PLATFORM),
        ({"image": Image("MicrosoftSQLServer", "sql2019-WS2019", "anything")}, None),
    ],
)
def test_why_a_vm_is_left_out(changed: dict[str, Any], reason: Reason | None) -> None:
    assert reason_for_leaving_out(WITHOUT, GIVEN, replace(VM, **changed)) == reason


@pytest.mark.parametrize(
    ("tags", "reason"),
    [({}, Reason.TAG), ({"backup": "yes"}, None), ({"BACKUP": "NIGHTLY"}, None), ({"backup": "no"}, Reason.TAG)],
)
def test_tags_include_and_exclude_in_any_letter_case(tags: dict[str, str], reason: Reason | None) -> None:
    assert reason_for_leaving_out(WITH, TAGGED, replace(VM, tags=tags)) == reason
    excluding = GIVEN | {"exclusionTagName": "Backup", "exclusionTagValue": TAGGED["inclusionTagValue"]}
    opposite = Reason.TAG if reason is None else None
    assert reason_for_leaving_out(WITHOUT, excluding, replace(VM, tags=tags)) == opposite


@pytest.mark.parametrize(
    "condition",
    [
        {"field": "location", "equalsRoughly": "westus"},
        {"field": "identity.type", "equals": "x"},
        {"value": "[resourceGroup().tags.a]", "equals": "x"},
        {"count": {"field": "x"}, "greater": 1},
        {"field": "location", "equals": "[parameters('nowhere')]"},
        {"anyOf": {"field": "location"}},
        "text",
        {},
    ],
)
def test_what_is_not_understood_is_unknown_and_no_guess(condition: Any) -> None:
    odd = replace(WITHOUT, condition={"allOf": [*WITHOUT.condition["allOf"], condition]})
    assert reason_for_leaving_out(odd, GIVEN, VM) == Reason.UNKNOWN
    assert reason_for_leaving_out(odd, GIVEN, replace(VM, location="eastus")) == Reason.OTHER_REGION


REAL = [
    dict(zip(("publisher", "offer", "sku"), image, strict=True))
    for image in (
        ("Canonical", "0001-com-ubuntu-server-jammy", "22_04-lts-gen2"),
        ("redhat", "rhel", "8_4"),
        ("MicrosoftWindowsServer", "WindowsServer", "2022-Datacenter"),
        ("SUSE", "SLES", "12-sp5"),
    )
]


def test_the_rule_means_what_the_simulator_does_on_2000_machines() -> None:
    chance, applicable = random.Random(20260429), 0  # noqa: S311
    words = {
        "publisher": [
            "Canonical",
            "RedHat",
            "redhat",
            "SUSE",
            "MicrosoftWindowsServer",
            "AzureDatabricks",
            "oracle",
            None,
        ],
        "offer": ["0001-com-ubuntu-server", "RHEL", "rhel-sap-hana", "SLES", "WindowsServer", "Oracle-Linux", None],
        "sku": ["7.9", "8_4", "12-sp5", "22_04-lts-gen2", "20_04-lts", "2022-datacenter", "18.04-DAILY-LTS", "9", None],
    }
    for _ in range(2000):
        name = chance.choice([BuiltIn.WITHOUT_TAG, BuiltIn.WITH_TAG])
        kind = "exclusion" if name is BuiltIn.WITHOUT_TAG else "inclusion"
        given = GIVEN | {
            f"{kind}TagName": chance.choice(["", "tier"]),
            f"{kind}TagValue": chance.choice([[], ["gold"], ["Gold", "x"]]),
        }
        image = (
            chance.choice(REAL)
            if chance.random() < 0.5
            else {part: chance.choice(all_) for part, all_ in words.items()}
        )
        tags = chance.choice([{}, {"TIER": "gold"}, {"tier": "silver"}])
        group, place = chance.choice(["rg", "databricks-rg-x"]), chance.choice(["westus", "westus", "eastus"])
        vm = PolicyVm(VmRef(SUBSCRIPTION, group, "vm"), place, tags, Image(**image))
        machine = VirtualMachine("vm", group, place, "Linux", [], "u", tags)
        machine.image = {part: word for part, word in image.items() if word is not None}
        assigned = {
            "properties": {
                "policyDefinitionId": name.id,
                "parameters": {one: {"value": value} for one, value in given.items()},
            }
        }
        ours = reason_for_leaving_out(definition(BUILT_IN[name.value]), given, vm)
        assert (ours is None) is policy_effects.is_applicable(assigned, machine), (name, given, vm, ours)
        assert ours is not Reason.UNKNOWN
        applicable += ours is None
    assert 20 < applicable < 1980
