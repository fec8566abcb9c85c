"""Generated classes made smaller: dataclasses of the standard library, so that the client needs httpx and nothing else.

Fields that the document does not have are kept in `additional_properties`; the access by key that the generator adds is
left out, unless the class has nothing else.
"""

import re
from pathlib import Path

_BY_KEY = re.compile(r"\n    @property\n    def additional_keys\(self\).*\Z", re.DOTALL)
_REPLACED = (
    ("from attrs import define as _attrs_define\n", "from dataclasses import dataclass as _dataclass\n"),
    ("from attrs import field as _attrs_field\n", "from dataclasses import field as _field\n"),
    ("@_attrs_define\n", "@_dataclass\n"),
    ("_attrs_field(init=False, factory=dict)", "_field(init=False, default_factory=dict)"),
)


def slim(folder: Path) -> None:
    """Rewrite each module of `folder`. Raises ValueError when the generator writes otherwise than it did."""
    for path in folder.glob("[!_]*.py"):
        text = path.read_text(encoding="utf-8")
        if "@_attrs_define" not in text:
            continue
        for old, new in _REPLACED:
            text = text.replace(old, new)
        if "attrs" in text:
            raise ValueError(f"{path.name}: the generator uses attrs in a way that slim_models.py does not know")
        if "field_dict.update(\n" in text or "field_dict.update({" in text:  # it has fields of its own
            text = _BY_KEY.sub("", text)
        path.write_text(text, encoding="utf-8")
