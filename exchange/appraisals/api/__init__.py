"""JSON of appraisals under ``/api/v1``: reports and reviews, scorecards, batches."""

from .batches import api as batches
from .reports import api as reports
from .scorecards import api as scorecards

ROOMS = (reports, scorecards, batches)
