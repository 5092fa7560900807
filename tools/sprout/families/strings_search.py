"""Searching and comparing: prefixes, suffixes, occurrences, separators, anagrams, distances."""

from family import family

family(
    "strings_search/common_prefix",
    names="common_prefix shared_prefix shared_start prefix_in_common",
    args={"first": ("str", "first a left one"), "second": ("str", "second b right other")},
    returns="str",
    locals={"n": "n i size k"},
    wordings=[
        "Return the longest string with which both $first and $second begin; it may be empty.",
        "Find the common prefix of $first and $second, case-sensitively, as long as possible.",
        "longest shared start of $first and $second, empty if their first chars differ",
        "Which characters do $first and $second have in common from the start, up to the first difference?",
        "Compares two strings from the left and gives back the part up to where they stop being equal.",
        "Count how many characters of $first match those of $second position by position from the start, and return that many.",
        "I need the piece that $first and $second share at the beginning, e.g. gre for green and great.",
    ],
    py=[
        "$n = 0\nwhile $n < min(len($first), len($second)) and $first[$n] == $second[$n]:\n    $n += 1\nreturn $first[:$n]",
        "return os.path.commonprefix([$first, $second])",
    ],
    ts=[
        "let $n = 0;\nwhile ($n < $first.length && $first[$n] === $second[$n]) $n++;\nreturn $first.slice(0, $n);",
    ],
    py_imports=["import os"],
    inputs=lambda r: (lambda w: (w + r.text("ab", (0, 3)), w[: r.int(0, 6)] + r.text("ab", (0, 3))))(r.word()),
    edges=[("", ""), ("green", "great"), ("abc", ""), ("tea", "team")],
)

family(
    "strings_search/common_prefix_all",
    names="longest_common_prefix common_prefix_of_all shared_prefix_of_list group_prefix",
    args={"words": ("list[str]", "words items names strings")},
    returns="str",
    locals={"prefix": "prefix start common head", "word": "word w item other"},
    wordings=[
        "Return the longest prefix that all strings in $words share; an empty list gives an empty string.",
        "Find the longest common beginning of $words, or an empty string for no words.",
        "longest common prefix of all $words, empty for an empty list",
        "With which longest string do all of $words start? Nothing in common, or an empty list, means an empty string.",
        "Begin with the first of $words and cut characters off its end until every word starts with it; no words, empty string.",
        "I need the start that each of the strings has in common, e.g. flo for flow, floor and flock, empty without strings.",
        "Takes a list and gives back the leading part shared by every entry; for one entry that is the entry itself, for none it is empty.",
    ],
    py=[
        "if not $words:\n    return ''\n$prefix = $words[0]\nwhile not all($word.startswith($prefix) for $word in $words):\n    $prefix = $prefix[:-1]\nreturn $prefix",
        "$prefix = $words[0] if $words else ''\nfor $word in $words:\n    while not $word.startswith($prefix):\n        $prefix = $prefix[:-1]\nreturn $prefix",
    ],
    ts=[
        "let $prefix = $words[0] ?? '';\nwhile (!$words.every(($word) => $word.startsWith($prefix))) {\n  $prefix = $prefix.slice(0, -1);\n}\nreturn $prefix;",
        "let $prefix = $words[0] ?? '';\nfor (const $word of $words) {\n  while (!$word.startsWith($prefix)) $prefix = $prefix.slice(0, -1);\n}\nreturn $prefix;",
    ],
    inputs=lambda r: (lambda w: [[w[: r.int(1, 5)] + r.text("abe", (0, 2)) for _ in range(r.int(0, 4))]])(r.word()),
    edges=[([],), (["one"],), (["flow", "floor", "flock"],), (["a", "b"],)],
)

family(
    "strings_search/are_anagrams",
    names="are_anagrams is_anagram same_letters check_anagram",
    args={"first": ("str", "first a left one"), "second": ("str", "second b right other")},
    returns="bool",
    locals={"normalize": "normalize letters key prepare", "text": "text s t value", "x": "x first_letters p left_clean", "y": "y second_letters q right_clean"},
    wordings=[
        "Return whether $first and $second are anagrams: the same characters equally often, ignoring case and spaces.",
        "Check if $second can be made by rearranging $first; spaces do not count and case is ignored.",
        "anagram test for $first and $second, case-insensitive, blanks removed",
        "Do $first and $second consist of the same letters in any order, if we forget about case and spaces?",
        "Remove spaces from both strings, lower-case and sort their characters, and compare the results.",
        "Tells if two phrases are rearrangements of one another, such as Dormitory and dirty room: no case, no blanks.",
        "I need to know whether $first is $second with its characters shuffled, upper and lower case and spaces not mattering.",
    ],
    py=[
        "return sorted($first.lower().replace(' ', '')) == sorted($second.lower().replace(' ', ''))",
        "$x = $first.replace(' ', '').lower()\n$y = $second.replace(' ', '').lower()\nreturn collections.Counter($x) == collections.Counter($y)",
    ],
    ts=[
        "const $normalize = ($text: string) =>\n  [...$text.toLowerCase().replaceAll(' ', '')].sort().join('');\nreturn $normalize($first) === $normalize($second);",
    ],
    py_imports=["import collections"],
    inputs=lambda r: (lambda w: (w, "".join(r.sample(w, len(w))) + r.choice(["", "", " ", "a"])))(r.choice([r.word(), r.word().capitalize(), r.sentence((1, 2))])),
    edges=[("", ""), ("Dormitory", "dirty room"), ("aab", "abb")],
)

family(
    "strings_search/is_subsequence",
    names="is_subsequence appears_in_order contains_in_order fuzzy_match",
    args={"short": ("str", "short query small needle"), "text": ("str", "text source big haystack")},
    returns="bool",
    locals={"i": "i pos k matched", "ch": "ch c char letter", "rest": "rest remaining it stream"},
    wordings=[
        "Return whether all characters of $short occur in $text in the same order, gaps allowed; an empty $short always does.",
        "Check if $short can be got from $text by deleting characters (none, some or all) without reordering.",
        "is $short a subsequence of $text (order kept, not necessarily adjacent; empty is)",
        "Can the characters of $short be found one after another in $text, with anything in between? Empty counts as found.",
        "Walk through $text, moving on in $short at each match; the answer is yes if all of $short has been matched.",
        "Fuzzy finder check: ace is in abcde, aec is not, because order counts; an empty query matches everything.",
        "Tells if $text contains the letters of $short from left to right, each used once, other letters being skipped.",
    ],
    py=[
        "$rest = iter($text)\nreturn all($ch in $rest for $ch in $short)",
        "$i = 0\nfor $ch in $text:\n    if $i < len($short) and $short[$i] == $ch:\n        $i += 1\nreturn $i == len($short)",
    ],
    ts=[
        "let $i = 0;\nfor (const $ch of $text) {\n  if ($short[$i] === $ch) $i += 1;\n}\nreturn $i === $short.length;",
    ],
    inputs=lambda r: (r.text("abc", (0, 4)), r.text("abc", (0, 8))),
    edges=[("", ""), ("ace", "abcde"), ("aec", "abcde"), ("a", "")],
)

family(
    "strings_search/hamming",
    names="hamming_distance hamming count_differences mismatches",
    args={"first": ("str", "first a left one"), "second": ("str", "second b right other")},
    returns="int",
    locals={"x": "x p ch c1", "y": "y q other_ch c2", "total": "total diff count distance", "i": "i k pos index"},
    wordings=[
        "Return the number of positions at which $first and $second differ, or -1 if their lengths are not equal.",
        "Compute the Hamming distance of $first and $second; strings of unequal length give -1.",
        "count of differing positions in $first vs $second, -1 on length mismatch",
        "At how many places do $first and $second have different characters? If one is longer, the answer is -1.",
        "Gives -1 for strings of different lengths, otherwise how many characters would have to be replaced to make them equal.",
        "Compare $first and $second character by character and count the unequal pairs; with different lengths return -1 at once.",
        "I have two codes and want the number of mismatching characters, -1 when the lengths disagree.",
    ],
    py=[
        "if len($first) != len($second):\n    return -1\nreturn sum($x != $y for $x, $y in zip($first, $second))",
        "if len($first) != len($second):\n    return -1\n$total = 0\nfor $x, $y in zip($first, $second):\n    if $x != $y:\n        $total += 1\nreturn $total",
    ],
    ts=[
        "if ($first.length !== $second.length) return -1;\nreturn [...$first].filter(($x, $i) => $x !== $second[$i]).length;",
        "if ($first.length !== $second.length) return -1;\nlet $total = 0;\nfor (let $i = 0; $i < $first.length; $i++) {\n  if ($first[$i] !== $second[$i]) $total += 1;\n}\nreturn $total;",
    ],
    inputs=lambda r: (lambda n: (r.text("ab", (n, n)), r.text("ab", (n, n + r.choice([0, 0, 1])))))(r.int(0, 7)),
    edges=[("", ""), ("abc", "axc"), ("ab", "abc")],
)

family(
    "strings_search/count_overlapping",
    names="count_overlapping overlapping_matches count_occurrences_overlapping count_all_matches",
    args={"text": ("str", "text s source haystack"), "part": ("str", "part pattern needle piece")},
    returns="int",
    locals={"i": "i start pos k", "total": "total count hits found"},
    wordings=[
        "Return at how many positions of $text the non-empty string $part starts; occurrences may overlap.",
        "Count the occurrences of $part (not empty) in $text, overlapping ones included.",
        "overlapping count of non-empty $part in $text, so aa is in aaa twice",
        "How many times does $part occur in $text if occurrences are allowed to overlap and $part is never empty?",
        "Try every position of $text and count those where $part, which has at least one character, begins.",
        "Counts matches of a non-empty pattern without skipping past a match, e.g. 2 for aba in ababa.",
        "I need the number of places where $part is found in $text, even when two of them share characters; $part is non-empty.",
    ],
    py=[
        "return sum($text.startswith($part, $i) for $i in range(len($text)))",
        "$total = 0\nfor $i in range(len($text) - len($part) + 1):\n    if $text[$i:$i + len($part)] == $part:\n        $total += 1\nreturn $total",
    ],
    ts=[
        "let $total = 0;\nfor (let $i = 0; $i < $text.length; $i++) {\n  if ($text.startsWith($part, $i)) $total += 1;\n}\nreturn $total;",
        "let $total = 0;\nlet $i = $text.indexOf($part);\nwhile ($i !== -1) {\n  $total += 1;\n  $i = $text.indexOf($part, $i + 1);\n}\nreturn $total;",
    ],
    inputs=lambda r: (r.text("ab", (0, 10)), r.text("ab", (1, 3))),
    edges=[("", "a"), ("aaa", "aa"), ("ababa", "aba"), ("a", "ab")],
)

family(
    "strings_search/count_lines_with",
    names="count_containing how_many_contain count_matching_lines lines_with",
    args={"lines": ("list[str]", "lines rows entries texts"), "query": ("str", "query term needle wanted")},
    returns="int",
    locals={"line": "line row entry t", "total": "total count hits n"},
    wordings=[
        "Return how many of $lines contain $query, ignoring case; an empty $query is in every line.",
        "Count the entries of $lines in which $query occurs, upper and lower case being the same; each line counts once.",
        "number of $lines with $query somewhere in them, case-insensitive, at most 1 per line",
        "In how many of $lines can $query be found, if case does not matter and several hits in a line count as one?",
        "Works like grep with counting: the number of lines that have the term in them, in any case.",
        "Lower-case $query and each of $lines, and count the lines that include it; no lines means 0.",
        "I need the number of rows mentioning $query, no matter how it is capitalised.",
    ],
    py=[
        "return sum($query.lower() in $line.lower() for $line in $lines)",
        "$total = 0\nfor $line in $lines:\n    if $query.lower() in $line.lower():\n        $total += 1\nreturn $total",
    ],
    ts=[
        "return $lines.filter(($line) => $line.toLowerCase().includes($query.toLowerCase())).length;",
        "let $total = 0;\nfor (const $line of $lines) {\n  if ($line.toLowerCase().includes($query.toLowerCase())) $total += 1;\n}\nreturn $total;",
    ],
    inputs=lambda r: ([r.sentence() for _ in range(r.int(0, 5))], r.choice(["a", "le", "er", "An", r.word()])),
    edges=[([], "a"), (["Tea", "late"], "TEA"), (["x"], "")],
)

family(
    "strings_search/before",
    names="before_separator text_before take_before head_until",
    args={"text": ("str", "text s line source"), "sep": ("str", "sep separator mark delimiter")},
    returns="str",
    locals={"pos": "pos index i at"},
    wordings=[
        "Return the part of $text before the first $sep, or all of $text if $sep does not occur ($sep is not empty).",
        "Cut $text off at the first occurrence of the non-empty $sep; without one, give it back whole.",
        "$text up to, not including, the first $sep; all of it when absent",
        "What stands in $text in front of the first $sep? If $sep is missing, that is the entire text.",
        "Takes a line and drops everything from the first separator on, for instance a trailing comment; no separator, no change.",
        "Look for $sep in $text; when found return what comes before its first occurrence, otherwise $text itself.",
        "I only want the bit left of the first $sep, or the full string if it isn't in there.",
    ],
    py=[
        "return $text.split($sep, 1)[0]",
        "return $text.partition($sep)[0]",
        "$pos = $text.find($sep)\nreturn $text if $pos == -1 else $text[:$pos]",
    ],
    ts=[
        "return $text.split($sep)[0];",
        "const $pos = $text.indexOf($sep);\nreturn $pos === -1 ? $text : $text.slice(0, $pos);",
    ],
    inputs=lambda r: (r.choice(["=", "::", " - "]).join(r.words((1, 3))), r.choice(["=", "::", " - "])),
    edges=[("", "="), ("key=value", "="), ("a::b::c", "::"), ("=x", "=")],
)

family(
    "strings_search/after_last",
    names="after_last text_after_last last_part tail_after",
    args={"text": ("str", "text s path source"), "sep": ("str", "sep separator mark delimiter")},
    returns="str",
    locals={"pos": "pos index i at"},
    wordings=[
        "Return what follows the last $sep (not empty) in $text, or the whole $text if $sep does not occur.",
        "Take the end of $text after the final occurrence of $sep; without any occurrence take all of it. $sep is non-empty.",
        "tail of $text behind the last $sep, entire text if there is no $sep",
        "Which part of $text comes after the last $sep? If it never occurs, the answer is $text.",
        "Gives the last piece when splitting at the separator, e.g. c.txt for a/b/c.txt split at a slash.",
        "Search $text from the right for $sep and return everything behind it; nothing found means the full text.",
        "I want just the file name kind of thing: everything right of the last $sep, or $text unchanged if it has none.",
    ],
    py=[
        "return $text.rsplit($sep, 1)[-1]",
        "return $text.rpartition($sep)[2]",
        "return $text.split($sep)[-1]",
    ],
    ts=[
        "return $text.split($sep).at(-1) ?? '';",
        "const $pos = $text.lastIndexOf($sep);\nreturn $pos === -1 ? $text : $text.slice($pos + $sep.length);",
    ],
    inputs=lambda r: (r.choice(["/", ".", "->"]).join(r.words((1, 4))), r.choice(["/", ".", "->"])),
    edges=[("", "/"), ("a/b/c.txt", "/"), ("a.b.", "."), ("plain", ".")],
)

family(
    "strings_search/between",
    names="text_between between extract_between cut_out_between",
    args={"text": ("str", "text s source line"), "left": ("str", "left opening start_mark before"), "right": ("str", "right closing end_mark after")},
    returns="str | None",
    locals={"start": "start begin i from_pos", "end": "end stop j to_pos"},
    wordings=[
        "Return the text between the first $left and the next $right after it, or None/null if either is missing.",
        "Extract from $text what stands after the first $left and before the $right that follows; None/null without both.",
        "part of $text between first $left and the following $right, None/null if not found",
        "What lies in $text between $left and the nearest $right behind it? No value (None, null) if one of them is absent.",
        "Finds $left, then looks for $right after it, and gives back what is in between; otherwise None or null.",
        "I need the value inside marks: b from a[b]c with [ and ], and None/null when there is no such pair.",
        "Search $text for $left; from its end search for $right; return the characters between, or None/null if a search fails.",
    ],
    py=[
        "$start = $text.find($left)\n$end = $text.find($right, $start + len($left))\nif $start == -1 or $end == -1:\n    return None\nreturn $text[$start + len($left):$end]",
        "if $left not in $text:\n    return None\n$start = $text.index($left) + len($left)\n$end = $text.find($right, $start)\nreturn None if $end < 0 else $text[$start:$end]",
    ],
    ts=[
        "const $start = $text.indexOf($left);\nif ($start === -1) return null;\nconst $end = $text.indexOf($right, $start + $left.length);\nreturn $end === -1 ? null : $text.slice($start + $left.length, $end);",
    ],
    inputs=lambda r: (
        "".join(r.choice(["[", "]", "<<", ">>", r.word()]) for _ in range(r.int(0, 6))),
        *r.choice([("[", "]"), ("<<", ">>"), ("[", "[")]),
    ),
    edges=[("", "[", "]"), ("a[b]c[d]", "[", "]"), ("]a[", "[", "]"), ("x||y", "|", "|")],
)

family(
    "strings_search/replace_first",
    names="replace_first replace_once swap_first_match substitute_first",
    args={"text": ("str", "text s source line"), "old": ("str", "old target wanted search"), "fresh": ("str", "fresh replacement substitute new_text")},
    returns="str",
    locals={"pos": "pos index i at"},
    wordings=[
        "Return $text with only the first occurrence of $old replaced by $fresh; unchanged if $old (not empty) is absent.",
        "Replace the leftmost $old in $text with $fresh and leave later ones alone. $old is never empty.",
        "$text, first $old -> $fresh, once only, same text if not found",
        "What is $text after exchanging just the first $old for $fresh, or leaving it alone when $old does not occur?",
        "Looks for $old in $text and, if it is there, puts $fresh in its place a single time.",
        "I want one replacement only: the first $old becomes $fresh, every other $old stays.",
        "Find the first place of $old; keep what is before and after it in $text and put $fresh in between. Not found: no change.",
    ],
    py=[
        "return $text.replace($old, $fresh, 1)",
        "$pos = $text.find($old)\nif $pos == -1:\n    return $text\nreturn $text[:$pos] + $fresh + $text[$pos + len($old):]",
    ],
    ts=[
        "return $text.replace($old, () => $fresh);",
        "const $pos = $text.indexOf($old);\nif ($pos === -1) return $text;\nreturn $text.slice(0, $pos) + $fresh + $text.slice($pos + $old.length);",
    ],
    inputs=lambda r: (r.text("abc", (0, 9)), r.text("abc", (1, 2)), r.choice(["", "x", "--", "a"])),
    edges=[("", "a", "b"), ("banana", "an", "AN"), ("abc", "d", "x"), ("aa", "a", "")],
)

family(
    "strings_search/drop_prefix",
    names="drop_prefix remove_prefix without_prefix cut_prefix",
    args={"text": ("str", "text s name source"), "prefix": ("str", "prefix head start lead")},
    returns="str",
    wordings=[
        "Return $text without $prefix at its start, or unchanged if it does not start with $prefix.",
        "Remove $prefix once from the beginning of $text, if it is there; otherwise change nothing.",
        "$text minus leading $prefix (one copy), same text when it does not begin so",
        "What remains of $text when a leading $prefix is taken off a single time, and nothing else is touched?",
        "Takes $prefix away from the front of $text only where it really stands there; an empty one changes nothing.",
        "If $text starts with $prefix, skip as many characters as it has; else give back $text.",
        "I get keys like app.name and want name: cut $prefix from the front when present, just once.",
    ],
    py=[
        "return $text.removeprefix($prefix)",
        "return $text[len($prefix):] if $text.startswith($prefix) else $text",
        "if $text.startswith($prefix):\n    return $text[len($prefix):]\nreturn $text",
    ],
    ts=[
        "return $text.startsWith($prefix) ? $text.slice($prefix.length) : $text;",
        "if (!$text.startsWith($prefix)) return $text;\nreturn $text.slice($prefix.length);",
    ],
    inputs=lambda r: (lambda p: (r.choice([p, p, p + p, ""]) + r.word(), p))(r.choice(["re", "un", "app.", "a"])),
    edges=[("", "a"), ("abc", ""), ("app.name", "app."), ("aab", "a")],
)

family(
    "strings_search/ensure_suffix",
    names="ensure_suffix with_suffix add_ending_if_missing force_suffix",
    args={"text": ("str", "text s name path"), "suffix": ("str", "suffix ending tail extension")},
    returns="str",
    wordings=[
        "Return $text ending in $suffix: unchanged if it already does, otherwise with $suffix appended.",
        "Append $suffix to $text unless $text ends with it already.",
        "$text with $suffix at the end, added only when missing",
        "How does $text read once we make sure, without doubling, that it ends with $suffix?",
        "Adds an ending to a file name if it lacks it, so notes becomes notes.txt and notes.txt stays.",
        "If the last characters of $text are $suffix, return it as is, else $text followed by $suffix.",
        "I need $suffix at the end of $text exactly as given, but never a second time if it is there.",
    ],
    py=[
        "return $text if $text.endswith($suffix) else $text + $suffix",
        "if not $text.endswith($suffix):\n    return $text + $suffix\nreturn $text",
    ],
    ts=[
        "return $text.endsWith($suffix) ? $text : $text + $suffix;",
        "if ($text.endsWith($suffix)) return $text;\nreturn `${$text}${$suffix}`;",
    ],
    inputs=lambda r: (lambda e: (r.word() + r.choice(["", e, e, "."]), e))(r.choice([".txt", "/", "!", "."])),
    edges=[("", "/"), ("notes", ".txt"), ("notes.txt", ".txt"), ("abc", "")],
)

family(
    "strings_search/starts_with_any",
    names="starts_with_any has_any_prefix begins_with_one_of matches_prefix",
    args={"text": ("str", "text s path command"), "prefixes": ("list[str]", "prefixes starts options candidates")},
    returns="bool",
    locals={"prefix": "prefix start p option"},
    wordings=[
        "Return whether $text starts with at least one of $prefixes; an empty list gives false.",
        "Check if any of $prefixes is the beginning of $text, case-sensitively; no prefixes, no match.",
        "true when $text begins with some entry of $prefixes, false for an empty list",
        "Does $text begin with one or more of the strings in $prefixes (never, if the list is empty)?",
        "Tells if one of several prefixes fits the front of $text; with nothing to try it says no.",
        "Go through $prefixes and answer yes as soon as $text starts with one of them; otherwise no.",
        "I want to test $text against a list of allowed beginnings, exact case; an empty list allows nothing.",
    ],
    py=[
        "return $text.startswith(tuple($prefixes))",
        "return any($text.startswith($prefix) for $prefix in $prefixes)",
        "for $prefix in $prefixes:\n    if $text.startswith($prefix):\n        return True\nreturn False",
    ],
    ts=[
        "return $prefixes.some(($prefix) => $text.startsWith($prefix));",
        "for (const $prefix of $prefixes) {\n  if ($text.startsWith($prefix)) return true;\n}\nreturn false;",
    ],
    inputs=lambda r: (lambda w: (w, [r.choice([r.word()[:2], r.word(), r.word(), w[:1], w[:3]]) for _ in range(r.int(0, 3))]))(r.word()),
    edges=[("", []), ("abc", [""]), ("--help", ["-", "/"]), ("Abc", ["a"])],
)

family(
    "strings_search/find_all",
    names="find_all positions_of all_positions indexes_of_char where_is",
    args={"text": ("str", "text s source line"), "mark": ("str", "mark wanted target symbol")},
    returns="list[int]",
    locals={"i": "i pos index k", "ch": "ch c char letter", "found": "found result out positions"},
    wordings=[
        "Return the zero-based positions of the character $mark in $text, in increasing order.",
        "Find every index at which $text has the single character $mark; none gives an empty list.",
        "all indexes (from 0) of char $mark in $text, ascending",
        "At which positions, counted from 0, does the character $mark stand in $text?",
        "Lists where a given character occurs, e.g. 1, 3 and 5 for a in banana; exact case, empty if it does not occur.",
        "Run over $text with an index starting at 0 and collect the index whenever the character equals $mark.",
        "I need all the places of one character $mark in $text, not just the first, as indexes from zero.",
    ],
    py=[
        "return [$i for $i, $ch in enumerate($text) if $ch == $mark]",
        "$found = []\nfor $i, $ch in enumerate($text):\n    if $ch == $mark:\n        $found.append($i)\nreturn $found",
    ],
    ts=[
        "return [...$text].flatMap(($ch, $i) => ($ch === $mark ? [$i] : []));",
        "const $found: number[] = [];\nfor (let $i = 0; $i < $text.length; $i++) {\n  if ($text[$i] === $mark) $found.push($i);\n}\nreturn $found;",
    ],
    inputs=lambda r: (r.choice([r.sentence((1, 3)), r.text("abA", (0, 8))]), r.choice("aaelA")),
    edges=[("", "a"), ("banana", "a"), ("abc", "z")],
)

family(
    "strings_search/common_suffix_length",
    names="common_suffix_length shared_ending_length rhyme_length matching_tail",
    args={"first": ("str", "first a left one"), "second": ("str", "second b right other")},
    returns="int",
    locals={"n": "n count size k"},
    wordings=[
        "Return how many characters $first and $second have in common at their ends.",
        "Count the equal characters of $first and $second from the back until they differ or one of them is used up.",
        "length of the longest common suffix of $first and $second",
        "How long is the longest ending that $first and $second share? It is 0 when their last characters differ.",
        "Compares two words from right to left and tells how many characters match before the first mismatch.",
        "Start at the last characters; as long as both strings have one and they agree, count it and step left.",
        "I need a rhyme score: the number of identical characters at the end of both, 4 for night and light.",
    ],
    py=[
        "$n = 0\nwhile $n < min(len($first), len($second)) and $first[-1 - $n] == $second[-1 - $n]:\n    $n += 1\nreturn $n",
        "return len(os.path.commonprefix([$first[::-1], $second[::-1]]))",
    ],
    ts=[
        "let $n = 0;\nwhile ($n < $first.length && $first.at(-1 - $n) === $second.at(-1 - $n)) $n++;\nreturn $n;",
    ],
    py_imports=["import os"],
    inputs=lambda r: (lambda w: (r.text("ab", (0, 2)) + w, r.text("ab", (0, 2)) + w[r.int(0, 5):]))(r.word()),
    edges=[("", ""), ("night", "light"), ("abc", "abd"), ("ing", "sing")],
)

family(
    "strings_search/is_rotation",
    names="is_rotation rotations_of_each_other same_ring is_cyclic_shift",
    args={"first": ("str", "first a left one"), "second": ("str", "second b right other")},
    returns="bool",
    wordings=[
        "Return whether $second is a rotation of $first: same length, and a front part of $first moved to its end.",
        "Check if moving some characters, possibly none, from the front of $first to its back gives $second.",
        "is $second a cyclic shift of $first (zero shift counts, lengths must match)",
        "Can $first be turned into $second by cutting it once and swapping the two pieces, or by doing nothing?",
        "Tells if two strings are the same when written around a ring; strings of different lengths never are, two empty ones are.",
        "Require equal lengths, then see whether $second occurs in $first written twice in a row.",
        "I need to know if $first and $second are rotations of each other, such as water and terwa.",
    ],
    py=[
        "return len($first) == len($second) and $second in $first + $first",
        "return len($first) == len($second) and $second in $first * 2",
    ],
    ts=[
        "return $first.length === $second.length && ($first + $first).includes($second);",
        "return $first.length === $second.length && $first.repeat(2).includes($second);",
    ],
    inputs=lambda r: (lambda w, k: (w, r.choice([w[k:] + w[:k], w[k:] + w[:k], w[::-1], w[1:]])))(r.choice([r.word(), r.text("ab", (1, 5))]), r.int(0, 4)),
    edges=[("", ""), ("water", "terwa"), ("ab", "abab"), ("abc", "acb")],
)

family(
    "strings_search/differ_by_one",
    names="differ_by_one one_letter_apart is_one_substitution single_mismatch",
    args={"first": ("str", "first a left one"), "second": ("str", "second b right other")},
    returns="bool",
    locals={"x": "x p ch c1", "y": "y q other_ch c2", "i": "i k pos index", "total": "total diff count changes"},
    wordings=[
        "Return whether $first and $second have equal length and differ at exactly one position.",
        "Check if replacing a single character turns $first into $second; equal strings do not count.",
        "same length and exactly 1 mismatch between $first and $second",
        "Are $first and $second one letter apart, i.e. equally long with precisely one differing character?",
        "Tells if two words are neighbours in a word ladder: one letter changed, none added or removed, not identical.",
        "If the lengths differ say no; else count the unequal positions of $first and $second and see if there is just one.",
        "I want true for cat and cot, false for cat and cat, cat and cots, or cat and dog.",
    ],
    py=[
        "if len($first) != len($second):\n    return False\nreturn sum($x != $y for $x, $y in zip($first, $second)) == 1",
        "if len($first) != len($second):\n    return False\n$total = 0\nfor $x, $y in zip($first, $second):\n    if $x != $y:\n        $total += 1\nreturn $total == 1",
    ],
    ts=[
        "if ($first.length !== $second.length) return false;\nreturn [...$first].filter(($x, $i) => $x !== $second[$i]).length === 1;",
    ],
    inputs=lambda r: (lambda w, k: (w, r.choice([w[:k] + r.choice("aeiou") + w[k + 1:], w[:k] + r.choice("aeiou") + w[k + 1:], w, r.word(), w + "s"])))(r.word(), r.int(0, 3)),
    edges=[("", ""), ("cat", "cot"), ("cat", "dog"), ("cat", "cats")],
)

family(
    "strings_search/first_difference",
    names="first_difference first_mismatch index_of_difference where_they_differ",
    args={"first": ("str", "first a left one"), "second": ("str", "second b right other")},
    returns="int",
    locals={"i": "i k pos index"},
    wordings=[
        "Return the first index at which $first and $second differ, -1 if they are equal; a missing character counts as different.",
        "Find the first position, from 0, where $first and $second are not the same (one may end there); equal strings give -1.",
        "index of first mismatch of $first and $second, shorter length if one is a prefix, -1 when equal",
        "Where do $first and $second start to differ, counted from 0? -1 for equal strings, the shorter length if one continues the other.",
        "Compares two strings from the left and gives the index of the first disagreement, an early end included, or -1 without any.",
        "Step through both strings together; return the index once the characters differ or only one string goes on, else -1.",
        "I need the spot where two versions of a line diverge: abc and abd give 2, ab and abc too, equal ones -1.",
    ],
    py=[
        "if $first == $second:\n    return -1\n$i = 0\nwhile $first[$i:$i + 1] == $second[$i:$i + 1]:\n    $i += 1\nreturn $i",
        "for $i in range(max(len($first), len($second))):\n    if $first[$i:$i + 1] != $second[$i:$i + 1]:\n        return $i\nreturn -1",
    ],
    ts=[
        "if ($first === $second) return -1;\nlet $i = 0;\nwhile ($first[$i] === $second[$i]) $i++;\nreturn $i;",
        "for (let $i = 0; $i < Math.max($first.length, $second.length); $i++) {\n  if ($first[$i] !== $second[$i]) return $i;\n}\nreturn -1;",
    ],
    inputs=lambda r: (lambda w: (w, r.choice([w, w[: r.int(0, 5)] + r.text("abe", (0, 2)), w + "x"])))(r.word()),
    edges=[("", ""), ("abc", "abd"), ("ab", "abc"), ("", "x")],
)

family(
    "strings_search/shared_letters",
    names="shared_letters common_characters letters_in_both chars_in_common",
    args={"first": ("str", "first a left one"), "second": ("str", "second b right other")},
    returns="str",
    locals={"ch": "ch c char letter"},
    wordings=[
        "Return the distinct characters that occur in both $first and $second, sorted, as one string.",
        "Collect each character found in $first as well as in $second, once, in ascending order; none gives an empty string.",
        "sorted unique chars of $first that $second has too, joined",
        "Which characters do $first and $second have in common, each listed once and in sorted order?",
        "Intersects the character sets of two strings and gives the result as a sorted string; case matters.",
        "Take the different characters of $first, keep those contained in $second, sort them and join them together.",
        "I need the letters shared by $first and $second, alphabetically, without repeats, exact case.",
    ],
    py=[
        "return ''.join(sorted(set($first) & set($second)))",
        "return ''.join(sorted($ch for $ch in set($first) if $ch in $second))",
    ],
    ts=[
        "return [...new Set($first)]\n  .filter(($ch) => $second.includes($ch))\n  .sort()\n  .join('');",
    ],
    inputs=lambda r: (r.word(), r.choice([r.word(), r.word().capitalize()])),
    edges=[("", "abc"), ("hello", "world"), ("Abc", "abc")],
)

family(
    "strings_search/split_once",
    names="split_once split_at_first key_and_value cut_in_two",
    args={"text": ("str", "text s line entry"), "sep": ("str", "sep separator mark delimiter")},
    returns="tuple[str, str]",
    locals={"left": "left head before key", "right": "right tail after value", "pos": "pos index i at"},
    wordings=[
        "Return the pair of texts before and after the first $sep in $text; without $sep the pair is $text and an empty string.",
        "Split $text in two at the first $sep (never empty); if it is missing, the second part is empty and the first everything.",
        "(before, after) of first $sep in $text; ($text, empty) if absent",
        "Which two parts does the first $sep cut $text into? When $sep is absent, the first is all of it, the second empty.",
        "Turns key=value=x with = into key and value=x; a line without the separator becomes itself plus an empty string.",
        "Find $sep in $text; return what is left and right of its first occurrence, or $text with an empty right side.",
        "I parse header lines: name and remainder as a pair, split only once at $sep, remainder empty if there is none.",
    ],
    py=[
        "$left, _, $right = $text.partition($sep)\nreturn $left, $right",
        "$pos = $text.find($sep)\nif $pos == -1:\n    return $text, ''\nreturn $text[:$pos], $text[$pos + len($sep):]",
    ],
    ts=[
        "const $pos = $text.indexOf($sep);\nif ($pos === -1) return [$text, ''];\nreturn [$text.slice(0, $pos), $text.slice($pos + $sep.length)];",
        "const [$left, ...$right] = $text.split($sep);\nreturn [$left, $right.join($sep)];",
    ],
    inputs=lambda r: (r.choice(["=", ": ", ","]).join(r.words((1, 4))), r.choice(["=", ": ", ","])),
    edges=[("", "="), ("key=value=x", "="), ("plain", ":"), ("=", "=")],
)

family(
    "strings_search/remove_parenthesised",
    names="remove_bracketed drop_parentheses strip_parenthesised without_brackets",
    args={"text": ("str", "text s line title")},
    returns="str",
    locals={"out": "out result kept clean", "inside": "inside within hidden skipping", "ch": "ch c char symbol"},
    wordings=[
        "Return $text without anything in round brackets, the brackets included; brackets are balanced and not nested.",
        "Delete each ( and its matching ) from $text together with what is between; they are never nested or unclosed.",
        "$text minus all (...) parts, brackets too, no nesting, blanks outside kept",
        "What is $text once every remark in parentheses, with its parentheses, is cut out and nothing else changes?",
        "Drops remarks in parentheses, so tea (hot) now becomes tea, two blanks, now; pairs are complete and not nested.",
        "Copy $text but skip from each opening round bracket to the next closing one, both included; all else stays as it is.",
        "I want titles without their (bracketed) additions; leave the surrounding spaces, brackets always come in simple pairs.",
    ],
    py=[
        "return re.sub(r'\\([^)]*\\)', '', $text)",
        "$out, $inside = '', False\nfor $ch in $text:\n    if $ch == '(':\n        $inside = True\n    if not $inside:\n        $out += $ch\n    $inside = $inside and $ch != ')'\nreturn $out",
    ],
    ts=[
        "return $text.replace(/\\([^)]*\\)/g, '');",
    ],
    py_imports=["import re"],
    inputs=lambda r: (r.choice([" ", ""]).join(r.choice([r.word(), r.word(), f"({r.sentence((0, 2))})"]) for _ in range(r.int(0, 5))),),
    edges=[("",), ("tea (hot) now",), ("(a)(b)",), ("none",)],
)

family(
    "strings_search/wildcard",
    names="matches_wildcard wildcard_match match_star simple_glob",
    args={"text": ("str", "text s name source"), "pattern": ("str", "pattern glob mask spec")},
    returns="bool",
    locals={"head": "head before start left", "tail": "tail after end right"},
    wordings=[
        "Return whether $text matches $pattern, which has exactly one * standing for any characters, possibly none.",
        "Check $text against $pattern; its single star may stand for any run of characters, even an empty one, the rest is literal.",
        "glob with exactly one * in $pattern: does all of $text match? the star may be empty",
        "Does $text as a whole fit $pattern, where the one * in it takes the place of zero or more characters?",
        "Split $pattern at its only star; $text must start with the first part, end with the second, and the two must not overlap.",
        "I need file matching like a*.txt: one star per $pattern, any characters in its place, everything else exact.",
        "Tells if a name fits a mask with one asterisk, which covers anything or nothing; case matters.",
    ],
    py=[
        "$head, $tail = $pattern.split('*')\nreturn (\n    len($text) >= len($head) + len($tail)\n    and $text.startswith($head)\n    and $text.endswith($tail)\n)",
        "$head, $tail = map(re.escape, $pattern.split('*'))\nreturn re.fullmatch(f'{$head}.*{$tail}', $text) is not None",
    ],
    ts=[
        "const [$head, $tail] = $pattern.split('*');\nif ($text.length < $head.length + $tail.length) return false;\nreturn $text.startsWith($head) && $text.endsWith($tail);",
    ],
    py_imports=["import re"],
    inputs=lambda r: (r.text("ab", (0, 5)), r.text("ab", (0, 2)) + "*" + r.text("ab", (0, 2))),
    edges=[("", "*"), ("a", "a*a"), ("aa", "a*a"), ("abc.txt", "a*.txt")],
)

family(
    "strings_search/suggest",
    names="suggest autocomplete completions words_with_prefix",
    args={"words": ("list[str]", "words names options entries"), "prefix": ("str", "prefix typed start query"), "limit": ("int", "limit n at_most size")},
    returns="list[str]",
    locals={"word": "word w name option", "found": "found result hits matches"},
    wordings=[
        "Return the first $limit of $words, in alphabetical order, that start with $prefix; duplicates stay.",
        "Suggest completions: the entries of $words beginning with $prefix, sorted ascending, at most $limit of them (0 or more).",
        "sorted $words that start with $prefix, cut to $limit entries, repeats kept",
        "Which of $words start with $prefix? List them sorted, repeats included, and no more than $limit.",
        "Filters words by a prefix, sorts what is left in ascending order and keeps only the first $limit entries.",
        "Keep those of $words that begin with $prefix, sort them, then take the first $limit; fewer matches give a shorter list.",
        "I need autocomplete: alphabetical matches for $prefix from $words, exact case, no more than $limit, possibly none.",
    ],
    py=[
        "return sorted($word for $word in $words if $word.startswith($prefix))[:$limit]",
        "$found = []\nfor $word in sorted($words):\n    if $word.startswith($prefix) and len($found) < $limit:\n        $found.append($word)\nreturn $found",
    ],
    ts=[
        "return $words\n  .filter(($word) => $word.startsWith($prefix))\n  .sort()\n  .slice(0, $limit);",
        "const $found = $words.filter(($word) => $word.startsWith($prefix));\n$found.sort();\nreturn $found.slice(0, $limit);",
    ],
    inputs=lambda r: (r.words((0, 10)), r.choice(["", "l", "p", "k", "ka", "a", "le"]), r.int(0, 4)),
    edges=[([], "a", 3), (["tea", "ten", "cup"], "te", 5), (["b", "a"], "", 1), (["a"], "a", 0)],
)

family(
    "strings_search/can_spell",
    names="can_spell can_build_word enough_letters is_spellable",
    args={"word": ("str", "word target wanted note"), "letters": ("str", "letters pool tiles supply")},
    returns="bool",
    locals={"ch": "ch c char x", "left": "left rest remaining stock", "i": "i pos k at"},
    wordings=[
        "Return whether $word can be spelled with the characters of $letters, each used at most once; an empty $word always can.",
        "Check if $letters has every character of $word often enough, in any order; nothing is needed for an empty $word.",
        "can $word be laid from the tiles in $letters (each tile once, case-sensitive; empty word: yes)",
        "Are there enough characters in $letters to write $word, using none of them twice?",
        "Tells if a word can be built from a supply of letters without reusing any; order is free, case matters.",
        "For each character of $word make sure it occurs in $letters at least as many times as in $word.",
        "I have letter tiles in $letters and want to know if they suffice for $word, one tile for each character.",
    ],
    py=[
        "return all($word.count($ch) <= $letters.count($ch) for $ch in $word)",
        "return not collections.Counter($word) - collections.Counter($letters)",
        "for $ch in $word:\n    if $ch not in $letters:\n        return False\n    $letters = $letters.replace($ch, '', 1)\nreturn True",
    ],
    ts=[
        "const $left = [...$letters];\nfor (const $ch of $word) {\n  const $i = $left.indexOf($ch);\n  if ($i === -1) return false;\n  $left.splice($i, 1);\n}\nreturn true;",
    ],
    py_imports=["import collections"],
    inputs=lambda r: (r.text("abc", (0, 4)), r.text("aabbcc", (2, 8))),
    edges=[("", ""), ("aab", "ab"), ("tea", "eat"), ("x", "")],
)
