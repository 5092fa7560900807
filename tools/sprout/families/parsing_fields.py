"""Parsing text made of fields: pairs, rows, ranges, query strings, log lines and templates."""

from family import family

family(
    "parsing_fields/parse_pairs",
    names="parse_pairs parse_key_values read_options pairs_to_dict parse_assignments",
    args={"text": ("str", "text line s source options")},
    returns="dict[str, str]",
    locals={"result": "result pairs out values", "part": "part piece field item", "key": "key k name",
            "value": "value v val", "at": "at i pos"},
    wordings=[
        "Parse $text such as 'a=1, b=2' into a dictionary of strings; parts without '=' are skipped, spaces around are trimmed.",
        "Read comma-separated key=value parts. Trim keys and values and ignore any part that has no equals sign.",
        "dict from 'k=v, k=v' in $text, split at the first '=', trimmed, other parts dropped",
        "Which settings does $text hold? It looks like 'x=1,y=2'; trim everything and skip parts lacking an equals sign.",
        "Split $text at commas, split each part at its first '=', trim both sides and collect them; no '=' means no entry.",
        "I have options in one string, name=value with commas between. Give me a dictionary (junk without = is ignored).",
        "Takes a line of assignments separated by commas and gives back name to value, both as trimmed strings.",
    ],
    py=[
        "$result: dict[str, str] = {}\nfor $part in $text.split(','):\n    if '=' in $part:\n"
        "        $key, $value = $part.split('=', 1)\n        $result[$key.strip()] = $value.strip()\nreturn $result",
    ],
    ts=[
        "const $result: Record<string, string> = {};\nfor (const $part of $text.split(',')) {\n"
        "  const $at = $part.indexOf('=');\n"
        "  if ($at >= 0) $result[$part.slice(0, $at).trim()] = $part.slice($at + 1).trim();\n}\nreturn $result;",
    ],
    inputs=lambda r: (r.choice([",", ", "]).join(w + r.choice(["=", " = ", "="]) + str(r.int()) if r.random() < 0.85 else w
                                                 for w in r.words((0, 4))),),
    edges=[("",), ("a=1, b=2",), ("x=y=z,junk",), ("a=",)],
)

family(
    "parsing_fields/split_fields",
    names="split_fields csv_fields parse_row trimmed_fields read_cells",
    args={"line": ("str", "line row text record s"), "separator": ("str", "separator sep delimiter mark")},
    returns="list[str]",
    locals={"field": "field part cell x"},
    wordings=[
        "Return the non-empty fields of $line, split at $separator and trimmed.",
        "Split $line at every $separator, strip the spaces around each field and leave out empty fields.",
        "fields of $line between $separator, trimmed, blanks dropped",
        "What are the fields of this row? Cut at $separator, trim, and do not report fields that are blank.",
        "I need the cells of $line without surrounding spaces and without empty cells; an empty line has none.",
        "Takes a row and its delimiter and gives back the trimmed cells that are not empty.",
        "Break $line apart at $separator; keep each part, trimmed, unless nothing is left of it.",
    ],
    py=[
        "return [$field.strip() for $field in $line.split($separator) if $field.strip()]",
        "return [$field for $field in map(str.strip, $line.split($separator)) if $field]",
    ],
    ts=[
        "return $line\n  .split($separator)\n  .map(($field) => $field.trim())\n  .filter(($field) => $field !== '');",
    ],
    inputs=lambda r: (lambda sep: (sep.join(r.choice(["", " "]) + w + r.choice(["", " "]) for w in [*r.words((0, 4)), r.choice(["", "end"])]), sep))(r.choice([",", ";", "|"])),
    edges=[("", ","), (" a ; ;b", ";"), ("one", "|")],
)

family(
    "parsing_fields/sum_row",
    names="sum_row row_total sum_of_numbers total_of_line add_fields",
    args={"line": ("str", "line row text s numbers_text")},
    returns="int",
    locals={"field": "field part cell x", "total": "total result acc sum_out"},
    wordings=[
        "Return the sum of the integers in $line, which are separated by commas; blank fields count as 0.",
        "Add up $line, a comma-separated row such as '3, 4,-1'. Empty fields are worth nothing.",
        "sum of the ints in $line, split at ',', blanks = 0",
        "What do the numbers in $line add up to? They are whole numbers with commas between; skip blank fields.",
        "Split $line at commas, turn each non-blank field into an integer and total them; an empty row gives 0.",
        "I have something like '10,20, 5' and need the total as a number, 0 for an empty string.",
        "Takes a line of whole numbers, comma between them, and gives back their sum (blank parts are ignored).",
    ],
    py=[
        "return sum(int($field) for $field in $line.split(',') if $field.strip())",
        "$total = 0\nfor $field in $line.split(','):\n    if $field.strip():\n        $total += int($field)\nreturn $total",
    ],
    ts=[
        "return $line.split(',').reduce(($total, $field) => $total + Number($field), 0);",
        "let $total = 0;\nfor (const $field of $line.split(',')) {\n  $total += Number($field);\n}\nreturn $total;",
    ],
    inputs=lambda r: (r.choice([",", ", "]).join(str(n) for n in r.ints(size=(0, 5))),),
    edges=[("",), ("1,,2",), (" 7 ",), ("-3,3",)],
)

family(
    "parsing_fields/integers_in",
    names="integers_in extract_numbers find_ints numbers_from_text all_integers",
    args={"text": ("str", "text s line message source")},
    returns="list[int]",
    locals={"token": "token m part found"},
    wordings=[
        "Return all integers that occur in $text, in order; a minus sign right before the digits belongs to the number.",
        "Extract every whole number from $text, including negative ones like -4. No digits means an empty list.",
        "ints in $text (optional '-' then digits), left to right",
        "Which integers are hidden in $text? Runs of digits, with a leading minus if it touches them.",
        "I need the numbers out of a line of text as a list of ints, negative sign respected, [] if there are none.",
        "Scans $text for an optional minus followed by digits and converts each match to an integer.",
        "Pull the numbers out of 'from 3 to -12' style text: that one would give 3 and -12.",
    ],
    py=[
        "return [int($token) for $token in re.findall(r'-?\\d+', $text)]",
        "return list(map(int, re.findall(r'-?\\d+', $text)))",
    ],
    ts=[
        "return ($text.match(/-?\\d+/g) ?? []).map(Number);",
        "return [...$text.matchAll(/-?\\d+/g)].map(($token) => Number($token[0]));",
    ],
    py_imports=["import re"],
    inputs=lambda r: (" ".join(r.choice([r.word(), str(r.int()), r.word() + str(r.int(0, 99))]) for _ in range(r.randint(0, 5))),),
    edges=[("",), ("from 3 to -12",), ("a1b22-c",)],
)

family(
    "parsing_fields/expand_range",
    names="expand_range range_to_list parse_range numbers_between list_from_range",
    args={"text": ("str", "text span spec range_text s")},
    returns="list[int]",
    locals={"first": "first low start a", "last": "last high end b", "i": "i k offset", "result": "result out nums"},
    wordings=[
        "Return the integers of $text, a range like '3-6', both ends included; a falling range such as '6-3' is empty.",
        "Expand $text, two non-negative numbers with a dash between, into the list of all numbers from first to second.",
        "range $text to list, '2-5' -> 2, 3, 4, 5; empty if the first number is larger",
        "Which numbers does the range $text cover? It is written a-b and includes a and b; none when a is above b.",
        "I get page ranges such as '7-9' and want the pages as a list: 7, 8 and 9. Backward ranges give nothing.",
        "Splits $text at the dash, reads both ends and counts from the first to the last; [] if the end comes earlier.",
        "Turn $text, a dash-separated range, into its numbers, inclusive at both ends, empty where it runs backwards.",
    ],
    py=[
        "$first, $last = map(int, $text.split('-'))\nreturn list(range($first, $last + 1))",
        "$first, $last = $text.split('-')\nreturn [$i for $i in range(int($first), int($last) + 1)]",
    ],
    ts=[
        "const [$first, $last] = $text.split('-').map(Number);\nconst $result: number[] = [];\n"
        "for (let $i = $first; $i <= $last; $i++) {\n  $result.push($i);\n}\nreturn $result;",
        "const [$first, $last] = $text.split('-').map(Number);\n"
        "return Array.from({ length: Math.max(0, $last - $first + 1) }, (_, $i) => $first + $i);",
    ],
    inputs=lambda r: (f"{r.int(0, 12)}-{r.int(4, 16)}",),
    edges=[("3-6",), ("6-3",), ("5-5",)],
)

family(
    "parsing_fields/expand_page_list",
    names="expand_page_list parse_pages expand_ranges page_numbers parse_ranges",
    args={"text": ("str", "text pages spec s selection")},
    returns="list[int]",
    locals={"result": "result numbers out nums", "part": "part piece chunk", "first": "first low a", "last": "last high b",
            "i": "i n page"},
    wordings=[
        "Return the numbers meant by $text, a comma-separated list of numbers and ranges like '1-3,7'; '' gives an empty list.",
        "Expand the page selection $text: '1-3,7,9-10' becomes 1, 2, 3, 7, 9, 10. The order stays as written.",
        "pages in $text, '1-3,7' -> 1, 2, 3, 7 (inclusive ranges, nothing for an empty string)",
        "Which pages does $text select? Parts are split by commas; each is a number or an inclusive a-b range. '' selects none.",
        "Split $text at commas and add each single number, or every number from a to b for a part a-b, to a list.",
        "I type page lists such as '2,4-6' in a print dialog; give me all page numbers ([] for an empty string).",
        "Takes $text, numbers and dash ranges separated by commas, and gives back all of the numbers, in the order of the parts.",
    ],
    py=[
        "$result: list[int] = []\nfor $part in filter(None, $text.split(',')):\n"
        "    $first, _, $last = $part.partition('-')\n"
        "    $result.extend(range(int($first), int($last or $first) + 1))\nreturn $result",
    ],
    ts=[
        "const $result: number[] = [];\nfor (const $part of $text ? $text.split(',') : []) {\n"
        "  const [$first, $last = $first] = $part.split('-').map(Number);\n"
        "  for (let $i = $first; $i <= $last; $i++) $result.push($i);\n}\nreturn $result;",
    ],
    inputs=lambda r: (",".join(r.choice([str(a), f"{a}-{a + r.int(0, 3)}"]) for a in r.ints(0, 20, (0, 4))),),
    edges=[("",), ("1-3,7,9-10",), ("4",)],
)

family(
    "parsing_fields/parse_query",
    names="parse_query query_params read_query_string parse_search_params query_to_dict",
    args={"query": ("str", "query search text qs params_text")},
    returns="dict[str, str]",
    locals={"result": "result params out fields", "part": "part piece pair", "key": "key k name", "value": "value v val",
            "rest": "rest tail others"},
    wordings=[
        "Parse a query string such as '?a=1&b=2' into a dictionary; a leading '?' is optional and a key without '=' maps to ''.",
        "Read the parameters of $query. Parts are joined by '&', the question mark may be missing, no '=' means an empty value.",
        "params of $query as a dict of strings, no decoding, '' for a bare key, empty parts skipped",
        "Which parameters does $query carry? Strip the '?', split at '&' and at the first '='; bare keys get ''.",
        "I need the part of a URL after the path, like '?page=2&all', as a dictionary (here page '2' and all '').",
        "Drops a question mark at the start, cuts $query at each ampersand and stores name and value; empty parts are ignored.",
        "Split a query string into its parameters without decoding anything; the last of several equal keys wins.",
    ],
    py=[
        "$result: dict[str, str] = {}\nfor $part in $query.removeprefix('?').split('&'):\n    if $part:\n"
        "        $key, _, $value = $part.partition('=')\n        $result[$key] = $value\nreturn $result",
    ],
    ts=[
        "const $result: Record<string, string> = {};\n"
        "for (const $part of $query.replace(/^\\?/, '').split('&')) {\n"
        "  const [$key, ...$rest] = $part.split('=');\n"
        "  if ($part) $result[$key] = $rest.join('=');\n}\nreturn $result;",
    ],
    inputs=lambda r: (r.choice(["", "?"]) + "&".join(w + r.choice(["", "=", f"={r.int(0, 99)}"]) for w in r.words((0, 4))),),
    edges=[("",), ("?a=1&b=2",), ("a=b=c&&d",)],
)

family(
    "parsing_fields/build_query",
    names="build_query to_query_string join_params format_query make_query",
    args={"params": ("dict[str, int]", "params options values fields data")},
    returns="str",
    locals={"key": "key k name", "parts": "parts pieces pairs out"},
    wordings=[
        "Return $params as a query string 'a=1&b=2' with sorted keys; no entries give the empty string.",
        "Join the entries of $params as key=value with '&' between, in alphabetical order of the keys.",
        "sorted key=value pairs of $params joined by '&', '' if empty",
        "What does $params look like as a query string? Keys from a to z, no question mark, '' for no parameters.",
        "I need the parameters glued together for a URL, sorted by name, like 'limit=5&page=2'.",
        "Sorts the keys of $params, writes each as name=value and puts ampersands between them.",
        "Format a dictionary of numbers as name=value pieces separated by ampersands, ordered by name.",
    ],
    py=[
        "return '&'.join(f'{$key}={$params[$key]}' for $key in sorted($params))",
        "$parts = []\nfor $key in sorted($params):\n    $parts.append(f'{$key}={$params[$key]}')\nreturn '&'.join($parts)",
    ],
    ts=[
        "return Object.keys($params)\n  .sort()\n  .map(($key) => `${$key}=${$params[$key]}`)\n  .join('&');",
    ],
    inputs=lambda r: (r.counts(),),
    edges=[({},), ({"b": 2, "a": 1},), ({"x": 0},)],
)

family(
    "parsing_fields/log_level",
    names="log_level level_of parse_level get_severity severity_of_line",
    args={"line": ("str", "line entry message text row")},
    returns="str | None",
    locals={"found": "found m hit"},
    wordings=[
        "Return the level of $line, a log line such as '[ERROR] disk full', the text in its leading brackets, or None without one.",
        "Get what stands in square brackets at the very start of $line; None if the line does not begin that way.",
        "level word (A-Z) from a leading '[LEVEL]' of $line, else None",
        "Which level has this log entry? It starts with capital letters in brackets, like [INFO]; otherwise answer None.",
        "I want the level of $line: ERROR from '[ERROR] no space left' and None from lines that have no such tag in front.",
        "Matches an opening bracket, capital letters and a closing bracket at the start of $line and gives back the letters.",
        "Read the severity tag in front of a log message (upper-case letters in square brackets), None when it is missing.",
    ],
    py=[
        "$found = re.match(r'\\[([A-Z]+)\\]', $line)\nreturn $found.group(1) if $found else None",
        "if $found := re.match(r'\\[([A-Z]+)\\]', $line):\n    return $found[1]\nreturn None",
    ],
    ts=[
        "return $line.match(/^\\[([A-Z]+)\\]/)?.[1] ?? null;",
        "const $found = /^\\[([A-Z]+)\\]/.exec($line);\nreturn $found ? $found[1] : null;",
    ],
    py_imports=["import re"],
    inputs=lambda r: (r.choice(["[ERROR] ", "[INFO] ", "[WARN]", "", "ERROR: ", " [INFO] ", "[x] "]) + r.sentence((0, 3)),),
    edges=[("",), ("[ERROR] disk full",), ("disk [ERROR]",), ("[]",)],
)

family(
    "parsing_fields/count_levels",
    names="count_levels levels_summary tally_log lines_per_level log_statistics",
    args={"lines": ("list[str]", "lines log entries rows messages")},
    returns="dict[str, int]",
    locals={"counts": "counts result totals out", "line": "line row entry_text", "level": "level kind tag"},
    wordings=[
        "Return how many of $lines have each level; the level is the text before the first ':', lines without one are skipped.",
        "Count log lines by level, where a line looks like 'WARN: low battery'. Ignore lines that have no colon.",
        "level -> number of lines, level = part of each of $lines before the first ':'",
        "How many lines of every level are in $lines? Whatever comes before the first colon is the level; no colon, no count.",
        "I need a summary such as ERROR 2, INFO 5 for lines written like 'INFO: started'; skip lines lacking a colon.",
        "For each line with a colon, cut off what precedes the first one and add one to the count of that word.",
        "Tally $lines by their prefix up to the first colon and leave out lines without any.",
    ],
    py=[
        "$counts: dict[str, int] = {}\nfor $line in $lines:\n    if ':' in $line:\n"
        "        $level = $line.split(':')[0]\n        $counts[$level] = $counts.get($level, 0) + 1\nreturn $counts",
    ],
    ts=[
        "const $counts: Record<string, number> = {};\nfor (const $line of $lines) {\n"
        "  if (!$line.includes(':')) continue;\n  const $level = $line.split(':')[0];\n"
        "  $counts[$level] = ($counts[$level] ?? 0) + 1;\n}\nreturn $counts;",
    ],
    inputs=lambda r: ([r.choice(["ERROR: ", "INFO: ", "WARN: ", ""]) + r.word() for _ in range(r.randint(0, 6))],),
    edges=[([],), (["INFO: a: b", "INFO: c", "plain"],), (["x"],)],
)

family(
    "parsing_fields/ini_values",
    names="ini_values parse_ini read_config flatten_ini load_sections",
    args={"lines": ("list[str]", "lines rows config source")},
    returns="dict[str, str]",
    locals={"section": "section group head", "result": "result values out settings", "line": "line row_text entry",
            "key": "key k name", "value": "value v val", "at": "at i pos"},
    wordings=[
        "Return the values of ini-style $lines under 'section.key'; '[name]' starts a section and the first one is 'main'.",
        "Read key=value $lines below [section] headers into one flat dictionary 'section.key' (before any header: 'main').",
        "'[a]', 'x=1' -> 'a.x': '1'; section is main before the first header; other lines ignored",
        "Which settings are in $lines? Headers like [web] set the prefix, initially main, and port=80 becomes web.port.",
        "Goes through $lines: a bracketed line changes the section (main at first), a line with '=' stores its value there.",
        "I want my small ini file flat: section, dot, key as the name. No header yet means main; lines without = are skipped.",
        "Flatten a configuration with [sections]; each key=value, split at the first equals sign, goes under section.key, at first main.",
    ],
    py=[
        "$section, $result = 'main', {}\nfor $line in $lines:\n    if $line.startswith('['):\n"
        "        $section = $line.strip('[]')\n    elif '=' in $line:\n"
        "        $key, $value = $line.split('=', 1)\n        $result[f'{$section}.{$key}'] = $value\nreturn $result",
    ],
    ts=[
        "const $result: Record<string, string> = {};\nlet $section = 'main';\nfor (const $line of $lines) {\n"
        "  const $at = $line.indexOf('=');\n  if ($line.startsWith('[')) $section = $line.slice(1, -1);\n"
        "  else if ($at >= 0) $result[`${$section}.${$line.slice(0, $at)}`] = $line.slice($at + 1);\n}\nreturn $result;",
    ],
    inputs=lambda r: ([r.choice([f"[{r.word()}]", f"{r.word()}={r.int(0, 99)}", f"{r.word()}={r.word()}", "", "; note"])
                       for _ in range(r.randint(0, 6))],),
    edges=[([],), (["x=1", "[web]", "port=80", ""],), (["[a]"],)],
)

family(
    "parsing_fields/parse_point",
    names="parse_point read_coordinates to_point parse_position point_from_text",
    args={"text": ("str", "text s source value point_text")},
    returns="tuple[int, int] | None",
    locals={"found": "found m hit"},
    wordings=[
        "Parse $text, written as 'x,y' with integers, into a pair, or return None if $text looks different.",
        "Turn '3,-4' into the pair 3 and -4. Anything that is not two integers with one comma between gives None.",
        "$text as 'x,y' (ints, no spaces) -> pair, else None",
        "Is $text a point like '10,20'? Then give its two integers, otherwise None.",
        "I need a pair of whole numbers from text such as '5,7'; malformed text, even with a space, means None.",
        "Checks that $text is an integer, a comma and an integer, minus signs allowed, and converts both; None if not.",
        "Read a position: two whole numbers joined by a comma and nothing else. Invalid input gives None.",
    ],
    py=[
        "$found = re.fullmatch(r'(-?\\d+),(-?\\d+)', $text)\n"
        "return (int($found[1]), int($found[2])) if $found else None",
        "$found = re.fullmatch(r'(-?\\d+),(-?\\d+)', $text)\nif not $found:\n    return None\n"
        "return int($found.group(1)), int($found.group(2))",
    ],
    ts=[
        "const $found = $text.match(/^(-?\\d+),(-?\\d+)$/);\n"
        "return $found ? [Number($found[1]), Number($found[2])] : null;",
    ],
    py_imports=["import re"],
    inputs=lambda r: (r.choice(["{},{}", "{},{}", "{},{}", "{}, {}", "{};{}", "x{},{}"]).format(r.int(), r.int()),),
    edges=[("",), ("3,-4",), ("1,2,3",), ("5",)],
)

family(
    "parsing_fields/fill_template",
    names="fill_template render_template expand_placeholders substitute fill_in",
    args={"template": ("str", "template text pattern message"), "values": ("dict[str, str]", "values data names context")},
    returns="str",
    locals={"whole": "whole m hit", "key": "key k name_found", "value": "value v val", "result": "result out filled"},
    wordings=[
        "Return $template with every '{name}' replaced by its entry in $values; unknown placeholders stay as they are.",
        "Fill in the placeholders of $template, words in curly braces, from $values. Leave those without a value alone.",
        "replace {key} in $template by $values[key], keep it if there is no such key",
        "What does $template say once each {word} has been looked up in $values? Missing words remain in their braces.",
        "I have a greeting like 'Dear {who}' and a dictionary with who. Fill it in; names not in there stay untouched.",
        "Finds each name between braces in $template and puts the matching text from $values there, if it exists.",
        "Substitute {key} by the text stored under that key, everywhere, and do not change placeholders you do not know.",
    ],
    py=[
        "return re.sub(r'\\{(\\w+)\\}', lambda $whole: $values.get($whole[1], $whole[0]), $template)",
    ],
    ts=[
        "return $template.replace(/\\{(\\w+)\\}/g, ($whole, $key) => $values[$key] ?? $whole);",
        "let $result = $template;\nfor (const [$key, $value] of Object.entries($values)) {\n"
        "  $result = $result.split(`{${$key}}`).join($value);\n}\nreturn $result;",
    ],
    py_imports=["import re"],
    inputs=lambda r: (" ".join(r.choice(["{who}", "{what}", "{x}", r.word(), r.word()]) for _ in range(r.randint(0, 5))),
                      {k: r.word() for k in ["who", "what", "x"] if r.random() < 0.7}),
    edges=[("", {"a": "b"}), ("Dear {who}, {who}!", {"who": "Ada"}), ("{a} {b}", {"b": "x"})],
)

family(
    "parsing_fields/placeholder_names",
    names="placeholder_names template_fields find_placeholders names_in_template template_variables",
    args={"template": ("str", "template text pattern message source")},
    returns="list[str]",
    locals={"found": "found m hit", "names": "names result unique"},
    wordings=[
        "Return the names in curly braces in $template, each once and sorted; no placeholders give an empty list.",
        "List the distinct placeholders such as {city} of $template, without braces, in alphabetical order.",
        "sorted unique words inside {...} of $template",
        "Which values does $template need? Every name between braces, once, from a to z.",
        "I want to know all the variable names in a template, letters, digits and underscores in braces, sorted, no repeats.",
        "Finds each word in curly braces, drops duplicates and braces, and sorts what is left ([] if none).",
        "Collect the placeholder names of a template like 'Hi {name}' alphabetically and without duplicates.",
    ],
    py=[
        "return sorted(set(re.findall(r'\\{(\\w+)\\}', $template)))",
        "return sorted({$found[1] for $found in re.finditer(r'\\{(\\w+)\\}', $template)})",
    ],
    ts=[
        "return [...new Set([...$template.matchAll(/\\{(\\w+)\\}/g)].map(($found) => $found[1]))].sort();",
        "const $names = new Set<string>();\nfor (const $found of $template.matchAll(/\\{(\\w+)\\}/g)) {\n"
        "  $names.add($found[1]);\n}\nreturn [...$names].sort();",
    ],
    py_imports=["import re"],
    inputs=lambda r: (" ".join(r.choice(["{who}", "{what}", "{x}", r.word()]) for _ in range(r.randint(0, 6))),),
    edges=[("",), ("{b} and {a} and {b}",), ("{} {two words}",)],
)

family(
    "parsing_fields/strip_comment",
    names="strip_comment without_comment remove_comment code_part cut_comment",
    args={"line": ("str", "line text row source"), "mark": ("str", "mark marker sign prefix")},
    returns="str",
    locals={"at": "at i pos index"},
    wordings=[
        "Return $line up to the first $mark, without trailing spaces; the whole line if there is no $mark.",
        "Cut off a comment: drop everything from the first $mark on and the white space before it.",
        "$line before $mark, right-trimmed, all of it if $mark is absent",
        "What remains of $line without its comment, which begins at the first $mark? Trailing blanks go too.",
        "I want the code in front of the comment sign, with no spaces at the end (leading ones stay).",
        "Looks for $mark in $line, throws away that and all after it, and trims the end.",
        "Remove the comment that $mark starts, if any, and then the spaces at the end of the line.",
    ],
    py=[
        "return $line.split($mark)[0].rstrip()",
        "$at = $line.find($mark)\nif $at >= 0:\n    return $line[:$at].rstrip()\nreturn $line.rstrip()",
    ],
    ts=[
        "return $line.split($mark)[0].trimEnd();",
        "const $at = $line.indexOf($mark);\nreturn ($at >= 0 ? $line.slice(0, $at) : $line).trimEnd();",
    ],
    inputs=lambda r: (lambda m: (r.choice(["", "  "]) + r.sentence((0, 3)) + r.choice([" ", "", f" {m} {r.word()}", f"{m}{m} x"]), m))(r.choice(["#", "//", ";"])),
    edges=[("", "#"), ("a = 1  # one # two", "#"), ("// all", "//")],
)

family(
    "parsing_fields/parse_flag",
    names="parse_flag parse_bool to_boolean read_switch text_to_bool",
    args={"text": ("str", "text value s flag setting")},
    returns="bool | None",
    locals={"word": "word w lowered"},
    wordings=[
        "Return True if $text is 'true', 'yes', 'on' or '1', False for 'false', 'no', 'off' or '0', else None; ignore case and outer spaces.",
        "Read a boolean from $text: true/yes/on/1 or false/no/off/0, in any case, trimmed. Anything else is None.",
        "$text to bool: true yes on 1 -> True, false no off 0 -> False, other -> None (trimmed, case ignored)",
        "Does $text mean yes or no? Accepts true, yes, on, 1 and false, no, off, 0 in any case; None if unclear.",
        "I have a setting as text like ' Yes ' or 'OFF' (also true, on, 1, false, no, 0) and need a boolean, None for junk.",
        "Trims and lower-cases $text, then compares with true, yes, on, 1 and false, no, off, 0; no match gives None.",
        "Interpret a switch: on, yes, true and 1 are true; off, no, false and 0 are false; the rest None. Case and padding do not matter.",
    ],
    py=[
        "$word = $text.strip().lower()\nif $word in ('true', 'yes', 'on', '1'):\n    return True\n"
        "if $word in ('false', 'no', 'off', '0'):\n    return False\nreturn None",
    ],
    ts=[
        "const $word = $text.trim().toLowerCase();\nif (['true', 'yes', 'on', '1'].includes($word)) return true;\n"
        "if (['false', 'no', 'off', '0'].includes($word)) return false;\nreturn null;",
    ],
    inputs=lambda r: (r.choice(["", " "]) + r.choice(["true", "Yes", "on", "1", "False", "no", "OFF", "0", "maybe", "2", "y"]),),
    edges=[("",), ("YES",), (" off ",), ("none",)],
)

family(
    "parsing_fields/table_rows",
    names="table_rows csv_to_records parse_table rows_as_dicts read_csv_lines",
    args={"lines": ("list[str]", "lines csv_lines source content")},
    returns="list[dict[str, str]]",
    locals={"header": "header columns keys fields", "line": "line row record", "cells": "cells parts values",
            "key": "key k name", "i": "i idx pos"},
    wordings=[
        "Return one dictionary per line of $lines after the first; the first line holds the column names, split at commas.",
        "Turn comma-separated $lines with a header line into records. All lines have equally many fields; no lines give [].",
        "header + rows in $lines -> list of dicts, split at ',', [] if empty",
        "What records are in $lines? The first is the header; all fields are separated by commas; an empty list has none.",
        "I have CSV lines without quotes, names of the columns on top. Give me a dictionary for each data line.",
        "Splits the first line into keys, every other line into values, and pairs them up; nothing in, nothing out.",
        "Parse a simple table whose first entry in $lines names the columns; each later line becomes column to text.",
    ],
    py=[
        "$header = $lines[0].split(',') if $lines else []\n"
        "return [dict(zip($header, $line.split(','))) for $line in $lines[1:]]",
    ],
    ts=[
        "const $header = ($lines[0] ?? '').split(',');\nreturn $lines.slice(1).map(($line) => {\n"
        "  const $cells = $line.split(',');\n"
        "  return Object.fromEntries($header.map(($key, $i) => [$key, $cells[$i]]));\n});",
    ],
    inputs=lambda r: (lambda n: (["name,age,city"[: [4, 8, 13][n - 1]],
                                  *(",".join(r.word() for _ in range(n)) for _ in range(r.randint(0, 4)))],))(r.int(1, 3)),
    edges=[([],), (["a,b"],), (["a,b", "1,2", "3,"],)],
)
