"""Verdicts on paper: a folder to judge in without altsync, and its verdicts taken back."""
