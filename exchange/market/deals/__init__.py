"""Deal 成交: contract, waiting periods, escrow, recordal, settlement and certificate of one transfer or licence (民法典 第三编第二十章; 专利法 §10, §12)."""
