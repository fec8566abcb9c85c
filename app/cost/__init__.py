"""What backup costs a month, before it is changed and after: estimates, differences, charge-back, a forecast.

In Azure: a fee for each protected instance, and storage by what is kept (docs/azure.md, Sizes and prices). In Holdfast:
one formula (docs/cost.md) over the points that the policy preview counts, sizes that Azure reports or that are assumed,
and a dated price list. What is not known is null.

    amounts.py        a figure with its range
    points.py         how many points a policy keeps
    sizes.py          how big a VM is
    rules.py          the formula
    prices.py         price lists: how Azure's rows are read, and the list in the package
    retail_prices.py  Azure's public price list over HTTP
    forecast.py       the month in 90 days
"""
