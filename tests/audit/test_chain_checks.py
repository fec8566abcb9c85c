"""The check itself: whatever is done to a chain's links or to an exported file, it is found; and nothing else is."""

import copy
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.audit.canonical import Digits, Seal, canonical, parsed, sealed
from app.audit.chain_checks import ChainCheck, Finding, KeptHead, NotReadable, check_export, read_heads
from tests.whole import of_walk

Link = tuple[Seal, dict[str, Any] | None]

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | TEXT
    | st.sampled_from(["1", "1.0", "1.00", "-0", "12345678901234567890.1"]).map(Digits),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
FIELDS = (
    "at",
    "action",
    "target",
    "outcome",
    "address",
    "request_id",
    "job_id",
    "approval_id",
    "attempt_id",
    "tenant",
    "id",
)


def entry(number: int, details: Any = None, tenant: str = "a") -> dict[str, Any]:
    return {
        "id": str(number),
        "tenant": tenant,
        "at": f"2026-01-31T12:00:{number:02}.000000Z",
        "actor": {"issuer": "i", "directory": "d", "object_id": "o", "name": "n"},
        "action": "create_restore",
        "target": f"/v1/restores/{number}",
        "outcome": "accepted",
        "address": "192.0.2.1",
        "request_id": "r",
        "job_id": None,
        "approval_id": None,
        "attempt_id": None,
        "details": {} if details is None else details,
    }


def chain(entries: list[dict[str, Any]], tenant: str = "a") -> list[Link]:
    links: list[Link] = []
    last: Seal | None = None
    for one in entries:
        last = sealed(last, one, tenant=tenant, sealed_at="2026-01-31T13:00:00.000000Z")
        links.append((last, one))
    return links


def verdict(links: list[Link], heads: list[KeptHead]) -> Finding | None:
    check = ChainCheck("a", heads)
    for seal, one in links:
        found = check.follow(seal, one)
        if found:
            return found
    return check.end()


def head_of(links: list[Link]) -> KeptHead:
    return KeptHead("a", len(links), links[-1][0].hash)


def lines(links: list[Link]) -> list[bytes]:
    """As an export writes them."""
    written = []
    for seal, one in links:
        said = {name: getattr(seal, name) for name in ("tenant", "seq", "version", "sealed_at", "previous", "hash")}
        written.append(canonical({"seal": said, "entry": one}) + b"\n")
    end = links[-1][0]
    head = {"tenant": "a", "seq": end.seq, "hash": end.hash, "at": end.sealed_at}
    return [*written, canonical({"head": head}) + b"\n"]


class Tamperer:
    """Does arbitrary things to a chain, as often as the data says."""

    def __init__(self, data: st.DataObject, links: list[Link]) -> None:
        self._data = data
        self.links = copy.deepcopy(links)

    def once(self) -> None:
        if not self.links:
            return
        ways = [
            self.edit_entry,
            self.edit_actor,
            self.edit_details,
            self.edit_seal,
            self.delete,
            self.swap,
            self.repeat,
            self.cut,
            self.lose,
            self.chain_anew,
        ]
        self._data.draw(st.sampled_from(ways))()

    def _pick(self) -> int:
        return self._data.draw(st.integers(0, len(self.links) - 1))

    def _entry(self) -> dict[str, Any]:
        return self.links[self._pick()][1] or entry(1)

    def edit_entry(self) -> None:
        self._entry()[self._data.draw(st.sampled_from(FIELDS))] = self._data.draw(st.none() | TEXT)

    def edit_actor(self) -> None:
        name = self._data.draw(st.sampled_from(["issuer", "directory", "object_id", "name"]))
        self._entry()["actor"][name] = self._data.draw(TEXT)

    def edit_details(self) -> None:
        self._entry()["details"] = self._data.draw(JSON)

    def edit_seal(self) -> None:
        index = self._pick()
        seal, one = self.links[index]
        change: dict[str, Any] = self._data.draw(
            st.sampled_from(
                [
                    {"seq": seal.seq + 1},
                    {"seq": seal.seq - 1},
                    {"version": 2},
                    {"sealed_at": "2026-01-31T13:00:00.000001Z"},
                    {"previous": "0" * 64},
                    {"hash": "f" * 64},
                    {"tenant": "b"},
                    {"entry_id": seal.entry_id + 1},
                ]
            )
        )
        self.links[index] = replace(seal, **change), one

    def delete(self) -> None:
        del self.links[self._pick()]

    def lose(self) -> None:
        index = self._pick()
        self.links[index] = self.links[index][0], None

    def swap(self) -> None:
        one, other = self._pick(), self._pick()
        self.links[one], self.links[other] = self.links[other], self.links[one]

    def repeat(self) -> None:
        self.links.insert(self._pick(), copy.deepcopy(self.links[self._pick()]))

    def cut(self) -> None:
        self.links = self.links[: self._pick()]

    def chain_anew(self) -> None:
        """With hashes that fit, over whatever the entries say by now."""
        left = [one for _, one in self.links if one is not None]
        self.links = chain([one | {"id": str(number)} for number, one in enumerate(left, start=1)])


@given(st.data(), st.lists(JSON, min_size=1, max_size=6), st.integers(1, 3))
@settings(max_examples=of_walk(short=100, whole=400))
def test_any_tampering_is_found_and_an_untouched_chain_is_sound(
    data: st.DataObject, details: list[Any], times: int
) -> None:
    links = chain([entry(number, one) for number, one in enumerate(details, start=1)])
    kept = [head_of(links)]
    assert verdict(links, kept) is None
    tamperer = Tamperer(data, links)
    for _ in range(times):
        tamperer.once()
    # What was added at the end as if it had just happened, and is chained as it must be, is not to be told from what
    # did happen (docs/audit.md says so): all that was there before it must be as it was.
    is_found = verdict(tamperer.links, kept) is not None
    assert is_found or tamperer.links[: len(links)] == links
    assert not is_found or tamperer.links != links


@given(st.data(), st.lists(JSON, min_size=1, max_size=4))
@settings(max_examples=of_walk(short=60, whole=200))
def test_any_byte_of_an_export_that_is_changed_is_found_or_means_the_same(
    data: st.DataObject, details: list[Any]
) -> None:
    links = chain([entry(number, one) for number, one in enumerate(details, start=1)])
    whole = b"".join(lines(links))
    position = data.draw(st.integers(0, len(whole) - 1))
    changed = whole[:position] + bytes([data.draw(st.integers(0, 255))]) + whole[position + 1 :]
    try:
        _, found = check_export(changed.splitlines(keepends=True), [head_of(links)])
    except NotReadable:
        return
    if found is None:  # White space, or what stands in the last line for people: when it was sealed.
        assert [without_at(line) for line in changed.splitlines()] == [without_at(line) for line in whole.splitlines()]


def without_at(line: bytes) -> Any:
    found = parsed(line.decode())
    found.get("head", {}).pop("at", None)
    return found


def test_an_export_may_begin_where_a_kept_head_ends_and_nowhere_else() -> None:
    links = chain([entry(number) for number in range(1, 6)])
    exported = lines(links)
    assert check_export(exported, [])[1] is None
    later = exported[2:]
    assert check_export(later, [KeptHead("a", 2, links[1][0].hash)])[1] is None
    assert "no head that was kept" in str(check_export(later, [])[1])
    assert "no head that was kept" in str(check_export(later, [KeptHead("a", 2, "0" * 64)])[1])
    first = lines(links[:2])
    assert check_export([*first, *later], [])[1] is None, "two exports, one behind the other"


def test_an_export_that_was_cut_off_says_so() -> None:
    exported = lines(chain([entry(number) for number in range(1, 4)]))
    assert "cut off" in str(check_export(exported[:-1], [])[1])
    assert "names link 3 as its end" in str(check_export([*exported[:-2], exported[-1]], [])[1])
    with pytest.raises(NotReadable, match="line 2 is not JSON"):
        check_export([exported[0], exported[1][:20]], [])
    with pytest.raises(NotReadable, match="empty"):
        check_export([], [])


def test_heads_are_read_as_one_object_or_one_a_line() -> None:
    one = '{"tenant": "a", "seq": 4, "hash": "ff", "at": null}'
    assert read_heads(one) == [KeptHead("a", 4, "ff")]
    assert read_heads(f"{one}\n\n{one}\n") == [KeptHead("a", 4, "ff")] * 2
    for wrong in (
        "",
        "[]",
        "{}",
        '{"tenant": "a", "seq": "4", "hash": "ff"}',
        '{"tenant": 1, "seq": 4, "hash": "ff"}',
        '{"tenant": "a", "seq": 4.5, "hash": "ff"}',
        "x",
    ):
        with pytest.raises(NotReadable):
            read_heads(wrong)


def test_two_different_heads_of_one_number_cannot_both_be_true() -> None:
    links = chain([entry(1), entry(2)])
    assert verdict(links, [head_of(links), KeptHead("a", 2, "0" * 64)]) is not None


def test_the_canonical_form_is_what_the_documentation_says() -> None:
    """Fixed bytes: entries that were sealed years ago must still verify."""
    one = parsed('{"b":[1.50,1e3,true,null],"a":"\\u20ac\\u001f\\"/"}')
    assert canonical(one) == '{"a":"€\\u001f\\"/","b":[1.50,1e3,true,null]}'.encode()
    seal = sealed(None, entry(7, one), tenant="a", sealed_at="2026-01-31T13:00:00.000000Z")
    by_hand = (
        '{"entry":{"action":"create_restore","actor":{"directory":"d","issuer":"i","name":"n","object_id":"o"},'
        '"address":"192.0.2.1","approval_id":null,"at":"2026-01-31T12:00:07.000000Z","attempt_id":null,'
        '"details":{"a":"€\\u001f\\"/","b":[1.50,1e3,true,null]},"id":"7","job_id":null,"outcome":"accepted",'
        '"request_id":"r","target":"/v1/restores/7","tenant":"a"},"previous":"' + "0" * 64 + '",'
        '"sealed_at":"2026-01-31T13:00:00.000000Z","seq":1,"tenant":"a","version":1}'
    )
    assert seal.hash == sha256(by_hand.encode()).hexdigest()
    assert seal.hash == "cc3ff2dc2e776ae44c69b59ebc49e3c2c8615b9ff57afc287bb00cfc2e9504d8"
