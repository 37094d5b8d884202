"""The Run buttons: every program of the site prints in the browser what stands on its page.

The site is served with its own headers, so all of this holds under the strict policy.
"""

import re
from pathlib import Path

import pytest
from browser_assets import WHEEL

from evidence import digests
from evidence.gallery import scripts
from tests.site.conftest import Handler

pytestmark = pytest.mark.browser

PAGE = "en/questions/which_dim.html"
PAGE_ZH = PAGE.replace("en/", "zh_CN/", 1)
ENDED = re.compile(r"Done|Ended|Stopped|missing|damaged|too old|forbids|disk|broken|reached")
LONG = 120_000  # milliseconds: on a busy machine the first start takes a while
ALL = """async ([folder, pages]) => {
    const panel = await import(`/run/${folder}/panel.mjs`);
    const found = [];
    for (const path of pages) {
        const text = await (await fetch(`/${path}`)).text();
        const programs = await panel.programs(new DOMParser().parseFromString(text, "text/html"));
        for (const [i, program] of programs.entries()) {
            const run = await panel.runQuietly(program);
            const { prints, says } = program;
            const equal = !run.failed && panel.isEqual(run, program);
            found.push({ place: `${path} ${i}`, equal, prints, says, ...run });
        }
    }
    return found;
}"""

DIGESTS = """async ([folder, source]) => {
    const panel = await import(`/run/${folder}/panel.mjs`);
    return panel.runQuietly({ source, session: false });
}"""


@pytest.fixture(scope="session")
def folder(site):
    """The name of the folder with what the buttons load."""
    found = [path.name for path in (site / "run").glob("*")]
    if not found:
        pytest.skip(f"not run: {WHEEL} names no wheel, or npm is missing")
    assert len(found) == 1
    return found[0]


@pytest.fixture
def broken(address):
    """Files that the server does not send as they are."""
    yield Handler.broken
    Handler.broken.clear()


@pytest.fixture
def opened(folder, visit):
    """A page whose first program can be run."""
    return Opened(visit(PAGE))


class Opened:
    """The first program of a page, as a reader uses it."""

    ended_by = ENDED

    def __init__(self, page):
        self.page = page
        page.set_default_timeout(LONG)
        self.bar = page.locator(".run-bar").first
        self.run = self.bar.locator(".run-button")
        self.status = self.bar.locator(".run-status")
        self.output = page.locator(".run-output").first
        self.editor = page.locator(".run-editor .cm-content").first

    def press(self, name):
        self.bar.get_by_role("button", name=name).click()

    def ended(self):
        self.status.filter(has_text=self.ended_by).wait_for()
        return self.status.inner_text()

    def told(self):
        """Press Run and return what is said when it has ended."""
        self.run.click()
        return self.ended()

    def write(self, source):
        """Put another program into the editor."""
        self.editor.click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.press("Delete")  # else Chromium types into a style of its own
        self.page.keyboard.insert_text(source)


def pages_with_programs(site):
    return sorted(
        path.relative_to(site).as_posix()
        for path in site.glob("en/**/*.html")
        if 'class="run-bar"' in path.read_text("utf-8")
    )


def takes_long(path):
    """Tell the examples that train on pictures: half of the time of all programs together."""
    script = scripts.script_of(path.removeprefix("en/auto_examples/").removesuffix(".html"))
    return script in scripts.SCRIPTS and scripts.trains_on_pictures(script)


@pytest.mark.parametrize(
    "long", [False, pytest.param(True, marks=pytest.mark.long)], ids=["short", "long"]
)
def test_every_program_prints_in_the_browser_what_stands_on_its_page(site, folder, visit, long):
    page = visit("en/index.html")
    page.set_default_timeout(0)
    chosen = [path for path in pages_with_programs(site) if takes_long(path) == long]
    assert chosen
    found = page.evaluate(ALL, [folder, chosen])
    assert [run for run in found if not run["equal"]] == []
    assert all(run["prints"] for run in found if long)
    assert long or sum(bool(run["prints"] or run["says"]) for run in found) > 600


# NumPy's exp and log in float64 are those of another library in the browser, and a product of
# float32 matrices is added up in another order there. All else has the same bits.
MAY_DIFFER = {
    *(f"{name}; float64 {role}" for name in ("exp", "silu") for role in ("value", "gradient")),
    "log; float64 value",
    "binary_cross_entropy_with_logits; float64 gradient",
    "linear; float32 gradient",
    "randn, many, float64; float64 drawn",
}


def test_what_is_computed_drawn_and_printed_has_the_same_digests_in_the_browser(
    site, folder, visit
):
    page = visit("en/index.html")
    page.set_default_timeout(0)
    source = Path(digests.__file__).read_text("utf-8")
    found = page.evaluate(DIGESTS, [folder, source])
    assert found["err"] == ""
    here, there = digests.lines(), found["out"].splitlines()
    assert len(here) == len(there)
    different = [line for line, other in zip(here, there, strict=True) if line != other]
    assert {line.rpartition("; ")[0] for line in different} - MAY_DIFFER == set()


def test_what_can_be_run_has_a_button(site, folder):
    for path in site.glob("en/questions/*.html"):
        bars = path.read_text("utf-8").count('class="run-bar"')
        assert (bars > 0) == (path.stem != "index"), path.name
    pages = pages_with_programs(site)
    for start in ("en/errors/", "en/articles/a", "en/auto_examples/a4/", "en/api/tape"):
        assert any(page.startswith(start) for page in pages), start


def test_nothing_of_it_is_loaded_before_run_and_once_only(opened, folder):
    page = opened.page
    assert [url for url in page.requested if "/run/" in url] == []
    assert opened.told().startswith("Done")
    page.requested.clear()
    assert opened.told().startswith("Done")
    page.reload()
    again = Opened(page)
    assert again.told().startswith("Done")
    loaded = page.evaluate(
        "performance.getEntriesByType('resource')"
        ".filter(e => e.name.includes('/run/')).map(e => e.transferSize)"
    )
    assert sum(loaded) == 0  # all of it is kept
    assert page.complaints == []


def test_a_reader_runs_changes_compares_stops_and_resets(opened):
    page = opened.page
    assert opened.told().startswith("Done")
    assert "dim=0 tensor([[0.5000, 0.7311, 0.8808]" in opened.output.inner_text()
    opened.press("Compare")
    assert opened.status.inner_text().startswith("100 %: all ")
    opened.write("print(1)\nprint(2)")
    opened.editor.press("Control+Enter")
    opened.ended()
    assert opened.output.inner_text() == "1\n2\n"
    opened.press("Compare")
    assert "line 1 is the first that differs. Here: “1”." in opened.status.inner_text()
    opened.write("while True: pass")
    opened.run.click()
    opened.status.filter(has_text="Running").wait_for()
    opened.press("Stop")
    assert opened.ended() == "Stopped."
    opened.press("Reset")
    assert opened.output.is_hidden()
    assert opened.told().startswith("Done")
    assert page.complaints == []


@pytest.mark.parametrize(
    ("source", "said", "shown"),
    [
        ("print('on'\n", "Ended by an error", "SyntaxError: '(' was never closed"),
        ("import torch\ntorch.zeros(2).softmax(3)", "Ended by", "Dimension out of range"),
        ("while True: print('x' * 99)", "Stopped: it printed more than 200", "xxx"),
        ("print('x' * 10**9)", "Stopped: it printed more than 200", "xxx"),
        ("b = []\nwhile True: b.append(bytes(10**8))", "Ended by an error", "MemoryError"),
        ("input()", "Ended by an error", "EOFError"),
        ("exit()", "Done", ""),
    ],
    ids=["syntax", "error", "flood", "gigabyte", "memory", "input", "exit"],
)
def test_whatever_a_program_does_the_page_says_it(ran, source, said, shown):
    assert ran(source)[0].startswith(said)
    assert shown in ran(source)[1]


@pytest.fixture(scope="module")
def ran(folder, browser, address):
    """Run programs in one editor of one page; return what is said, and what is shown."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(address + PAGE)
    opened, known = Opened(page), {}
    opened.told()

    def run(source):
        if source not in known:
            opened.write(source)
            known[source] = opened.told(), opened.output.inner_text()
        return known[source]

    yield run
    context.close()


def test_an_error_shows_the_notes_of_refimpl_and_the_line_of_the_program(ran):
    shown = ran("import torch\ntorch.zeros(2).softmax(3)")[1]
    assert 'File "<program>", line 2, in <module>\n    torch.zeros(2).softmax(3)' in shown
    assert "driver.py" not in shown
    assert len(shown.strip().split("IndexError: ")[1].splitlines()) >= 2


WIDER = "e => e.scrollWidth - e.clientWidth"


@pytest.mark.parametrize("path", [PAGE, PAGE_ZH, "en/api/softmax.html"])  # the last is a session
def test_on_a_phone_an_error_is_read_without_scrolling(folder, visit, path):
    opened = (InChinese if "zh_CN" in path else Opened)(visit(path, 360))
    opened.run.click()
    opened.ended()
    opened.write(
        "import torch\nfor i in range(99):\n    print(i)\ntorch.ones(2, 3) @ torch.ones(4, 5) + 1"
    )
    opened.run.click()
    opened.ended()
    last = opened.output.inner_text().strip().splitlines()[-1]
    assert last.endswith("errors/#mat1-and-mat2")
    assert opened.output.evaluate(WIDER) == 0
    assert "^" not in opened.output.inner_text()
    with opened.page.expect_popup() as popup:
        opened.output.locator("a").click()
    assert popup.value.url.endswith("/errors/index.html#mat1-and-mat2")
    popup.value.locator(":target").wait_for()  # until it is seen
    opened.write("print('x' * 80)")  # what a program prints keeps its lines
    opened.run.click()
    opened.ended()
    assert opened.output.evaluate(WIDER) > 0


def test_one_program_leaves_nothing_to_the_next(ran):
    ran(
        "import torch\ntorch.manual_seed(3)\ntorch.set_default_dtype(torch.float64)\n"
        "torch.set_printoptions(precision=2)\ntorch.set_grad_enabled(False)\nleft = 1"
    )
    source = (
        "import torch\nprint('left' in globals(), torch.is_grad_enabled(), torch.tensor(1 / 3))\n"
        "print(torch.rand(1).item())"
    )
    shown = ran(source)[1].splitlines()
    assert shown[0] == "False True tensor(0.3333)"
    ran("import torch\ntorch.manual_seed(4)")
    assert ran(source + "\n")[1].splitlines() == shown


def test_a_link_carries_the_changed_program_and_runs_nothing(folder, visit):
    cut = Opened(visit(PAGE + "#run=0,xx"))
    cut.status.filter(has_text="The link is cut off.").wait_for()
    cut.write("print('ünï ∂')  # changed")
    cut.press("Share")
    cut.status.filter(has_text="address").wait_for()
    link = cut.page.url
    assert "#run=0," in link
    other = Opened(visit(PAGE + "#" + link.partition("#")[2]))
    other.status.filter(has_text="came with the link").wait_for()
    assert other.editor.inner_text() == "print('ünï ∂')  # changed"
    assert other.output.is_hidden()


def test_the_keyboard_alone_is_enough(opened):
    page = opened.page
    focused = "document.activeElement.textContent"
    opened.run.focus()
    page.keyboard.press("Enter")
    opened.output.wait_for()
    assert page.evaluate(focused) == "Run"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert opened.ended() == "Stopped."
    opened.editor.focus()
    page.keyboard.press("Tab")  # no key is caught in the editor
    assert page.evaluate(focused) == "Run"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("pyodide.asm.wasm", None, "The file pyodide.asm.wasm is missing (the server says 404)."),
        ("refimpl.zip", b"PK", "The file refimpl.zip is damaged: 2 of "),
        ("numpy", b"", "The file numpy-"),
        ("numpy", None, "wasm32.whl is missing (the server says 404)."),
        ("pyodide.asm.mjs", b"export default (", "pyodide.asm.mjs is missing or broken."),
        ("files.json", None, "The file files.json is missing"),
        ("worker.mjs", None, "The file worker.mjs is missing or broken."),
    ],
)
def test_a_missing_or_damaged_file_is_named(site, folder, broken, visit, name, content, said):
    found = next((site / "run" / folder).glob(f"{name}*"))
    broken[found.name] = content
    opened = Opened(visit(PAGE))
    assert said in opened.told()
    assert opened.run.is_enabled()


def test_a_file_that_was_damaged_on_the_way_is_asked_for_again(folder, broken, visit):
    broken["refimpl.zip"] = b"PK"
    opened = Opened(visit(PAGE))
    assert "is damaged" in opened.told()
    broken.clear()
    assert opened.told().startswith("Done")


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, ".json is missing (the server says 404)."), (b'{"source": "imp', ".json broke off")],
)
def test_an_example_whose_program_is_missing_or_cut_off_says_so(
    folder, broken, visit, content, said
):
    broken["plot_compare_means.json"] = content
    opened = Opened(visit("en/auto_examples/a1/plot_compare_means.html"))
    opened.run.click()
    opened.status.filter(has_text=said).wait_for()
    assert opened.run.is_enabled()


def test_without_the_editor_the_page_says_so(folder, broken, visit):
    broken["panel.mjs"] = None
    opened = Opened(visit(PAGE))
    opened.run.click()
    opened.status.filter(has_text="could not be loaded").wait_for()


NO_MODULES = """const Modern = Worker;
window.Worker = class { constructor(address) {} terminate() {} };"""


def test_an_old_browser_is_told_so(folder, browser, address):
    context = browser.new_context()
    context.add_init_script(NO_MODULES)
    page = context.new_page()
    page.goto(address + PAGE)
    assert Opened(page).told().startswith("This browser is too old: it has no module workers")
    context.close()


def test_without_webassembly_the_page_says_so(folder, browser, address, site, broken):
    worker = (site / "run" / folder / "worker.mjs").read_bytes()
    broken["worker.mjs"] = b"delete globalThis.WebAssembly;" + worker
    page = browser.new_page()
    page.goto(address + PAGE)
    assert "forbids WebAssembly" in Opened(page).told()
    page.close()


def test_a_page_from_disk_says_why_it_cannot_run(site, folder, browser):
    page = browser.new_page()
    page.goto((Path(site) / PAGE).as_uri())
    assert "python3 -m http.server" in Opened(page).told()
    page.close()


# ---- the same in Chinese: what is said, while what Python prints stays as it is -----------------

CHINESE = re.compile("[\u4e00-\u9fff]")
ENDED_ZH = re.compile("运行完毕|因错误|已停止|缺失|损坏|太旧|禁止|磁盘|无法")


class InChinese(Opened):
    """The first program of a Chinese page."""

    ended_by = ENDED_ZH


@pytest.fixture
def chinese(folder, visit):
    """A Chinese page whose first program can be run."""
    return InChinese(visit(PAGE_ZH))


def test_a_chinese_reader_is_told_all_in_chinese(chinese):
    page, said = chinese.page, []
    page.expose_function("heard", lambda text: said.append(text))
    page.evaluate(
        """new MutationObserver(() => heard(document.querySelector(".run-status").textContent))
        .observe(document.querySelector(".run-status"), { childList: true, subtree: true })"""
    )
    assert chinese.run.inner_text() == "运行"
    assert chinese.told().startswith("运行完毕，用时 ")
    assert "正在加载编辑器……" in said and "正在启动 Python……" in said and "正在运行……" in said
    assert any(
        re.fullmatch(r"正在加载 Python，只需一次：[\d.]+ / [\d.]+ MB", each) for each in said
    )
    assert [each for each in said if each and not CHINESE.search(each)] == []
    buttons = chinese.bar.get_by_role("button").all_inner_texts()
    assert buttons == ["运行", "停止", "重置", "分享", "与本页比较"]
    assert chinese.output.get_attribute("aria-label") == "在这里打印的输出"
    assert chinese.editor.get_attribute("aria-label") == "程序，可以修改。按 Control-Enter 运行。"
    assert chinese.bar.locator("progress").get_attribute("aria-label") == "正在加载 Python"
    chinese.press("比较")
    assert re.fullmatch(r"100 %：全部 \d+ 个字符都与本页相同。", chinese.status.inner_text())
    chinese.write("print(1)")
    chinese.told()
    chinese.press("比较")
    assert "从第 1 行开始不同。这里：「1」。本页：「" in chinese.status.inner_text()
    chinese.write("import torch\ntorch.zeros(2).softmax(3)")
    assert chinese.told().startswith("因错误而结束，用时 ")
    assert "IndexError: Dimension out of range" in chinese.output.inner_text()  # Python's own words
    chinese.press("分享")
    chinese.status.filter(has_text="网址").wait_for()
    chinese.write("while True: pass")
    chinese.run.click()
    chinese.status.filter(has_text="正在运行").wait_for()
    chinese.press("停止")
    assert chinese.ended() == "已停止。"
    chinese.press("重置")
    assert chinese.output.is_hidden()
    assert page.complaints == []


def test_a_shared_program_and_a_cut_link_are_told_in_chinese(folder, visit):
    cut = InChinese(visit(PAGE_ZH + "#run=0,xx"))
    cut.status.filter(has_text="链接不完整。").wait_for()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("pyodide.asm.wasm", None, "文件 pyodide.asm.wasm 缺失（服务器返回 404）。"),
        ("refimpl.zip", b"PK", "文件 refimpl.zip 已损坏："),
        ("worker.mjs", None, "文件 worker.mjs 缺失或损坏。"),
        ("panel.mjs", None, "无法加载编辑器。"),
    ],
)
def test_what_fails_is_told_in_chinese(folder, broken, visit, name, content, said):
    broken[name] = content
    opened = InChinese(visit(PAGE_ZH))
    assert opened.told().startswith(said)


def test_an_example_of_the_gallery_has_its_notes_in_chinese(folder, visit):
    opened = InChinese(visit("zh_CN/auto_examples/a4/plot_train_from_scratch.html"))
    assert opened.run.inner_text() == "运行这个示例"
    opened.run.click()
    opened.editor.wait_for()
    opened.press("停止")
    notes = opened.bar.locator(".run-note").all_inner_texts()
    assert len(notes) == 2 and all(map(CHINESE.search, notes))


def test_both_languages_load_one_folder_and_only_when_run_is_pressed(site, folder, visit):
    for page in (PAGE, PAGE_ZH):
        text = (site / page).read_text("utf-8")
        assert f'data-assets="../../run/{folder}/"' in text
        assert [url for url in visit(page).requested if "/run/" in url] == []
