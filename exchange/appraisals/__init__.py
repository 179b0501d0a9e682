"""Appraisals 评估报告: commissioned, signed and sealed reports on the value of patents, and the reader's review of them 押品审查.

资产评估法 (2016) arts. 3, 5, 13, 14, 16, 20 to 30, 32; 资产评估执业准则——资产评估报告; 资产评估执业准则——知识产权.
"""
