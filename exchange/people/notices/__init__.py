"""Notices 通知: inbox and mail about events; one table says for each event who is told, how urgently, in which words."""
