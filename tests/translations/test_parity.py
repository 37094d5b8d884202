"""What two languages have in common is compared: each kind of difference is found."""

import pytest

from evidence import parity

PAGE = """<html><body><nav><a href="zh">x</a></nav><article role="main" id="a">
<h1 id="t">Softmax<a href="#t" title="Link">#</a></h1><p>The sum <span class="math"><math><mi>x</mi>
</math></span> of <code>dim</code>, see <a href="b.html">here</a>.</p><pre>1.0000</pre>
<svg aria-label="two groups"><rect x="1"/><text>dim</text></svg><img src="p.png" alt="A curve">
<pre>print()</pre></article><footer>Yes</footer></body></html>"""


def test_words_may_differ_and_parts_of_a_sentence_move():
    other = PAGE.replace("The sum ", "").replace("Softmax", "回归").replace("Yes", "是")
    other = other.replace(", see", "，见").replace("two groups", "两组").replace("A curve", "曲线")
    moved = other.replace("<code>dim</code>", "").replace("<p>", "<p><code>dim</code>")
    assert parity.differences(PAGE, moved) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<mi>x</mi>", "<mi>y</mi>"),
        ("<mi>x</mi>", "<mn>x</mn>"),
        ("<code>dim", "<code>axis"),
        ("1.0000", "1.0001"),
        ("p.png", "q.png"),
        ('"b.html"', '"c.html"'),
        ('id="t"', 'id="u"'),
        ('x="1"', 'x="2"'),
        ("<pre>print()</pre>", ""),
    ],
)
def test_another_formula_code_output_picture_link_or_id_is_found(old, new):
    assert parity.differences(PAGE, PAGE.replace(old, new)) != []
    assert parity.differences(PAGE.replace(old, new), PAGE) != []


def test_a_page_that_one_language_has_not_is_found(tmp_path):
    for name in ("en/a.html", "en/b.html", "zh_CN/a.html", "zh_CN/c.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(PAGE)
    assert parity.compare(tmp_path, "zh_CN") == [
        "b.html: there is no such page",
        "c.html: the source has no such page",
    ]
