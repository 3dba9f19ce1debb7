"""The Graphs dashboard: the picture of a computation graph."""

from neuronboard.dashboards.dashboard import Dashboard
from neuronboard.dashboards.graphs.routes import router, runs_answer

DASHBOARD = Dashboard(
    id="graphs",
    title="Graphs",
    kinds=("graph", "run_metadata", "keras"),
    router=router,
    first_answers=lambda catalog: {"api/graphs/runs": runs_answer(catalog)},
)
