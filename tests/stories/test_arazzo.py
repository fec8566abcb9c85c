"""The story of openapi/story.arazzo.yaml, executed by redocly's `respect` against running processes."""

import json
import os
import re
import subprocess
from pathlib import Path

import httpx

from app.dev.tokens import fetch_token
from tests.needs import NODE_TOOLS, ROOT, needed
from tests.stories.processes import TENANT_PATH, served_alone
from tests.whole import only_whole

STORY = ROOT / "openapi" / "story.arazzo.yaml"


def test_the_story_asks_only_for_operations_of_the_document() -> None:
    document = json.loads((ROOT / "openapi" / "openapi.json").read_text(encoding="utf-8"))
    known = {one["operationId"] for path in document["paths"].values() for one in path.values()}
    asked = re.findall(r"^ +operationId: (\w+)$", STORY.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(asked) <= known
    assert {"create_vault", "create_protected_item", "create_backup", "create_restore", "unmount_files"} <= set(asked)


@only_whole
def test_respect_carries_the_whole_story_out(database_url: str, tmp_path: Path) -> None:
    node, redocly = needed("node"), needed("redocly", NODE_TOOLS / "redocly")
    with served_alone(database_url) as (url, simulator):
        token = fetch_token(simulator + TENANT_PATH, principal="story", roles=["admin"])
        inputs = [f"--input={name}={value}" for name, value in {"token": token, "run": "one", "vault": "v-1"}.items()]
        report = tmp_path / "report.json"
        command = [node, redocly, "respect", str(STORY), f"--server=holdfast={url}", f"--json-output={report}"]
        said = subprocess.run(
            [*command, *inputs],
            env={**os.environ, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=420,
        )
        assert said.returncode == 0, (said.stdout + said.stderr)[-6000:]
        kinds = [one["kind"] for one in httpx.get(f"{simulator}/_simulator/truth", trust_env=False).json()["triggers"]]
    assert kinds == ["backup", *["restore"] * 3, "cross_region_restore"]
