"""The Python client against a server: its README runs, and its models understand what the API answers."""

import asyncio
import re
from pathlib import Path

import pytest

from holdfast_client import AsyncHoldfast, Holdfast, Invalid, NotFound
from holdfast_client.generated.models import JobRead, VaultRead
from tests.clients.served import served
from tests.world import World

README = Path(__file__).resolve().parents[2] / "clients" / "python" / "README.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


async def test_the_readme_runs_as_it_is_written(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await world.item()
    async with served(world) as server:
        monkeypatch.setenv("HOLDFAST_API", server.url)
        monkeypatch.setenv("HOLDFAST_TOKEN", world.token())
        assert len(BLOCKS) == 5
        names: dict[str, object] = {}
        for block in BLOCKS:
            await asyncio.to_thread(exec, compile(block, str(README), "exec"), names)
        ended, client = names["ended"], names["client"]
        assert isinstance(ended, JobRead)
        assert isinstance(client, Holdfast)
        client.close()
    assert (ended.kind, ended.state) == ("restore", "succeeded")
    shown = capsys.readouterr().out
    assert "succeeded" in shown
    assert "vm-web-01" in shown
    assert "not_found" in shown
    assert [trigger["kind"] for trigger in world.triggers] == ["backup", "restore"], "each request was carried out once"


async def test_models_understand_what_the_api_answers(world: World) -> None:
    vault = await world.vault()
    async with served(world) as server, AsyncHoldfast(server.url, world.token()) as client:
        found = await client.vaults.get(VaultRead.from_dict(vault).id)
        times = {"created_at", "updated_at", "as_of"}
        assert {name: value for name, value in found.to_dict().items() if name not in times} == {
            name: value for name, value in vault.items() if name not in times
        }
        assert [one.name async for one in client.policies.list(found.id)] == ["DefaultPolicy", "EnhancedPolicy"]
        me = await client.tenants.get_me()
        assert me.object_id == "caller-1"
        with pytest.raises(NotFound):
            await client.policies.get(found.id)
        with pytest.raises(Invalid) as caught:
            await client.jobs.list(vm_id="").__anext__()
        assert caught.value.remedy
