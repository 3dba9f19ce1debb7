"""Loads a log directory once, in a process of its own, and says what that took, as JSON.

`seconds` is the load alone, as the peer's own log line counts it; `rss` the whole process's peak.
"""

from __future__ import annotations

import json
import resource
import sys
import time

from neuronboard.store import LogdirSpec, Store

began = time.perf_counter()
store = Store(LogdirSpec.single(sys.argv[1]))
store.refresh()
seconds = time.perf_counter() - began
progress = store.catalog.progress
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
found = {"seconds": seconds, "points": progress.points, "memory": progress.memory, "rss": peak}
print(json.dumps({**found, "problems": len(store.catalog.problems)}))
