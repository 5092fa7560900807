"""Rules of everyday life: grades, prices, games, checks of formats and checksums."""

from family import family


def isbn10(r):
    digits = [r.randint(0, 9) for _ in range(9)]
    check = sum((i + 1) * d for i, d in enumerate(digits)) % 11
    if r.random() < 0.4:
        check = r.randint(0, 10)
    return "".join(map(str, digits)) + ("X" if check == 10 else str(check))


def luhn(r):
    text = r.text("0123456789", (1, 9))
    return r.choice([text, next(text + d for d in "0123456789" if luhn_sum(text + d) % 10 == 0)])


def luhn_sum(text):
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(text))]
    return sum(d // 10 + d % 10 for d in doubled)


family(
    "logic_misc/fizz_buzz",
    names="fizz_buzz fizzbuzz fizz_buzz_word fizz_or_buzz say_fizz_buzz",
    args={"n": ("int", "n num value x count")},
    returns="str",
    locals={"word": "word result out text"},
    wordings=[
        "Return Fizz if $n is divisible by 3, Buzz if by 5, FizzBuzz if by both, otherwise the number itself as a string.",
        "Play one turn of fizz buzz for $n: Fizz for multiples of 3, Buzz for 5, FizzBuzz for 15, else its digits.",
        "fizzbuzz word for $n, plain number as text when neither 3 nor 5 divides it",
        "What do I say for $n in fizz buzz? Fizz on threes, Buzz on fives, FizzBuzz on both, the number otherwise.",
        "I need the fizz buzz answer as a string: 3 gives Fizz, 10 gives Buzz, 30 gives FizzBuzz and 7 gives 7.",
        "Takes a number and gives back Fizz, Buzz or FizzBuzz for multiples of 3, 5 or both, or else the number in digits.",
        "Start with nothing, add Fizz if 3 divides $n, add Buzz if 5 does; if still nothing, use the number as text.",
    ],
    py=[
        "return 'Fizz' * ($n % 3 == 0) + 'Buzz' * ($n % 5 == 0) or str($n)",
        "if $n % 15 == 0:\n    return 'FizzBuzz'\nif $n % 3 == 0:\n    return 'Fizz'\nif $n % 5 == 0:\n    return 'Buzz'\nreturn str($n)",
    ],
    ts=[
        "const $word = ($n % 3 === 0 ? 'Fizz' : '') + ($n % 5 === 0 ? 'Buzz' : '');\nreturn $word || String($n);",
        "if ($n % 15 === 0) return 'FizzBuzz';\nif ($n % 3 === 0) return 'Fizz';\nif ($n % 5 === 0) return 'Buzz';\nreturn String($n);",
    ],
    inputs=lambda r: (r.int(1, 60),),
    edges=[(3,), (5,), (15,), (7,)],
)

family(
    "logic_misc/clap_game",
    names="clap_game say_or_clap sevens seven_boom clap_on",
    args={"n": ("int", "n num value turn count"), "digit": ("int", "digit d special trigger lucky")},
    returns="str",
    wordings=[
        "Return clap if $n is a multiple of $digit or contains it as a decimal digit, otherwise the number as a string.",
        "Say clap for numbers divisible by $digit (1 to 9) or with that digit in them; say other numbers as text.",
        "clap game: clap when $digit divides $n or shows up in it, else $n as text",
        "Do I clap or name the number $n, given that multiples of $digit and numbers containing it get a clap?",
        "I need the word for one turn: clap when the number has the digit or is divisible by it, its digits otherwise.",
        "Takes a positive number and a digit from 1 to 9 and gives back clap if the digit divides or occurs in it, else the number's text.",
        "If $digit occurs among the digits of $n, or $n is a multiple of it, answer clap; otherwise answer with $n in text form.",
    ],
    py=[
        "return 'clap' if $n % $digit == 0 or str($digit) in str($n) else str($n)",
        "if $n % $digit == 0 or str($digit) in str($n):\n    return 'clap'\nreturn str($n)",
    ],
    ts=[
        "return $n % $digit === 0 || String($n).includes(String($digit)) ? 'clap' : String($n);",
    ],
    inputs=lambda r: (r.int(1, 99), r.int(2, 9)),
    edges=[(7, 7), (27, 7), (14, 7), (15, 7)],
)

family(
    "logic_misc/is_leap",
    names="is_leap leap_year is_leap_year has_leap_day check_leap",
    args={"year": ("int", "year y yr value")},
    returns="bool",
    wordings=[
        "Return whether $year is a leap year in the Gregorian calendar.",
        "Check for a leap year: divisible by 4, but not by 100 unless also by 400.",
        "true if $year has 366 days (gregorian)",
        "Does February of $year have 29 days? Centuries count only if 400 divides them.",
        "I need the usual leap year test, so 2024 and 2000 pass while 1900 and 2023 do not.",
        "Takes a year and tells if it is a leap year by the rules of 4, 100 and 400.",
        "If 400 divides $year it is leap; else if 100 does it is not; else it is leap when 4 divides it.",
    ],
    py=[
        "return $year % 4 == 0 and ($year % 100 != 0 or $year % 400 == 0)",
        "if $year % 100 == 0:\n    return $year % 400 == 0\nreturn $year % 4 == 0",
    ],
    ts=[
        "return $year % 4 === 0 && ($year % 100 !== 0 || $year % 400 === 0);",
        "return $year % ($year % 100 === 0 ? 400 : 4) === 0;",
    ],
    inputs=lambda r: (r.choice([r.int(1890, 2110), r.int(16, 24) * 100]),),
    edges=[(2000,), (1900,), (2024,), (2023,)],
)

family(
    "logic_misc/letter_grade",
    names="letter_grade grade_for score_to_letter grade_letter to_grade",
    args={"score": ("int", "score points mark percent result")},
    returns="str",
    locals={"limit": "limit bound least floor", "letter": "letter grade symbol name"},
    wordings=[
        "Return the letter for $score: A from 90, B from 80, C from 70, D from 60, and F below that.",
        "Turn $score into a grade: at least 90 is A, 80 B, 70 C, 60 D; everything lower is F.",
        "grade letter for $score (90 A, 80 B, 70 C, 60 D, else F)",
        "Which grade does $score earn if A, B, C and D begin at 90, 80, 70 and 60, and the rest fails with F?",
        "I need letters from points, ninety or more for an A and then ten less for each of B, C, D, otherwise F.",
        "Takes a number of points and gives back A, B, C, D or F, with lower limits 90, 80, 70 and 60.",
        "Compare $score with 90, 80, 70 and 60 in turn and answer A, B, C or D at the first it reaches, else F.",
    ],
    py=[
        "for $limit, $letter in ((90, 'A'), (80, 'B'), (70, 'C'), (60, 'D')):\n    if $score >= $limit:\n        return $letter\nreturn 'F'",
        "if $score >= 90:\n    return 'A'\nif $score >= 80:\n    return 'B'\nif $score >= 70:\n    return 'C'\nreturn 'D' if $score >= 60 else 'F'",
    ],
    ts=[
        "if ($score >= 90) return 'A';\nif ($score >= 80) return 'B';\nif ($score >= 70) return 'C';\nreturn $score >= 60 ? 'D' : 'F';",
    ],
    inputs=lambda r: (r.int(35, 100),),
    edges=[(90,), (89,), (60,), (59,)],
)

family(
    "logic_misc/bmi_class",
    names="bmi_class bmi_category weight_class classify_bmi body_mass_class",
    args={"weight": ("float", "weight kg mass weight_kg"), "height": ("float", "height meters tall height_m")},
    returns="str",
    locals={"bmi": "bmi index ratio value"},
    wordings=[
        "Return underweight, normal, overweight or obese for the BMI of $weight kg at $height m, with limits 18.5, 25 and 30.",
        "Classify the body mass index, $weight / $height squared: below 18.5 underweight, below 25 normal, below 30 overweight, else obese.",
        "bmi class of $weight kg and $height m: <18.5 underweight, <25 normal, <30 overweight, else obese",
        "Is someone of $weight kilograms and $height metres underweight (bmi under 18.5), normal (under 25), overweight (under 30) or obese?",
        "I need the BMI category as a lower-case word; limits are 18.5, 25 and 30, each belonging to the higher class.",
        "Takes kilograms and positive metres, computes the body mass index and gives back underweight, normal, overweight or obese (from 18.5, 25, 30).",
        "Divide $weight by the square of $height; from 30 it is obese, from 25 overweight, from 18.5 normal, otherwise underweight.",
    ],
    py=[
        "$bmi = $weight / ($height * $height)\nif $bmi < 18.5:\n    return 'underweight'\nif $bmi < 25:\n    return 'normal'\nreturn 'overweight' if $bmi < 30 else 'obese'",
    ],
    ts=[
        "const $bmi = $weight / ($height * $height);\nif ($bmi < 18.5) return 'underweight';\nif ($bmi < 25) return 'normal';\nreturn $bmi < 30 ? 'overweight' : 'obese';",
    ],
    inputs=lambda r: (r.float(45, 110, 1), r.float(1.5, 2.0)),
    edges=[(50.0, 2.0), (100.0, 2.0), (80.0, 2.0), (130.0, 2.0)],
)

family(
    "logic_misc/rock_paper_scissors",
    names="rock_paper_scissors rps_winner play_round who_wins judge_round",
    args={"first": ("str", "first a left mine player"), "second": ("str", "second b right yours opponent")},
    returns="str",
    locals={"beats": "beats wins_over defeats stronger"},
    wordings=[
        "Return first, second or draw for one round of rock, paper, scissors between $first and $second.",
        "Decide a round: rock beats scissors, scissors beat paper, paper beats rock; answer first, second or draw.",
        "rps: $first vs $second -> first / second / draw",
        "Who wins rock paper scissors, the first player with $first or the second with $second? Equal hands are a draw.",
        "I need the outcome of a round as one word, draw for equal moves, otherwise first or second for the winner.",
        "Takes two of the words rock, paper, scissors and gives back which side won, first or second, or draw.",
        "If $first equals $second it is draw; if it beats the other by the rules of rock, paper, scissors it is first; else second.",
    ],
    py=[
        "$beats = {'rock': 'scissors', 'scissors': 'paper', 'paper': 'rock'}\nif $first == $second:\n    return 'draw'\nreturn 'first' if $beats[$first] == $second else 'second'",
    ],
    ts=[
        "const $beats: Record<string, string> = { rock: 'scissors', scissors: 'paper', paper: 'rock' };\nif ($first === $second) return 'draw';\nreturn $beats[$first] === $second ? 'first' : 'second';",
    ],
    inputs=lambda r: (r.choice(["rock", "paper", "scissors"]), r.choice(["rock", "paper", "scissors"])),
    edges=[("rock", "rock"), ("rock", "scissors"), ("rock", "paper"), ("scissors", "paper")],
)

family(
    "logic_misc/row_winner",
    names="row_winner winner_in_rows winning_row tic_tac_toe_row first_full_row",
    args={"board": ("list[str]", "board rows lines grid field")},
    returns="str",
    locals={"row": "row line r cells"},
    wordings=[
        "Return X or O, whichever fills the first complete row of $board with its own mark; the empty string if no row is won.",
        "Look for a tic-tac-toe row of three equal marks in $board, rows like XO. with a dot for empty; '' without one.",
        "mark (X or O) owning the first full row of the tic-tac-toe $board, '' if nobody (only rows are checked)",
        "Who has three in a row horizontally in $board? Answer X, O or an empty string; the upper row wins ties.",
        "I need the horizontal winner of a tic-tac-toe board given as strings such as XXX or O.X, or '' for none.",
        "Takes the rows of a board as strings of X, O and dots and gives back the mark of the topmost uniform row, or ''.",
        "Check each row of $board from the top; the first one equal to XXX or OOO decides, no such row gives ''.",
    ],
    py=[
        "for $row in $board:\n    if $row in ('XXX', 'OOO'):\n        return $row[0]\nreturn ''",
        "return next(($row[0] for $row in $board if $row in ('XXX', 'OOO')), '')",
    ],
    ts=[
        "return $board.find(($row) => $row === 'XXX' || $row === 'OOO')?.[0] ?? '';",
        "for (const $row of $board) {\n  if ($row === 'XXX' || $row === 'OOO') return $row[0];\n}\nreturn '';",
    ],
    inputs=lambda r: ([r.choice(["XXX", "OOO", "XO.", "...", "OXO", "XX."]) for _ in range(3)],),
    edges=[(["...", "...", "..."],), (["XO.", "OOO", "XXX"],), (["XXX", "OO.", "..."],)],
)

family(
    "logic_misc/strong_password",
    names="strong_password is_strong password_ok good_password check_password",
    args={"password": ("str", "password secret pw phrase text")},
    returns="bool",
    locals={"ch": "ch c x symbol"},
    wordings=[
        "Return whether $password has at least 8 characters, a lower-case letter, an upper-case letter and a digit.",
        "Check that $password is strong: length 8 or more, with at least one of a-z, one of A-Z and one of 0-9.",
        "8+ characters, one lower, one upper, one digit -> true",
        "Is $password long enough (8) and does it mix small letters, capitals and digits, at least one of each?",
        "I only accept passwords of eight or more characters that contain a small letter, a capital and a digit.",
        "Takes a password and tells if it meets all rules: minimum length 8, a lower-case and an upper-case letter, a digit.",
        "Reject anything shorter than 8, anything without a-z, without A-Z or without 0-9; accept the rest.",
    ],
    py=[
        "return (\n    len($password) >= 8\n    and any($ch.islower() for $ch in $password)\n    and any($ch.isupper() for $ch in $password)\n    and any($ch.isdigit() for $ch in $password)\n)",
    ],
    ts=[
        "if ($password.length < 8) return false;\nreturn /[a-z]/.test($password) && /[A-Z]/.test($password) && /[0-9]/.test($password);",
        "return $password.length >= 8 && [/[a-z]/, /[A-Z]/, /[0-9]/].every((rule) => rule.test($password));",
    ],
    inputs=lambda r: (r.choice([r.text("abAB12", (6, 10)), r.text("abc1Z!", (7, 12)), r.word() + r.choice(["", "A1", "99Zz"])]),),
    edges=[("",), ("Passw0rd",), ("password1",), ("Ab1",)],
)

family(
    "logic_misc/valid_time",
    names="valid_time is_time check_time is_clock_time time_ok",
    args={"text": ("str", "text s clock value entry")},
    returns="bool",
    wordings=[
        "Return whether $text is a time written as HH:MM on the 24-hour clock, two digits each.",
        "Check that $text looks like 00:00 to 23:59, exactly five characters with leading zeros.",
        "true for a 24h time HH:MM, false for anything else",
        "Is $text a valid time of day between 00:00 and 23:59, with two digits for both parts?",
        "I need to validate times like 07:45; 7:45, 24:00 or 12:60 must be refused, and so must an empty string.",
        "Takes a string and tells if it is an hour from 00 to 23, a colon and a minute from 00 to 59, nothing more.",
        "Accept $text only if it is two digits below 24, a colon and two digits below 60, without anything around them.",
    ],
    py=[
        "return re.fullmatch(r'([01][0-9]|2[0-3]):[0-5][0-9]', $text) is not None",
        "return bool(re.fullmatch('(?:[01][0-9]|2[0-3]):[0-5][0-9]', $text))",
    ],
    ts=[
        "return /^([01][0-9]|2[0-3]):[0-5][0-9]$/.test($text);",
    ],
    inputs=lambda r: (r.choice([f"{r.int(0, 27):02d}:{r.int(0, 66):02d}", f"{r.int(0, 23)}:{r.int(0, 59):02d}", f"{r.int(0, 23):02d}:{r.int(0, 59):02d}"]),),
    edges=[("",), ("23:59",), ("24:00",), ("7:45",)],
    py_imports=["import re"],
)

family(
    "logic_misc/valid_phone",
    names="valid_phone is_phone phone_ok check_phone looks_like_phone",
    args={"text": ("str", "text s phone entry contact")},
    returns="bool",
    locals={"digits": "digits body bare rest"},
    wordings=[
        "Return whether $text is 7 to 15 digits, optionally with one plus sign in front, once spaces and hyphens are removed.",
        "Check a phone number: ignoring spaces and hyphens it must be an optional leading + and 7 to 15 digits.",
        "phone check for $text: drop spaces and -, then optional + and 7-15 digits",
        "Does $text look like a phone number, that is an optional plus and 7 to 15 digits, with spaces or hyphens anywhere?",
        "I need a loose phone test; spaces and hyphens are fine, a plus only at the start, between 7 and 15 digits, else false.",
        "Takes a string, strips out spaces and hyphens, and tells if what is left is 7 to 15 digits after at most one plus.",
        "Remove all spaces and hyphens of $text, then accept an optional plus followed by 7 to 15 digits and nothing else.",
    ],
    py=[
        "return re.fullmatch(r'\\+?[0-9]{7,15}', re.sub('[ -]', '', $text)) is not None",
        "$digits = $text.replace(' ', '').replace('-', '')\nreturn bool(re.fullmatch(r'\\+?[0-9]{7,15}', $digits))",
    ],
    ts=[
        "return /^\\+?[0-9]{7,15}$/.test($text.replace(/[ -]/g, ''));",
        "const $digits = $text.replaceAll(' ', '').replaceAll('-', '');\nreturn /^\\+?[0-9]{7,15}$/.test($digits);",
    ],
    inputs=lambda r: (r.choice(["", "+", "+", "++"]) + r.text("0123456789", (5, 9)) + r.choice([" ", "-", "", "x"]) + r.text("0123456789", (0, 7)),),
    edges=[("",), ("+49 30 123456",), ("555-1234",), ("12345",)],
    py_imports=["import re"],
)

family(
    "logic_misc/email_like",
    names="email_like is_email looks_like_email valid_email check_email",
    args={"text": ("str", "text address s entry mail")},
    returns="bool",
    locals={"parts": "parts pieces halves split_up", "user": "user local_part name head", "host": "host domain server tail"},
    wordings=[
        "Return whether $text has exactly one @, something before it, and after it a dot that is neither first nor last.",
        "Check roughly for an email address: one @, a non-empty name, and a domain with a dot inside (not at either end of it).",
        "$text like name@host.tld: one @, name not empty, domain contains a dot but does not start or end with one",
        "Does $text resemble an email address: one @, text before it, a domain with a dot that neither starts nor ends with one?",
        "I need a quick email check: a single @ with a name in front, behind it a dot, but the domain neither starts nor ends with one.",
        "Takes a string and tells if it is a non-empty name, one @ and a domain containing a dot, not as its first or last character.",
        "Split $text at @; there must be two parts, the first not empty, the second with a dot but none at its start or end.",
    ],
    py=[
        "$user, _, $host = $text.partition('@')\nif not $user or '@' in $host or '.' not in $host:\n    return False\nreturn not ($host.startswith('.') or $host.endswith('.'))",
        "$parts = $text.split('@')\nif len($parts) != 2 or not $parts[0]:\n    return False\n$host = $parts[1]\nreturn '.' in $host and $host[0] != '.' and $host[-1] != '.'",
    ],
    ts=[
        "const [$user, $host, ...others] = $text.split('@');\nif (!$user || !$host || others.length > 0) return false;\nreturn $host.includes('.') && !$host.startsWith('.') && !$host.endsWith('.');",
    ],
    inputs=lambda r: (r.choice(["", r.word(), r.word()]) + r.choice(["@", "@", "@", "", "@@"]) + r.choice(["host.org", ".org", "host", "a.b.net", "host.", ""]),),
    edges=[("",), ("ann@host.org",), ("@host.org",), ("a@b@c.de",)],
)

family(
    "logic_misc/next_light",
    names="next_light light_after traffic_light next_signal switch_light",
    args={"light": ("str", "light color current state signal")},
    returns="str",
    locals={"following": "following after change order"},
    wordings=[
        "Return the traffic light colour after $light: green, then yellow, then red, then green; unknown colours give red.",
        "Switch the light: green to yellow, yellow to red, red to green. For anything else answer red.",
        "next of green -> yellow -> red -> green, red if $light is unknown",
        "Which colour follows $light on a lamp that goes green, yellow, red and starts over? Unknown input means red.",
        "I need the next state of a traffic light as a lower-case word, falling back to red for odd input.",
        "Takes a colour and gives back the one that comes next in the cycle green, yellow, red, or red if it is none of them.",
        "If $light is green say yellow, if it is red say green, and in every other case, yellow included, say red.",
    ],
    py=[
        "return {'green': 'yellow', 'yellow': 'red', 'red': 'green'}.get($light, 'red')",
        "if $light == 'green':\n    return 'yellow'\nreturn 'green' if $light == 'red' else 'red'",
    ],
    ts=[
        "const $following: Record<string, string> = { green: 'yellow', yellow: 'red', red: 'green' };\nreturn $following[$light] ?? 'red';",
        "if ($light === 'green') return 'yellow';\nreturn $light === 'red' ? 'green' : 'red';",
    ],
    inputs=lambda r: (r.choice(["green", "yellow", "red", "blue", "off"]),),
    edges=[("green",), ("yellow",), ("red",), ("",)],
)

family(
    "logic_misc/bounded_counter",
    names="bounded_counter run_counter count_within apply_steps counter_value",
    args={"steps": ("list[int]", "steps changes moves deltas"), "low": ("int", "low lower minimum floor"), "high": ("int", "high upper maximum ceiling")},
    returns="int",
    locals={"value": "value counter current count", "step": "step delta change move"},
    wordings=[
        "Return the value of a counter that starts at $low, adds each of $steps and is kept between $low and $high each time.",
        "Run a counter from $low: add every step in turn and clamp to the range from $low to $high after each.",
        "start at $low, apply $steps one by one, clamping to [$low, $high] after every step",
        "Where does a counter end that begins at $low, changes by $steps and can leave neither $low nor $high?",
        "I need a saturating counter: it starts at the lower bound and sticks to a bound instead of passing it.",
        "Takes changes and two bounds and gives back the final count, starting at the lower bound and clamping after every change.",
        "Set the counter to $low. For each of $steps add it, then cut the result off at $low and $high. No steps: $low.",
    ],
    py=[
        "$value = $low\nfor $step in $steps:\n    $value = max($low, min($high, $value + $step))\nreturn $value",
    ],
    ts=[
        "return $steps.reduce(\n  ($value, $step) => Math.max($low, Math.min($high, $value + $step)),\n  $low,\n);",
        "let $value = $low;\nfor (const $step of $steps) {\n  $value = Math.min($high, Math.max($low, $value + $step));\n}\nreturn $value;",
    ],
    inputs=lambda r: (lambda low: (r.ints(-6, 8), low, low + r.randint(0, 15)))(r.int(-5, 5)),
    edges=[([], 2, 5), ([9], 0, 5), ([3, -9, 1], 0, 5)],
)

family(
    "logic_misc/wrap_counter",
    names="wrap_counter cycle_index advance_wrapped wrap_around move_in_ring",
    args={"position": ("int", "position current index at"), "step": ("int", "step delta offset shift"), "size": ("int", "size length count modulus")},
    returns="int",
    wordings=[
        "Return the place reached from $position after $step in a ring of $size places numbered from 0; $step may be negative.",
        "Move $step places around a ring of $size slots, starting at $position, wrapping at both ends. $size is positive.",
        "($position + $step) wrapped into 0 .. $size - 1, negatives too",
        "Which index do I end on when going $step forward (or back if negative) from $position on a circle of $size?",
        "I need an index that wraps around in both directions, so one back from 0 is the last place of the ring.",
        "Takes a position, a signed step and a positive size and gives back the new position modulo the size, never negative.",
        "Add $step to $position and take the remainder by $size (at least 1) that lies between 0 and $size - 1.",
    ],
    py=[
        "return ($position + $step) % $size",
    ],
    ts=[
        "return ((($position + $step) % $size) + $size) % $size;",
    ],
    inputs=lambda r: (r.int(0, 9), r.int(-25, 25), r.int(1, 12)),
    edges=[(0, -1, 5), (4, 1, 5), (0, 0, 1), (2, -7, 3)],
)

family(
    "logic_misc/majority",
    names="majority at_least_two vote_of_three most_agree two_of_three",
    args={"a": ("bool", "a first p one"), "b": ("bool", "b second q two"), "c": ("bool", "c third r three")},
    returns="bool",
    wordings=[
        "Return whether at least two of $a, $b and $c are true.",
        "Decide by majority among the three flags $a, $b and $c.",
        "true if two or three of $a, $b, $c hold",
        "Do most of the three votes $a, $b and $c say yes?",
        "I need a majority vote of three booleans, so two yes votes are enough.",
        "Takes three truth values and gives back the one that occurs more often.",
        "Count how many of $a, $b and $c are true and answer true for a count of 2 or 3.",
    ],
    py=[
        "return $a + $b + $c >= 2",
        "return ($a and $b) or ($a and $c) or ($b and $c)",
    ],
    ts=[
        "return ($a && $b) || ($a && $c) || ($b && $c);",
        "return [$a, $b, $c].filter(Boolean).length >= 2;",
    ],
    inputs=lambda r: (r.bool(), r.bool(), r.bool()),
    edges=[(True, True, False), (False, False, True), (True, True, True), (False, False, False)],
)

family(
    "logic_misc/exactly_one",
    names="exactly_one only_one_set one_true single_flag just_one",
    args={"flags": ("list[bool]", "flags values switches votes checks")},
    returns="bool",
    locals={"flag": "flag f x value", "count": "count total hits seen"},
    wordings=[
        "Return whether exactly one of $flags is true; an empty list has none, so it gives false.",
        "Check that one and only one entry of $flags is set. No entries or several set ones give false.",
        "true iff a single one of $flags is true",
        "Is precisely one of the $flags switched on? None or more than one means no.",
        "I need to make sure that just one switch is on, neither zero nor two or more.",
        "Takes a list of booleans and tells if the number of true ones is 1, which is false for an empty list.",
        "Count the true values among $flags and compare that count with one.",
    ],
    py=[
        "return $flags.count(True) == 1",
        "$count = 0\nfor $flag in $flags:\n    if $flag:\n        $count += 1\nreturn $count == 1",
    ],
    ts=[
        "return $flags.filter(($flag) => $flag).length === 1;",
        "let $count = 0;\nfor (const $flag of $flags) {\n  if ($flag) $count++;\n}\nreturn $count === 1;",
    ],
    inputs=lambda r: ([r.random() < 0.35 for _ in range(r.randint(0, 5))],),
    edges=[([],), ([True],), ([True, False, True],), ([False, True],)],
)

family(
    "logic_misc/truth_table",
    names="truth_table xor_table gate_output logic_gate apply_gate",
    args={"gate": ("str", "gate op kind operation"), "a": ("bool", "a left first p"), "b": ("bool", "b right second q")},
    returns="bool",
    wordings=[
        "Return the output of the logic $gate, one of and, or, xor, nand, for inputs $a and $b; other gates give false.",
        "Evaluate a gate by name: and, or, xor (inputs differ), nand (not both). An unknown name is false.",
        "$gate ('and', 'or', 'xor', 'nand') applied to $a and $b, false for unknown gates",
        "What does an and, or, xor or nand $gate put out for $a and $b? Any other name puts out false.",
        "I need a tiny gate simulator with and, or, xor and nand on two booleans, answering false to unknown names.",
        "Takes the lower-case name of a gate and two truth values, and gives back its result: and, or, xor, nand, else false.",
        "For and need both, for or at least one, for xor exactly one, for nand not both true; anything else is false.",
    ],
    py=[
        "return {\n    'and': $a and $b,\n    'or': $a or $b,\n    'xor': $a != $b,\n    'nand': not ($a and $b),\n}.get($gate, False)",
        "if $gate == 'and':\n    return $a and $b\nif $gate == 'or':\n    return $a or $b\nif $gate == 'xor':\n    return $a != $b\nreturn $gate == 'nand' and not ($a and $b)",
    ],
    ts=[
        "if ($gate === 'and') return $a && $b;\nif ($gate === 'or') return $a || $b;\nif ($gate === 'xor') return $a !== $b;\nreturn $gate === 'nand' && !($a && $b);",
    ],
    inputs=lambda r: (r.choice(["and", "or", "xor", "nand", "maybe"]), r.bool(), r.bool()),
    edges=[("and", True, True), ("xor", True, True), ("nand", False, False), ("", True, True)],
)

family(
    "logic_misc/ticket_price",
    names="ticket_price price_for_age admission entry_fee fare_for",
    args={"age": ("int", "age years visitor_age old"), "full": ("int", "full price base regular")},
    returns="int",
    wordings=[
        "Return the ticket price at $age: free under 6, half of $full (rounded down) under 18 or from 65, otherwise $full.",
        "Price a ticket: children below 6 pay 0, those below 18 and from 65 on pay $full // 2, everyone else pays $full.",
        "0 below 6, half of $full rounded down below 18 and from 65, else $full",
        "What does a visitor of $age pay if under-6s are free, under-18s and over-64s pay half (rounded down), others $full?",
        "I need the fee by age: nothing under six, half price, rounded down, for under 18 and for 65 and up, else the full price.",
        "Takes an age and the full price and gives back 0 (under 6), half rounded down (under 18, 65 or more) or the full price.",
        "If $age is below 6 charge nothing; if below 18 or at least 65 charge half of $full, rounded down; else charge it all.",
    ],
    py=[
        "if $age < 6:\n    return 0\nreturn $full // 2 if $age < 18 or $age >= 65 else $full",
        "if $age < 6:\n    return 0\nif 18 <= $age < 65:\n    return $full\nreturn $full // 2",
    ],
    ts=[
        "if ($age < 6) return 0;\nreturn $age < 18 || $age >= 65 ? Math.floor($full / 2) : $full;",
    ],
    inputs=lambda r: (r.choice([r.int(0, 20), r.int(0, 90)]), r.int(5, 40)),
    edges=[(5, 10), (6, 11), (18, 10), (65, 9)],
)

family(
    "logic_misc/shipping_cost",
    names="shipping_cost delivery_fee postage shipping_fee cost_to_ship",
    args={"total": ("int", "total amount order_value subtotal"), "weight": ("int", "weight kg kilos load")},
    returns="int",
    locals={"extra": "extra surcharge added more"},
    wordings=[
        "Return the shipping cost: 0 for a $total of 100 or more, otherwise 5 plus 2 for each unit of $weight above 3.",
        "Compute the fee: orders from 100 ship free; the others cost 5, and 2 more for every kilogram of $weight over 3.",
        "shipping: free from $total 100, else 5 + 2 per kg of $weight beyond 3",
        "What does shipping cost for an order worth $total weighing $weight kg? Base 5, 2 for each kg past 3, free from 100.",
        "I charge 5 for parcels up to three kilos and 2 per further kilo, but nothing at all when the order reaches 100.",
        "Takes the order value and the weight in whole kilograms; gives back 0 from 100 up, else 5 plus 2 per kilogram beyond 3.",
        "If $total is at least 100 answer 0. Otherwise start with 5 and add 2 for each kilogram of $weight above three.",
    ],
    py=[
        "return 0 if $total >= 100 else 5 + 2 * max(0, $weight - 3)",
        "if $total >= 100:\n    return 0\n$extra = max(0, $weight - 3)\nreturn 5 + 2 * $extra",
    ],
    ts=[
        "return $total >= 100 ? 0 : 5 + 2 * Math.max(0, $weight - 3);",
        "if ($total >= 100) return 0;\nconst $extra = Math.max(0, $weight - 3);\nreturn 5 + 2 * $extra;",
    ],
    inputs=lambda r: (r.int(1, 130), r.int(0, 12)),
    edges=[(100, 9), (99, 3), (20, 4), (10, 0)],
)

family(
    "logic_misc/vending_change",
    names="vending_change give_change change_coins coins_back make_change",
    args={"paid": ("int", "paid inserted given money"), "price": ("int", "price cost due amount")},
    returns="list[int]",
    locals={"rest": "rest left remaining owed", "coins": "coins change result out", "coin": "coin c value piece"},
    wordings=[
        "Return the change for $paid minus $price as coins of 50, 20, 10, 5, 2 and 1, largest first; too little paid gives none.",
        "Give back the difference in as few coins (50, 20, 10, 5, 2, 1) as possible, big ones first; [] if nothing is due.",
        "greedy change for $paid - $price in 50/20/10/5/2/1, descending, [] if not positive",
        "Which coins, from 50, 20, 10, 5, 2 and 1, come back when $paid is inserted for $price? None if it is not enough.",
        "I need the coins a machine returns, always the biggest of 50, 20, 10, 5, 2, 1 that fits; underpaying returns an empty list.",
        "Takes the money paid and the price and gives back change coins in descending order (50, 20, 10, 5, 2, 1), maybe none.",
        "Hand out 50s while they fit into what is owed, then 20s, 10s, 5s, 2s and 1s; return all coins, none if underpaid.",
    ],
    py=[
        "$rest = $paid - $price\n$coins = []\nfor $coin in (50, 20, 10, 5, 2, 1):\n    while $rest >= $coin:\n        $coins.append($coin)\n        $rest -= $coin\nreturn $coins",
    ],
    ts=[
        "const $coins: number[] = [];\nlet $rest = $paid - $price;\nfor (const $coin of [50, 20, 10, 5, 2, 1]) {\n  for (; $rest >= $coin; $rest -= $coin) $coins.push($coin);\n}\nreturn $coins;",
    ],
    inputs=lambda r: (r.choice([50, 100, 200, r.int(10, 90)]), r.int(10, 120)),
    edges=[(50, 50), (100, 37), (10, 20), (200, 12)],
)

family(
    "logic_misc/elevator_distance",
    names="elevator_distance floors_travelled lift_distance total_floors ride_length",
    args={"stops": ("list[int]", "stops floors calls requests"), "start": ("int", "start begin current origin")},
    returns="int",
    locals={"total": "total distance travelled result", "at": "at level here floor", "stop": "stop goal there target"},
    wordings=[
        "Return how many floors a lift passes that begins at $start and visits $stops in order; no stops means 0.",
        "Add up the distances between consecutive floors when riding from $start to each of $stops in turn.",
        "floors travelled from $start through $stops, in that order; 0 if there are none",
        "How far, in floors, does the elevator move from $start if it serves $stops one after the other? No stops: 0.",
        "I need the total number of floors a lift goes up and down for a list of calls, served in the given order.",
        "Takes stops and a starting floor and gives back the sum of the absolute differences along the ride, 0 without stops.",
        "Go from $start to the first stop, then to the next, and total the floors covered, whether up or down.",
    ],
    py=[
        "return sum(abs($stop - $at) for $at, $stop in zip([$start, *$stops], $stops))",
        "$total, $at = 0, $start\nfor $stop in $stops:\n    $total += abs($stop - $at)\n    $at = $stop\nreturn $total",
    ],
    ts=[
        "let $total = 0;\nlet $at = $start;\nfor (const $stop of $stops) {\n  $total += Math.abs($stop - $at);\n  $at = $stop;\n}\nreturn $total;",
        "return $stops.reduce(\n  ($total, $stop, i) => $total + Math.abs($stop - ($stops[i - 1] ?? $start)),\n  0,\n);",
    ],
    inputs=lambda r: (r.ints(-2, 12, (0, 6)), r.int(0, 9)),
    edges=[([], 3), ([5], 0), ([2, 8, 1], 4), ([3, 3], 3)],
)

family(
    "logic_misc/dice_score",
    names="dice_score score_dice roll_score points_for_dice throw_value",
    args={"dice": ("list[int]", "dice rolls throw pips")},
    returns="int",
    locals={"n": "n count times most", "score": "score points result total", "die": "die d pip face"},
    wordings=[
        "Return the score of $dice: if all are equal (and there are at least two) twice their sum, otherwise the sum.",
        "Score a throw: the sum of $dice, doubled when two or more dice all show the same. No dice score 0.",
        "sum of $dice, times 2 if there are 2+ and all match",
        "How many points does the throw $dice bring, if the sum counts double for two or more equal dice and nothing else?",
        "I add up the dice, and when I throw at least two and they all match, the sum is doubled; no dice give 0.",
        "Takes the numbers thrown and gives back their sum, or double that if there are several and they are all the same.",
        "Total $dice; if there are two or more and only one distinct value among them, multiply the total by 2.",
    ],
    py=[
        "$score = sum($dice)\nreturn 2 * $score if len($dice) > 1 and len(set($dice)) == 1 else $score",
    ],
    ts=[
        "const $score = $dice.reduce(($n, $die) => $n + $die, 0);\nreturn $dice.length > 1 && new Set($dice).size === 1 ? 2 * $score : $score;",
        "const $score = $dice.reduce(($n, $die) => $n + $die, 0);\nreturn $dice.length > 1 && $dice.every(($die) => $die === $dice[0]) ? 2 * $score : $score;",
    ],
    inputs=lambda r: (r.choice([r.ints(1, 6, (0, 5)), [r.int(1, 6)] * r.randint(0, 4), r.ints(1, 2, (2, 3))]),),
    edges=[([],), ([4],), ([3, 3, 3],), ([1, 2, 3],)],
)

family(
    "logic_misc/luhn_valid",
    names="luhn_valid luhn_check passes_luhn valid_card_number check_luhn",
    args={"digits": ("str", "digits code card text")},
    returns="bool",
    locals={"total": "total acc checksum result", "i": "i k place index", "ch": "ch c digit symbol", "d": "d value v n"},
    wordings=[
        "Return whether $digits, a string of digits, passes the Luhn check.",
        "Luhn test: from the right, double every second digit, subtract 9 if above 9, and require a sum divisible by 10.",
        "luhn checksum of $digits ok? (digit string)",
        "Is $digits a valid number by the Luhn rule, in which every second digit from the right is doubled?",
        "I need the card number checksum test, known as Luhn, for a string that holds nothing but digits.",
        "Takes a string of decimal digits and tells if its Luhn sum is a multiple of 10.",
        "Going leftwards double the second, fourth, ... digit of $digits, less 9 if over 9; the total must end in 0.",
    ],
    py=[
        "$total = 0\nfor $i, $ch in enumerate(reversed($digits)):\n    $d = int($ch) * (1 + $i % 2)\n    $total += $d - 9 if $d > 9 else $d\nreturn $total % 10 == 0",
    ],
    ts=[
        "let $total = 0;\n[...$digits].reverse().forEach(($ch, $i) => {\n  const $d = Number($ch) * (1 + ($i % 2));\n  $total += $d > 9 ? $d - 9 : $d;\n});\nreturn $total % 10 === 0;",
    ],
    inputs=lambda r: (luhn(r),),
    edges=[("0",), ("18",), ("79927398713",), ("79927398710",)],
)

family(
    "logic_misc/isbn10_valid",
    names="isbn10_valid valid_isbn is_isbn10 check_isbn isbn_ok",
    args={"isbn": ("str", "isbn code text serial")},
    returns="bool",
    locals={"total": "total acc checksum result", "i": "i k place index", "ch": "ch c digit symbol"},
    wordings=[
        "Return whether $isbn is a valid ISBN-10: nine digits, a digit or X (10), and a weighted sum (10 down to 1) divisible by 11.",
        "Validate an ISBN-10 without hyphens: 9 digits plus a digit or X for 10, weights 10 to 1, total a multiple of 11.",
        "isbn-10 check of $isbn (no hyphens, final X = 10, sum of weight * digit % 11 == 0)",
        "Is $isbn a correct ten-character ISBN, where the last may be X for ten and weights run from 10 down to 1 (mod 11)?",
        "I need the old ISBN test: ten characters, X allowed only last as 10, weighted by 10 to 1, divisible by 11; else false.",
        "Takes a string and tells if it is nine digits and a check character (digit or X) with a proper ISBN-10 sum modulo 11.",
        "Require nine digits and then a digit or X; multiply by 10, 9, ... 1, add up, and check divisibility by 11.",
    ],
    py=[
        "if not re.fullmatch('[0-9]{9}[0-9X]', $isbn):\n    return False\n$total = sum((10 - $i) * '0123456789X'.index($ch) for $i, $ch in enumerate($isbn))\nreturn $total % 11 == 0",
        "if not re.fullmatch('[0-9]{9}[0-9X]', $isbn):\n    return False\n$total = 0\nfor $i, $ch in enumerate($isbn):\n    $total += (10 - $i) * (10 if $ch == 'X' else int($ch))\nreturn $total % 11 == 0",
    ],
    ts=[
        "if (!/^[0-9]{9}[0-9X]$/.test($isbn)) return false;\nlet $total = 0;\n[...$isbn].forEach(($ch, $i) => {\n  $total += (10 - $i) * ($ch === 'X' ? 10 : Number($ch));\n});\nreturn $total % 11 === 0;",
    ],
    inputs=lambda r: (r.choice([isbn10(r), isbn10(r), isbn10(r)[: r.randint(0, 9)]]),),
    edges=[("",), ("0306406152",), ("0306406153",), ("080442957X",)],
    py_imports=["import re"],
)

family(
    "logic_misc/ean_check_digit",
    names="ean_check_digit isbn13_check_digit check_digit ean13_digit barcode_digit",
    args={"digits": ("str", "digits code body text")},
    returns="int",
    locals={"total": "total acc checksum result", "i": "i k place index", "ch": "ch c digit symbol"},
    wordings=[
        "Return the EAN-13 check digit for $digits, a string of digits weighted 1, 3, 1, 3, ... from the left.",
        "Compute the digit that lifts the sum of $digits, weighted alternately 1 and 3, to a multiple of 10.",
        "ean/isbn-13 check digit of the digit string $digits (weights 1, 3, 1, 3 from the left)",
        "Which digit must follow $digits so that the sum with weights 1, 3, 1, 3, ... plus it ends in 0?",
        "I need the ISBN-13 check digit: first digit once, second three times and so on, then fill up to the next ten.",
        "Takes a string of digits and gives back the number from 0 to 9 that completes its 1-3 weighted sum to a multiple of ten.",
        "Add the digits of $digits, every second one tripled, and return what is missing to the next multiple of 10 (0 if none).",
    ],
    py=[
        "return -sum(int($ch) * (3 if $i % 2 else 1) for $i, $ch in enumerate($digits)) % 10",
        "$total = 0\nfor $i, $ch in enumerate($digits):\n    $total += int($ch) * (3 if $i % 2 else 1)\nreturn (10 - $total % 10) % 10",
    ],
    ts=[
        "const $total = [...$digits].reduce(\n  (sum, $ch, $i) => sum + Number($ch) * ($i % 2 === 1 ? 3 : 1),\n  0,\n);\nreturn (10 - ($total % 10)) % 10;",
        "let $total = 0;\nfor (let $i = 0; $i < $digits.length; $i++) {\n  $total += Number($digits[$i]) * ($i % 2 === 0 ? 1 : 3);\n}\nreturn (10 - ($total % 10)) % 10;",
    ],
    inputs=lambda r: (r.text("0123456789", (12, 12)) if r.bool() else r.text("0123456789", (0, 8)),),
    edges=[("",), ("978030640615",), ("400638133393",), ("5",)],
)

family(
    "logic_misc/blackjack_value",
    names="blackjack_value hand_value card_total score_hand blackjack_points",
    args={"cards": ("list[str]", "cards hand held dealt")},
    returns="int",
    locals={"total": "total points result score", "card": "card c face rank", "aces": "aces high_aces ace_count soft"},
    wordings=[
        "Return the blackjack value of $cards: 2-10 as printed, J Q K as 10, each A 11, or 1 while the hand would exceed 21.",
        "Add up a blackjack hand of cards 2 to 10, J, Q, K (10) and A (11, lowered to 1 as long as the total is above 21).",
        "blackjack total of $cards; A is 11 or, to get down to 21, 1; faces 10; empty hand 0",
        "What is the hand $cards worth in blackjack, with faces as 10 and aces as 11 unless that busts, then 1?",
        "I need the best blackjack count, aces 11 or 1 to stay within 21 if possible, J, Q and K ten; no cards give 0.",
        "Takes card ranks as strings (2 to 10, J, Q, K, A) and gives back the hand's value, turning aces from 11 into 1 when over 21.",
        "Count aces as 11 and J, Q, K as 10; while the total is above 21 and an 11 remains, make it a 1.",
    ],
    py=[
        "$total = sum({'A': 11, 'J': 10, 'Q': 10, 'K': 10}.get($card) or int($card) for $card in $cards)\n$aces = $cards.count('A')\nwhile $total > 21 and $aces:\n    $total -= 10\n    $aces -= 1\nreturn $total",
    ],
    ts=[
        "let $total = 0;\nlet $aces = 0;\nfor (const $card of $cards) {\n  if ($card === 'A') $aces++;\n  $total += $card === 'A' ? 11 : 'JQK'.includes($card) ? 10 : Number($card);\n}\nfor (; $total > 21 && $aces > 0; $aces--) $total -= 10;\nreturn $total;",
    ],
    inputs=lambda r: ([r.choice(["A", "A", "K", "Q", "J", "10", "9", "7", "5", "2"]) for _ in range(r.randint(0, 5))],),
    edges=[([],), (["A", "K"],), (["A", "A", "9"],), (["K", "Q", "5"],)],
)
