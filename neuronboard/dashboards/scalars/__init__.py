"""The Scalars dashboard: curves of numbers over steps."""

from neuronboard.dashboards.dashboard import Dashboard
from neuronboard.dashboards.scalars.group_routes import router as group_router
from neuronboard.dashboards.scalars.routes import numbered_tags_answer, router

router.include_router(group_router)

DASHBOARD = Dashboard(
    id="scalars",
    title="Scalars",
    kinds=("scalar",),
    router=router,
    first_answers=lambda catalog: {"api/scalars/tags?runs=numbers": numbered_tags_answer(catalog)},
)
