"""ARM ids and item names: any letter case in, one spelling out, and a sentence for everything else."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.azure import names
from app.azure.values import PolicyRef, VaultRef, VmRef
from app.core.letter_case import fold_case
from app.identity.access.grants import Grant

subscriptions = st.uuids().map(str)
FALSE_CAPITALS = "\u212a\u212b\u2126\u0130\u03f4\u1e9e"
"""Every letter whose lower case is another letter's, or no letter's."""
groups = st.from_regex(r"[-\w.()]{0,20}[-\w()]", fullmatch=True).filter(lambda name: name not in {".", ".."})
machines = st.one_of(
    st.from_regex(r"[^\W_](?:[\w.-]{0,78}\w)?", fullmatch=True),  # what Azure lets a new one be called
    st.from_regex(r"[\w(][\w .()-]{0,88}", fullmatch=True),  # what may be there
    st.sampled_from(["_legacy-", "vm.", "v" * 90, "\u0130STANBUL", "stra\u00dfe", "\u039f\u0394\u039f\u03a3"]),
)
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
    assert names.read_vm_id(recased(vm.id, seed)) == vm


@given(vms)
def test_spelling_does_not_make_two_vms_of_one(vm: VmRef) -> None:
    shouted = VmRef(vm.subscription_id.upper(), vm.resource_group.swapcase(), vm.name.swapcase())
    if shouted.id.swapcase() == vm.id.swapcase().swapcase():  # false for letters that have no way back
        assert names.vm_key(shouted) == names.vm_key(vm)
        assert names.same_id(shouted.id + "/", vm.id)
    assert names.read_vm_id(vm.id.replace(vm.subscription_id, vm.subscription_id.upper())) == vm


@given(st.builds(VaultRef, subscriptions, groups, vaults), policies)
def test_vault_and_policy_ids_come_back_as_they_went(vault: VaultRef, name: str) -> None:
    policy = PolicyRef(vault, name)
    assert names.read_vault_id(vault.id) == vault
    assert names.read_policy_id(policy.id) == policy


@given(subscriptions, groups)
def test_a_resource_group_id_comes_back_as_it_went(subscription: str, group: str) -> None:
    reference = names.ResourceGroupRef(subscription, group)
    assert names.parse_resource_group_id(reference.id) == reference


@given(vms)
def test_item_and_container_names_lead_back_to_the_vm(vm: VmRef) -> None:
    expected = (fold_case(vm.resource_group), fold_case(vm.name))
    for name in (names.container_name(vm), names.item_name(vm), names.bare_name(vm)):
        assert tuple(name.split(";")[-2:]) == expected == names.parse_item_name(name)


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
        (f"{VM}/{'v' * 261}", "1 to 260"),
        (f"{VM}/vm;drop", "cannot be the name of a resource"),
        (f"{VM}/vm-1\n", "cannot be the name of a resource"),
        (f"{VM}/vm%2Fx", "cannot be the name of a resource"),
        (f"{VM}/..", "cannot be the name of a resource"),
        (f"{VM}/vm\ud800", "cannot be the name of a resource"),
        (VM.replace("/rg/", "/../") + "/vm-1", "cannot be the name of a resource"),
    ],
)
def test_what_is_not_a_vm_id_is_told_in_a_sentence(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=r"\.$") as refused:
        names.read_vm_id(text)
    message = str(refused.value)
    assert says in message
    assert message.endswith(".")
    assert "\n" not in message


@pytest.mark.parametrize("letter", FALSE_CAPITALS)
def test_a_letter_with_the_lower_case_of_another_one_stays_itself(letter: str) -> None:
    """The kelvin sign in lower case is a k: a group so named would be covered by the grant of another group."""
    group = names.check_resource_group_name(f"rg-{letter}")
    assert fold_case(group) != fold_case("rg-" + letter.lower()) or letter == "\u0130"
    assert not Grant(str(UUID(int=1)), "rg-" + letter.lower()[0]).covers(str(UUID(int=1)), group)
    assert Grant(str(UUID(int=1)), group).covers(str(UUID(int=1)), group)
    for usual in ("rg-k", "rg-K", "Ärger", "rg-ß", "rg-\u017f", "группа", "组"):
        assert names.check_resource_group_name(usual) == usual


@given(st.text())
def test_folding_is_done_after_once_and_keeps_what_ascii_does(text: str) -> None:
    assert fold_case(fold_case(text)) == fold_case(text)
    if text.isascii():
        assert fold_case(text) == text.lower()


def test_both_spellings_of_a_small_dotted_i_and_every_sigma_of_a_word_find_their_name() -> None:
    assert fold_case("\u0130STANBUL") == fold_case("i\u0307stanbul")
    assert fold_case("\u039f\u0394\u039f\u03a3") == "\u03bf\u03b4\u03bf\u03c3"


@pytest.mark.parametrize("name", ["vm-1-", "_vm", "vm.", "v" * 81, "", "vm 1"])
def test_a_new_vm_name_that_azure_would_refuse_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="virtual machine name"):
        names.check_vm_name(name)
    assert names.check_vm_name("v" * 80) == "v" * 80


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


@pytest.mark.parametrize("name", ["_legacy-", "v" * 64, "v" * 80, "vm.", "\u0130stanbul", "a b", "(old)", "-x", "組"])
def test_what_is_there_may_have_a_name_that_a_new_one_could_not_have(name: str) -> None:
    assert names.read_vm_id(f"{VM}/{name}").name == name
    assert names.read_vm_id(f"{VM.replace('/rg/', f'/{name}/')}/vm").resource_group == name


@given(st.text(max_size=300))
def test_no_text_breaks_the_parsers(text: str) -> None:
    for parse in (names.read_vm_id, names.read_policy_id, names.parse_subnet_id, names.parse_item_name):
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


@pytest.mark.parametrize(
    ("zone", "same"),
    [
        ("GMT", "Etc/GMT"),
        ("Europe/Uzhgorod", "Europe/Kiev"),
        ("EST5EDT", "America/New_York"),
        ("PST8PDT", "America/Los_Angeles"),
        ("US/East-Indiana", "America/Indiana/Indianapolis"),
    ],
)
def test_another_name_of_a_zone_is_the_same_zone_of_azures(zone: str, same: str) -> None:
    assert names.windows_zone(zone) == names.windows_zone(same)
