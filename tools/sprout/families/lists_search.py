"""Finding, counting and testing in lists."""

from family import family

family(
    "lists_search/first_index",
    names="first_index index_of find_index position_of locate",
    args={
        "items": ("list[str]", "items words values names entries"),
        "target": ("str", "target wanted needle key query"),
    },
    returns="int",
    locals={"i": "i k pos idx", "item": "item word x entry"},
    wordings=[
        "Return the index of the first element of $items equal to $target, or -1 if there is none.",
        "Find where $target first occurs in $items, counting from 0; -1 means it does not.",
        "position of the first $target in $items, -1 when missing",
        "At which index does $target appear for the first time? Gives -1 if it is not in $items.",
        "Looks for $target in the list and gives back its earliest zero-based position, or -1 without a match.",
        "I need to know where $target is in $items (the first one, from zero), or -1 if it is not there.",
        "Check $items from the start, return the position of the first entry equal to $target, and -1 at the end.",
    ],
    py=[
        "return $items.index($target) if $target in $items else -1",
        "for $i, $item in enumerate($items):\n    if $item == $target:\n        return $i\nreturn -1",
    ],
    ts=[
        "return $items.indexOf($target);",
        "for (let $i = 0; $i < $items.length; $i++) {\n  if ($items[$i] === $target) return $i;\n}\nreturn -1;",
    ],
    inputs=lambda r: (lambda ws: (ws, r.choice([*ws, r.word()])))(r.words()),
    edges=[([], "x"), (["a", "b", "b"], "b"), (["a"], "c")],
)

family(
    "lists_search/last_index",
    names="last_index last_index_of find_last last_position rightmost_index",
    args={
        "numbers": ("list[int]", "numbers values items nums entries"),
        "target": ("int", "target wanted needle key query"),
    },
    returns="int",
    locals={"i": "i k pos idx"},
    wordings=[
        "Return the index of the last occurrence of $target in $numbers, or -1 if it does not occur.",
        "Find the final place at which $target stands in $numbers, counting from 0 at the front; -1 if nowhere.",
        "rightmost position of $target in $numbers, -1 if absent",
        "Where does $target turn up for the last time in $numbers? Zero-based from the start, -1 if never.",
        "Searches from the back and gives back the largest index that holds $target, or -1 when none does.",
        "I need the position of the last $target in $numbers, not the first one, and -1 if it is missing.",
        "Go from the end of $numbers to its start, return the first index whose entry equals $target, else -1.",
    ],
    py=[
        "return max(($i for $i in range(len($numbers)) if $numbers[$i] == $target), default=-1)",
        "for $i in range(len($numbers) - 1, -1, -1):\n    if $numbers[$i] == $target:\n        return $i\nreturn -1",
    ],
    ts=[
        "return $numbers.lastIndexOf($target);",
        "for (let $i = $numbers.length - 1; $i >= 0; $i--) {\n  if ($numbers[$i] === $target) return $i;\n}\nreturn -1;",
    ],
    inputs=lambda r: (r.ints(0, 5), r.int(0, 6)),
    edges=[([], 1), ([2, 3, 2], 2), ([1, 1], 4)],
)

family(
    "lists_search/binary_search",
    names="binary_search search_sorted bisect_find find_in_sorted",
    args={
        "numbers": ("list[int]", "numbers values items nums ordered"),
        "target": ("int", "target wanted needle key query"),
    },
    returns="int",
    locals={"low": "low lo left start", "high": "high hi right end", "mid": "mid middle m"},
    wordings=[
        "Return the index of $target in $numbers, which ascends without repeats, or -1 if it is not there.",
        "Find $target in the strictly ascending list $numbers by halving the range; -1 if it is missing.",
        "binary search for $target in strictly increasing $numbers, -1 if not found",
        "Where is $target in $numbers, a list sorted upwards with no duplicates? Gives -1 when it is nowhere.",
        "Looks up $target in a sorted list of distinct numbers and gives back its zero-based position or -1.",
        "$numbers is sorted and has no repeats - get me the index of $target quickly, -1 if there is no such entry.",
        "Compare $target with the middle of sorted, distinct $numbers and go on in the proper half; return the index or -1.",
    ],
    py=[
        "$low, $high = 0, len($numbers) - 1\nwhile $low <= $high:\n    $mid = ($low + $high) // 2\n    if $numbers[$mid] == $target:\n"
        "        return $mid\n    if $numbers[$mid] < $target:\n        $low = $mid + 1\n    else:\n        $high = $mid - 1\nreturn -1",
        "$low = bisect.bisect_left($numbers, $target)\nreturn $low if $low < len($numbers) and $numbers[$low] == $target else -1",
    ],
    ts=[
        "let $low = 0;\nlet $high = $numbers.length - 1;\nwhile ($low <= $high) {\n  const $mid = Math.floor(($low + $high) / 2);\n"
        "  if ($numbers[$mid] === $target) return $mid;\n  if ($numbers[$mid] < $target) $low = $mid + 1;\n  else $high = $mid - 1;\n}\nreturn -1;",
    ],
    inputs=lambda r: (sorted(r.sample(range(0, 15), r.randint(0, 8))), r.int(0, 14)),
    edges=[([], 3), ([1, 4, 9], 9), ([1, 4, 9], 5), ([2], 2)],
    py_imports=["import bisect"],
)

family(
    "lists_search/insertion_point",
    names="insertion_point insert_position where_to_insert lower_bound slot_for",
    args={
        "ordered": ("list[int]", "ordered numbers values items ranks"),
        "value": ("int", "value target newcomer key score"),
    },
    returns="int",
    locals={"i": "i k pos idx", "n": "n x entry"},
    wordings=[
        "Return the first index of ascending $ordered whose entry is at least $value, or the length if all are smaller.",
        "Find where $value belongs in the sorted list $ordered, before any equal entries; past the end if it is largest.",
        "leftmost place to insert $value into sorted $ordered so that it stays sorted",
        "At which index must $value be inserted into ascending $ordered to keep it sorted, going ahead of equal ones?",
        "Gives back how many entries of the ascending list $ordered are smaller than $value.",
        "$ordered goes up; tell me the spot for $value, in front of entries equal to it, the end if nothing is larger.",
        "Skip the entries of sorted $ordered that are less than $value and return the position reached.",
    ],
    py=[
        "return bisect.bisect_left($ordered, $value)",
        "return sum($n < $value for $n in $ordered)",
        "for $i, $n in enumerate($ordered):\n    if $n >= $value:\n        return $i\nreturn len($ordered)",
    ],
    ts=[
        "return $ordered.filter(($n) => $n < $value).length;",
        "let $i = 0;\nwhile ($i < $ordered.length && $ordered[$i] < $value) {\n  $i++;\n}\nreturn $i;",
    ],
    inputs=lambda r: (sorted(r.ints(0, 12)), r.int(-1, 13)),
    edges=[([], 1), ([1, 3, 3, 5], 3), ([1, 2], 9)],
    py_imports=["import bisect"],
)

family(
    "lists_search/has_duplicates",
    names="has_duplicates contains_duplicates any_repeated has_repeats is_repetitive",
    args={"items": ("list[int]", "items numbers values nums ids")},
    returns="bool",
    locals={"seen": "seen known visited", "item": "item x n value"},
    wordings=[
        "Return true if any value occurs more than once in $items, otherwise false (also for an empty list).",
        "Check whether $items has two equal elements anywhere; an empty list has none.",
        "does $items contain a repeated value (empty: no)",
        "Is there some value that appears at least twice in $items?",
        "Tells whether the elements of $items are not all different; false when there are fewer than two.",
        "I need to know if there is a duplicate id somewhere in $items - just yes or no, no for an empty list.",
        "Go through $items; answer true on meeting a value that came before, and false if that never happens.",
    ],
    py=[
        "return len(set($items)) < len($items)",
        "$seen = set()\nfor $item in $items:\n    if $item in $seen:\n        return True\n    $seen.add($item)\nreturn False",
        "return any($items.count($item) > 1 for $item in $items)",
    ],
    ts=[
        "return new Set($items).size < $items.length;",
        "const $seen = new Set<number>();\nfor (const $item of $items) {\n  if ($seen.has($item)) return true;\n  $seen.add($item);\n}\nreturn false;",
    ],
    inputs=lambda r: (r.ints(0, 15),),
    edges=[([],), ([1, 2, 1],), ([1, 2, 3],)],
)

family(
    "lists_search/two_sum",
    names="two_sum find_pair pair_with_sum indices_adding_to",
    args={
        "numbers": ("list[int]", "numbers values nums items prices"),
        "target": ("int", "target goal wanted_sum amount"),
    },
    returns="tuple[int, int] | None",
    locals={"i": "i a first", "j": "j b second"},
    wordings=[
        "Return the first pair of indexes i < j, by smallest i and then smallest j, "
        "whose $numbers add up to $target, or null.",
        "Find two different positions in $numbers with sum $target; earliest first position, then earliest second; null if none.",
        "index pair (smaller first) of two $numbers summing to $target, lexicographically first, null if impossible",
        "Which two positions of $numbers hold values that total $target? The lexicographically smallest pair, or null if none.",
        "Looks for two entries at different places that sum to $target and gives back their positions, "
        "the earliest such pair, or None.",
        "I can spend exactly $target on two of $numbers: give me both indexes, the earliest possible pair, or None.",
        "For each position try every later one; return the first two positions where $numbers sum to $target, else null.",
    ],
    py=[
        "for $i in range(len($numbers)):\n    for $j in range($i + 1, len($numbers)):\n        if $numbers[$i] + $numbers[$j] == $target:\n"
        "            return $i, $j\nreturn None",
        "for $i, $j in itertools.combinations(range(len($numbers)), 2):\n    if $numbers[$i] + $numbers[$j] == $target:\n"
        "        return $i, $j\nreturn None",
    ],
    ts=[
        "for (let $i = 0; $i < $numbers.length; $i++) {\n  for (let $j = $i + 1; $j < $numbers.length; $j++) {\n"
        "    if ($numbers[$i] + $numbers[$j] === $target) return [$i, $j];\n  }\n}\nreturn null;",
        "for (let $i = 0; $i < $numbers.length; $i++) {\n  const $j = $numbers.indexOf($target - $numbers[$i], $i + 1);\n"
        "  if ($j !== -1) return [$i, $j];\n}\nreturn null;",
    ],
    inputs=lambda r: (r.ints(0, 10), r.int(2, 16)),
    edges=[([], 3), ([4], 8), ([3, 1, 4, 2], 6), ([5, 5], 10)],
    py_imports=["import itertools"],
)

family(
    "lists_search/count_pairs_with_sum",
    names="count_pairs_with_sum pairs_adding_to number_of_pairs count_matching_pairs",
    args={
        "values": ("list[int]", "values numbers nums items weights"),
        "goal": ("int", "goal target wanted_sum total"),
    },
    returns="int",
    locals={"count": "count found hits pairs", "i": "i k pos", "a": "a x left", "b": "b y right"},
    wordings=[
        "Return how many pairs of different positions in $values have entries that add up to $goal; order does not matter.",
        "Count the unordered pairs of entries of $values (at two different places) whose sum is $goal.",
        "number of index pairs i < j in $values with sum $goal",
        "In how many ways can two entries at different positions of $values be chosen so that they total $goal?",
        "Gives back the number of position pairs whose numbers sum to $goal; equal numbers at different places count apart.",
        "I need the count of two-element combinations of $values that make $goal, 0 for fewer than two entries.",
        "Compare each entry with all later ones in $values, and count one whenever both together equal $goal.",
    ],
    py=[
        "return sum($a + $b == $goal for $a, $b in itertools.combinations($values, 2))",
        "$count = 0\nfor $i, $a in enumerate($values):\n    for $b in $values[$i + 1 :]:\n        if $a + $b == $goal:\n            $count += 1\nreturn $count",
    ],
    ts=[
        "let $count = 0;\n$values.forEach(($a, $i) => {\n  $count += $values.slice($i + 1).filter(($b) => $a + $b === $goal).length;\n});\nreturn $count;",
        "let $count = 0;\nfor (const [$i, $a] of $values.entries()) {\n  for (const $b of $values.slice($i + 1)) {\n    if ($a + $b === $goal) $count++;\n  }\n}\nreturn $count;",
    ],
    inputs=lambda r: (r.ints(0, 6), r.int(2, 10)),
    edges=[([], 0), ([3], 6), ([1, 3, 2, 2], 4), ([2, 2, 2], 4)],
    py_imports=["import itertools"],
)

family(
    "lists_search/majority",
    names="majority majority_element winner_by_majority dominant_value",
    args={"votes": ("list[str]", "votes ballots items choices words")},
    returns="str | None",
    locals={"vote": "vote item x v", "counts": "counts tally totals", "best": "best leader top", "half": "half bar needed", "v": "a p who", "w": "b q other"},
    wordings=[
        "Return the element that makes up more than half of $votes, or null if no element does.",
        "Find the entry of $votes with an absolute majority, that is more than half; null if there is none.",
        "value taking over 50 % of $votes (strictly), else null",
        "Does some element occur in more than half of all $votes? Gives that element, or null if not.",
        "Gives back whoever got more than half of $votes, or None, also when exactly half or no votes at all.",
        "I need the absolute winner of $votes: more than half, a tie at half is not enough, None if nobody made it.",
        "Count each element; if one occurs more often than all others of $votes together, return it, otherwise null.",
    ],
    py=[
        "for $vote in $votes:\n    if $votes.count($vote) * 2 > len($votes):\n        return $vote\nreturn None",
        "return next(($vote for $vote in $votes if $votes.count($vote) > len($votes) / 2), None)",
        "if not $votes:\n    return None\n$best = max($votes, key=$votes.count)\nreturn $best if $votes.count($best) * 2 > len($votes) else None",
    ],
    ts=[
        "const $counts = new Map<string, number>();\nfor (const $vote of $votes) {\n  $counts.set($vote, ($counts.get($vote) ?? 0) + 1);\n}\n"
        "for (const [$vote, $best] of $counts) {\n  if ($best * 2 > $votes.length) return $vote;\n}\nreturn null;",
        "const $half = $votes.length / 2;\nreturn $votes.find(($v) => $votes.filter(($w) => $w === $v).length > $half) ?? null;",
    ],
    inputs=lambda r: ([r.choice(["a", "b", "b", "c", "b"]) for _ in range(r.randint(0, 7))],),
    edges=[([],), (["x"],), (["a", "b"],), (["a", "b", "a"],)],
)

family(
    "lists_search/missing_number",
    names="missing_number find_missing absent_number the_missing_one",
    args={"numbers": ("list[int]", "numbers values nums ids tickets")},
    returns="int",
    locals={"n": "n x candidate i", "size": "size length count", "total": "total expected full_sum"},
    wordings=[
        "Return the one number from 0 to the length of $numbers that is not in $numbers, whose entries are distinct.",
        "Find the missing value: $numbers holds all of 0..n but one, in any order, where n is its length.",
        "$numbers has n distinct values out of 0..n, give the absent one",
        "Which of the numbers 0 up to the length of $numbers (inclusive) is lacking? Exactly one is, nothing repeats.",
        "Gives back the only integer between 0 and the size of the list, both included, that $numbers leaves out.",
        "Someone took one ticket out of 0, 1, ..., n and shuffled the n others into $numbers; which one is gone?",
        "Add up 0 to n, n being the length of $numbers, and subtract the sum of the entries: that is the missing one.",
    ],
    py=[
        "return sum(range(len($numbers) + 1)) - sum($numbers)",
        "$size = len($numbers)\nreturn $size * ($size + 1) // 2 - sum($numbers)",
        "$n = 0\nwhile $n in $numbers:\n    $n += 1\nreturn $n",
    ],
    ts=[
        "const $total = ($numbers.length * ($numbers.length + 1)) / 2;\nreturn $total - $numbers.reduce((a, b) => a + b, 0);",
        "let $n = 0;\nwhile ($numbers.includes($n)) {\n  $n++;\n}\nreturn $n;",
    ],
    inputs=lambda r: ((lambda n: r.sample(range(n + 1), n))(r.randint(0, 8)),),
    edges=[([],), ([0],), ([3, 0, 1],)],
)

family(
    "lists_search/longest_run",
    names="longest_run longest_streak max_run_length longest_repeat",
    args={"items": ("list[int]", "items values numbers rolls signal")},
    returns="int",
    locals={"best": "best longest result record", "run": "run current streak length", "i": "i k pos idx", "group": "group part chunk"},
    wordings=[
        "Return the length of the longest run of equal neighbours in $items; 0 for an empty list.",
        "Find how many times in a row the same value occurs at most in $items (0 if there is nothing).",
        "max number of consecutive equal $items, 0 when empty",
        "How long is the longest stretch of $items in which all elements are the same? Empty list: 0.",
        "Gives back the size of the biggest block of identical adjacent elements; a list without elements gives 0.",
        "What was my longest streak of the same roll in $items? 1 if nothing repeats, 0 if I never rolled.",
        "Walk over $items counting equal neighbours, starting over at 1 at each change; return the highest count, 0 for none.",
    ],
    py=[
        "return max((len(list($group)) for _, $group in itertools.groupby($items)), default=0)",
        "$best = $run = 0\nfor $i in range(len($items)):\n    $run = $run + 1 if $i > 0 and $items[$i] == $items[$i - 1] else 1\n"
        "    $best = max($best, $run)\nreturn $best",
    ],
    ts=[
        "let $best = 0;\nlet $run = 0;\nfor (let $i = 0; $i < $items.length; $i++) {\n  $run = $i > 0 && $items[$i] === $items[$i - 1] ? $run + 1 : 1;\n"
        "  $best = Math.max($best, $run);\n}\nreturn $best;",
    ],
    inputs=lambda r: (r.ints(0, 2, (0, 10)),),
    edges=[([],), ([4],), ([1, 1, 2, 2, 2, 1],)],
    py_imports=["import itertools"],
)

family(
    "lists_search/is_sorted",
    names="is_sorted is_ascending in_order never_decreases check_sorted",
    args={"values": ("list[int]", "values numbers items nums ages")},
    returns="bool",
    locals={"i": "i k pos idx", "a": "a left before", "b": "b right after"},
    wordings=[
        "Return true if no entry of $values is smaller than the one before it; lists shorter than two are sorted.",
        "Check that $values never goes down from one number to the next (equal neighbours are fine, empty is true).",
        "is $values in ascending order, repeats allowed, true for empty",
        "Are $values sorted from small to large? Equal ones may follow each other, and an empty list counts as sorted.",
        "Tells whether the list would stay the same if it were sorted in ascending order.",
        "I need to verify that $values only goes up or stays level; nothing or one number is fine too.",
        "Compare each number of $values with its successor; answer false if one is larger than that, otherwise true.",
    ],
    py=[
        "return all($a <= $b for $a, $b in zip($values, $values[1:]))",
        "return $values == sorted($values)",
        "for $i in range(1, len($values)):\n    if $values[$i] < $values[$i - 1]:\n        return False\nreturn True",
    ],
    ts=[
        "return $values.every(($b, $i) => $i === 0 || $values[$i - 1] <= $b);",
        "for (let $i = 1; $i < $values.length; $i++) {\n  if ($values[$i] < $values[$i - 1]) return false;\n}\nreturn true;",
    ],
    inputs=lambda r: ((lambda v: sorted(v) if r.bool() else v)(r.ints(size=(0, 5))),),
    edges=[([],), ([3],), ([1, 1, 2],), ([2, 1],)],
)

family(
    "lists_search/peaks",
    names="peaks find_peaks local_maxima summits peak_positions",
    args={"heights": ("list[int]", "heights values nums levels data")},
    returns="list[int]",
    locals={"i": "i k p j", "out": "out found result tops"},
    wordings=[
        "Return the indexes of all entries of $heights strictly larger than both neighbours; the ends never count.",
        "Find every inner position at which $heights is greater than just before and just after it.",
        "indices of local maxima in $heights (strict, first and last excluded)",
        "Where are the peaks of $heights, higher than the entry to the left and the one to the right? Ends are no peaks.",
        "Gives back the positions, from 0 and ascending, of numbers that exceed both adjacent ones; border entries have just one and are out.",
        "I am after the summits on this path: places that are higher than both neighbours, not counting start and finish.",
        "For each place in $heights except first and last, keep its index if both adjacent numbers are smaller.",
    ],
    py=[
        "return [$i for $i in range(1, len($heights) - 1) if $heights[$i - 1] < $heights[$i] > $heights[$i + 1]]",
        "$out = []\nfor $i in range(1, len($heights) - 1):\n    if $heights[$i] > max($heights[$i - 1], $heights[$i + 1]):\n"
        "        $out.append($i)\nreturn $out",
    ],
    ts=[
        "const $out: number[] = [];\nfor (let $i = 1; $i < $heights.length - 1; $i++) {\n"
        "  if ($heights[$i] > $heights[$i - 1] && $heights[$i] > $heights[$i + 1]) {\n    $out.push($i);\n  }\n}\nreturn $out;",
        "const $out: number[] = [];\nfor (let $i = 1; $i + 1 < $heights.length; $i++) {\n"
        "  if ($heights[$i] > Math.max($heights[$i - 1], $heights[$i + 1])) $out.push($i);\n}\nreturn $out;",
    ],
    inputs=lambda r: (r.ints(0, 9, (0, 10)),),
    edges=[([],), ([1, 2],), ([1, 3, 2, 5, 5, 1],), ([1, 3, 2, 4, 0],)],
)

family(
    "lists_search/mode",
    names="mode most_common most_frequent commonest find_mode",
    args={"numbers": ("list[int]", "numbers values nums answers items")},
    returns="int | None",
    locals={"n": "n x value item", "best": "best most highest record", "counts": "counts tally freq", "winners": "winners candidates tied leaders"},
    wordings=[
        "Return the number that occurs most often in $numbers, the smallest one on ties, or null for an empty list.",
        "Find the mode. If several of $numbers are equally frequent take the smallest; no numbers, no mode (null).",
        "most frequent of $numbers, smallest wins ties, null if empty",
        "Which number is the most common in $numbers? Ties go to the smaller number; null when there is none.",
        "Gives back the value with the highest count, preferring lower values among equal counts, or None for no values.",
        "I need the most popular answer in $numbers - the lower one if it is a tie, None if nobody answered.",
        "Count every number of $numbers, pick the highest count, and of those numbers return the minimum; null if empty.",
    ],
    py=[
        "return max(sorted($numbers), key=$numbers.count, default=None)",
        "return min($numbers, key=lambda $n: (-$numbers.count($n), $n), default=None)",
        "if not $numbers:\n    return None\n$counts = collections.Counter($numbers)\n$best = max($counts.values())\n"
        "return min($n for $n in $counts if $counts[$n] == $best)",
    ],
    ts=[
        "const $counts = new Map<number, number>();\nfor (const $n of $numbers) $counts.set($n, ($counts.get($n) ?? 0) + 1);\n"
        "const $best = Math.max(...$counts.values());\nconst $winners = [...$counts.keys()].filter(($n) => $counts.get($n) === $best);\n"
        "return $winners.length > 0 ? Math.min(...$winners) : null;",
    ],
    inputs=lambda r: (r.ints(0, 4),),
    edges=[([],), ([3, 1, 3, 1],), ([7],), ([2, 2, 1],)],
    py_imports=["import collections"],
)

family(
    "lists_search/all_indexes",
    names="all_indexes positions_of find_all indices_of occurrences",
    args={
        "items": ("list[str]", "items words letters values tokens"),
        "target": ("str", "target wanted needle key query"),
    },
    returns="list[int]",
    locals={"i": "i k pos idx", "item": "item word x entry", "out": "out found result hits"},
    wordings=[
        "Return all indexes at which $items equals $target, in ascending order; empty if there are none.",
        "Find every position of $target in $items, counted from 0. No match gives an empty list.",
        "indices of $target in $items, [] when it does not occur",
        "Where in $items does $target occur? All zero-based positions from left to right, possibly none.",
        "Gives back the list of places that hold $target, lowest first, which may be an empty list.",
        "I need every spot where $target shows up in $items, not only the first one (an empty list if it never does).",
        "Number the elements of $items from 0 and collect the numbers of those equal to $target.",
    ],
    py=[
        "return [$i for $i, $item in enumerate($items) if $item == $target]",
        "$out = []\nfor $i in range(len($items)):\n    if $items[$i] == $target:\n        $out.append($i)\nreturn $out",
    ],
    ts=[
        "return $items.flatMap(($item, $i) => ($item === $target ? [$i] : []));",
        "const $out: number[] = [];\nfor (let $i = 0; $i < $items.length; $i++) {\n  if ($items[$i] === $target) $out.push($i);\n}\nreturn $out;",
    ],
    inputs=lambda r: ([r.choice(["a", "b", "c"]) for _ in range(r.randint(0, 8))], r.choice(["a", "b", "d"])),
    edges=[([], "a"), (["a", "b", "a"], "a"), (["b"], "a")],
)

family(
    "lists_search/index_of_max",
    names="index_of_max argmax position_of_largest where_is_max peak_index",
    args={"numbers": ("list[float]", "numbers values scores nums readings")},
    returns="int",
    locals={"best": "best top winner champion", "i": "i k pos idx"},
    wordings=[
        "Return the index of the largest of $numbers, the first one on ties, or -1 for an empty list.",
        "Find the position of the maximum, counting from 0; the earliest if it occurs repeatedly, -1 without numbers.",
        "argmax of $numbers, first on ties, -1 if empty",
        "At which index is the greatest number in $numbers? The lowest such index, and -1 if the list is empty.",
        "Gives back where the biggest value stands (its first zero-based position), or -1 when there are no values.",
        "Who won? I need the position of the top score in $numbers; ties go to the earlier one, no scores means -1.",
        "If $numbers is empty return -1, otherwise the first position whose entry equals the maximum.",
    ],
    py=[
        "return $numbers.index(max($numbers)) if $numbers else -1",
        "return max(range(len($numbers)), key=lambda $i: $numbers[$i], default=-1)",
        "$best = -1\nfor $i in range(len($numbers)):\n    if $best == -1 or $numbers[$i] > $numbers[$best]:\n        $best = $i\nreturn $best",
    ],
    ts=[
        "return $numbers.indexOf(Math.max(...$numbers));",
        "let $best = -1;\nfor (let $i = 0; $i < $numbers.length; $i++) {\n  if ($best === -1 || $numbers[$i] > $numbers[$best]) $best = $i;\n}\nreturn $best;",
    ],
    inputs=lambda r: ((r.floats() if r.bool() else r.ints(0, 5)),),
    edges=[([],), ([2, 7, 7],), ([-5],)],
)

family(
    "lists_search/common_items",
    names="common_items intersection shared_values in_both overlap",
    args={
        "first": ("list[int]", "first left a mine xs"),
        "second": ("list[int]", "second right b yours ys"),
    },
    returns="list[int]",
    locals={"item": "item n x value"},
    wordings=[
        "Return the values that occur in both $first and $second, each once, in ascending order.",
        "Find what $first and $second have in common, as a sorted list without repeats (empty if nothing).",
        "sorted distinct values found in $first and also in $second",
        "Which numbers are members of both lists? Every one is given once, smallest first.",
        "Gives back the intersection of $first and $second in ascending order and free of duplicates.",
        "I need the numbers that you and I both have, sorted upwards, no doubles; maybe there are none.",
        "Keep each distinct number of $first that $second contains as well, then sort what was kept in ascending order.",
    ],
    py=[
        "return sorted(set($first) & set($second))",
        "return sorted({$item for $item in $first if $item in $second})",
    ],
    ts=[
        "return [...new Set($first)].filter(($item) => $second.includes($item)).sort((p, q) => p - q);",
    ],
    inputs=lambda r: (r.ints(0, 12), r.ints(0, 12)),
    edges=[([], []), ([3, 1, 3], [3, 1]), ([1], [2]), ([10, 9], [9, 10])],
)

family(
    "lists_search/first_repeat",
    names="first_repeat first_duplicate earliest_repeat find_repeated",
    args={"items": ("list[str]", "items words values names tokens")},
    returns="str | None",
    locals={"seen": "seen known visited", "item": "item word x entry", "i": "i k pos idx"},
    wordings=[
        "Return the first element of $items that already occurred earlier in the list, or null if none did.",
        "Find the entry whose second occurrence comes soonest in $items; null if everything is different.",
        "first of $items that is a repeat of an earlier one, null if all are distinct",
        "Reading $items from the left, which is the first value met for a second time? Null if there is none.",
        "Gives back the value at the earliest position of $items that repeats something before it, or None.",
        "Tell me the first name in $items I have seen before while reading; None if no name comes twice.",
        "Remember each element of $items passed so far; return the first one already remembered, or null at the end.",
    ],
    py=[
        "$seen = set()\nfor $item in $items:\n    if $item in $seen:\n        return $item\n    $seen.add($item)\nreturn None",
        "return next(($item for $i, $item in enumerate($items) if $item in $items[:$i]), None)",
    ],
    ts=[
        "const $seen = new Set<string>();\nfor (const $item of $items) {\n  if ($seen.has($item)) return $item;\n  $seen.add($item);\n}\nreturn null;",
        "return $items.find(($item, $i) => $items.indexOf($item) < $i) ?? null;",
    ],
    inputs=lambda r: ((lambda pool: [r.choice(pool) for _ in range(r.randint(0, 6))])(r.sample(r.WORDS, 5)),),
    edges=[([],), (["a", "b", "b", "a"],), (["a", "b"],)],
)

family(
    "lists_search/longest_increase",
    names="longest_increase longest_rising_run longest_climb max_ascent_length",
    args={"values": ("list[int]", "values numbers prices levels nums")},
    returns="int",
    locals={"best": "best longest result record", "run": "run current streak climb", "i": "i k pos idx"},
    wordings=[
        "Return the length of the longest stretch of neighbours in $values that strictly increases; 0 if empty.",
        "Find how many consecutive entries of $values rise strictly at most. A single entry counts 1, none 0.",
        "longest strictly rising contiguous part of $values (its length), 0 when empty",
        "How long is the longest part of $values, without gaps, in which each number exceeds the one before? Empty: 0.",
        "Gives back the size of the largest block of adjacent, strictly ascending numbers, or 0 for no numbers.",
        "What is my longest climb in $values, counted in entries? Staying level ends a climb, and no entries means 0.",
        "Count up while $values keeps rising, restart at 1 when it does not, and return the highest count (0 if empty).",
    ],
    py=[
        "$best = $run = 0\nfor $i in range(len($values)):\n    $run = $run + 1 if $i > 0 and $values[$i] > $values[$i - 1] else 1\n"
        "    $best = max($best, $run)\nreturn $best",
        "$best = $run = min(1, len($values))\nfor $i in range(1, len($values)):\n    if $values[$i] > $values[$i - 1]:\n        $run += 1\n"
        "    else:\n        $run = 1\n    $best = max($best, $run)\nreturn $best",
    ],
    ts=[
        "let $best = 0;\nlet $run = 0;\nfor (let $i = 0; $i < $values.length; $i++) {\n"
        "  $run = $i > 0 && $values[$i] > $values[$i - 1] ? $run + 1 : 1;\n  $best = Math.max($best, $run);\n}\nreturn $best;",
    ],
    inputs=lambda r: (r.ints(0, 12, (0, 9)),),
    edges=[([],), ([3],), ([1, 2, 2, 3, 4],), ([5, 4, 3],)],
)

family(
    "lists_search/contains_run",
    names="contains_run has_sublist contains_sequence includes_slice has_consecutive",
    args={
        "items": ("list[int]", "items values numbers whole data"),
        "part": ("list[int]", "part pattern needle piece sub"),
    },
    returns="bool",
    locals={"i": "i k at pos", "x": "x n value", "j": "j offset m", "size": "size n_part length width"},
    wordings=[
        "Return true if $part occurs in $items as consecutive elements; an empty $part always does.",
        "Check whether $items contains the elements of $part side by side and in that order (true if $part is empty).",
        "is $part a contiguous slice of $items (empty: yes)",
        "Does $part appear somewhere inside $items without gaps? The empty list appears in every list.",
        "Tells whether some run of neighbours in $items equals $part exactly; true for an empty $part.",
        "Like a substring test but for lists: is all of $part in $items in one piece? An empty piece counts as yes.",
        "Try every start in $items and compare as many elements as $part has; answer true on a match or an empty $part.",
    ],
    py=[
        "$size = len($part)\nreturn any($items[$i : $i + $size] == $part for $i in range(len($items) - $size + 1))",
        "for $i in range(len($items) - len($part) + 1):\n    if $items[$i : $i + len($part)] == $part:\n        return True\nreturn False",
    ],
    ts=[
        "for (let $i = 0; $i + $part.length <= $items.length; $i++) {\n  if ($part.every(($x, $j) => $items[$i + $j] === $x)) return true;\n}\nreturn false;",
    ],
    inputs=lambda r: (r.ints(0, 2), r.ints(0, 2, (0, 3))),
    edges=[([], []), ([], [1]), ([1, 2, 3], [2, 3]), ([1, 2, 3], [1, 3])],
)

family(
    "lists_search/appears_once",
    names="appears_once unique_only singles non_repeated loners",
    args={"items": ("list[int]", "items numbers values nums codes")},
    returns="list[int]",
    locals={"item": "item n x value", "out": "out result found kept", "counts": "counts tally freq"},
    wordings=[
        "Return the elements of $items that occur exactly once, in their original order.",
        "Keep just those of $items that are never repeated; drop every copy of the others. Order stays.",
        "$items whose count is 1, in order ([] if none)",
        "Which of $items have no duplicate anywhere in the list? They come in the order of the list.",
        "Gives back the loners: each number that has no equal elsewhere in $items, in order, possibly none.",
        "I want only the codes seen a single time; if one comes twice or more, all of its copies go.",
        "Count how often each of $items occurs and collect, in order, those with a count of one.",
    ],
    py=[
        "return [$item for $item in $items if $items.count($item) == 1]",
        "$counts = collections.Counter($items)\nreturn [$item for $item in $items if $counts[$item] == 1]",
        "$out = []\nfor $item in $items:\n    if $items.count($item) == 1:\n        $out.append($item)\nreturn $out",
    ],
    ts=[
        "return $items.filter(($item) => $items.indexOf($item) === $items.lastIndexOf($item));",
        "const $counts = new Map<number, number>();\nfor (const $item of $items) {\n  $counts.set($item, ($counts.get($item) ?? 0) + 1);\n}\n"
        "return $items.filter(($item) => $counts.get($item) === 1);",
    ],
    inputs=lambda r: (r.ints(0, 7),),
    edges=[([],), ([1, 2, 1, 3],), ([4, 4],)],
    py_imports=["import collections"],
)

family(
    "lists_search/closest",
    names="closest nearest closest_to find_nearest nearest_value",
    args={
        "numbers": ("list[int]", "numbers values nums picks options"),
        "target": ("int", "target goal wanted centre aim"),
    },
    returns="int | None",
    locals={"best": "best winner result hit", "n": "n x value option"},
    wordings=[
        "Return the entry of $numbers nearest to $target, the earlier one on ties, or null for an empty list.",
        "Find the number with the smallest distance to $target; the first in the list if several are as near, null if empty.",
        "closest of $numbers to $target (first on ties, null if empty)",
        "Which of $numbers is nearest to $target? Among equally near ones the first counts; null if there are none.",
        "Gives back the element that differs least from $target, preferring the front of the list, or None without elements.",
        "I aimed at $target: which of $numbers came closest? The earliest if tied, None if there are no numbers.",
        "Start with the first of $numbers, switch whenever one is strictly nearer to $target; null for an empty list.",
    ],
    py=[
        "return min($numbers, key=lambda $n: abs($n - $target), default=None)",
        "$best = None\nfor $n in $numbers:\n    if $best is None or abs($n - $target) < abs($best - $target):\n        $best = $n\nreturn $best",
    ],
    ts=[
        "let $best: number | null = null;\nfor (const $n of $numbers) {\n"
        "  if ($best === null || Math.abs($n - $target) < Math.abs($best - $target)) {\n    $best = $n;\n  }\n}\nreturn $best;",
        "if ($numbers.length === 0) return null;\n"
        "return $numbers.reduce(($best, $n) =>\n  Math.abs($n - $target) < Math.abs($best - $target) ? $n : $best,\n);",
    ],
    inputs=lambda r: (r.ints(0, 20), r.int(0, 20)),
    edges=[([], 3), ([1, 5], 3), ([8, 2, 4], 4)],
)

family(
    "lists_search/contains_all",
    names="contains_all has_all includes_all is_superset covers",
    args={
        "items": ("list[str]", "items words stock tags values"),
        "required": ("list[str]", "required needed wanted targets must_have"),
    },
    returns="bool",
    locals={"item": "item x entry need"},
    wordings=[
        "Return true if every element of $required also occurs in $items; true if $required is empty.",
        "Check that nothing in $required is missing from $items. Order and number of copies are irrelevant.",
        "are all $required found in $items (repeats ignored, empty $required: yes)",
        "Does $items have each of $required at least once? With nothing required the answer is yes.",
        "Tells whether $items covers $required, seen as sets: one copy is enough, an empty $required is always covered.",
        "I need to know if we have everything on the $required list in $items; amounts do not matter, no needs means yes.",
        "Look up each of $required in $items; answer false at the first one that is absent, and true otherwise.",
    ],
    py=[
        "return all($item in $items for $item in $required)",
        "return set($required) <= set($items)",
        "for $item in $required:\n    if $item not in $items:\n        return False\nreturn True",
    ],
    ts=[
        "return $required.every(($item) => $items.includes($item));",
        "for (const $item of $required) {\n  if (!$items.includes($item)) return false;\n}\nreturn true;",
    ],
    inputs=lambda r: (
        [r.choice("abcdef") for _ in range(r.randint(0, 8))],
        [r.choice("abcd") for _ in range(r.randint(0, 3))],
    ),
    edges=[([], []), ([], ["a"]), (["a", "b"], ["b", "b"]), (["a"], ["a", "c"])],
)

family(
    "lists_search/first_over",
    names="first_over first_above first_exceeding first_larger_than find_first_over",
    args={
        "readings": ("list[int]", "readings values numbers levels nums"),
        "limit": ("int", "limit threshold bound cutoff maximum"),
    },
    returns="int | None",
    locals={"x": "x value n reading"},
    wordings=[
        "Return the first of $readings that is greater than $limit, or null if none is.",
        "Find the earliest number above $limit in $readings (equal is not above); null when there is no such number.",
        "first entry of $readings > $limit, else null",
        "Which value in $readings is the first to exceed $limit? Null if all stay at or under it.",
        "Gives back the leftmost number that is strictly larger than $limit, or None if the list has none.",
        "When did it go over $limit? I need the value itself, the first one strictly over it, or None.",
        "Go through $readings from the front and return the first entry past $limit, not equal to it; null at the end.",
    ],
    py=[
        "return next(($x for $x in $readings if $x > $limit), None)",
        "for $x in $readings:\n    if $x > $limit:\n        return $x\nreturn None",
    ],
    ts=[
        "return $readings.find(($x) => $x > $limit) ?? null;",
        "for (const $x of $readings) {\n  if ($x > $limit) return $x;\n}\nreturn null;",
    ],
    inputs=lambda r: (r.ints(), r.int(0, 45)),
    edges=[([], 1), ([3, 5, 9], 3), ([2], 2), ([-1, 0], -2)],
)
