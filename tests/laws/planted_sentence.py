"""A sentence that no catalogue has, so that the check of the catalogue is itself checked."""

from exchange.core.text import _

PLANTED = _("Nobody translates this sentence")
