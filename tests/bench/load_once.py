"""Loads a log directory once, in a process of its own, and says what that took, as JSON.

`seconds` is the load alone, as the peer's own log line counts it; `rss` the whole process's peak.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from neuronboard.store import LogdirSpec, Store

began = time.perf_counter()
store = Store(LogdirSpec.single(sys.argv[1]))
store.refresh()
seconds = time.perf_counter() - began
progress = store.catalog.progress
# Not getrusage's, which counts what the process that started this one took.
status = Path("/proc/self/status").read_text()
peak = int(status.partition("VmHWM:")[2].split()[0]) * 1024
found = {"seconds": seconds, "points": progress.points, "memory": progress.memory, "rss": peak}
print(json.dumps({**found, "problems": len(store.catalog.problems)}))
