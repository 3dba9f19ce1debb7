"""What the routes know of the server besides the store: how it was started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TENSORBOARD = "2.21.0"  # whose routes these are


@dataclass(frozen=True, slots=True)
class Board:
    """version: NeuronBoard's. flags: name of a flag -> its value, as JSON has it. samples: plugin
    -> how many points of a series to answer at most; all of a plugin that is not there."""

    version: str = ""
    window_title: str = ""
    path_prefix: str = ""
    flags: Mapping[str, Any] = field(default_factory=dict)
    samples: Mapping[str, int] = field(default_factory=dict)

    def limit(self, plugin: str) -> int | None:
        """How many points of a series to answer at most; None is all."""
        return self.samples.get(plugin) or None
