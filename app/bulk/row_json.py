"""The JSON of an order, in `jobs.ask`."""

from pydantic import TypeAdapter

from app.bulk.orders import Order

ORDER: TypeAdapter[Order] = TypeAdapter(Order)
