"""Arithmetic over lists of numbers."""

from family import family

family(
    "lists_numbers/sum_positive",
    names="sum_positive total_of_positives add_positive positive_sum",
    args={"numbers": ("list[int]", "numbers values nums amounts entries")},
    returns="int",
    locals={"total": "total result acc running", "n": "n x value num"},
    wordings=[
        "Return the sum of the numbers in $numbers that are greater than zero; 0 if there are none.",
        "Add up the positive entries of $numbers and ignore everything else; an empty list gives 0.",
        "total of the positive items in $numbers, 0 when there is none",
        "What do the numbers above zero in $numbers add up to? (0 for an empty list)",
        "I only care about the positive ones: sum those, skip zeros and negatives, 0 if nothing is left.",
        "Takes $numbers, leaves out whatever is zero or below, and gives back the sum of the rest.",
        "Start at 0, go through $numbers, and add each number that is greater than zero.",
    ],
    py=[
        "return sum($n for $n in $numbers if $n > 0)",
        "$total = 0\nfor $n in $numbers:\n    if $n > 0:\n        $total += $n\nreturn $total",
    ],
    ts=[
        "return $numbers.filter(($n) => $n > 0).reduce(($total, $n) => $total + $n, 0);",
        "let $total = 0;\nfor (const $n of $numbers) {\n  if ($n > 0) {\n    $total += $n;\n  }\n}\nreturn $total;",
    ],
    inputs=lambda r: (r.ints(),),
    edges=[([],), ([-1, -5],), ([0, 3, -2, 4],)],
)

family(
    "lists_numbers/mean",
    names="mean average get_average mean_of compute_mean",
    args={"values": ("list[int]", "values numbers nums scores samples")},
    returns="float | None",
    locals={"total": "total acc running", "value": "value n x score"},
    wordings=[
        "Return the arithmetic mean of $values, or null if the list is empty.",
        "Compute the average of $values; for an empty list there is no average, so return null.",
        "average of $values, null when empty",
        "What is the mean of these numbers? Gives null if there are none.",
        "I need the plain average: the sum of $values divided by how many there are, null for an empty list.",
        "Takes a list of numbers and gives back their mean, or None for an empty list.",
        "Add all of $values, then divide by the count; if the list has no items, return None instead.",
    ],
    py=[
        "return sum($values) / len($values) if $values else None",
        "if not $values:\n    return None\nreturn sum($values) / len($values)",
        "if not $values:\n    return None\n$total = 0\nfor $value in $values:\n    $total += $value\nreturn $total / len($values)",
    ],
    ts=[
        "if ($values.length === 0) {\n  return null;\n}\nreturn $values.reduce(($total, $value) => $total + $value, 0) / $values.length;",
        "if ($values.length === 0) return null;\nlet $total = 0;\nfor (const $value of $values) {\n  $total += $value;\n}\nreturn $total / $values.length;",
    ],
    inputs=lambda r: (r.ints(),),
    edges=[([],), ([5],), ([1, 2],)],
)

family(
    "lists_numbers/median",
    names="median find_median get_median middle_value",
    args={"numbers": ("list[int]", "numbers values nums data samples")},
    returns="float",
    locals={"ordered": "ordered ranked arranged by_size", "mid": "mid middle half m"},
    wordings=[
        "Return the median of $numbers: the middle one when sorted, or the mean of the two middle ones; 0 if empty.",
        "Find the median. With an even count it is the average of the two middle numbers; an empty list gives 0.",
        "median of $numbers (0 for no numbers, average of both middle ones for an even count)",
        "Which value sits in the middle of $numbers once sorted? Average the middle two if needed; 0 for an empty list.",
        "Sort $numbers and take the centre; for an even length take the mean of the two central values. Empty gives 0.",
        "Gives back the median of $numbers without changing the list; 0 when there is nothing in it, "
        "the mean of the middle two for even sizes.",
        "I need the median, so 3 1 2 gives 2 and 4 1 3 2 gives 2.5; no numbers at all gives 0.",
    ],
    py=[
        "if not $numbers:\n    return 0\n$ordered = sorted($numbers)\n$mid = len($ordered) // 2\nif len($ordered) % 2:\n"
        "    return $ordered[$mid]\nreturn ($ordered[$mid - 1] + $ordered[$mid]) / 2",
        "if not $numbers:\n    return 0\n$ordered = sorted($numbers)\n$mid = len($ordered) // 2\n"
        "return ($ordered[$mid] + $ordered[-$mid - 1]) / 2",
    ],
    ts=[
        "if ($numbers.length === 0) return 0;\nconst $ordered = [...$numbers].sort((a, b) => a - b);\n"
        "const $mid = Math.floor($ordered.length / 2);\n"
        "if ($ordered.length % 2 === 1) return $ordered[$mid];\nreturn ($ordered[$mid - 1] + $ordered[$mid]) / 2;",
    ],
    inputs=lambda r: (r.ints(),),
    edges=[([],), ([7],), ([3, 1, 2],), ([4, 1, 3, 2],)],
)

family(
    "lists_numbers/spread",
    names="spread value_range range_of_values max_minus_min extent",
    args={"values": ("list[float]", "values numbers readings nums samples")},
    returns="float",
    locals={"low": "low smallest lowest lo", "high": "high largest highest hi", "value": "value v x reading"},
    wordings=[
        "Return the difference between the largest and the smallest of $values, or 0 for an empty list.",
        "Subtract the minimum of $values from the maximum; with no values the answer is 0.",
        "max minus min of $values, 0 if empty",
        "How far apart are the smallest and the largest number in $values? An empty list gives 0.",
        "Gives back the width of the interval that $values covers (largest less smallest), 0 when the list is empty.",
        "I want the spread of the readings - biggest minus smallest - and 0 if there are no readings.",
        "Find the lowest and the highest of $values and return highest minus lowest; return 0 if there is nothing.",
    ],
    py=[
        "return max($values) - min($values) if $values else 0",
        "if not $values:\n    return 0\nreturn max($values) - min($values)",
        "if not $values:\n    return 0\n$low = $high = $values[0]\nfor $value in $values:\n    $low = min($low, $value)\n"
        "    $high = max($high, $value)\nreturn $high - $low",
    ],
    ts=[
        "return $values.length === 0 ? 0 : Math.max(...$values) - Math.min(...$values);",
        "if ($values.length === 0) return 0;\nlet $low = $values[0];\nlet $high = $values[0];\nfor (const $value of $values) {\n"
        "  $low = Math.min($low, $value);\n  $high = Math.max($high, $value);\n}\nreturn $high - $low;",
    ],
    inputs=lambda r: (r.floats(),),
    edges=[([],), ([3.5],), ([1, 9, -2],)],
)

family(
    "lists_numbers/running_totals",
    names="running_totals cumulative_sums prefix_sums running_sum accumulate_values",
    args={"numbers": ("list[int]", "numbers values nums amounts deltas")},
    returns="list[int]",
    locals={"total": "total acc current so_far", "totals": "totals sums result out", "n": "n x value amount"},
    wordings=[
        "Return the running totals of $numbers: each entry is the sum of all numbers up to and including that place.",
        "Replace every number by the sum of itself and everything before it. An empty list stays empty.",
        "cumulative sums of $numbers, same length as the input",
        "What is the total after each step of $numbers? For 1, 2, 3 that is 1, 3, 6; empty in, empty out.",
        "Takes $numbers and gives back the list of its prefix sums, one for each element.",
        "I need the balance after each amount in $numbers, starting from zero; no amounts, no balances.",
        "Keep a sum, add the numbers of $numbers one by one, and collect the sum after each addition.",
    ],
    py=[
        "$totals = []\n$total = 0\nfor $n in $numbers:\n    $total += $n\n    $totals.append($total)\nreturn $totals",
        "return list(itertools.accumulate($numbers))",
    ],
    ts=[
        "let $total = 0;\nreturn $numbers.map(($n) => ($total += $n));",
        "const $totals: number[] = [];\nlet $total = 0;\nfor (const $n of $numbers) {\n  $total += $n;\n  $totals.push($total);\n}\nreturn $totals;",
    ],
    inputs=lambda r: (r.ints(),),
    edges=[([],), ([1, 2, 3],), ([5, -5, 2],)],
    py_imports=["import itertools"],
)

family(
    "lists_numbers/differences",
    names="differences deltas consecutive_differences step_changes diffs",
    args={"values": ("list[int]", "values numbers nums levels samples")},
    returns="list[int]",
    locals={"i": "i k pos index", "a": "a before left prev", "b": "b after right cur", "out": "out changes result steps"},
    wordings=[
        "Return the differences between neighbours in $values, each number minus the one before it; "
        "empty for fewer than two numbers.",
        "Compute the change from each number to the next. The result is one shorter than $values (or empty).",
        "step from each entry of $values to the next one; [] for fewer than two entries",
        "By how much does each number in $values differ from its predecessor? Lists of length 0 or 1 give an empty list.",
        "Takes $values and gives back the list of later minus earlier for every adjacent pair; no pairs, empty list.",
        "I need the deltas: 3, 5, 4 becomes 2, -1, and anything shorter than two numbers becomes an empty list.",
        "For every position after the first, subtract the previous value from the current one and collect the results.",
    ],
    py=[
        "return [$b - $a for $a, $b in zip($values, $values[1:])]",
        "return [$values[$i] - $values[$i - 1] for $i in range(1, len($values))]",
        "$out = []\nfor $i in range(1, len($values)):\n    $out.append($values[$i] - $values[$i - 1])\nreturn $out",
    ],
    ts=[
        "return $values.slice(1).map(($b, $i) => $b - $values[$i]);",
        "const $out: number[] = [];\nfor (let $i = 1; $i < $values.length; $i++) {\n  $out.push($values[$i] - $values[$i - 1]);\n}\nreturn $out;",
    ],
    inputs=lambda r: (r.ints(),),
    edges=[([],), ([4],), ([3, 5, 4],)],
)

family(
    "lists_numbers/product",
    names="product multiply_all product_of product_of_list times_all",
    args={"factors": ("list[int]", "factors numbers values nums items")},
    returns="int",
    locals={"result": "result total acc prod", "factor": "factor n x f"},
    wordings=[
        "Return the product of all numbers in $factors; the product of an empty list is 1.",
        "Multiply the numbers in $factors together, starting from 1.",
        "product of $factors, 1 if empty",
        "What do you get when all of $factors are multiplied? An empty list gives 1.",
        "Multiplies every element of the list into one number and gives that back (1 when there is nothing to multiply).",
        "Like a sum over $factors, but with multiplication, so no elements means 1.",
        "Begin with 1, multiply it by each element of $factors in turn, and return what comes out.",
    ],
    py=[
        "return math.prod($factors)",
        "$result = 1\nfor $factor in $factors:\n    $result *= $factor\nreturn $result",
    ],
    ts=[
        "return $factors.reduce(($result, $factor) => $result * $factor, 1);",
        "let $result = 1;\nfor (const $factor of $factors) {\n  $result *= $factor;\n}\nreturn $result;",
    ],
    inputs=lambda r: (r.ints(-5, 9, (0, 6)),),
    edges=[([],), ([7],), ([2, 3, 4],), ([5, 0, 2],)],
    py_imports=["import math"],
)

family(
    "lists_numbers/window_sums",
    names="window_sums sliding_sums moving_sums sums_of_windows rolling_sum",
    args={
        "numbers": ("list[int]", "numbers values nums data series"),
        "size": ("int", "size width k span window"),
    },
    returns="list[int]",
    locals={"i": "i start pos s", "sums": "sums result out totals", "n": "n x value term", "total": "total acc", "part": "part chunk piece"},
    wordings=[
        "Return the sum of every run of $size neighbouring numbers in $numbers; "
        "empty if $size is below 1 or longer than the list.",
        "Slide a window of $size elements over $numbers and collect its sums; a size under 1 or too large gives [].",
        "sums of all full windows of length $size in $numbers, [] when $size < 1 or nothing fits",
        "What is the sum of each stretch of $size consecutive entries of $numbers? Empty when $size is not positive.",
        "Gives back the moving sums of $numbers, only where all $size elements are there; [] for sizes below 1.",
        "For 1, 2, 3, 4 and size 2 I want 3, 5, 7; windows that do not fit or sizes below 1 give nothing.",
        "For each start where $size elements fit, add those elements of $numbers; if $size is less than 1, return [].",
    ],
    py=[
        "if $size < 1:\n    return []\nreturn [sum($numbers[$i : $i + $size]) for $i in range(len($numbers) - $size + 1)]",
        "$sums = []\nif $size < 1:\n    return $sums\nfor $i in range(len($numbers) - $size + 1):\n"
        "    $sums.append(sum($numbers[$i : $i + $size]))\nreturn $sums",
    ],
    ts=[
        "const $sums: number[] = [];\nif ($size < 1) return $sums;\nfor (let $i = 0; $i + $size <= $numbers.length; $i++) {\n"
        "  const $part = $numbers.slice($i, $i + $size);\n  $sums.push($part.reduce(($total, $n) => $total + $n, 0));\n}\nreturn $sums;",
    ],
    inputs=lambda r: (r.ints(), r.int(0, 4)),
    edges=[([], 1), ([1, 2, 3, 4], 2), ([1, 2], 3), ([5, 6], 0)],
)

family(
    "lists_numbers/moving_averages",
    names="moving_averages rolling_mean sliding_averages moving_mean",
    args={
        "samples": ("list[int]", "samples values numbers levels prices"),
        "width": ("int", "width k size span w"),
    },
    returns="list[float]",
    locals={"i": "i j pos s", "out": "out means result averages", "part": "part chunk piece", "a": "a acc total", "b": "b x value"},
    wordings=[
        "Return the mean of every full window of $width neighbours in $samples; "
        "empty if $width is below 1 or nothing fits.",
        "Compute the moving average of $samples over $width items, only for complete windows; [] for a width under 1.",
        "rolling mean of $samples over $width entries, complete windows only, [] if $width < 1",
        "What is the average of each run of $width consecutive samples? No complete run, or a width below 1, gives [].",
        "Smooths $samples: each result is the average of $width neighbouring entries, no partial windows, "
        "[] unless $width is positive.",
        "I need averages over a sliding window, so 2, 4, 6 with width 2 gives 3, 5; widths below 1 give an empty list.",
        "At each start where $width items of $samples fit, average those items; if $width is less than 1, return [].",
    ],
    py=[
        "if $width < 1:\n    return []\n"
        "return [sum($samples[$i : $i + $width]) / $width for $i in range(len($samples) - $width + 1)]",
        "$out = []\nif $width < 1:\n    return $out\nfor $i in range(len($samples) - $width + 1):\n"
        "    $out.append(sum($samples[$i : $i + $width]) / $width)\nreturn $out",
    ],
    ts=[
        "const $out: number[] = [];\nif ($width < 1) return $out;\nfor (let $i = 0; $i + $width <= $samples.length; $i++) {\n"
        "  const $part = $samples.slice($i, $i + $width);\n  $out.push($part.reduce(($a, $b) => $a + $b, 0) / $width);\n}\nreturn $out;",
    ],
    inputs=lambda r: (r.ints(), r.int(0, 4)),
    edges=[([], 2), ([2, 4, 6], 2), ([1], 0), ([3, 4], 5)],
)

family(
    "lists_numbers/second_largest",
    names="second_largest runner_up second_highest second_biggest get_second_max",
    args={"scores": ("list[int]", "scores numbers values nums points")},
    returns="int | None",
    locals={"ranked": "ranked distinct ordered unique_values", "best": "best first top highest", "rest": "rest others lower", "x": "x n score value"},
    wordings=[
        "Return the second largest distinct number in $scores, or null if there are fewer than two distinct numbers.",
        "Find the biggest number that is smaller than the maximum of $scores; null if there is none.",
        "second highest distinct value of $scores, null when there is no such value",
        "Which number comes right after the maximum of $scores? Repeats count once; null if nothing is left.",
        "Takes the scores and gives back the runner-up, ignoring copies of the top score (None if nobody is behind).",
        "I need the second best of $scores - ties for first place do not count - or None without one.",
        "Remove every copy of the maximum from $scores, then return the maximum of the remainder, or null if empty.",
    ],
    py=[
        "$ranked = sorted(set($scores))\nreturn $ranked[-2] if len($ranked) > 1 else None",
        "return max(($x for $x in $scores if $x < max($scores)), default=None)",
        "if not $scores:\n    return None\n$best = max($scores)\n$rest = [$x for $x in $scores if $x < $best]\n"
        "return max($rest) if $rest else None",
    ],
    ts=[
        "const $ranked = [...new Set($scores)].sort((a, b) => b - a);\nreturn $ranked.length > 1 ? $ranked[1] : null;",
        "const $best = Math.max(...$scores);\nconst $rest = $scores.filter(($x) => $x < $best);\nreturn $rest.length > 0 ? Math.max(...$rest) : null;",
    ],
    inputs=lambda r: (r.ints(0, 12),),
    edges=[([],), ([4, 4],), ([9, 9, 3],), ([-1, -2],)],
)

family(
    "lists_numbers/count_above",
    names="count_above how_many_above count_greater number_over count_over_limit",
    args={
        "values": ("list[float]", "values numbers readings nums temperatures"),
        "limit": ("float", "limit threshold bound cutoff"),
    },
    returns="int",
    locals={"count": "count found hits total", "value": "value v x reading"},
    wordings=[
        "Return how many of $values are strictly greater than $limit.",
        "Count the numbers in $values above $limit; those equal to it do not count.",
        "number of entries in $values over $limit (not equal)",
        "How many readings exceed $limit? Equal ones are not counted, and an empty list gives 0.",
        "Gives back the count of numbers from $values that lie over $limit, without those exactly on it.",
        "I want to know how often $values goes past $limit; being exactly at the limit is fine.",
        "Go through $values and add one for each number that is larger than $limit, starting from zero.",
    ],
    py=[
        "return sum($value > $limit for $value in $values)",
        "return len([$value for $value in $values if $value > $limit])",
        "$count = 0\nfor $value in $values:\n    if $value > $limit:\n        $count += 1\nreturn $count",
    ],
    ts=[
        "return $values.filter(($value) => $value > $limit).length;",
        "let $count = 0;\nfor (const $value of $values) {\n  if ($value > $limit) $count++;\n}\nreturn $count;",
    ],
    inputs=lambda r: (r.floats(), r.float(-5, 20)),
    edges=[([], 1), ([2, 3, 4], 3), ([1.5], 1)],
)

family(
    "lists_numbers/normalise",
    names="normalise rescale min_max_scale scale_to_unit normalize_values",
    args={"values": ("list[float]", "values numbers points nums data")},
    returns="list[float]",
    locals={"low": "low bottom least lo", "high": "high top most hi", "v": "v x value n"},
    wordings=[
        "Return $values scaled linearly so that the smallest becomes 0 and the largest 1; if all are equal, all become 0.",
        "Rescale $values to the range 0 to 1. Equal numbers all turn into 0; an empty list stays empty.",
        "min-max scaling of $values to 0..1 (zeros if they are all the same, [] if empty)",
        "Where does each number lie between the minimum (0) and maximum (1) of $values? All zeros if these coincide.",
        "Maps each number to its share of the way from the minimum to the maximum of $values; no spread gives zeros.",
        "I need these between 0 and 1: subtract the minimum, divide by the spread, zeros when there is no spread.",
        "Subtract the minimum of $values from each entry and divide by max minus min; "
        "when that is zero, use 0 for every entry.",
    ],
    py=[
        "if not $values:\n    return []\n$low, $high = min($values), max($values)\nif $low == $high:\n    return [0] * len($values)\n"
        "return [($v - $low) / ($high - $low) for $v in $values]",
        "$low = min($values, default=0)\n$high = max($values, default=0)\n"
        "return [($v - $low) / ($high - $low) if $high > $low else 0 for $v in $values]",
    ],
    ts=[
        "const $low = Math.min(...$values);\nconst $high = Math.max(...$values);\n"
        "return $values.map(($v) => ($high > $low ? ($v - $low) / ($high - $low) : 0));",
    ],
    inputs=lambda r: (r.floats(),),
    edges=[([],), ([4, 4],), ([0, 5, 10],)],
)

family(
    "lists_numbers/running_max",
    names="running_max record_so_far prefix_maxima highest_so_far cumulative_max",
    args={"values": ("list[float]", "values numbers readings nums levels")},
    returns="list[float]",
    locals={"best": "best peak top highest", "out": "out result records maxima", "value": "value v x n", "i": "i k pos"},
    wordings=[
        "Return a list in which each place holds the largest of $values up to and including that place.",
        "Replace each number by the biggest one seen so far. An empty list stays empty.",
        "running maximum of $values, one entry for each value",
        "What is the record high after each of $values? For 2, 1, 5 that is 2, 2, 5; nothing for an empty list.",
        "Gives back the prefix maxima of $values as a list of the same length.",
        "I need the highest value so far at every step of $values (an empty list if there are no steps).",
        "Walk along $values, remember the greatest number yet, and write it down after each step.",
    ],
    py=[
        "$out = []\nfor $value in $values:\n    $out.append(max($out[-1], $value) if $out else $value)\nreturn $out",
        "return [max($values[: $i + 1]) for $i in range(len($values))]",
        "return list(itertools.accumulate($values, max))",
    ],
    ts=[
        "let $best = -Infinity;\nreturn $values.map(($value) => ($best = Math.max($best, $value)));",
        "const $out: number[] = [];\nlet $best = -Infinity;\nfor (const $value of $values) {\n  $best = Math.max($best, $value);\n"
        "  $out.push($best);\n}\nreturn $out;",
    ],
    inputs=lambda r: (r.floats(),),
    edges=[([],), ([2, 1, 5],), ([-3, -7],)],
    py_imports=["import itertools"],
)

family(
    "lists_numbers/sum_of_squares",
    names="sum_of_squares square_sum total_of_squares sum_squares energy",
    args={"numbers": ("list[int]", "numbers values nums components xs")},
    returns="int",
    locals={"total": "total result acc", "n": "n x value c"},
    wordings=[
        "Return the sum of the squares of $numbers; 0 for an empty list.",
        "Square every number in $numbers and add up the results, giving 0 if there are none.",
        "squares of $numbers, summed (0 when empty)",
        "What is the total when each number in $numbers is multiplied by itself first? An empty list gives 0.",
        "Gives back the squared length of the vector $numbers, that is the sum of each component squared.",
        "I need all the numbers squared and then added together, with 0 for an empty list.",
        "Start at zero; for each entry of $numbers add the entry times itself; return the total.",
    ],
    py=[
        "return sum($n * $n for $n in $numbers)",
        "return sum($n ** 2 for $n in $numbers)",
        "$total = 0\nfor $n in $numbers:\n    $total += $n * $n\nreturn $total",
    ],
    ts=[
        "return $numbers.reduce(($total, $n) => $total + $n * $n, 0);",
        "let $total = 0;\nfor (const $n of $numbers) {\n  $total += $n ** 2;\n}\nreturn $total;",
    ],
    inputs=lambda r: (r.ints(-15, 20),),
    edges=[([],), ([-3],), ([1, 2, 3],)],
)

family(
    "lists_numbers/count_between",
    names="count_between count_in_range how_many_within number_in_interval count_inside",
    args={
        "numbers": ("list[int]", "numbers values nums ages marks"),
        "low": ("int", "low lower minimum start lo"),
        "high": ("int", "high upper maximum end hi"),
    },
    returns="int",
    locals={"count": "count hits inside found", "n": "n x value num"},
    wordings=[
        "Return how many of $numbers lie between $low and $high, both ends included.",
        "Count the entries of $numbers that are at least $low and at most $high.",
        "how many of $numbers fall in $low..$high inclusive",
        "How many numbers are within the closed interval from $low to $high? It is 0 if $low exceeds $high.",
        "Gives back the count of numbers in the list that are neither below $low nor above $high.",
        "I need to know how many of $numbers are in range, where $low and $high themselves are still in range.",
        "Look at each of $numbers and count it unless it is smaller than $low or larger than $high.",
    ],
    py=[
        "return sum($low <= $n <= $high for $n in $numbers)",
        "return len([$n for $n in $numbers if $low <= $n <= $high])",
        "$count = 0\nfor $n in $numbers:\n    if $low <= $n <= $high:\n        $count += 1\nreturn $count",
    ],
    ts=[
        "return $numbers.filter(($n) => $n >= $low && $n <= $high).length;",
        "let $count = 0;\nfor (const $n of $numbers) {\n  if ($n >= $low && $n <= $high) {\n    $count++;\n  }\n}\nreturn $count;",
    ],
    inputs=lambda r: (r.ints(), r.int(-15, 10), r.int(5, 40)),
    edges=[([], 0, 5), ([1, 2, 3], 2, 2), ([1, 2, 3], 3, 1)],
)

family(
    "lists_numbers/clamp_all",
    names="clamp_all limit_values clip_list clamp_list keep_within",
    args={
        "values": ("list[float]", "values numbers levels nums pixels"),
        "low": ("float", "low lower floor minimum lo"),
        "high": ("float", "high upper ceiling maximum hi"),
    },
    returns="list[float]",
    locals={"v": "v x value n", "out": "out result clamped clipped"},
    wordings=[
        "Return $values with every number below $low raised to $low and every number above $high lowered to $high.",
        "Clamp each of $values to the interval from $low to $high (where $low is not above $high).",
        "$values, each one clipped to $low..$high",
        "What do $values look like when each one is forced into the range from $low to $high?",
        "Gives back a new list in which too small numbers become $low, too big ones $high, and the others stay.",
        "I need all of $values kept within $low and $high: anything outside moves to the nearer end.",
        "For each number take the larger of it and $low, then the smaller of that and $high.",
    ],
    py=[
        "return [min(max($v, $low), $high) for $v in $values]",
        "$out = []\nfor $v in $values:\n    $out.append(max($low, min($v, $high)))\nreturn $out",
    ],
    ts=[
        "return $values.map(($v) => Math.min(Math.max($v, $low), $high));",
        "const $out: number[] = [];\nfor (const $v of $values) {\n  $out.push(Math.max($low, Math.min($v, $high)));\n}\nreturn $out;",
    ],
    inputs=lambda r: (r.floats(), r.int(-5, 5), r.int(8, 20)),
    edges=[([], 0, 1), ([-1, 0.5, 7], 0, 1), ([3, 4], 3, 3)],
)

family(
    "lists_numbers/count_even_odd",
    names="count_even_odd parity_counts even_and_odd_counts tally_parity",
    args={"numbers": ("list[int]", "numbers values nums integers rolls")},
    returns="tuple[int, int]",
    locals={"evens": "evens even_count even", "odds": "odds odd_count odd", "n": "n x value num"},
    wordings=[
        "Return how many even and how many odd numbers $numbers has, as a pair (even first).",
        "Count the even and the odd entries of $numbers and return both counts, evens before odds.",
        "pair of counts for $numbers: even, then odd (0, 0 if empty)",
        "How many of $numbers are even, and how many odd? The answer is a pair in that order.",
        "Takes a list of integers and gives back two counts: first the even ones, then the odd ones.",
        "I want two tallies for $numbers, one for even and one for odd, in that order; zero counts as even.",
        "Count the members of $numbers divisible by 2; the others are odd. Return the even count, then the odd count.",
    ],
    py=[
        "$evens = sum($n % 2 == 0 for $n in $numbers)\nreturn $evens, len($numbers) - $evens",
        "$evens = $odds = 0\nfor $n in $numbers:\n    if $n % 2 == 0:\n        $evens += 1\n    else:\n        $odds += 1\nreturn $evens, $odds",
    ],
    ts=[
        "const $evens = $numbers.filter(($n) => $n % 2 === 0).length;\nreturn [$evens, $numbers.length - $evens];",
        "let $evens = 0;\nlet $odds = 0;\nfor (const $n of $numbers) {\n  if ($n % 2 === 0) $evens++;\n  else $odds++;\n}\nreturn [$evens, $odds];",
    ],
    inputs=lambda r: (r.ints(),),
    edges=[([],), ([0, -1, -2],), ([7],)],
)

family(
    "lists_numbers/alternating_sum",
    names="alternating_sum plus_minus_sum zigzag_sum signed_total",
    args={"terms": ("list[int]", "terms numbers values nums items")},
    returns="int",
    locals={"total": "total result acc", "i": "i k pos index", "term": "term x n t"},
    wordings=[
        "Return the alternating sum of $terms: the first minus the second plus the third and so on; 0 if empty.",
        "Add the numbers at even positions (counted from 0) of $terms and subtract those at odd positions.",
        "alternating sum of $terms, first one positive, 0 when empty",
        "What is a - b + c - d ... for the numbers in $terms? An empty list gives 0.",
        "Gives back the sum of $terms with every second number, starting with the second, taken as negative.",
        "I need plus, minus, plus, minus over the list, beginning with plus; an empty list is 0.",
        "Go through $terms; add a number at position 0, 2, 4 and so on, otherwise subtract it.",
    ],
    py=[
        "return sum($terms[::2]) - sum($terms[1::2])",
        "return sum($term if $i % 2 == 0 else -$term for $i, $term in enumerate($terms))",
        "$total = 0\nfor $i, $term in enumerate($terms):\n    $total += $term if $i % 2 == 0 else -$term\nreturn $total",
    ],
    ts=[
        "return $terms.reduce(($total, $term, $i) => $total + ($i % 2 === 0 ? $term : -$term), 0);",
        "let $total = 0;\nfor (let $i = 0; $i < $terms.length; $i++) {\n  $total += $i % 2 === 0 ? $terms[$i] : -$terms[$i];\n}\nreturn $total;",
    ],
    inputs=lambda r: (r.ints(),),
    edges=[([],), ([5],), ([5, 3, 2, 1],)],
)

family(
    "lists_numbers/largest_jump",
    names="largest_jump max_gap biggest_step largest_change",
    args={"levels": ("list[int]", "levels numbers values heights marks")},
    returns="int",
    locals={"best": "best largest result widest", "i": "i k pos at", "a": "a left before prev", "b": "b right after cur"},
    wordings=[
        "Return the largest absolute difference between two neighbours in $levels, or 0 if there are fewer than two.",
        "Find the biggest jump, up or down, from one number of $levels to the next; 0 without any pair.",
        "max absolute step between adjacent $levels, 0 for fewer than two",
        "How big is the greatest change between consecutive entries of $levels? Short lists (under two) give 0.",
        "Gives back the size of the widest gap between adjacent numbers, ignoring its direction; 0 when there is no gap.",
        "I want the most dramatic step in $levels, as a positive number, or 0 if nothing can change.",
        "Take the distance between each number in $levels and the next, and return the largest distance, at least 0.",
    ],
    py=[
        "return max((abs($b - $a) for $a, $b in zip($levels, $levels[1:])), default=0)",
        "$best = 0\nfor $i in range(1, len($levels)):\n    $best = max($best, abs($levels[$i] - $levels[$i - 1]))\nreturn $best",
    ],
    ts=[
        "let $best = 0;\nfor (let $i = 1; $i < $levels.length; $i++) {\n  $best = Math.max($best, Math.abs($levels[$i] - $levels[$i - 1]));\n}\nreturn $best;",
        "return Math.max(0, ...$levels.slice(1).map(($b, $i) => Math.abs($b - $levels[$i])));",
    ],
    inputs=lambda r: (r.ints(),),
    edges=[([],), ([3],), ([1, 10, 4],), ([5, -5],)],
)

family(
    "lists_numbers/min_and_max",
    names="min_and_max extremes bounds lowest_and_highest min_max",
    args={"numbers": ("list[float]", "numbers values nums readings prices")},
    returns="tuple[float, float] | None",
    locals={"low": "low smallest lowest lo", "high": "high largest highest hi", "n": "n x v value"},
    wordings=[
        "Return the smallest and the largest of $numbers as a pair, or null for an empty list.",
        "Find both extremes of $numbers, minimum first; with no numbers there is nothing to find, so return null.",
        "(min, max) of $numbers, null if empty",
        "What are the lowest and the highest of $numbers? A pair in that order, null when the list is empty.",
        "Takes some numbers and gives back two, the least and the greatest of them, or None if there are none.",
        "I need the low and the high of $numbers together in one pair; None is fine for an empty list.",
        "If $numbers is empty return null; otherwise return its minimum and its maximum, in that order.",
    ],
    py=[
        "return (min($numbers), max($numbers)) if $numbers else None",
        "if not $numbers:\n    return None\nreturn min($numbers), max($numbers)",
        "if not $numbers:\n    return None\n$low = $high = $numbers[0]\nfor $n in $numbers:\n    if $n < $low:\n        $low = $n\n"
        "    $high = max($high, $n)\nreturn $low, $high",
    ],
    ts=[
        "return $numbers.length > 0 ? [Math.min(...$numbers), Math.max(...$numbers)] : null;",
        "if ($numbers.length === 0) return null;\nlet [$low, $high] = [$numbers[0], $numbers[0]];\nfor (const $n of $numbers) {\n"
        "  if ($n < $low) $low = $n;\n  if ($n > $high) $high = $n;\n}\nreturn [$low, $high];",
    ],
    inputs=lambda r: (r.floats(),),
    edges=[([],), ([2.5],), ([3, -1, 8],)],
)

family(
    "lists_numbers/dot_product",
    names="dot_product inner_product weighted_sum dot multiply_and_add",
    args={
        "first": ("list[int]", "first left xs a prices"),
        "second": ("list[int]", "second right ys b amounts"),
    },
    returns="int",
    locals={"x": "x p u value", "y": "y q v other", "i": "i k pos", "total": "total result acc"},
    wordings=[
        "Return the sum of the products of matching entries of $first and $second; surplus entries are ignored.",
        "Multiply $first and $second position by position and add the products, stopping at the end of the shorter.",
        "dot product of $first and $second (extra items of the longer one ignored, 0 if either is empty)",
        "What is the inner product of $first and $second, looking only at positions that both lists have?",
        "Pairs up the two lists as far as the shorter goes and gives back the total of the pairwise products.",
        "I need each item of $first times its partner in $second, all added up; no partner means it does not count.",
        "For each position present in both $first and $second, multiply the two numbers; return the sum, 0 for none.",
    ],
    py=[
        "return sum($x * $y for $x, $y in zip($first, $second))",
        "$total = 0\nfor $x, $y in zip($first, $second):\n    $total += $x * $y\nreturn $total",
    ],
    ts=[
        "let $total = 0;\nfor (let $i = 0; $i < Math.min($first.length, $second.length); $i++) {\n  $total += $first[$i] * $second[$i];\n}\nreturn $total;",
        "return $first.reduce(($total, $x, $i) => $total + $x * ($second[$i] ?? 0), 0);",
    ],
    inputs=lambda r: (r.ints(-9, 9, (0, 5)), r.ints(-9, 9, (0, 5))),
    edges=[([], []), ([1, 2, 3], [4, 5, 6]), ([2, 2], [5])],
)

family(
    "lists_numbers/shares",
    names="shares proportions fractions_of_total to_shares relative_amounts",
    args={"amounts": ("list[int]", "amounts counts votes weights values")},
    returns="list[float]",
    locals={"total": "total whole overall denominator", "amount": "amount x n part"},
    wordings=[
        "Return each of $amounts divided by their sum; if the sum is 0, return a list of zeros.",
        "Turn $amounts into fractions of the total. When the total is zero every fraction is 0.",
        "share of the total for each of $amounts (zeros if they sum to 0)",
        "Which part of the whole is each of $amounts? All parts are 0 when the whole is 0.",
        "Gives back the proportions of $amounts, in order, as numbers that add up to 1, or zeros for a zero sum.",
        "I want relative votes: 1, 3 becomes 0.25, 0.75, and if nobody voted everyone gets 0.",
        "Add up $amounts; divide each by that sum, or use 0 for each when the sum is 0.",
    ],
    py=[
        "$total = sum($amounts)\nreturn [$amount / $total if $total else 0 for $amount in $amounts]",
        "$total = sum($amounts)\nif $total == 0:\n    return [0] * len($amounts)\nreturn [$amount / $total for $amount in $amounts]",
    ],
    ts=[
        "const $total = $amounts.reduce((a, b) => a + b, 0);\nreturn $amounts.map(($amount) => ($total === 0 ? 0 : $amount / $total));",
    ],
    inputs=lambda r: (r.ints(0, 20),),
    edges=[([],), ([0, 0],), ([1, 3],)],
)

family(
    "lists_numbers/trimmed_sum",
    names="trimmed_sum sum_without_extremes inner_sum jury_total",
    args={"marks": ("list[int]", "marks scores numbers points values")},
    returns="int",
    locals={"kept": "kept middle inner rest", "a": "a acc total", "b": "b x mark", "whole": "whole full everything"},
    wordings=[
        "Return the sum of $marks without one smallest and one largest entry; 0 if there are fewer than three.",
        "Drop the lowest and the highest of $marks (one each) and add up the rest; fewer than three marks give 0.",
        "sum of $marks minus one min and one max, 0 for fewer than three marks",
        "What do $marks add up to when a single minimum and a single maximum are left out? 0 under three marks.",
        "Gives back a jury total: all marks but one lowest and one highest are added, 0 if two or fewer were given.",
        "I need the sum of $marks, but ignore one best and one worst; with two marks or less that is just 0.",
        "Sort $marks, cut one off at each end and sum what is left, which is 0 for two marks or fewer.",
    ],
    py=[
        "return sum(sorted($marks)[1:-1])",
        "if len($marks) < 3:\n    return 0\nreturn sum($marks) - min($marks) - max($marks)",
    ],
    ts=[
        "const $kept = [...$marks].sort((a, b) => a - b).slice(1, -1);\nreturn $kept.reduce(($a, $b) => $a + $b, 0);",
        "if ($marks.length < 3) return 0;\nconst $whole = $marks.reduce(($a, $b) => $a + $b, 0);\nreturn $whole - Math.min(...$marks) - Math.max(...$marks);",
    ],
    inputs=lambda r: (r.ints(0, 10),),
    edges=[([],), ([4, 9],), ([1, 1, 9, 9],), ([5, 6, 7],)],
)

family(
    "lists_numbers/affordable_prefix",
    names="affordable_prefix how_many_fit count_within_budget items_in_budget",
    args={
        "costs": ("list[int]", "costs prices weights sizes fees"),
        "budget": ("int", "budget limit capacity allowance money"),
    },
    returns="int",
    locals={"spent": "spent total used so_far", "count": "count taken bought fitting", "cost": "cost price c x"},
    wordings=[
        "Return how many items of $costs, taken in order, can be paid before the total would exceed $budget.",
        "Count the leading entries of $costs whose running sum stays within $budget; stop at the first that does not.",
        "number of $costs from the front that fit in $budget, stopping at the first misfit",
        "How many of $costs can I buy one after another without going over $budget? No skipping allowed.",
        "Takes items from the start of $costs while their sum is at most $budget and gives back how many it took.",
        "I buy things in the given order until the next one is too expensive for $budget - how many do I get?",
        "Add $costs one at a time; as soon as the sum is above $budget, return how many came before.",
    ],
    py=[
        "$spent = 0\nfor $count, $cost in enumerate($costs):\n    $spent += $cost\n    if $spent > $budget:\n        return $count\nreturn len($costs)",
        "$count = 0\nfor $cost in $costs:\n    $budget -= $cost\n    if $budget < 0:\n        break\n    $count += 1\nreturn $count",
    ],
    ts=[
        "let $spent = 0;\nlet $count = 0;\nfor (const $cost of $costs) {\n  $spent += $cost;\n  if ($spent > $budget) break;\n  $count++;\n}\nreturn $count;",
    ],
    inputs=lambda r: (r.ints(1, 12), r.int(0, 45)),
    edges=[([], 5), ([3, 3, 3], 6), ([9, 1], 5), ([1, 2], 10)],
)

family(
    "lists_numbers/best_profit",
    names="best_profit max_profit best_trade largest_gain",
    args={"prices": ("list[int]", "prices quotes values rates numbers")},
    returns="int",
    locals={"best": "best profit gain result", "low": "low cheapest lowest bought_at", "price": "price p x quote"},
    wordings=[
        "Return the largest gain from buying at one of $prices and selling at a later one; 0 if no gain is possible.",
        "Find the maximum of a later price minus an earlier one in $prices, but never less than 0.",
        "best buy-then-sell difference in $prices, 0 if prices only fall",
        "How much could one trade earn at most, buying first and selling later within $prices? 0 if none pays off.",
        "Gives back the greatest rise from any entry of $prices to any entry after it, or 0 without a rise.",
        "I get to buy once and sell once after that - what is the best profit, 0 if I should not trade?",
        "Track the cheapest of $prices so far and the best difference to it; return that difference, starting from 0.",
    ],
    py=[
        "$best = 0\n$low = float('inf')\nfor $price in $prices:\n    $low = min($low, $price)\n    $best = max($best, $price - $low)\nreturn $best",
    ],
    ts=[
        "let $best = 0;\nlet $low = Infinity;\nfor (const $price of $prices) {\n  $low = Math.min($low, $price);\n"
        "  $best = Math.max($best, $price - $low);\n}\nreturn $best;",
    ],
    inputs=lambda r: (r.ints(1, 40),),
    edges=[([],), ([9, 5, 1],), ([3, 8, 1, 5],)],
)

family(
    "lists_numbers/sum_multiples",
    names="sum_multiples sum_divisible add_multiples total_of_multiples",
    args={
        "numbers": ("list[int]", "numbers values nums items entries"),
        "divisor": ("int", "divisor factor base step d"),
    },
    returns="int",
    locals={"total": "total result acc", "n": "n x value num"},
    wordings=[
        "Return the sum of those of $numbers that are divisible by $divisor (a positive integer); 0 if none is.",
        "Add up the multiples of $divisor found in $numbers. No multiples, or an empty list, gives 0.",
        "sum of $numbers divisible by $divisor, 0 when there are none",
        "What is the total of all entries of $numbers that $divisor divides without a remainder?",
        "Keeps only the multiples of $divisor, negative ones too, and gives back their sum.",
        "I need to sum just the numbers that $divisor goes into evenly; everything else is skipped.",
        "For each of $numbers, if dividing by $divisor leaves no remainder, add it to a sum that starts at 0.",
    ],
    py=[
        "return sum($n for $n in $numbers if $n % $divisor == 0)",
        "$total = 0\nfor $n in $numbers:\n    if $n % $divisor == 0:\n        $total += $n\nreturn $total",
    ],
    ts=[
        "return $numbers.reduce(($total, $n) => ($n % $divisor === 0 ? $total + $n : $total), 0);",
        "let $total = 0;\nfor (const $n of $numbers) {\n  if ($n % $divisor === 0) {\n    $total += $n;\n  }\n}\nreturn $total;",
    ],
    inputs=lambda r: (r.ints(), r.int(1, 5)),
    edges=[([], 3), ([3, -6, 7], 3), ([1, 2], 5)],
)
