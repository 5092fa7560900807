"""Dictionaries: counting, merging, picking, grouping and ranking."""

from family import family

family(
    "dicts_basic/count_items",
    names="count_items tally count_occurrences item_counts frequency_table",
    args={"items": ("list[str]", "items words names entries tags")},
    returns="dict[str, int]",
    locals={"counts": "counts result freq seen totals", "item": "item word entry x"},
    wordings=[
        "Return a dictionary that maps every distinct string of $items to the number of times it occurs.",
        "Count how often each entry appears in $items; an empty list gives an empty dictionary.",
        "frequency table of $items: string -> number of occurrences",
        "How many times does each string show up in $items? Answers with a mapping from string to count.",
        "I need a tally of the list, one key per different string with its count as the value.",
        "Walks over $items and adds one to the counter of each string it meets; returns all the counters.",
        "Build a dict of counts: a string that is there three times gets the value 3.",
    ],
    py=[
        "return {$item: $items.count($item) for $item in $items}",
        "$counts: dict[str, int] = {}\nfor $item in $items:\n    $counts[$item] = $counts.get($item, 0) + 1\nreturn $counts",
    ],
    ts=[
        "const $counts: Record<string, number> = {};\nfor (const $item of $items) {\n"
        "  $counts[$item] = ($counts[$item] ?? 0) + 1;\n}\nreturn $counts;",
    ],
    inputs=lambda r: ([r.choice(["apple", "river", "stone", "cloud"]) for _ in range(r.randint(0, 8))],),
    edges=[([],), (["a"],), (["a", "b", "a"],)],
)

family(
    "dicts_basic/invert",
    names="invert invert_mapping swap_keys_and_values flip_dict reverse_lookup",
    args={"mapping": ("dict[str, str]", "mapping data table codes lookup")},
    returns="dict[str, str]",
    locals={"inverted": "inverted result flipped out", "key": "key k name", "value": "value v val"},
    wordings=[
        "Return a dictionary with keys and values of $mapping swapped; when two keys share a value, the later key wins.",
        "Swap keys and values. If a value occurs more than once, keep the last key that has it.",
        "inverse of $mapping, value -> key, last one wins on duplicate values",
        "Turn $mapping around so that I can look up a key by its value (the last key for a repeated value).",
        "Takes $mapping and gives back the reverse mapping, where later entries overwrite earlier ones with the same value.",
        "For each pair of $mapping in order, store the key under the value in a new dictionary and return that.",
        "What does $mapping look like the other way round? Values become keys; of equal values the last entry counts.",
    ],
    py=[
        "return {$value: $key for $key, $value in $mapping.items()}",
        "$inverted: dict[str, str] = {}\nfor $key, $value in $mapping.items():\n    $inverted[$value] = $key\nreturn $inverted",
    ],
    ts=[
        "return Object.fromEntries(Object.entries($mapping).map(([$key, $value]) => [$value, $key]));",
        "const $inverted: Record<string, string> = {};\nfor (const [$key, $value] of Object.entries($mapping)) {\n"
        "  $inverted[$value] = $key;\n}\nreturn $inverted;",
    ],
    inputs=lambda r: ({w: r.word() for w in r.words()},),
    edges=[({},), ({"a": "x", "b": "x"},), ({"one": "uno", "two": "dos"},)],
)

family(
    "dicts_basic/merge",
    names="merge_dicts combine_settings merged overlay merge_tables",
    args={
        "first": ("dict[str, int]", "first a base left original"),
        "second": ("dict[str, int]", "second b extra right overrides"),
    },
    returns="dict[str, int]",
    locals={"result": "result merged_values out combined", "key": "key k name", "value": "value v val"},
    wordings=[
        "Return a new dictionary with the entries of $first and $second; $second wins where both have a key.",
        "Merge two dictionaries without changing them. Values of $second replace those of $first.",
        "$first updated with $second, as a copy",
        "Combine both mappings into one; for a key that is in both, take the value from $second.",
        "I have base values in $first and some overrides in $second - give me the final dictionary.",
        "Copies $first, then puts every entry of $second on top and gives back the copy.",
        "What do we get when $second is laid over $first? Keys of both are kept and $second has priority.",
    ],
    py=[
        "return {**$first, **$second}",
        "return $first | $second",
        "$result = dict($first)\nfor $key, $value in $second.items():\n    $result[$key] = $value\nreturn $result",
    ],
    ts=[
        "return { ...$first, ...$second };",
        "const $result = { ...$first };\nfor (const [$key, $value] of Object.entries($second)) {\n"
        "  $result[$key] = $value;\n}\nreturn $result;",
    ],
    inputs=lambda r: (r.counts(), r.counts()),
    edges=[({}, {}), ({"a": 1, "b": 2}, {"b": 3}), ({"a": 1}, {})],
)

family(
    "dicts_basic/merge_sum",
    names="add_counts merge_sums sum_dicts combine_counts add_up_tables",
    args={
        "first": ("dict[str, int]", "first a left today"),
        "second": ("dict[str, int]", "second b right other"),
    },
    returns="dict[str, int]",
    locals={"result": "result totals combined out", "key": "key k name", "value": "value v amount"},
    wordings=[
        "Return a dictionary with all keys of $first and $second, where values of a shared key are added.",
        "Merge $first with $second, tables of counts, and add the numbers where a key is in both.",
        "sum of $first and $second key by key; a missing key counts as 0",
        "Add up the counts of $first and $second; keys found in only one of them keep their value.",
        "Takes two dictionaries of numbers and gives back one that holds the total for each key.",
        "Start with a copy of $first and add each value of $second to the matching key, creating it if needed.",
        "I need the combined totals: apples 2 in one and apples 3 in the other should become apples 5.",
    ],
    py=[
        "return {$key: $first.get($key, 0) + $second.get($key, 0) for $key in {**$first, **$second}}",
        "$result = dict($first)\nfor $key, $value in $second.items():\n"
        "    $result[$key] = $result.get($key, 0) + $value\nreturn $result",
    ],
    ts=[
        "const $result = { ...$first };\nfor (const [$key, $value] of Object.entries($second)) {\n"
        "  $result[$key] = ($result[$key] ?? 0) + $value;\n}\nreturn $result;",
    ],
    inputs=lambda r: (r.counts(), r.counts()),
    edges=[({}, {}), ({"a": 1, "b": 2}, {"b": 3, "c": 4}), ({"a": 1}, {"a": -1})],
)

family(
    "dicts_basic/merge_larger",
    names="merge_keep_larger best_of_both merge_max highest_values max_merge",
    args={
        "first": ("dict[str, int]", "first a left old_scores one"),
        "second": ("dict[str, int]", "second b right new_scores two"),
    },
    returns="dict[str, int]",
    locals={"result": "result best out merged", "key": "key k name", "value": "value v score"},
    wordings=[
        "Return the union of $first and $second, keeping the larger value for a key that is in both.",
        "Merge two dictionaries of numbers; on a conflict the bigger number stays.",
        "best value per key over $first and $second, keys of either",
        "For every key of $first or $second, take the higher of its values (or the only one it has).",
        "I keep personal bests in two tables and want one table with the best result for each name.",
        "Copies $first, then overwrites or adds an entry from $second only if it is new or greater.",
        "What is the highest number recorded for each key across $first and $second?",
    ],
    py=[
        "$result = dict($first)\nfor $key, $value in $second.items():\n"
        "    $result[$key] = max($value, $result.get($key, $value))\nreturn $result",
        "$result = dict($first)\nfor $key, $value in $second.items():\n"
        "    if $key not in $result or $value > $result[$key]:\n        $result[$key] = $value\nreturn $result",
    ],
    ts=[
        "const $result = { ...$first };\nfor (const [$key, $value] of Object.entries($second)) {\n"
        "  $result[$key] = Math.max($value, $result[$key] ?? $value);\n}\nreturn $result;",
    ],
    inputs=lambda r: (r.counts(low=-9), r.counts(low=-9)),
    edges=[({}, {}), ({"a": 5, "b": -2}, {"a": 3, "b": -1}), ({}, {"x": -4})],
)

family(
    "dicts_basic/filter_at_least",
    names="filter_at_least keep_large only_high_values entries_from drop_small",
    args={
        "data": ("dict[str, int]", "data counts scores table stock"),
        "limit": ("int", "limit minimum threshold low cutoff"),
    },
    returns="dict[str, int]",
    locals={"kept": "kept result out selected", "key": "key k name", "value": "value v n"},
    wordings=[
        "Return the entries of $data whose value is at least $limit.",
        "Keep only the pairs with a value of $limit or more and drop the rest.",
        "$data without the entries below $limit",
        "Filter a dictionary of numbers: values smaller than $limit are left out, equal ones stay.",
        "Which entries of $data reach $limit? Gives them back as a new dictionary.",
        "I only want the keys that score $limit or higher, with their scores.",
        "Goes through $data and copies each entry that is greater than or equal to $limit into a new mapping.",
    ],
    py=[
        "return {$key: $value for $key, $value in $data.items() if $value >= $limit}",
        "$kept: dict[str, int] = {}\nfor $key, $value in $data.items():\n    if $value >= $limit:\n"
        "        $kept[$key] = $value\nreturn $kept",
    ],
    ts=[
        "return Object.fromEntries(Object.entries($data).filter(([, $value]) => $value >= $limit));",
        "const $kept: Record<string, number> = {};\nfor (const [$key, $value] of Object.entries($data)) {\n"
        "  if ($value >= $limit) $kept[$key] = $value;\n}\nreturn $kept;",
    ],
    inputs=lambda r: (r.counts(), r.int(0, 20)),
    edges=[({}, 3), ({"a": 3, "b": 2}, 3), ({"a": 1}, 5)],
)

family(
    "dicts_basic/key_of_max",
    names="key_of_max best_key leader most_frequent_key key_with_largest_value",
    args={"data": ("dict[str, int]", "data counts scores votes table")},
    returns="str | None",
    locals={"best": "best winner result top", "key": "key k name"},
    wordings=[
        "Return the key with the largest value in $data, the first such key on ties, or None for an empty dictionary.",
        "Find the key whose number is highest. Earlier keys win ties; nothing in $data means None.",
        "key of the maximum of $data, first on ties, None if empty",
        "Who leads in $data? The first name with the greatest value is returned, None when there are no names.",
        "Give me the key that has the biggest value (None for no entries, and the earlier one if equal).",
        "Walks through $data and remembers a key whenever its value beats all before it; None if it never saw one.",
        "Look for the top entry of $data by value and hand back just its key; ties go to the first, empty gives None.",
    ],
    py=[
        "return max($data, key=$data.get, default=None)",
        "$best = None\nfor $key in $data:\n    if $best is None or $data[$key] > $data[$best]:\n"
        "        $best = $key\nreturn $best",
    ],
    ts=[
        "let $best: string | null = null;\nfor (const $key of Object.keys($data)) {\n"
        "  if ($best === null || $data[$key] > $data[$best]) {\n    $best = $key;\n  }\n}\nreturn $best;",
    ],
    inputs=lambda r: (r.counts(high=6),),
    edges=[({},), ({"a": 2, "b": 2},), ({"a": -3, "b": -1},)],
)

family(
    "dicts_basic/keys_of_max",
    names="keys_of_max all_leaders top_keys winners joint_leaders",
    args={"data": ("dict[str, int]", "data scores counts points table")},
    returns="list[str]",
    locals={"best": "best highest top peak", "key": "key k name", "value": "value v score"},
    wordings=[
        "Return all keys of $data that have the maximum value, sorted alphabetically; an empty list for no entries.",
        "List every key that shares the highest number, in alphabetical order ([] if $data is empty).",
        "sorted keys of $data whose value equals the max, [] when empty",
        "Who are the winners? All names in $data with the top score, sorted; none if there are no scores.",
        "There can be a draw, so give me every key with the largest value, from a to z.",
        "Finds the biggest value of $data, then collects the keys that have it in sorted order. Empty in, empty out.",
        "Pick out the keys tied for first place in $data and sort them by name; an empty mapping gives an empty list.",
    ],
    py=[
        "$best = max($data.values(), default=0)\n"
        "return sorted($key for $key, $value in $data.items() if $value == $best)",
        "if not $data:\n    return []\n$best = max($data.values())\n"
        "return sorted([$key for $key in $data if $data[$key] == $best])",
    ],
    ts=[
        "const $best = Math.max(...Object.values($data));\n"
        "return Object.keys($data).filter(($key) => $data[$key] === $best).sort();",
    ],
    inputs=lambda r: (r.counts(high=3),),
    edges=[({},), ({"b": 2, "a": 2, "c": 1},), ({"a": -1},)],
)

family(
    "dicts_basic/total_values",
    names="total_of_values sum_values add_values grand_total total_count",
    args={"data": ("dict[str, int]", "data counts amounts table stock")},
    returns="int",
    locals={"total": "total result acc s", "value": "value v amount n"},
    wordings=[
        "Return the sum of all values of $data, 0 if it is empty.",
        "Add up the numbers stored in $data; the keys do not matter and an empty dictionary sums to 0.",
        "total over the values of $data (0 for none)",
        "What do all the amounts in $data come to? An empty mapping gives 0.",
        "I just need the grand total of the dictionary, with zero for an empty one.",
        "Starts at zero, adds each value of $data and gives back the sum.",
        "Compute the overall count: the values of $data taken together.",
    ],
    py=[
        "return sum($data.values())",
        "$total = 0\nfor $value in $data.values():\n    $total += $value\nreturn $total",
    ],
    ts=[
        "return Object.values($data).reduce(($total, $value) => $total + $value, 0);",
        "let $total = 0;\nfor (const $value of Object.values($data)) {\n  $total += $value;\n}\nreturn $total;",
    ],
    inputs=lambda r: (r.counts(low=-10),),
    edges=[({},), ({"a": 4},), ({"a": 1, "b": -1},)],
)

family(
    "dicts_basic/ranked_pairs",
    names="ranked_pairs sort_by_value pairs_by_value ranking sorted_entries",
    args={"data": ("dict[str, int]", "data counts scores table points")},
    returns="list[tuple[str, int]]",
    locals={"pair": "pair entry kv item", "a": "a x p", "b": "b y q"},
    wordings=[
        "Return the (key, value) pairs of $data by value from high to low; equal values are ordered by key.",
        "Sort the entries, largest value first, and alphabetically where values are the same.",
        "pairs of $data, descending by value then ascending by key",
        "Turn $data into a ranking: a list of name and score, best score first, ties by name.",
        "I want the dictionary as a list of pairs with the highest numbers on top (a to z among equals).",
        "Lists each key of $data with its value, ordered by falling value and, for draws, by rising key.",
        "How do the entries of $data rank? Biggest first, key order breaks ties, an empty mapping gives [].",
    ],
    py=[
        "return sorted($data.items(), key=lambda $pair: (-$pair[1], $pair[0]))",
    ],
    ts=[
        "return Object.entries($data).sort(($a, $b) => $b[1] - $a[1] || ($a[0] < $b[0] ? -1 : 1));",
    ],
    inputs=lambda r: (r.counts(high=4),),
    edges=[({},), ({"b": 1, "a": 1, "c": 2},), ({"x": 3},)],
)

family(
    "dicts_basic/keys_by_value",
    names="keys_by_value sort_keys_by_value order_keys names_in_order keys_ascending",
    args={"data": ("dict[str, int]", "data ages prices table weights")},
    returns="list[str]",
    locals={"key": "key k name", "a": "a x p", "b": "b y q"},
    wordings=[
        "Return the keys of $data ordered by their values from small to large; equal values keep alphabetical order.",
        "Sort the keys by value, lowest first, with ties in alphabetical order.",
        "keys of $data, ascending by value, then by key",
        "In which order do the names in $data come if the smallest number goes first? Ties are sorted by name.",
        "Give me only the keys, cheapest first (a before b if they cost the same).",
        "Takes $data and lists its keys so that their values rise; keys with equal values come alphabetically.",
        "Order the names in $data by number, then by name, and leave the numbers out of the result.",
    ],
    py=[
        "return sorted($data, key=lambda $key: ($data[$key], $key))",
        "return sorted(sorted($data), key=lambda $key: $data[$key])",
    ],
    ts=[
        "return Object.keys($data).sort(($a, $b) => $data[$a] - $data[$b] || ($a < $b ? -1 : 1));",
        "return Object.keys($data).sort().sort(($a, $b) => $data[$a] - $data[$b]);",
    ],
    inputs=lambda r: (r.counts(high=5),),
    edges=[({},), ({"b": 1, "a": 1, "c": 0},), ({"z": 2, "y": 9},)],
)

family(
    "dicts_basic/group_by_first_letter",
    names="group_by_first_letter by_initial index_by_letter group_by_initial letter_groups",
    args={"words": ("list[str]", "words names items terms entries")},
    returns="dict[str, list[str]]",
    locals={"groups": "groups result index out", "word": "word w term"},
    wordings=[
        "Return a dictionary from first letter to the list of the words in $words that start with it; skip empty strings.",
        "Group the words by their first character, in their original order, ignoring empty strings.",
        "$words grouped by initial: letter -> words in order, '' skipped",
        "Sort $words into boxes, one for each starting letter. Empty strings go nowhere.",
        "I need a little index: under each initial, the words that begin with it, in the order given (no empty ones).",
        "For each non-empty word in $words, append it to the list that belongs to its first letter.",
        "Which words start with which letter? Gives a mapping from letter to words and leaves out empty strings.",
    ],
    py=[
        "$groups: dict[str, list[str]] = {}\nfor $word in $words:\n    if $word:\n"
        "        $groups.setdefault($word[0], []).append($word)\nreturn $groups",
        "$groups: dict[str, list[str]] = {}\nfor $word in $words:\n    if not $word:\n        continue\n"
        "    if $word[0] not in $groups:\n        $groups[$word[0]] = []\n"
        "    $groups[$word[0]].append($word)\nreturn $groups",
    ],
    ts=[
        "const $groups: Record<string, string[]> = {};\nfor (const $word of $words) {\n"
        "  if ($word) ($groups[$word[0]] ??= []).push($word);\n}\nreturn $groups;",
    ],
    inputs=lambda r: (r.words() + r.choice([[], [""], ["light"]]),),
    edges=[([],), (["", "a"],), (["ab", "b", "ac"],)],
)

family(
    "dicts_basic/group_by_length",
    names="group_by_length by_length words_by_size length_groups bucket_by_length",
    args={"words": ("list[str]", "words names items tokens strings")},
    returns="dict[str, list[str]]",
    locals={"groups": "groups result buckets out", "word": "word w x", "key": "key k size"},
    wordings=[
        "Return $words grouped by length: the keys are lengths written as strings, the values lists in original order.",
        "Group $words by their number of characters, using the length as a string for the key.",
        "length (as text) -> words of $words with that length, order kept",
        "Put words of the same length together; 'cat' goes under the key '3'. An empty list gives no groups.",
        "Takes $words and builds a dictionary whose key '4', say, holds all words of four letters in order.",
        "I want to see which of $words have which length, with string keys such as '5'.",
        "For each of $words, convert its length to a string and append the word to the list under that key.",
    ],
    py=[
        "$groups: dict[str, list[str]] = {}\nfor $word in $words:\n"
        "    $groups.setdefault(str(len($word)), []).append($word)\nreturn $groups",
        "$groups: dict[str, list[str]] = {}\nfor $word in $words:\n    $key = str(len($word))\n"
        "    $groups[$key] = $groups.get($key, []) + [$word]\nreturn $groups",
    ],
    ts=[
        "const $groups: Record<string, string[]> = {};\nfor (const $word of $words) {\n"
        "  ($groups[$word.length] ??= []).push($word);\n}\nreturn $groups;",
        "const $groups: Record<string, string[]> = {};\nfor (const $word of $words) {\n"
        "  const $key = String($word.length);\n  $groups[$key] = [...($groups[$key] ?? []), $word];\n}\nreturn $groups;",
    ],
    inputs=lambda r: (r.words(),),
    edges=[([],), ([""],), (["a", "bb", "c"],)],
)

family(
    "dicts_basic/group_by_parity",
    names="group_by_parity even_and_odd split_by_parity parity_groups evens_odds",
    args={"numbers": ("list[int]", "numbers nums values ints xs")},
    returns="dict[str, list[int]]",
    locals={"groups": "groups result out parts", "n": "n num x v"},
    wordings=[
        "Return a dictionary with the keys 'even' and 'odd', each holding those integers of $numbers in order.",
        "Split $numbers into even and odd ones; both keys, 'even' and 'odd', are always present.",
        "even/odd split of $numbers as a dict of two lists, order kept",
        "Which of $numbers are even and which are odd? The lists stand under the keys 'even' and 'odd', maybe empty.",
        "Group the integers by parity under 'even' and 'odd'. Zero is even, and a list may be empty.",
        "Puts each of $numbers in one of two lists, named even or odd, and gives back both in a dictionary.",
        "I need the even ones and the odd ones separately, keyed 'even' and 'odd', also for negative numbers.",
    ],
    py=[
        "return {\n    'even': [$n for $n in $numbers if $n % 2 == 0],\n    'odd': [$n for $n in $numbers if $n % 2 != 0],\n}",
        "$groups: dict[str, list[int]] = {'even': [], 'odd': []}\nfor $n in $numbers:\n"
        "    $groups['even' if $n % 2 == 0 else 'odd'].append($n)\nreturn $groups",
    ],
    ts=[
        "return {\n  even: $numbers.filter(($n) => $n % 2 === 0),\n  odd: $numbers.filter(($n) => $n % 2 !== 0),\n};",
        "const $groups: Record<string, number[]> = { even: [], odd: [] };\nfor (const $n of $numbers) {\n"
        "  $groups[$n % 2 === 0 ? 'even' : 'odd'].push($n);\n}\nreturn $groups;",
    ],
    inputs=lambda r: (r.ints(),),
    edges=[([],), ([0],), ([-3, -2, 1],)],
)

family(
    "dicts_basic/pick",
    names="pick pick_keys only_keys select_keys restrict",
    args={
        "data": ("dict[str, int]", "data record source table options"),
        "keys": ("list[str]", "keys names wanted fields allowed"),
    },
    returns="dict[str, int]",
    locals={"result": "result picked out subset", "key": "key k name"},
    wordings=[
        "Return a dictionary with only the entries of $data whose key is in $keys; missing keys are ignored.",
        "Pick the given keys out of $data. Keys that it does not have are skipped.",
        "subset of $data restricted to $keys",
        "Keep nothing but the entries named in $keys; names that are not in $data are no problem.",
        "I want just some fields of the dictionary: those listed in $keys, as far as they exist.",
        "For each of $keys that $data has, copy the entry to a new dictionary and return it.",
        "Takes a mapping and a list of names and gives back the part of the mapping under these names.",
    ],
    py=[
        "return {$key: $data[$key] for $key in $keys if $key in $data}",
        "$result: dict[str, int] = {}\nfor $key in $keys:\n    if $key in $data:\n"
        "        $result[$key] = $data[$key]\nreturn $result",
    ],
    ts=[
        "const $result: Record<string, number> = {};\nfor (const $key of $keys) {\n"
        "  if ($key in $data) $result[$key] = $data[$key];\n}\nreturn $result;",
        "return Object.fromEntries(Object.entries($data).filter(([$key]) => $keys.includes($key)));",
    ],
    inputs=lambda r: (lambda d: (d, [*r.sample(sorted(d), r.randint(0, len(d))), *r.words((0, 2))]))(r.counts()),
    edges=[({}, ["a"]), ({"a": 1, "b": 2}, ["b", "c"]), ({"a": 1}, [])],
)

family(
    "dicts_basic/omit",
    names="omit omit_keys without_keys drop_keys remove_fields",
    args={
        "data": ("dict[str, int]", "data record source table counts"),
        "keys": ("list[str]", "keys names unwanted excluded dropped"),
    },
    returns="dict[str, int]",
    locals={"result": "result rest out remaining", "key": "key k field", "value": "value v val"},
    wordings=[
        "Return a copy of $data without the entries whose key is in $keys.",
        "Drop the given keys from $data; names that it does not have make no difference.",
        "$data minus $keys, as a new dict",
        "Leave out every entry named in $keys and keep all others, without touching $data itself.",
        "I want the dictionary with some fields removed, namely those in $keys.",
        "Goes through $data and copies each entry unless its key is listed in $keys.",
        "What remains of $data once the entries named in $keys are gone?",
    ],
    py=[
        "return {$key: $value for $key, $value in $data.items() if $key not in $keys}",
        "$result = dict($data)\nfor $key in $keys:\n    $result.pop($key, None)\nreturn $result",
    ],
    ts=[
        "return Object.fromEntries(Object.entries($data).filter(([$key]) => !$keys.includes($key)));",
        "const $result = { ...$data };\nfor (const $key of $keys) {\n  delete $result[$key];\n}\nreturn $result;",
    ],
    inputs=lambda r: (lambda d: (d, [*r.sample(sorted(d), r.randint(0, len(d))), *r.words((0, 2))]))(r.counts()),
    edges=[({}, ["a"]), ({"a": 1, "b": 2}, ["b", "c"]), ({"a": 1}, [])],
)

family(
    "dicts_basic/rename_keys",
    names="rename_keys relabel translate_keys apply_aliases rename_fields",
    args={
        "data": ("dict[str, int]", "data record row source table"),
        "renames": ("dict[str, str]", "renames aliases mapping new_names labels"),
    },
    returns="dict[str, int]",
    locals={"result": "result renamed out", "key": "key k field", "value": "value v val"},
    wordings=[
        "Return a copy of $data with its keys renamed as $renames says; keys that are not in $renames stay.",
        "Rename keys by looking each one up in $renames; unknown keys keep their name and values never change.",
        "$data with every key replaced by its alias from $renames, if it has one",
        "Replace the old key names of $data by the new ones given in $renames and leave the others as they are.",
        "I have a record and a table old name -> new name. Give me the record under the new names.",
        "For each entry of $data, use the new name from $renames or else the old name, and keep the value.",
        "What is $data called after the renaming in $renames? Keys without a new name are kept.",
    ],
    py=[
        "return {$renames.get($key, $key): $value for $key, $value in $data.items()}",
        "$result: dict[str, int] = {}\nfor $key, $value in $data.items():\n"
        "    $result[$renames.get($key, $key)] = $value\nreturn $result",
    ],
    ts=[
        "const $result: Record<string, number> = {};\nfor (const [$key, $value] of Object.entries($data)) {\n"
        "  $result[$renames[$key] ?? $key] = $value;\n}\nreturn $result;",
    ],
    inputs=lambda r: (lambda d: (d, {k: k[:3].upper() for k in [*d, "spare"] if r.bool()}))(r.counts()),
    edges=[({}, {"a": "b"}), ({"a": 1, "b": 2}, {"a": "x"}), ({"a": 1}, {})],
)

family(
    "dicts_basic/fill_defaults",
    names="fill_defaults with_defaults apply_defaults complete_settings add_missing",
    args={
        "settings": ("dict[str, int]", "settings options config given values"),
        "defaults": ("dict[str, int]", "defaults fallback standard base preset"),
    },
    returns="dict[str, int]",
    locals={"result": "result out full complete", "key": "key k name", "value": "value v val"},
    wordings=[
        "Return $settings completed with the entries of $defaults for keys it lacks.",
        "Fill in missing keys from $defaults; whatever is already in $settings stays as it is.",
        "$settings plus missing entries from $defaults, as a new dict",
        "Add the default values, but never overwrite one that the user gave in $settings.",
        "I need the full options: mine first, and those in $defaults for everything I did not set.",
        "Takes $settings and $defaults and gives back all keys of both, preferring the value from $settings.",
        "For each entry of $defaults, add it to a copy of $settings if that key is not there yet.",
    ],
    py=[
        "return {**$defaults, **$settings}",
        "$result = dict($settings)\nfor $key, $value in $defaults.items():\n"
        "    $result.setdefault($key, $value)\nreturn $result",
    ],
    ts=[
        "return { ...$defaults, ...$settings };",
        "const $result = { ...$settings };\nfor (const [$key, $value] of Object.entries($defaults)) {\n"
        "  if (!($key in $result)) $result[$key] = $value;\n}\nreturn $result;",
    ],
    inputs=lambda r: (r.counts(), r.counts()),
    edges=[({}, {}), ({"a": 0}, {"a": 7, "b": 2}), ({}, {"x": 1})],
)

family(
    "dicts_basic/top_n",
    names="top_n most_common_words top_words leading_items most_frequent",
    args={
        "words": ("list[str]", "words items tokens tags names"),
        "n": ("int", "n k limit how_many amount"),
    },
    returns="list[str]",
    locals={"counts": "counts freq tally seen", "word": "word w x", "a": "a left p", "b": "b right q"},
    wordings=[
        "Return the $n most frequent strings of $words, most frequent first; equal counts are ordered alphabetically.",
        "Find the $n words that occur most often, ties in alphabetical order. Fewer if there are not enough words.",
        "top $n of $words by count, then by name, each once",
        "What are the $n most common entries? Most common first, alphabetical among equals, each listed once.",
        "Count the words, sort them by falling count and then by name, and give back the first $n.",
        "I want a top list of $words with at most $n different words (alphabetical order decides ties).",
        "Takes $words and names its $n leading strings by number of occurrences; draws are settled by the alphabet.",
    ],
    py=[
        "return sorted(set($words), key=lambda $word: (-$words.count($word), $word))[:$n]",
        "$counts: dict[str, int] = {}\nfor $word in $words:\n    $counts[$word] = $counts.get($word, 0) + 1\n"
        "return sorted($counts, key=lambda $word: (-$counts[$word], $word))[:$n]",
    ],
    ts=[
        "const $counts: Record<string, number> = {};\nfor (const $word of $words) {\n"
        "  $counts[$word] = ($counts[$word] ?? 0) + 1;\n}\nreturn Object.keys($counts)\n"
        "  .sort(($a, $b) => $counts[$b] - $counts[$a] || ($a < $b ? -1 : 1))\n  .slice(0, $n);",
    ],
    inputs=lambda r: ([r.choice(["sun", "sea", "sky", "sand"]) for _ in range(r.randint(0, 9))], r.int(0, 4)),
    edges=[([], 2), (["b", "a"], 1), (["a", "b", "b"], 5)],
)

family(
    "dicts_basic/letter_frequency",
    names="letter_frequency char_counts count_letters letter_counts character_table",
    args={"text": ("str", "text s line phrase sentence")},
    returns="dict[str, int]",
    locals={"counts": "counts freq result table", "ch": "ch c letter"},
    wordings=[
        "Return how often each character occurs in $text, spaces not counted.",
        "Count the characters of $text into a dictionary and skip spaces; case matters.",
        "char -> count for $text, ignoring ' '",
        "How many of each character are there in $text? Spaces are left out, the empty string gives no entries.",
        "Builds a frequency table of all characters but the space, with upper and lower case apart.",
        "For every character of $text that is not a space, add one to its entry; return the entries.",
        "I need letter counts for a line of text, without the blanks between the words.",
    ],
    py=[
        "return {$ch: $text.count($ch) for $ch in set($text) if $ch != ' '}",
        "$counts: dict[str, int] = {}\nfor $ch in $text:\n    if $ch != ' ':\n"
        "        $counts[$ch] = $counts.get($ch, 0) + 1\nreturn $counts",
    ],
    ts=[
        "const $counts: Record<string, number> = {};\nfor (const $ch of $text) {\n"
        "  if ($ch !== ' ') $counts[$ch] = ($counts[$ch] ?? 0) + 1;\n}\nreturn $counts;",
    ],
    inputs=lambda r: (r.sentence((0, 4)),),
    edges=[("",), ("  ",), ("Aa a",)],
)

family(
    "dicts_basic/only_in_first",
    names="only_in_first dict_difference entries_not_in subtract_keys removed_entries",
    args={
        "first": ("dict[str, int]", "first a before left old"),
        "second": ("dict[str, int]", "second b after right current"),
    },
    returns="dict[str, int]",
    locals={"result": "result diff out gone", "key": "key k name", "value": "value v val"},
    wordings=[
        "Return the entries of $first whose key is not in $second; values are not compared.",
        "Difference by key: keep what $first has and $second lacks.",
        "entries of $first with keys missing from $second",
        "Which entries were removed between $first and $second? Only the keys count, not the values.",
        "Give me everything from $first that cannot be found under the same key in $second.",
        "Copies each pair of $first to a new dictionary unless $second has an entry for that key.",
        "Take away from $first all keys that occur in $second and return what remains.",
    ],
    py=[
        "return {$key: $value for $key, $value in $first.items() if $key not in $second}",
        "$result: dict[str, int] = {}\nfor $key in $first:\n    if $key not in $second:\n"
        "        $result[$key] = $first[$key]\nreturn $result",
    ],
    ts=[
        "return Object.fromEntries(Object.entries($first).filter(([$key]) => !($key in $second)));",
        "const $result: Record<string, number> = {};\nfor (const [$key, $value] of Object.entries($first)) {\n"
        "  if (!Object.hasOwn($second, $key)) $result[$key] = $value;\n}\nreturn $result;",
    ],
    inputs=lambda r: (lambda d: (d, {k: 1 for k in [*d, "spare"] if r.bool()}))(r.counts()),
    edges=[({}, {"a": 1}), ({"a": 1, "b": 2}, {"a": 5}), ({"a": 1}, {})],
)

family(
    "dicts_basic/changed_keys",
    names="changed_keys keys_that_differ find_changes modified_fields diff_keys",
    args={
        "old": ("dict[str, int]", "old before previous a left"),
        "new_data": ("dict[str, int]", "latest after current b right"),
    },
    returns="list[str]",
    locals={"key": "key k name", "changed": "changed result keys out"},
    wordings=[
        "Return the sorted keys that are in both $old and $new_data with different values.",
        "List the keys whose value changed from $old to $new_data, alphabetically; added or removed keys do not count.",
        "sorted common keys of $old and $new_data with unequal values",
        "Which shared keys have another value in $new_data than in $old? Sorted by name, [] if there are none.",
        "Compare two versions of a record and tell me which fields, present in both, were changed (in sorted order).",
        "Goes over the keys that both mappings have, keeps those whose values differ and sorts them.",
        "I need the names of modified entries only: in $old and in $new_data, but not equal; from a to z.",
    ],
    py=[
        "return sorted($key for $key in $old if $key in $new_data and $old[$key] != $new_data[$key])",
        "$changed = []\nfor $key in sorted($old):\n    if $key in $new_data and $old[$key] != $new_data[$key]:\n"
        "        $changed.append($key)\nreturn $changed",
    ],
    ts=[
        "return Object.keys($old)\n  .filter(($key) => $key in $new_data && $old[$key] !== $new_data[$key])\n  .sort();",
    ],
    inputs=lambda r: (lambda d: (d, {k: d.get(k, 0) + r.int(0, 1) for k in [*d, "spare"] if r.random() < 0.8}))(r.counts()),
    edges=[({}, {}), ({"b": 1, "a": 1, "c": 1}, {"b": 2, "a": 2, "c": 1}), ({"a": 1}, {"b": 1})],
)
