"""Third-party browser code, where there is some, is what its README says it is."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[2] / "web" / "vendor"


def test_version_licence_and_checksum() -> None:
    """A version, a licence beside it, and the SHA-256 of the one script."""
    for folder in VENDOR.glob("*/"):
        said = (folder / "README.md").read_text("utf-8")
        assert re.search(r"\b\d+\.\d+\.\d+\b", said), folder
        assert (folder / "LICENSE.txt").stat().st_size > 100
        (script,) = folder.glob("*.js")
        assert hashlib.sha256(script.read_bytes()).hexdigest() in said, folder
