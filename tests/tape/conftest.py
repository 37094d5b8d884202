import pytest


@pytest.fixture(scope="session")
def torch():
    module = pytest.importorskip("torch", reason="torch is not installed")
    module.set_warn_always(True)  # some warnings come but once in a process
    yield module
    module.set_warn_always(False)
