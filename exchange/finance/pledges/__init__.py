"""Pledge 质押: the registered right of a pledgee in patents (民法典 440, 444; 专利权质押登记办法 461)."""
