"""Every write of cases, one function a verb."""

from exchange.finance.financing.operations.applying import (
    answer_case,
    attach_paper,
    edit_case,
    needed_file,
    open_case,
    submit_case,
)
from exchange.finance.financing.operations.checking import accept_case, name_appraisal, name_scorecard, return_case
from exchange.finance.financing.operations.contracting import (
    keep_application,
    keep_archive,
    keep_contracts,
    order_contracts,
    sign_contracts,
)
from exchange.finance.financing.operations.crediting import draft_credit
from exchange.finance.financing.operations.ending import (
    cancel_case,
    close_case,
    freeze_case,
    lapse_case,
    lapse_idle_cases,
    reroute_case,
    unfreeze_case,
)
from exchange.finance.financing.operations.hats import wear_hat

__all__ = [
    "accept_case",
    "answer_case",
    "attach_paper",
    "cancel_case",
    "close_case",
    "draft_credit",
    "edit_case",
    "freeze_case",
    "keep_application",
    "keep_archive",
    "keep_contracts",
    "lapse_case",
    "lapse_idle_cases",
    "name_appraisal",
    "name_scorecard",
    "needed_file",
    "open_case",
    "order_contracts",
    "reroute_case",
    "return_case",
    "sign_contracts",
    "submit_case",
    "unfreeze_case",
    "wear_hat",
]
