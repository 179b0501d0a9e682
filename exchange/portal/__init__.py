"""Portal 门户: start page, desk, work queue, one search box, status by number, approvals, help and the demonstration bar."""
