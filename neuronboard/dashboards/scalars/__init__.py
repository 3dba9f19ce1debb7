"""The Scalars dashboard: curves of numbers over steps."""

from neuronboard.dashboards.dashboard import Dashboard
from neuronboard.dashboards.scalars.routes import router

DASHBOARD = Dashboard(id="scalars", title="Scalars", kinds=("scalar",), router=router)
