"""Which Azure an `ARM_URL` means: one of Microsoft's clouds, or a simulator that pretends to be the public one."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from azure.core import AzureClouds
from azure.mgmt.core.tools import get_arm_endpoints

# Host: the SDK's name of the cloud, and where its tokens come from (azure-identity's AzureAuthorityHosts).
_CLOUDS: Final = {
    "management.azure.com": (AzureClouds.AZURE_PUBLIC_CLOUD, "login.microsoftonline.com"),
    "management.usgovcloudapi.net": (AzureClouds.AZURE_US_GOVERNMENT, "login.microsoftonline.us"),
    "management.chinacloudapi.cn": (AzureClouds.AZURE_CHINA_CLOUD, "login.chinacloudapi.cn"),
}


@dataclass(frozen=True, slots=True)
class Cloud:
    """What the SDK believes in (`base_url`, always https) and where the bytes really go (`origin`)."""

    base_url: str
    """`https://host`, without a path: the address in every request the SDK makes and in every link Azure answers."""
    origin: str
    """`scheme://host[:port]` that requests are re-aimed to; the same as `base_url` unless `is_simulator`."""
    scope: str
    authority: str
    is_simulator: bool


def cloud_of(arm_url: str, *, simulator: bool) -> Cloud:
    """The cloud of an ARM endpoint. Raises ValueError, a sentence, if the address does not fit `simulator`.

    A host of an Azure cloud selects that cloud, with its own address and token scope (sovereign clouds too). In
    simulator mode any other host is a simulator of the public cloud, and no real credential is ever sent there. The
    mode is a setting, never guessed from the host, and the two must agree (docs/operating.md, Simulator mode).
    """
    parts = urlsplit(arm_url)
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in {"http", "https"} or not host:
        raise ValueError(f"The ARM endpoint {arm_url!r} is not an http(s) URL.")
    if parts.username is not None or parts.query or parts.fragment or parts.path not in {"", "/"}:
        raise ValueError(f"The ARM endpoint {arm_url!r} must be an origin: scheme, host and port, nothing else.")
    azure = _CLOUDS.get(host)
    if simulator and azure is not None:
        raise ValueError(f"{host} is a host of Azure, not a simulator.")
    if simulator:
        public = _endpoints("management.azure.com")
        return Cloud(public.base_url, f"{parts.scheme}://{parts.netloc}", public.scope, public.authority, True)  # noqa: FBT003
    if azure is None:
        raise ValueError(f"{host} is not the host of an Azure cloud; a simulator needs HOLDFAST_SIMULATOR=true.")
    if parts.scheme != "https" or parts.port not in {None, 443}:
        raise ValueError(f"{host} is Azure itself: it accepts https on port 443 only.")
    return _endpoints(host)


def _endpoints(host: str) -> Cloud:
    cloud, authority = _CLOUDS[host]
    endpoints = get_arm_endpoints(cloud)
    base_url = endpoints["resource_manager"].rstrip("/")
    return Cloud(base_url, base_url, endpoints["credential_scopes"][0], authority, is_simulator=False)
