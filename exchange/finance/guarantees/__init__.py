"""Guarantees and re-guarantees 担保与再担保 under 民法典 681-702 and 融资担保公司监督管理条例: who stands behind a loan, and for which share."""
