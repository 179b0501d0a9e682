"""Ledger 台账: books, accounts, journals and postings in double entry; append-only, balanced in every book."""
