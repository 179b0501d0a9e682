"""Demands as the search index wants them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from exchange.core.database import session
from exchange.core.search.index import Document, Source, register
from exchange.core.text import _
from exchange.market.matching.models import Demand
from exchange.market.matching.states import DemandState


def load(public_id: str) -> Document | None:
    """Gives the document of a demand; a confidential or unopened one is found by its owner alone."""
    demand = session().scalar(select(Demand).where(Demand.public_id == public_id))
    if demand is None:
        return None
    own = f"o{demand.organisation_id}"
    shown = demand.state in (DemandState.OPEN, DemandState.MATCHED) and not demand.confidential
    in_chinese = demand.language == "zh"
    return Document(
        noun="demand", public_id=public_id, url=f"/demands/{public_id}", audience=("public", own, "exchange") if shown else (own,),
        organisation_id=demand.organisation_id, number=demand.number, title_zh=demand.title if in_chinese else "",
        title_en="" if in_chinese else demand.title, abstract=demand.text,
        facets=(("status", demand.state), *(("ipc", subclass) for subclass in demand.classes)),
        dated_on=demand.created_at.date(), expires_on=demand.deadline, price=demand.high,
    )


def every() -> Iterable[str]:
    """Gives all demands' public ids."""
    return session().scalars(select(Demand.public_id).order_by(Demand.id))


register("demand", Source(_("Demands"), load, every, "/demands"))
