"""How much memory the columns may take: a share of what the machine, or the container, has free."""

from __future__ import annotations

import os
from pathlib import Path

SHARE = 0.7  # of what is free when the server starts; the rest is for answers and other programs

_CGROUP_FILES = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    (
        "/sys/fs/cgroup/memory/memory.limit_in_bytes",
        "/sys/fs/cgroup/memory/memory.usage_in_bytes",
    ),
)


def available() -> int | None:
    """Bytes that could be used without swapping, or None where the system does not tell."""
    found = [free for free in (_of_system(), *map(_of_container, _CGROUP_FILES)) if free]
    return min(found, default=None)


def default_limit() -> int:
    """Bytes for the columns; a very large number where the system does not tell what is free."""
    free = available()
    return int(free * SHARE) if free else 1 << 62


def _of_system() -> int | None:
    meminfo = Path("/proc/meminfo")
    if meminfo.exists():
        for line in meminfo.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None


def _of_container(files: tuple[str, str]) -> int | None:
    limit, used = (Path(name) for name in files)
    if not (limit.exists() and used.exists()):
        return None
    text = limit.read_text().strip()
    return None if text == "max" else int(text) - int(used.read_text())
