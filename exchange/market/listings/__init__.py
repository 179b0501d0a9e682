"""Listing 挂牌: a patent offered for transfer, licence or capital contribution, and the offers 意向报价 made on it (民法典 §844–877; 专利法 §12, §50–51)."""
