"""The Scalars dashboard: curves of numbers over steps."""

from neuronboard.dashboards.dashboard import Dashboard
from neuronboard.dashboards.scalars.routes import router, tags_answer

DASHBOARD = Dashboard(
    id="scalars",
    title="Scalars",
    kinds=("scalar",),
    router=router,
    first_answers=lambda catalog: {"api/scalars/tags": tags_answer(catalog)},
)
