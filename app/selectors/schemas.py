"""The body of a selector."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.jobs.api.schemas import PRINTABLE
from app.selectors.rules import Selector

Word = Annotated[str, StringConstraints(min_length=1, max_length=260, pattern=PRINTABLE)]
ArmId = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=PRINTABLE)]
Location = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9 ]+$")]
TagName = Annotated[str, StringConstraints(min_length=1, max_length=512, pattern=PRINTABLE)]
TagValue = Annotated[str, StringConstraints(max_length=256, pattern=PRINTABLE)]
PATTERN = "`*` matches any characters, `?` one."


class SelectorBody(BaseModel):
    """Which VMs: lists OR, members AND; an empty selector selects all. In any letter case, but for values of tags."""

    model_config = ConfigDict(extra="forbid")

    subscriptions: list[Word] | None = Field(default=None, max_length=100)
    resource_groups: list[Word] | None = Field(
        default=None, max_length=100, description="Names of resource groups of the VMs; null: of any."
    )
    locations: list[Location] | None = Field(default=None, max_length=100)
    tags: dict[TagName, Annotated[list[TagValue], Field(max_length=100)]] | None = Field(
        default=None,
        max_length=50,
        description="Each of these tags must have one of its values. Tags are those that the estate last saw of the VM "
        "(docs/estate.md), also of one that is gone since: a VM that it never saw has none.",
        examples=[{"env": ["prod", "staging"]}],
    )
    names: list[Word] | None = Field(default=None, max_length=100, description=f"Names of VMs. {PATTERN}")
    excepted: list[ArmId] = Field(
        default=[], alias="except", max_length=100, description=f"Names or ids of VMs. In names {PATTERN}"
    )

    def as_selector(self) -> Selector:
        return Selector(self.subscriptions, self.resource_groups, self.locations, self.tags, self.names, self.excepted)
