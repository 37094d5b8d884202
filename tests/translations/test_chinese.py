"""Each trap of a Chinese message is refused: most of them would pass the build in silence."""

import chinese
import chinese_search
import pytest

GOOD = [
    (
        "Softmax amplifies no gaps: {claim}`A3-C10`.",
        "softmax 不放大差距：{claim}`A3-C10`。",
        "MyST",
    ),
    ("The **gradient** of $x$ is 2.", "$x$ 的**梯度**是 2。", "MyST"),
    ("What [the page](index.md) says", "[本页](index.md)说了什么", "MyST"),
    ("See {ref}`the claim <claim-a4-c07>`.", "见{ref}`该论断 <claim-a4-c07>`。", "MyST"),
    ("Related: [](a.md), [](b.md).", "相关：[](a.md)、[](b.md)。", "MyST"),
    ("See [](a.md) and [](b.md).", "见[](a.md)和[](b.md)。", "MyST"),
    ("1. First", "1\\. 第一", "MyST"),
    ("See :func:`softmax` of ``x``.", "见 :func:`softmax` 的 ``x``。", "reST"),
    ("A *long* sum.", "\\ *很长*\\ 的和。", "reST"),
    ("Ten epochs on {1}.", "在 {1} 上训练十个迭代周期。", "reST"),
    ("Numbers computed on %(date)s.", "数值计算于 %(date)s。", "plain"),
]
BAD = {
    "nothing": ("Yes", " ", "MyST", "empty"),
    "English": ("Yes", "".join("Yes"), "MyST", "English text"),  # an equal text of its own
    "a list": ("1. Introduction", "1. 引言", "MyST", "stay English"),
    "an item": ("Introduction", "- 引言", "MyST", "stay English"),
    "a heading": ("Introduction", "# 引言", "MyST", "stay English"),
    "a list in reST": ("Introduction", "1. 引言", "reST", "list or a block"),
    "another formula": ("The sum $x_i$", "和 $x_j$", "MyST", "formula missing: x_i"),
    "a lost formula": ("The sum :math:`x_i`", "和", "reST", "formula missing: x_i"),
    "other code": ("Use `dim`", "用 `dims`", "MyST", "code missing: dim"),
    "a lost role": ("{claim}`A1-C01`", "论断", "MyST", "role claim missing: A1-C01"),
    "another target": ("See [it](a.md)", "见[它](b.md)", "MyST", "link missing: a.md"),
    "a role touching Chinese": (
        "See :func:`softmax`",
        "见:func:`softmax`吧",
        "reST",
        "markup is broken",
    ),
    "bold touching Chinese": ("A **long** sum", "一个**很长**的和", "reST", "asterisks"),
    "bold with a mark": ("**So:** it is", "**所以：**就是", "MyST", "asterisks"),
    "bold around a mark": ("**So:** it", "**所以：** 就是", "MyST", "begins or ends with a mark"),
    "underscores": ("The `__init__` method", "__init__ 方法", "MyST", "code missing: __init__"),
    "another number": ("It is 2.5", "它是 2.6", "MyST", "number missing: 2.5"),
    "a lost placeholder": ("On {1}", "在上", "reST", "placeholder missing: {1}"),
    "no blank": ("Use softmax here", "这里用softmax", "MyST", "spacing"),
    "no blank beside code": ("Use `dim` here", "这里用`dim`", "MyST", "spacing"),
    "a blank in Chinese": ("A long sentence", "很长 的句子", "MyST", "space between"),
    "a blank beside a mark": ("Yes, it is", "是的， 就是", "MyST", "space beside"),
    "a half-width mark": ("Yes, it is", "是的,就是", "MyST", "half-width mark"),
    "a half-width stop": ("It is", "就是.", "MyST", "half-width mark"),
    "half-width parentheses": ("It (too)", "它(也)", "MyST", "parentheses"),
    "other quotation marks": ("The “word”", "“词”", "MyST", "quotation marks"),
    "a line break": ("A long sentence", "很长\n的句子", "MyST", "line break"),
    "another term": ("The cross-entropy", "互熵", "MyST", "cross-entropy = 交叉熵"),
    "a term not to be used": ("rounding", "四舍五入", "MyST", "not 四舍五入"),
    "the exponent for its power": ("No exponential is 0", "指数不为 0", "MyST", "指数函数"),
    "the polite you": ("You can", "您可以", "MyST", "您"),
}


@pytest.mark.parametrize("each", GOOD, ids=lambda each: each[1])
def test_a_good_translation_has_no_faults(each):
    assert chinese.faults(*each) == []


@pytest.mark.parametrize("name", BAD)
def test_a_fault_is_named(name):
    *each, told = BAD[name]
    assert any(told in fault for fault in chinese.faults(*each)), chinese.faults(*each)


def test_the_index_has_the_pairs_of_words_and_not_those_between_them():
    assert list(chinese_search.pairs("标签平滑")) == ["标签", "平滑"]


def test_the_terms_of_the_glossary_are_words():
    assert set(chinese_search.pairs("交叉熵损失")) == {"交叉", "叉熵", "损失"}


def test_words_of_one_character_make_pairs(monkeypatch):
    monkeypatch.setattr(chinese_search.splitter(), "cut", lambda run: ["沿", "另", "梯度", "上"])
    assert list(chinese_search.pairs("沿另梯度上")) == ["沿另", "梯度"]


def test_common_words_and_grammar_are_left_out_of_the_index():
    language = chinese_search.Bigrams({})
    kept = [word for word in ("什么", "的数", "梯度") if language.word_filter(word)]
    assert kept == ["梯度"]
