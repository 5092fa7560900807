"""Formatting: cases, names, lists in words, numbers as text, masks, wrapping."""

from family import family

family(
    "strings_format/initials",
    names="initials name_initials get_initials to_initials",
    args={"name": ("str", "name full_name person who")},
    returns="str",
    locals={"part": "part word w piece", "out": "out result letters acc"},
    wordings=[
        "Return the initials of $name: each word's first letter in upper case followed by a dot, without blanks.",
        "Turn a full name into initials such as A.L. for ada lovelace; an empty name gives an empty string.",
        "initials of $name, upper case, a dot after each, nothing for an empty name",
        "What are the initials of $name, written like J.R.R.T. with capitals, dots and no spaces? Empty stays empty.",
        "Takes a name, splits it at whitespace and joins the capitalised first letters, each one followed by a period.",
        "I need the dotted initials for $name, always capitals, one letter and one dot for each word.",
        "For every word in $name append its first letter, upper-cased, and then a dot to the result.",
    ],
    py=[
        "return ''.join(f'{$part[0].upper()}.' for $part in $name.split())",
        "$out = ''\nfor $part in $name.split():\n    $out += $part[0].upper() + '.'\nreturn $out",
    ],
    ts=[
        "return $name\n  .split(' ')\n  .filter(Boolean)\n  .map(($part) => `${$part[0].toUpperCase()}.`)\n  .join('');",
        "let $out = '';\nfor (const $part of $name.split(' ')) {\n  if ($part) $out += `${$part[0].toUpperCase()}.`;\n}\nreturn $out;",
    ],
    inputs=lambda r: (" ".join(r.words((1, 4))),),
    edges=[("",), ("ada lovelace",), ("John Ronald Reuel Tolkien",)],
)

family(
    "strings_format/title_case",
    names="title_case to_title capitalize_words capitalise_each_word",
    args={"text": ("str", "text title heading phrase s")},
    returns="str",
    locals={"word": "word w part token"},
    wordings=[
        "Return $text with every word's first letter in upper case and its other letters in lower case; words are separated by single spaces.",
        "Capitalise each space-separated word of $text and lower-case the rest of the word.",
        "title case for $text: first letter of each word big, remaining ones small",
        "How is $text written as a heading, every word starting with one capital and going on in small letters?",
        "Makes The Green TIGER into The Green Tiger: words are split at spaces, and only first letters are capitals.",
        "Split $text at spaces, capitalise each piece (rest lower case) and join them with spaces again.",
        "I'd like $text in title case, all words alike, with no exceptions for little words; empty stays empty.",
    ],
    py=[
        "return ' '.join($word.capitalize() for $word in $text.split(' '))",
        "return ' '.join($word[:1].upper() + $word[1:].lower() for $word in $text.split(' '))",
    ],
    ts=[
        "return $text\n  .split(' ')\n  .map(($word) => $word.charAt(0).toUpperCase() + $word.slice(1).toLowerCase())\n  .join(' ');",
    ],
    inputs=lambda r: (r.choice([r.sentence(), r.sentence().upper()]),),
    edges=[("",), ("a",), ("the green TIGER",)],
)

family(
    "strings_format/snake_to_camel",
    names="snake_to_camel to_camel_case camelize underscore_to_camel",
    args={"name": ("str", "name identifier key snake")},
    returns="str",
    locals={"first": "first head start lead", "rest": "rest tail others remaining", "part": "part word p piece", "out": "out result acc joined"},
    wordings=[
        "Return the snake_case name $name in camelCase: first word unchanged, each later one capitalised, no underscores.",
        "Convert $name from snake case to camel case, so that max_item_count becomes maxItemCount.",
        "snake_case -> camelCase for $name (lower-case words split by single underscores)",
        "What is $name in camel case, given words in lower case with an underscore between two words?",
        "Turns an identifier like user_id into userId; a name of one word, or an empty one, does not change.",
        "Split $name at underscores, keep the first part, capitalise the following parts and glue everything together.",
        "I have a snake_case key and the JavaScript side wants it as camelCase.",
    ],
    py=[
        "$first, *$rest = $name.split('_')\nreturn $first + ''.join($part.capitalize() for $part in $rest)",
        "return re.sub(r'_([a-z])', lambda $part: $part[1].upper(), $name)",
    ],
    ts=[
        "return $name.replace(/_([a-z])/g, (_, $part: string) => $part.toUpperCase());",
        "const [$first, ...$rest] = $name.split('_');\nlet $out = $first;\nfor (const $part of $rest) {\n  $out += $part.charAt(0).toUpperCase() + $part.slice(1);\n}\nreturn $out;",
    ],
    py_imports=["import re"],
    inputs=lambda r: ("_".join(r.words((1, 4))),),
    edges=[("",), ("user",), ("max_item_count",)],
)

family(
    "strings_format/camel_to_snake",
    names="camel_to_snake to_snake_case snakify underscore_name",
    args={"name": ("str", "name identifier key camel")},
    returns="str",
    locals={"out": "out result snake acc", "ch": "ch c char letter"},
    wordings=[
        "Return the camelCase name $name in snake_case: each capital, except at the start, gets an underscore before it; all lower case.",
        "Convert $name from camel case to snake case, so that userId becomes user_id; a leading capital gets no underscore.",
        "camelCase or PascalCase $name -> snake_case, one underscore before every inner capital",
        "What is $name in snake case, if each capital that is not first starts a new word and everything is lower-cased?",
        "Turns maxItemCount into max_item_count and Table into table; an empty name stays empty.",
        "Put an underscore in front of each capital letter of $name other than the first character, then lower-case it all.",
        "I need database column names from camelCase: split $name before inner capitals with underscores, small letters only.",
    ],
    py=[
        "return re.sub(r'(?<!^)([A-Z])', r'_\\1', $name).lower()",
        "$out = ''\nfor $ch in $name:\n    if $ch.isupper() and $out:\n        $out += '_'\n    $out += $ch.lower()\nreturn $out",
    ],
    ts=[
        "return $name.replace(/(?!^)([A-Z])/g, '_$1').toLowerCase();",
        "let $out = '';\nfor (const $ch of $name) {\n  if ($ch >= 'A' && $ch <= 'Z' && $out) $out += '_';\n  $out += $ch.toLowerCase();\n}\nreturn $out;",
    ],
    py_imports=["import re"],
    inputs=lambda r: (r.choice([r.word(), r.word().capitalize()]) + "".join(w.capitalize() for w in r.words((0, 3))),),
    edges=[("",), ("userId",), ("Table",), ("getXY",)],
)

family(
    "strings_format/to_kebab",
    names="to_kebab_case kebab dashed_name kebab_case",
    args={"text": ("str", "text title label phrase")},
    returns="str",
    locals={"word": "word w part token"},
    wordings=[
        "Return the words of $text in lower case, joined by hyphens.",
        "Convert $text to kebab case: lower-case it, split it at whitespace and put a dash between the words.",
        "kebab-case of $text, words separated by spaces, everything lower",
        "How is $text written in kebab case, i.e. with small letters and a hyphen in place of each gap?",
        "Makes green-paper-light out of Green Paper Light; punctuation is left alone and an empty text stays empty.",
        "Lower-case $text and replace the spaces between the words by dashes.",
        "I need $text as a CSS class: small letters, words connected with a single dash.",
    ],
    py=[
        "return '-'.join($text.lower().split())",
        "return '-'.join($word.lower() for $word in $text.split())",
    ],
    ts=[
        "return $text.toLowerCase().split(' ').join('-');",
        "return $text\n  .split(' ')\n  .map(($word) => $word.toLowerCase())\n  .join('-');",
    ],
    inputs=lambda r: (r.sentence(),),
    edges=[("",), ("Table",), ("Green Paper Light",)],
)

family(
    "strings_format/slug",
    names="slugify make_slug to_slug url_slug",
    args={"title": ("str", "title text heading headline")},
    returns="str",
    locals={"words": "words parts pieces chunks", "word": "word w part piece"},
    wordings=[
        "Return a URL slug of $title: lower case, each run of characters other than a-z and 0-9 as one hyphen, none at the ends.",
        "Slugify $title: lower-case it, keep groups of letters and digits, and join these with a single dash.",
        "slug for $title, only a-z 0-9, groups joined by '-', no dash first or last",
        "What would $title be in a URL, with small letters, digits, and one hyphen for anything in between?",
        "Turns Hello, World! into hello-world; if there are no letters or digits, the slug is empty.",
        "Find all stretches of letters or digits in the lower-cased $title and connect them by hyphens.",
        "I need a slug: strip everything fancy from $title, small letters, dashes between the parts only.",
    ],
    py=[
        "return '-'.join(re.findall(r'[a-z0-9]+', $title.lower()))",
        "return re.sub(r'[^a-z0-9]+', '-', $title.lower()).strip('-')",
    ],
    ts=[
        "return ($title.toLowerCase().match(/[a-z0-9]+/g) ?? []).join('-');",
        "const $words = $title.toLowerCase().split(/[^a-z0-9]+/);\nreturn $words.filter(($word) => $word !== '').join('-');",
    ],
    py_imports=["import re"],
    inputs=lambda r: (r.choice(["", " ", "-- "]) + r.choice([r.sentence(), ", ".join(r.words((1, 4))), f"{r.word()} & {r.word()} {r.int(1, 99)}"]),),
    edges=[("",), ("Hello, World!",), ("  C3 -- PO ",), ("?!",)],
)

family(
    "strings_format/acronym",
    names="acronym make_acronym to_acronym short_form",
    args={"phrase": ("str", "phrase text title expression")},
    returns="str",
    locals={"word": "word w part token", "letters": "letters result out acc"},
    wordings=[
        "Return the upper-case first letters of the words in $phrase, leaving out the words of, the, and, in any case.",
        "Build the acronym of $phrase, skipping the small words of, the and and, whatever their case; all capitals.",
        "acronym for $phrase in capitals, ignoring of/the/and in any case",
        "Which acronym does $phrase give, if the words of, the and and (any case) do not contribute a letter?",
        "Makes BOE from Bank of the East: one capital for each word, except for of, the and and.",
        "Split $phrase at blanks, drop of, the and and in any case, then join the first letters as capitals.",
        "I want an abbreviation: first letters, upper case, without the fillers of, and, the. Empty in, empty out.",
    ],
    py=[
        "return ''.join(\n    $word[0].upper()\n    for $word in $phrase.split()\n    if $word.lower() not in ('of', 'the', 'and')\n)",
        "$letters = ''\nfor $word in $phrase.split():\n    if $word.lower() not in ('of', 'the', 'and'):\n        $letters += $word[0].upper()\nreturn $letters",
    ],
    ts=[
        "return $phrase\n  .split(' ')\n  .filter(($word) => !['of', 'the', 'and'].includes($word.toLowerCase()))\n  .map(($word) => $word.charAt(0).toUpperCase())\n  .join('');",
        "let $letters = '';\nfor (const $word of $phrase.split(' ')) {\n  if (!/^(of|the|and)$/i.test($word)) {\n    $letters += $word.charAt(0).toUpperCase();\n  }\n}\nreturn $letters;",
    ],
    inputs=lambda r: (" ".join(r.choice([r.word(), r.word().capitalize(), "of", "the", "and", "The"]) for _ in range(r.int(1, 6))),),
    edges=[("",), ("Bank of the East",), ("of the",)],
)

family(
    "strings_format/mask_tail",
    names="mask_number hide_all_but_last mask_card obscure_start",
    args={"text": ("str", "text account secret card code"), "visible": ("int", "visible keep shown tail_length")},
    returns="str",
    locals={"hidden": "hidden covered masked cut"},
    wordings=[
        "Return $text with all but its last $visible characters replaced by asterisks; shorter text is not changed.",
        "Mask $text: put a * for each character except the final $visible ones; nothing is hidden if $text is that short.",
        "$text starred out except the last $visible chars (0 hides all)",
        "How does $text look if only its last $visible characters can be read and the others are stars?",
        "Hides the front of a card number, one * for each hidden character, and shows its last $visible characters.",
        "Compute how many characters come before the last $visible, write that many asterisks, then the remaining characters.",
        "I must not print whole secrets: star everything in $text apart from the last $visible characters (may be 0).",
    ],
    py=[
        "$hidden = max(0, len($text) - $visible)\nreturn '*' * $hidden + $text[$hidden:]",
        "return $text[max(0, len($text) - $visible):].rjust(len($text), '*')",
    ],
    ts=[
        "const $hidden = Math.max(0, $text.length - $visible);\nreturn '*'.repeat($hidden) + $text.slice($hidden);",
        "return $text.slice(Math.max(0, $text.length - $visible)).padStart($text.length, '*');",
    ],
    inputs=lambda r: (r.text("0123456789", (0, 12)), r.int(0, 5)),
    edges=[("", 4), ("12345678", 4), ("123", 4), ("abc", 0)],
)

family(
    "strings_format/mask_email",
    names="mask_email hide_email obscure_address redact_email",
    args={"email": ("str", "email address mail contact")},
    returns="str",
    locals={"user": "user local_part mailbox before", "domain": "domain host server after"},
    wordings=[
        "Return $email with the part before the @ reduced to its first character and three asterisks.",
        "Mask an address: keep the first letter before the @, put *** for the others, and keep @ and domain.",
        "anna@host.org -> a***@host.org for $email (one @, nonempty user part)",
        "How can $email be shown with only the first character of its user part, then ***, then the @ and domain?",
        "Hides the name in $email: the first character stays, three stars follow regardless of length, the domain is untouched.",
        "Split $email at the @, shorten the left side to its first character plus ***, and put both sides together again.",
        "I want emails in logs as m***@example.com - always three stars, however long the user name is.",
    ],
    py=[
        "$user, $domain = $email.split('@')\nreturn f'{$user[0]}***@{$domain}'",
        "return $email[0] + '***' + $email[$email.index('@'):]",
    ],
    ts=[
        "const [$user, $domain] = $email.split('@');\nreturn `${$user[0]}***@${$domain}`;",
        "return $email[0] + '***' + $email.slice($email.indexOf('@'));",
    ],
    inputs=lambda r: (f"{r.word()}{r.choice(['', '.', '_'])}{r.text('abc12', (0, 3))}@{r.word()}.{r.choice(['org', 'com', 'net'])}",),
    edges=[("a@b.c",), ("anna@host.org",)],
)

family(
    "strings_format/zero_pad",
    names="zero_pad pad_number with_leading_zeros pad_with_zeros",
    args={"number": ("int", "value n num counter"), "width": ("int", "width digits size length")},
    returns="str",
    locals={"out": "out result padded text"},
    wordings=[
        "Return the non-negative integer $number as text with leading zeros up to $width digits; longer numbers are not cut.",
        "Pad $number (0 or more) on the left with zeros until it has at least $width digits.",
        "$number as a string, zero-filled to $width, never truncated, $number >= 0",
        "How is $number written with at least $width digits, using zeros in front if it is too short?",
        "Formats a counter for file names: 7 with width 3 gives 007, 1234 stays 1234; negatives do not occur.",
        "Turn $number into text and put zeros before it while it has fewer than $width digits (it is never negative).",
        "I need leading zeros on $number so that it takes up $width places, or more if it is longer already.",
    ],
    py=[
        "return str($number).zfill($width)",
        "return f'{$number:0{$width}d}'",
        "$out = str($number)\nwhile len($out) < $width:\n    $out = '0' + $out\nreturn $out",
    ],
    ts=[
        "return String($number).padStart($width, '0');",
        "let $out = String($number);\nwhile ($out.length < $width) {\n  $out = '0' + $out;\n}\nreturn $out;",
    ],
    inputs=lambda r: (r.choice([r.int(0, 9), r.int(0, 5000)]), r.int(1, 6)),
    edges=[(0, 1), (7, 3), (1234, 2)],
)

family(
    "strings_format/count_noun",
    names="count_with_noun pluralize_count quantity describe_count",
    args={"count": ("int", "count n amount quantity"), "noun": ("str", "noun word item thing")},
    returns="str",
    locals={"suffix": "suffix ending plural tail"},
    wordings=[
        "Return $count and $noun separated by a blank, with an s added to the noun unless $count is exactly 1.",
        "Write an amount in words such as 1 file or 3 files; only 1 takes the singular, so 0 files.",
        "'$count $noun', plus 's' whenever $count is not 1",
        "How do we say $count of $noun, adding a plain s for anything but one?",
        "Puts number and noun together with a space between them and a plural s if the number differs from 1.",
        "I need labels like 0 items, 1 item, 2 items from $count and $noun; the plural is always just an s.",
        "Start with $count, a space and $noun; then append s if $count is not equal to one.",
    ],
    py=[
        "return f'{$count} {$noun}' if $count == 1 else f'{$count} {$noun}s'",
        "$suffix = '' if $count == 1 else 's'\nreturn f'{$count} {$noun}{$suffix}'",
    ],
    ts=[
        "return `${$count} ${$noun}${$count === 1 ? '' : 's'}`;",
        "const $suffix = $count === 1 ? '' : 's';\nreturn `${$count} ${$noun}${$suffix}`;",
    ],
    inputs=lambda r: (r.choice([0, 1, 1, r.int(-1, 30)]), r.word()),
    edges=[(0, "file"), (1, "file"), (2, "file")],
)

family(
    "strings_format/plural",
    names="plural pluralize plural_of to_plural make_plural",
    args={"noun": ("str", "noun word singular term")},
    returns="str",
    wordings=[
        "Return the plural of $noun: es after s, x, ch or sh; ies for a y after a consonant; otherwise an added s.",
        "Pluralise $noun. Ending in s, x, ch or sh: add es. Ending in consonant and y: y becomes ies. Else add s.",
        "english plural of lower-case $noun: -s, -x, -ch, -sh get es, consonant + y gets ies, rest s",
        "What is the plural of $noun by the rules box-boxes, bush-bushes, church-churches, city-cities, and just s (day-days) otherwise?",
        "Adds es to nouns in s, x, ch, sh, swaps y for ies unless a vowel precedes it, and adds s to all others.",
        "I need simple English plurals: bus to buses, fox to foxes, dish to dishes, lady to ladies, key to keys, cat to cats.",
        "First test for a final s, x, ch or sh (add es), then for y after a non-vowel (ies instead of y); else append s.",
    ],
    py=[
        "if $noun.endswith(('s', 'x', 'ch', 'sh')):\n    return $noun + 'es'\nif re.search(r'[^aeiou]y$', $noun):\n    return $noun[:-1] + 'ies'\nreturn $noun + 's'",
        "if $noun.endswith(('s', 'x', 'ch', 'sh')):\n    return $noun + 'es'\nif $noun[-1:] == 'y' and $noun[-2] not in 'aeiou':\n    return $noun[:-1] + 'ies'\nreturn $noun + 's'",
    ],
    ts=[
        "if (/(s|x|ch|sh)$/.test($noun)) return $noun + 'es';\nif (/[^aeiou]y$/.test($noun)) return $noun.slice(0, -1) + 'ies';\nreturn $noun + 's';",
    ],
    py_imports=["import re"],
    inputs=lambda r: (r.choice(["bus", "fox", "dish", "church", "city", "baby", "day", "key", "toy", "story", "lady", "lens", "tax", "brush", r.word(), r.word()]),),
    edges=[("box",), ("berry",), ("ray",), ("tree",)],
)

family(
    "strings_format/join_and",
    names="join_with_and human_list list_in_words enumerate_words english_list",
    args={"items": ("list[str]", "items words names parts entries")},
    returns="str",
    locals={"head": "head most front start", "last": "last final tail end"},
    wordings=[
        "Return $items as one string: commas between them, but the word and before the last; no comma before and.",
        "Join $items in plain English, as in a, b and c; one item stands alone, no items give an empty string.",
        "$items -> 'a, b and c' (two: 'a and b', one: itself, none: empty)",
        "How would one list $items in a sentence, separated by commas with and between the last two?",
        "Writes names the way people do: ann, bob and eve. Two get only an and; zero yield an empty string.",
        "Put all but the last of $items together with a comma and a blank, then add and plus the last. Fewer than two: no and.",
        "I need a readable enumeration of $items without the Oxford comma; empty text for an empty list.",
    ],
    py=[
        "if len($items) < 2:\n    return ''.join($items)\nreturn ', '.join($items[:-1]) + ' and ' + $items[-1]",
        "if not $items:\n    return ''\n*$head, $last = $items\nreturn f\"{', '.join($head)} and {$last}\" if $head else $last",
    ],
    ts=[
        "if ($items.length < 2) return $items.join('');\nreturn `${$items.slice(0, -1).join(', ')} and ${$items[$items.length - 1]}`;",
        "const $head = $items.slice(0, -1);\nconst $last = $items.at(-1) ?? '';\nreturn $head.length > 0 ? `${$head.join(', ')} and ${$last}` : $last;",
    ],
    inputs=lambda r: (r.words((0, 5)),),
    edges=[([],), (["ann"],), (["ann", "bob"],), (["ann", "bob", "eve"],)],
)

family(
    "strings_format/file_size",
    names="file_size human_size format_bytes readable_size",
    args={"size": ("int", "size num_bytes byte_count length")},
    returns="str",
    locals={"unit": "unit u label suffix", "left": "left value amount rest"},
    wordings=[
        "Return $size bytes as a whole number and a unit (B, KB, MB, GB), dividing by 1024, rounded down, while it is 1024 or more.",
        "Format a byte count like 3 KB: divide by 1024 (dropping fractions) until it is below 1024 or the unit is GB.",
        "$size in bytes -> 'N B|KB|MB|GB', base 1024, floor at each step, GB is the largest unit",
        "How big is $size bytes in a readable form, floored, with B, KB, MB or GB and 1024 as the step?",
        "Writes $size as 900 B, 2 KB, 5 MB and so on: integer division by 1024 for each unit, never going beyond GB.",
        "Start with B; as long as the value is at least 1024 and a larger unit up to GB exists, floor-divide by 1024 and move on.",
        "I want file sizes people can read: whole numbers rounded down, 1024-based, B to GB, a blank before the unit.",
    ],
    py=[
        "for $unit in ('B', 'KB', 'MB'):\n    if $size < 1024:\n        return f'{$size} {$unit}'\n    $size //= 1024\nreturn f'{$size} GB'",
        "$left = $size\nfor $unit in ('B', 'KB', 'MB'):\n    if $left < 1024:\n        return f'{$left} {$unit}'\n    $left //= 1024\nreturn f'{$left} GB'",
    ],
    ts=[
        "let $left = $size;\nfor (const $unit of ['B', 'KB', 'MB']) {\n  if ($left < 1024) return `${$left} ${$unit}`;\n  $left = Math.floor($left / 1024);\n}\nreturn `${$left} GB`;",
    ],
    inputs=lambda r: (r.choice([r.int(0, 2000), r.int(0, 3000000), r.int(0, 10**10)]),),
    edges=[(0,), (1023,), (1024,), (2**41,)],
)

family(
    "strings_format/ordinal",
    names="ordinal to_ordinal ordinal_number with_ordinal_suffix",
    args={"number": ("int", "n place rank value position")},
    returns="str",
    locals={"suffix": "suffix ending tail letters"},
    wordings=[
        "Return the positive integer $number with its English ordinal ending: 1st, 2nd, 3rd, 4th, but 11th, 12th and 13th.",
        "Append st, nd, rd or th to $number (at least 1) as English does, mind 11th to 13th and 111th to 113th.",
        "ordinal of $number > 0: 1st 2nd 3rd 4th ... 11th 12th 13th ... 21st",
        "How is $number written as a place in a race, such as 1st, 22nd, 13th or 103rd?",
        "Gives the number with th when its last two digits are 11 to 13, else with st, nd, rd for 1, 2, 3, else th.",
        "I need ranks like 3rd or 12th: choose the ending by the last digit unless the last two digits lie from 11 to 13.",
        "Takes a rank from 1 up and adds the right two letters, so 21 becomes 21st and 112 becomes 112th.",
    ],
    py=[
        "if $number % 100 in (11, 12, 13):\n    return f'{$number}th'\n$suffix = {1: 'st', 2: 'nd', 3: 'rd'}.get($number % 10, 'th')\nreturn f'{$number}{$suffix}'",
        "$suffix = 'th'\nif $number % 100 not in (11, 12, 13):\n    $suffix = {1: 'st', 2: 'nd', 3: 'rd'}.get($number % 10, 'th')\nreturn str($number) + $suffix",
    ],
    ts=[
        "if ([11, 12, 13].includes($number % 100)) return `${$number}th`;\nconst $suffix = ['th', 'st', 'nd', 'rd'][$number % 10] ?? 'th';\nreturn `${$number}${$suffix}`;",
    ],
    inputs=lambda r: (r.choice([r.int(1, 30), r.int(1, 130), r.int(1, 2000)]),),
    edges=[(1,), (12,), (22,), (113,)],
)

family(
    "strings_format/wrap_lines",
    names="wrap_text wrap_lines break_lines word_wrap",
    args={"text": ("str", "text paragraph s content"), "width": ("int", "width limit columns max_width")},
    returns="list[str]",
    locals={"lines": "lines rows result out", "word": "word w token part", "last": "last current tail previous", "fits": "fits has_room ok enough"},
    wordings=[
        "Return $text broken into lines of at most $width characters, filled greedily with whole words; a longer word gets its own line.",
        "Word-wrap $text: put as many words on a line as fit into $width; never split a word. Empty text has no lines.",
        "greedy wrap of $text at $width chars, list of lines, overlong words alone on their line, no lines for empty",
        "Which lines result if the words of $text fill each line up to $width characters, words staying whole even when too long?",
        "Goes word by word, adding to the current line if it stays within $width with a blank, otherwise starting a new one; empty gives none.",
        "I want a paragraph as a list of lines, words intact, none beyond $width unless a single word is longer; nothing for empty text.",
        "For each word of $text: if the last line plus a space plus the word fits $width, append it there, else open a new line.",
    ],
    py=[
        "$lines = []\nfor $word in $text.split():\n    if $lines and len($lines[-1]) + 1 + len($word) <= $width:\n        $lines[-1] += ' ' + $word\n    else:\n        $lines.append($word)\nreturn $lines",
        "return textwrap.wrap($text, $width, break_long_words=False, break_on_hyphens=False)",
    ],
    ts=[
        "const $lines: string[] = [];\nfor (const $word of $text.split(' ').filter(Boolean)) {\n  const $last = $lines.at(-1);\n  const $fits = $last !== undefined && $last.length + 1 + $word.length <= $width;\n  if ($fits) $lines[$lines.length - 1] += ` ${$word}`;\n  else $lines.push($word);\n}\nreturn $lines;",
    ],
    py_imports=["import textwrap"],
    inputs=lambda r: (r.sentence((1, 8)), r.int(4, 16)),
    edges=[("", 5), ("one", 2), ("a bb ccc", 4)],
)

family(
    "strings_format/shorten",
    names="shorten truncate clip_text ellipsize cut_with_dots",
    args={"text": ("str", "text s title content"), "limit": ("int", "limit max_length size width")},
    returns="str",
    locals={"keep": "keep room kept_length cut"},
    wordings=[
        "Return $text if it has at most $limit characters, else its start followed by three dots, $limit characters in all ($limit >= 3).",
        "Shorten $text to $limit characters (3 or more), with the last three being dots when something had to be cut.",
        "$text clipped to $limit incl. '...' if too long, unchanged otherwise; $limit is at least 3",
        "What is $text in no more than $limit characters, ending in ... if it was too long, where the limit is at least 3?",
        "Gives short text back as it is; longer text loses its tail, and ... fills the last three of the $limit places.",
        "If $text is longer than $limit, take its first $limit minus 3 characters and add three dots, otherwise leave it.",
        "I need titles that fit in $limit columns (never below 3), dots included, and untouched when they already fit.",
    ],
    py=[
        "return $text if len($text) <= $limit else $text[:$limit - 3] + '...'",
        "if len($text) <= $limit:\n    return $text\n$keep = $limit - 3\nreturn $text[:$keep] + '...'",
    ],
    ts=[
        "return $text.length <= $limit ? $text : $text.slice(0, $limit - 3) + '...';",
        "if ($text.length <= $limit) return $text;\nreturn `${$text.slice(0, $limit - 3)}...`;",
    ],
    inputs=lambda r: (r.sentence(), r.int(3, 20)),
    edges=[("", 3), ("abcdef", 6), ("abcdefg", 6), ("abcd", 3)],
)

family(
    "strings_format/thousands",
    names="group_thousands with_commas format_thousands comma_number",
    args={"number": ("int", "n value amount quantity")},
    returns="str",
    locals={"digits": "digits text body num", "groups": "groups parts chunks triples", "sign": "sign minus lead prefix"},
    wordings=[
        "Return $number as text with a comma between groups of three digits, counted from the right; negatives keep their minus.",
        "Format $number with thousands separators: 1234567 becomes 1,234,567 and -1000 becomes -1,000.",
        "$number with commas every three digits from the right, minus sign kept",
        "How is $number written in the English way, with commas for thousands, millions and so on, also when negative?",
        "Makes long integers readable by putting commas after every third digit from the end; short ones stay as they are.",
        "I want 12345 to print as 12,345, 999 as 999 and -5000 as -5,000.",
        "Write the digits of $number, insert a comma before each block of three that has digits to its left, keep the sign.",
    ],
    py=[
        "return f'{$number:,}'",
        "$digits = str(abs($number))\n$groups = []\nwhile $digits:\n    $groups.insert(0, $digits[-3:])\n    $digits = $digits[:-3]\n$sign = '-' if $number < 0 else ''\nreturn $sign + ','.join($groups)",
    ],
    ts=[
        "return String($number).replace(/(?<=[0-9])(?=([0-9]{3})+$)/g, ',');",
        "return $number.toLocaleString('en-US');",
    ],
    inputs=lambda r: (r.choice([r.int(-2000, 2000), r.int(-9999999, 99999999)]),),
    edges=[(0,), (999,), (-1000,), (1234567,)],
)

family(
    "strings_format/clock",
    names="format_clock seconds_to_clock as_minutes_seconds track_time",
    args={"seconds": ("int", "seconds total_seconds secs duration")},
    returns="str",
    locals={"minutes": "minutes mins m whole", "rest": "rest s remaining left"},
    wordings=[
        "Return the non-negative $seconds as minutes, a colon and two-digit seconds; minutes have no leading zero and may pass 59.",
        "Format $seconds (0 or more) like 3:07: whole minutes without padding, then the remaining seconds with two digits.",
        "m:ss for $seconds >= 0, hours are not split off",
        "How does $seconds read on a music player, as minutes and two-digit seconds, e.g. 65 as 1:05 and 3600 as 60:00?",
        "Takes a duration and writes minutes:seconds; only the seconds are padded to two digits, and 0 gives 0:00.",
        "Divide $seconds by 60; write the quotient, a colon, and the remainder padded with a zero to two digits. No hours.",
        "I need track lengths such as 0:09 or 75:30 - never hours, seconds always in two digits.",
    ],
    py=[
        "return f'{$seconds // 60}:{$seconds % 60:02d}'",
        "$minutes, $rest = divmod($seconds, 60)\nreturn f'{$minutes}:{$rest:02d}'",
    ],
    ts=[
        "return `${Math.floor($seconds / 60)}:${String($seconds % 60).padStart(2, '0')}`;",
        "const $minutes = Math.floor($seconds / 60);\nconst $rest = $seconds % 60;\nreturn `${$minutes}:${String($rest).padStart(2, '0')}`;",
    ],
    inputs=lambda r: (r.choice([r.int(0, 130), r.int(0, 8000)]),),
    edges=[(0,), (9,), (65,), (3600,)],
)

family(
    "strings_format/banner",
    names="banner make_banner framed_title title_line",
    args={"title": ("str", "title text label caption"), "mark": ("str", "mark symbol rule_char border")},
    returns="list[str]",
    locals={"rule": "rule line edge bar"},
    wordings=[
        "Return three lines: $title in the middle, and above and below it $mark (one character) repeated to the length of $title.",
        "Make a banner of three lines: a rule of $mark as long as $title, then $title, then the same rule.",
        "[rule, $title, rule] where rule is $mark times the length of $title",
        "What are the three lines of a heading $title over- and underlined with $mark characters of the same length?",
        "Draws a rule of $mark above and below the text, exactly as wide as it; an empty title gives three empty lines.",
        "Repeat $mark once for each character of $title, then list that rule, $title, and the rule again.",
        "I want a little heading for the terminal: $title between two lines of $mark, all of equal width.",
    ],
    py=[
        "$rule = $mark * len($title)\nreturn [$rule, $title, $rule]",
    ],
    ts=[
        "const $rule = $mark.repeat($title.length);\nreturn [$rule, $title, $rule];",
    ],
    inputs=lambda r: (r.sentence((1, 3)), r.choice("=-*#~")),
    edges=[("", "="), ("Hi", "-")],
)

family(
    "strings_format/query_string",
    names="query_string to_query build_query join_params",
    args={"params": ("dict[str, int]", "params fields options values")},
    returns="str",
    locals={"key": "key k field name", "pairs": "pairs parts entries pieces", "value": "value v val amount"},
    wordings=[
        "Return the entries of $params as key=value, sorted by key and joined with &; an empty mapping gives an empty string.",
        "Build a query string from $params: name, equals sign, number, with & in between, names in alphabetical order.",
        "k=v&k=v from $params, keys ascending, empty for no entries",
        "What is the query string for $params with keys sorted and pairs written as key=value between ampersands?",
        "Takes a mapping of names to integers and writes a=1&b=2 in key order, or an empty string if it has no entries.",
        "Sort the keys of $params, write each with = and its value, and connect the pieces by &.",
        "I need URL parameters in a stable order, alphabetically by key, like page=2&size=10; no question mark.",
    ],
    py=[
        "return '&'.join(f'{$key}={$value}' for $key, $value in sorted($params.items()))",
        "$pairs = []\nfor $key in sorted($params):\n    $pairs.append(f'{$key}={$params[$key]}')\nreturn '&'.join($pairs)",
    ],
    ts=[
        "return Object.keys($params)\n  .sort()\n  .map(($key) => `${$key}=${$params[$key]}`)\n  .join('&');",
        "const $pairs: string[] = [];\nfor (const $key of Object.keys($params).sort()) {\n  $pairs.push(`${$key}=${$params[$key]}`);\n}\nreturn $pairs.join('&');",
    ],
    inputs=lambda r: (r.counts(),),
    edges=[({},), ({"page": 2},), ({"size": 10, "page": 2},)],
)

family(
    "strings_format/hex_color",
    names="hex_color rgb_to_hex color_code to_hex_color",
    args={"red": ("int", "red r reds red_part"), "green": ("int", "green g greens green_part"), "blue": ("int", "blue b blues blue_part")},
    returns="str",
    locals={"part": "part channel c value", "code": "code out result acc"},
    wordings=[
        "Return the colour code # plus two lower-case hex digits each for $red, $green and $blue (0 to 255).",
        "Format $red, $green, $blue, each from 0 to 255, as a CSS colour like #ff0a00, in small letters.",
        "rgb -> '#rrggbb', lower-case hex, two digits for each of $red, $green, $blue",
        "Which hex colour code belongs to $red, $green and $blue, written with # and six lower-case digits?",
        "Takes three channel values up to 255 and writes each as two hex digits after a #, padding with 0.",
        "I have 0-255 values for red, green and blue and want the usual #rrggbb string in lower case.",
        "Write a #, then $red, $green and $blue one after another in base 16, each padded to two digits with a zero.",
    ],
    py=[
        "return f'#{$red:02x}{$green:02x}{$blue:02x}'",
        "return '#' + ''.join(f'{$part:02x}' for $part in ($red, $green, $blue))",
    ],
    ts=[
        "return [$red, $green, $blue].reduce(\n  ($code, $part) => $code + $part.toString(16).padStart(2, '0'),\n  '#',\n);",
    ],
    inputs=lambda r: (r.int(0, 255), r.int(0, 255), r.int(0, 255)),
    edges=[(0, 0, 0), (255, 10, 0), (16, 15, 1)],
)

family(
    "strings_format/progress_bar",
    names="progress_bar draw_progress text_bar loading_bar",
    args={"done": ("int", "done finished completed current"), "total": ("int", "total goal target overall"), "width": ("int", "width size columns length")},
    returns="str",
    locals={"filled": "filled full hashes solid"},
    wordings=[
        "Return a bar of $width characters: # for the share $done of $total, rounded down, then dots; all dots if $total is 0.",
        "Draw progress as $width characters, hashes for the finished part (floored) and dots for the rest; a $total of 0 gives only dots.",
        "'##...' bar, $width wide, floor of $width * $done / $total hashes, rest dots, only dots when $total is 0",
        "How does a bar of $width characters look with # for $done out of $total (rounded down) and . elsewhere, dots only for zero $total?",
        "Fills a text bar with hashes in proportion to $done of $total, drops fractions, completes it with dots to $width; zero $total fills nothing.",
        "I want ####...... for 4 of 10 in 10 columns; round the hashes down, and show just dots if $total is zero.",
        "Compute $width times $done, floor-divided by $total (0 if that is 0): so many hashes, then dots up to $width.",
    ],
    py=[
        "$filled = $width * $done // $total if $total else 0\nreturn '#' * $filled + '.' * ($width - $filled)",
        "$filled = 0 if $total == 0 else $width * $done // $total\nreturn ('#' * $filled).ljust($width, '.')",
    ],
    ts=[
        "const $filled = $total === 0 ? 0 : Math.floor(($width * $done) / $total);\nreturn '#'.repeat($filled) + '.'.repeat($width - $filled);",
        "const $filled = $total === 0 ? 0 : Math.floor(($width * $done) / $total);\nreturn '#'.repeat($filled).padEnd($width, '.');",
    ],
    inputs=lambda r: (lambda total: (r.int(0, total), total, r.int(1, 12)))(r.int(0, 20)),
    edges=[(0, 0, 5), (4, 10, 10), (3, 3, 4), (0, 7, 3)],
)

family(
    "strings_format/numbered_list",
    names="numbered_list number_items to_numbered_lines list_with_numbers",
    args={"items": ("list[str]", "items entries points lines")},
    returns="str",
    locals={"i": "i n pos index", "item": "item entry point element", "rows": "rows out result parts"},
    wordings=[
        "Return $items as a numbered list, one per line: number from 1, a dot, a blank, the item; no newline at the end.",
        "Number $items from 1 in the form 1. first and put each on its own line; empty list, empty string.",
        "$items -> lines '1. a', '2. b', ... joined by newlines, empty for none",
        "How does $items look as a numbered list (1., 2., 3.), a line each and without a final line break?",
        "Writes a list of steps: each line has its number, a dot, a space and the text; lines are joined by newlines.",
        "I need $items with numbers in front, like 1. tea, each on a new line, and an empty string for no items.",
        "Prefix each of $items with its place counted from one, a dot and a blank, then join everything with line breaks.",
    ],
    py=[
        "return '\\n'.join(f'{$i}. {$item}' for $i, $item in enumerate($items, 1))",
        "$rows = []\nfor $i, $item in enumerate($items, start=1):\n    $rows.append(f'{$i}. {$item}')\nreturn '\\n'.join($rows)",
    ],
    ts=[
        "return $items.map(($item, $i) => `${$i + 1}. ${$item}`).join('\\n');",
    ],
    inputs=lambda r: (r.words(),),
    edges=[([],), (["tea"],), (["tea", "cake"],)],
)

family(
    "strings_format/indent",
    names="indent_lines indent_block shift_right add_margin",
    args={"text": ("str", "text block source code"), "spaces": ("int", "spaces n depth amount")},
    returns="str",
    locals={"line": "line row ln entry", "margin": "margin pad indent_by prefix"},
    wordings=[
        "Return $text with $spaces blanks in front of every line that is not empty; empty lines stay empty.",
        "Indent each non-empty line of $text by $spaces spaces and leave empty lines as they are.",
        "$text with all lines but empty ones shifted right by $spaces blanks",
        "What is $text with every line moved $spaces columns to the right, without adding blanks to empty lines?",
        "Splits $text at newlines, puts $spaces spaces before each line unless it is empty, and joins the lines again.",
        "I need to nest a block of code: $spaces more blanks at each line start, none on empty lines.",
        "Shifts a block of text to the right by a number of blanks; lines without any character are not touched.",
    ],
    py=[
        "return '\\n'.join(' ' * $spaces + $line if $line else '' for $line in $text.split('\\n'))",
        "$margin = ' ' * $spaces\nreturn '\\n'.join($line and $margin + $line for $line in $text.split('\\n'))",
    ],
    ts=[
        "const $margin = ' '.repeat($spaces);\nreturn $text\n  .split('\\n')\n  .map(($line) => ($line ? $margin + $line : $line))\n  .join('\\n');",
    ],
    inputs=lambda r: ("\n".join(r.choice(["", r.word(), r.sentence((1, 3))]) for _ in range(r.int(1, 4))), r.int(0, 5)),
    edges=[("", 2), ("a\n\nb", 2), ("x", 0)],
)

family(
    "strings_format/price",
    names="format_price cents_to_text money_text format_cents",
    args={"cents": ("int", "cents amount minor_units pennies")},
    returns="str",
    locals={"sign": "sign minus lead prefix", "whole": "whole units major euros", "rest": "rest small fraction minor"},
    wordings=[
        "Return $cents as an amount with a dot and two decimals, such as 12.05; negative amounts start with a minus.",
        "Write $cents in whole units: 1999 becomes 19.99, 5 becomes 0.05 and -250 becomes -2.50.",
        "$cents -> 'units.cc', always two decimals, minus in front if negative",
        "How is $cents written as money with a decimal point and two digits after it, also for amounts below zero?",
        "Formats an integer number of cents: units, a dot, two digits; the sign of a debt comes first.",
        "Divide the absolute value of $cents by 100, write quotient, dot and two-digit remainder, with a minus if $cents is negative.",
        "I keep money in cents and need text for the bill, e.g. 7.00 for 700 and -0.30 for -30.",
    ],
    py=[
        "$sign = '-' if $cents < 0 else ''\nreturn f'{$sign}{abs($cents) // 100}.{abs($cents) % 100:02d}'",
        "$whole, $rest = divmod(abs($cents), 100)\n$sign = '-' if $cents < 0 else ''\nreturn f'{$sign}{$whole}.{$rest:02d}'",
        "return f'{$cents / 100:.2f}'",
    ],
    ts=[
        "const $sign = $cents < 0 ? '-' : '';\nconst $whole = Math.floor(Math.abs($cents) / 100);\nconst $rest = String(Math.abs($cents) % 100).padStart(2, '0');\nreturn `${$sign}${$whole}.${$rest}`;",
        "return ($cents / 100).toFixed(2);",
    ],
    inputs=lambda r: (r.choice([r.int(-150, 150), r.int(-5000, 20000)]),),
    edges=[(0,), (5,), (-30,), (1999,)],
)
