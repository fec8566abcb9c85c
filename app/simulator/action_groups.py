"""Action groups of Azure Monitor: whom an alert tells (docs/azure.md, Azure Monitor).

Statuses, members and words are those of the recordings of 2023 (api 2022-06-01): 201 for a new group and 200 for one
that is there, every list of receivers present, errors of receivers without the usual envelope. What is refused is
documented (a short name of at most 12 characters, names of receivers unique in a group); its codes are guesses.
"""

from app.simulator.arm import ArmError, Call, Reply, Route, resource_not_found
from app.simulator.inventory import GROUP, existing_group
from app.simulator.progress import micros
from app.simulator.world import Json

KIND = "Microsoft.Insights/actionGroups"
ACTION_GROUPS = GROUP + "/providers/Microsoft.Insights/actionGroups"
ACTION_GROUP = ACTION_GROUPS + "/{name}"
RECEIVERS = (
    "emailReceivers",
    "smsReceivers",
    "webhookReceivers",
    "eventHubReceivers",
    "itsmReceivers",
    "azureAppPushReceivers",
    "automationRunbookReceivers",
    "voiceReceivers",
    "logicAppReceivers",
    "azureFunctionReceivers",
    "armRoleReceivers",
)
SUBSCRIBED = ("emailReceivers", "smsReceivers")
"""Receivers that can be unsubscribed, and so have a status."""
MECHANISMS = {"emailReceivers": "Email", "smsReceivers": "Sms", "webhookReceivers": "Webhook"}
LONGEST_SHORT_NAME = 12
ENDS_AFTER = 1800.0
"""Nominal seconds until a test notification has ended: recorded, although each receiver was told within a minute."""
DETAILS_AFTER = 60.0


class PlainError(ArmError):
    """An error without the `error` envelope."""

    def reply(self) -> Reply:
        return Reply(self.status, {"code": self.code, "message": self.message}, self.headers)


def put_group(call: Call) -> Reply:
    group, _ = existing_group(call, call.params["group"])
    body = call.body if isinstance(call.body, dict) else {}
    properties = call.properties()
    _check(properties)
    key, known = call.path.lower(), call.world.monitor.get(call.path.lower())
    name = call.params["name"] if known is None else known["name"]
    call.world.monitor[key] = {
        "id": f"/subscriptions/{call.subscription}/resourceGroups/{group}"
        f"/providers/microsoft.insights/actionGroups/{name}",
        "type": "Microsoft.Insights/ActionGroups",
        "name": name,
        "location": str(body.get("location") or "Global"),
        "kind": None,
        "tags": body.get("tags"),
        "properties": {
            "groupShortName": properties["groupShortName"],
            "enabled": bool(properties.get("enabled", True)),
            **{kind: [_shown(kind, one) for one in properties.get(kind) or ()] for kind in RECEIVERS},
        },
        "identity": None,
    }
    return Reply(201 if known is None else 200, call.world.monitor[key])


def _check(properties: Json) -> None:
    short = properties.get("groupShortName")
    if not isinstance(short, str) or not 1 <= len(short) <= LONGEST_SHORT_NAME:
        raise ArmError(400, "BadRequest", "The group short name must have 1 to 12 characters.")
    names: list[str] = []
    for kind in RECEIVERS:
        for one in properties.get(kind) or ():
            if not one.get("name"):
                raise ArmError(400, "BadRequest", f"A receiver of {kind} has no name.")
            names.append(str(one["name"]).lower())
            if kind == "emailReceivers" and "@" not in str(one.get("emailAddress", "")):
                raise ArmError(400, "BadRequest", f"The email address of the receiver {one['name']} is not valid.")
            if kind == "webhookReceivers" and not str(one.get("serviceUri", "")).startswith(("https://", "http://")):
                raise ArmError(400, "BadRequest", f"The service URI of the receiver {one['name']} is not valid.")
    if len(names) != len(set(names)):
        raise ArmError(400, "BadRequest", "Names of receivers must be unique in an action group.")


def _shown(kind: str, receiver: Json) -> Json:
    shown = {name: value for name, value in receiver.items() if name != "status"}
    if kind in SUBSCRIBED:
        shown["status"] = "Enabled"
    if kind == "webhookReceivers":
        shown = {"useCommonAlertSchema": False, "useAadAuth": False} | shown
        shown |= {name: shown.get(name) for name in ("objectId", "identifierUri", "tenantId")}
    return shown


def group_of(call: Call) -> Json:
    """The group of the path, or ARM's 404."""
    path = "/".join(call.path.split("/")[:9])
    found: Json | None = call.world.monitor.get(path.lower())
    if found is None:
        raise resource_not_found(KIND, call.params["name"], call.params["group"])
    return found


def get_group(call: Call) -> Reply:
    return Reply(200, group_of(call))


def list_groups(call: Call) -> Reply:
    return Reply(200, {"value": in_place(call, "/providers/microsoft.insights/actiongroups/")})


def in_place(call: Call, kind: str) -> list[Json]:
    """What there is of a kind in the resource group, or the subscription, of the path."""
    if "group" in call.params:
        existing_group(call, call.params["group"])
    start = call.path.lower().partition("/providers/")[0] + "/"
    return [one for key, one in call.world.monitor.items() if key.startswith(start) and kind in key]


def delete(call: Call) -> Reply:
    """200 without a body was recorded; 204 for what is not there is the specification's."""
    existing_group(call, call.params["group"])
    return Reply(200 if call.world.monitor.pop(call.path.lower(), None) is not None else 204)


# -- receivers ----------------------------------------------------------------------------------------------------
def subscribe(call: Call) -> Reply:
    group, wanted = group_of(call), str((call.body or {}).get("receiverName", ""))
    found = [one for kind in SUBSCRIBED for one in group["properties"][kind] if one["name"] == wanted]
    if not found:
        message = f"Could not find receiver with name {wanted} in action group with Id {group['name'].upper()}"
        raise PlainError(404, "ReceiverNotFound", message)
    message = f"Receiver with name {wanted} in action group with Id {group['name'].upper()} is already enabled"
    raise PlainError(409, "ReceiverAlreadyEnabled", message)


def create_notifications(call: Call) -> Reply:
    """202 with a link. Nothing is sent: what became of it is told as recorded."""
    group, asked = group_of(call), call.body if isinstance(call.body, dict) else {}
    number = call.world.number_name(16)
    told = [(MECHANISMS[kind], str(one["name"])) for kind in MECHANISMS for one in asked.get(kind) or ()]
    kind = str(asked.get("alertType", "")).capitalize()
    call.world.notifications[number] = {"kind": kind, "told": told, "at": call.world.clock.now()}
    path = f"{group['id']}/notificationStatus/{number}"
    return Reply(202, None, {"Location": f"https://{call.host}{path}?api-version={call.api_version}"})


def get_notification(call: Call) -> Reply:
    """202 while it runs, also after every receiver was told; 200 half an hour later. No Retry-After was recorded."""
    found = call.world.notifications.get(call.params["number"])
    if found is None:
        raise PlainError(404, "NotificationNotFound", "There is no such notification.")  # not observed
    age = call.world.clock.age(found["at"])
    ended = age >= ENDS_AFTER
    at = micros(found["at"]).replace("Z", "+00:00")
    details = [_detail(mechanism, name, at) for mechanism, name in found["told"]] if age >= DETAILS_AFTER else []
    body: Json = {
        "context": {
            "notificationSource": "Microsoft.Insights/TestNotification",
            "contextType": f"Microsoft.Insights/{found['kind']}",
        },
        "state": "Completed" if ended else "InProgress" if age >= 1 else "New",
        "completedTime": micros(call.world.clock.now()).replace("Z", "+00:00")
        if ended
        else "0001-01-01T00:00:00+00:00",
        "createdTime": at,
        "actionDetails": details,
    }
    return Reply(200 if ended else 202, body)


def _detail(mechanism: str, name: str, at: str) -> Json:
    told: Json = {"MechanismType": mechanism, "Name": name, "Status": "Succeeded", "SubState": "Default"}
    return told | {"SendTime": at, "Message": None}


ROUTES: list[Route] = [
    ("GET", "/subscriptions/{subscription}/providers/Microsoft.Insights/actionGroups", list_groups),
    ("GET", ACTION_GROUPS, list_groups),
    ("GET", ACTION_GROUP, get_group),
    ("PUT", ACTION_GROUP, put_group),
    ("DELETE", ACTION_GROUP, delete),
    ("POST", ACTION_GROUP + "/subscribe", subscribe),
    ("POST", ACTION_GROUP + "/createNotifications", create_notifications),
    ("GET", ACTION_GROUP + "/notificationStatus/{number}", get_notification),
]
