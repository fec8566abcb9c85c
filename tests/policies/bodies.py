"""Bodies of policies, and the problem that a wrong one meets, by the same code that the API runs."""

import copy
import json
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from app.core.errors import ServiceError
from app.core.http.problems import render, validation_problem
from app.policies import rules
from app.policies.schemas import PolicyCreate

Body = dict[str, Any]

DAILY: Body = {
    "name": "production",
    "time_zone": "America/New_York",
    "schedule": {"frequency": "daily", "time": "02:00"},
    "retention": {
        "daily": {"count": 30},
        "weekly": {"count": 12, "days": ["sunday"]},
        "monthly": {"count": 12, "weeks": ["first"], "days": ["sunday"]},
        "yearly": {"count": 7, "months": ["january"], "dates": [1]},
    },
    "instant_restore_days": 2,
}
WEEKLY: Body = {
    "name": "weekends",
    "time_zone": "Europe/Berlin",
    "schedule": {"frequency": "weekly", "time": "23:30", "days": ["saturday", "sunday"]},
    "retention": {
        "weekly": {"count": 12, "days": ["sunday", "saturday"]},
        "monthly": {"count": 12, "weeks": ["last"], "days": ["sunday"]},
    },
}
HOURLY: Body = {
    "name": "busy",
    "time_zone": "Asia/Tokyo",
    "schedule": {"frequency": "hourly", "every_hours": 4, "start": "08:00", "window_hours": 12},
    "retention": {"daily": {"count": 30}},
    "instant_restore_days": 7,
}
LEFT_OUT = object()


def changed(body: Body, **changes: Any) -> Body:
    """A copy with other values: `schedule__time="02:15"` reaches inside; LEFT_OUT takes a field away."""
    result = copy.deepcopy(body)
    for path, value in changes.items():
        *way, last = path.split("__")
        here = result
        for step in way:
            here = here.setdefault(step, {})
        if value is LEFT_OUT:
            del here[last]
        else:
            here[last] = value
    return result


def problem_of(body: Body) -> Body | None:
    """The problem+json of a body that cannot be; None for one that is accepted."""
    try:
        parsed = PolicyCreate.model_validate(body)
        rules.check_name(parsed.name)
        definition = parsed.to_definition()
        rules.check_type(definition, asked=parsed.enhanced)
        rules.check_definition(definition)
    except ValidationError as error:
        errors = [entry | {"loc": ("body", *entry["loc"])} for entry in error.errors()]
        answer = validation_problem(RequestValidationError(errors, body=body))
    except ServiceError as error:
        answer = render(error)
    else:
        return None
    problem: Body = json.loads(bytes(answer.body))
    return problem
