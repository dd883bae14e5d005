"""Projects as a table that editors fill in."""

from directory.imports.own import NAMED, SOURCED, SUMMED_UP, OwnTable, columns_of
from projects.models import Project


class Projects(OwnTable):
    """Projects and sub-projects."""

    name = "projects"
    label = Project._meta.verbose_name_plural
    model = Project
    columns = columns_of(
        Project,
        *NAMED,
        *("kind", "parent", "number", "network", "status"),
        *("started", "started_wording", "ended", "ended_wording", "duration_sv", "duration_en"),
        *("themes", "actor_types"),
        *SUMMED_UP,
        *("results_sv", "results_en", "effects_sv", "effects_en", "approach_sv", "approach_en"),
        *SOURCED,
        "published",
    )
