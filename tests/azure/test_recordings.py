"""Everything Azure was recorded to say, fed to the adapter through its transport: every answer is understood.

The recordings lie in fixtures/recordings (its README says where they are from). The adapter asks with today's
api-version and gets the recorded answer; an exchange that it does not speak stands in not_spoken.py with its reason.
"""

import json
import re
import sys
from collections import Counter
from pathlib import Path

import pytest

from app.azure import errors as e
from tests.conftest import drop_settings

from .conftest import SUBSCRIPTION, AzureOver
from .not_spoken import CHANGES, ELSEWHERE, NAMED, named_in_repository, unspoken_change
from .oracle import wait_of, words_of
from .recorded import READ
from .recorded_writes import WRITTEN
from .tape import Exchange, Flow, NotOurs, Play, brought, line_of, match_of, path_of, stored

SPOKEN = READ | WRITTEN
OLD, NEW, COPIED, BROUGHT = stored("2019-"), stored("2024-"), stored("copied-"), brought()


@pytest.mark.parametrize("flow", [*OLD, *NEW, *BROUGHT], ids=str)
async def test_every_recorded_answer_is_understood(azure_over: AzureOver, flow: Flow) -> None:
    for exchange in flow.exchanges:
        await _understood(azure_over, flow, exchange)


RENAMED = (
    (r"clitest-vm(\d+)", r"Web_(\1).a'b~"),
    (r"clitest-vault(\d+)", r"Kv\1-Z"),
    (r"clitest\.rg(\d+)", r"RG.of_(\1)-x"),
    (r"clitest-(item|policy|enhpolicy)(\w+)", r"P\2-of-all"),
    (r"00000000-0000-0000-0000-000000000000", SUBSCRIPTION),
)


@pytest.mark.parametrize("flow", NEW[::4], ids=str)
async def test_no_recorded_answer_is_understood_by_the_names_of_what_was_recorded(
    azure_over: AzureOver, flow: Flow
) -> None:
    """Every fourth flow, in which everything has another name."""
    text = json.dumps(flow.exchanges)
    for name, other in RENAMED:
        text = re.sub(name, other, text, flags=re.IGNORECASE)
    for exchange in json.loads(text):
        await _understood(azure_over, flow, exchange)


def test_recordings_that_are_brought_reach_the_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environ = {"HOLDFAST_RECORDINGS": str(tmp_path), "HOLDFAST_ARM_URL": "x", "HOLDFAST_TEST_X": "y"}
    drop_settings(environ)
    assert environ == {"HOLDFAST_RECORDINGS": str(tmp_path), "HOLDFAST_TEST_X": "y"}
    monkeypatch.setenv("HOLDFAST_RECORDINGS", str(tmp_path))
    with pytest.raises(AssertionError, match="no recordings"):
        brought()
    (tmp_path / "mine.json").write_text("[]")
    assert [flow.name for flow in brought()] == ["mine"]


@pytest.mark.parametrize("flow", COPIED, ids=str)
async def test_answers_that_were_copied_by_hand_are_understood_too(azure_over: AzureOver, flow: Flow) -> None:
    for exchange in _with_names(flow.exchanges):
        await _understood(azure_over, flow, exchange)


async def _understood(azure_over: AzureOver, flow: Flow, exchange: Exchange) -> None:
    if unspoken_change(exchange):
        return
    found = match_of(SPOKEN, exchange)
    if found is None:
        assert match_of(NAMED | ELSEWHERE, exchange), f"neither spoken nor named: {line_of(exchange)}"
        return
    pattern, match = found
    play = Play(azure_over, exchange, match, flow)
    check = SPOKEN[pattern](play)
    if exchange["response"]["status"] < 300:
        try:
            await check
        except NotOurs:
            return
    else:
        await _refused(check, exchange)
    for request in play.sent[:1]:
        asked = exchange["request"]["method"]
        assert request.method == ("PATCH" if "/vaultconfig" in str(request.url) and asked == "PUT" else asked)
        if "vaults?" not in exchange["request"]["url"]:  # of one group: read as the list of its subscription
            assert path_of(str(request.url)).lower() == _path_asked(exchange)


def _path_asked(exchange: Exchange) -> str:
    """With a slash at its end the list of policies is the same list; that of items is another region's."""
    path = path_of(exchange["request"]["url"]).lower()
    return path.rstrip("/") if path.endswith("/backuppolicies/") else path


KINDS = {401: e.AzureDenied, 403: e.AzureDenied, 404: e.AzureNotFound, 409: e.AzureConflict}


async def _refused(check: object, exchange: Exchange) -> None:
    """A refusal keeps its words, whichever envelope they came in; a busy Azure says when to come back."""
    response = exchange["response"]
    status, (code, message) = response["status"], words_of(response["body"])
    with pytest.raises(e.AzureError) as refused:
        await check  # type: ignore[misc]
    error = refused.value
    if status == 429:
        assert isinstance(error, e.AzureThrottled)
        assert error.retry_after == wait_of(response)
    elif status >= 500 or status == 408:
        assert isinstance(error, e.AzureUnknown)
        assert message is None or message[:200] in str(error)
    else:
        assert type(error) is KINDS.get(status, e.AzureRejected)
        assert isinstance(error, e.AzureRejected)
        assert (error.status, error.code) == (status, code)
        assert error.message == message


def test_no_recorded_exchange_is_left_over(capsys: pytest.CaptureFixture[str]) -> None:
    """The figures; a kind that no recording of the repository has is not in NAMED or CHANGES."""
    met: set[str] = set()
    for title, flows, steps, exchanges, understood in (
        ("2019-2020", OLD, 249, 1326, 1301),
        ("2022-2024", NEW, 630, 1503, 1385),
    ):
        counted = Counter[str]()
        for x in (x for flow in flows for x in flow.exchanges):
            counted["all"] += x["count"]
            counted["steps"] += 1
            found, named = None if unspoken_change(x) else match_of(SPOKEN, x), named_in_repository(x)
            assert (found is None) != (named is None), line_of(x)
            met.add((found or named or ("", None))[0])
            counted["understood" if found else named[1] if named else ""] += x["count"]
        said = {reason: count for reason, count in counted.items() if reason not in {"all", "steps", "understood"}}
        with capsys.disabled():
            sys.stdout.write(
                f"\n{title}: {counted['understood']} of {counted['all']} exchanges understood, "
                f"{sum(said.values())} named: {json.dumps(said, indent=1)}\n"
            )
        assert counted["understood"] + sum(said.values()) == counted["all"] == exchanges
        assert (counted["steps"], counted["understood"]) == (steps, understood)
    assert not (set(NAMED) | set(CHANGES)) - met, "a kind that nobody recorded"


def _with_names(exchanges: list[Exchange]) -> list[Exchange]:
    """Placeholders become names; VM ids that were left out for brevity are put back."""
    text = re.sub(r"<(vm)?sub>", "0f0f0f0f-1111-2222-3333-444444444444", json.dumps(exchanges))
    named: list[Exchange] = json.loads(re.sub(r"<(\w+)>", r"\g<1>1", text))
    for body in (x["response"]["body"] for x in named):
        for entry in body.get("value", ()) if isinstance(body, dict) else ():
            if entry["properties"].get("protectedItemType"):
                group, name = entry["name"].split(";")[2:]
                entry["properties"].setdefault("policyName", "")
                entry["properties"]["sourceResourceId"] = (
                    f"/subscriptions/0f0f0f0f-1111-2222-3333-444444444444/resourceGroups/{group}"
                    f"/providers/Microsoft.Compute/virtualMachines/{name}"
                )
    return named


@pytest.mark.parametrize(
    ("body", "member"),
    [
        ({"identity": {"type": "None"}}, "identity"),
        ({"identity": {"type": "SystemAssigned"}, "properties": {"encryption": {}}}, "identity"),
        ({"properties": {"publicNetworkAccess": "Enabled"}}, "properties/publicNetworkAccess"),
        ({"properties": {"publicNetworkAccess": "Enabled", "redundancySettings": {}}}, None),
        ({"tags": {"a": "b"}, "identity": {"type": "None"}}, None),
        ({"properties": {"neverSeen": 1}}, None),
        ({}, None),
    ],
)
def test_a_change_of_a_vault_is_named_only_where_nothing_in_it_is_ours(body: object, member: str | None) -> None:
    url = f"https://management.azure.com/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers"
    request = {"method": "PATCH", "url": f"{url}/Microsoft.RecoveryServices/vaults/v", "body": body}
    assert unspoken_change({"request": request}) == member
    assert unspoken_change({"request": request | {"method": "PUT"}}) is None
