"""Writers of files that others read: pure, records in, text out a piece at a time. The counterpart of `readers`."""
