"""The catalogue as a page: docs/errors.md. `python -m app.error_catalogue.page > docs/errors.md` writes it again."""

import sys

from app.error_catalogue import SECTIONS, UNKNOWN_TYPE, Entry

INTRODUCTION = f"""# Azure's reasons, explained

When Azure refuses something or a job of Azure's fails, the job's `error` (and a problem, where a read was refused)
carries Azure's own code as `azure_code`, its words as `detail`, and as `type` one of the types below: stable, however
Azure spells the code. `GET /v1/errors` is this page as JSON; `GET /v1/errors/{{code}}` explains one code.

Where no code is named, it is not known which one Azure refuses with: the reason is read in the words of its message.
A code that is not here keeps its own words under `{UNKNOWN_TYPE}`.

- **who**: who can do something about it: the `caller`, the `subscription_owner` (who runs the VM and its
  subscription), or `us` (the operators of Holdfast).
- **again**: whether the same request may succeed later with nothing changed.
- **source**: `recorded` = seen in recorded traffic; `documented` = in Microsoft's published documentation; `reported` =
  quoted by others in public reports; `assumed` = expected by us, not seen yet.

This page is generated from `app/error_catalogue`.
"""


def render() -> str:
    parts = [INTRODUCTION]
    for heading, entries in SECTIONS:
        parts.append(f"## {heading}\n")
        parts.extend(_entry(entry) for entry in entries)
    return "\n".join(parts)


def _entry(entry: Entry) -> str:
    codes = ", ".join(f"`{code}`" for code in entry.codes) or "code not known: read in Azure's message"
    again = "yes" if entry.retryable else "no"
    return (
        f"### {entry.title}\n\n`{entry.type}` · {codes}\n\n{entry.cause}\n\n**What to do:** {entry.remedy}\n\n"
        f"who: `{entry.who}` · again: {again} · source: {entry.source}\n"
    )


if __name__ == "__main__":
    sys.stdout.write(render())
