"""What a summary means: one file per kind of data, and the table that tells them apart."""
