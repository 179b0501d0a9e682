"""Match 匹配: demands 技术需求 and investors' interests 投资意向 met with listings, both ways, every match with its reasons."""
