"""The pages under /-/altsync, one file each: read, decide, render. They hold no SQL."""
