"""The templates of every report: one environment, one style."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from student_loans.error_advice import title_of, todo_of
from student_loans.reports.charts import percent, type_label
from student_loans.svg_charts import chart_style

if TYPE_CHECKING:
    from jinja2 import Template


def duration(seconds: float) -> str:
    """A duration as a person says it.

    Example:
        >>> duration(4.24), duration(252), duration(7322)
        ('4.2 s', '4 min 12 s', '2 h 2 min')
    """
    if seconds < 59.5:
        return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


_FILTERS: Mapping[str, Callable[..., Any]] = {
    "duration": duration,
    "number": "{:,}".format,
    "percent": percent,
    "title_of": title_of,
    "todo_of": todo_of,
    "type_label": type_label,
    "words": lambda text: str(text).replace("_", " "),
}


@cache
def page_template(name: str, **filters: Callable[..., Any]) -> Template:
    """A template of ``reports/templates``.

    Args:
        name: Its file.
        filters: Filters of this page alone.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("student_loans.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(_FILTERS)
    environment.filters.update(filters)
    environment.globals["chart_style"] = chart_style()
    return environment.get_template(name)
