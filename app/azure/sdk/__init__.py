"""The Azure port on the official SDK: the only place that imports `azure.*`, imported by `app/wiring.py` only.

`client.build_azure(...)` builds it. A call goes: a port method (`backups.py`, `jobs.py`, ...) -> an operation of the
SDK client -> our policies (`pipeline.py`: request id, token; nothing that sends twice) -> our transport
(`transport.py`: re-aims the origin, watches the deadline) -> httpx. What comes back is turned into our values by
`translate*.py`, what goes wrong into our errors by `refusals.py`.
"""
