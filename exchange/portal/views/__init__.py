"""The portal's pages, by what they serve: start, desk, approvals, help."""

from exchange.portal.views import approvals, desk, documents, guide, history, start, tour, work

ROOMS = [start.room, desk.room, approvals.room, guide.room, documents.room, history.room, work.room, tour.room]
