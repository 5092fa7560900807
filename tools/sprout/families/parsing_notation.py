"""Reading and writing notations: numerals, colours, versions, durations, brackets, run lengths."""

from family import family


def roman(n):
    text = ""
    for value, sign in [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
                        (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]:
        text, n = text + sign * (n // value), n % value
    return text


family(
    "parsing_notation/compare_versions",
    names="compare_versions version_order cmp_versions compare_releases version_compare",
    args={"left": ("str", "left a first version_a"), "right": ("str", "right b second version_b")},
    returns="int",
    locals={"xs": "xs one parts_a", "ys": "ys two parts_b", "size": "size n width", "p": "p x part", "i": "i k idx",
            "diff": "diff d delta"},
    wordings=[
        "Compare two versions like '1.10.2' number by number; return -1, 0 or 1, missing parts counting as 0.",
        "Return -1 if version $left is older than $right, 1 if newer and 0 if equal, so that '1.2' equals '1.2.0'.",
        "dotted versions: -1 / 0 / 1 for $left < / == / > $right, numeric per part, short ones padded with 0",
        "Which version is newer? 1 when $left is, -1 when $right is, 0 if they are the same; absent parts are zero.",
        "I need 1.9 to come before 1.10. Give -1, 0 or 1 for less, equal, greater, and treat 2 as 2.0.",
        "Splits $left and $right at dots, pads the shorter with zeros and compares the numbers from the front: -1, 0 or 1.",
        "Order dotted version numbers, -1 for older, 1 for newer, 0 for no difference; trailing zero parts are irrelevant.",
    ],
    py=[
        "$xs = [int($p) for $p in $left.split('.')]\n$ys = [int($p) for $p in $right.split('.')]\n"
        "$size = max(len($xs), len($ys))\n$xs += [0] * ($size - len($xs))\n$ys += [0] * ($size - len($ys))\n"
        "return ($xs > $ys) - ($xs < $ys)",
    ],
    ts=[
        "const $xs = $left.split('.').map(Number);\nconst $ys = $right.split('.').map(Number);\n"
        "for (let $i = 0; $i < Math.max($xs.length, $ys.length); $i++) {\n"
        "  const $diff = ($xs[$i] ?? 0) - ($ys[$i] ?? 0);\n  if ($diff !== 0) return $diff > 0 ? 1 : -1;\n}\nreturn 0;",
    ],
    inputs=lambda r: tuple(".".join(str(r.choice([0, 1, 2, 10])) for _ in range(r.randint(1, 3))) for _ in range(2)),
    edges=[("1.9", "1.10"), ("1.2", "1.2.0"), ("2", "1.9.9")],
)

family(
    "parsing_notation/bump_version",
    names="bump_version next_patch increase_patch next_release increment_last_part",
    args={"version": ("str", "version release current text")},
    returns="str",
    locals={"parts": "parts fields numbers pieces"},
    wordings=[
        "Return $version, dotted numbers such as '1.4.9', with its last number increased by one.",
        "Bump the last part of a version: '1.4.9' becomes '1.4.10' and '7' becomes '8'.",
        "$version with the final number + 1",
        "What is the next patch version after $version? Only the number after the last dot goes up.",
        "I need the following release number, so add one to the last part and leave the others alone.",
        "Splits $version at the dots, adds 1 to the last number and joins the parts again.",
        "Increment whatever number ends the dotted version and give the whole version back.",
    ],
    py=[
        "$parts = $version.split('.')\n$parts[-1] = str(int($parts[-1]) + 1)\nreturn '.'.join($parts)",
    ],
    ts=[
        "const $parts = $version.split('.').map(Number);\n$parts[$parts.length - 1] += 1;\nreturn $parts.join('.');",
        "return $version.replace(/\\d+$/, ($parts) => String(Number($parts) + 1));",
    ],
    inputs=lambda r: (".".join(str(r.choice([0, 1, 9, 19, r.int(0, 99)])) for _ in range(r.randint(1, 4))),),
    edges=[("1.4.9",), ("7",), ("0.0",)],
)

family(
    "parsing_notation/hex_to_rgb",
    names="hex_to_rgb parse_hex_color color_channels rgb_from_hex read_color",
    args={"color": ("str", "color code hex_color text value")},
    returns="list[int]",
    locals={"i": "i k start", "digits": "digits body raw"},
    wordings=[
        "Return red, green and blue (0 to 255) of $color, written as '#rrggbb' in hexadecimal.",
        "Convert $color, a hex colour like '#ff8000', to a list of its three channel values; case does not matter.",
        "$color '#rrggbb' -> red, green, blue as ints",
        "Which three numbers stand behind $color? It is a hash sign and six hex digits, two for each channel.",
        "I have '#00ff10' and need 0, 255 and 16 as a list.",
        "Reads the pairs of hex digits after the '#' in $color as numbers, giving red, green and blue.",
        "Take $color apart, a web colour with six digits, into its red, green and blue parts.",
    ],
    py=[
        "return [int($color[$i:$i + 2], 16) for $i in (1, 3, 5)]",
        "return list(bytes.fromhex($color[1:]))",
        "$digits = $color.lstrip('#')\nreturn [int($digits[$i:$i + 2], 16) for $i in range(0, 6, 2)]",
    ],
    ts=["return [1, 3, 5].map(($i) => parseInt($color.slice($i, $i + 2), 16));"],
    inputs=lambda r: ("#" + r.text("0123456789abcdefABCDEF", (6, 6)),),
    edges=[("#000000",), ("#ff8000",), ("#FFFFFF",)],
)

family(
    "parsing_notation/rgb_to_hex",
    names="rgb_to_hex to_hex_color format_color hex_from_rgb web_color",
    args={"red": ("int", "red r red_part r0"), "green": ("int", "green g green_part g0"), "blue": ("int", "blue b blue_part b0")},
    returns="str",
    locals={"channel": "channel c part v"},
    wordings=[
        "Return the colour '#rrggbb' in lower-case hexadecimal for $red, $green and $blue from 0 to 255.",
        "Format three channel values (0 to 255) as a hash sign and six lower-case hex digits.",
        "$red, $green, $blue -> '#rrggbb', lower case, two digits each",
        "How is the colour $red, $green, $blue written on the web? For 255, 128 and 0 it is #ff8000.",
        "I need a hex colour string with '#' from red, green and blue between 0 and 255, small letters.",
        "Writes each of $red, $green and $blue with two hex digits, small letters, and puts '#' in front.",
        "Convert $red, $green and $blue to base 16, pad each to two digits and join them behind a '#'; lower case.",
    ],
    py=[
        "return f'#{$red:02x}{$green:02x}{$blue:02x}'",
        "return '#' + ''.join(f'{$channel:02x}' for $channel in ($red, $green, $blue))",
    ],
    ts=[
        "const hex = ($channel: number) => $channel.toString(16).padStart(2, '0');\n"
        "return `#${hex($red)}${hex($green)}${hex($blue)}`;",
    ],
    inputs=lambda r: (r.int(0, 255), r.int(0, 20), r.int(0, 255)),
    edges=[(0, 0, 0), (255, 128, 0), (255, 255, 255)],
)

family(
    "parsing_notation/roman_to_int",
    names="roman_to_int parse_roman roman_value from_roman read_numeral",
    args={"numeral": ("str", "numeral roman text s")},
    returns="int",
    locals={"values": "values table worth", "total": "total result acc", "sign": "sign ch letter", "previous": "previous last prev",
            "value": "value v cur"},
    wordings=[
        "Return the value of $numeral, Roman in capital letters, for instance 14 for 'XIV'; the empty string is 0.",
        "Convert the Roman number $numeral to an integer. A smaller sign before a larger one is subtracted, '' is 0.",
        "$numeral (roman, capitals, valid) -> int, '' -> 0",
        "Which number is $numeral? It uses the Roman signs I, V, X, L, C, D and M; nothing means zero.",
        "I need MCMXC as 1990, so with subtraction for signs like CM and IX, and zero for an empty string.",
        "Reads $numeral from right to left, adding each sign, or subtracting it if a larger one follows.",
        "Work out a Roman numeral: I 1, V 5, X 10, L 50, C 100, D 500, M 1000, and IV is 4. Empty gives 0.",
    ],
    py=[
        "$values = {'I': 1, 'V': 5, 'X': 10, 'L': 50, 'C': 100, 'D': 500, 'M': 1000}\n$total = $previous = 0\n"
        "for $sign in reversed($numeral):\n    $value = $values[$sign]\n"
        "    $total += -$value if $value < $previous else $value\n    $previous = $value\nreturn $total",
    ],
    ts=[
        "const $values: Record<string, number> = { I: 1, V: 5, X: 10, L: 50, C: 100, D: 500, M: 1000 };\n"
        "let $total = 0;\nlet $previous = 0;\nfor (const $sign of [...$numeral].reverse()) {\n"
        "  $total += $values[$sign] < $previous ? -$values[$sign] : $values[$sign];\n"
        "  $previous = $values[$sign];\n}\nreturn $total;",
    ],
    inputs=lambda r: (roman(r.int(1, r.choice([20, 400, 3999]))),),
    edges=[("",), ("XIV",), ("MCMXC",), ("III",)],
)

family(
    "parsing_notation/int_to_roman",
    names="int_to_roman to_roman roman_numeral write_roman format_roman",
    args={"number_in": ("int", "n num value number_in")},
    returns="str",
    locals={"values": "values steps units", "signs": "signs letters symbols", "result": "result out text", "i": "i k idx"},
    wordings=[
        "Return the Roman numeral of $number_in, from 1 to 3999, in capital letters; 0 gives the empty string.",
        "Write $number_in, below 4000, in Roman numerals, with 4 as IV, 9 as IX and so on, and 0 as ''.",
        "$number_in -> roman numeral (capitals, 0 -> '')",
        "How do you write $number_in in Roman numerals? Use the short forms such as XC and CM; zero is an empty string.",
        "I need 1990 as MCMXC. Numbers go up to 3999 and zero becomes an empty string.",
        "Takes away the largest Roman value that fits, M, CM, D, CD and so on down to I, until nothing is left.",
        "Convert $number_in to Roman notation in upper case, subtractive forms included, '' for nothing.",
    ],
    py=[
        "$values = (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1)\n"
        "$signs = 'M CM D CD C XC L XL X IX V IV I'.split()\n$result = ''\n"
        "for $i in range(13):\n    $result += $signs[$i] * ($number_in // $values[$i])\n"
        "    $number_in %= $values[$i]\nreturn $result",
    ],
    ts=[
        "const $values = [1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1];\n"
        "const $signs = 'M CM D CD C XC L XL X IX V IV I'.split(' ');\nlet $result = '';\n"
        "for (let $i = 0; $i < 13; $i++) {\n  $result += $signs[$i].repeat(Math.floor($number_in / $values[$i]));\n"
        "  $number_in %= $values[$i];\n}\nreturn $result;",
    ],
    inputs=lambda r: (r.int(1, r.choice([20, 400, 3999])),),
    edges=[(0,), (1990,), (4,), (3999,)],
)

family(
    "parsing_notation/from_binary",
    names="from_binary binary_to_int parse_binary binary_value read_bits",
    args={"bits": ("str", "bits digits text binary s")},
    returns="int",
    locals={"total": "total result value acc", "bit": "bit b ch"},
    wordings=[
        "Return the integer that the binary string $bits stands for; the empty string is 0.",
        "Convert a string of zeros and ones to a number, for example '101' to 5 and '' to 0.",
        "value of $bits in base 2, '' -> 0",
        "Which number is $bits in binary? An empty string counts as zero.",
        "I have something like '1101' and need 13; nothing at all should give 0.",
        "Goes through the bits from the left, doubling the result and adding each digit; starts at 0.",
        "Read $bits as a base-two number. Leading zeros are fine and an empty string is 0.",
    ],
    py=[
        "return int($bits or '0', 2)",
        "$total = 0\nfor $bit in $bits:\n    $total = $total * 2 + int($bit)\nreturn $total",
    ],
    ts=[
        "return parseInt($bits || '0', 2);",
        "let $total = 0;\nfor (const $bit of $bits) {\n  $total = $total * 2 + Number($bit);\n}\nreturn $total;",
    ],
    inputs=lambda r: (r.text("01", (0, 9)),),
    edges=[("",), ("101",), ("0001",)],
)

family(
    "parsing_notation/to_binary",
    names="to_binary int_to_binary binary_digits as_bits padded_binary",
    args={"n": ("int", "n value num x"), "width": ("int", "width size digits places")},
    returns="str",
    locals={"bits": "bits result out"},
    wordings=[
        "Return the binary form of $n (0 or more), padded on the left with zeros to at least $width digits.",
        "Write a non-negative number in base 2, with leading zeros if it is shorter than $width.",
        "$n in binary, zero-padded to $width",
        "What are the bits of $n, filled up with zeros in front to $width characters? Longer numbers are not cut.",
        "I need 5 with width 8 as 00000101, and never fewer digits than the number takes.",
        "Converts $n to a string of zeros and ones and adds zeros at the front up to a length of $width.",
        "Format the natural number $n (zero is '0') in binary using no less than $width digits.",
    ],
    py=[
        "return f'{$n:b}'.zfill($width)",
        "return bin($n)[2:].zfill($width)",
        "$bits = format($n, 'b')\nreturn '0' * ($width - len($bits)) + $bits",
    ],
    ts=["return $n.toString(2).padStart($width, '0');"],
    inputs=lambda r: (r.int(0, 300), r.int(0, 10)),
    edges=[(0, 0), (5, 8), (9, 2)],
)

family(
    "parsing_notation/add_expression",
    names="evaluate_sum add_expression sum_expression calculate_sum eval_plus",
    args={"expression": ("str", "expression text formula s")},
    returns="int",
    locals={"term": "term part x", "total": "total result acc"},
    wordings=[
        "Return the value of a sum of integers such as '3 + 4 + 10'; spaces are optional and a single number is its own sum.",
        "Evaluate $expression, whole numbers joined by plus signs. There is always at least one number; it may be negative.",
        "value of 'a + b + ...' in $expression (ints only)",
        "What does $expression come to? It only contains integers, plus signs and maybe spaces, for example '2+-5'.",
        "I type things like '12 + 30' and want 42. Only plus is needed, any number of terms, spaces do not matter.",
        "Splits $expression at the plus signs, turns each term into an integer and adds them all.",
        "Compute an addition given as text, one or more integers with '+' between them.",
    ],
    py=[
        "return sum(int($term) for $term in $expression.split('+'))",
        "$total = 0\nfor $term in $expression.split('+'):\n    $total += int($term)\nreturn $total",
    ],
    ts=[
        "return $expression.split('+').reduce(($total, $term) => $total + Number($term), 0);",
        "let $total = 0;\nfor (const $term of $expression.split('+')) {\n  $total += Number($term);\n}\nreturn $total;",
    ],
    inputs=lambda r: (r.choice([" + ", "+"]).join(str(n) for n in r.ints(size=(1, 4))),),
    edges=[("7",), ("3 + 4",), ("2+-5",)],
)

family(
    "parsing_notation/apply_operator",
    names="apply_operator calculate evaluate simple_calc compute_expression",
    args={"expression": ("str", "expression text formula s command")},
    returns="int | None",
    locals={"a": "a x first", "op": "op sign operator", "b": "b y second", "left": "left lhs p", "right": "right rhs q"},
    wordings=[
        "Evaluate $expression, 'a op b' with integers a and b and the operator +, - or *, separated by spaces; another operator gives None.",
        "Compute $expression, two numbers like '6 * -7'. Plus, minus and times are known, anything else returns None.",
        "$expression: 'a + b', 'a - b' or 'a * b' (ints, single spaces) -> value, unknown operator -> None",
        "What is $expression, a number, an operator and a number with spaces between? Only + - * work; otherwise None.",
        "I need a tiny calculator: '2 + 3' is 5, '2 - 3' is -1, '2 * 3' is 6, and '2 / 3' is None.",
        "Splits $expression at the spaces into number, operator and number and adds, subtracts or multiplies; else None.",
        "Work out one addition, subtraction or multiplication of integers given as text; None for other operators.",
    ],
    py=[
        "$a, $op, $b = $expression.split()\n$left, $right = int($a), int($b)\n"
        "return {'+': $left + $right, '-': $left - $right, '*': $left * $right}.get($op)",
        "$a, $op, $b = $expression.split()\nif $op == '+':\n    return int($a) + int($b)\nif $op == '-':\n"
        "    return int($a) - int($b)\nreturn int($a) * int($b) if $op == '*' else None",
    ],
    ts=[
        "const [$a, $op, $b] = $expression.split(' ');\nif ($op === '+') return Number($a) + Number($b);\n"
        "if ($op === '-') return Number($a) - Number($b);\nreturn $op === '*' ? Number($a) * Number($b) : null;",
    ],
    inputs=lambda r: (f"{r.int()} {r.choice('+-**-+/%')} {r.int()}",),
    edges=[("6 * 7",), ("2 - -3",), ("1 / 2",)],
)

family(
    "parsing_notation/parse_duration",
    names="parse_duration duration_to_minutes minutes_of read_duration total_minutes",
    args={"text": ("str", "text duration s spec length_text")},
    returns="int",
    locals={"amount": "amount n count", "unit": "unit u kind", "total": "total result acc"},
    wordings=[
        "Return the minutes in $text, a duration such as '1h30m', '45m' or '2h'; the empty string is 0.",
        "Convert $text, hours marked h and minutes marked m, to a number of minutes. Either part may be missing.",
        "minutes of $text: '1h30m' -> 90, '2h' -> 120, '' -> 0",
        "How many minutes is $text? Every number is followed by h for hours or m for minutes; nothing at all is 0.",
        "I log work as '2h15m' or just '20m' and need plain minutes (0 for an empty entry).",
        "Finds each number with its unit in $text and adds 60 times the hours to the minutes.",
        "Turn a short duration with h and m parts into minutes; a missing part counts as zero.",
    ],
    py=[
        "return sum(\n    int($amount) * (60 if $unit == 'h' else 1)\n"
        "    for $amount, $unit in re.findall(r'(\\d+)([hm])', $text)\n)",
        "$total = 0\nfor $amount, $unit in re.findall(r'(\\d+)([hm])', $text):\n"
        "    $total += int($amount) * (60 if $unit == 'h' else 1)\nreturn $total",
    ],
    ts=[
        "let $total = 0;\nfor (const [, $amount, $unit] of $text.matchAll(/(\\d+)([hm])/g)) {\n"
        "  $total += Number($amount) * ($unit === 'h' ? 60 : 1);\n}\nreturn $total;",
    ],
    py_imports=["import re"],
    inputs=lambda r: (r.choice(["", f"{r.int(0, 12)}h"]) + r.choice(["", f"{r.int(0, 59)}m", f"{r.int(0, 59)}m"]),),
    edges=[("",), ("1h30m",), ("2h",), ("45m",)],
)

family(
    "parsing_notation/format_duration",
    names="format_duration minutes_to_text show_duration write_duration duration_text",
    args={"minutes": ("int", "minutes total amount length_minutes")},
    returns="str",
    locals={"h": "h hours hrs", "m": "m mins rest"},
    wordings=[
        "Return $minutes (0 or more) as text like '1h30m', leaving out a part that is zero; 0 is '0m'.",
        "Format $minutes as hours and minutes: 90 is '1h30m', 120 is '2h', 45 is '45m', 0 is '0m'.",
        "$minutes as text: 90 -> '1h30m', 60 -> '1h', 5 -> '5m', 0 -> '0m'",
        "How is $minutes written with h and m? Zero parts are dropped, but nothing at all is written 0m.",
        "I want to show 135 as 2h15m, whole hours without minutes, under an hour without hours, and zero as 0m.",
        "Divides $minutes into hours and a rest and writes both with h and m, skipping zeros unless both are zero.",
        "Write a non-negative duration compactly in hours and minutes; omit what is zero, except that 0 gives '0m'.",
    ],
    py=[
        "$h, $m = divmod($minutes, 60)\nif $h == 0:\n    return f'{$m}m'\nreturn f'{$h}h{$m}m' if $m else f'{$h}h'",
        "$h, $m = $minutes // 60, $minutes % 60\nreturn (f'{$h}h' if $h else '') + (f'{$m}m' if $m or not $h else '')",
    ],
    ts=[
        "const $h = Math.floor($minutes / 60);\nconst $m = $minutes % 60;\nif ($h === 0) return `${$m}m`;\n"
        "return $m === 0 ? `${$h}h` : `${$h}h${$m}m`;",
    ],
    inputs=lambda r: (r.choice([r.int(0, 59), r.int(0, 500), 60 * r.int(1, 9)]),),
    edges=[(0,), (60,), (90,), (5,)],
)

family(
    "parsing_notation/clock_to_seconds",
    names="clock_to_seconds parse_clock seconds_of read_time timer_seconds",
    args={"text": ("str", "text clock stamp timer s")},
    returns="int",
    locals={"total": "total result seconds acc", "part": "part piece p"},
    wordings=[
        "Return the seconds of $text, a time written 'h:mm:ss', 'mm:ss' or just 'ss'.",
        "Convert $text to seconds; its numbers are separated by colons, the last is seconds, before it minutes, then hours.",
        "seconds in $text: '1:02:03' -> 3723, '2:05' -> 125, '9' -> 9",
        "How many seconds is $text? It has one to three numbers with colons: hours, minutes, seconds from the right.",
        "I have video times like '4:30' or '1:00:00' and want them in seconds, plain '45' included.",
        "Goes through the parts of $text between colons, each time multiplying the result so far by 60 and adding the part.",
        "Read a timer with seconds last, optionally minutes and hours in front, and give the total number of seconds.",
    ],
    py=[
        "$total = 0\nfor $part in $text.split(':'):\n    $total = $total * 60 + int($part)\nreturn $total",
    ],
    ts=[
        "return $text.split(':').reduce(($total, $part) => $total * 60 + Number($part), 0);",
        "let $total = 0;\nfor (const $part of $text.split(':')) {\n  $total = $total * 60 + Number($part);\n}\nreturn $total;",
    ],
    inputs=lambda r: (r.choice([f"{r.int(0, 9)}:{r.int(0, 59):02d}:{r.int(0, 59):02d}", f"{r.int(0, 59)}:{r.int(0, 59):02d}", str(r.int(0, 59))]),),
    edges=[("0:00",), ("1:02:03",), ("59",)],
)

family(
    "parsing_notation/balanced_parentheses",
    names="balanced_parentheses is_balanced parens_match check_parentheses well_formed",
    args={"text": ("str", "text s expression source line")},
    returns="bool",
    locals={"depth": "depth level open_count", "ch": "ch c letter"},
    wordings=[
        "Return whether the round brackets in $text are balanced; other characters do not matter, '' is balanced.",
        "Check that every '(' in $text is closed later and no ')' comes without a partner. No brackets at all is fine.",
        "True iff the parentheses of $text match up",
        "Are the parentheses in $text properly nested? Ignores everything else; an empty text counts as yes.",
        "I need to know if somebody forgot or misplaced a round bracket in $text (True means all is well).",
        "Goes up one level at '(' and down at ')'; the level must never be negative and has to end at zero.",
        "Test a formula for matching round brackets: never more closed than opened so far, and none left open.",
    ],
    py=[
        "$depth = 0\nfor $ch in $text:\n    $depth += ($ch == '(') - ($ch == ')')\n    if $depth < 0:\n"
        "        return False\nreturn $depth == 0",
    ],
    ts=[
        "let $depth = 0;\nfor (const $ch of $text) {\n  if ($ch === '(') $depth++;\n"
        "  if ($ch === ')' && --$depth < 0) return false;\n}\nreturn $depth === 0;",
    ],
    inputs=lambda r: (r.choice([r.text("()", (0, 4)), r.text("(a)", (0, 6)), "(" + r.text("x+1", (0, 4)) + ")" + r.choice(["", "()", ")("])]),),
    edges=[("",), (")(",), ("(a(b)c)",), ("((",)],
)

family(
    "parsing_notation/matching_brackets",
    names="matching_brackets brackets_ok all_brackets_closed validate_brackets nested_correctly",
    args={"text": ("str", "text s source code_text line")},
    returns="bool",
    locals={"closing": "closing partner pairs", "stack": "stack expected open_ones", "ch": "ch c token"},
    wordings=[
        "Return whether the brackets (), [] and {} in $text are closed in the right order; other characters are ignored.",
        "Check three kinds of brackets, round, square and curly: each must be closed by its own kind, innermost first.",
        "True iff (), [] and {} in $text nest correctly, '' is True",
        "Do all round, square and curly brackets in $text match? '([)]' does not, '([])' and '' do.",
        "I want to find broken nesting in $text: wrong kind, missing or extra brackets give False, otherwise True.",
        "Remembers which closing bracket is due for every opening one and fails when another comes or some remain.",
        "Validate nesting of ( ), [ ] and { } in a piece of text, skipping all other characters.",
    ],
    py=[
        "$closing = {'(': ')', '[': ']', '{': '}'}\n$stack = []\nfor $ch in $text:\n    if $ch in $closing:\n"
        "        $stack.append($closing[$ch])\n    elif $ch in ')]}' and (not $stack or $stack.pop() != $ch):\n"
        "        return False\nreturn not $stack",
    ],
    ts=[
        "const $closing: Record<string, string> = { '(': ')', '[': ']', '{': '}' };\nconst $stack: string[] = [];\n"
        "for (const $ch of $text) {\n  if ($ch in $closing) $stack.push($closing[$ch]);\n"
        "  else if (')]}'.includes($ch) && $stack.pop() !== $ch) return false;\n}\nreturn $stack.length === 0;",
    ],
    inputs=lambda r: (r.choice([r.text("()[]", (0, 4)), "{" + r.choice(["[]", "(a)", "[(])", "x"]) + "}", r.text("a[]", (0, 5)), "([{}])"]),),
    edges=[("",), ("([)]",), ("([])",), ("{",), ("]",)],
)

family(
    "parsing_notation/nesting_depth",
    names="nesting_depth max_depth deepest_level bracket_depth how_deep",
    args={"text": ("str", "text s expression source formula")},
    returns="int",
    locals={"depth": "depth level current", "deepest": "deepest best top", "ch": "ch c token"},
    wordings=[
        "Return the greatest number of round brackets open at once in $text, whose brackets match; 0 without any.",
        "Find how deeply the parentheses of $text are nested, for example 2 for '(a(b))' and 0 for no brackets.",
        "max nesting level of '(' in $text (balanced), 0 if none",
        "How many levels of parentheses does $text have at its deepest point? They are balanced; none means 0.",
        "I need the maximum depth of round brackets in a formula, other characters ignored, 0 for a flat one.",
        "Counts up at '(' and down at ')' and gives back the highest count on the way (0 for an empty text).",
        "Measure the deepest parenthesis level of a well-formed expression; '()()' has depth 1.",
    ],
    py=[
        "$depth = $deepest = 0\nfor $ch in $text:\n    $depth += ($ch == '(') - ($ch == ')')\n"
        "    $deepest = max($deepest, $depth)\nreturn $deepest",
        "$depth = $deepest = 0\nfor $ch in $text:\n    if $ch == '(':\n        $depth += 1\n"
        "        $deepest = max($deepest, $depth)\n    elif $ch == ')':\n        $depth -= 1\nreturn $deepest",
    ],
    ts=[
        "let $depth = 0;\nlet $deepest = 0;\nfor (const $ch of $text) {\n  if ($ch === '(') $depth++;\n"
        "  if ($ch === ')') $depth--;\n  $deepest = Math.max($deepest, $depth);\n}\nreturn $deepest;",
    ],
    inputs=lambda r: ("".join(r.choice(["()", "(a)", "((b)c)", "x", "(()())", "(1+(2*(3)))"]) for _ in range(r.randint(0, 3))),),
    edges=[("",), ("(a(b))",), ("()()",), ("abc",)],
)

family(
    "parsing_notation/run_length_decode",
    names="run_length_decode expand_runs decode_rle unpack_runs decompress",
    args={"text": ("str", "text code s packed encoded")},
    returns="str",
    locals={"ch": "ch c letter", "count": "count n times", "result": "result out unpacked"},
    wordings=[
        "Return the text that $text encodes, where each letter is followed by how often it occurs: 'a3b1' is 'aaab'.",
        "Decode the run lengths in $text: a letter, then a number, repeated, as in 'x12y2'. The empty string stays empty.",
        "decode $text: 'a3b2' -> 'aaabb', counts may have several digits",
        "What was $text before it was packed as letter, count, letter, count? Counts can be any size; '' gives ''.",
        "I have runs like 'z4k1' and want 'zzzzk' back.",
        "Takes each letter of $text with the number behind it and writes the letter that many times.",
        "Unpack a string of letters with repeat counts after them, in order; nothing packed gives nothing.",
    ],
    py=[
        "return ''.join($ch * int($count) for $ch, $count in re.findall(r'([a-z])(\\d+)', $text))",
        "$result = ''\nfor $ch, $count in re.findall(r'([a-z])(\\d+)', $text):\n    $result += $ch * int($count)\nreturn $result",
    ],
    ts=[
        "return $text.replace(/([a-z])(\\d+)/g, (_, $ch, $count) => $ch.repeat(Number($count)));",
        "let $result = '';\nfor (const [, $ch, $count] of $text.matchAll(/([a-z])(\\d+)/g)) {\n"
        "  $result += $ch.repeat(Number($count));\n}\nreturn $result;",
    ],
    py_imports=["import re"],
    inputs=lambda r: ("".join(r.choice("abcxyz") + str(r.choice([1, 2, 3, r.int(1, 12)])) for _ in range(r.randint(0, 4))),),
    edges=[("",), ("a3b1",), ("x12",)],
)

family(
    "parsing_notation/run_length_encode",
    names="run_length_encode pack_runs encode_rle compress_runs count_runs",
    args={"text": ("str", "text s source plain letters")},
    returns="str",
    locals={"result": "result out packed", "i": "i start pos", "j": "j end stop", "run": "run group chunk"},
    wordings=[
        "Return $text with each run of one letter written as the letter and its length: 'aaab' becomes 'a3b1'.",
        "Encode runs of equal letters in $text as letter plus count, single letters included ('x' is 'x1'), '' stays ''.",
        "run-length code of $text, 'aaab' -> 'a3b1', '' -> ''",
        "How is $text written in run-length form, every run as its letter followed by its length, even length 1?",
        "I want repeated letters shortened, so 'zzzzk' should come out as 'z4k1' and nothing as nothing.",
        "Walks through $text run by run and writes the character and how many times in a row it occurs.",
        "Pack a string of letters: for each stretch of the same letter output that letter and the stretch's length.",
    ],
    py=[
        "return re.sub(r'(.)\\1*', lambda $run: f'{$run[1]}{len($run[0])}', $text)",
        "$result, $i = '', 0\nwhile $i < len($text):\n    $j = $i\n    while $j < len($text) and $text[$j] == $text[$i]:\n"
        "        $j += 1\n    $result += f'{$text[$i]}{$j - $i}'\n    $i = $j\nreturn $result",
    ],
    ts=[
        "return $text.replace(/(.)\\1*/g, ($run) => `${$run[0]}${$run.length}`);",
        "let $result = '';\nfor (let $i = 0, $j = 0; $i < $text.length; $i = $j) {\n"
        "  while ($text[$j] === $text[$i]) $j++;\n  $result += `${$text[$i]}${$j - $i}`;\n}\nreturn $result;",
    ],
    py_imports=["import re"],
    inputs=lambda r: ("".join(r.choice("abc") * r.int(1, 4) for _ in range(r.randint(0, 4))),),
    edges=[("",), ("aaab",), ("xyx",)],
)

family(
    "parsing_notation/parse_size",
    names="parse_size size_in_bytes read_size to_bytes byte_count",
    args={"text": ("str", "text size s spec amount")},
    returns="int",
    locals={"units": "units factors scale powers"},
    wordings=[
        "Return the bytes meant by $text: a whole number, optionally followed by K, M or G for powers of 1024.",
        "Convert $text, a size such as '10K', '2M' or '512' to bytes; K is 1024, M 1024 times K and G 1024 times M.",
        "$text in bytes: '4K' -> 4096, '1M' -> 1048576, no suffix -> the number itself (K, M, G)",
        "How many bytes is $text? A last letter K, M or G multiplies the number by 1024 once, twice or three times.",
        "I write limits like '64K' or plain '100' (also M and G, base 1024) and need a number of bytes.",
        "Looks at the last character of $text: K, M and G scale the number before it by 1024, 1024^2 and 1024^3.",
        "Read a file size with an optional capital K, M or G suffix, each step being a factor of 1024.",
    ],
    py=[
        "$units = {'K': 1024, 'M': 1024 ** 2, 'G': 1024 ** 3}\nreturn int($text.rstrip('KMG')) * $units.get($text[-1], 1)",
    ],
    ts=[
        "const $units: Record<string, number> = { K: 1024, M: 1024 ** 2, G: 1024 ** 3 };\n"
        "return parseInt($text, 10) * ($units[$text.slice(-1)] ?? 1);",
    ],
    inputs=lambda r: (str(r.int(0, 99)) + r.choice(["", "K", "M", "G"]),),
    edges=[("0",), ("4K",), ("1M",), ("2G",)],
)

family(
    "parsing_notation/column_number",
    names="column_number column_to_index sheet_column letters_to_number column_position",
    args={"letters": ("str", "letters column name label s")},
    returns="int",
    locals={"total": "total result acc", "ch": "ch c letter"},
    wordings=[
        "Return the number of a spreadsheet column: 'A' is 1, 'Z' is 26, 'AA' is 27; the empty string is 0.",
        "Convert $letters, a column name in capitals, to a number, counting A to Z, then AA, AB and so on from 1. '' gives 0.",
        "$letters to number: 'A' -> 1, 'Z' -> 26, 'AA' -> 27, '' -> 0",
        "Which column of a spreadsheet is called $letters, if A is the first and AA comes after Z? Nothing gives 0.",
        "I need the position of a sheet column from its letters, B being 2 and AB being 28 (0 for no letters).",
        "For each of $letters from the left, multiplies the result by 26 and adds 1 for A up to 26 for Z.",
        "Read spreadsheet column letters as a number in base 26 with digits A = 1 to Z = 26; empty means 0.",
    ],
    py=[
        "$total = 0\nfor $ch in $letters:\n    $total = $total * 26 + ord($ch) - ord('A') + 1\nreturn $total",
    ],
    ts=[
        "let $total = 0;\nfor (const $ch of $letters) {\n  $total = $total * 26 + $ch.charCodeAt(0) - 64;\n}\nreturn $total;",
        "return [...$letters].reduce(($total, $ch) => $total * 26 + $ch.charCodeAt(0) - 64, 0);",
    ],
    inputs=lambda r: (r.text("ABCXYZ", (1, 3)),),
    edges=[("",), ("A",), ("Z",), ("AA",)],
)
