"""The simulator's page shows requests that the simulator takes."""

import json
import re
from pathlib import Path

from tests.simulator.story import Story

PAGE = Path(__file__).parents[2] / "docs" / "simulator.md"
REQUEST = re.compile(r"^curl -s \$SIMULATOR/_simulator/(\S+)(?: -d '(.*)')?$", re.MULTILINE)


async def test_every_request_of_the_page_is_taken(story: Story) -> None:
    shown = REQUEST.findall(PAGE.read_text(encoding="utf-8"))
    assert len(shown) >= 6
    for action, body in shown:
        path = f"/_simulator/{action}"
        answer = await (story.client.post(path, json=json.loads(body)) if body else story.client.get(path))
        assert answer.status_code == 200, (action, answer.text)
    assert (await story.client.delete("/_simulator/faults")).status_code == 200
