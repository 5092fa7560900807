"""Digits, number bases and bits."""

from family import family

family(
    "numbers_digits/digit_sum",
    names="digit_sum sum_digits sum_of_digits add_digits digits_total",
    args={"n": ("int", "n integer num value x")},
    returns="int",
    locals={"total": "total result acc", "digit": "digit d ch", "rest": "rest left remaining"},
    wordings=[
        "Return the sum of the decimal digits of $n. The sign is ignored.",
        "Add up all the digits of $n; a minus sign does not count.",
        "sum of digits of abs($n)",
        "What do the digits of $n add up to? Treat negative numbers like their positive counterpart.",
        "I need the digits of a number added together, so 407 and -407 both give 11.",
        "Takes $n, drops its sign and gives back the total of its base-10 digits.",
        "Go through the decimal digits of the absolute value of $n and accumulate them; 0 gives 0.",
    ],
    py=[
        "return sum(int($digit) for $digit in str(abs($n)))",
        "$total = 0\n$rest = abs($n)\nwhile $rest > 0:\n    $total += $rest % 10\n    $rest //= 10\nreturn $total",
    ],
    ts=[
        "return [...String(Math.abs($n))].reduce(($total, $digit) => $total + Number($digit), 0);",
        "let $total = 0;\nlet $rest = Math.abs($n);\nwhile ($rest > 0) {\n  $total += $rest % 10;\n"
        "  $rest = Math.floor($rest / 10);\n}\nreturn $total;",
    ],
    inputs=lambda r: (r.choice([1, 1, -1]) * r.int(0, 10 ** r.int(1, 6)),),
    edges=[(0,), (-407,), (999,)],
)

family(
    "numbers_digits/digit_count",
    names="count_digits digit_count num_digits number_length how_many_digits",
    args={"n": ("int", "n x num value integer")},
    returns="int",
    locals={"count": "count digits length", "rest": "rest left remaining"},
    wordings=[
        "Return how many decimal digits $n has, not counting a minus sign. Zero has one digit.",
        "Count the digits of $n, ignoring its sign (0 counts as one digit).",
        "number of base-10 digits in $n, sign excluded, 1 for zero",
        "How many digits does $n have when written out without its sign?",
        "I want the length of the number in digits. The minus doesn't count, and 0 is one digit long.",
        "Takes an integer and reports how many digits its absolute value is written with.",
        "Write $n without its sign in base 10 and return the length of that.",
    ],
    py=[
        "return len(str(abs($n)))",
        "$rest = abs($n) // 10\n$count = 1\nwhile $rest > 0:\n    $rest //= 10\n    $count += 1\nreturn $count",
    ],
    ts=[
        "return String(Math.abs($n)).length;",
        "let $count = 1;\nlet $rest = Math.abs($n);\nwhile ($rest >= 10) {\n  $rest = Math.floor($rest / 10);\n"
        "  $count++;\n}\nreturn $count;",
    ],
    inputs=lambda r: (r.choice([1, -1]) * r.int(0, 10 ** r.int(1, 7)),),
    edges=[(0,), (-9,), (10,), (-1000,)],
)

family(
    "numbers_digits/reverse_digits",
    names="reverse_digits reverse_number flip_number reversed_integer mirror_number",
    args={"n": ("int", "n x num value integer")},
    returns="int",
    locals={"flipped": "flipped result mirrored backwards", "sign": "sign factor"},
    wordings=[
        "Return $n with its digits in reverse order, keeping the sign. Leading zeros disappear.",
        "Reverse the decimal digits of $n; a negative number stays negative, and 120 becomes 21.",
        "digits of $n backwards, as an int, same sign",
        "What number do you get by reading the digits of $n from right to left? The sign is preserved.",
        "Flip a number around: 123 turns into 321, -45 into -54 and 700 into 7.",
        "Takes an integer and gives back the integer whose digits run the other way; the sign does not change.",
        "Drop the sign of $n, reverse its digits, turn them into a number again and put the sign back.",
    ],
    py=[
        "$flipped = int(str(abs($n))[::-1])\nreturn -$flipped if $n < 0 else $flipped",
        "$sign = -1 if $n < 0 else 1\nreturn $sign * int(str(abs($n))[::-1])",
    ],
    ts=[
        "const $flipped = Number([...String(Math.abs($n))].reverse().join(''));\nreturn $n < 0 ? -$flipped : $flipped;",
        "return Math.sign($n) * Number(String(Math.abs($n)).split('').reverse().join(''));",
    ],
    inputs=lambda r: (r.choice([1, -1]) * r.int(0, 10 ** r.int(1, 6)),),
    edges=[(0,), (120,), (-45,)],
)

family(
    "numbers_digits/palindrome_number",
    names="is_palindrome_number is_palindromic reads_same_backwards number_is_palindrome",
    args={"n": ("int", "n integer num value")},
    returns="bool",
    locals={"digits": "digits text s", "flipped": "flipped backwards mirrored", "rest": "rest left remaining"},
    wordings=[
        "Return whether $n reads the same in both directions. Negative numbers never do.",
        "Check if the decimal digits of $n form a palindrome; any negative number is not one.",
        "true if $n is a palindrome in base 10, false for negatives",
        "Is $n the same number when its digits are reversed? Numbers below zero do not qualify.",
        "Tell me if a number is palindromic, like 7, 44 or 1221. Negatives are always false.",
        "Decides whether reversing the digits of $n leaves it unchanged, with the minus sign counting as a mismatch.",
        "Write $n as text, reverse the text and compare the two; a leading minus makes them differ.",
    ],
    py=[
        "return str($n) == str($n)[::-1]",
        "$digits = str($n)\nreturn $digits == $digits[::-1]",
        "$flipped = 0\n$rest = $n\nwhile $rest > 0:\n    $flipped = $flipped * 10 + $rest % 10\n    $rest //= 10\n"
        "return $flipped == $n",
    ],
    ts=[
        "const $digits = String($n);\nreturn $digits === [...$digits].reverse().join('');",
        "let $flipped = 0;\nlet $rest = $n;\nwhile ($rest > 0) {\n  $flipped = $flipped * 10 + ($rest % 10);\n"
        "  $rest = Math.floor($rest / 10);\n}\nreturn $flipped === $n;",
    ],
    inputs=lambda r: (
        int((s := str(r.int(1, 99))) + s[::-1][r.int(0, 1) :]) if r.bool() else r.int(-50, 3000),
    ),
    edges=[(0,), (-11,), (1221,), (10,)],
)

family(
    "numbers_digits/digital_root",
    names="digital_root repeated_digit_sum digit_root reduce_to_digit",
    args={"n": ("int", "n integer num value")},
    returns="int",
    locals={"root": "root result current", "digit": "digit d ch"},
    wordings=[
        "Return the digital root of the non-negative integer $n: sum its digits again and again until one digit is left.",
        "Keep adding the digits of $n (at least 0) until only a single digit remains, and return that digit.",
        "digital root of $n, where $n >= 0; 0 gives 0",
        "Which single digit do you end up with when you repeatedly sum the digits of non-negative $n?",
        "Boil a non-negative number down to one digit: 987 becomes 24, and 24 becomes 6.",
        "Takes $n, zero or more, and replaces it by its digit sum as long as it has several digits.",
        "While $n has more than one digit, replace it with the sum of its digits; then return it.",
    ],
    py=[
        "return 1 + ($n - 1) % 9 if $n > 0 else 0",
        "$root = $n\nwhile $root > 9:\n    $root = sum(int($digit) for $digit in str($root))\nreturn $root",
    ],
    ts=[
        "return $n === 0 ? 0 : 1 + (($n - 1) % 9);",
        "let $root = $n;\nwhile ($root > 9) {\n"
        "  $root = [...String($root)].reduce((sum, $digit) => sum + Number($digit), 0);\n}\nreturn $root;",
    ],
    inputs=lambda r: (r.int(0, 10 ** r.int(1, 6)),),
    edges=[(0,), (9,), (987,), (18,)],
)

family(
    "numbers_digits/digit_product",
    names="digit_product multiply_digits product_of_digits digits_product",
    args={"n": ("int", "n integer num value")},
    returns="int",
    locals={"product": "product result acc", "digit": "digit d ch"},
    wordings=[
        "Return the product of the decimal digits of $n, ignoring its sign. Zero gives 0.",
        "Multiply all the digits of $n together; a minus sign has no effect.",
        "product of the digits of abs($n)",
        "What is the result of multiplying the digits of $n with one another, sign left out?",
        "I need the digits multiplied, so 234 gives 24 and anything with a zero in it gives 0. Ignore minus signs.",
        "Takes $n without its sign and gives back its base-10 digits multiplied together.",
        "Start from 1 and multiply by each digit of the absolute value of $n in turn.",
    ],
    py=[
        "return math.prod(int($digit) for $digit in str(abs($n)))",
        "$product = 1\nfor $digit in str(abs($n)):\n    $product *= int($digit)\nreturn $product",
    ],
    ts=[
        "return [...String(Math.abs($n))].reduce(($product, $digit) => $product * Number($digit), 1);",
        "let $product = 1;\nfor (const $digit of String(Math.abs($n))) {\n  $product *= Number($digit);\n}\nreturn $product;",
    ],
    inputs=lambda r: (int(r.text("123456789", (1, 5))) if r.int(0, 3) else -r.int(0, 2000),),
    edges=[(0,), (105,), (-234,)],
    py_imports=["import math"],
)

family(
    "numbers_digits/largest_digit",
    names="largest_digit max_digit highest_digit biggest_digit",
    args={"n": ("int", "n x num value integer")},
    returns="int",
    locals={"best": "best largest highest", "digit": "digit d ch", "rest": "rest left remaining"},
    wordings=[
        "Return the largest decimal digit that occurs in $n, ignoring its sign.",
        "Find the highest digit of $n. A negative number is treated like its absolute value.",
        "max digit of abs($n)",
        "Which digit of $n is the greatest? The sign plays no role, and zero gives 0.",
        "I just want the biggest digit in a number, for example 8 for 3825 or for -81.",
        "Takes an integer and reports the top digit found in its decimal notation, minus sign aside.",
        "Look at each digit of the absolute value of $n and keep the largest one.",
    ],
    py=[
        "return max(int($digit) for $digit in str(abs($n)))",
        "return int(max(str(abs($n))))",
        "$best = 0\n$rest = abs($n)\nwhile $rest > 0:\n    $best = max($best, $rest % 10)\n    $rest //= 10\nreturn $best",
    ],
    ts=[
        "return Math.max(...[...String(Math.abs($n))].map(Number));",
        "let $best = 0;\nfor (const $digit of String(Math.abs($n))) {\n  $best = Math.max($best, Number($digit));\n}\nreturn $best;",
    ],
    inputs=lambda r: (r.choice([1, -1]) * r.int(0, 10 ** r.int(1, 5)),),
    edges=[(0,), (-81,), (1000,)],
)

family(
    "numbers_digits/count_digit",
    names="count_digit digit_occurrences count_of_digit times_digit_appears",
    args={"n": ("int", "n integer num value"), "target": ("int", "target digit wanted d")},
    returns="int",
    locals={"count": "count hits found", "ch": "ch c char"},
    wordings=[
        "Return how often the digit $target occurs in the decimal notation of $n, ignoring the sign.",
        "Count the occurrences of the single digit $target among the digits of $n.",
        "number of times $target (0 to 9) shows up in $n",
        "How many digits of $n are equal to $target? The sign of the number does not matter.",
        "I need to know how many times one digit appears in a number: 3 is twice in 1373.",
        "Takes a number and a digit from 0 to 9 and tells how many positions of the number hold that digit.",
        "Write $n in base 10 and count the characters that match $target.",
    ],
    py=[
        "return str($n).count(str($target))",
        "$count = 0\nfor $ch in str(abs($n)):\n    if int($ch) == $target:\n        $count += 1\nreturn $count",
    ],
    ts=[
        "return String($n).split(String($target)).length - 1;",
        "return [...String($n)].filter(($ch) => $ch === String($target)).length;",
        "let $count = 0;\nfor (const $ch of String(Math.abs($n))) {\n  if (Number($ch) === $target) {\n    $count++;\n  }\n}\n"
        "return $count;",
    ],
    inputs=lambda r: (int(r.text("0123312", (1, 8))) * r.choice([1, 1, -1]), r.int(0, 4)),
    edges=[(0, 0), (1373, 3), (-55, 5), (12, 9)],
)

family(
    "numbers_digits/even_digits",
    names="count_even_digits even_digit_count num_even_digits even_digits",
    args={"n": ("int", "n integer num value")},
    returns="int",
    locals={"count": "count evens total", "digit": "digit d ch"},
    wordings=[
        "Return the number of even digits in $n. The sign is ignored and 0 is even.",
        "Count how many decimal digits of $n are even (zero counts as even, the minus sign is skipped).",
        "how many of 0 2 4 6 8 appear in $n, repeats included",
        "How many digits of $n can be divided by two? Ignore any minus sign; the number 0 has one such digit.",
        "Takes an integer and tells how many of its base-10 digits are even, counting repeated ones each time.",
        "Give me the even digits count of a number: 1203 has two of them, and -135 has none.",
        "Go over the digits of the absolute value of $n and count those divisible by 2.",
    ],
    py=[
        "return sum(int($digit) % 2 == 0 for $digit in str(abs($n)))",
        "$count = 0\nfor $digit in str(abs($n)):\n    if $digit in '02468':\n        $count += 1\nreturn $count",
    ],
    ts=[
        "return [...String(Math.abs($n))].filter(($digit) => Number($digit) % 2 === 0).length;",
        "let $count = 0;\nfor (const $digit of String(Math.abs($n))) {\n  if ('02468'.includes($digit)) {\n    $count++;\n  }\n}\n"
        "return $count;",
    ],
    inputs=lambda r: (r.choice([1, 1, -1]) * r.int(0, 10 ** r.int(1, 6)),),
    edges=[(0,), (1203,), (-135,)],
)

family(
    "numbers_digits/unique_digits",
    names="has_unique_digits all_digits_differ no_repeated_digit digits_are_distinct",
    args={"n": ("int", "n integer num value")},
    returns="bool",
    locals={"digits": "digits text s", "seen": "seen used", "digit": "digit d ch"},
    wordings=[
        "Return whether no decimal digit occurs twice in $n. The sign is ignored.",
        "Check that all digits of $n are different from each other; a minus sign does not matter.",
        "true if $n has no repeated digit",
        "Are the digits of $n all distinct? Negative numbers are judged by their absolute value.",
        "Tells whether every digit in $n shows up only once, as in 1024 but not in 1214.",
        "I need false as soon as a number uses any digit more than once, otherwise true. Ignore the sign.",
        "Compare how many digits $n has with how many different ones; return true if they agree. Skip the sign.",
    ],
    py=[
        "$digits = str(abs($n))\nreturn len(set($digits)) == len($digits)",
        "$seen = set()\nfor $digit in str(abs($n)):\n    if $digit in $seen:\n        return False\n    $seen.add($digit)\n"
        "return True",
    ],
    ts=[
        "const $digits = String(Math.abs($n));\nreturn new Set($digits).size === $digits.length;",
        "const $seen = new Set<string>();\nfor (const $digit of String(Math.abs($n))) {\n  if ($seen.has($digit)) {\n"
        "    return false;\n  }\n  $seen.add($digit);\n}\nreturn true;",
    ],
    inputs=lambda r: (r.choice([1, 1, -1]) * r.int(0, 10 ** r.int(2, 5)),),
    edges=[(0,), (1024,), (-11,), (1214,)],
)

family(
    "numbers_digits/armstrong",
    names="is_armstrong is_narcissistic is_armstrong_number equals_sum_of_digit_powers",
    args={"n": ("int", "n integer num value")},
    returns="bool",
    locals={"digits": "digits text s", "digit": "digit d ch", "total": "total result acc"},
    wordings=[
        "Return whether non-negative $n equals the sum of its digits, each raised to the number of digits.",
        "Check if $n (not negative) is an Armstrong number: its digits to the power of their count add up to it.",
        "true if $n >= 0 is narcissistic in base 10, e.g. 153 = 1 + 125 + 27",
        "Is $n an Armstrong number, meaning each digit to the power of the digit count sums to $n? It is never negative.",
        "Decides whether a number of k digits is the sum of the k-th powers of those digits. Numbers are at least 0.",
        "Raise every digit of $n to the length of $n, add the results and compare with $n itself. No negatives.",
        "I want to spot narcissistic numbers such as 9, 153 or 8208 among the non-negative integers.",
    ],
    py=[
        "$digits = str($n)\nreturn sum(int($digit) ** len($digits) for $digit in $digits) == $n",
        "$digits = str($n)\n$total = 0\nfor $digit in $digits:\n    $total += int($digit) ** len($digits)\nreturn $total == $n",
    ],
    ts=[
        "const $digits = [...String($n)].map(Number);\n"
        "return $digits.reduce(($total, $digit) => $total + $digit ** $digits.length, 0) === $n;",
        "const $digits = String($n);\nlet $total = 0;\nfor (const $digit of $digits) {\n"
        "  $total += Number($digit) ** $digits.length;\n}\nreturn $total === $n;",
    ],
    inputs=lambda r: (r.choice([153, 370, 371, 407, 1634, 8208, 9474, r.int(0, 12), r.int(0, 500), r.int(100, 9999)]),),
    edges=[(0,), (10,), (153,), (8208,)],
)

family(
    "numbers_digits/harshad",
    names="is_harshad divisible_by_digit_sum is_niven is_harshad_number",
    args={"n": ("int", "n integer num value")},
    returns="bool",
    locals={"total": "total digit_sum acc", "digit": "digit d ch"},
    wordings=[
        "Return whether the positive integer $n is divisible by the sum of its decimal digits.",
        "Check if the digit sum of $n divides $n without remainder ($n is at least 1).",
        "true if $n % digit sum of $n is 0; $n is positive",
        "Is positive $n a Harshad number, that is, a multiple of its own digit sum?",
        "Takes a positive number and tells if adding its digits gives one of its divisors, as for 18 or 132.",
        "Add the digits of $n, which is 1 or more, then test that dividing $n by this leaves nothing over.",
        "I'm looking for positive numbers that can be divided evenly by their digit sum, like 24 but not 25.",
    ],
    py=[
        "return $n % sum(int($digit) for $digit in str($n)) == 0",
        "$total = 0\nfor $digit in str($n):\n    $total += int($digit)\nreturn $n % $total == 0",
    ],
    ts=[
        "const $total = [...String($n)].reduce((sum, $digit) => sum + Number($digit), 0);\nreturn $n % $total === 0;",
        "let $total = 0;\nfor (const $digit of String($n)) {\n  $total += Number($digit);\n}\nreturn $n % $total === 0;",
    ],
    inputs=lambda r: (r.int(1, r.choice([30, 120, 1000])),),
    edges=[(1,), (18,), (25,), (132,)],
)

family(
    "numbers_digits/to_binary",
    names="to_binary binary_string int_to_binary as_binary binary_digits",
    args={"n": ("int", "n integer num value")},
    returns="str",
    locals={"bits": "bits result out", "rest": "rest left remaining"},
    wordings=[
        "Return the binary representation of the non-negative integer $n without any prefix.",
        "Convert $n (zero or more) to a string of 0s and 1s in base 2; 0 becomes a single 0.",
        "$n in base 2, no prefix, no leading zeros; $n >= 0",
        "How is the non-negative integer $n written in binary? No prefix, please.",
        "Takes a number that is not negative and gives back its binary digits as text, so 10 becomes 1010.",
        "Divide $n by two again and again, collecting the remainders as a base-2 string. Zero gives a lone 0.",
        "I need a plain binary string for numbers from 0 upwards, without padding.",
    ],
    py=[
        "return f'{$n:b}'",
        "return bin($n)[2:]",
        "if $n == 0:\n    return '0'\n$bits = ''\n$rest = $n\nwhile $rest > 0:\n    $bits = str($rest % 2) + $bits\n"
        "    $rest //= 2\nreturn $bits",
    ],
    ts=[
        "return $n.toString(2);",
        "let $bits = String($n % 2);\nlet $rest = Math.floor($n / 2);\nwhile ($rest > 0) {\n"
        "  $bits = String($rest % 2) + $bits;\n  $rest = Math.floor($rest / 2);\n}\nreturn $bits;",
    ],
    inputs=lambda r: (r.int(0, r.choice([16, 100, 2000])),),
    edges=[(0,), (1,), (10,), (255,)],
)

family(
    "numbers_digits/from_binary",
    names="from_binary parse_binary binary_to_int binary_value bits_to_number",
    args={"bits": ("str", "bits text binary s digits")},
    returns="int",
    locals={"value": "value result total", "bit": "bit ch c"},
    wordings=[
        "Return the value of $bits, a string of 0s and 1s in base 2. The empty string gives 0.",
        "Convert the binary string $bits to an integer; an empty string counts as 0.",
        "base-2 string to number, 0 if $bits is empty",
        "Which number does $bits stand for when read as binary? No digits at all means zero.",
        "Takes text made of zeros and ones and gives back the number it encodes (0 for empty text).",
        "Start at 0; for each character of $bits, double the value and add 1 if it is a one.",
        "I have binary text such as 1011 and need the number, here 11. Leading zeros are fine, empty is 0.",
    ],
    py=[
        "return int($bits, 2) if $bits else 0",
        "$value = 0\nfor $bit in $bits:\n    $value = $value * 2 + int($bit)\nreturn $value",
    ],
    ts=[
        "return $bits === '' ? 0 : parseInt($bits, 2);",
        "return [...$bits].reduce(($value, $bit) => $value * 2 + Number($bit), 0);",
        "let $value = 0;\nfor (const $bit of $bits) {\n  $value = $value * 2 + ($bit === '1' ? 1 : 0);\n}\nreturn $value;",
    ],
    inputs=lambda r: (r.text("01", (0, 12)),),
    edges=[("",), ("0",), ("0011",), ("11111111",)],
)

family(
    "numbers_digits/to_base",
    names="to_base convert_base int_to_base digits_in_base number_in_base",
    args={"n": ("int", "n integer num value"), "base": ("int", "base radix b")},
    returns="list[int]",
    locals={"digits": "digits result out", "rest": "rest left remaining", "digit": "digit d remainder"},
    wordings=[
        "Return the digits of non-negative $n in base $base as a list, most significant first. Zero gives a single 0.",
        "Convert $n (at least 0) to base $base (at least 2) and list its digits from the highest to the lowest.",
        "digit list of $n >= 0 in base $base >= 2, big end first, [0] for zero",
        "What are the digits of $n, which is not negative, when written in base $base? Leading digit first.",
        "I need a number's digits in any base from 2 up: 10 in base 3 is [1, 0, 1], and 0 is [0].",
        "Divide $n by $base until nothing is left and collect the remainders, last one first; 0 yields [0].",
        "Takes a non-negative integer and a base of two or more; gives back the positional digits, leftmost first.",
    ],
    py=[
        "$digits = []\n$rest = $n\nwhile $rest > 0 or not $digits:\n    $digits.insert(0, $rest % $base)\n    $rest //= $base\n"
        "return $digits",
        "$rest, $digit = divmod($n, $base)\n$digits = [$digit]\nwhile $rest:\n    $rest, $digit = divmod($rest, $base)\n"
        "    $digits.append($digit)\nreturn $digits[::-1]",
    ],
    ts=[
        "const $digits: number[] = [];\nlet $rest = $n;\ndo {\n  $digits.unshift($rest % $base);\n"
        "  $rest = Math.floor($rest / $base);\n} while ($rest > 0);\nreturn $digits;",
        "const $digits = [$n % $base];\nlet $rest = Math.floor($n / $base);\nwhile ($rest > 0) {\n"
        "  $digits.push($rest % $base);\n  $rest = Math.floor($rest / $base);\n}\nreturn $digits.reverse();",
    ],
    inputs=lambda r: (r.int(0, r.choice([20, 300, 5000])), r.choice([2, 3, 5, 7, 8, 10, 12, 16])),
    edges=[(0, 2), (10, 3), (255, 16), (7, 8)],
)

family(
    "numbers_digits/bit_count",
    names="count_ones bit_count popcount count_set_bits ones_in_binary",
    args={"n": ("int", "n integer num value mask")},
    returns="int",
    locals={"count": "count ones total", "rest": "rest left remaining", "bit": "bit ch b"},
    wordings=[
        "Return the number of 1 bits in the binary representation of the non-negative integer $n.",
        "Count how many bits are set in $n, which is zero or more.",
        "popcount of $n ($n >= 0)",
        "How many ones appear when non-negative $n is written in binary?",
        "Takes a non-negative number and tells how many of its binary digits are 1; zero has none.",
        "I need the count of set bits: 7 has three, 8 has one, 0 has none. Input is never negative.",
        "Write $n in base 2 and count the 1s. Negative numbers do not occur.",
    ],
    py=[
        "return bin($n).count('1')",
        "return $n.bit_count()",
        "$count = 0\n$rest = $n\nwhile $rest > 0:\n    $count += $rest & 1\n    $rest >>= 1\nreturn $count",
    ],
    ts=[
        "return [...$n.toString(2)].filter(($bit) => $bit === '1').length;",
        "let $count = 0;\nlet $rest = $n;\nwhile ($rest > 0) {\n  $count += $rest & 1;\n  $rest >>= 1;\n}\nreturn $count;",
    ],
    inputs=lambda r: (r.int(0, r.choice([32, 300, 100000])),),
    edges=[(0,), (7,), (8,), (1023,)],
)

family(
    "numbers_digits/to_hex_color",
    names="rgb_to_hex hex_color to_hex_code color_code",
    args={
        "red": ("int", "red r red_part"),
        "green": ("int", "green g green_part"),
        "blue": ("int", "blue b blue_part"),
    },
    returns="str",
    locals={"part": "part channel level", "pairs": "pairs parts hexes", "code": "code result text"},
    wordings=[
        "Return the colour code of three channels from 0 to 255: a hash sign and two lower-case hex digits each.",
        "Format $red, $green and $blue (each 0 to 255) as a lower-case CSS colour of the form #rrggbb.",
        "rgb 0-255 to #rrggbb, lower case, zero padded",
        "What is the six-digit hex code, in lower case after a #, for $red, $green and $blue between 0 and 255?",
        "I've got red, green and blue from 0 to 255 and want a string like #0a00ff.",
        "Takes three byte-sized channel values and gives back # followed by their padded lower-case hexadecimal forms.",
        "Turn $red, $green and $blue, each 0 to 255, into two lower-case hex digits and join them after a #.",
    ],
    py=[
        "return f'#{$red:02x}{$green:02x}{$blue:02x}'",
        "return '#' + ''.join(f'{$part:02x}' for $part in ($red, $green, $blue))",
    ],
    ts=[
        "const $pairs = [$red, $green, $blue].map(($part) =>\n  $part.toString(16).padStart(2, '0'),\n);\n"
        "return `#${$pairs.join('')}`;",
        "let $code = '#';\nfor (const $part of [$red, $green, $blue]) {\n"
        "  $code += $part.toString(16).padStart(2, '0');\n}\nreturn $code;",
    ],
    inputs=lambda r: (r.int(0, 255), r.int(0, 255), r.int(0, 255)),
    edges=[(0, 0, 0), (255, 255, 255), (10, 0, 255)],
)

family(
    "numbers_digits/luhn",
    names="luhn_valid passes_luhn is_valid_card luhn_check valid_checksum",
    args={"digits": ("str", "digits card text code s")},
    returns="bool",
    locals={"total": "total checksum acc", "i": "i pos index", "digit": "digit d", "ch": "ch c char"},
    wordings=[
        "Return whether the digit string $digits passes the Luhn check. The empty string passes.",
        "Check $digits, a string of digits, with the Luhn formula; no digits at all counts as valid.",
        "luhn checksum of $digits ok? digits only, empty is true",
        "Does $digits satisfy Luhn: from the right, double every second digit, minus 9 if above 9, total divisible by 10?",
        "From the right, every second digit doubles (less 9 when over 9); true if the sum of all is a multiple of ten.",
        "Validates a string of digits the way card numbers are validated (Luhn, modulus 10). Empty text is valid.",
        "I need the usual Luhn test for a card number given as digits; an empty string is fine too.",
    ],
    py=[
        "$total = 0\nfor $i, $ch in enumerate(reversed($digits)):\n    $digit = int($ch) * (1 + $i % 2)\n"
        "    $total += $digit - 9 if $digit > 9 else $digit\nreturn $total % 10 == 0",
        "$total = sum(int($ch) for $ch in $digits[-1::-2])\nfor $ch in $digits[-2::-2]:\n"
        "    $total += sum(divmod(int($ch) * 2, 10))\nreturn $total % 10 == 0",
    ],
    ts=[
        "let $total = 0;\n[...$digits].reverse().forEach(($ch, $i) => {\n  const $digit = Number($ch) * (1 + ($i % 2));\n"
        "  $total += $digit > 9 ? $digit - 9 : $digit;\n});\nreturn $total % 10 === 0;",
    ],
    inputs=lambda r: (
        r.choice(["4539578763621486", "79927398713", "18", "26", "34", "42", "59", "67", "0000", "1230"])
        if r.bool()
        else r.text("0123456789", (0, 9)),
    ),
    edges=[("",), ("0",), ("79927398713",), ("79927398710",)],
)

family(
    "numbers_digits/largest_from_digits",
    names="largest_from_digits biggest_rearrangement sort_digits_descending max_digit_order",
    args={"n": ("int", "n integer num value")},
    returns="int",
    locals={"digits": "digits parts sorted_digits"},
    wordings=[
        "Return the largest integer that can be made by rearranging the digits of non-negative $n.",
        "Sort the digits of $n (not negative) from high to low and return the resulting number.",
        "digits of $n in descending order, as an int; $n >= 0",
        "What is the greatest number you can build from the digits of $n, using each once? It is at least 0.",
        "Takes a non-negative number and reorders its digits so that the value is as big as possible.",
        "I want the digits of a number shuffled into the biggest value: 2817 gives 8721. No negatives.",
        "Split non-negative $n into digits, order them largest first, and join them into a number again.",
    ],
    py=[
        "return int(''.join(sorted(str($n), reverse=True)))",
        "$digits = sorted(str($n))\n$digits.reverse()\nreturn int(''.join($digits))",
    ],
    ts=[
        "return Number([...String($n)].sort().reverse().join(''));",
        "const $digits = String($n).split('');\n$digits.sort((a, b) => Number(b) - Number(a));\nreturn Number($digits.join(''));",
    ],
    inputs=lambda r: (r.int(0, 10 ** r.int(1, 7)),),
    edges=[(0,), (100,), (2817,)],
)
