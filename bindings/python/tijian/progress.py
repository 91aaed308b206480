"""Progress of a long call: a bar, or any function of the caller's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

__all__ = ["Progress"]

#: ``True`` shows a tqdm bar. A function is called with the share that is done (0 … 1, or None where it is not
#: known), at most twenty times a second; it stops the call by returning False or raising.
Progress: TypeAlias = bool | Callable[[float | None], object] | None


@contextmanager
def reporter(progress: Progress) -> Iterator[Callable[[float | None], object] | None]:
    if progress is None or progress is False:
        yield None
        return
    if progress is not True:
        if not callable(progress):
            raise TypeError("progress is True, a function or None")
        yield progress
        return
    try:
        from tqdm.auto import tqdm
    except ImportError as error:
        raise ImportError("progress=True needs tqdm: pip install tqdm") from error
    with tqdm(total=100, unit="%", desc="tijian", bar_format="{desc}: {percentage:3.0f}%|{bar}| {elapsed}") as bar:

        def show(done: float | None) -> None:
            if done is not None:
                bar.update(round(100 * done) - bar.n)
            else:
                bar.refresh()

        yield show
        bar.update(100 - bar.n)
