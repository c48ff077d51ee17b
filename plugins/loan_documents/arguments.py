"""Arguments of operators: checked when the DAG is parsed as far as they are known then, else at the first try of the task.

A wrong argument is a :class:`~student_loans.errors.ConfigurationError`, which is never retried. At parse time Airflow shows it
as the import error of the DAG file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from student_loans.errors import ConfigurationError, ErrorCode

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator

_TEMPLATE_MARKS = ("{{", "{%", "{#")
_LONGEST_SHOWN = 60


def is_known(value: Any) -> bool:
    """Whether an argument has its value when the DAG is parsed: it holds no template, and no result of another task.

    Example:
        >>> is_known(["a", {"b": 1}]), is_known(["a", {"b": "{{ params.b }}"}])
        (True, False)
    """
    if isinstance(value, str):
        return not any(mark in value for mark in _TEMPLATE_MARKS)
    if isinstance(value, Mapping):
        return all(is_known(part) for part in (*value.keys(), *value.values()))
    if isinstance(value, list | tuple | set | frozenset):
        return all(is_known(part) for part in value)
    # Every value that Airflow resolves when the task runs has this method: results, mapped arguments, parameters.
    return not hasattr(value, "iter_references")


@contextmanager
def naming(operator: BaseOperator) -> Iterator[None]:
    """Name the task and its operator in errors of its arguments.

    Raises:
        ConfigurationError: The same, with the name of the task.
    """
    try:
        yield
    except ConfigurationError as error:
        message = f"The task `{operator.task_id}` ({type(operator).__name__}): {error.message}"
        raise ConfigurationError(error.code, message) from None


def wrong_argument(message: str) -> ConfigurationError:
    """The error of an argument, for a block of :func:`naming`."""
    return ConfigurationError(ErrorCode.INVALID_ARGUMENT, message)


def check_one_of(operator: BaseOperator, *names: str) -> None:
    """Refuse an operator unless exactly one of some arguments is given.

    Raises:
        ConfigurationError: ``invalid_argument``.
    """
    if sum(getattr(operator, name) is not None for name in names) != 1:
        listed = f"{', '.join(names[:-1])} and {names[-1]}"
        raise wrong_argument(f"give exactly one of {listed}.")


def check_texts(operator: BaseOperator, *names: str, optional: bool = False) -> None:
    """Refuse arguments that are not texts; what is not known yet passes.

    Raises:
        ConfigurationError: ``invalid_argument``, naming the argument.
    """
    for name in names:
        value = getattr(operator, name)
        if is_known(value) and not (isinstance(value, str) or (optional and value is None)):
            raise wrong_argument(f"`{name}` must be a text, not {type(value).__name__}.")


def check_list_of_texts(name: str, value: Any) -> None:
    """Refuse what is not a list of texts: a single text would be taken for a list of letters.

    Raises:
        ConfigurationError: ``invalid_argument``, naming the argument.
    """
    if isinstance(value, str) or not all(isinstance(part, str) for part in value):
        raise wrong_argument(f"`{name}` must be a list of texts, not {shown(value)}.")


def check_choice(name: str, value: Any, choices: Collection[str]) -> None:
    """Refuse a value that is none of the choices.

    Raises:
        ConfigurationError: ``invalid_argument``, naming the argument and the choices.
    """
    if value not in choices:
        raise wrong_argument(f"`{name}` is one of {', '.join(choices)}, not {shown(value)}.")


def shown(value: Any) -> str:
    """An argument in an error: a short text as it is, of anything else only the type and the keys.

    Example:
        >>> shown("all"), shown(["a"]), shown({"part": 1})
        ("'all'", 'list', 'dict with the keys part')
    """
    if isinstance(value, str) and len(value) <= _LONGEST_SHOWN:
        return repr(value)
    keys = ", ".join(str(key) for key in value) if isinstance(value, Mapping) else ""
    return type(value).__name__ + (f" with the keys {keys}" if keys else "")
