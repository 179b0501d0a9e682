"""The portal's pages, by what they serve: start, desk, approvals, help."""

from exchange.portal.views import approvals, desk, guide, start

ROOMS = [start.room, desk.room, approvals.room, guide.room]
