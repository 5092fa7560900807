"""Textbook algorithms on lists and strings, in their short form."""

from family import family


def rpn(r, size):
    """Tokens of a valid expression in postfix order."""
    if size == 0:
        return [str(r.randint(0, 12))]
    left = r.randint(0, size - 1)
    return [*rpn(r, left), *rpn(r, size - 1 - left), r.choice("+-*")]


family(
    "algorithms_small/insert_sorted",
    names="insert_sorted insert_in_order sorted_insert add_in_order put_in_place",
    args={"values": ("list[int]", "values numbers items nums data"), "x": ("int", "x value new_value item extra")},
    returns="list[int]",
    locals={"i": "i pos index at", "v": "v y n other"},
    wordings=[
        "Return a copy of the ascending list $values with $x inserted so that it stays sorted.",
        "Insert $x at its place in the sorted list $values; give back a new list and leave the argument alone.",
        "ascending $values plus $x, still ascending",
        "What does the sorted list $values look like once $x has been put in where it belongs?",
        "I have an ascending list and one more number; I need a new ascending list holding all of them.",
        "Takes a list in ascending order and gives back a new one, one longer, that also has $x at its proper place.",
        "Skip all elements of the sorted $values that are smaller than $x, put $x there and keep the rest behind it.",
    ],
    py=[
        "return sorted([*$values, $x])",
        "$i = 0\nwhile $i < len($values) and $values[$i] < $x:\n    $i += 1\nreturn $values[:$i] + [$x] + $values[$i:]",
    ],
    ts=[
        "const $i = $values.findIndex(($v) => $v >= $x);\nif ($i < 0) return [...$values, $x];\nreturn [...$values.slice(0, $i), $x, ...$values.slice($i)];",
        "return [...$values, $x].sort((a, b) => a - b);",
    ],
    inputs=lambda r: (sorted(r.ints()), r.int()),
    edges=[([], 3), ([1, 2, 4], 3), ([1, 2], 9), ([5, 5], 5)],
)

family(
    "algorithms_small/insertion_sort",
    names="insertion_sort sort_by_insertion sort_ascending sort_numbers insert_sort",
    args={"values": ("list[int]", "values numbers items nums data")},
    returns="list[int]",
    locals={"result": "result out done ordered", "value": "value x v current", "i": "i pos j at"},
    wordings=[
        "Return $values in ascending order as a new list, using insertion sort.",
        "Sort $values by inserting each number at its place among those already sorted; do not modify the argument.",
        "insertion sort of $values, ascending, as a copy",
        "How would you sort $values from small to large by plain insertion, into a new list?",
        "I need an insertion sort that leaves my list as it is and returns the sorted copy; empty stays empty.",
        "Takes a list of integers and gives back the same numbers from smallest to largest, moving each left until it fits.",
        "For every number, find from the right where it belongs in the sorted result so far, and insert it there.",
    ],
    py=[
        "$result = []\nfor $value in $values:\n    $i = len($result)\n    while $i > 0 and $result[$i - 1] > $value:\n        $i -= 1\n    $result.insert($i, $value)\nreturn $result",
    ],
    ts=[
        "const $result: number[] = [];\nfor (const $value of $values) {\n  let $i = $result.length;\n  while ($i > 0 && $result[$i - 1] > $value) $i--;\n  $result.splice($i, 0, $value);\n}\nreturn $result;",
    ],
    inputs=lambda r: (r.ints(),),
    edges=[([],), ([3, 1, 2],), ([2, 2, 1],)],
)

family(
    "algorithms_small/bubble_pass",
    names="bubble_pass bubble_once one_bubble_pass single_pass sweep_once",
    args={"values": ("list[int]", "values numbers items nums data")},
    returns="list[int]",
    locals={"result": "result out copy swapped", "i": "i k pos j"},
    wordings=[
        "Return $values after one left-to-right pass of bubble sort, as a new list.",
        "Do a single bubble sort pass over a copy of $values: swap neighbours whenever the left one is larger.",
        "one bubble pass over $values (ascending), new list",
        "What is left of $values after one round of comparing neighbours from the left and swapping those out of order?",
        "I want just one pass of bubble sort, so 3, 1, 2 becomes 1, 2, 3 and an empty list stays empty.",
        "Takes a list and gives back a copy in which each neighbouring pair, from left to right, was swapped if it was descending.",
        "Copy $values, walk along it once, swap any element that is greater than the one after it, and return the copy.",
    ],
    py=[
        "$result = list($values)\nfor $i in range(len($result) - 1):\n    if $result[$i] > $result[$i + 1]:\n        $result[$i], $result[$i + 1] = $result[$i + 1], $result[$i]\nreturn $result",
    ],
    ts=[
        "const $result = [...$values];\nfor (let $i = 0; $i + 1 < $result.length; $i++) {\n  if ($result[$i] > $result[$i + 1]) {\n    [$result[$i], $result[$i + 1]] = [$result[$i + 1], $result[$i]];\n  }\n}\nreturn $result;",
    ],
    inputs=lambda r: (r.ints(),),
    edges=[([],), ([1],), ([3, 2, 1],), ([3, 1, 2],)],
)

family(
    "algorithms_small/merge_sorted",
    names="merge_sorted merge merge_lists merge_ordered combine_sorted",
    args={"a": ("list[int]", "a first left xs one"), "b": ("list[int]", "b second right ys two")},
    returns="list[int]",
    locals={"x": "x value v item", "result": "result out merged both", "i": "i p m k", "j": "j q n h"},
    wordings=[
        "Return the ascending lists $a and $b merged into one ascending list.",
        "Merge two lists that are already sorted, keeping every element; either may be empty.",
        "merge step of merge sort for ascending $a and $b",
        "How do I combine the sorted lists $a and $b into a single sorted list without losing duplicates?",
        "I have two ascending lists and want one ascending list with everything from both.",
        "Takes two lists in ascending order and gives back all their elements in one ascending list, duplicates included.",
        "Repeatedly take the smaller of the two front elements of $a and $b; once one runs out, append the other.",
    ],
    py=[
        "return sorted($a + $b)",
        "$result, $j = [], 0\nfor $x in $a:\n    while $j < len($b) and $b[$j] < $x:\n        $result.append($b[$j])\n        $j += 1\n    $result.append($x)\nreturn $result + $b[$j:]",
    ],
    ts=[
        "const $result: number[] = [];\nlet $i = 0;\nlet $j = 0;\nwhile ($i < $a.length && $j < $b.length) {\n  $result.push($a[$i] <= $b[$j] ? $a[$i++] : $b[$j++]);\n}\nreturn [...$result, ...$a.slice($i), ...$b.slice($j)];",
        "return [...$a, ...$b].sort(($i, $j) => $i - $j);",
    ],
    inputs=lambda r: (sorted(r.ints(size=(0, 5))), sorted(r.ints(size=(0, 5)))),
    edges=[([], []), ([1, 3], []), ([1, 3], [2, 3]), ([5], [1, 2])],
)

family(
    "algorithms_small/insert_position",
    names="insert_position search_insert lower_bound insertion_index position_for",
    args={"values": ("list[int]", "values numbers items nums data"), "target": ("int", "target x value wanted key")},
    returns="int",
    locals={"low": "low lo left start", "high": "high hi right end", "mid": "mid middle m half", "v": "v item n y"},
    wordings=[
        "Return the first index at which $target could be inserted into the ascending list $values, keeping it sorted.",
        "Find the position of the first element not smaller than $target in sorted $values, or its length if there is none.",
        "lower bound of $target in ascending $values, 0 for an empty list",
        "Where would $target go in the sorted list $values? In front of equal elements, at the end if all are smaller.",
        "I need the insertion index, left of equal values, in an already sorted list; the list's length if everything is smaller.",
        "Takes an ascending list and gives back how many of its elements are strictly below $target.",
        "Binary search the ascending $values for the leftmost spot where $target fits without breaking the order.",
    ],
    py=[
        "return sum($v < $target for $v in $values)",
        "$low, $high = 0, len($values)\nwhile $low < $high:\n    $mid = ($low + $high) // 2\n    if $values[$mid] < $target:\n        $low = $mid + 1\n    else:\n        $high = $mid\nreturn $low",
    ],
    ts=[
        "let $low = 0;\nlet $high = $values.length;\nwhile ($low < $high) {\n  const $mid = ($low + $high) >> 1;\n  if ($values[$mid] < $target) $low = $mid + 1;\n  else $high = $mid;\n}\nreturn $low;",
        "return $values.filter(($v) => $v < $target).length;",
    ],
    inputs=lambda r: (sorted(r.ints(0, 20)), r.int(-2, 22)),
    edges=[([], 4), ([1, 3, 3, 5], 3), ([1, 2], 9), ([4], 1)],
)

family(
    "algorithms_small/binary_search",
    names="binary_search find_sorted search_sorted index_in_sorted bisect_search",
    args={"values": ("list[int]", "values numbers items nums data"), "target": ("int", "target x value wanted key")},
    returns="int",
    locals={"low": "low lo left start", "high": "high hi right end", "mid": "mid middle m half"},
    wordings=[
        "Return the index of $target in the strictly ascending list $values, or -1 if it is absent.",
        "Binary search for $target in sorted $values without duplicates; -1 when it is not found.",
        "index of $target in ascending, duplicate-free $values, else -1",
        "At which index of the strictly increasing list is $target? Answer -1 if nowhere, also for an empty list.",
        "I need a binary search that gives the position of a number, minus one if it is missing. The list has no repeats.",
        "Takes a list of distinct ascending integers and gives back where $target stands, with -1 for not there.",
        "Halve the range of the strictly ascending $values until the middle is $target or nothing remains, which gives -1.",
    ],
    py=[
        "return $values.index($target) if $target in $values else -1",
        "$low, $high = 0, len($values)\nwhile $low < $high:\n    $mid = ($low + $high) // 2\n    if $values[$mid] < $target:\n        $low = $mid + 1\n    else:\n        $high = $mid\nreturn $low if $low < len($values) and $values[$low] == $target else -1",
    ],
    ts=[
        "return $values.indexOf($target);",
        "let [$low, $high] = [0, $values.length];\nwhile ($low < $high) {\n  const $mid = Math.floor(($low + $high) / 2);\n  if ($values[$mid] < $target) $low = $mid + 1;\n  else $high = $mid;\n}\nreturn $values[$low] === $target ? $low : -1;",
    ],
    inputs=lambda r: (sorted(r.sample(range(20), r.randint(0, 9))), r.int(0, 20)),
    edges=[([], 4), ([1, 3, 5], 3), ([1, 2], 9), ([4], 4)],
)

family(
    "algorithms_small/sieve",
    names="primes_up_to sieve primes_below_or_equal list_primes sieve_primes",
    args={"limit": ("int", "limit n top bound maximum")},
    returns="list[int]",
    locals={
        "primes": "primes found result out",
        "n": "candidate k num m",
        "p": "p prime q divisor",
    },
    wordings=[
        "Return all primes up to and including $limit in ascending order; nothing below 2.",
        "List the prime numbers not greater than $limit. For a limit under 2 the list is empty.",
        "primes <= $limit, ascending, [] if there are none",
        "Which primes are there from 2 to $limit inclusive? Smaller limits, even negative ones, have none.",
        "I want every prime number up to the limit (included), sorted; 10 gives 2, 3, 5, 7 and 1 gives an empty list.",
        "Takes an upper bound and gives back the ascending primes that do not exceed it, an empty list under 2.",
        "Go from 2 to $limit and keep each number that none of the primes kept before divides.",
    ],
    py=[
        "$primes = []\nfor $n in range(2, $limit + 1):\n    if all($n % $p for $p in $primes):\n        $primes.append($n)\nreturn $primes",
        "return [\n    $n\n    for $n in range(2, $limit + 1)\n    if all($n % $p for $p in range(2, $n))\n]",
    ],
    ts=[
        "const $primes: number[] = [];\nfor (let $n = 2; $n <= $limit; $n++) {\n  if ($primes.every(($p) => $n % $p !== 0)) $primes.push($n);\n}\nreturn $primes;",
    ],
    inputs=lambda r: (r.int(-3, 60),),
    edges=[(0,), (2,), (10,), (29,)],
)

family(
    "algorithms_small/knapsack",
    names="knapsack best_value max_loot pack_bag knapsack_value",
    args={
        "capacity": ("int", "capacity limit room max_weight space"),
        "items": ("list[tuple[int, int]]", "items things goods parcels objects"),
    },
    returns="int",
    locals={"best": "best table dp value_for", "weight": "weight w size mass", "value": "value v worth price", "left": "left c load used"},
    wordings=[
        "Return the greatest total value of $items, pairs of positive weight and value, whose weights fit into $capacity; each at most once.",
        "Solve the 0/1 knapsack: choose among (weight, value) pairs so that the weight stays within $capacity and the value is highest.",
        "0/1 knapsack, $items as (weight, value), best value within $capacity, 0 if nothing fits",
        "What is the most value I can carry if the chosen (weight, value) items may weigh $capacity in all? Nothing is worth 0.",
        "I can carry a limited weight and each thing has a weight and a value; tell me the best total value, 0 for none.",
        "Takes a capacity and (weight, value) pairs with positive weights; gives back the best value of a selection that fits.",
        "For each (weight, value) item of $items, either leave it or take it once; maximise value without exceeding $capacity.",
    ],
    py=[
        "$best = [0] * ($capacity + 1)\nfor $weight, $value in $items:\n    for $left in range($capacity, $weight - 1, -1):\n        $best[$left] = max($best[$left], $best[$left - $weight] + $value)\nreturn $best[$capacity]",
    ],
    ts=[
        "const $best = new Array<number>($capacity + 1).fill(0);\nfor (const [$weight, $value] of $items) {\n  for (let $left = $capacity; $left >= $weight; $left--) {\n    $best[$left] = Math.max($best[$left], $best[$left - $weight] + $value);\n  }\n}\nreturn $best[$capacity];",
    ],
    inputs=lambda r: (r.int(0, 15), [(r.int(1, 8), r.int(1, 20)) for _ in range(r.randint(0, 5))]),
    edges=[(0, [(1, 5)]), (5, []), (5, [(2, 3), (3, 4), (4, 6)]), (2, [(3, 9)])],
)

family(
    "algorithms_small/longest_increasing_run",
    names="longest_increasing_run longest_rise rising_streak max_increasing_run longest_climb",
    args={"values": ("list[int]", "values numbers items nums data")},
    returns="int",
    locals={"best": "best longest result record", "run": "run streak current length", "i": "i k pos j"},
    wordings=[
        "Return the length of the longest stretch of $values in which every element is larger than the one before; 0 if empty.",
        "Find how long the longest strictly increasing contiguous run of $values is. An empty list has 0.",
        "length of the longest strictly rising run in $values, 0 for []",
        "How many elements does the longest consecutive climb in $values have? Equal neighbours break it; no elements give 0.",
        "I need the longest rising streak of neighbours in a list; a lone element counts as 1, no element as 0.",
        "Takes a list and gives back the size of its longest block of neighbours that strictly increases, 0 for an empty list.",
        "Count up while each number of $values exceeds its predecessor, restart at 1 otherwise, and give the highest count (0 if empty).",
    ],
    py=[
        "$best = $run = 0\nfor $i in range(len($values)):\n    $run = $run + 1 if $i > 0 and $values[$i] > $values[$i - 1] else 1\n    $best = max($best, $run)\nreturn $best",
    ],
    ts=[
        "let $best = 0;\nlet $run = 0;\nfor (let $i = 0; $i < $values.length; $i++) {\n  $run = $i > 0 && $values[$i] > $values[$i - 1] ? $run + 1 : 1;\n  $best = Math.max($best, $run);\n}\nreturn $best;",
    ],
    inputs=lambda r: (r.ints(0, 12, (0, 9)),),
    edges=[([],), ([4],), ([1, 2, 2, 3, 4],), ([3, 2, 1],)],
)

family(
    "algorithms_small/max_subarray",
    names="max_subarray best_block_sum max_block max_contiguous_sum kadane",
    args={"values": ("list[int]", "values numbers items nums data")},
    returns="int",
    locals={"best": "best highest result record", "current": "current here ending run", "value": "value x v n"},
    wordings=[
        "Return the largest sum of a contiguous block of $values; the empty block with sum 0 is allowed.",
        "Find the maximum subarray sum of $values, at least 0 because taking nothing is permitted.",
        "kadane on $values, never below 0 (empty block counts)",
        "What is the greatest total any run of neighbouring numbers in $values can reach, where an empty run makes 0?",
        "I want the best sum of consecutive elements; if all are negative or the list is empty the answer is 0.",
        "Takes a list of integers and gives back the highest sum of consecutive ones, or 0 if no such sum is positive.",
        "Keep adding numbers of $values, drop back to 0 whenever the total goes negative, and report the highest total seen.",
    ],
    py=[
        "$best = $current = 0\nfor $value in $values:\n    $current = max(0, $current + $value)\n    $best = max($best, $current)\nreturn $best",
    ],
    ts=[
        "let $best = 0;\nlet $current = 0;\nfor (const $value of $values) {\n  $current = Math.max(0, $current + $value);\n  $best = Math.max($best, $current);\n}\nreturn $best;",
    ],
    inputs=lambda r: (r.ints(-15, 15),),
    edges=[([],), ([-3, -1],), ([2, -1, 3],), ([4, -9, 5],)],
)

family(
    "algorithms_small/max_profit",
    names="max_profit best_trade stock_profit best_profit buy_low_sell_high",
    args={"prices": ("list[int]", "prices quotes values rates history")},
    returns="int",
    locals={"lowest": "lowest cheapest low minimum", "best": "best profit result gain", "price": "price p quote today", "i": "i day k j"},
    wordings=[
        "Return the best profit from buying once and selling later at the given $prices, or 0 if no trade gains.",
        "Find the greatest gain of one purchase followed by one sale in $prices; no gain or too few days mean 0.",
        "max of later minus earlier price in $prices, at least 0",
        "How much can be earned with a single buy and a later sell, day by day prices given? Never less than 0.",
        "I buy on one day and sell on a later one; tell me the most I can make, 0 if prices only fall.",
        "Takes daily prices and gives back the largest rise from some day to a later one, zero for none or an empty list.",
        "Remember the lowest of $prices so far and the biggest difference above it; that difference, or 0, is returned.",
    ],
    py=[
        "return max((max($prices[$i:]) - $price for $i, $price in enumerate($prices)), default=0)",
        "$best = 0\nfor $i, $price in enumerate($prices):\n    $lowest = min($prices[: $i + 1])\n    $best = max($best, $price - $lowest)\nreturn $best",
    ],
    ts=[
        "let $lowest = Infinity;\nlet $best = 0;\nfor (const $price of $prices) {\n  $lowest = Math.min($lowest, $price);\n  $best = Math.max($best, $price - $lowest);\n}\nreturn $best;",
        "return Math.max(0, ...$prices.map(($price, $i) => Math.max(...$prices.slice($i)) - $price));",
    ],
    inputs=lambda r: (r.ints(1, 40),),
    edges=[([],), ([7],), ([7, 1, 5, 3, 6],), ([9, 4, 2],)],
)

family(
    "algorithms_small/prefix_sums",
    names="prefix_sums running_totals cumulative_sums accumulate_sums running_sum",
    args={"values": ("list[int]", "values numbers items nums data")},
    returns="list[int]",
    locals={"total": "total acc so_far current", "sums": "sums result out totals", "value": "value x v n", "i": "i k j pos"},
    wordings=[
        "Return the running totals of $values: each result is the sum of all elements up to and including that place.",
        "Compute the prefix sums of $values, one for every element; an empty list has none.",
        "cumulative sums of $values, same length",
        "What are the sums of the first one, first two, first three elements of $values, and so on to the end?",
        "I need a running total, so 1, 2, 3 turns into 1, 3, 6 and an empty list stays empty.",
        "Takes a list of integers and gives back a list of equal length whose entries are the partial sums so far.",
        "Walk through $values, add each number to a total and note the total down after each one.",
    ],
    py=[
        "return [sum($values[: $i + 1]) for $i in range(len($values))]",
        "$total = 0\n$sums = []\nfor $value in $values:\n    $total += $value\n    $sums.append($total)\nreturn $sums",
    ],
    ts=[
        "let $total = 0;\nreturn $values.map(($value) => ($total += $value));",
        "const $sums: number[] = [];\nfor (const $value of $values) {\n  $sums.push(($sums.at(-1) ?? 0) + $value);\n}\nreturn $sums;",
    ],
    inputs=lambda r: (r.ints(),),
    edges=[([],), ([4],), ([1, 2, 3],)],
)

family(
    "algorithms_small/pair_with_sum",
    names="pair_with_sum find_pair two_sum_sorted two_pointers pair_adding_to",
    args={"values": ("list[int]", "values numbers items nums data"), "target": ("int", "target goal total wanted want")},
    returns="tuple[int, int] | None",
    locals={"i": "i left low start", "j": "j right high end", "pair": "pair s both together"},
    wordings=[
        "Return two elements of the strictly ascending $values that add up to $target, smallest first element, or None.",
        "In a sorted list without repeats find the pair (smaller, larger) that sums to $target and begins lowest; None without one.",
        "two pointers over strictly ascending $values: outermost (low, high) with sum $target, else None/null",
        "Which two different elements of the strictly ascending $values make $target? Prefer the lowest first one; no pair gives null.",
        "I need a pair of distinct entries with the given sum, as (low, high), the lowest possible low, or nothing.",
        "Takes distinct ascending integers and gives back the pair summing to $target with the least first member, or no value.",
        "Start at both ends of the strictly ascending $values, move inwards by comparing the sum with $target; return the pair or None.",
    ],
    py=[
        "$i, $j = 0, len($values) - 1\nwhile $i < $j and $values[$i] + $values[$j] != $target:\n    if $values[$i] + $values[$j] < $target:\n        $i += 1\n    else:\n        $j -= 1\nreturn ($values[$i], $values[$j]) if $i < $j else None",
        "for $i in $values:\n    $j = $target - $i\n    if $j > $i and $j in $values:\n        return ($i, $j)\nreturn None",
    ],
    ts=[
        "let [$i, $j] = [0, $values.length - 1];\nwhile ($i < $j) {\n  const $pair = $values[$i] + $values[$j];\n  if ($pair === $target) return [$values[$i], $values[$j]];\n  if ($pair < $target) $i++;\n  else $j--;\n}\nreturn null;",
    ],
    inputs=lambda r: (sorted(r.sample(range(-5, 15), r.randint(0, 7))), r.int(-2, 22)),
    edges=[([], 3), ([1, 2, 4, 6], 6), ([3], 6), ([1, 2, 3, 4], 5)],
)

family(
    "algorithms_small/cancel_pairs",
    names="cancel_pairs remove_adjacent_pairs collapse_pairs drop_twins annihilate",
    args={"text": ("str", "text s word line source")},
    returns="str",
    locals={"stack": "stack kept result out", "ch": "ch c letter symbol"},
    wordings=[
        "Return $text after removing equal adjacent characters in pairs until no two neighbours are equal.",
        "Delete neighbouring twins from $text again and again, each time both of them, until none are left.",
        "cancel equal neighbours in $text pairwise (abba -> '')",
        "What remains of $text when every two equal neighbours vanish together, repeatedly, as in a stack?",
        "I want doubles to cancel out: abba becomes empty, aab becomes b, and so on until nothing changes.",
        "Takes a string and gives back what is left once all adjacent equal pairs have annihilated, newly formed pairs included.",
        "Push each character of $text on a stack, but pop instead when it equals the top; join the stack at the end.",
    ],
    py=[
        "$stack = []\nfor $ch in $text:\n    if $stack and $stack[-1] == $ch:\n        $stack.pop()\n    else:\n        $stack.append($ch)\nreturn ''.join($stack)",
    ],
    ts=[
        "const $stack: string[] = [];\nfor (const $ch of $text) {\n  if ($stack.at(-1) === $ch) $stack.pop();\n  else $stack.push($ch);\n}\nreturn $stack.join('');",
    ],
    inputs=lambda r: (r.text(r.choice(["ab", "abc"]), (0, 9)),),
    edges=[("",), ("abba",), ("aab",), ("aaa",)],
)

family(
    "algorithms_small/balanced_brackets",
    names="balanced_brackets brackets_match is_balanced brackets_ok well_nested",
    args={"text": ("str", "text s code source expression")},
    returns="bool",
    locals={"closers": "closers pairs partners matching", "stack": "stack expected pending open_ones", "ch": "ch c symbol mark"},
    wordings=[
        "Return whether all brackets in $text, round, square and curly, are closed in the right order. No brackets is fine.",
        "Check that (), [] and {} in $text are properly nested and closed; other characters do not matter.",
        "true if the brackets ()[]{} of $text balance, ignoring everything else",
        "Are the round, square and curly brackets of $text correctly matched and nested? A text without any counts as yes.",
        "I need to know if every bracket is closed by its own kind in the right order; an empty string is fine.",
        "Takes a string and tells if its parentheses, brackets and braces match up, with other characters skipped.",
        "Push the partner of each opening bracket on a stack; a closing one must be on top, and the stack must end empty.",
    ],
    py=[
        "$closers = {'(': ')', '[': ']', '{': '}'}\n$stack = []\nfor $ch in $text:\n    if $ch in $closers:\n        $stack.append($closers[$ch])\n    elif $ch in ')]}' and (not $stack or $stack.pop() != $ch):\n        return False\nreturn not $stack",
    ],
    ts=[
        "const $closers: Record<string, string> = { '(': ')', '[': ']', '{': '}' };\nconst $stack: string[] = [];\nfor (const $ch of $text) {\n  if ($ch in $closers) $stack.push($closers[$ch]);\n  else if (')]}'.includes($ch) && $stack.pop() !== $ch) return false;\n}\nreturn $stack.length === 0;",
    ],
    inputs=lambda r: (r.choice(["", "()", "[a]", "({x})", "([)]", "(", "}", "{[]}"]) + r.choice(["", "()", "[b](c)", ")", "{}", "[{}]"]),),
    edges=[("",), ("([)]",), ("a(b[c]{d})",), ("(",), (")",)],
)

family(
    "algorithms_small/round_robin",
    names="round_robin finish_order round_robin_order schedule_tasks completion_order",
    args={"tasks": ("list[int]", "tasks jobs durations times work"), "quantum": ("int", "quantum slot limit turn portion")},
    returns="list[int]",
    locals={"queue": "queue waiting pending line", "done": "done finished order result", "i": "i k index job", "left": "left rest remaining need"},
    wordings=[
        "Return the indices of $tasks in the order they finish when each in turn works $quantum units and requeues if unfinished.",
        "Simulate round robin: $tasks holds durations, each turn takes $quantum; list task indices by completion.",
        "finish order (indices) of $tasks under round robin with time slice $quantum",
        "In which order do the tasks end, by index, if a queue gives each $quantum units and sends unfinished ones to the back?",
        "I have job lengths and a positive time slice; tell me which job indices finish first under round robin, [] for none.",
        "Takes durations and a slice length, runs them through a queue and gives back the indices in order of completion.",
        "Pop the first task, reduce it by $quantum; if something is left, put it at the end, otherwise note its index.",
    ],
    py=[
        "$queue, $done = list(enumerate($tasks)), []\nwhile $queue:\n    $i, $left = $queue.pop(0)\n    if $left > $quantum:\n        $queue.append(($i, $left - $quantum))\n    else:\n        $done.append($i)\nreturn $done",
        "return sorted(range(len($tasks)), key=lambda $i: ($tasks[$i] - 1) // $quantum)",
    ],
    ts=[
        "const $queue = $tasks.map(($left, $i): [number, number] => [$i, $left]);\nconst $done: number[] = [];\nfor (const [$i, $left] of $queue) {\n  if ($left > $quantum) $queue.push([$i, $left - $quantum]);\n  else $done.push($i);\n}\nreturn $done;",
    ],
    inputs=lambda r: (r.ints(1, 9, (0, 6)), r.int(1, 4)),
    edges=[([], 2), ([3, 1, 2], 1), ([5, 2], 2), ([4, 4], 9)],
)

family(
    "algorithms_small/josephus",
    names="josephus last_survivor josephus_survivor last_in_circle survivor",
    args={"n": ("int", "n people count players size"), "k": ("int", "k step every jump gap")},
    returns="int",
    locals={"place": "place pos survivor_index current", "circle": "circle ring alive left", "at": "at i idx spot"},
    wordings=[
        "Return the number (from 1) of the last person left if $n stand in a circle and every $k-th is removed in turn.",
        "Solve the Josephus problem for $n people numbered from 1 and step $k, both at least 1.",
        "josephus survivor, 1-based, $n people, each $k-th leaves",
        "Who is left last when $n people numbered 1 to $n stand in a circle and each $k-th one goes out?",
        "I need the 1-based survivor of the counting-out game; with 5 people and step 2 it is person 3.",
        "Takes the size of a circle and a step (both positive) and gives back who, counted from 1, is never counted out.",
        "Count around the circle 1 to $n from person 1, remove every $k-th one until one is left, return that number.",
    ],
    py=[
        "$place = 0\nfor $at in range(2, $n + 1):\n    $place = ($place + $k) % $at\nreturn $place + 1",
        "$circle = list(range(1, $n + 1))\n$at = 0\nwhile len($circle) > 1:\n    $at = ($at + $k - 1) % len($circle)\n    $circle.pop($at)\nreturn $circle[0]",
    ],
    ts=[
        "let $place = 0;\nfor (let $at = 2; $at <= $n; $at++) {\n  $place = ($place + $k) % $at;\n}\nreturn $place + 1;",
        "const $circle = Array.from({ length: $n }, (_, index) => index + 1);\nlet $at = 0;\nwhile ($circle.length > 1) {\n  $at = ($at + $k - 1) % $circle.length;\n  $circle.splice($at, 1);\n}\nreturn $circle[0];",
    ],
    inputs=lambda r: (r.int(1, 20), r.int(1, 7)),
    edges=[(1, 3), (5, 2), (7, 3), (4, 1)],
)

family(
    "algorithms_small/edit_distance",
    names="edit_distance levenshtein min_edits edits_between typo_distance",
    args={"a": ("str", "a first s left"), "b": ("str", "b second t right")},
    returns="int",
    locals={"row": "row line dp now", "upper": "upper above prev old", "x": "x c p ch", "i": "i m q r", "j": "j n k y"},
    wordings=[
        "Return the Levenshtein distance of $a and $b: the fewest single-character insertions, deletions and substitutions between them.",
        "Compute how many one-character edits (insert, delete, replace) turn $a into $b at the least.",
        "levenshtein($a, $b), equal strings are 0 apart",
        "How many insertions, deletions or replacements of one character are needed to get from $a to $b?",
        "I need the edit distance of two strings; against an empty string it is simply the length of the other.",
        "Takes two strings and gives back the smallest number of characters to add, drop or change to make them equal.",
        "Fill the table of edit costs for the prefixes of $a and $b, each change costing 1, and return the final entry.",
    ],
    py=[
        "$row = list(range(len($b) + 1))\nfor $i, $x in enumerate($a, 1):\n    $upper, $row = $row, [$i]\n    for $j in range(len($b)):\n        $row.append(min($upper[$j + 1] + 1, $row[$j] + 1, $upper[$j] + ($x != $b[$j])))\nreturn $row[-1]",
    ],
    ts=[
        "let $row = Array.from({ length: $b.length + 1 }, (_, $j) => $j);\nfor (let $i = 0; $i < $a.length; $i++) {\n  const $upper = $row;\n  $row = [$i + 1];\n  for (let $j = 0; $j < $b.length; $j++)\n    $row.push(Math.min($upper[$j + 1] + 1, $row[$j] + 1, $upper[$j] + Number($a[$i] !== $b[$j])));\n}\nreturn $row[$b.length];",
    ],
    inputs=lambda r: (r.choice([r.word(), r.text("abc", (0, 6))]), r.choice([r.word(), r.text("abc", (0, 6))])),
    edges=[("", ""), ("", "abc"), ("kitten", "sitting"), ("night", "light")],
)

family(
    "algorithms_small/lcs_length",
    names="lcs_length longest_common_subsequence common_subsequence_length lcs shared_length",
    args={"a": ("str", "a first s left one"), "b": ("str", "b second t right two")},
    returns="int",
    locals={"row": "row line lens dp", "upper": "upper above prev old", "x": "x c p ch", "j": "j n k col"},
    wordings=[
        "Return the length of the longest common subsequence of $a and $b; characters need not be adjacent. Empty input gives 0.",
        "Compute how many characters $a and $b share at most in the same order, gaps allowed.",
        "length of the lcs (subsequence, not substring) of $a and $b",
        "How long is the longest string obtainable from both $a and $b by deleting characters? It may be 0.",
        "I need the size of the longest subsequence found in both strings, 0 when nothing matches.",
        "Takes two strings and gives back the length of their longest shared subsequence, where letters may be skipped in either.",
        "Fill the table of common subsequence lengths for all prefixes of $a and $b and hand back the last entry.",
    ],
    py=[
        "$row = [0] * (len($b) + 1)\nfor $x in $a:\n    $upper, $row = $row, [0]\n    for $j in range(len($b)):\n        $row.append($upper[$j] + 1 if $x == $b[$j] else max($upper[$j + 1], $row[$j]))\nreturn $row[-1]",
    ],
    ts=[
        "let $row = new Array<number>($b.length + 1).fill(0);\nfor (const $x of $a) {\n  const $upper = $row;\n  $row = [0];\n  for (let $j = 0; $j < $b.length; $j++)\n    $row.push($x === $b[$j] ? $upper[$j] + 1 : Math.max($upper[$j + 1], $row[$j]));\n}\nreturn $row[$b.length];",
    ],
    inputs=lambda r: (r.choice([r.word(), r.text("abc", (0, 7))]), r.choice([r.word(), r.text("abc", (0, 7))])),
    edges=[("", "abc"), ("abcde", "ace"), ("abc", "xyz"), ("aab", "ab")],
)

family(
    "algorithms_small/gray_code",
    names="gray_code gray_codes gray_sequence reflected_gray_code gray_list",
    args={"bits": ("int", "bits n width size digits")},
    returns="list[int]",
    locals={"codes": "codes result out sequence", "i": "i k at step", "code": "code c earlier value"},
    wordings=[
        "Return the reflected Gray code of $bits bits as integers, starting with 0; zero bits give [0].",
        "List all integers below 2^$bits in standard reflected Gray order, where neighbours differ in one bit. $bits is at least 0.",
        "standard binary-reflected gray code of width $bits as ints (i xor i/2), [0] for width 0",
        "What is the reflected Gray sequence for $bits bits, that is i xor (i shifted right by one) for each i?",
        "I want the usual Gray code as numbers: 2 bits give 0, 1, 3, 2 and no bits give just 0.",
        "Takes a bit width and gives back the integers i xor (i >> 1) for i from 0 up to 2^$bits - 1.",
        "Start with just 0; for each bit append the codes so far in reverse order with that bit set.",
    ],
    py=[
        "return [$i ^ ($i >> 1) for $i in range(1 << $bits)]",
        "$codes = [0]\nfor $i in range($bits):\n    $codes += [$code + 2 ** $i for $code in reversed($codes)]\nreturn $codes",
    ],
    ts=[
        "return Array.from({ length: 1 << $bits }, (_, $i) => $i ^ ($i >> 1));",
        "const $codes: number[] = [];\nfor (let $i = 0; $i < 2 ** $bits; $i++) {\n  $codes.push($i ^ ($i >> 1));\n}\nreturn $codes;",
    ],
    inputs=lambda r: (r.int(0, 5),),
    edges=[(0,), (1,), (2,), (3,)],
)

family(
    "algorithms_small/partition_around",
    names="partition_around split_by_pivot pivot_partition around_pivot partition_list",
    args={"values": ("list[int]", "values numbers items nums data"), "pivot": ("int", "pivot limit middle border threshold")},
    returns="list[int]",
    locals={"value": "value x v n", "smaller": "smaller low less below", "others": "others high above larger"},
    wordings=[
        "Return $values with all elements below $pivot first and the others after them, both in their original order.",
        "Partition the list: numbers smaller than $pivot to the front, the remaining ones behind, order otherwise unchanged.",
        "stable partition of $values: < $pivot first, then >= $pivot",
        "How does $values look with everything under $pivot moved to the front, keeping the order inside both groups?",
        "I need the smaller numbers before the rest, where smaller means strictly below the pivot; keep the order within each group.",
        "Takes a list and a pivot and gives back the elements less than it followed by the rest, each group in order.",
        "Collect the numbers of $values under $pivot, then those that are not, and put the two groups together.",
    ],
    py=[
        "$smaller = [$value for $value in $values if $value < $pivot]\n$others = [$value for $value in $values if $value >= $pivot]\nreturn $smaller + $others",
        "$smaller, $others = [], []\nfor $value in $values:\n    ($smaller if $value < $pivot else $others).append($value)\nreturn $smaller + $others",
        "return sorted($values, key=lambda $value: $value >= $pivot)",
    ],
    ts=[
        "return [\n  ...$values.filter(($value) => $value < $pivot),\n  ...$values.filter(($value) => $value >= $pivot),\n];",
        "const $smaller: number[] = [];\nconst $others: number[] = [];\nfor (const $value of $values) {\n  ($value < $pivot ? $smaller : $others).push($value);\n}\nreturn [...$smaller, ...$others];",
    ],
    inputs=lambda r: (r.ints(0, 20), r.int(0, 20)),
    edges=[([], 3), ([5, 1, 4, 2], 4), ([3, 3], 3)],
)

family(
    "algorithms_small/count_inversions",
    names="count_inversions inversions inversion_count disorder pairs_out_of_order",
    args={"values": ("list[int]", "values numbers items nums data")},
    returns="int",
    locals={"count": "count total result swaps", "i": "i k left p", "j": "j m right q", "value": "value x v a", "later": "later y w b"},
    wordings=[
        "Return the number of pairs in $values where the earlier element is greater than the later one.",
        "Count the inversions of $values: an earlier number that is larger than a later number. Equal ones do not count.",
        "inversions in $values, i.e. i < j but the i-th element is bigger; 0 for []",
        "How many pairs of elements in $values are out of order, the bigger one standing first?",
        "I want to know how unsorted a list is, counted as pairs where the left number exceeds the right; sorted gives 0.",
        "Takes a list and gives back how many position pairs stand in strictly descending order, none for short lists.",
        "For every element of $values count the smaller ones behind it, and sum these counts.",
    ],
    py=[
        "return sum($value > $later for $i, $value in enumerate($values) for $later in $values[$i + 1 :])",
        "$count = 0\nfor $i in range(len($values)):\n    for $j in range($i + 1, len($values)):\n        if $values[$i] > $values[$j]:\n            $count += 1\nreturn $count",
    ],
    ts=[
        "let $count = 0;\nfor (let $i = 0; $i < $values.length; $i++) {\n  for (let $j = $i + 1; $j < $values.length; $j++) {\n    if ($values[$i] > $values[$j]) $count++;\n  }\n}\nreturn $count;",
    ],
    inputs=lambda r: (r.ints(0, 15),),
    edges=[([],), ([1, 2, 3],), ([3, 2, 1],), ([2, 2, 1],)],
)

family(
    "algorithms_small/next_greater",
    names="next_greater next_greater_elements following_larger next_bigger greater_to_the_right",
    args={"values": ("list[int]", "values numbers items nums data")},
    returns="list[int]",
    locals={"result": "result out found answer", "value": "value x v n", "i": "i k pos at", "later": "later y w after"},
    wordings=[
        "Return for each element of $values the first larger element to its right, or -1 where there is none.",
        "Replace every number of $values by the next number that is strictly greater, -1 if nothing behind it is.",
        "next greater element per position of $values, -1 if missing",
        "For each entry of $values, which is the nearest later entry that exceeds it? Use -1 if no such entry exists.",
        "I need a list saying which bigger number comes next after each one, minus one when none does; empty stays empty.",
        "Takes a list and gives back one of the same length with the closest strictly greater follower of each element, else -1.",
        "Look to the right of each element of $values, stop at the first bigger one and note it; note -1 otherwise.",
    ],
    py=[
        "return [\n    next(($later for $later in $values[$i + 1 :] if $later > $value), -1)\n    for $i, $value in enumerate($values)\n]",
    ],
    ts=[
        "return $values.map(\n  ($value, $i) => $values.slice($i + 1).find(($later) => $later > $value) ?? -1,\n);",
        "const $result: number[] = [];\nfor (const [$i, $value] of $values.entries()) {\n  const $later = $values.slice($i + 1).find((other) => other > $value);\n  $result.push($later ?? -1);\n}\nreturn $result;",
    ],
    inputs=lambda r: (r.ints(0, 20),),
    edges=[([],), ([2, 1, 3],), ([3, 2, 1],), ([1, 1, 2],)],
)

family(
    "algorithms_small/eval_postfix",
    names="eval_postfix evaluate_rpn rpn postfix_value calculate_rpn",
    args={"tokens": ("list[str]", "tokens parts terms symbols expression")},
    returns="int",
    locals={"stack": "stack values numbers operands", "token": "token part t symbol", "a": "a left first x", "b": "b right second y"},
    wordings=[
        "Return the value of the valid postfix expression $tokens, made of non-negative integers and the operators + - *.",
        "Evaluate $tokens in reverse Polish notation; operators are +, - and *, and the expression is well formed.",
        "value of a well-formed rpn expression ($tokens: integers, +, -, *)",
        "What does the postfix expression $tokens come to, if numbers are pushed and + - * combine the last two?",
        "I need a small RPN calculator for plus, minus and times; you may rely on the tokens being a valid expression.",
        "Takes the tokens of a correct postfix formula and gives back its integer result; only +, - and * occur.",
        "Push numbers on a stack; at +, - or * pop the right and then the left operand and push the result; return the top.",
    ],
    py=[
        "$stack = []\nfor $token in $tokens:\n    if $token not in '+-*':\n        $stack.append(int($token))\n        continue\n    $b, $a = $stack.pop(), $stack.pop()\n    $stack.append({'+': $a + $b, '-': $a - $b, '*': $a * $b}[$token])\nreturn $stack[-1]",
    ],
    ts=[
        "const $stack: number[] = [];\nfor (const $token of $tokens) {\n  const [$a, $b] = '+-*'.includes($token) ? $stack.splice(-2) : [Number($token), 0];\n  $stack.push($token === '-' ? $a - $b : $token === '*' ? $a * $b : $a + $b);\n}\nreturn $stack[0];",
    ],
    inputs=lambda r: (rpn(r, r.randint(0, 4)),),
    edges=[(["7"],), (["2", "3", "+"],), (["9", "4", "-", "2", "*"],)],
)
