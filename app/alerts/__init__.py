"""Alerts: what a person should know without asking.

An alert follows from an event by a pure rule, or from the time that passed. It is open while what it tells is so,
heals by itself, and is told to webhooks and by mail. The same thing from the same cause is one alert, and a storm of
many is one alert, too.

    kinds.py        kinds, severities, states. Pure.
    findings.py     what a rule finds. Pure.
    event_rules.py  which rules read which type of event. Pure.
    job_rules.py    the rules of jobs. Pure.
    tamper_rules.py  the rules of what was weakened outside. Pure.
    rules.py        defaults, what a tenant wants otherwise, silences. Pure.
    rule_rows.py    reads the rules of tenants
    models.py       the tables
    service.py      what callers do: list, acknowledge, set rules, silence
    router.py       /v1/alerts, /v1/alert-rules, /v1/alert-silences
    schemas.py      their bodies
    errors.py       what can go wrong

    intake/         from events to alerts: the loop
    mail/           mails, and the digest of each morning
"""
