"""ARM ids and item names: any letter case in, one spelling out, and a sentence for everything else."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.azure import names
from app.azure.values import PolicyRef, VaultRef, VmRef

subscriptions = st.uuids().map(str)
FALSE_CAPITALS = "\u212a\u212b\u2126\u0130\u03f4\u1e9e"
"""Every letter whose lower case is another letter's, or no letter's."""
groups = st.from_regex(r"[-\w.()]{0,20}[-\w()]", fullmatch=True).filter(set(FALSE_CAPITALS).isdisjoint)
machines = st.from_regex(r"[^\W_](?:[\w.-]{0,20}\w)?", fullmatch=True).filter(set(FALSE_CAPITALS).isdisjoint)
vaults = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{1,49}", fullmatch=True)
policies = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{1,30}[A-Za-z0-9]", fullmatch=True)
vms = st.builds(VmRef, subscriptions, groups, machines)


def recased(text: str, seed: int) -> str:
    """The literal words of an id in another letter case; the names are left as they are."""
    words = ["subscriptions", "resourceGroups", "providers", "Microsoft.Compute", "virtualMachines"]
    for position, word in enumerate(words):
        text = text.replace(f"/{word}/", f"/{word.upper() if seed >> position & 1 else word.lower()}/", 1)
    return text


@given(vms, st.integers(0, 31))
def test_a_vm_id_in_any_letter_case_is_that_vm(vm: VmRef, seed: int) -> None:
    assert names.parse_vm_id(recased(vm.id, seed)) == vm == names.read_vm_id(vm.id)


@given(vms)
def test_spelling_does_not_make_two_vms_of_one(vm: VmRef) -> None:
    shouted = VmRef(vm.subscription_id.upper(), vm.resource_group.swapcase(), vm.name.swapcase())
    if shouted.id.lower() == vm.id.lower():  # false for a few letters, such as the long s, that have no way back
        assert names.vm_key(shouted) == names.vm_key(vm)
        assert names.same_id(shouted.id + "/", vm.id)
    assert names.parse_vm_id(vm.id.replace(vm.subscription_id, vm.subscription_id.upper())) == vm


@given(st.builds(VaultRef, subscriptions, groups, vaults), policies)
def test_vault_and_policy_ids_come_back_as_they_went(vault: VaultRef, name: str) -> None:
    policy = PolicyRef(vault, name)
    assert names.parse_vault_id(vault.id) == vault
    assert names.parse_policy_id(policy.id) == policy


@given(subscriptions, groups)
def test_a_resource_group_id_comes_back_as_it_went(subscription: str, group: str) -> None:
    reference = names.ResourceGroupRef(subscription, group)
    assert names.parse_resource_group_id(reference.id) == reference


@given(vms)
def test_item_and_container_names_lead_back_to_the_vm(vm: VmRef) -> None:
    expected = (vm.resource_group.lower(), vm.name.lower())
    for name in (names.container_name(vm), names.item_name(vm), names.bare_name(vm)):
        assert tuple(name.split(";")[-2:]) == expected
        try:
            assert names.parse_item_name(name) == expected
        except ValueError:
            assert not vm.id.isascii()  # lower-casing a few letters makes two of one


def test_item_names_are_spelled_as_azure_stores_them() -> None:
    vm = VmRef("0f0f0f0f-1111-2222-3333-444444444444", "RG-One", "Web-01")
    assert names.container_name(vm) == "IaasVMContainer;iaasvmcontainerv2;rg-one;web-01"
    assert names.item_name(vm) == "VM;iaasvmcontainerv2;rg-one;web-01"
    assert names.bare_name(vm) == "iaasvmcontainerv2;rg-one;web-01"
    assert names.parse_item_name("vm;IaasVMContainerV2;rg-one;Web-01") == ("rg-one", "Web-01")


def test_storage_accounts_and_subnets_are_read_from_ids_in_any_letter_case() -> None:
    group = "/SUBSCRIPTIONS/0F0F0F0F-1111-2222-3333-444444444444/resourcegroups/Rg-One"
    account = names.parse_storage_account_id(f"{group}/providers/microsoft.storage/STORAGEACCOUNTS/Staging1")
    assert account.id == (
        "/subscriptions/0f0f0f0f-1111-2222-3333-444444444444/resourceGroups/Rg-One"
        "/providers/Microsoft.Storage/storageAccounts/staging1"
    )
    subnet = names.parse_subnet_id(f"{group}/providers/microsoft.network/virtualnetworks/net-1/SUBNETS/default")
    assert (subnet.virtual_network, subnet.name) == ("net-1", "default")
    assert subnet.id == f"{subnet.virtual_network_id}/subnets/default"
    assert subnet.resource_group == account.resource_group


S = "/subscriptions/0f0f0f0f-1111-2222-3333-444444444444"
VM = f"{S}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is not the id of a virtual machine"),
        ("vm-1", "is not the id of a virtual machine"),
        (f"{VM}/vm-1/", "is not the id of a virtual machine"),
        (f"{VM}/vm-1/extensions/x", "is not the id of a virtual machine"),
        (f"{VM}/", "is not the id of a virtual machine"),
        (f"{VM}//vm-1", "is not the id of a virtual machine"),
        (f"https://management.azure.com{VM}/vm-1", "is not the id of a virtual machine"),
        (VM.replace("Compute", "ClassicCompute") + "/vm-1", "'Microsoft.ClassicCompute' should be 'Microsoft.Compute'"),
        (VM.replace("0f0f0f0f-", "0f0f0f0g-") + "/vm-1", "is not a GUID"),
        (VM.replace("0f0f0f0f-1111-", "0f0f0f0f1111") + "/vm-1", "is not a GUID"),
        (VM.replace("/rg/", "/rg./") + "/vm-1", "not ending with '.'"),
        (VM.replace("/rg/", f"/{'r' * 91}/") + "/vm-1", "1 to 90"),
        (f"{VM}/vm-1-", "is not a virtual machine name"),
        (f"{VM}/_vm", "is not a virtual machine name"),
        (f"{VM}/{'v' * 65}", "1 to 64"),
        (f"{VM}/vm;drop", "is not a virtual machine name"),
        (f"{VM}/vm-1\n", "is not a virtual machine name"),
        (f"{VM}/vm%2Fx", "is not a virtual machine name"),
    ],
)
def test_what_is_not_a_vm_id_is_told_in_a_sentence(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=r"\.$") as refused:
        names.parse_vm_id(text)
    message = str(refused.value)
    assert says in message
    assert message.endswith(".")
    assert "\n" not in message


@pytest.mark.parametrize("letter", FALSE_CAPITALS)
def test_a_letter_with_the_lower_case_of_another_one_is_refused(letter: str) -> None:
    """The kelvin sign in lower case is a k: a group so named would be covered by the grant of another group."""
    group = f"rg-{letter}"
    with pytest.raises(ValueError, match="another one's capital"):
        names.check_resource_group_name(group)
    subscription, vm = f"/subscriptions/{UUID(int=1)}/resourceGroups", "/providers/Microsoft.Compute/virtualMachines/v"
    for arm_id in (f"{subscription}/{group}{vm}", f"{subscription}/rg{vm}{letter}"):
        with pytest.raises(ValueError, match="another one's capital"):
            names.parse_vm_id(arm_id)
    for usual in ("rg-k", "rg-K", "Ärger", "rg-ß", "rg-\u017f", "группа", "组"):
        assert names.check_resource_group_name(usual) == usual


@pytest.mark.parametrize("name", ["v", "1vault", "vault_1", "v" * 51, "vault.", "", "vault-ä"])
def test_a_vault_name_that_azure_would_refuse_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="vault name"):
        names.check_vault_name(name)


@pytest.mark.parametrize("name", ["ab", "1st", "policy-", "my policy", "p" * 151, ""])
def test_a_policy_name_that_azure_would_refuse_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="policy name"):
        names.check_policy_name(name)


@pytest.mark.parametrize("name", ["SQL;sqldb", "VM;iaasvmcontainer;rg;vm", "VM;iaasvmcontainerv2;rg", "", "VM;;rg;vm"])
def test_names_of_other_items_are_not_taken_for_vms(name: str) -> None:
    with pytest.raises(ValueError, match="Resource Manager VM"):
        names.parse_item_name(name)


def test_an_id_that_azure_wrote_may_hold_a_name_we_would_not_have_accepted() -> None:
    assert names.read_vm_id(f"{VM}/_legacy-").name == "_legacy-"


@given(st.text(max_size=300))
def test_no_text_breaks_the_parsers(text: str) -> None:
    for parse in (names.parse_vm_id, names.parse_policy_id, names.parse_subnet_id, names.parse_item_name):
        with pytest.raises(ValueError, match=r"\.$"):
            parse(text)


@pytest.mark.parametrize(
    ("iana", "windows"),
    [
        ("America/New_York", "Eastern Standard Time"),
        ("UTC", "UTC"),
        ("Europe/Berlin", "W. Europe Standard Time"),
        ("Asia/Kolkata", "India Standard Time"),
    ],
)
def test_time_zones_are_called_as_windows_calls_them(iana: str, windows: str) -> None:
    assert names.windows_zone(iana) == windows
    assert names.same_time_zone(names.iana_zone(windows.upper()), iana)


def test_zones_that_azure_keeps_as_one_are_the_same_zone() -> None:
    assert names.iana_zone(names.windows_zone("America/Detroit")) == "America/New_York"
    assert names.same_time_zone("America/Detroit", "America/New_York")
    assert names.same_time_zone("Etc/UTC", "UTC")
    assert not names.same_time_zone("Europe/Berlin", "UTC")


@pytest.mark.parametrize("zone", ["", "Eastern Standard Time", "Moon/Tranquility", "america/new_york"])
def test_an_unknown_time_zone_is_refused_with_advice(zone: str) -> None:
    with pytest.raises(ValueError, match="IANA name such as"):
        names.windows_zone(zone)
