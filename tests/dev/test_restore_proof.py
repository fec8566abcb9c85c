"""The end of the demo: a restore that is proven, its evidence verified offline, and nothing left."""

import io
import json
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx
from rich.console import Console

from app.dev import story
from app.dev.console import Screen
from app.dev.restore_proof import EVIDENCE, KEYS, Proof
from app.dev.story import Caller, StoryFailed
from app.evidence.commands import verify_files
from app.evidence.keys import EvidenceKeys, jwk_of, new_key
from app.evidence.statement import Link, Subject, canonical, statement_of

API, SIMULATOR = "http://api.test", "http://simulator.test"
RUN: dict[str, Any] = {
    "id": "r1",
    "outcome": "proven",
    "detail": None,
    "vm_id": "/vms/vm-web-01",
    "levels": [{"level": "restored", "outcome": "passed", "detail": "2 disks are there."}],
    "measured": {"disks_seconds": 12.5},
    "left": [],
}


@pytest.fixture
def answers(respx_mock: respx.MockRouter, monkeypatch: pytest.MonkeyPatch) -> respx.MockRouter:
    """An API in which the test is proven, and a simulator that shows nothing new."""
    monkeypatch.setattr(story, "LOOK_SECONDS", 0)
    respx_mock.post(url__startswith=f"{SIMULATOR}/_simulator/").respond(json={})
    made = {"id": "t1", "next_due_at": "2027-01-01T01:30:00Z", "hash": "0" * 64}
    respx_mock.post(f"{API}/v1/restore-tests").respond(201, json=made)
    job = {"id": "j1", "kind": "restore_test_run", "state": "succeeded", "resource": "/v1/restore-tests/t1"}
    respx_mock.post(f"{API}/v1/restore-tests/t1/runs").respond(202, json=job | {"progress_percent": None})
    keys = EvidenceKeys([new_key()])
    stated = statement_of(
        Subject("/vms/vm-web-01", "/v", "rp", "2026-01-31"), {"outcome": "proven"}, Link("t", 1, "0" * 64)
    )
    respx_mock.get(f"{API}/v1/restore-test-runs/r1/evidence").respond(json=keys.sign(canonical(stated)).as_json())
    respx_mock.get(f"{API}/v1/evidence/keys").respond(json={"keys": [jwk_of(keys.public[0])]})
    respx_mock.get(f"{API}/v1/reports/restore-tests").respond(text="<p>quarter</p>")

    def verified(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        """In this process: each interpreter of its own costs a second."""
        file, keys_file = [one for one in command if one.endswith(".json")]
        code, said = verify_files([Path(file)], Path(keys_file))
        return subprocess.CompletedProcess(command, code, said, "")

    monkeypatch.setattr(subprocess, "run", verified)
    return respx_mock


def told(proof: Proof, screen: Screen, folder: Path) -> Path:
    with httpx.Client(base_url=API) as client:
        proof.test(Caller(client, screen, lambda: None))
    return proof.show(API, "token", lambda: None, folder)


@pytest.mark.parametrize(
    ("run", "appeared", "refused"),
    [
        ({}, [], None),
        ({"outcome": "failed", "detail": "no boot"}, [], "is failed: no boot"),
        ({}, ["/disks/left"], "left or took away: /disks/left"),
        ({"left": [{"id": "/disks/left"}]}, [], "left or took away"),
    ],
)
def test_it_ends_only_with_a_proof_whose_evidence_is_authentic_and_nothing_left(
    answers: respx.MockRouter, tmp_path: Path, run: dict[str, Any], appeared: list[str], refused: str | None
) -> None:
    answers.get(f"{API}/v1/restore-test-runs").respond(json={"items": [RUN | run], "next": None})
    inventory = {"now": ["/a"], "before": ["/a"], "appeared": appeared, "gone": []}
    answers.get(f"{SIMULATOR}/_simulator/truth/inventory").respond(json=inventory)
    shown = io.StringIO()
    screen = Screen(Console(file=shown, width=200))
    proof = Proof(SIMULATOR, screen)
    if refused is not None:
        with pytest.raises(StoryFailed, match=refused):
            told(proof, screen, tmp_path)
        return
    assert told(proof, screen, tmp_path).read_text(encoding="utf-8") == "<p>quarter</p>"
    assert "holdfast evidence verify: Authentic: vm-web-01" in shown.getvalue()
    assert "with one letter changed: NOT AUTHENTIC" in shown.getvalue()
    assert "nothing: 1 resources, the same as before the test" in shown.getvalue()
    assert json.loads((tmp_path / EVIDENCE).read_text(encoding="utf-8"))["payload"]
    assert (tmp_path / KEYS).exists()
