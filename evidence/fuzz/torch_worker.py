"""torch in a process of its own: where a call ends that process, the call is what is reported."""

from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

SECONDS = 60  # no line of a program takes one


class EndedError(Exception):
    """torch's process ended, or did not answer."""


def _start():
    import torch

    torch.set_warn_always(True)
    torch.set_num_threads(1)


def _run(lines):
    import torch

    from evidence.fuzz.session import run

    return run(torch, lines)


class Worker:
    """Runs programs on torch."""

    def __init__(self):
        self._pool = None

    def __call__(self, lines):
        """Return what is seen of a program on torch."""
        if self._pool is None:
            self._pool = ProcessPoolExecutor(1, get_context("spawn"), _start)
        try:
            return self._pool.submit(_run, lines).result(timeout=SECONDS)
        except (BrokenProcessPool, TimeoutError) as error:
            self.close()
            raise EndedError(type(error).__name__) from None

    def close(self):
        """End the process."""
        if self._pool is not None:
            for process in (self._pool._processes or {}).values():
                process.kill()
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None
