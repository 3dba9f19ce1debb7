"""The Graphs dashboard: the picture of a computation graph."""

from neuronboard.dashboards.dashboard import Dashboard
from neuronboard.dashboards.graphs.routes import router

DASHBOARD = Dashboard(id="graphs", title="Graphs", kinds=("graph",), router=router)
