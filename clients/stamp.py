"""From what the clients were made, and what was made: digests. Comparing them shows drift without generating anew."""

import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAMP = ROOT / "clients" / "generated.json"
PYTHON = ROOT / "clients" / "python" / "holdfast_client" / "generated"
TYPESCRIPT = ROOT / "clients" / "typescript" / "src" / "schema.ts"
MADE_FROM = (
    "openapi/openapi.json",
    "requirements-client.lock",
    "clients/generate.py",
    "clients/slim_models.py",
    "clients/resources.py",
    "clients/python/templates",
    "clients/typescript/package-lock.json",
)


def digest(path: Path) -> str:
    """SHA-256 over the names and contents of a file, or of all files below a folder."""
    found = hashlib.sha256()
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    for one in files:
        if one.is_file() and "__pycache__" not in one.parts:
            found.update(one.relative_to(path.parent).as_posix().encode() + b"\0" + one.read_bytes() + b"\0")
    return found.hexdigest()


def present() -> dict[str, dict[str, str]]:
    """What is there now."""
    return {
        "made_from": {name: digest(ROOT / name) for name in MADE_FROM},
        "made": {path.relative_to(ROOT).as_posix(): digest(path) for path in (PYTHON, TYPESCRIPT)},
    }


def write() -> None:
    STAMP.write_text(json.dumps(present(), indent=2) + "\n", encoding="utf-8")


def written() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(STAMP.read_text(encoding="utf-8"))
    return found
