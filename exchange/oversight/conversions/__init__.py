"""Conversions 转化证据: evidence that a patent is used, licensed, assigned or contributed as capital (促进科技成果转化法 art. 16)."""
