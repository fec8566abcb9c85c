"""What backup costs a month, before it is changed and after: estimates, differences, charge-back, a forecast.

In Azure: a fee for each protected instance, and storage by what is kept (docs/azure.md, Sizes and prices). In Holdfast:
one formula (docs/cost.md) over the points that the policy preview counts, sizes that Azure reports or that are assumed,
and a dated price list. What is not known is null.

    router.py     /v1/cost
    schemas.py    its bodies
    service.py    estimates, from what a caller names to the bills
    effects.py    what a change costs, for the dry runs of other features
    subjects.py   which VMs, as our rows have them
    estimates.py  bills of today and as wanted, and why they differ
    amounts.py    a figure with its range
    points.py     how many points a policy keeps
    sizes.py      how big a VM is
    rules.py      the formula
    prices/       price lists
    forecast.py   the month in 90 days
    months/       charge-back: what items cost now, in 90 days, and cost in earlier months
    models.py     tables of price lists, of months and of what vaults store
    errors.py     what can go wrong
"""
