"""Bytes to values and back: checksums, records, events, tensors. No files, no threads."""
