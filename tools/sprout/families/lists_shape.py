"""Rearranging, cutting and joining lists."""

from family import family

family(
    "lists_shape/chunk",
    names="chunk split_into_chunks batches in_groups_of make_batches",
    args={
        "items": ("list[int]", "items values numbers elements records"),
        "size": ("int", "size n width batch_size chunk_size"),
    },
    returns="list[list[int]]",
    locals={"i": "i start pos s", "chunks": "chunks result groups out"},
    wordings=[
        "Return $items cut into lists of $size elements; the last may be shorter. Empty if $size is below 1.",
        "Split $items into consecutive batches of $size, keeping a shorter rest at the end; a size under 1 gives [].",
        "chunks of $size from $items, last one may be short, [] for $size < 1",
        "What are the groups when $items is dealt out $size at a time, in order? No groups if $size is not positive.",
        "Gives back a list of slices of $items, each with $size entries but perhaps the last; [] for sizes below 1.",
        "I need batches: 1 2 3 4 5 by 2 becomes 1 2, 3 4, 5. A batch size of zero or less means no batches.",
        "Starting at 0 and moving on by $size, take the next $size elements of $items; if $size < 1, return nothing.",
    ],
    py=[
        "if $size < 1:\n    return []\nreturn [$items[$i : $i + $size] for $i in range(0, len($items), $size)]",
        "$chunks = []\nif $size < 1:\n    return $chunks\nfor $i in range(0, len($items), $size):\n    $chunks.append($items[$i : $i + $size])\nreturn $chunks",
    ],
    ts=[
        "const $chunks: number[][] = [];\nif ($size < 1) return $chunks;\nfor (let $i = 0; $i < $items.length; $i += $size) {\n"
        "  $chunks.push($items.slice($i, $i + $size));\n}\nreturn $chunks;",
    ],
    inputs=lambda r: (r.ints(0, 30), r.int(0, 4)),
    edges=[([], 2), ([1, 2, 3, 4, 5], 2), ([1, 2], 0), ([7], 3)],
)

family(
    "lists_shape/rotate_left",
    names="rotate_left shift_left rotate_to_front turn_left cycle_left",
    args={
        "items": ("list[str]", "items values words names queue"),
        "steps": ("int", "steps k count places shift"),
    },
    returns="list[str]",
    locals={"k": "offset cut turn pivot", "result": "result out rotated", "i": "i j pos"},
    wordings=[
        "Return $items rotated to the left by $steps places (zero or more); what falls off the front comes back at the end.",
        "Move the first element to the end $steps times, where $steps is not negative. An empty list stays empty.",
        "$items rotated left by $steps >= 0, wrapping around as often as needed",
        "What does the list look like after its front item was sent to the back $steps times, $steps being at least 0?",
        "Gives back a copy of $items turned left by $steps; more steps than elements simply keep going round.",
        "I have a queue and want it advanced by $steps, never negative: those in front line up again behind.",
        "Take $steps (at least 0) modulo the length, cut $items there and swap both parts; nothing to do if empty.",
    ],
    py=[
        "if not $items:\n    return []\n$k = $steps % len($items)\nreturn $items[$k:] + $items[:$k]",
        "$result = list($items)\nfor $i in range($steps):\n    if $result:\n        $result.append($result.pop(0))\nreturn $result",
        "return [$items[($i + $steps) % len($items)] for $i in range(len($items))]",
    ],
    ts=[
        "if ($items.length === 0) return [];\nconst $k = $steps % $items.length;\nreturn [...$items.slice($k), ...$items.slice(0, $k)];",
        "return $items.map((_, $i) => $items[($i + $steps) % $items.length]);",
    ],
    inputs=lambda r: (r.words(), r.int(0, 8)),
    edges=[([], 2), (["a", "b", "c"], 1), (["a", "b", "c"], 4), (["x"], 0)],
)

family(
    "lists_shape/rotate_right_once",
    names="last_to_front rotate_right_once bring_last_forward move_last_to_front",
    args={"items": ("list[int]", "items values numbers nums cards")},
    returns="list[int]",
    locals={"result": "result out copy moved", "last": "last final tail"},
    wordings=[
        "Return $items with the last element moved to the front; an empty list stays empty.",
        "Move the final entry of $items to the start and leave the others in order. Empty in, empty out.",
        "$items rotated right by one place ([] stays [])",
        "What do $items look like once the last of them has become the first? An empty list does not change.",
        "Gives back a new list that begins with the last of $items, followed by all the rest in their order.",
        "Take the bottom card of $items and put it on top; no cards, nothing happens. The input is not modified.",
        "Copy $items, remove the last element of the copy if there is one, and put it in at position 0.",
    ],
    py=[
        "return $items[-1:] + $items[:-1]",
        "$result = list($items)\nif $result:\n    $result.insert(0, $result.pop())\nreturn $result",
    ],
    ts=[
        "return [...$items.slice(-1), ...$items.slice(0, -1)];",
        "const $result = [...$items];\nconst $last = $result.pop();\nif ($last !== undefined) $result.unshift($last);\nreturn $result;",
    ],
    inputs=lambda r: (r.ints(),),
    edges=[([],), ([1],), ([1, 2, 3],)],
)

family(
    "lists_shape/interleave",
    names="interleave weave alternate merge_alternating riffle",
    args={
        "first": ("list[int]", "first left a xs odds"),
        "second": ("list[int]", "second right b ys evens"),
    },
    returns="list[int]",
    locals={"out": "out result merged mixed", "i": "i k pos index"},
    wordings=[
        "Return a list that takes elements from $first and $second in turn; leftovers of the longer one come at the end.",
        "Interleave both lists, beginning with $first. Once one runs out, append the rest of the other.",
        "$first and $second alternating, starting with $first, surplus items at the end",
        "What do you get by taking one from $first, one from $second and so on, then whatever is left over?",
        "Gives back one list woven from two: a value of $first, a value of $second, and finally the remaining values.",
        "Shuffle them like a zip: 1 3 5 and 2 give 1 2 3 5, so extra elements just follow behind.",
        "For each position add the element of $first, if it has one there, and then that of $second, if any.",
    ],
    py=[
        "$out = []\nfor $i in range(max(len($first), len($second))):\n    $out += $first[$i : $i + 1] + $second[$i : $i + 1]\nreturn $out",
        "$out = []\nfor $i in range(max(len($first), len($second))):\n    if $i < len($first):\n        $out.append($first[$i])\n"
        "    if $i < len($second):\n        $out.append($second[$i])\nreturn $out",
    ],
    ts=[
        "const $out: number[] = [];\nfor (let $i = 0; $i < Math.max($first.length, $second.length); $i++) {\n"
        "  if ($i < $first.length) $out.push($first[$i]);\n  if ($i < $second.length) $out.push($second[$i]);\n}\nreturn $out;",
        "const $out: number[] = [];\nfor (let $i = 0; $i < Math.max($first.length, $second.length); $i++) {\n"
        "  $out.push(...$first.slice($i, $i + 1), ...$second.slice($i, $i + 1));\n}\nreturn $out;",
    ],
    inputs=lambda r: (r.ints(0, 20, (0, 5)), r.ints(0, 20, (0, 5))),
    edges=[([], []), ([1, 3, 5], [2]), ([], [4, 5])],
)

family(
    "lists_shape/flatten",
    names="flatten flatten_once join_lists concat_all chain_lists",
    args={"groups": ("list[list[int]]", "groups lists nested rows batches")},
    returns="list[int]",
    locals={"group": "group part row inner", "item": "item x value n", "out": "out result flat"},
    wordings=[
        "Return one list with the elements of all inner lists of $groups, in order.",
        "Flatten $groups by one level; empty inner lists contribute nothing.",
        "all inner lists of $groups joined into one",
        "What is the single list made of everything inside $groups, from the first inner list to the last?",
        "Takes a list of lists and gives back their elements in one flat list, in the same order.",
        "I need $groups without the nesting, just the numbers one after another ([] if there are none).",
        "Start with an empty list and extend it with each list found in $groups.",
    ],
    py=[
        "return [$item for $group in $groups for $item in $group]",
        "$out = []\nfor $group in $groups:\n    $out.extend($group)\nreturn $out",
        "return sum($groups, [])",
    ],
    ts=[
        "return $groups.flat();",
        "const $out: number[] = [];\nfor (const $group of $groups) {\n  $out.push(...$group);\n}\nreturn $out;",
    ],
    inputs=lambda r: ([r.ints(0, 20, (0, 4)) for _ in range(r.randint(0, 4))],),
    edges=[([],), ([[]],), ([[1, 2], [], [3]],)],
)

family(
    "lists_shape/dedupe",
    names="dedupe unique distinct remove_duplicates without_repeats",
    args={"items": ("list[str]", "items words values names tags")},
    returns="list[str]",
    locals={"seen": "seen known visited", "out": "out result kept", "item": "item word x entry"},
    wordings=[
        "Return $items without repeats, each value at the place of its first occurrence.",
        "Remove duplicates from $items but keep the order; of equal entries the first one stays.",
        "distinct $items in order of first appearance",
        "Which different values does $items have, in the order in which they first show up?",
        "Gives back a copy of the list in which every value occurs once, where it was first met.",
        "I have doubled tags in $items. Keep the first of each and leave the order alone, please.",
        "Go through $items, remember what was seen, and keep an entry only if it was not seen before.",
    ],
    py=[
        "return list(dict.fromkeys($items))",
        "$seen = set()\n$out = []\nfor $item in $items:\n    if $item not in $seen:\n        $seen.add($item)\n        $out.append($item)\nreturn $out",
        "$out = []\nfor $item in $items:\n    if $item not in $out:\n        $out.append($item)\nreturn $out",
    ],
    ts=[
        "return [...new Set($items)];",
        "const $out: string[] = [];\nfor (const $item of $items) {\n  if (!$out.includes($item)) $out.push($item);\n}\nreturn $out;",
    ],
    inputs=lambda r: ((lambda pool: [r.choice(pool) for _ in range(r.randint(0, 7))])(r.sample(r.WORDS, 4)),),
    edges=[([],), (["a", "b", "a"],), (["x", "x", "x"],)],
)

family(
    "lists_shape/zip_pairs",
    names="zip_pairs pair_up combine_lists match_up pair_with",
    args={
        "keys": ("list[str]", "keys names labels words titles"),
        "values": ("list[int]", "values numbers scores counts amounts"),
    },
    returns="list[tuple[str, int]]",
    locals={"i": "i j pos index", "key": "key k label title_text", "out": "out result pairs"},
    wordings=[
        "Return the list of pairs of matching entries of $keys and $values, as long as the shorter of the two.",
        "Pair each of $keys with the number at the same place in $values; drop what has no partner.",
        "$keys zipped with $values, cut at the shorter list",
        "Which pairs arise when $keys and $values are read side by side until one of them ends?",
        "Takes two lists and gives back pairs (text first, number second); surplus entries of either list are left out.",
        "I need the names next to their numbers, position by position; extra entries can go.",
        "For every position that both $keys and $values have, make a pair of the two entries found there.",
    ],
    py=[
        "return list(zip($keys, $values))",
        "$out = []\nfor $i in range(min(len($keys), len($values))):\n    $out.append(($keys[$i], $values[$i]))\nreturn $out",
    ],
    ts=[
        "const $out: [string, number][] = [];\nfor (let $i = 0; $i < Math.min($keys.length, $values.length); $i++) {\n  $out.push([$keys[$i], $values[$i]]);\n}\nreturn $out;",
        "return $keys.slice(0, $values.length).map(($key, $i) => [$key, $values[$i]]);",
    ],
    inputs=lambda r: (r.words((0, 5)), r.ints(0, 20, (0, 5))),
    edges=[([], []), (["a", "b"], [1]), (["x"], [4, 5])],
)

family(
    "lists_shape/every_nth",
    names="every_nth take_every_nth nth_items sample_every thin_out",
    args={
        "items": ("list[int]", "items values numbers samples readings"),
        "step": ("int", "step n stride interval gap"),
    },
    returns="list[int]",
    locals={"i": "i k pos index", "out": "out result kept", "x": "x item value"},
    wordings=[
        "Return every $step-th element of $items, starting with the first; $step is at least 1.",
        "Take the first of $items and then each one $step (a positive number) places further on.",
        "$items at positions 0, $step, 2 * $step, ... ($step >= 1)",
        "Which of $items are at positions divisible by $step, counting from 0, for a $step of at least 1?",
        "Thins out $items: one is kept, then $step - 1 are skipped, and so on; $step is positive.",
        "I want to keep one in $step of $items, beginning with the very first; $step is never below 1.",
        "Walk over $items in jumps of $step (1 or more) from the start and collect the elements you land on.",
    ],
    py=[
        "return $items[::$step]",
        "return [$x for $i, $x in enumerate($items) if $i % $step == 0]",
        "$out = []\nfor $i in range(0, len($items), $step):\n    $out.append($items[$i])\nreturn $out",
    ],
    ts=[
        "return $items.filter((_, $i) => $i % $step === 0);",
        "const $out: number[] = [];\nfor (let $i = 0; $i < $items.length; $i += $step) {\n  $out.push($items[$i]);\n}\nreturn $out;",
    ],
    inputs=lambda r: (r.ints(), r.int(1, 4)),
    edges=[([], 2), ([1, 2, 3, 4, 5], 2), ([6, 7], 1), ([8, 9], 5)],
)

family(
    "lists_shape/split_at",
    names="split_at cut_at divide_at head_and_tail break_at",
    args={
        "items": ("list[str]", "items words values lines names"),
        "position": ("int", "position index at cut point"),
    },
    returns="tuple[list[str], list[str]]",
    locals={"head": "head before left", "tail": "tail after right", "i": "i k j", "item": "item entry x"},
    wordings=[
        "Return the pair of the first $position elements of $items and the remaining ones; $position is not negative.",
        "Cut $items before index $position (0 or more) into two lists; past the end the second list is empty.",
        "$items split into two at $position >= 0: what comes before, and the rest",
        "What are the two parts of $items when it is cut after $position elements, $position being at least 0?",
        "Takes a list and a place that is zero or more, and gives back the list up to $position and from there on.",
        "I need the first $position of $items separately from the others, as a pair of lists. $position is never negative.",
        "Put the elements of $items with an index below $position (at least 0) into one list, the others into a second.",
    ],
    py=[
        "return $items[:$position], $items[$position:]",
        "$head, $tail = [], []\nfor $i, $item in enumerate($items):\n    if $i < $position:\n        $head.append($item)\n    else:\n"
        "        $tail.append($item)\nreturn $head, $tail",
    ],
    ts=[
        "return [$items.slice(0, $position), $items.slice($position)];",
        "const $head = $items.slice(0, $position);\nconst $tail = $items.slice($position);\nreturn [$head, $tail];",
    ],
    inputs=lambda r: (r.words(), r.int(0, 6)),
    edges=[([], 0), (["a", "b", "c"], 1), (["a"], 5), (["p", "q"], 0)],
)

family(
    "lists_shape/adjacent_pairs",
    names="adjacent_pairs neighbours pairwise consecutive_pairs links",
    args={"points": ("list[int]", "points items values stops numbers")},
    returns="list[tuple[int, int]]",
    locals={"i": "i k pos index", "out": "out result pairs", "x": "x a left"},
    wordings=[
        "Return the pairs of neighbours in $points: first with second, second with third, and so on; empty under two.",
        "List each of $points together with the one after it. Fewer than two entries give no pairs.",
        "overlapping pairs of adjacent $points, [] if there are not two",
        "Which entries of $points stand next to each other? A list of (earlier, later) pairs, empty for short lists.",
        "Turns a route into its legs: every element of $points is paired with its successor, so n elements give n - 1.",
        "I need 4, 7, 9 as (4, 7), (7, 9); a single stop or none has no legs.",
        "For each position but the last, pair that entry of $points with the following one; otherwise nothing.",
    ],
    py=[
        "return list(zip($points, $points[1:]))",
        "return [($points[$i], $points[$i + 1]) for $i in range(len($points) - 1)]",
        "$out = []\nfor $i in range(1, len($points)):\n    $out.append(($points[$i - 1], $points[$i]))\nreturn $out",
    ],
    ts=[
        "const $out: [number, number][] = [];\nfor (let $i = 1; $i < $points.length; $i++) {\n  $out.push([$points[$i - 1], $points[$i]]);\n}\nreturn $out;",
        "return $points.slice(0, -1).map(($x, $i) => [$x, $points[$i + 1]]);",
    ],
    inputs=lambda r: (r.ints(0, 30),),
    edges=[([],), ([5],), ([4, 7, 9],)],
)

family(
    "lists_shape/partition_by_limit",
    names="partition_by_limit split_by_threshold divide_by_size below_and_above sort_out",
    args={
        "numbers": ("list[int]", "numbers values nums scores items"),
        "limit": ("int", "limit bound pivot border cutoff"),
    },
    returns="tuple[list[int], list[int]]",
    locals={"low": "low below small under", "high": "high others large rest", "n": "n x v"},
    wordings=[
        "Return two lists: those of $numbers below $limit, and those that are not, both in the original order.",
        "Separate $numbers into the ones smaller than $limit and the ones equal or larger, without reordering.",
        "pair of lists from $numbers: < $limit first, >= $limit second",
        "Which of $numbers are under $limit and which are at least $limit? The answer is a pair of lists in order.",
        "Takes $numbers apart at $limit: lower ones go into the first list, the others (equal too) into the second.",
        "I need two piles in the same order as before: less than $limit on the left, everything else on the right.",
        "For each of $numbers, append it to the first list if it is less than $limit and otherwise to the second.",
    ],
    py=[
        "return [$n for $n in $numbers if $n < $limit], [$n for $n in $numbers if $n >= $limit]",
        "$low, $high = [], []\nfor $n in $numbers:\n    ($low if $n < $limit else $high).append($n)\nreturn $low, $high",
        "$low = []\n$high = []\nfor $n in $numbers:\n    if $n < $limit:\n        $low.append($n)\n    else:\n        $high.append($n)\nreturn $low, $high",
    ],
    ts=[
        "return [$numbers.filter(($n) => $n < $limit), $numbers.filter(($n) => $n >= $limit)];",
        "const $low: number[] = [];\nconst $high: number[] = [];\nfor (const $n of $numbers) {\n  ($n < $limit ? $low : $high).push($n);\n}\nreturn [$low, $high];",
    ],
    inputs=lambda r: (r.ints(), r.int(-5, 30)),
    edges=[([], 3), ([1, 5, 3], 3), ([9], 0)],
)

family(
    "lists_shape/transpose",
    names="transpose flip_matrix rows_to_columns swap_axes columns_of",
    args={"matrix": ("list[list[int]]", "matrix rows grid table lines")},
    returns="list[list[int]]",
    locals={"row": "row line r", "column": "column col values", "i": "i k j c"},
    wordings=[
        "Return the transpose of $matrix, a list of equally long rows; an empty matrix stays empty.",
        "Turn the rows of $matrix (all of one length) into columns and the columns into rows. No rows, no columns.",
        "columns of $matrix as rows, all rows being equally long, [] for no rows",
        "What is $matrix mirrored at its diagonal? All rows have the same length, and an empty grid gives [].",
        "Gives back the table with both axes swapped, so the first row of the result is the first column of $matrix.",
        "I have equally long rows and need the columns instead; for no rows give me an empty list.",
        "For each column index of $matrix collect that entry of every row into a new row; [] if there are no rows.",
    ],
    py=[
        "return [list($column) for $column in zip(*$matrix)]",
        "if not $matrix:\n    return []\nreturn [[$row[$i] for $row in $matrix] for $i in range(len($matrix[0]))]",
    ],
    ts=[
        "if ($matrix.length === 0) return [];\nreturn $matrix[0].map((_, $i) => $matrix.map(($row) => $row[$i]));",
    ],
    inputs=lambda r: ((lambda w: [[r.int(0, 20) for _ in range(w)] for _ in range(r.randint(0, 4))])(r.randint(1, 4)),),
    edges=[([],), ([[1, 2, 3]],), ([[1, 2], [3, 4], [5, 6]],)],
)

family(
    "lists_shape/remove_at",
    names="remove_at without_index drop_at delete_position omit_at",
    args={
        "items": ("list[str]", "items values words names entries"),
        "index": ("int", "index position at place"),
    },
    returns="list[str]",
    locals={"i": "i k j", "item": "item x entry_here", "result": "result out copy remaining"},
    wordings=[
        "Return a copy of $items without the element at $index; if there is no such position, the copy is complete.",
        "Leave out the entry at position $index (from 0). Negative or too large positions change nothing.",
        "$items minus the one at $index, unchanged when $index is out of range (negative too)",
        "What remains of $items once the element at $index is gone? Everything, if $index is negative or too large.",
        "Gives back $items with one element omitted, the one at $index; an index outside the list omits none.",
        "I need the list with number $index (zero-based) thrown out; bad positions, even negative ones, are ignored.",
        "Keep each element of $items whose position differs from $index, where positions count up from 0.",
    ],
    py=[
        "return [$item for $i, $item in enumerate($items) if $i != $index]",
        "if $index < 0:\n    return list($items)\nreturn $items[:$index] + $items[$index + 1 :]",
        "$result = list($items)\nif 0 <= $index < len($result):\n    del $result[$index]\nreturn $result",
    ],
    ts=[
        "return $items.filter((_, $i) => $i !== $index);",
        "const $result = [...$items];\nif ($index >= 0) $result.splice($index, 1);\nreturn $result;",
    ],
    inputs=lambda r: (r.words(), r.int(-1, 5)),
    edges=[([], 0), (["a", "b", "c"], 1), (["a"], 3), (["a", "b"], -1)],
)

family(
    "lists_shape/insert_at",
    names="insert_at with_inserted put_at add_at_position place_at",
    args={
        "items": ("list[int]", "items values numbers nums row"),
        "position": ("int", "position index place at"),
        "extra": ("int", "extra value addition element newcomer"),
    },
    returns="list[int]",
    locals={"result": "result out copy extended"},
    wordings=[
        "Return a copy of $items with $extra inserted before index $position (not negative), or at the end if that is too far.",
        "Insert $extra into $items so that it ends up at $position; a position past the end (never below 0) appends it.",
        "$items with $extra put in at $position >= 0, appended when beyond the end; input not changed",
        "What is $items after squeezing in $extra at index $position, which is 0 or more and at most appends?",
        "Gives back a new list: the first $position of $items (0 or more), then $extra, then the others.",
        "I need $extra slipped in at $position without touching the original list; large positions mean the end, none is negative.",
        "Take the part of $items before $position (at least 0), add $extra, and go on with the rest.",
    ],
    py=[
        "return $items[:$position] + [$extra] + $items[$position:]",
        "return [*$items[:$position], $extra, *$items[$position:]]",
        "$result = list($items)\n$result.insert($position, $extra)\nreturn $result",
    ],
    ts=[
        "return [...$items.slice(0, $position), $extra, ...$items.slice($position)];",
        "const $result = [...$items];\n$result.splice($position, 0, $extra);\nreturn $result;",
    ],
    inputs=lambda r: (r.ints(size=(0, 6)), r.int(0, 7), r.int()),
    edges=[([], 0, 5), ([1, 3], 1, 2), ([1, 2], 9, 3), ([4], 0, 0)],
)

family(
    "lists_shape/swap",
    names="swap swap_positions exchange swap_items trade_places",
    args={
        "items": ("list[int]", "items values numbers cards seats"),
        "i": ("int", "i first one left a"),
        "j": ("int", "j second other right b"),
    },
    returns="list[int]",
    locals={"result": "result out copy swapped"},
    wordings=[
        "Return a copy of $items with the elements at $i and $j exchanged; unchanged if either index is out of range.",
        "Swap positions $i and $j in a copy of $items. Negative or too large indexes leave everything as it is.",
        "$items with $i and $j swapped (plain copy when one of them is not in 0..length-1)",
        "What is $items after the entries at $i and $j trade places? The same if a position does not exist.",
        "Gives back a new list where the value at $i is now at $j and vice versa; bad positions (negative too) do nothing.",
        "I want two seats switched, $i and $j, without altering the input; when either is invalid or negative, just copy it.",
        "Copy $items; if $i and $j both lie between 0 and the last index, exchange those entries; return the copy.",
    ],
    py=[
        "$result = list($items)\nif 0 <= $i < len($items) and 0 <= $j < len($items):\n"
        "    $result[$i], $result[$j] = $result[$j], $result[$i]\nreturn $result",
        "$result = $items[:]\nif min($i, $j) >= 0 and max($i, $j) < len($items):\n"
        "    $result[$i], $result[$j] = $items[$j], $items[$i]\nreturn $result",
    ],
    ts=[
        "const $result = [...$items];\nif (Math.min($i, $j) >= 0 && Math.max($i, $j) < $items.length) {\n"
        "  [$result[$i], $result[$j]] = [$result[$j], $result[$i]];\n}\nreturn $result;",
        "const $result = [...$items];\nif ($i in $items && $j in $items) {\n  $result[$i] = $items[$j];\n  $result[$j] = $items[$i];\n}\nreturn $result;",
    ],
    inputs=lambda r: (r.ints(0, 30, (2, 7)), r.int(-1, 5), r.int(0, 5)),
    edges=[([], 0, 0), ([1, 2, 3], 0, 2), ([1, 2], 0, 5), ([1, 2], -1, 0)],
)

family(
    "lists_shape/compact",
    names="compact drop_nulls without_missing present_values remove_missing",
    args={"readings": ("list[int | None]", "readings values items cells entries")},
    returns="list[int]",
    locals={"out": "out result present kept", "value": "value x v reading"},
    wordings=[
        "Return $readings without its null entries; zeros and all other numbers stay, in order.",
        "Remove every missing (null) value from $readings, but keep 0.",
        "$readings with the nulls dropped (0 is kept)",
        "Which numbers are left in $readings when the missing ones are thrown out? Zero is not missing.",
        "Takes a list with gaps and gives back just the numbers, in their order; a gap is None, not 0.",
        "Some of $readings are None. I need the rest, zeros included, as a plain list of numbers.",
        "Go through $readings and collect each entry that is not null, leaving the order as it is.",
    ],
    py=[
        "return [$value for $value in $readings if $value is not None]",
        "$out = []\nfor $value in $readings:\n    if $value is not None:\n        $out.append($value)\nreturn $out",
    ],
    ts=[
        "return $readings.filter(($value) => $value !== null) as number[];",
        "const $out: number[] = [];\nfor (const $value of $readings) {\n  if ($value !== null) $out.push($value);\n}\nreturn $out;",
    ],
    inputs=lambda r: ([r.choice([None, 0, r.int()]) for _ in range(r.randint(0, 7))],),
    edges=[([],), ([None, 0, 3],), ([None],)],
)

family(
    "lists_shape/last_n",
    names="last_n tail take_last latest final_items",
    args={
        "items": ("list[str]", "items lines values messages entries"),
        "count": ("int", "count n size amount k"),
    },
    returns="list[str]",
    locals={"start": "start begin offset cut"},
    wordings=[
        "Return the last $count elements of $items in order; all of them if there are fewer, none if $count is 0 or less.",
        "Take $count items from the end of $items, keeping their order. Zero or a negative count gives an empty list.",
        "tail of $items with at most $count entries ([] for $count <= 0)",
        "What are the latest $count of $items? The whole list when it is shorter, nothing for counts below 1.",
        "Gives back the end of the list, $count entries long at most; a count that is not positive yields no entries.",
        "Show me only the last $count lines, like tail does - fewer if there are fewer, none for zero or negative counts.",
        "If $count is below 1 return an empty list; otherwise skip all but the final $count of $items.",
    ],
    py=[
        "return $items[-$count:] if $count > 0 else []",
        "if $count <= 0:\n    return []\n$start = max(0, len($items) - $count)\nreturn $items[$start:]",
    ],
    ts=[
        "return $count > 0 ? $items.slice(-$count) : [];",
        "if ($count <= 0) return [];\nconst $start = Math.max(0, $items.length - $count);\nreturn $items.slice($start);",
    ],
    inputs=lambda r: (r.words(), r.int(-1, 5)),
    edges=[([], 2), (["a", "b", "c"], 2), (["a"], 4), (["a", "b"], 0)],
)

family(
    "lists_shape/pad_to_length",
    names="pad_to_length pad_list fill_up extend_to resize",
    args={
        "values": ("list[int]", "values items numbers digits row"),
        "length": ("int", "length size width target count"),
        "filler": ("int", "filler padding fill blank extra"),
    },
    returns="list[int]",
    locals={"result": "result out copy padded"},
    wordings=[
        "Return $values extended with $filler at the end to at least $length entries; longer lists are not cut.",
        "Append copies of $filler to $values until it has $length elements. If it already has, leave it alone.",
        "$values padded on the right with $filler up to $length, never shortened",
        "What is $values once it is filled up with $filler to a size of $length? Unchanged if it is big enough.",
        "Gives back a new list of $length entries, $values first and then $filler, or just $values if that is longer.",
        "My row should have at least $length cells; put $filler into the missing ones at the end.",
        "Copy $values, and as long as the copy has fewer than $length elements, add $filler to its end.",
    ],
    py=[
        "return $values + [$filler] * ($length - len($values))",
        "$result = list($values)\nwhile len($result) < $length:\n    $result.append($filler)\nreturn $result",
    ],
    ts=[
        "const $result = [...$values];\nwhile ($result.length < $length) {\n  $result.push($filler);\n}\nreturn $result;",
        "return [...$values, ...Array<number>(Math.max(0, $length - $values.length)).fill($filler)];",
    ],
    inputs=lambda r: (r.ints(0, 9, (0, 5)), r.int(0, 7), r.int(0, 3)),
    edges=[([], 2, 0), ([1], 3, 9), ([1, 2, 3], 2, 0)],
)

family(
    "lists_shape/take_until",
    names="take_until items_before take_before stop_at prefix_until",
    args={
        "items": ("list[str]", "items words tokens lines values"),
        "stop": ("str", "stop marker sentinel end_mark terminator"),
    },
    returns="list[str]",
    locals={"out": "out result taken head", "item": "item word x current", "end": "end position where"},
    wordings=[
        "Return the elements of $items that come before the first $stop; all of them if $stop does not occur.",
        "Take items from the front of $items until one equals $stop, which is left out along with what follows.",
        "$items up to (not including) the first $stop, everything if there is none",
        "What comes ahead of the first $stop in the list? The complete list, if it never appears.",
        "Gives back the leading part of $items, ending just before $stop shows up for the first time, if it does.",
        "Read tokens up to $stop and drop it and the rest; without a $stop I want every token.",
        "Go through $items; on meeting $stop, end; collect whatever was passed before that.",
    ],
    py=[
        "return $items[: $items.index($stop)] if $stop in $items else list($items)",
        "$out = []\nfor $item in $items:\n    if $item == $stop:\n        break\n    $out.append($item)\nreturn $out",
    ],
    ts=[
        "const $end = $items.indexOf($stop);\nreturn $end === -1 ? [...$items] : $items.slice(0, $end);",
        "const $out: string[] = [];\nfor (const $item of $items) {\n  if ($item === $stop) break;\n  $out.push($item);\n}\nreturn $out;",
    ],
    inputs=lambda r: (lambda ws: (ws, r.choice([*ws, "end"])))(r.words()),
    edges=[([], "x"), (["a", "x", "b", "x"], "x"), (["x"], "x"), (["a", "b"], "c")],
)

family(
    "lists_shape/repeat_each",
    names="repeat_each duplicate_each stutter multiply_items expand_each",
    args={
        "items": ("list[int]", "items values numbers nums beats"),
        "times": ("int", "times n count copies repeats"),
    },
    returns="list[int]",
    locals={"item": "item x value beat", "out": "out result expanded", "i": "i k round_no"},
    wordings=[
        "Return a list with every element of $items repeated $times in a row; empty if $times is 0 (it is not negative).",
        "Write each of $items $times one after another before going on to the next ($times is at least 0).",
        "each of $items $times in a row, $times >= 0",
        "What does the list look like when every single element is replaced by $times copies of itself, 0 meaning none?",
        "Stutters $items: for 2 times, 1 2 becomes 1 1 2 2. The count $times is never negative, and 0 gives [].",
        "I need every one of $items listed $times before the next one starts; zero times means an empty list.",
        "For each element of $items append it $times (0 or more) to the result, keeping the order.",
    ],
    py=[
        "return [$item for $item in $items for $i in range($times)]",
        "$out = []\nfor $item in $items:\n    $out += [$item] * $times\nreturn $out",
    ],
    ts=[
        "return $items.flatMap(($item) => Array<number>($times).fill($item));",
        "const $out: number[] = [];\nfor (const $item of $items) {\n  for (let $i = 0; $i < $times; $i++) {\n    $out.push($item);\n  }\n}\nreturn $out;",
    ],
    inputs=lambda r: (r.ints(0, 20, (0, 5)), r.int(0, 4)),
    edges=[([], 3), ([1, 2], 2), ([4, 5], 0)],
)

family(
    "lists_shape/intersperse",
    names="intersperse put_between separate_with insert_between with_separators",
    args={
        "items": ("list[str]", "items words values parts names"),
        "separator": ("str", "separator divider sep joiner mark"),
    },
    returns="list[str]",
    locals={"out": "out result spaced", "item": "item word x", "i": "i k pos"},
    wordings=[
        "Return a list of $items with $separator between every two neighbours, but not at either end.",
        "Put $separator between the elements of $items. One element or none stays as it is.",
        "$items with $separator in between (not before the first, not after the last)",
        "What is the list once a $separator stands between each pair of adjacent $items?",
        "Gives back a longer list in which $items are kept apart by $separator; nothing is added at the ends.",
        "Like join, but I want a list: a, b, c with - becomes a, -, b, -, c, and an empty list stays empty.",
        "Go through $items; before each but the first add $separator, then add the element itself.",
    ],
    py=[
        "$out = []\nfor $item in $items:\n    $out += [$separator, $item]\nreturn $out[1:]",
        "$out = []\nfor $i, $item in enumerate($items):\n    if $i > 0:\n        $out.append($separator)\n    $out.append($item)\nreturn $out",
    ],
    ts=[
        "return $items.flatMap(($item, $i) => ($i === 0 ? [$item] : [$separator, $item]));",
        "const $out: string[] = [];\nfor (const $item of $items) {\n  if ($out.length > 0) $out.push($separator);\n  $out.push($item);\n}\nreturn $out;",
    ],
    inputs=lambda r: (r.words(), r.choice(["-", "and", "|", ""])),
    edges=[([], "-"), (["a"], "-"), (["a", "b", "c"], "-")],
)

family(
    "lists_shape/collapse_repeats",
    names="collapse_repeats squeeze dedupe_neighbours drop_consecutive_duplicates merge_runs",
    args={"values": ("list[int]", "values items levels signal nums")},
    returns="list[int]",
    locals={"out": "out result kept squeezed", "value": "value x v n", "i": "i k pos at"},
    wordings=[
        "Return $values with every run of equal neighbours reduced to one element; later repeats elsewhere stay.",
        "Drop each element of $values that equals the one right before it.",
        "$values without consecutive duplicates (1 1 2 1 becomes 1 2 1)",
        "What is left of $values if repeated numbers in a row count only once? An empty list stays empty.",
        "Squeezes runs: wherever the same number stands several times in a row, just one of it is kept.",
        "I only care when the signal changes, so keep the first of $values and each one unlike its predecessor.",
        "Go through $values and append a number unless it is equal to the last one appended.",
    ],
    py=[
        "return [$value for $i, $value in enumerate($values) if $i == 0 or $value != $values[$i - 1]]",
        "$out = []\nfor $value in $values:\n    if not $out or $out[-1] != $value:\n        $out.append($value)\nreturn $out",
    ],
    ts=[
        "return $values.filter(($value, $i) => $i === 0 || $value !== $values[$i - 1]);",
        "const $out: number[] = [];\nfor (const $value of $values) {\n  if ($out.at(-1) !== $value) $out.push($value);\n}\nreturn $out;",
    ],
    inputs=lambda r: (r.ints(0, 2),),
    edges=[([],), ([1, 1, 2, 1],), ([5, 5, 5],)],
)

family(
    "lists_shape/mirror",
    names="mirror palindrome_list there_and_back reflect bounce",
    args={"items": ("list[int]", "items values steps notes numbers")},
    returns="list[int]",
    locals={"out": "out result path whole", "i": "i k pos"},
    wordings=[
        "Return $items followed by the same elements in reverse, the last one not doubled; empty stays empty.",
        "Append the elements of $items backwards to it, without repeating the last one: 1 2 3 becomes 1 2 3 2 1.",
        "$items there and back again, turning point only once, [] for []",
        "What is the way through $items and back to the start, if the final element is visited once only?",
        "Makes a palindrome out of $items by adding everything but its last element in reverse order.",
        "Play these notes up and then down, the top note just once; no notes, nothing to play.",
        "Copy $items, then walk from its second to last element back to the first and append each one.",
    ],
    py=[
        "return $items + $items[:-1][::-1]",
        "$out = list($items)\n$out.extend(reversed($items[:-1]))\nreturn $out",
        "$out = list($items)\nfor $i in range(len($items) - 2, -1, -1):\n    $out.append($items[$i])\nreturn $out",
    ],
    ts=[
        "return [...$items, ...$items.slice(0, -1).reverse()];",
        "const $out = [...$items];\nfor (let $i = $items.length - 2; $i >= 0; $i--) {\n  $out.push($items[$i]);\n}\nreturn $out;",
    ],
    inputs=lambda r: (r.ints(0, 20, (0, 6)),),
    edges=[([],), ([7],), ([1, 2, 3],)],
)

family(
    "lists_shape/without_all",
    names="without_all list_difference exclude subtract_lists remove_all_of",
    args={
        "items": ("list[int]", "items values numbers candidates source"),
        "banned": ("list[int]", "banned excluded unwanted blocked skip"),
    },
    returns="list[int]",
    locals={"out": "out result kept", "item": "item x value n", "blocked_set": "bad lookup gone"},
    wordings=[
        "Return those of $items that do not occur in $banned, in order and with repeats.",
        "Remove from $items every element that is also in $banned; the others keep their order.",
        "$items minus anything found in $banned (order and duplicates kept)",
        "Which of $items are not listed in $banned? Repeated ones are given as often as they occur.",
        "Gives back a copy of $items from which all members of $banned have been taken out.",
        "I have a block list, $banned: filter it out of $items and leave the rest as it is.",
        "Keep each element of $items only if no element of $banned is equal to it.",
    ],
    py=[
        "return [$item for $item in $items if $item not in $banned]",
        "$blocked_set = set($banned)\nreturn [$item for $item in $items if $item not in $blocked_set]",
        "$out = []\nfor $item in $items:\n    if $item not in $banned:\n        $out.append($item)\nreturn $out",
    ],
    ts=[
        "return $items.filter(($item) => !$banned.includes($item));",
        "const $blocked_set = new Set($banned);\nreturn $items.filter(($item) => !$blocked_set.has($item));",
    ],
    inputs=lambda r: (r.ints(0, 6), r.ints(0, 6, (0, 4))),
    edges=[([], [1]), ([1, 2, 1, 3], [1]), ([4, 4], [])],
)
