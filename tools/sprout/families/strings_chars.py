"""Characters: letters, digits, case, runs, shifts, padding."""

from family import family

family(
    "strings_chars/count_vowels",
    names="count_vowels vowel_count number_of_vowels how_many_vowels",
    args={"text": ("str", "text s phrase line sentence")},
    returns="int",
    locals={"total": "total count found vowels", "ch": "ch c char letter"},
    wordings=[
        "Return how many characters of $text are vowels (a, e, i, o, u), upper or lower case.",
        "Count the vowels a, e, i, o and u in $text, ignoring case; an empty string has 0.",
        "number of vowels in $text, either case, y not included",
        "How many of the letters in $text are one of a, e, i, o, u, regardless of case?",
        "I need to know how many vowels (aeiou, any case) show up in $text.",
        "Lower-case $text, then walk through it and count every a, e, i, o or u.",
        "Takes some text and tells how many vowels it holds; capital A, E, I, O, U count too.",
    ],
    py=[
        "return sum($ch in 'aeiou' for $ch in $text.lower())",
        "$total = 0\nfor $ch in $text:\n    if $ch.lower() in 'aeiou':\n        $total += 1\nreturn $total",
        "return len([$ch for $ch in $text if $ch in 'aeiouAEIOU'])",
    ],
    ts=[
        "return [...$text.toLowerCase()].filter(($ch) => 'aeiou'.includes($ch)).length;",
        "let $total = 0;\nfor (const $ch of $text.toLowerCase()) {\n  if ('aeiou'.includes($ch)) {\n    $total += 1;\n  }\n}\nreturn $total;",
    ],
    inputs=lambda r: (r.sentence(),),
    edges=[("",), ("AEIOU",), ("rhythm",)],
)

family(
    "strings_chars/remove_vowels",
    names="remove_vowels strip_vowels drop_vowels without_vowels disemvowel",
    args={"text": ("str", "text s phrase line message")},
    returns="str",
    locals={"kept": "kept result out consonants", "ch": "ch c char letter"},
    wordings=[
        "Return $text without its vowels (a, e, i, o, u in either case); everything else stays.",
        "Delete every a, e, i, o and u from $text, capitals included, and keep the rest in order.",
        "$text minus all vowels, upper and lower case alike",
        "What is left of $text when all vowels (aeiou, both cases) are taken out?",
        "Squash a phrase by throwing away the letters a, e, i, o, u whatever their case; spaces and punctuation remain.",
        "Goes through $text and keeps only the characters that are not vowels of any case.",
        "Disemvowel the message: apple becomes ppl, Ocean becomes cn, and an empty string stays empty.",
    ],
    py=[
        "return ''.join($ch for $ch in $text if $ch not in 'aeiouAEIOU')",
        "$kept = ''\nfor $ch in $text:\n    if $ch.lower() not in 'aeiou':\n        $kept += $ch\nreturn $kept",
    ],
    ts=[
        "return $text.replace(/[aeiou]/gi, '');",
        "let $kept = '';\nfor (const $ch of $text) {\n  if (!'aeiouAEIOU'.includes($ch)) {\n    $kept += $ch;\n  }\n}\nreturn $kept;",
    ],
    inputs=lambda r: (r.sentence(),),
    edges=[("",), ("Ocean",), ("AEiou",), ("hm, why?",)],
)

family(
    "strings_chars/is_palindrome",
    names="is_palindrome is_palindromic reads_same_backwards check_palindrome palindrome",
    args={"text": ("str", "text s word phrase candidate")},
    returns="bool",
    locals={"clean": "clean letters chars normalized", "ch": "ch c char x"},
    wordings=[
        "Return whether $text reads the same in both directions, looking only at letters and digits and ignoring case.",
        "Check if $text is a palindrome once case, spaces and punctuation are ignored; empty text counts as one.",
        "palindrome test for $text: letters and digits only, case-insensitive",
        "Does $text read the same backwards, if we skip everything but letters and digits and forget about case?",
        "Keep the letters and digits of $text in lower case, then compare that with its reverse.",
        "True for phrases such as Never odd or even: only letters and digits matter, and case does not.",
        "Tells if the alphanumeric characters of $text, lower-cased, form a palindrome (nothing at all is fine too).",
    ],
    py=[
        "$clean = [$ch.lower() for $ch in $text if $ch.isalnum()]\nreturn $clean == $clean[::-1]",
        "$clean = ''.join($ch for $ch in $text.lower() if $ch.isalnum())\nreturn $clean == ''.join(reversed($clean))",
    ],
    ts=[
        "const $clean = $text.toLowerCase().replace(/[^a-z0-9]/g, '');\nreturn $clean === [...$clean].reverse().join('');",
    ],
    inputs=lambda r: (
        r.choice([r.word(), "Noon", "kayak radar kayak", "Never odd or even!", r.sentence(), r.text("aAb ", (1, 5))]),
    ),
    edges=[("",), ("Was it a car, or a cat I saw?",), ("ab",), ("1221",)],
)

family(
    "strings_chars/swap_case",
    names="swap_case invert_case flip_case toggle_case",
    args={"text": ("str", "text s phrase line source")},
    returns="str",
    locals={"out": "out result flipped swapped", "ch": "ch c char letter"},
    wordings=[
        "Return $text with upper-case letters made lower-case and the other way round.",
        "Invert the case of every letter in $text; leave other characters alone.",
        "$text with the case of each letter flipped, rest unchanged",
        "What does $text look like when capitals become small letters and small letters become capitals?",
        "Turn each small letter into a capital and each capital into a small letter, so Hello! becomes hELLO!.",
        "Toggles the case of all letters; digits, spaces and punctuation pass through untouched.",
        "I want $text as if caps lock had been on: every letter in the opposite case.",
    ],
    py=[
        "return $text.swapcase()",
        "return ''.join($ch.lower() if $ch.isupper() else $ch.upper() for $ch in $text)",
    ],
    ts=[
        "return $text.replace(/[a-z]/gi, ($ch) =>\n  $ch === $ch.toUpperCase() ? $ch.toLowerCase() : $ch.toUpperCase(),\n);",
        "let $out = '';\nfor (const $ch of $text) {\n  $out += $ch === $ch.toUpperCase() ? $ch.toLowerCase() : $ch.toUpperCase();\n}\nreturn $out;",
    ],
    inputs=lambda r: (r.choice([r.sentence(), r.text("abXYZ 1", (1, 8))]),),
    edges=[("",), ("Hello, World 7!",), ("abcDEF",)],
)

family(
    "strings_chars/count_letter",
    names="count_letter letter_count occurrences_of_letter count_char_ignoring_case tally_letter",
    args={"text": ("str", "text s phrase line haystack"), "letter": ("str", "letter target wanted symbol")},
    returns="int",
    locals={"total": "total count hits n", "ch": "ch c char x"},
    wordings=[
        "Return how often the single letter $letter occurs in $text, ignoring case.",
        "Count the occurrences of $letter in $text; upper and lower case are the same letter.",
        "case-insensitive count of $letter (one character) in $text",
        "How many times does $letter appear in $text, no matter whether it is a capital?",
        "Tell me how many characters of $text equal $letter when both are lower-cased; 0 for empty text.",
        "Walks over $text and counts each character that matches $letter in either case.",
        "Lower both $text and $letter (a one-character string), then count the matches.",
    ],
    py=[
        "return $text.lower().count($letter.lower())",
        "$total = 0\nfor $ch in $text:\n    if $ch.lower() == $letter.lower():\n        $total += 1\nreturn $total",
    ],
    ts=[
        "return $text.toLowerCase().split($letter.toLowerCase()).length - 1;",
        "let $total = 0;\nfor (const $ch of $text) {\n  if ($ch.toLowerCase() === $letter.toLowerCase()) {\n    $total += 1;\n  }\n}\nreturn $total;",
    ],
    inputs=lambda r: (r.sentence(), r.choice("aeolnAER")),
    edges=[("", "a"), ("Anna", "a"), ("banana", "N")],
)

family(
    "strings_chars/caesar",
    names="caesar_shift shift_letters caesar_encode rotate_alphabet encrypt_caesar",
    args={"text": ("str", "text s message plain phrase"), "shift": ("int", "shift step offset key amount")},
    returns="str",
    locals={"out": "out result encoded coded", "ch": "ch c char letter", "place": "place index pos rotated"},
    wordings=[
        "Return $text with each lower-case letter moved $shift places along the alphabet, wrapping around; other characters stay.",
        "Shift the letters a to z of $text by $shift (may be negative), z wrapping to a, and leave the rest untouched.",
        "caesar cipher on lower-case letters of $text, offset $shift, wraps both ways, all else unchanged",
        "What does $text become when each small letter is replaced by the one $shift later, cyclically? Other characters do not change.",
        "Encode a message: move every lower-case letter forward by $shift in the circle of 26, keep anything else as it is.",
        "Takes $text, rotates its small letters by $shift positions modulo 26 and copies capitals, digits and spaces as they are.",
        "I need a simple Caesar code for small letters only: with $shift 1, abz! becomes bca!; negative shifts go back.",
    ],
    py=[
        "return ''.join(\n    chr((ord($ch) - 97 + $shift) % 26 + 97) if 'a' <= $ch <= 'z' else $ch\n    for $ch in $text\n)",
        "$out = ''\nfor $ch in $text:\n    if 'a' <= $ch <= 'z':\n        $out += chr((ord($ch) - ord('a') + $shift) % 26 + ord('a'))\n    else:\n        $out += $ch\nreturn $out",
    ],
    ts=[
        "return $text.replace(/[a-z]/g, ($ch) => {\n  const $place = ($ch.charCodeAt(0) - 97 + $shift) % 26;\n  return String.fromCharCode((($place + 26) % 26) + 97);\n});",
        "let $out = '';\nfor (const $ch of $text) {\n  const $place = ($ch.charCodeAt(0) - 97 + $shift) % 26;\n  $out += /[a-z]/.test($ch) ? String.fromCharCode((($place + 26) % 26) + 97) : $ch;\n}\nreturn $out;",
    ],
    inputs=lambda r: (r.sentence(), r.int(-30, 30)),
    edges=[("", 3), ("xyz", 3), ("Abc z!", -1), ("hello", 0)],
)

family(
    "strings_chars/atbash",
    names="atbash mirror_alphabet mirror_letters reverse_alphabet_code",
    args={"text": ("str", "text s message phrase secret")},
    returns="str",
    locals={"alphabet": "alphabet letters abc table", "ch": "ch c char x"},
    wordings=[
        "Return $text with each lower-case letter replaced by its mirror in the alphabet (a is z, b is y); others stay.",
        "Swap every small letter of $text with its opposite number: a with z, b with y and so on. Leave the rest.",
        "atbash of $text for a-z only, all other characters unchanged",
        "How does $text read if the small letters are counted from the other end of the alphabet and nothing else changes?",
        "Encodes a message by mirroring the letters a to z, so that abc becomes zyx; capitals and spaces are kept.",
        "For each character of $text: a letter a-z turns into the one equally far from z, anything else is copied.",
        "Apply the mirror code (a to z, z to a) to lower-case letters in $text and only to them.",
    ],
    py=[
        "return ''.join(chr(219 - ord($ch)) if 'a' <= $ch <= 'z' else $ch for $ch in $text)",
        "$alphabet = 'abcdefghijklmnopqrstuvwxyz'\nreturn $text.translate(str.maketrans($alphabet, $alphabet[::-1]))",
    ],
    ts=[
        "return $text.replace(/[a-z]/g, ($ch) => String.fromCharCode(219 - $ch.charCodeAt(0)));",
    ],
    inputs=lambda r: (r.sentence(),),
    edges=[("",), ("abc xyz",), ("A-z 9",)],
)

family(
    "strings_chars/run_length",
    names="run_length_encode encode_runs compress_runs rle pack_runs",
    args={"text": ("str", "text s source data line")},
    returns="str",
    locals={"out": "out result encoded packed", "start": "start i begin left", "end": "end j stop right", "run": "run m match group"},
    wordings=[
        "Return $text with each run of one character written as that character and the run's length, as in a3b1.",
        "Run-length encode $text: every group of equal neighbours becomes the character followed by its count, even for 1.",
        "rle of $text, char then count, counts of 1 included, empty stays empty",
        "How is $text written if each stretch of equal characters becomes the character plus how long it lasts (aab gives a2b1)?",
        "Compress a string so that aaab turns into a3b1; single characters get a 1 and the empty string stays empty.",
        "Walks along $text, finds where each run of equal characters ends, and appends the character with the run's length.",
        "I need the runs of $text spelled out: each character once per run, its length right after it.",
    ],
    py=[
        "$out = ''\n$start = 0\nfor $end in range(1, len($text) + 1):\n    if $end == len($text) or $text[$end] != $text[$start]:\n        $out += $text[$start] + str($end - $start)\n        $start = $end\nreturn $out",
        "return re.sub(r'(.)\\1*', lambda $run: $run[1] + str(len($run[0])), $text)",
    ],
    ts=[
        "return $text.replace(/(.)\\1*/g, ($run) => `${$run[0]}${$run.length}`);",
        "let $out = '';\nlet $start = 0;\nfor (let $end = 1; $end <= $text.length; $end++) {\n  if ($text[$end] === $text[$start]) continue;\n  $out += `${$text[$start]}${$end - $start}`;\n  $start = $end;\n}\nreturn $out;",
    ],
    py_imports=["import re"],
    inputs=lambda r: (r.text("aabc", (0, 9)),),
    edges=[("",), ("a",), ("aaab",), ("abc",)],
)

family(
    "strings_chars/expand_runs",
    names="expand_runs decode_runs unroll_runs run_length_decode",
    args={"runs": ("list[tuple[str, int]]", "runs pairs groups chunks")},
    returns="str",
    locals={"out": "out result text decoded", "ch": "ch c char symbol", "times": "times count n length"},
    wordings=[
        "Return the string in which each pair of $runs, a character and a count, is written out that many times.",
        "Write every character of $runs as often as its count says, one pair after another; no pairs give an empty string.",
        "decode $runs, pairs (character, count), into one string",
        "What string do these pairs stand for, if (x, 3) means xxx and a count of 0 means nothing?",
        "Expands run-length pairs: for each entry of $runs repeat its character by its count and join all of it.",
        "I have pairs of character and repeat count in $runs and want the plain text back, empty when there are none.",
        "Start empty; for each pair in $runs add its character the given number of times.",
    ],
    py=[
        "return ''.join($ch * $times for $ch, $times in $runs)",
        "$out = ''\nfor $ch, $times in $runs:\n    $out += $ch * $times\nreturn $out",
    ],
    ts=[
        "return $runs.map(([$ch, $times]) => $ch.repeat($times)).join('');",
        "let $out = '';\nfor (const [$ch, $times] of $runs) {\n  $out += $ch.repeat($times);\n}\nreturn $out;",
    ],
    inputs=lambda r: ([(r.choice("abcxyz-"), r.int(0, 4)) for _ in range(r.int(0, 5))],),
    edges=[([],), ([("a", 0)],), ([("a", 3), ("b", 1)],)],
)

family(
    "strings_chars/digit_sum",
    names="sum_of_digits sum_digits_in_text add_digits digit_total",
    args={"text": ("str", "text s code label serial")},
    returns="int",
    locals={"total": "total result acc digit_sum", "ch": "ch c char d"},
    wordings=[
        "Return the sum of all decimal digits in $text; every other character is ignored.",
        "Add up the digits found in $text, each digit on its own, 0 if it has none.",
        "sum of single digits in $text, non-digits skipped",
        "What do the digits 0 to 9 in $text add up to, one by one, not counting other characters?",
        "Takes a code such as a1b23 and gives 1 + 2 + 3 = 6; letters and signs do not matter.",
        "Go over $text, and whenever a character is a digit, add its value to a sum that starts at 0.",
        "I just want the digits in $text summed one at a time, 0 when there are no digits.",
    ],
    py=[
        "return sum(int($ch) for $ch in $text if $ch.isdigit())",
        "$total = 0\nfor $ch in $text:\n    if $ch.isdigit():\n        $total += int($ch)\nreturn $total",
    ],
    ts=[
        "return [...$text]\n  .filter(($ch) => $ch >= '0' && $ch <= '9')\n  .reduce(($total, $ch) => $total + Number($ch), 0);",
        "let $total = 0;\nfor (const $ch of $text) {\n  if ($ch >= '0' && $ch <= '9') {\n    $total += Number($ch);\n  }\n}\nreturn $total;",
    ],
    inputs=lambda r: (r.text("ab-0123456789", (0, 10)),),
    edges=[("",), ("none",), ("a1b23",), ("-99",)],
)

family(
    "strings_chars/keep_digits",
    names="keep_digits only_digits digits_only extract_digits strip_non_digits",
    args={"text": ("str", "text s raw phone value")},
    returns="str",
    locals={"kept": "kept result out digits", "ch": "ch c char x"},
    wordings=[
        "Return the digits of $text, in order, as one string.",
        "Remove everything from $text that is not a digit 0-9; the result may be empty.",
        "just the digits of $text, still a string, order kept",
        "Which digits does $text contain, from left to right, joined into a string?",
        "Clean up a phone number: drop blanks, dashes and letters so that only digits are left.",
        "Filters $text, keeping a character only if it is a decimal digit; no digits means an empty string.",
        "I need $text stripped of all but its digits, e.g. +49 30-12 becomes 493012.",
    ],
    py=[
        "return ''.join($ch for $ch in $text if $ch.isdigit())",
        "return re.sub(r'[^0-9]', '', $text)",
        "$kept = ''\nfor $ch in $text:\n    if $ch.isdigit():\n        $kept += $ch\nreturn $kept",
    ],
    ts=[
        "return $text.replace(/[^0-9]/g, '');",
        "return [...$text].filter(($ch) => $ch >= '0' && $ch <= '9').join('');",
    ],
    py_imports=["import re"],
    inputs=lambda r: (r.text("ab -+0123456789", (0, 12)),),
    edges=[("",), ("no digits",), ("+49 30-12",), ("007",)],
)

family(
    "strings_chars/squeeze",
    names="squeeze_repeats collapse_repeats squeeze merge_repeated_chars dedupe_adjacent",
    args={"text": ("str", "text s source phrase line")},
    returns="str",
    locals={"out": "out result squeezed kept", "ch": "ch c char symbol"},
    wordings=[
        "Return $text with every run of equal neighbouring characters reduced to a single one.",
        "Collapse repeated characters in $text: when a character equals the one just before it, drop it.",
        "adjacent duplicates in $text removed, so aabbba -> aba",
        "What remains of $text if a character is kept only when it differs from its left neighbour?",
        "Squeezes stretches of the same character to one; characters that repeat further apart are all kept.",
        "I type with a sticky keyboard - turn helllooo into helo, i.e. each run of equal characters becomes one.",
        "Build a copy of $text, adding a character only if it is not equal to the last one added.",
    ],
    py=[
        "$out = ''\nfor $ch in $text:\n    if not $out or $out[-1] != $ch:\n        $out += $ch\nreturn $out",
        "return re.sub(r'(.)\\1+', r'\\1', $text)",
    ],
    ts=[
        "return $text.replace(/(.)\\1+/g, '$1');",
        "let $out = '';\nfor (const $ch of $text) {\n  if (!$out.endsWith($ch)) {\n    $out += $ch;\n  }\n}\nreturn $out;",
    ],
    py_imports=["import re"],
    inputs=lambda r: (r.choice([r.text("aab ", (0, 9)), r.sentence()]),),
    edges=[("",), ("aabbba",), ("abab",), ("zzzz",)],
)

family(
    "strings_chars/first_unique",
    names="first_unique_char first_unrepeated first_single_char find_lone_character",
    args={"text": ("str", "text s source word phrase")},
    returns="str | None",
    locals={"ch": "ch c char letter"},
    wordings=[
        "Return the first character that occurs exactly once in $text, or null/None if there is none.",
        "Find the earliest character of $text that is not repeated anywhere in it; nothing (None or null) if all repeat.",
        "first non-repeated char of $text, None/null if no such char",
        "Which character is the first in $text to appear only once? Gives no value (None, null) for empty text or all repeats.",
        "Goes from left to right and returns the first character whose count in $text is 1, otherwise None/null.",
        "I need the leftmost character that has no twin in $text, and None/null when every one has a twin.",
        "For each character of $text in order: if its total count is one, return it. If none qualifies, return None/null.",
    ],
    py=[
        "return next(($ch for $ch in $text if $text.count($ch) == 1), None)",
        "for $ch in $text:\n    if $text.count($ch) == 1:\n        return $ch\nreturn None",
    ],
    ts=[
        "return (\n  [...$text].find(($ch) => $text.indexOf($ch) === $text.lastIndexOf($ch)) ?? null\n);",
        "for (const $ch of $text) {\n  if ($text.indexOf($ch) === $text.lastIndexOf($ch)) {\n    return $ch;\n  }\n}\nreturn null;",
    ],
    inputs=lambda r: (r.text("aabbcd", (0, 7)),),
    edges=[("",), ("aabb",), ("abcab",), ("x",)],
)

family(
    "strings_chars/most_common",
    names="most_common_char most_frequent_character top_char commonest_letter",
    args={"text": ("str", "text s source phrase word")},
    returns="str",
    locals={"best": "best winner result top", "ch": "ch c char letter", "counts": "counts tally seen freq", "n": "n times count hits"},
    wordings=[
        "Return the character that occurs most often in $text; the one seen first wins a tie. Empty text gives an empty string.",
        "Find the most frequent character of $text, on ties the earliest, and an empty string for empty text.",
        "commonest char in $text (first on ties, empty string if no characters)",
        "Which character shows up most in $text? Ties go to whichever appears first; empty input yields an empty string.",
        "Counts the characters of $text and gives back the one with the highest count, preferring the one that comes first, empty for none.",
        "I want the top character by number of occurrences; first occurrence breaks ties, and empty text returns an empty string.",
        "Count each character of $text, keep the first one that reaches the greatest count; return an empty string if there is nothing.",
    ],
    py=[
        "return max($text, key=$text.count, default='')",
        "$best = ''\nfor $ch in $text:\n    if not $best or $text.count($ch) > $text.count($best):\n        $best = $ch\nreturn $best",
    ],
    ts=[
        "const $counts = new Map<string, number>();\nfor (const $ch of $text) $counts.set($ch, ($counts.get($ch) ?? 0) + 1);\nlet $best = '';\nfor (const [$ch, $n] of $counts) {\n  if ($n > ($counts.get($best) ?? 0)) $best = $ch;\n}\nreturn $best;",
    ],
    inputs=lambda r: (r.choice([r.text("abcd", (0, 8)), r.word()]),),
    edges=[("",), ("abba",), ("banana",)],
)

family(
    "strings_chars/letter_counts",
    names="letter_counts count_letters letter_frequency tally_letters letter_histogram",
    args={"text": ("str", "text s phrase line source")},
    returns="dict[str, int]",
    locals={"counts": "counts tally freq result", "ch": "ch c char letter"},
    wordings=[
        "Return a mapping from each letter a-z in $text to how often it occurs, ignoring case and every other character.",
        "Count the letters of $text case-insensitively; keys are lower case, and digits, blanks and signs are left out.",
        "letter -> count for $text, lower-cased, only a-z, absent letters omitted",
        "How often does each letter occur in $text, capitals treated as small letters and non-letters skipped?",
        "Builds a histogram of the letters a to z in $text after lower-casing it; empty when there are no letters.",
        "Lower-case $text, skip what is not a letter from a to z, and tally each letter that remains.",
        "I need letter frequencies: Aa! gives a count of 2 for a and nothing else.",
    ],
    py=[
        "$counts = {}\nfor $ch in $text.lower():\n    if 'a' <= $ch <= 'z':\n        $counts[$ch] = $counts.get($ch, 0) + 1\nreturn $counts",
        "return dict(collections.Counter($ch for $ch in $text.lower() if $ch.isalpha()))",
    ],
    ts=[
        "const $counts: Record<string, number> = {};\nfor (const $ch of $text.toLowerCase()) {\n  if ($ch >= 'a' && $ch <= 'z') {\n    $counts[$ch] = ($counts[$ch] ?? 0) + 1;\n  }\n}\nreturn $counts;",
        "const $counts: Record<string, number> = {};\nfor (const $ch of $text.toLowerCase().match(/[a-z]/g) ?? []) {\n  $counts[$ch] = ($counts[$ch] ?? 0) + 1;\n}\nreturn $counts;",
    ],
    py_imports=["import collections"],
    inputs=lambda r: (r.sentence((0, 3)),),
    edges=[("",), ("Aa!",), ("12 34",)],
)

family(
    "strings_chars/pad_both",
    names="pad_both_sides surround pad_around frame_with wrap_in_char",
    args={
        "text": ("str", "text s label title"),
        "size": ("int", "size amount n margin"),
        "fill": ("str", "fill pad filler symbol"),
    },
    returns="str",
    locals={"side": "side edge border padding"},
    wordings=[
        "Return $text with $size copies of $fill on each side.",
        "Put $fill $size times in front of $text and as many times behind it; 0 leaves it unchanged.",
        "$text surrounded by $size times $fill, left and right",
        "What is $text with a border of $size repeated $fill characters at both ends?",
        "Pads a string on both ends by the same amount: hi with size 2 and * gives **hi**.",
        "Repeat $fill $size times, then place that before and after $text.",
        "I want $text framed: $size of the $fill character at the start and the same at the end.",
    ],
    py=[
        "return $fill * $size + $text + $fill * $size",
        "$side = $fill * $size\nreturn f'{$side}{$text}{$side}'",
    ],
    ts=[
        "return $fill.repeat($size) + $text + $fill.repeat($size);",
        "const $side = $fill.repeat($size);\nreturn `${$side}${$text}${$side}`;",
    ],
    inputs=lambda r: (r.word(), r.int(0, 5), r.choice("*-= .#")),
    edges=[("", 2, "*"), ("hi", 0, "-"), ("hi", 2, "*")],
)

family(
    "strings_chars/trim_char",
    names="trim_char strip_char trim_symbol strip_both_ends",
    args={"text": ("str", "text s raw value"), "mark": ("str", "mark symbol unwanted edge")},
    returns="str",
    locals={"start": "start left i lo", "end": "end right j hi"},
    wordings=[
        "Return $text without any copies of the character $mark at its beginning and end; those inside stay.",
        "Trim $mark (a single character) from both ends of $text, as many as there are.",
        "$text stripped of leading and trailing $mark, inner ones kept",
        "What is left of $text once all $mark characters at either end are gone?",
        "Removes every $mark at the start and at the end of $text; a string made only of it becomes empty.",
        "Drop the first character of $text while it is $mark, then the last one while it is $mark.",
        "Like the usual trim, but for one given character $mark in place of blanks.",
    ],
    py=[
        "return $text.strip($mark)",
        "$start, $end = 0, len($text)\nwhile $start < $end and $text[$start] == $mark:\n    $start += 1\nwhile $end > $start and $text[$end - 1] == $mark:\n    $end -= 1\nreturn $text[$start:$end]",
    ],
    ts=[
        "let $start = 0;\nlet $end = $text.length;\nwhile ($start < $end && $text[$start] === $mark) $start++;\nwhile ($end > $start && $text[$end - 1] === $mark) $end--;\nreturn $text.slice($start, $end);",
    ],
    inputs=lambda r: (r.text("--ab", (0, 3)) + r.word() + r.text("--ab", (0, 3)), r.choice("--ae")),
    edges=[("", "-"), ("---", "-"), ("--a-b-", "-"), ("abc", "x")],
)

family(
    "strings_chars/longest_run",
    names="longest_run max_run_length longest_repeat longest_streak_of_char",
    args={"text": ("str", "text s source line sequence")},
    returns="int",
    locals={"best": "best longest record top", "run": "run current streak length", "i": "i k pos index"},
    wordings=[
        "Return the length of the longest run of equal consecutive characters in $text, 0 if it is empty.",
        "Find how long the longest stretch of one repeated character in $text is; an empty string gives 0.",
        "max run of identical neighbours in $text (0 for empty)",
        "How many times in a row does some character occur in $text at most? Zero for an empty string.",
        "For aabbbc the answer is 3, since b stands three times in a row; empty text has 0.",
        "Walk along $text, counting while the character stays the same and restarting at 1 when it changes; give the greatest count, or 0.",
        "Tells the size of the largest group of equal adjacent characters in $text, or 0 without characters.",
    ],
    py=[
        "$best = $run = 0\nfor $i in range(len($text)):\n    $run = $run + 1 if $i > 0 and $text[$i] == $text[$i - 1] else 1\n    $best = max($best, $run)\nreturn $best",
        "return max((len(list($run)) for _, $run in itertools.groupby($text)), default=0)",
    ],
    ts=[
        "let $best = 0;\nlet $run = 0;\nfor (let $i = 0; $i < $text.length; $i++) {\n  $run = $text[$i] === $text[$i - 1] ? $run + 1 : 1;\n  $best = Math.max($best, $run);\n}\nreturn $best;",
        "return Math.max(0, ...($text.match(/(.)\\1*/g) ?? []).map(($run) => $run.length));",
    ],
    py_imports=["import itertools"],
    inputs=lambda r: (r.text("aab", (0, 10)),),
    edges=[("",), ("a",), ("aabbbc",), ("abab",)],
)

family(
    "strings_chars/alternate_case",
    names="alternate_case mocking_case zigzag_case wavy_case",
    args={"text": ("str", "text s phrase line message")},
    returns="str",
    locals={"i": "i index pos k", "ch": "ch c char letter", "out": "out result wavy mixed"},
    wordings=[
        "Return $text with characters at even positions (from 0) in upper case and those at odd positions in lower case.",
        "Alternate the case over $text, starting with a capital; every character counts as a position, blanks too.",
        "$text in zigzag case: index even -> upper, odd -> lower, spaces count",
        "How does $text look in mocking style, upper case first, then lower, switching with every character including spaces?",
        "Makes HeLlO out of hello: the first character upper, the second lower, and so forth by position.",
        "For each position in $text take the upper-case form if the position is even, else the lower-case form, counting from zero.",
        "I want silly wavy text - capitals at indexes 0, 2, 4, small letters at the others.",
    ],
    py=[
        "return ''.join(\n    $ch.lower() if $i % 2 else $ch.upper() for $i, $ch in enumerate($text)\n)",
        "$out = ''\nfor $i, $ch in enumerate($text):\n    $out += $ch.upper() if $i % 2 == 0 else $ch.lower()\nreturn $out",
    ],
    ts=[
        "return [...$text]\n  .map(($ch, $i) => ($i % 2 === 0 ? $ch.toUpperCase() : $ch.toLowerCase()))\n  .join('');",
        "let $out = '';\nfor (let $i = 0; $i < $text.length; $i++) {\n  const $ch = $text.charAt($i);\n  $out += $i % 2 === 0 ? $ch.toUpperCase() : $ch.toLowerCase();\n}\nreturn $out;",
    ],
    inputs=lambda r: (r.sentence(),),
    edges=[("",), ("hello",), ("AB cd",)],
)

family(
    "strings_chars/has_repeats",
    names="has_repeated_chars has_duplicate_letters contains_repeats any_char_twice",
    args={"text": ("str", "text s word code")},
    returns="bool",
    locals={"seen": "seen known visited met", "ch": "ch c char letter"},
    wordings=[
        "Return whether any character occurs more than once in $text; case matters.",
        "Check if $text contains some character at least twice, anywhere, not only side by side.",
        "true if $text has a duplicate character (case-sensitive), false for empty",
        "Is there a character that $text uses two or more times, with A and a being different?",
        "Tells whether the characters of $text are not all distinct; an empty string has no repeats.",
        "Remember each character of $text as you go, and say yes as soon as one was met before; otherwise no.",
        "I need to know if some exact character in $text is repeated.",
    ],
    py=[
        "return len(set($text)) < len($text)",
        "$seen = set()\nfor $ch in $text:\n    if $ch in $seen:\n        return True\n    $seen.add($ch)\nreturn False",
    ],
    ts=[
        "return new Set($text).size < $text.length;",
        "const $seen = new Set<string>();\nfor (const $ch of $text) {\n  if ($seen.has($ch)) return true;\n  $seen.add($ch);\n}\nreturn false;",
    ],
    inputs=lambda r: (r.choice([r.word(), r.text("abcdefgA", (0, 5))]),),
    edges=[("",), ("aA",), ("abca",)],
)

family(
    "strings_chars/stretch",
    names="stretch_chars repeat_each_char repeat_letters multiply_chars",
    args={"text": ("str", "text s word phrase"), "times": ("int", "times n factor copies")},
    returns="str",
    locals={"out": "out result stretched longer", "ch": "ch c char letter"},
    wordings=[
        "Return $text with every character written $times times in a row; 0 or less gives an empty string.",
        "Repeat each character of $text $times times; when $times is not positive the result is empty.",
        "stretch $text: each char x $times, empty if $times <= 0",
        "What is $text with all its characters repeated $times times each (nothing for zero or a negative number)?",
        "Turns abc into aabbcc for 2; the order is kept, and a count below 1 leaves nothing.",
        "For each character of $text append it $times times to the output, not at all if $times is below one.",
        "Stretches the word by writing every single character $times times, or returns an empty string if that is below 1.",
    ],
    py=[
        "return ''.join($ch * $times for $ch in $text)",
        "$out = ''\nfor $ch in $text:\n    $out += $ch * $times\nreturn $out",
    ],
    ts=[
        "return [...$text].map(($ch) => $ch.repeat(Math.max(0, $times))).join('');",
        "let $out = '';\nfor (const $ch of $text) {\n  $out += $ch.repeat(Math.max($times, 0));\n}\nreturn $out;",
    ],
    inputs=lambda r: (r.choice([r.word(), r.sentence((1, 2))]), r.int(-1, 4)),
    edges=[("", 3), ("abc", 0), ("abc", 2), ("x", -2)],
)

family(
    "strings_chars/case_counts",
    names="case_counts count_upper_lower upper_and_lower_counts tally_case",
    args={"text": ("str", "text s phrase line source")},
    returns="tuple[int, int]",
    locals={"upper": "upper capitals big uppers", "lower": "lower small lowers little", "ch": "ch c char letter"},
    wordings=[
        "Return a pair: the number of upper-case letters and the number of lower-case letters in $text.",
        "Count capitals and small letters in $text and give both numbers, capitals first; other characters are ignored.",
        "(uppercase count, lowercase count) of $text, non-letters not counted",
        "How many capitals and how many small letters does $text have, as a pair in that order?",
        "Takes $text, returns two counts, first of A-Z and then of a-z; an empty string gives 0 and 0.",
        "I need two numbers for $text - big letters, then little ones. Digits and blanks count for neither.",
        "Check each character: if it is A-Z raise the first counter, if a-z the second; return both as a pair.",
    ],
    py=[
        "return sum($ch.isupper() for $ch in $text), sum($ch.islower() for $ch in $text)",
        "$upper = $lower = 0\nfor $ch in $text:\n    if $ch.isupper():\n        $upper += 1\n    elif $ch.islower():\n        $lower += 1\nreturn $upper, $lower",
    ],
    ts=[
        "const $upper = $text.match(/[A-Z]/g)?.length ?? 0;\nconst $lower = $text.match(/[a-z]/g)?.length ?? 0;\nreturn [$upper, $lower];",
        "let $upper = 0;\nlet $lower = 0;\nfor (const $ch of $text) {\n  if ($ch >= 'A' && $ch <= 'Z') $upper += 1;\n  if ($ch >= 'a' && $ch <= 'z') $lower += 1;\n}\nreturn [$upper, $lower];",
    ],
    inputs=lambda r: (r.choice([r.sentence(), r.text("abXYZ 1!", (0, 9))]),),
    edges=[("",), ("Hi THERE 2",), ("123",)],
)

family(
    "strings_chars/letter_positions",
    names="letter_positions alphabet_positions letters_to_numbers letter_numbers",
    args={"text": ("str", "text s word phrase")},
    returns="list[int]",
    locals={"ch": "ch c char letter", "numbers": "numbers result out positions"},
    wordings=[
        "Return the place in the alphabet (a is 1, z is 26) of each letter in $text, ignoring case and skipping non-letters.",
        "Translate the letters of $text to their alphabet numbers, 1 to 26, upper case like lower case; leave out other characters.",
        "alphabet index (1-26) of every letter of $text, case-insensitive, non-letters dropped",
        "Which numbers do the letters of $text have, counting a or A as 1 and z or Z as 26, other characters skipped?",
        "Gives a list of numbers for a word, so that Cab! becomes 3, 1, 2; anything that is no letter is left out.",
        "Lower-case $text; for each character from a to z append its place in the alphabet, starting at 1; skip the rest.",
        "I need letter values (A=1, B=2, ...) for $text in order, either case, with digits, spaces and signs ignored.",
    ],
    py=[
        "return [ord($ch) - ord('a') + 1 for $ch in $text.lower() if 'a' <= $ch <= 'z']",
        "$numbers = []\nfor $ch in $text.lower():\n    if $ch.isalpha():\n        $numbers.append(ord($ch) - 96)\nreturn $numbers",
    ],
    ts=[
        "return [...$text.toLowerCase()]\n  .filter(($ch) => $ch >= 'a' && $ch <= 'z')\n  .map(($ch) => $ch.charCodeAt(0) - 96);",
        "const $numbers: number[] = [];\nfor (const $ch of $text.toLowerCase()) {\n  if ($ch >= 'a' && $ch <= 'z') {\n    $numbers.push($ch.charCodeAt(0) - 96);\n  }\n}\nreturn $numbers;",
    ],
    inputs=lambda r: (r.sentence((0, 2)),),
    edges=[("",), ("Cab!",), ("xyz 1",)],
)

family(
    "strings_chars/unique_chars",
    names="unique_chars distinct_chars drop_duplicate_chars first_occurrences",
    args={"text": ("str", "text s word source phrase")},
    returns="str",
    locals={"out": "out result kept seen", "ch": "ch c char letter"},
    wordings=[
        "Return $text with only the first occurrence of every character kept, in the original order.",
        "Remove characters from $text that have already appeared earlier in it, wherever they stand; case matters.",
        "distinct chars of $text in order of first appearance, as a string",
        "What are the different characters of $text, each once, in the order they first show up?",
        "Drops repeats, adjacent or not: banana becomes ban, and empty text stays empty.",
        "Builds a string by adding each character of $text that is not in it yet.",
        "I need $text without second, third or later copies of any character, order untouched.",
    ],
    py=[
        "return ''.join(dict.fromkeys($text))",
        "$out = ''\nfor $ch in $text:\n    if $ch not in $out:\n        $out += $ch\nreturn $out",
    ],
    ts=[
        "return [...new Set($text)].join('');",
        "let $out = '';\nfor (const $ch of $text) {\n  if (!$out.includes($ch)) {\n    $out += $ch;\n  }\n}\nreturn $out;",
    ],
    inputs=lambda r: (r.choice([r.sentence((1, 3)), r.text("abcA", (0, 8))]),),
    edges=[("",), ("banana",), ("aAa",)],
)

family(
    "strings_chars/rotate",
    names="rotate_left rotate_text rotate_string shift_text_left",
    args={"text": ("str", "text s word source"), "steps": ("int", "steps n places offset count")},
    returns="str",
    locals={"cut": "cut split_at k pos"},
    wordings=[
        "Return $text rotated left by $steps characters; $steps may exceed the length, and empty text stays empty.",
        "Move the first $steps characters of $text to its end, wrapping around when $steps (0 or more) is larger than the length.",
        "left rotation of $text by $steps (>= 0, modulo length), empty stays empty",
        "What does $text look like after taking one character off the front and putting it at the back $steps times?",
        "Rotates a string to the left: abcde by 2 gives cdeab, and by 7 gives the same; empty text stays empty.",
        "Take $steps modulo the length, cut $text there and swap the two parts; nothing to do for empty text.",
        "I want $text turned around like a ring, $steps places to the left, any count from 0 up, empty text included.",
    ],
    py=[
        "if not $text:\n    return ''\n$cut = $steps % len($text)\nreturn $text[$cut:] + $text[:$cut]",
        "$cut = $steps % len($text) if $text else 0\nreturn $text[$cut:] + $text[:$cut]",
    ],
    ts=[
        "if ($text === '') return '';\nconst $cut = $steps % $text.length;\nreturn $text.slice($cut) + $text.slice(0, $cut);",
        "const $cut = $text ? $steps % $text.length : 0;\nreturn $text.slice($cut) + $text.slice(0, $cut);",
    ],
    inputs=lambda r: (r.word(), r.int(0, 12)),
    edges=[("", 3), ("abcde", 2), ("abcde", 7), ("ab", 0)],
)
