"""The verifier of the docs, which shares no code with Holdfast."""

import importlib.util
from types import ModuleType

from tests.folder_order import ROOT

SCRIPT = ROOT / "docs/verify_evidence.py"


def offline_verifier() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_evidence", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
