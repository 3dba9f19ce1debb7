"""Generated protobuf messages; `proto/` holds their source. Never edited by hand."""
