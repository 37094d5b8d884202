"""Files go from engine to engine; what is no tensor and no plain container is never read."""

import io
import os
import pickle
import random
import stat
import zipfile
from collections import Counter, OrderedDict

import numpy as np
import pytest

import refimpl


def written(engine, obj):
    file = io.BytesIO()
    engine.save(obj, file)
    return file.getvalue()


def read(engine, content, **options):
    return engine.load(io.BytesIO(content), **options)


DTYPES = "float16 float32 float64 int8 int16 int32 int64 uint8 bool".split()
OBJECTS = {
    "a transposed matrix": lambda T: T.arange(6.0).reshape(2, 3).T,
    "a column": lambda T: T.arange(6.0).reshape(2, 3)[:, 1],
    "an expanded tensor": lambda T: T.ones(1).expand(3),
    "a number": lambda T: T.tensor(3.5),
    "nothing": lambda T: T.zeros(0, 2),
    "a leaf": lambda T: T.ones(2, requires_grad=True),
    "a parameter": lambda T: T.nn.Parameter(T.ones(2)),
    "a frozen parameter": lambda T: T.nn.Parameter(T.ones(2), requires_grad=False),
    "numbers": lambda T: [0, 255, 256, -1, 2**31, -(2**40), 2**100, 1.5, float("inf"), True, None],
    "texts": lambda T: ["", "é", "损失", "\ud800"],
    "containers": lambda T: {"a": [(), (1,), {}, [T.ones(1)]], 3: OrderedDict(b=T.zeros(2))},
    "types": lambda T: {"d": T.float32, "s": T.Size([1, 2]), "dev": T.device("cpu")},
    "counts": lambda T: [counts := Counter({5: 1, "a": 2}), counts, Counter()],
    "a scheduler": lambda T: scheduler_of(T).state_dict(),
    "a state dict": lambda T: T.nn.Flatten().state_dict(),
}


def scheduler_of(T):
    optimizer = T.optim.SGD([T.ones(1)], 0.1)
    return T.optim.lr_scheduler.MultiStepLR(optimizer, [5, 8, 8])


@pytest.mark.parametrize("title", OBJECTS)
def test_an_object_goes_from_engine_to_engine(title, torch):
    make = OBJECTS[title]
    for writer in (torch, refimpl):
        for reader in (torch, refimpl):
            assert repr(read(reader, written(writer, make(writer)))) == repr(make(reader))


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_dtype_goes_from_engine_to_engine(dtype, torch):
    theirs, ours = (T.arange(5).to(getattr(T, dtype)) for T in (torch, refimpl))
    assert repr(read(refimpl, written(torch, theirs))) == repr(ours)
    assert repr(read(torch, written(refimpl, ours))) == repr(theirs)


def test_tensors_that_share_memory_share_it_when_they_are_read():
    x = refimpl.arange(4.0)
    whole, part = read(refimpl, written(refimpl, [x, x[1:3]]))
    part[0] = 9.0
    assert whole.tolist() == [0.0, 9.0, 2.0, 3.0]


def trained(T):
    T.manual_seed(0)
    net = T.nn.Sequential(T.nn.Linear(2, 3), T.nn.Tanh(), T.nn.Linear(3, 1))
    optimizer = T.optim.Adam(net.parameters(), lr=0.1)
    for _ in range(2):
        optimizer.zero_grad()
        net(T.ones(1, 2)).sum().backward()
        optimizer.step()
    return net, optimizer


def test_a_checkpoint_of_one_engine_is_continued_by_the_other(torch):
    for writer, reader in ((torch, refimpl), (refimpl, torch)):
        net, optimizer = trained(writer)
        content = written(writer, {"net": net.state_dict(), "optimizer": optimizer.state_dict()})
        kept = read(reader, content)
        other, other_optimizer = trained(reader)
        reader.nn.init.zeros_(other[0].weight)
        assert repr(other.load_state_dict(kept["net"])) == "<All keys matched successfully>"
        other_optimizer.load_state_dict(kept["optimizer"])
        assert repr(other[0].weight) == repr(net[0].weight)
        state = other_optimizer.state_dict()["state"][1]
        assert repr(state) == repr(optimizer.state_dict()["state"][1])


class WantsCode:
    def __reduce__(self):
        return (print, ("code was executed",))


FOREIGN = {
    "code": lambda T: written(T, {"x": WantsCode()}),
    "a whole module": lambda T: written(T, T.nn.Linear(1, 1)),
    "an ndarray": lambda T: written(T, {"x": np.ones(2)}),
    "a bare pickle": lambda T: pickle.dumps(WantsCode(), protocol=2),
}


@pytest.mark.parametrize("title", FOREIGN)
def test_what_is_no_tensor_and_no_plain_container_is_refused_with_torchs_class(
    title, torch, capsys
):
    content = FOREIGN[title](torch)
    for engine in (refimpl, torch):
        with pytest.raises(pickle.UnpicklingError, match="^Weights only load failed"):
            read(engine, content)
    assert capsys.readouterr().out == ""


def test_the_reason_of_a_refusal_is_told():
    name = "__builtin__.print was not an allowed global"
    content = _with_pickle(b"\x80\x02c__builtin__\nprint\n(X\x02\x00\x00\x00hitR.")
    with pytest.raises(pickle.UnpicklingError, match=name):
        read(refimpl, content)


def _with_pickle(code):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("archive/data.pkl", code)
    return file.getvalue()


@pytest.mark.parametrize("length", [3, 40, 200, -1])
def test_a_file_that_is_cut_off_is_refused_in_torchs_words(length, torch):
    content = written(torch, {"x": torch.ones(5)})[:length]
    texts = []
    for engine in (refimpl, torch):
        with pytest.raises((RuntimeError, pickle.UnpicklingError)) as caught:
            read(engine, content)
        texts.append((type(caught.value), str(caught.value)[:80]))
    assert texts[0] == texts[1] or length == 3  # so few bytes are no archive yet


@pytest.mark.parametrize("weights_only", [None, True, False])
def test_an_empty_file_is_refused_in_torchs_words(torch, weights_only):
    texts = []
    for engine in (refimpl, torch):
        with pytest.raises(EOFError) as caught:
            engine.load(io.BytesIO(), weights_only=weights_only)
        texts.append(str(caught.value))
    assert texts == ["Ran out of input" if weights_only is False else ""] * 2


def test_a_note_names_the_empty_file():
    with pytest.raises(EOFError) as caught:
        refimpl.load(io.BytesIO())
    assert caught.value.__notes__ == ["load: the file is empty."]


def test_a_file_of_text_is_refused_in_torchs_words(torch):
    for engine in (refimpl, torch):
        with pytest.raises(AssertionError) as caught:
            engine.load(io.StringIO("abc"))
        assert str(caught.value) == "Expected bytes, got str"


@pytest.mark.parametrize("length", [4, 21, 22, 40])
def test_so_few_bytes_are_no_archive_in_torchs_words(torch, length):
    texts = []
    for engine in (refimpl, torch):
        with pytest.raises(RuntimeError) as caught:
            engine.load(io.BytesIO(b"PK\x03\x04" + bytes(length - 4)))
        texts.append(str(caught.value))
    assert texts[0] == texts[1]


def test_an_archive_of_something_else_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("letter.txt", "hello")
    with pytest.raises(pickle.UnpicklingError, match="torch.save has not written it"):
        read(refimpl, file.getvalue())


def test_any_change_of_a_file_is_read_or_refused_by_a_named_class():
    good = written(refimpl, {"net": refimpl.nn.Linear(3, 2).state_dict(), "n": [1, 2.5]})
    rng = random.Random(0)
    for _ in range(600):
        content = bytearray(good)
        for _ in range(rng.randint(1, 5)):
            content[rng.randrange(len(content))] = rng.randrange(256)
        try:
            read(refimpl, bytes(content))
        except (RuntimeError, pickle.UnpicklingError) as error:
            assert not isinstance(error, NotImplementedError)


def test_a_tensor_that_would_reach_beyond_its_storage_is_refused():
    # the view of two elements is made one of 200 in the pickle
    good = written(refimpl, refimpl.arange(7.0)[:5])
    at = good.index(b"(K\x05t")
    with pytest.raises(RuntimeError, match=r"^setStorage: sizes \[200\], strides \[1\]"):
        read(refimpl, _patched(good, at + 2, 200))


def _patched(content, place, value):
    """Change one byte of an archive's pickle, and its checksum."""
    source, file = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for record in source.infolist():
            data = bytearray(source.read(record))
            if record.filename.endswith("data.pkl"):
                data[place - content.index(b"\x80\x02c")] = value
            archive.writestr(record.filename, bytes(data))
    return file.getvalue()


def test_tensors_of_a_gpu_are_refused_unless_they_are_brought_to_the_cpu(torch):
    content = _renamed(written(refimpl, refimpl.ones(2)), b"cpu", b"xpu")
    with pytest.raises(RuntimeError, match="^Attempting to deserialize object on a XPU device"):
        read(refimpl, content)
    for where in ("cpu", refimpl.device("cpu"), {"xpu": "cpu"}, lambda storage, place: storage):
        assert read(refimpl, content, map_location=where).tolist() == [1.0, 1.0]
    with pytest.raises(RuntimeError, match="CUDA"):
        read(refimpl, written(refimpl, refimpl.ones(2)), map_location="cuda")


def _renamed(content, old, new):
    source, file = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for record in source.infolist():
            archive.writestr(record.filename, source.read(record).replace(old, new))
    return file.getvalue()


@pytest.mark.parametrize(
    ("obj", "text"),
    [
        (refimpl.nn.Linear(1, 1), r"save\(Linear\) lies outside"),
        (np.ones(2), r"save\(ndarray\) lies outside"),
        ({"f": len}, r"save\(builtin_function_or_method\) lies outside"),
    ],
)
def test_what_cannot_be_read_again_is_not_written(obj, text):
    with pytest.raises(NotImplementedError, match=text):
        written(refimpl, obj)


def test_a_write_that_fails_leaves_what_was_there(tmp_path):
    path = tmp_path / "state.pt"
    refimpl.save({"x": 1}, path)
    with pytest.raises(NotImplementedError):
        refimpl.save({"x": 1, "f": len}, path)
    assert refimpl.load(path) == {"x": 1}
    assert [each.name for each in tmp_path.iterdir()] == ["state.pt"]
    assert stat.S_IMODE(path.stat().st_mode) & 0o400


@pytest.mark.parametrize("folder", ["", "inside"])
def test_a_file_is_written_beside_the_one_that_it_replaces(tmp_path, monkeypatch, folder):
    """In one step, and where the disk of the other folder is another one too."""
    (tmp_path / "inside").mkdir()
    monkeypatch.chdir(tmp_path)
    moved, replace = [], os.replace
    monkeypatch.setattr(os, "replace", lambda *paths: moved.append(paths) or replace(*paths))
    path = os.path.join(folder, "state.pt")
    refimpl.save({"x": 1}, path)
    ((aside, place),) = moved
    assert place == path
    assert os.path.dirname(os.path.abspath(aside)) == os.path.dirname(os.path.abspath(path))
    assert refimpl.load(path) == {"x": 1}


def test_places_that_are_none_are_refused_in_torchs_words(torch, tmp_path):
    for call in (
        lambda T: T.save(T.ones(1), 3),
        lambda T: T.load(3),
        lambda T: T.save(T.ones(1), tmp_path / "no" / "folder.pt"),
        lambda T: T.load(tmp_path / "no.pt"),
    ):
        errors = []
        for engine in (refimpl, torch):
            with pytest.raises((AttributeError, RuntimeError, OSError)) as caught:
                call(engine)
            errors.append((type(caught.value), str(caught.value)))
        assert errors[0] == errors[1]
