"""A restore: one recovery point brought back, once.

In Azure's world: `POST .../recoveryPoints/{rp}/restore`, which takes no idempotency key: asked twice, it restores
twice. In ours: an order that is checked, recorded, sent exactly once and followed to its end (read
app/jobs/__init__.py first).

    router.py    POST and GET /v1/restores         rules.py   which point, which target: pure
    service.py   records the order                 work.py    sends it, finds it again, reads what came of it
"""
