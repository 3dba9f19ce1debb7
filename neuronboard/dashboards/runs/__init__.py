"""The table of runs: what each was started with, how far it has come, what its tags came to.

It is no tab: every dashboard shows runs.
"""

from neuronboard.dashboards.runs.routes import router

__all__ = ["router"]
