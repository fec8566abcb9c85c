"""Verifies a chain link by link. Pure: `evidence.py` reads the links, from the database or from a file.

An edit breaks the hash of its link; a link that was removed, added or moved breaks the numbers or the previous hash; a
chain that was cut off, or rewritten with matching hashes, differs from the heads that were kept elsewhere.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.audit.canonical import GENESIS, Digits, Json, Seal, hash_of, parsed

PLATFORM_NAME = "the platform"


@dataclass(frozen=True, slots=True)
class KeptHead:
    """The head of a chain at an earlier time, kept where writers of the database cannot write."""

    tenant: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The first thing that is wrong with a chain."""

    tenant: str
    what: str

    def __str__(self) -> str:
        return f"tenant {self.tenant or PLATFORM_NAME}: {self.what}"


class NotReadable(ValueError):
    """A line of an exported file cannot be read. The message says which, and why."""


class ChainCheck:
    """Checks links in the order of their numbers, and returns the first finding."""

    def __init__(self, tenant: str, heads: Iterable[KeptHead] = ()) -> None:
        """`heads`: all saved heads, of any chain."""
        self.tenant = tenant
        self.seq, self.hash = 0, GENESIS
        self.links = 0
        self._heads: dict[int, set[str]] = {}
        for head in heads:
            if head.tenant == tenant:
                self._heads.setdefault(head.seq, set()).add(head.hash)

    def begin_after(self, seq: int, before: str) -> Finding | None:
        """For an export that does not begin with the first link: a kept head must say what came before it."""
        if seq > 0 and self._heads.get(seq) != {before}:
            return self._found(f"it begins after link {seq}, and no head that was kept says what came before")
        if seq > 0:
            self.seq, self.hash = seq, before
        return None

    def reach(self, head: KeptHead) -> Finding | None:
        """The export itself says that its chain ends here."""
        if (head.tenant, head.seq, head.hash) == (self.tenant, self.seq, self.hash):
            return None
        return self._found(f"the export names link {head.seq} as its end, but its links end at {self.seq}")

    def cut_off(self) -> Finding:
        return self._found(f"the export was cut off after link {self.seq}: the line that names its end is not there")

    def follow(self, seal: Seal, entry: Json | None) -> Finding | None:
        """The next link and its entry, None where that is gone."""
        wrong = next(self._objections(seal, entry), None)
        if wrong is not None:
            return self._found(f"link {seal.seq} (entry {seal.entry_id}): {wrong}")
        self.seq, self.hash, self.links = seal.seq, seal.hash, self.links + 1
        return None

    def _objections(self, seal: Seal, entry: Json | None) -> Iterator[str]:
        if (seal.tenant, seal.seq) != (self.tenant, self.seq + 1):
            yield f"it comes after link {self.seq}: links were removed, added or moved"
        if entry is None:
            yield "its entry is gone"
            return
        if (entry.get("id"), entry.get("tenant")) != (str(seal.entry_id), self.tenant):
            yield "its seal belongs to another entry"
        if seal.previous != self.hash:
            yield "it does not follow the link before it"
        try:
            if seal.hash != hash_of(seal, entry):
                yield "the entry or its seal was edited"
        except ValueError as error:
            yield str(error)
        if self._heads.get(seal.seq, {seal.hash}) != {seal.hash}:
            yield "the kept head differs: the chain was rewritten, up to here or further"

    def end(self) -> Finding | None:
        """Call it after the last link."""
        if self._heads.get(0, {GENESIS}) != {GENESIS}:
            return self._found("a kept head is not valid: number 0 with a hash")
        latest = max(self._heads, default=0)
        if latest > self.seq:
            return self._found(f"it ends at link {self.seq}, but a head that was kept names link {latest}")
        return None

    def _found(self, what: str) -> Finding:
        return Finding(self.tenant, what)


# --- files -----------------------------------------------------------------------------------------------------------
def read_heads(text: str) -> list[KeptHead]:
    """Heads as `GET /v1/audit/head` or `holdfast audit heads` give them: one object, or one a line.

    Raises NotReadable.
    """
    try:
        return [_head(parsed(text))]
    except (ValueError, RecursionError):
        lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise NotReadable("it is empty")
    return [_head(_line(number, line)) for number, line in enumerate(lines, start=1)]


def read_export(line: bytes, number: int) -> tuple[Seal, Json | None] | KeptHead:
    """A line of an export: a link and its entry, or the head that ends it. Raises NotReadable."""
    found = _line(number, line)
    try:
        if set(found) == {"head"}:
            return _head(found["head"])
        if set(found) != {"seal", "entry"}:
            raise ValueError("it is neither a link nor a head")
        entry = found["entry"]
        if entry is not None and not (isinstance(entry, dict) and isinstance(entry.get("id"), str)):
            raise ValueError("its entry is none")
        return _seal(found["seal"], entry), entry
    except (ValueError, TypeError, KeyError) as error:
        raise NotReadable(f"line {number} cannot be read: {error}") from None


def _line(number: int, line: str | bytes) -> Any:
    try:
        found = parsed(line.decode() if isinstance(line, bytes) else line)
    except (ValueError, RecursionError):
        raise NotReadable(f"line {number} is not JSON") from None
    if not isinstance(found, dict):
        raise NotReadable(f"line {number} is no object")
    return found


def _head(found: Any) -> KeptHead:
    if not isinstance(found, dict) or not {"tenant", "seq", "hash"} <= set(found) <= {"tenant", "seq", "hash", "at"}:
        raise NotReadable("it is not a head: {tenant, seq, hash, at}")
    return KeptHead(_word(found, "tenant"), _number(found, "seq"), _word(found, "hash"))


def _seal(found: Mapping[str, Any], entry: Json | None) -> Seal:
    if set(found) != {"tenant", "seq", "version", "sealed_at", "previous", "hash"}:
        raise ValueError("its seal is none")
    return Seal(
        _word(found, "tenant"),
        _number(found, "seq"),
        0 if entry is None else int(entry["id"]),
        _number(found, "version"),
        _word(found, "sealed_at"),
        _word(found, "previous"),
        _word(found, "hash"),
    )


def _word(found: Mapping[str, Any], name: str) -> str:
    value = found[name]
    if not isinstance(value, str) or isinstance(value, Digits):
        raise NotReadable(f"{name} is no text")
    return value


def _number(found: Mapping[str, Any], name: str) -> int:
    value = found[name]
    if not isinstance(value, Digits) or not (value.isdigit() and len(value) <= 18):
        raise NotReadable(f"{name} is no number")
    return int(value)


def check_export(lines: Iterable[bytes], heads: Sequence[KeptHead]) -> tuple[ChainCheck, Finding | None]:
    """One export, or several of one chain behind each other, as they were made. Raises NotReadable."""
    check: ChainCheck | None = None
    is_whole = False
    for number, line in enumerate(lines, start=1):
        read = read_export(line, number)
        is_whole = isinstance(read, KeptHead)
        if check is None:
            check = ChainCheck(read.tenant if isinstance(read, KeptHead) else read[0].tenant, heads)
            before = (read.seq, read.hash) if isinstance(read, KeptHead) else (read[0].seq - 1, read[0].previous)
            found = check.begin_after(*before)
        elif isinstance(read, KeptHead):
            found = check.reach(read)
        else:
            found = None
        if found is None and not isinstance(read, KeptHead):
            found = check.follow(*read)
        if found:
            return check, found
    if check is None:
        raise NotReadable("it is empty")
    return check, check.end() if is_whole else check.cut_off()
