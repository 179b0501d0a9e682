"""Pages of appraisals: the report, its working pages, the reader's review, and the quick estimate."""

from .batches import room as batches
from .drafting import room as drafting
from .papers import room as papers
from .quick import room as quick
from .reports import room as reports
from .reviews import room as reviews
from .scorecards import room as scorecards

ROOMS = (reports, drafting, reviews, papers, quick, scorecards, batches)
