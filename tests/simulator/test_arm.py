"""Resource Manager's manners: paths, api-versions, headers, errors, filters, pages, signed links."""

import uuid
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from app.simulator.asgi import create_app
from tests.simulator.story import DEFAULT_POLICY, RG, STORAGE, SUB, VAULT, Story, item_path, vm_id


@pytest.mark.parametrize(
    "path",
    [
        vm_id("vm-web-01"),
        vm_id("vm-web-01").upper(),
        vm_id("vm-web-01") + "/",
        vm_id("vm-web-01").replace("/virtualMachines/", "/virtualMachines//"),
        vm_id("vm-web-01").replace("/subscriptions/", "/Subscriptions/"),
    ],
)
async def test_paths_ignore_case_double_slashes_and_a_trailing_slash(story: Story, path: str) -> None:
    assert (await story.get(path))["id"] == vm_id("vm-web-01")


async def test_names_with_semicolons_may_be_percent_encoded(story: Story) -> None:
    await story.make_vault()
    item = await story.protect()
    plain, encoded = await story.get(item), await story.get(item.replace(";", "%3B"))
    assert plain == encoded
    assert plain["name"] == "VM;iaasvmcontainerv2;rg-demo;vm-web-01"


async def test_ids_in_answers_echo_the_casing_of_the_request(story: Story) -> None:
    await story.make_vault()
    item = await story.protect()
    odd = VAULT.replace("/subscriptions/", "/Subscriptions/").replace("resourceGroups", "resourcegroups")
    assert (await story.get(f"{odd}/backupPolicies/defaultpolicy"))["id"] == f"{odd}/backupPolicies/DefaultPolicy"
    listed = (await story.get(f"{odd}/backupProtectedItems"))["value"][0]
    assert listed["id"] == item.replace(VAULT, odd)


async def test_a_missing_api_version_is_refused(story: Story) -> None:
    answer = await story.send("GET", VAULT, api=None)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "MissingApiVersionParameter")
    answer = await story.send("GET", VAULT, api="latest")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "InvalidApiVersionParameter")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (VAULT, "ResourceNotFound"),
        (f"{VAULT}/backupJobs", "ResourceNotFound"),
        (f"{SUB}/resourceGroups/rg-nowhere", "ResourceGroupNotFound"),
        (vm_id("vm-nobody"), "ResourceNotFound"),
        (STORAGE.replace("Microsoft.Storage", "Microsoft.ClassicStorage"), "ResourceNotFound"),
        ("/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-demo", "SubscriptionNotFound"),
        (f"{RG}/providers/Microsoft.Cooking/recipes/1", "NotFound"),
    ],
)
async def test_what_is_not_there_is_the_gateways_404(story: Story, path: str, code: str) -> None:
    answer = await story.send("GET", path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, code)
    assert set(answer.json()["error"]) == {"code", "message"}
    assert answer.headers["x-ms-failure-cause"] == "gateway"


async def test_answers_carry_arms_headers_and_echo_the_callers_request_id(story: Story) -> None:
    sent = str(uuid.uuid4())
    headers = (await story.send("GET", "/subscriptions", request_id=sent)).headers
    assert headers["x-ms-client-request-id"] == sent
    assert headers["x-ms-request-id"] == headers["x-ms-correlation-request-id"] != sent
    assert int(headers["x-ms-ratelimit-remaining-subscription-reads"]) > 0
    assert headers["content-type"] == "application/json; charset=utf-8"


async def test_the_date_of_an_answer_is_the_simulated_clocks(story: Story) -> None:
    before = (await story.send("GET", "/subscriptions")).headers["date"]
    await story.advance(86_400)
    assert (await story.send("GET", "/subscriptions")).headers["date"][:16] != before[:16]


async def test_a_body_that_is_not_json_is_refused(story: Story) -> None:
    answer = await story.client.put(f"{VAULT}?api-version=2026-10-01", content=b"{")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "InvalidRequestContent")
    answer = await story.send("PUT", DEFAULT_POLICY, ["no object"])
    assert answer.status_code == 404  # no such vault comes first
    await story.make_vault()
    answer = await story.send("PUT", DEFAULT_POLICY, ["no object"])
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "InvalidRequestContent")


@pytest.mark.parametrize(
    ("method", "path", "properties"),
    [
        ("PUT", VAULT, {"securitySettings": "on"}),
        ("PATCH", VAULT, {"redundancySettings": []}),
        ("PUT", DEFAULT_POLICY, {"backupManagementType": "AzureIaasVM", "timeZone": 5}),
        ("PUT", DEFAULT_POLICY, {"backupManagementType": "AzureIaasVM", "schedulePolicy": [1], "retentionPolicy": {}}),
        ("PUT", item_path("vm-web-01"), {"policyId": {}, "extendedProperties": 3}),
        ("POST", item_path("vm-web-01") + "/backup", {"objectType": "IaasVMBackupRequest"}),
    ],
)
async def test_fields_of_the_wrong_type_are_a_client_error(
    story: Story, method: str, path: str, properties: Any
) -> None:
    await story.make_vault()
    answer = await story.send(method, path, {"location": "westus", "properties": properties})
    assert 400 <= answer.status_code < 500, answer.text
    assert (await story.get(VAULT))["properties"]["redundancySettings"]["crossRegionRestore"] == "Disabled"


@pytest.mark.parametrize(
    "text",
    [
        "colour eq 'red'",
        "status ne 'Failed'",
        "status eq Failed",
        "status eq 'a' or status eq 'b'",
        "status eq 'a' and",
    ],
)
async def test_a_filter_outside_the_grammar_is_refused(story: Story, text: str) -> None:
    await story.make_vault()
    answer = await story.send("GET", f"{VAULT}/backupJobs", filter=text)
    assert answer.status_code == 400, text
    assert set(answer.json()["error"]) == {"code", "message", "target", "details", "innerError"}


async def test_a_list_pages_by_skip_token_and_new_entries_do_not_shift_pages(signing_key: rsa.RSAPrivateKey) -> None:
    story = Story(create_app(signing_key=signing_key, page_size=2))
    await story.make_vault()
    for name in ("vm-web-01", "vm-db-01", "vm-batch-01"):
        await story.protect(name)
    everything: list[Any] = []
    link: str | None = f"{VAULT}/backupJobs?api-version=2026-10-01&%24filter=operation%20eq%20%27ConfigureBackup%27"
    while link:
        body = (await story.send("GET", link, api=None)).json()
        everything += [job["properties"]["entityFriendlyName"] for job in body["value"]]
        link = body.get("nextLink")
        assert link is None or link.startswith("https://management.azure.com/subscriptions/")
        if link:
            await story.put_item("vm-web-01", policyId=DEFAULT_POLICY)  # a newer job appears while we page
    assert everything == ["vm-batch-01", "vm-db-01", "vm-web-01"]


async def test_links_are_https_with_the_host_that_was_asked(story: Story) -> None:
    await story.make_vault()
    story.client.headers["Host"] = "management.azure.com:9443"
    answer = await story.put_item("vm-web-01", policyId=DEFAULT_POLICY)
    for header in ("Location", "Azure-AsyncOperation"):
        assert answer.headers[header].startswith(f"https://management.azure.com:9443{item_path('vm-web-01')}/operation")


async def test_newer_poll_links_are_signed_and_work_only_as_given(story: Story) -> None:
    await story.make_vault()
    answer = await story.put_item("vm-web-01", policyId=DEFAULT_POLICY)
    link = answer.headers["Azure-AsyncOperation"]
    assert len(link) > 3500
    assert (await story.send("GET", link, api=None)).status_code == 200
    altered = await story.send("GET", link.replace("&h=", "&h=0"), api=None)
    other_version = await story.send("GET", link.replace("api-version=2026-10-01", "api-version=2025-02-01"), api=None)
    assert (altered.status_code, other_version.status_code) == (400, 400)
    unsigned = await story.send("GET", link.split("?")[0])
    assert unsigned.status_code == 200  # seen in 2024: without any signature it answered too


async def test_older_poll_links_are_not_signed(story: Story) -> None:
    await story.make_vault()
    answer = await story.put_item("vm-web-01", policyId=DEFAULT_POLICY, api="2019-06-15")
    assert answer.headers["Location"].endswith("?api-version=2019-06-15")
