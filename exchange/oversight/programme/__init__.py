"""Programme 重点工作: targets and dated measures with their departments (深府办〔2011〕97号), judged from rows and the day."""
