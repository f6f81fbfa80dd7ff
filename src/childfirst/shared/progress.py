"""Progress on long work: a bar on a terminal, a line a step elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

console = Console(stderr=True, highlight=False)


class Bar:
    """One running piece of work: ``advance`` by steps, ``total`` may grow."""

    def __init__(self, progress: Progress | None, task: int) -> None:
        self._progress, self._task = progress, task

    def advance(self, steps: float = 1) -> None:
        """Say that this many more steps are done."""
        if self._progress is not None:
            self._progress.advance(self._task, steps)  # type: ignore[arg-type]

    def total(self, steps: float) -> None:
        """Say how many steps there are in all."""
        if self._progress is not None:
            self._progress.update(self._task, total=steps)  # type: ignore[arg-type]


@contextmanager
def working(what: str, total: float | None = None) -> Iterator[Bar]:
    """Show that ``what`` is going on until the block ends."""
    if not console.is_terminal:
        console.print(f"{what} ...")
        yield Bar(None, 0)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        yield Bar(progress, progress.add_task(what, total=total))
