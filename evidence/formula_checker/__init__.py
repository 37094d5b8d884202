r"""Every displayed formula of a derivation page is checked from the text that the reader sees.

    ```{symbols}
    K : size 1..5 -- number of classes
    i, k : index over K
    x, p : vector over K -- logits and probabilities
    ```

    ```{math}
    :label: softmax-sum
    p_i := \frac{e^{x_i}}{\sum_k e^{x_k}}, \qquad \sum_k p_k = 1
    ```

A name is bound by ``:=``; every other relation must hold at random points, in forty digits, for
several sizes; an inequality must also come close to equality somewhere. Options of `math`:

``:label:``   required on a derivation page
``:code:``    ``refimpl.formulas.softmax(x, dim=0)``: the right side, in code; tested
``:loose:``   the reason why an inequality is not sharp
``:prose:``   the reason why the formula cannot be read by the checker: it is shown, not checked

A formula that is wrong on purpose stands in `refused`. `answer` hides the answer of an exercise.
`{claim}` links to the ledger, `{checked}` puts in what the checker counted.
"""
