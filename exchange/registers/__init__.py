"""Registers 登记: patents, the ledger and the other books."""
