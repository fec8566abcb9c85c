"""The document of the last release, without its prose: `python -m tests.reference.baseline` writes it anew.

It is done once for a version, when it is closed (`make released`): from then on a break of it must be announced again.
"""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "openapi" / "openapi.json"
RELEASED = ROOT / "openapi" / "released.json"
CHANGELOG = ROOT / "CHANGELOG.md"
PROSE = {"description", "summary", "examples", "example", "title", "externalDocs", "contact", "license"}

Json = dict[str, Any]


def without_prose(node: Any, *, names: bool = False) -> Any:
    """`names`: the keys are names that someone chose, such as a property `title`, and no words of JSON Schema."""
    if isinstance(node, dict):
        return {
            key: without_prose(value, names=key in {"properties", "schemas", "patternProperties", "paths", "webhooks"})
            for key, value in node.items()
            if names or key not in PROSE
        }
    return [without_prose(one) for one in node] if isinstance(node, list) else node


def main() -> None:
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    written = json.dumps(without_prose(document), indent=None, separators=(",", ":"), sort_keys=True)
    RELEASED.write_text(written.replace('},"', '},\n"') + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
