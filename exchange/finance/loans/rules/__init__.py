"""The arithmetic and the conditions of a loan: pure functions on whole fen, dates and decimal rates."""
