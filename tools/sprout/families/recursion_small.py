"""Small problems that call for recursion, or for the loop that replaces it."""

from family import family


def balanced(r, pairs):
    """Balanced parentheses with a letter here and there."""
    if pairs == 0:
        return r.choice(["", "", "x", "ab"])
    inside = r.randint(0, pairs - 1)
    return f"{r.choice(['', 'y'])}({balanced(r, inside)}){balanced(r, pairs - 1 - inside)}"


def nested(r):
    return [r.ints(size=(0, 4)) for _ in range(r.randint(0, 4))]


family(
    "recursion_small/factorial",
    names="factorial compute_factorial fact product_up_to factorial_of",
    args={"n": ("int", "n num value limit")},
    returns="int",
    locals={"result": "result product total acc", "i": "i k factor step", "go": "go recurse helper inner"},
    wordings=[
        "Return the factorial of $n; zero and negative numbers give 1.",
        "Multiply all whole numbers from 1 to $n together. Nothing to multiply means 1.",
        "$n! (1 when $n is zero or below)",
        "What is the product 1 * 2 * ... * $n? For $n below 1 the answer is 1.",
        "I need the factorial, with 1 for anything smaller than two.",
        "Takes an integer $n and gives back $n times ($n - 1) times ... down to 1; non-positive input yields 1.",
        "Start at 1 and multiply by 2, by 3 and so on up to $n, so that 4 becomes 24 and 0 becomes 1.",
    ],
    py=[
        "$result = 1\nfor $i in range(2, $n + 1):\n    $result *= $i\nreturn $result",
        "def $go($i):\n    return 1 if $i <= 1 else $i * $go($i - 1)\n\nreturn $go($n)",
    ],
    ts=[
        "let $result = 1;\nfor (let $i = 2; $i <= $n; $i++) {\n  $result *= $i;\n}\nreturn $result;",
        "const $go = ($i: number): number => ($i <= 1 ? 1 : $i * $go($i - 1));\nreturn $go($n);",
    ],
    inputs=lambda r: (r.int(-2, 14),),
    edges=[(0,), (1,), (5,), (-3,)],
)

family(
    "recursion_small/int_power",
    names="int_power power_of raise_to integer_power to_the_power",
    args={
        "base": ("int", "base x num b value"),
        "exponent": ("int", "exponent n exp power times"),
    },
    returns="int",
    locals={"result": "result product acc out"},
    wordings=[
        "Return $base raised to $exponent, or 0 if the exponent is negative. Anything to the power of 0 is 1.",
        "Compute $base to the power of $exponent; negative exponents give 0.",
        "$base ** $exponent, but 0 for a negative exponent",
        "What do you get by multiplying $base by itself $exponent times? Zero times gives 1, a negative count gives 0.",
        "Integer power: $exponent copies of $base multiplied together (1 for none). Negative exponents simply yield 0.",
        "I need whole-number powers only, so when $exponent is below zero just hand me 0.",
        "Takes a base and an exponent and gives back the power; the result is 0 whenever the exponent is below zero.",
    ],
    py=[
        "return $base ** $exponent if $exponent >= 0 else 0",
        "if $exponent < 0:\n    return 0\n$result = 1\nfor _ in range($exponent):\n    $result *= $base\nreturn $result",
    ],
    ts=[
        "return $exponent >= 0 ? $base ** $exponent : 0;",
        "if ($exponent < 0) return 0;\nlet $result = 1;\nfor (let i = 0; i < $exponent; i++) {\n  $result *= $base;\n}\nreturn $result;",
    ],
    inputs=lambda r: (r.int(-5, 7), r.int(-2, 8)),
    edges=[(2, 10), (0, 0), (5, -1), (-3, 3)],
)

family(
    "recursion_small/digit_sum",
    names="digit_sum sum_digits sum_of_digits add_digits cross_sum",
    args={"n": ("int", "n num value x")},
    returns="int",
    locals={"rest": "rest left remaining m", "total": "total result acc s", "digit": "digit d ch c"},
    wordings=[
        "Return the sum of the decimal digits of $n, ignoring its sign.",
        "Add up the digits of $n. A minus sign does not matter.",
        "cross sum of $n (sign ignored, 0 gives 0)",
        "How much do the digits of $n add up to? Treat negative numbers like positive ones.",
        "I want the digits of a number added together, so 407 gives 11 and -407 gives 11 as well.",
        "Takes an integer, drops its sign and gives back the total of its decimal digits.",
        "Peel the last digit off $n again and again, adding each one to a total; negative input counts by its absolute value.",
    ],
    py=[
        "return sum(int($digit) for $digit in str(abs($n)))",
        "$rest = abs($n)\n$total = 0\nwhile $rest:\n    $total += $rest % 10\n    $rest //= 10\nreturn $total",
    ],
    ts=[
        "return [...String(Math.abs($n))].reduce(($total, $digit) => $total + Number($digit), 0);",
        "let $rest = Math.abs($n);\nlet $total = 0;\nwhile ($rest > 0) {\n  $total += $rest % 10;\n  $rest = Math.floor($rest / 10);\n}\nreturn $total;",
    ],
    inputs=lambda r: (r.choice([r.int(-99, 99), r.int(-9999, 99999)]),),
    edges=[(0,), (407,), (-15,), (1000,)],
)

family(
    "recursion_small/digital_root",
    names="digital_root repeated_digit_sum reduce_to_digit final_digit single_digit",
    args={"n": ("int", "n num value x")},
    returns="int",
    locals={"root": "root current result m", "digit": "digit d ch c", "total": "total s acc subtotal"},
    wordings=[
        "Return the digital root of the non-negative integer $n: sum its digits repeatedly until one digit remains.",
        "Replace $n by the sum of its digits until it is below 10, then return it. $n is never negative.",
        "digital root of $n (>= 0): keep adding the digits up until a single one is left",
        "Which single digit is left when you keep summing the digits of $n, a non-negative number?",
        "I need the repeated digit sum of a number from zero upwards, for instance 987 goes to 24 and then to 6.",
        "Takes a non-negative integer and gives back the one-digit number reached by adding its digits over and over.",
        "While $n (zero or more) has more than one digit, swap it for its digit sum; hand back what is left.",
    ],
    py=[
        "return 1 + ($n - 1) % 9 if $n > 0 else 0",
        "$root = $n\nwhile $root > 9:\n    $root = sum(int($digit) for $digit in str($root))\nreturn $root",
    ],
    ts=[
        "return $n > 0 ? 1 + (($n - 1) % 9) : 0;",
        "let $root = $n;\nwhile ($root > 9) {\n  $root = [...String($root)].reduce(($total, $digit) => $total + Number($digit), 0);\n}\nreturn $root;",
    ],
    inputs=lambda r: (r.choice([r.int(0, 99), r.int(0, 99999)]),),
    edges=[(0,), (9,), (987,), (10,)],
)

family(
    "recursion_small/nested_sum",
    names="nested_sum sum_nested total_of_lists deep_sum sum_all",
    args={"groups": ("list[list[int]]", "groups lists rows nested data")},
    returns="int",
    locals={"total": "total result acc answer", "group": "group inner row part", "value": "value x num item"},
    wordings=[
        "Return the sum of all integers in the lists inside $groups; nothing at all sums to 0.",
        "Add up every number of every inner list. Empty lists contribute nothing.",
        "grand total over all inner lists of $groups (0 if empty)",
        "What do all the numbers in $groups come to, across every inner list? An empty outer list gives 0.",
        "I have a list of lists of integers and need one overall sum, 0 when there are no numbers.",
        "Takes a list of integer lists and gives back the total of all their elements, so no elements means zero.",
        "Sum each inner list of $groups, then sum those sums; no lists gives 0.",
    ],
    py=[
        "return sum(sum($group) for $group in $groups)",
        "$total = 0\nfor $group in $groups:\n    for $value in $group:\n        $total += $value\nreturn $total",
    ],
    ts=[
        "return $groups.flat().reduce(($total, $value) => $total + $value, 0);",
        "let $total = 0;\nfor (const $group of $groups) {\n  for (const $value of $group) {\n    $total += $value;\n  }\n}\nreturn $total;",
    ],
    inputs=lambda r: (nested(r),),
    edges=[([],), ([[], []],), ([[1, 2], [3]],)],
)

family(
    "recursion_small/flatten_once",
    names="flatten flatten_lists join_lists concat_all unnest",
    args={"groups": ("list[list[str]]", "groups lists nested chunks rows")},
    returns="list[str]",
    locals={"flat": "flat result out merged", "group": "group inner chunk part", "item": "item word x entry"},
    wordings=[
        "Return one flat list with the items of all inner lists of $groups, in order.",
        "Flatten $groups by one level, keeping the order; empty inner lists leave no trace.",
        "all inner items of $groups as a single list, order kept",
        "How do I get a single list out of $groups, a list of string lists, without changing the order?",
        "I need these lists glued together end to end into one list, empty if there is nothing in them.",
        "Takes a list of lists of strings and gives back all the strings in one list, first list first.",
        "Walk through $groups and append every element of every inner list to one result list, in order.",
    ],
    py=[
        "return [$item for $group in $groups for $item in $group]",
        "$flat = []\nfor $group in $groups:\n    $flat.extend($group)\nreturn $flat",
    ],
    ts=[
        "return $groups.flat();",
        "const $flat: string[] = [];\nfor (const $group of $groups) {\n  $flat.push(...$group);\n}\nreturn $flat;",
    ],
    inputs=lambda r: ([r.words((0, 3)) for _ in range(r.randint(0, 4))],),
    edges=[([],), ([[], ["a"]],), ([["a", "b"], ["c"]],)],
)

family(
    "recursion_small/deep_max",
    names="deep_max nested_max max_of_nested largest_inside biggest_of_all",
    args={"groups": ("list[list[int]]", "groups lists rows nested table")},
    returns="int | None",
    locals={
        "flat": "flat values numbers everything",
        "group": "group inner row part",
        "value": "value x item v",
    },
    wordings=[
        "Return the largest integer found in any inner list of $groups, or None if there is no integer at all.",
        "Find the maximum over all inner lists; without a single number return null.",
        "biggest number anywhere in $groups, nothing (None/null) if all lists are empty",
        "Which is the greatest number in $groups, looking inside every list? No numbers means no value.",
        "I want the highest value across all these lists, or null when there is none.",
        "Takes a list of lists and gives back the overall maximum; some or all lists may be empty, all empty gives None.",
        "Put all the numbers of $groups into one list and take its maximum, or give no value if that list is empty.",
    ],
    py=[
        "return max(($value for $group in $groups for $value in $group), default=None)",
        "$flat = [$value for $group in $groups for $value in $group]\nreturn max($flat) if $flat else None",
    ],
    ts=[
        "const $flat = $groups.flat();\nreturn $flat.length > 0 ? Math.max(...$flat) : null;",
    ],
    inputs=lambda r: (nested(r),),
    edges=[([],), ([[], []],), ([[-4, -9], [-2]],)],
)

family(
    "recursion_small/reverse_nested",
    names="reverse_nested deep_reverse reverse_all_levels mirror_nested flip_lists",
    args={"rows": ("list[list[int]]", "rows lists groups nested grid")},
    returns="list[list[int]]",
    locals={"row": "row inner part line", "result": "result out flipped mirrored"},
    wordings=[
        "Return $rows reversed at both levels: the lists in opposite order, and each of them backwards.",
        "Reverse the outer list and every inner list of $rows, without changing the argument.",
        "$rows back to front, inner lists as well",
        "Can you flip $rows completely, that is the order of the lists and the order inside each list?",
        "I need everything backwards: last list first, and the numbers of each list from last to first.",
        "Takes a list of lists and gives back a new one in which both levels run from the end to the start.",
        "Go through $rows from the last list to the first and collect each one reversed; an empty list stays empty.",
    ],
    py=[
        "return [$row[::-1] for $row in reversed($rows)]",
        "$result = []\nfor $row in $rows[::-1]:\n    $result.append($row[::-1])\nreturn $result",
    ],
    ts=[
        "return $rows.map(($row) => [...$row].reverse()).reverse();",
        "const $result: number[][] = [];\nfor (const $row of $rows) {\n  $result.unshift([...$row].reverse());\n}\nreturn $result;",
    ],
    inputs=lambda r: (nested(r),),
    edges=[([],), ([[1, 2], [3]],), ([[], [1]],)],
)

family(
    "recursion_small/nesting_depth",
    names="nesting_depth paren_depth max_depth deepest_level depth_of_parens",
    args={"text": ("str", "text expression s source code")},
    returns="int",
    locals={"depth": "depth level current opened", "deepest": "deepest best result top", "ch": "ch c char symbol"},
    wordings=[
        "Return how deeply the round brackets in $text are nested; text without brackets has depth 0. They are balanced.",
        "Find the greatest number of parentheses open at once in $text, whose parentheses balance. Ignore other characters.",
        "max nesting of ( ) in $text, assumed balanced; 0 for none",
        "How many levels deep do the balanced parentheses in $text go? All other characters are skipped.",
        "I need the nesting depth of the round brackets, so (a(b)) is 2 and plain text is 0; the brackets always match.",
        "Takes a text with balanced parentheses and gives back its deepest level of nesting, zero if it has none.",
        "Count up at each opening bracket of $text and down at each closing one; the highest count reached is the answer.",
    ],
    py=[
        "$depth = $deepest = 0\nfor $ch in $text:\n    if $ch == '(':\n        $depth += 1\n        $deepest = max($deepest, $depth)\n    elif $ch == ')':\n        $depth -= 1\nreturn $deepest",
    ],
    ts=[
        "let $depth = 0;\nlet $deepest = 0;\nfor (const $ch of $text) {\n  if ($ch === '(') $depth++;\n  if ($ch === ')') $depth--;\n  $deepest = Math.max($deepest, $depth);\n}\nreturn $deepest;",
    ],
    inputs=lambda r: (balanced(r, r.randint(0, 6)),),
    edges=[("",), ("abc",), ("(a(b))(c)",)],
)

family(
    "recursion_small/list_palindrome",
    names="is_palindrome_list same_both_ways is_symmetric_list reads_same_backwards is_mirrored",
    args={"values": ("list[int]", "values numbers items nums data")},
    returns="bool",
    locals={"left": "left i low start", "right": "right j high end", "value": "value x v item"},
    wordings=[
        "Return whether $values is the same read forwards and backwards. An empty list counts as such.",
        "Check that the list is a palindrome; lists with zero or one element always are.",
        "true if $values equals its own reverse",
        "Does $values read the same from both ends? An empty list does.",
        "I need to know if a list of numbers is symmetric, like 1, 2, 1 (empty lists are fine too).",
        "Takes a list and tells whether its first element equals its last, its second the one before last, and so on.",
        "Compare the outermost elements of $values and move inwards; false at the first difference, otherwise true.",
    ],
    py=[
        "return $values == $values[::-1]",
        "$left, $right = 0, len($values) - 1\nwhile $left < $right:\n    if $values[$left] != $values[$right]:\n        return False\n    $left += 1\n    $right -= 1\nreturn True",
    ],
    ts=[
        "return $values.every(($value, $left) => $value === $values[$values.length - 1 - $left]);",
        "for (let $left = 0, $right = $values.length - 1; $left < $right; $left++, $right--) {\n  if ($values[$left] !== $values[$right]) return false;\n}\nreturn true;",
    ],
    inputs=lambda r: ((lambda half: r.choice([half + half[::-1], half + [7] + half[::-1], half]))(r.ints(0, 5, (0, 4))),),
    edges=[([],), ([1],), ([1, 2, 1],), ([1, 2],)],
)

family(
    "recursion_small/permutations",
    names="permutations all_orders permute arrangements all_permutations",
    args={"items": ("list[int]", "items values numbers elements nums")},
    returns="list[list[int]]",
    locals={
        "result": "result out found orders",
        "first": "first head x chosen",
        "tail": "tail rest others end",
        "i": "i k index pos",
        "pool": "pool left source bag",
        "go": "go orders_of arrange build",
    },
    wordings=[
        "Return all permutations of $items, ordered by the positions of the elements; an empty list has one, the empty one.",
        "List every arrangement of $items: those that begin with the first element come first, and so on recursively.",
        "all orders of $items in position order ([[]] for an empty list); equal values count as different",
        "In which orders can $items be put? Take elements left to right for each place; no items give one empty order.",
        "I want every ordering of a short list, sorted by original position, treating duplicates as distinct.",
        "Takes a list and gives back its permutations: each element leads once, in order, followed by permutations of the others.",
        "For each element of $items in turn, put it in front of every permutation of the rest. No items: one empty list.",
    ],
    py=[
        "def $go($pool):\n    $result = [] if $pool else [[]]\n    for $i, $first in enumerate($pool):\n        $result += [[$first, *$tail] for $tail in $go($pool[:$i] + $pool[$i + 1 :])]\n    return $result\n\nreturn $go($items)",
    ],
    ts=[
        "const $go = ($pool: number[]): number[][] =>\n  $pool.length === 0\n    ? [[]]\n    : $pool.flatMap(($first, $i) => {\n        const without = $pool.filter((_, at) => at !== $i);\n        return $go(without).map(($tail) => [$first, ...$tail]);\n      });\nreturn $go($items);",
    ],
    inputs=lambda r: (r.ints(0, 9, (0, 4)),),
    edges=[([],), ([1],), ([1, 2, 3],)],
)

family(
    "recursion_small/subsets",
    names="subsets all_subsets power_set subsets_of every_subset",
    args={"items": ("list[str]", "items values elements words names")},
    returns="list[list[str]]",
    locals={"result": "result found out sets", "item": "item x element word", "subset": "subset part chosen s"},
    wordings=[
        "Return all subsets of $items as lists, starting with the empty one; each further item doubles the list by being appended.",
        "Build the power set: begin with one empty list and, for each item, add copies of everything so far with it appended.",
        "power set of $items: [[]], then per item all earlier subsets again plus that item",
        "What are all the subsets of $items, where subsets using a later item follow all those without it?",
        "I need every subset, smallest positions first: for a, b that is nothing, a, b, then a with b.",
        "Takes a list and gives back its 2^n subsets in binary counting order, where the first item is the lowest bit.",
        "Start from just the empty subset. For every item of $items, extend each existing subset by it and append those.",
    ],
    py=[
        "$result = [[]]\nfor $item in $items:\n    $result += [[*$subset, $item] for $subset in $result]\nreturn $result",
        "$result = [[]]\nfor $item in $items:\n    for $subset in list($result):\n        $result.append($subset + [$item])\nreturn $result",
    ],
    ts=[
        "let $result: string[][] = [[]];\nfor (const $item of $items) {\n  $result = [...$result, ...$result.map(($subset) => [...$subset, $item])];\n}\nreturn $result;",
        "const $result: string[][] = [[]];\nfor (const $item of $items) {\n  $result.push(...$result.map(($subset) => [...$subset, $item]));\n}\nreturn $result;",
    ],
    inputs=lambda r: (r.words((0, 4)),),
    edges=[([],), (["a"],), (["a", "b", "c"],)],
)

family(
    "recursion_small/binomial",
    names="binomial choose n_choose_k combinations_count count_combinations",
    args={"n": ("int", "n total size count"), "k": ("int", "k chosen pick amount")},
    returns="int",
    locals={"result": "result ways acc answer", "i": "i step index j"},
    wordings=[
        "Return the number of ways to choose $k items out of $n, or 0 if $k is negative or larger than $n.",
        "Compute the binomial coefficient $n over $k; outside 0 <= $k <= $n it is 0.",
        "$n choose $k (0 when $k is out of range)",
        "How many different groups of $k can be formed from $n things? Impossible sizes count as 0.",
        "I need the count of k-element subsets of an n-element set, with 0 for negative or too large k.",
        "Takes $n and $k and gives back how many selections of $k among $n exist; order is irrelevant, impossible means 0.",
        "Number of possible teams: $k members from $n people. Choosing nobody has one way, choosing too many none.",
    ],
    py=[
        "if $k < 0 or $k > $n:\n    return 0\n$result = 1\nfor $i in range($k):\n    $result = $result * ($n - $i) // ($i + 1)\nreturn $result",
    ],
    ts=[
        "if ($k < 0 || $k > $n) return 0;\nlet $result = 1;\nfor (let $i = 0; $i < $k; $i++) {\n  $result = ($result * ($n - $i)) / ($i + 1);\n}\nreturn $result;",
    ],
    inputs=lambda r: (r.int(0, 14), r.int(-1, 12)),
    edges=[(5, 2), (4, 0), (3, 4), (6, -1)],
)

family(
    "recursion_small/pascal_row",
    names="pascal_row pascals_triangle_row triangle_row row_of_pascal nth_pascal_row",
    args={"n": ("int", "n index row_index level depth")},
    returns="list[int]",
    locals={"row": "row line current values", "i": "i k j pos"},
    wordings=[
        "Return row $n of Pascal's triangle, counting from 0, where row 0 is [1].",
        "Build the Pascal triangle row with index $n (zero-based, never negative).",
        "row $n of pascal's triangle, 0 -> [1], 2 -> [1, 2, 1]",
        "What are the numbers in the $n-th line of Pascal's triangle, if the single 1 at the top is line 0?",
        "I need one line of Pascal's triangle; index 0 is the top with only a 1 and index 3 is 1, 3, 3, 1.",
        "Takes a zero-based index and gives back that line of Pascal's triangle, whose inner numbers add the two above.",
        "Start with a single 1 and, $n times, form the next row by adding neighbours between two outer ones.",
    ],
    py=[
        "$row = [1]\nfor _ in range($n):\n    $row = [1, *($row[$i] + $row[$i + 1] for $i in range(len($row) - 1)), 1]\nreturn $row",
        "$row = [1]\nfor $i in range($n):\n    $row.append($row[-1] * ($n - $i) // ($i + 1))\nreturn $row",
    ],
    ts=[
        "const $row = [1];\nfor (let $i = 0; $i < $n; $i++) {\n  $row.push(($row[$i] * ($n - $i)) / ($i + 1));\n}\nreturn $row;",
        "let $row = [1];\nfor (let step = 0; step < $n; step++) {\n  $row = [...$row, 0].map((value, $i) => value + ($row[$i - 1] ?? 0));\n}\nreturn $row;",
    ],
    inputs=lambda r: (r.int(0, 12),),
    edges=[(0,), (1,), (4,)],
)

family(
    "recursion_small/hanoi_moves",
    names="hanoi_moves count_hanoi_moves tower_moves min_moves moves_needed",
    args={"disks": ("int", "disks n discs height count")},
    returns="int",
    locals={"moves": "moves result total steps", "go": "go solve recurse count_moves", "k": "k size left m"},
    wordings=[
        "Return the least number of moves that solves the Tower of Hanoi with $disks disks; zero or fewer disks need none.",
        "Count the moves of the shortest Tower of Hanoi solution. Without disks the count is 0.",
        "moves for a hanoi tower of $disks (2^n - 1, and 0 for n <= 0)",
        "How many single-disk moves does it take at best to shift a Hanoi tower of $disks? Non-positive input: 0.",
        "I need the Hanoi move count: each further disk doubles the moves and adds one, starting from 0.",
        "Takes the height of a Hanoi tower and gives back the minimal number of moves, 0 if there is no disk.",
        "Moving $disks disks means moving all but one twice, plus one move for the largest; none for 0 or below.",
    ],
    py=[
        "return 2 ** $disks - 1 if $disks > 0 else 0",
        "$moves = 0\nfor _ in range($disks):\n    $moves = 2 * $moves + 1\nreturn $moves",
        "def $go($k):\n    return 0 if $k <= 0 else 2 * $go($k - 1) + 1\n\nreturn $go($disks)",
    ],
    ts=[
        "return $disks > 0 ? 2 ** $disks - 1 : 0;",
        "const $go = ($k: number): number => ($k <= 0 ? 0 : 2 * $go($k - 1) + 1);\nreturn $go($disks);",
    ],
    inputs=lambda r: (r.int(-2, 20),),
    edges=[(0,), (1,), (3,), (-1,)],
)

family(
    "recursion_small/hanoi_steps",
    names="hanoi_steps solve_hanoi hanoi_solution tower_of_hanoi list_hanoi_moves",
    args={"disks": ("int", "disks n discs height size")},
    returns="list[tuple[str, str]]",
    locals={"before": "before opening uncover pre", "after": "after closing cover post", 
        "go": "go move solve shift",
        "k": "k left m",
        "source": "source start origin first",
        "target": "target goal dest last",
        "spare": "spare helper via",
    },
    wordings=[
        "Return the moves (from, to) that bring $disks disks from peg A to peg C by way of B, shortest solution.",
        "Solve the Tower of Hanoi from A to C: list each move as a pair of pegs. No disks, no moves.",
        "optimal hanoi moves for $disks disks, pegs A -> C with B as the spare, as pairs of peg names",
        "Which moves, as pairs of pegs, carry a tower of $disks from A to C using B? Zero disks give an empty list.",
        "I need the classic Hanoi solution as a list of peg pairs, A being the start, C the goal, B the helper.",
        "Takes a number of disks and gives back the shortest sequence of (from, to) moves between pegs A, B and C, ending on C.",
        "Move all but the largest disk from A to B, the largest to C, then the others onto it; list all moves.",
    ],
    py=[
        "def $go($k, $source, $target, $spare):\n    if $k <= 0:\n        return []\n    $before = $go($k - 1, $source, $spare, $target)\n    $after = $go($k - 1, $spare, $target, $source)\n    return [*$before, ($source, $target), *$after]\n\nreturn $go($disks, 'A', 'C', 'B')",
    ],
    ts=[
        "const $go = ($k: number, $source: string, $target: string, $spare: string): [string, string][] => {\n  if ($k <= 0) return [];\n  const $before = $go($k - 1, $source, $spare, $target);\n  const $after = $go($k - 1, $spare, $target, $source);\n  return [...$before, [$source, $target], ...$after];\n};\nreturn $go($disks, 'A', 'C', 'B');",
    ],
    inputs=lambda r: (r.int(0, 5),),
    edges=[(0,), (1,), (2,), (3,)],
)

family(
    "recursion_small/binary_strings",
    names="binary_strings all_bit_strings bit_patterns binary_words bits_of_length",
    args={"n": ("int", "n length size width places")},
    returns="list[str]",
    locals={"result": "result strings out words", "text": "text prefix s bits", "bit": "bit digit b ch", "i": "i k num code"},
    wordings=[
        "Return all strings of $n zeros and ones in ascending order; length 0 gives one empty string.",
        "List every binary string of length $n, smallest first. For $n = 0 that is the empty string alone.",
        "all bit patterns of width $n, counting up from all zeros ([''] for 0)",
        "Which strings of exactly $n binary digits are there, in counting order? Zero digits: only the empty string.",
        "I want every combination of 0 and 1 with the given length, for 2 that is 00, 01, 10, 11; for 0 just ''.",
        "Takes a length and gives back the 2^$n strings over 0 and 1 of that length, sorted ($n is never negative).",
        "Start with the empty string alone and, $n times, replace each string by itself plus 0 and itself plus 1.",
    ],
    py=[
        "$result = ['']\nfor _ in range($n):\n    $result = [$text + $bit for $text in $result for $bit in '01']\nreturn $result",
        "return [f'{$i:0{$n}b}' for $i in range(2 ** $n)] if $n > 0 else ['']",
    ],
    ts=[
        "let $result = [''];\nfor (let $i = 0; $i < $n; $i++) {\n  $result = $result.flatMap(($text) => [$text + '0', $text + '1']);\n}\nreturn $result;",
        "if ($n === 0) return [''];\nreturn Array.from({ length: 2 ** $n }, (_, $i) => $i.toString(2).padStart($n, '0'));",
    ],
    inputs=lambda r: (r.int(0, 5),),
    edges=[(0,), (1,), (2,), (3,)],
)

family(
    "recursion_small/staircase_ways",
    names="staircase_ways climb_stairs ways_to_climb count_climbs stair_paths",
    args={"steps": ("int", "steps n stairs height count")},
    returns="int",
    locals={"now": "now current b ways", "before": "before previous a last"},
    wordings=[
        "Return in how many ways $steps stairs can be climbed one or two at a time; no stairs have one way.",
        "Count the different sequences of 1s and 2s that add up to $steps. For 0 the count is 1; it is never negative.",
        "ways up $steps stairs taking 1 or 2 per stride (0 stairs -> 1)",
        "How many ways are there to climb $steps stairs if every stride covers one or two? Zero stairs: 1.",
        "I need the number of ways up a staircase with single or double strides, 3 stairs give 3, 0 stairs give 1.",
        "Takes a non-negative number of stairs and gives back how many ordered ways of 1s and 2s reach the top (1 for none).",
        "The count for $steps is the sum of the counts for one and two stairs fewer; 0 and 1 stairs both have 1.",
    ],
    py=[
        "$before, $now = 0, 1\nfor _ in range($steps):\n    $before, $now = $now, $before + $now\nreturn $now",
    ],
    ts=[
        "let [$before, $now] = [0, 1];\nfor (let i = 0; i < $steps; i++) {\n  [$before, $now] = [$now, $before + $now];\n}\nreturn $now;",
    ],
    inputs=lambda r: (r.int(0, 25),),
    edges=[(0,), (1,), (2,), (5,)],
)

family(
    "recursion_small/coin_ways",
    names="coin_ways count_change ways_to_pay change_combinations number_of_ways",
    args={"amount": ("int", "amount total target cents sum_to_pay"), "coins": ("list[int]", "coins values denominations units kinds")},
    returns="int",
    locals={"ways": "ways table counts dp", "coin": "coin c value size", "part": "part i s subtotal"},
    wordings=[
        "Return how many ways there are to pay $amount with the given coin values, any number of each; order does not matter.",
        "Count the combinations of $coins (reusable, all different) that sum to $amount. Paying 0 has exactly one way.",
        "number of multisets of $coins adding up to $amount; 1 for amount 0",
        "In how many ways can $amount be made from unlimited $coins, ignoring their order? Zero has one way.",
        "I need to know how many combinations of these coins make the amount; each coin may be used as often as you like.",
        "Takes an amount (zero or more) and distinct positive coin values, and gives back the number of unordered ways to pay.",
        "For each coin, add the ways to pay the amount less that coin; paying nothing counts once, order is ignored.",
    ],
    py=[
        "$ways = [1] + [0] * $amount\nfor $coin in $coins:\n    for $part in range($coin, $amount + 1):\n        $ways[$part] += $ways[$part - $coin]\nreturn $ways[$amount]",
    ],
    ts=[
        "const $ways = [1, ...new Array<number>($amount).fill(0)];\nfor (const $coin of $coins) {\n  for (let $part = $coin; $part <= $amount; $part++) {\n    $ways[$part] += $ways[$part - $coin];\n  }\n}\nreturn $ways[$amount];",
    ],
    inputs=lambda r: (r.int(0, 30), r.sample([1, 2, 3, 5, 10, 20], r.randint(0, 4))),
    edges=[(0, [1]), (5, []), (5, [1, 2, 5]), (3, [2])],
)

family(
    "recursion_small/gcd",
    names="gcd greatest_common_divisor common_divisor highest_common_factor hcf",
    args={"a": ("int", "a first x left m"), "b": ("int", "b second y right n")},
    returns="int",
    locals={"big": "big u p high", "small": "small v q low"},
    wordings=[
        "Return the greatest common divisor of $a and $b, neither of which is negative; two zeros give 0.",
        "Find the largest number dividing both $a and $b (both >= 0). If one is 0, return the other.",
        "euclid: gcd of $a and $b, non-negative; gcd(0, x) is x",
        "What is the biggest integer that divides $a as well as $b? With a zero, it is the other number.",
        "I need the highest common factor of two non-negative integers, 12 and 18 give 6, 0 and 5 give 5.",
        "Takes two integers that are not negative and gives back their greatest common divisor by Euclid's method (0 for two zeros).",
        "Keep replacing the pair $a, $b by the second and the remainder, until the second is 0; the first is the result.",
    ],
    py=[
        "$big, $small = $a, $b\nwhile $small:\n    $big, $small = $small, $big % $small\nreturn $big",
        "def euclid($big, $small):\n    return $big if $small == 0 else euclid($small, $big % $small)\n\nreturn euclid($a, $b)",
    ],
    ts=[
        "let [$big, $small] = [$a, $b];\nwhile ($small !== 0) {\n  [$big, $small] = [$small, $big % $small];\n}\nreturn $big;",
    ],
    inputs=lambda r: (lambda f: (f * r.int(0, 20), f * r.int(0, 20)))(r.int(1, 9)),
    edges=[(12, 18), (0, 5), (0, 0), (7, 13)],
)

family(
    "recursion_small/collatz_steps",
    names="collatz_steps hailstone_length steps_to_one count_collatz collatz_length",
    args={"n": ("int", "n start num value seed")},
    returns="int",
    locals={"current": "current x m k", "steps": "steps count moves total"},
    wordings=[
        "Return how many Collatz steps lead from $n to 1: halve even numbers, triple odd ones and add 1. $n <= 1 needs 0.",
        "Count the steps until $n becomes 1, where an even number is halved and an odd one x becomes 3x + 1.",
        "collatz steps from $n down to 1 (0 if $n is 1 or less)",
        "How long is the hailstone walk from $n to 1, in steps? Anything not above 1 takes none.",
        "I want the number of moves to 1 when evens are halved and odds become three times plus one; 6 needs 8.",
        "Takes a starting number and gives back the length of its Collatz walk to 1, zero for starts of at most 1.",
        "While $n is above 1, halve it if even, otherwise use 3 * $n + 1; tell how often that was done.",
    ],
    py=[
        "$current, $steps = $n, 0\nwhile $current > 1:\n    $current = $current // 2 if $current % 2 == 0 else 3 * $current + 1\n    $steps += 1\nreturn $steps",
    ],
    ts=[
        "let $current = $n;\nlet $steps = 0;\nwhile ($current > 1) {\n  $current = $current % 2 === 0 ? $current / 2 : 3 * $current + 1;\n  $steps++;\n}\nreturn $steps;",
    ],
    inputs=lambda r: (r.int(-2, 60),),
    edges=[(1,), (0,), (6,), (27,)],
)

family(
    "recursion_small/fibonacci",
    names="fibonacci fib nth_fibonacci fibonacci_number fib_at",
    args={"n": ("int", "n index k position count")},
    returns="int",
    locals={"a": "a previous older x", "b": "b current newer y", "go": "go fib_of recurse helper", "m": "m j i at"},
    wordings=[
        "Return the Fibonacci number with index $n, where index 0 is 0 and index 1 is 1.",
        "Compute the $n-th Fibonacci number, counting from 0: 0, 1, 1, 2, 3, 5. $n is never negative.",
        "fib($n) with fib(0) = 0, fib(1) = 1",
        "Which number stands at zero-based position $n of the sequence 0, 1, 1, 2, 3, 5, 8?",
        "I need a Fibonacci number by its index; index 0 gives 0, index 1 gives 1 and index 10 gives 55.",
        "Takes an index and gives back the Fibonacci number there: every number adds the two before it, starting with 0 and 1.",
        "Begin with 0 and 1, advance $n times by adding the last two, and hand back where the first one got to.",
    ],
    py=[
        "$a, $b = 0, 1\nfor _ in range($n):\n    $a, $b = $b, $a + $b\nreturn $a",
        "def $go($m):\n    return $m if $m < 2 else $go($m - 1) + $go($m - 2)\n\nreturn $go($n)",
    ],
    ts=[
        "let [$a, $b] = [0, 1];\nfor (let $m = 0; $m < $n; $m++) {\n  [$a, $b] = [$b, $a + $b];\n}\nreturn $a;",
        "const $go = ($m: number): number => ($m < 2 ? $m : $go($m - 1) + $go($m - 2));\nreturn $go($n);",
    ],
    inputs=lambda r: (r.int(0, 18),),
    edges=[(0,), (1,), (2,), (10,)],
)

family(
    "recursion_small/grid_paths",
    names="grid_paths count_paths lattice_paths ways_across routes_in_grid",
    args={"rows": ("int", "rows height m down"), "cols": ("int", "cols width n across columns")},
    returns="int",
    locals={"ways": "ways line paths counts", "i": "i col k x"},
    wordings=[
        "Return the number of paths from the top left to the bottom right cell of a $rows by $cols grid, going right or down.",
        "Count the routes across a grid of $rows times $cols cells with moves right and down only; 0 if either is below 1.",
        "monotone lattice paths corner to corner in a $rows x $cols cell grid, 0 if there are no cells",
        "How many ways lead from one corner cell to the opposite one, only right and down? An empty grid has 0.",
        "I need the path count for a grid of cells, moving right or down; 2 by 2 has 2, no cells means 0.",
        "Takes a height and a width in cells and gives back how many right-or-down walks join opposite corners, 0 without cells.",
        "Each cell of the $rows by $cols grid is reached from above or from the left; count routes to the last one.",
    ],
    py=[
        "if $rows < 1 or $cols < 1:\n    return 0\n$ways = [1] * $cols\nfor _ in range($rows - 1):\n    for $i in range(1, $cols):\n        $ways[$i] += $ways[$i - 1]\nreturn $ways[-1]",
    ],
    ts=[
        "if ($rows < 1 || $cols < 1) return 0;\nconst $ways = new Array<number>($cols).fill(1);\nfor (let row = 1; row < $rows; row++) {\n  for (let $i = 1; $i < $cols; $i++) {\n    $ways[$i] += $ways[$i - 1];\n  }\n}\nreturn $ways[$cols - 1];",
    ],
    inputs=lambda r: (r.int(0, 7), r.int(0, 7)),
    edges=[(2, 2), (1, 5), (0, 3), (3, 3)],
)

family(
    "recursion_small/subset_sum",
    names="can_reach_sum subset_sum_exists has_subset_sum can_make reachable_total",
    args={"numbers": ("list[int]", "numbers values nums weights items"), "target": ("int", "target goal total wanted")},
    returns="bool",
    locals={"sums": "sums reachable seen found", "number": "num x value n", "part": "part s so_far old"},
    wordings=[
        "Return whether some of the $numbers, each used at most once, add up to $target. Using none gives 0.",
        "Check if a subset of $numbers sums to $target; the empty subset, with sum 0, counts.",
        "true if any subset of $numbers (empty one included) has the sum $target",
        "Can $target be reached by adding up a selection of $numbers? Choosing nothing reaches 0.",
        "I need to know if picking some numbers, each at most once, makes the goal exactly; picking none makes 0.",
        "Takes numbers and a goal and tells whether a choice among the numbers hits the goal exactly; 0 is always possible.",
        "Collect all totals that can be made from $numbers, starting with 0, and see whether $target is among them.",
    ],
    py=[
        "$sums = {0}\nfor $number in $numbers:\n    $sums |= {$part + $number for $part in $sums}\nreturn $target in $sums",
    ],
    ts=[
        "let $sums = [0];\nfor (const $number of $numbers) {\n  $sums = [...$sums, ...$sums.map(($part) => $part + $number)];\n}\nreturn $sums.includes($target);",
        "const $sums = new Set([0]);\nfor (const $number of $numbers) {\n  for (const $part of [...$sums]) $sums.add($part + $number);\n}\nreturn $sums.has($target);",
    ],
    inputs=lambda r: (r.ints(1, 12, (0, 5)), r.int(0, 25)),
    edges=[([], 0), ([], 3), ([3, 5, 9], 12), ([2, 4], 5)],
)

family(
    "recursion_small/abacaba",
    names="abacaba abacaba_word ruler_word fractal_word mirror_letters",
    args={"n": ("int", "n level depth order count")},
    returns="str",
    locals={"word": "word result text s", "i": "i k pos step", "letter": "letter ch c symbol"},
    wordings=[
        "Return the ABACABA word of order $n in lower case: the previous word, the next letter, the previous word; order 0 is empty.",
        "Build the word whose level $n is the level before twice, with letter number $n of the alphabet between; level 0 is empty.",
        "level $n of '', a, aba, abacaba: last word + next letter + last word",
        "What does step $n of '', a, aba, abacaba, ... look like, where the next letter is put between two copies?",
        "I want the recursive letter pattern: 1 gives a, 2 gives aba, 3 gives abacaba, and 0 gives an empty string.",
        "Takes a level up to 26 and gives back the word made by doubling around one more lower-case letter each time, from ''.",
        "Begin with the empty string; for each of the first $n letters of the alphabet put it between two copies.",
    ],
    py=[
        "$word = ''\nfor $letter in 'abcdefghijklmnopqrstuvwxyz'[:$n]:\n    $word = $word + $letter + $word\nreturn $word",
        "$word = ''\nfor $i in range($n):\n    $word = $word + chr(ord('a') + $i) + $word\nreturn $word",
    ],
    ts=[
        "let $word = '';\nfor (const $letter of 'abcdefghijklmnopqrstuvwxyz'.slice(0, $n)) {\n  $word = $word + $letter + $word;\n}\nreturn $word;",
    ],
    inputs=lambda r: (r.int(0, 6),),
    edges=[(0,), (1,), (2,), (3,)],
)
