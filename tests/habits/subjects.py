"""`python -m tests.habits.subjects main..HEAD` or `--message FILE`: are they as CONTRIBUTING says?"""

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

LONGEST = 72
WRONG_FORMS = re.compile(
    r"(added|adds|adding|fixed|fixes|fixing|changed|changes|changing|removed|removes|removing)\b", re.IGNORECASE
)
BY_GIT = ("Merge ", "Revert ", "fixup! ", "squash! ")


def complaints(subject: str) -> list[str]:
    """What is wrong with a subject; empty when nothing is. Git's own subjects of merges and reverts pass."""
    if subject.startswith(BY_GIT):
        return []
    found = []
    if len(subject) > LONGEST:
        found.append(f"it has {len(subject)} characters, {LONGEST} is the limit")
    if WRONG_FORMS.match(subject):
        found.append(f"'{subject.split(maxsplit=1)[0]}' is not imperative (Add, Fix, Change, Remove)")
    if subject.endswith("."):
        found.append("it ends with a full stop")
    if not subject[:1].isupper():
        found.append("it does not begin with a capital letter")
    return found


def main(arguments: Sequence[str]) -> int:
    if arguments[:1] == ["--message"]:
        lines = Path(arguments[1]).read_text(encoding="utf-8").splitlines()
        subjects = [next((line for line in lines if line and not line.startswith("#")), "")]
    else:
        command = ["git", "log", "--format=%s", *(arguments or ["main..HEAD"])]
        subjects = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    wrong = [f"{subject}\n  {complaint}" for subject in subjects for complaint in complaints(subject)]
    sys.stdout.write("".join(f"{one}\n" for one in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
