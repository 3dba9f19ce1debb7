"""What TensorBoard 2.21 answered for the log directories in tests/golden/corpora."""

from __future__ import annotations

import json
import tarfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parents[2] / "golden"
LOADERS = ("http_py", "http")  # TensorBoard's Python loader, and its default one in Rust


@dataclass(frozen=True)
class Asked:
    """A question and the answer to it: JSON if it was, the hash of an image, else text."""

    method: str
    url: str
    form: str
    status: int
    content_type: str
    body: Any

    @property
    def path(self) -> str:
        """The URL without its parameters."""
        return self.url.partition("?")[0]


@cache
def recorded() -> dict[tuple[str, str], list[Asked]]:
    """(corpus, loader) -> questions in the order they were asked."""
    found: dict[tuple[str, str], list[Asked]] = {}
    with tarfile.open(GOLDEN / "tensorboard" / "answers.tar.xz") as archive:
        for member in archive.getmembers():
            corpus, loader, _ = member.name.split("/")
            file = archive.extractfile(member)
            assert file is not None
            asked = found.setdefault((corpus, loader), [])
            asked += [_asked(entry) for entry in json.load(file)]
    return found


def _asked(entry: dict[str, Any]) -> Asked:
    body = entry.get("body", entry.get("body_text", entry.get("sha256")))
    return Asked(
        entry["method"],
        entry["url"],
        entry.get("request_body", ""),
        entry["status"],
        entry["content_type"],
        body,
    )
