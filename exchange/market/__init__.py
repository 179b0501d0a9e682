"""Market 交易: listings, auctions, matching, and the deals they lead to."""
