"""Loan 贷款: a bank's credit to an enterprise, with its terms, schedule, payments and arrears (民法典 667-680)."""
