"""Third-party browser code is what its README says it is."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

VENDOR = Path(__file__).resolve().parents[2] / "web" / "vendor"


@pytest.mark.parametrize("folder", sorted(VENDOR.iterdir()), ids=lambda folder: folder.name)
def test_version_licence_and_checksum(folder: Path) -> None:
    """A version, a licence beside it, and the SHA-256 of the one script."""
    said = (folder / "README.md").read_text("utf-8")
    assert re.search(r"\b\d+\.\d+\.\d+\b", said)
    assert (folder / "LICENSE.txt").stat().st_size > 100
    (script,) = folder.glob("*.js")
    assert hashlib.sha256(script.read_bytes()).hexdigest() in said
