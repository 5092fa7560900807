"""Integer arithmetic: divisors, primes, powers and well-known sequences."""

from family import family

family(
    "numbers_arith/gcd",
    names="gcd greatest_common_divisor highest_common_factor common_divisor",
    args={"a": ("int", "a x first m"), "b": ("int", "b y second n")},
    returns="int",
    locals={"p": "p big left", "q": "q small right"},
    wordings=[
        "Return the greatest common divisor of the non-negative integers $a and $b; gcd(0, 0) is 0.",
        "Compute the largest integer dividing both $a and $b (neither is negative; if one is 0, return the other).",
        "euclid's gcd of $a and $b, both >= 0",
        "What is the biggest number that divides $a as well as $b? Both are at least 0; two zeros give 0.",
        "I need the highest common factor of two non-negative ints, and the other one when one of them is zero.",
        "Takes two non-negative numbers and gives back their greatest shared divisor by Euclid's algorithm.",
        "While $b is not zero, replace the pair by $b and the remainder of $a by $b; return what is left. No negatives.",
    ],
    py=[
        "return math.gcd($a, $b)",
        "$p, $q = $a, $b\nwhile $q:\n    $p, $q = $q, $p % $q\nreturn $p",
        "while $b:\n    $a, $b = $b, $a % $b\nreturn $a",
    ],
    ts=[
        "let [$p, $q] = [$a, $b];\nwhile ($q !== 0) {\n  [$p, $q] = [$q, $p % $q];\n}\nreturn $p;",
        "while ($b !== 0) {\n  [$a, $b] = [$b, $a % $b];\n}\nreturn $a;",
    ],
    inputs=lambda r: ((k := r.int(1, 9)) * r.int(0, 20), k * r.int(0, 20)),
    edges=[(0, 0), (12, 18), (7, 0), (5, 9)],
    py_imports=["import math"],
)

family(
    "numbers_arith/lcm",
    names="lcm least_common_multiple smallest_common_multiple common_multiple",
    args={"a": ("int", "a x first m"), "b": ("int", "b y second n")},
    returns="int",
    locals={"multiple": "multiple result candidate"},
    wordings=[
        "Return the least common multiple of the positive integers $a and $b.",
        "Find the smallest positive number that both $a and $b divide; both are at least 1.",
        "lcm of two positive ints $a and $b",
        "What is the lowest number divisible by $a and also by $b? Both are positive.",
        "Given two positive step sizes, tell where their multiples meet for the first time after zero.",
        "I need the least common multiple: 4 and 6 give 12. Both numbers are 1 or more.",
        "Try $a, then twice $a and so on until a multiple of $b turns up; both are positive.",
    ],
    py=[
        "return math.lcm($a, $b)",
        "return $a * $b // math.gcd($a, $b)",
        "$multiple = $a\nwhile $multiple % $b != 0:\n    $multiple += $a\nreturn $multiple",
    ],
    ts=[
        "let $multiple = $a;\nwhile ($multiple % $b !== 0) {\n  $multiple += $a;\n}\nreturn $multiple;",
        "const gcd = (p: number, q: number): number => (q === 0 ? p : gcd(q, p % q));\nreturn ($a * $b) / gcd($a, $b);",
    ],
    inputs=lambda r: (r.int(1, 40), r.int(1, 40)),
    edges=[(4, 6), (1, 7), (5, 5)],
    py_imports=["import math"],
)

family(
    "numbers_arith/coprime",
    names="are_coprime is_coprime relatively_prime share_no_factor",
    args={"a": ("int", "a x first m"), "b": ("int", "b y second n")},
    returns="bool",
    locals={"d": "d factor divisor", "p": "p big left", "q": "q small right"},
    wordings=[
        "Return whether the positive integers $a and $b have no common divisor other than 1.",
        "Check that $a and $b, both at least 1, are relatively prime.",
        "true if gcd of positive $a and $b is 1",
        "Are $a and $b coprime, so that only 1 divides both? They are positive.",
        "Takes two positive numbers and tells if they share no factor above 1; 1 is coprime to everything.",
        "I want to know if two positive ints have nothing in common as far as factors go: 8 and 9 yes, 6 and 9 no.",
        "Compute the greatest common divisor of $a and $b (both positive) and test that it is 1.",
    ],
    py=[
        "return math.gcd($a, $b) == 1",
        "for $d in range(2, min($a, $b) + 1):\n    if $a % $d == 0 and $b % $d == 0:\n        return False\nreturn True",
        "$p, $q = $a, $b\nwhile $q:\n    $p, $q = $q, $p % $q\nreturn $p == 1",
    ],
    ts=[
        "let [$p, $q] = [$a, $b];\nwhile ($q !== 0) {\n  [$p, $q] = [$q, $p % $q];\n}\nreturn $p === 1;",
        "for (let $d = 2; $d <= Math.min($a, $b); $d++) {\n  if ($a % $d === 0 && $b % $d === 0) {\n    return false;\n  }\n}\n"
        "return true;",
    ],
    inputs=lambda r: (r.int(1, 40), r.int(1, 40)),
    edges=[(1, 1), (8, 9), (6, 9), (1, 10)],
    py_imports=["import math"],
)

family(
    "numbers_arith/is_prime",
    names="is_prime check_prime prime is_prime_number",
    args={"n": ("int", "n num value x")},
    returns="bool",
    locals={"d": "d i divisor k"},
    wordings=[
        "Return whether $n is a prime number. Anything below 2 is not.",
        "Check if $n is prime, i.e. greater than 1 and divisible only by 1 and itself.",
        "primality test for $n, false for everything under 2",
        "Is $n prime? Zero, one and negative numbers never are.",
        "Tells whether $n has exactly two divisors; negatives, 0 and 1 give false.",
        "I need a simple prime check that also copes with 0, 1 and negative ints by saying no.",
        "Try every divisor from 2 to the square root of $n; prime if none fits and $n exceeds 1.",
    ],
    py=[
        "return $n > 1 and all($n % $d != 0 for $d in range(2, math.isqrt($n) + 1))",
        "if $n < 2:\n    return False\nfor $d in range(2, math.isqrt($n) + 1):\n    if $n % $d == 0:\n        return False\n"
        "return True",
        "if $n < 2:\n    return False\n$d = 2\nwhile $d * $d <= $n:\n    if $n % $d == 0:\n        return False\n    $d += 1\n"
        "return True",
    ],
    ts=[
        "if ($n < 2) return false;\nfor (let $d = 2; $d * $d <= $n; $d++) {\n  if ($n % $d === 0) return false;\n}\nreturn true;",
        "for (let $d = 2; $d * $d <= $n; $d++) {\n  if ($n % $d === 0) {\n    return false;\n  }\n}\nreturn $n > 1;",
    ],
    inputs=lambda r: (r.choice([2, 3, 5, 7, 11, 13, 29, 31, 97, 101, 211, r.int(-5, 10), r.int(0, 100), r.int(2, 400)]),),
    edges=[(0,), (1,), (2,), (49,)],
    py_imports=["import math"],
)

family(
    "numbers_arith/primes_up_to",
    names="primes_up_to list_primes primes_to get_primes",
    args={"limit": ("int", "limit n bound maximum highest")},
    returns="list[int]",
    locals={"primes": "primes found result", "n": "num candidate k i", "p": "p d divisor"},
    wordings=[
        "Return all prime numbers not greater than $limit, in ascending order.",
        "List the primes from 2 up to and including $limit; the list is empty when $limit is below 2.",
        "ascending primes <= $limit, [] if there are none",
        "Which prime numbers are at most $limit? Smallest first, nothing if $limit is less than 2.",
        "Collects every prime up to $limit inclusive in increasing order.",
        "I need a list of the primes up to some number, the number itself included if it is prime.",
        "Go from 2 to $limit and keep each number that no earlier prime divides.",
    ],
    py=[
        "$primes = []\nfor $n in range(2, $limit + 1):\n    if all($n % $p != 0 for $p in $primes):\n        $primes.append($n)\n"
        "return $primes",
    ],
    ts=[
        "const $primes: number[] = [];\nfor (let $n = 2; $n <= $limit; $n++) {\n"
        "  if ($primes.every(($p) => $n % $p !== 0)) {\n    $primes.push($n);\n  }\n}\nreturn $primes;",
    ],
    inputs=lambda r: (r.int(0, 70),),
    edges=[(0,), (1,), (2,), (-5,)],
)

family(
    "numbers_arith/smallest_factor",
    names="smallest_prime_factor least_factor first_divisor lowest_divisor",
    args={"n": ("int", "n num value x")},
    returns="int",
    locals={"d": "d divisor k factor"},
    wordings=[
        "Return the smallest divisor of $n that is greater than 1; $n is at least 2.",
        "Find the lowest prime factor of $n, which is 2 or more. A prime is its own.",
        "smallest factor of $n above 1 ($n >= 2)",
        "What is the first number from 2 upwards that divides $n evenly? $n is never below 2.",
        "Takes a number of at least two and gives back the least prime that goes into it.",
        "I need the smallest prime factor: 15 gives 3, 13 gives 13. The number is always above 1.",
        "Starting at 2, step up until you hit a divisor of $n, and return it. Expect $n >= 2.",
    ],
    py=[
        "return next($d for $d in range(2, $n + 1) if $n % $d == 0)",
        "$d = 2\nwhile $n % $d != 0:\n    $d += 1\nreturn $d",
    ],
    ts=[
        "let $d = 2;\nwhile ($n % $d !== 0) {\n  $d++;\n}\nreturn $d;",
        "for (let $d = 2; $d * $d <= $n; $d++) {\n  if ($n % $d === 0) return $d;\n}\nreturn $n;",
    ],
    inputs=lambda r: (r.choice([r.int(2, 60), r.int(2, 500) | 1, r.choice([35, 49, 77, 91, 121, 143])]),),
    edges=[(2,), (15,), (13,), (49,)],
)

family(
    "numbers_arith/prime_factors",
    names="prime_factors factorize prime_factorization factor_into_primes",
    args={"n": ("int", "n num value x")},
    returns="list[int]",
    locals={"factors": "factors result primes", "p": "p d divisor", "rest": "rest left remaining"},
    wordings=[
        "Return the prime factors of the positive integer $n in ascending order, repeated as often as they divide it.",
        "Factor $n (at least 1) into primes, smallest first, with multiplicity. The list for 1 is empty.",
        "prime factorisation of $n >= 1 as an ascending list with repeats, [] for 1",
        "Which primes multiply to $n? List them in order, repeats included; $n is positive and 1 has none.",
        "I want a number broken into primes: 12 is [2, 2, 3], 7 is [7] and 1 is [].",
        "Takes a positive integer and gives back the sorted list of primes whose product it is.",
        "Divide $n by 2 as long as possible, then by 3 and so on, collecting each divisor used. $n is positive.",
    ],
    py=[
        "$factors = []\n$rest, $p = $n, 2\nwhile $rest > 1:\n    while $rest % $p == 0:\n        $factors.append($p)\n"
        "        $rest //= $p\n    $p += 1\nreturn $factors",
        "$factors, $p = [], 2\nwhile $n > 1:\n    if $n % $p == 0:\n        $factors.append($p)\n        $n //= $p\n"
        "    else:\n        $p += 1\nreturn $factors",
    ],
    ts=[
        "const $factors: number[] = [];\nfor (let $p = 2, $rest = $n; $rest > 1; $p++) {\n  while ($rest % $p === 0) {\n"
        "    $factors.push($p);\n    $rest /= $p;\n  }\n}\nreturn $factors;",
        "const $factors: number[] = [];\nlet $rest = $n;\nfor (let $p = 2; $rest > 1; $p++) {\n"
        "  for (; $rest % $p === 0; $rest /= $p) $factors.push($p);\n}\nreturn $factors;",
    ],
    inputs=lambda r: (r.choice([r.int(1, 60), r.int(1, 400), 2 ** r.int(1, 8), 3 ** r.int(1, 4) * r.int(1, 6)]),),
    edges=[(1,), (12,), (7,), (360,)],
)

family(
    "numbers_arith/divisors",
    names="divisors list_divisors all_factors get_divisors factors_of",
    args={"n": ("int", "n num value x")},
    returns="list[int]",
    locals={"found": "found result factors", "d": "d i k candidate"},
    wordings=[
        "Return all positive divisors of $n in ascending order, including 1 and $n; $n is at least 1.",
        "List every number that divides the positive integer $n without remainder, smallest first.",
        "ascending divisors of $n >= 1, with 1 and $n itself",
        "Which whole numbers from 1 to $n divide it evenly? $n is positive; keep them in order.",
        "Takes a positive integer and gives back its factors from the lowest to the highest.",
        "I need the complete list of factors of a positive number, sorted: for 6 that is 1, 2, 3, 6.",
        "Check each number from 1 to $n and keep those where the remainder is zero. $n is positive.",
    ],
    py=[
        "return [$d for $d in range(1, $n + 1) if $n % $d == 0]",
        "$found = []\nfor $d in range(1, $n + 1):\n    if $n % $d == 0:\n        $found.append($d)\nreturn $found",
    ],
    ts=[
        "const $found: number[] = [];\nfor (let $d = 1; $d <= $n; $d++) {\n  if ($n % $d === 0) {\n    $found.push($d);\n  }\n}\n"
        "return $found;",
        "return Array.from({ length: $n }, (_, $d) => $d + 1)\n  .filter(($d) => $n % $d === 0);",
    ],
    inputs=lambda r: (r.choice([r.int(1, 30), r.int(1, 120), r.int(1, 12) * 6]),),
    edges=[(1,), (6,), (13,), (36,)],
)

family(
    "numbers_arith/count_divisors",
    names="count_divisors divisor_count number_of_divisors num_factors",
    args={"n": ("int", "n num value x")},
    returns="int",
    locals={"count": "count total hits", "d": "d i k candidate"},
    wordings=[
        "Return how many positive divisors the positive integer $n has, 1 and $n included.",
        "Count the numbers between 1 and $n that divide $n evenly. $n is at least 1.",
        "number of divisors of $n, $n >= 1",
        "How many factors does positive $n have, counting 1 and the number itself?",
        "Takes a positive integer and reports the size of its set of divisors; 12 has six.",
        "I just need the number of divisors, not the list; the argument is always 1 or more.",
        "Run from 1 to $n and count each value that leaves no remainder. Only positive $n occur.",
    ],
    py=[
        "return sum($n % $d == 0 for $d in range(1, $n + 1))",
        "$count = 0\nfor $d in range(1, $n + 1):\n    if $n % $d == 0:\n        $count += 1\nreturn $count",
    ],
    ts=[
        "let $count = 0;\nfor (let $d = 1; $d <= $n; $d++) {\n  if ($n % $d === 0) {\n    $count++;\n  }\n}\nreturn $count;",
        "let $count = 0;\nfor (let $d = 1; $d <= $n; $d++) {\n  $count += $n % $d === 0 ? 1 : 0;\n}\nreturn $count;",
    ],
    inputs=lambda r: (r.choice([r.int(1, 40), r.int(1, 200), r.int(1, 20) * 12]),),
    edges=[(1,), (12,), (17,), (100,)],
)

family(
    "numbers_arith/is_perfect",
    names="is_perfect is_perfect_number perfect_number equals_divisor_sum",
    args={"n": ("int", "n num value candidate")},
    returns="bool",
    locals={"total": "total acc result", "d": "d i divisor"},
    wordings=[
        "Return whether $n equals the sum of its positive divisors smaller than itself. Numbers below 2 never do.",
        "Check if $n is a perfect number (its proper divisors add up to it); 1, 0 and negatives are not.",
        "true for perfect numbers like 6 and 28, false for anything under 2",
        "Is $n perfect, meaning that all its divisors except $n itself sum to $n? False for values below 2.",
        "Decides if adding every proper divisor of $n gives $n again; always false when $n is less than 2.",
        "Sum the numbers from 1 to $n - 1 that divide $n and compare with $n; only values above 1 can match.",
        "I want to spot perfect numbers: 6 is one because 1 + 2 + 3 = 6. Zero and negatives are not.",
    ],
    py=[
        "$total = sum($d for $d in range(1, $n) if $n % $d == 0)\nreturn $n > 1 and $total == $n",
        "$total = 0\nfor $d in range(1, $n):\n    if $n % $d == 0:\n        $total += $d\nreturn $n > 1 and $total == $n",
    ],
    ts=[
        "let $total = 0;\nfor (let $d = 1; $d < $n; $d++) {\n  if ($n % $d === 0) {\n    $total += $d;\n  }\n}\n"
        "return $n > 1 && $total === $n;",
        "if ($n < 2) return false;\nlet $total = 1;\nfor (let $d = 2; $d <= $n / 2; $d++) {\n  if ($n % $d === 0) $total += $d;\n}\n"
        "return $total === $n;",
    ],
    inputs=lambda r: (r.choice([6, 28, 496, r.int(-3, 12), r.int(1, 100), r.int(1, 40) * 6]),),
    edges=[(0,), (1,), (6,), (28,)],
)

family(
    "numbers_arith/abundance",
    names="classify_number number_kind abundance perfect_abundant_or_deficient",
    args={"n": ("int", "n num value candidate")},
    returns="str",
    locals={"total": "total acc aliquot", "d": "d i divisor"},
    wordings=[
        "Return 'perfect', 'abundant' or 'deficient', comparing the sum of the proper divisors of positive $n with $n.",
        "Classify $n >= 1: 'abundant' if its proper divisors sum to more than $n, 'deficient' if less, else 'perfect'.",
        "divisor sum (without $n) vs positive $n: equal 'perfect', greater 'abundant', smaller 'deficient'",
        "Is positive $n 'perfect', 'abundant' or 'deficient', judged by the total of its divisors below $n?",
        "Takes a positive number, adds up its smaller divisors, and says 'deficient', 'perfect' or 'abundant' for less, same, more.",
        "Sum the divisors of $n except $n; answer 'abundant' above $n, 'perfect' at $n, 'deficient' below. $n is positive.",
        "I need the old Greek label of a positive int: 6 is 'perfect', 12 is 'abundant', 8 is 'deficient'.",
    ],
    py=[
        "$total = sum($d for $d in range(1, $n) if $n % $d == 0)\nif $total > $n:\n    return 'abundant'\n"
        "return 'perfect' if $total == $n else 'deficient'",
        "$total = sum($d for $d in range(1, $n // 2 + 1) if $n % $d == 0)\nif $total == $n:\n    return 'perfect'\n"
        "if $total > $n:\n    return 'abundant'\nreturn 'deficient'",
    ],
    ts=[
        "let $total = 0;\nfor (let $d = 1; $d < $n; $d++) {\n  if ($n % $d === 0) $total += $d;\n}\n"
        "if ($total === $n) return 'perfect';\nreturn $total > $n ? 'abundant' : 'deficient';",
    ],
    inputs=lambda r: (r.choice([6, 28, r.int(1, 40), r.int(1, 20) * 6, r.int(1, 10) * 20]),),
    edges=[(1,), (6,), (12,), (8,)],
)

family(
    "numbers_arith/factorial",
    names="factorial fact n_factorial compute_factorial",
    args={"n": ("int", "n num value k")},
    returns="int",
    locals={"product": "product result acc", "i": "i factor step"},
    wordings=[
        "Return the factorial of the non-negative integer $n; the factorial of 0 is 1.",
        "Multiply all whole numbers from 1 to $n ($n is not negative, and 0 gives 1).",
        "$n! for $n >= 0",
        "What is 1 * 2 * ... * $n, where $n is zero or more and zero yields 1?",
        "Takes a non-negative number and gives back the product of the positive integers up to it (1 for none).",
        "I need n factorial, computed without fuss: 5 gives 120, 0 gives 1, negatives never come in.",
        "Start at 1 and multiply by 2, 3 and so on up to $n; for 0 and 1 the answer stays 1.",
    ],
    py=[
        "return math.factorial($n)",
        "return math.prod(range(1, $n + 1))",
        "$product = 1\nfor $i in range(2, $n + 1):\n    $product *= $i\nreturn $product",
    ],
    ts=[
        "let $product = 1;\nfor (let $i = 2; $i <= $n; $i++) {\n  $product *= $i;\n}\nreturn $product;",
        "return Array.from({ length: $n }, (_, $i) => $i + 1)\n  .reduce(($product, $i) => $product * $i, 1);",
    ],
    inputs=lambda r: (r.int(0, 17),),
    edges=[(0,), (1,), (5,)],
    py_imports=["import math"],
)

family(
    "numbers_arith/power_of_two",
    names="is_power_of_two power_of_two is_pow2 check_power_of_two",
    args={"n": ("int", "n num value x")},
    returns="bool",
    locals={"power": "power p k current"},
    wordings=[
        "Return whether $n is a power of two: 1, 2, 4, 8 and so on. Zero and negatives are not.",
        "Check if $n can be written as 2 to a non-negative whole exponent.",
        "true for 1, 2, 4, 8, ...; false for all other ints, also 0 and below",
        "Is $n a power of 2? The number 1 counts, anything below it does not.",
        "Tells if exactly one bit is set in $n; numbers under 1 always give false.",
        "I need to know whether a size is a power of two (one counts, zero and negative sizes don't).",
        "Keep doubling from 1 until reaching $n or more, then see if it was hit exactly.",
    ],
    py=[
        "return $n > 0 and $n & ($n - 1) == 0",
        "$power = 1\nwhile $power < $n:\n    $power *= 2\nreturn $power == $n",
        "return $n > 0 and bin($n).count('1') == 1",
    ],
    ts=[
        "return $n > 0 && ($n & ($n - 1)) === 0;",
        "let $power = 1;\nwhile ($power < $n) {\n  $power *= 2;\n}\nreturn $power === $n;",
    ],
    inputs=lambda r: (2 ** r.int(0, 16) + r.choice([0, 0, 0, 1, -1]) if r.bool() else r.int(-8, 70),),
    edges=[(0,), (1,), (-4,), (6,)],
)

family(
    "numbers_arith/collatz_steps",
    names="collatz_steps count_collatz_steps steps_to_one collatz_length",
    args={"n": ("int", "n num start value")},
    returns="int",
    locals={"steps": "steps count moves", "current": "current x k"},
    wordings=[
        "Return the number of Collatz steps needed to get from the positive integer $n to 1.",
        "Count the steps until $n >= 1 reaches 1, halving even values and mapping odd ones to three times plus one.",
        "collatz step count for positive $n, 0 when it is 1 already",
        "How many times must you halve (if even) or triple and add one (if odd) to bring positive $n to 1?",
        "Takes a positive start value and reports the length of its Collatz path, counted in moves; 1 takes none.",
        "I want the 3n+1 game played from a positive number until it gets to 1, and the number of moves it took.",
        "While the value is not 1, halve it when even, else triple it and add 1; return how often. $n is positive.",
    ],
    py=[
        "$steps, $current = 0, $n\nwhile $current != 1:\n"
        "    $current = $current // 2 if $current % 2 == 0 else 3 * $current + 1\n    $steps += 1\nreturn $steps",
        "$steps = 0\nwhile $n > 1:\n    if $n % 2 == 0:\n        $n //= 2\n    else:\n        $n = 3 * $n + 1\n    $steps += 1\n"
        "return $steps",
    ],
    ts=[
        "let $steps = 0;\nfor (let $current = $n; $current !== 1; $steps++) {\n"
        "  $current = $current % 2 === 0 ? $current / 2 : 3 * $current + 1;\n}\nreturn $steps;",
        "let $steps = 0;\nlet $current = $n;\nwhile ($current > 1) {\n"
        "  $current = $current % 2 === 0 ? $current / 2 : 3 * $current + 1;\n  $steps++;\n}\nreturn $steps;",
    ],
    inputs=lambda r: (r.int(1, r.choice([12, 40, 200])),),
    edges=[(1,), (2,), (6,), (27,)],
)

family(
    "numbers_arith/collatz_path",
    names="collatz_sequence collatz_path hailstone hailstone_sequence",
    args={"n": ("int", "n num start value")},
    returns="list[int]",
    locals={"path": "path seq result", "last": "last current x"},
    wordings=[
        "Return the Collatz sequence of the positive integer $n, from $n itself down to the final 1.",
        "List all values from $n >= 1 to 1: an even value is halved, an odd one tripled plus one.",
        "hailstone numbers from positive $n to 1, both ends included",
        "Which numbers does the Collatz rule visit from positive $n until 1? Include both; for 1 it is just [1].",
        "Takes a positive number and gives back its whole 3n+1 path as a list that starts with it and ends in 1.",
        "Begin with positive $n; while the last entry is not 1, append half of it if even, else three times it plus one.",
        "I'd like to see the full hailstone run, e.g. 3, 10, 5, 16, 8, 4, 2, 1 for 3. Starts are positive.",
    ],
    py=[
        "$path = [$n]\nwhile $path[-1] != 1:\n    $last = $path[-1]\n"
        "    $path.append($last // 2 if $last % 2 == 0 else 3 * $last + 1)\nreturn $path",
        "$path = [$n]\nwhile $n != 1:\n    $n = 3 * $n + 1 if $n % 2 else $n // 2\n    $path.append($n)\nreturn $path",
    ],
    ts=[
        "const $path = [$n];\nlet $last = $n;\nwhile ($last !== 1) {\n  $last = $last % 2 === 0 ? $last / 2 : 3 * $last + 1;\n"
        "  $path.push($last);\n}\nreturn $path;",
    ],
    inputs=lambda r: (r.choice([1, 2, 3, 4, 5, 6, 8, 10, 12, 13, 16, 20, 21, 24, 32, 40, 42, 80, 7, 11, 17, 22]),),
    edges=[(1,), (3,), (8,)],
)

family(
    "numbers_arith/clamp",
    names="clamp clip limit_to_range bound constrain",
    args={
        "value": ("int", "value n x num"),
        "low": ("int", "low lower minimum lo"),
        "high": ("int", "high upper maximum hi"),
    },
    returns="int",
    wordings=[
        "Return $value limited to the range from $low to $high (both inclusive, $low is at most $high).",
        "Clamp $value: below $low it becomes $low, above $high it becomes $high. The bounds are in order.",
        "$value kept within $low..$high inclusive, where $low <= $high",
        "What is the number closest to $value that lies between $low and $high, with $low not above $high?",
        "Takes a number and two ordered bounds and gives back the number, or the nearer bound if it is outside.",
        "I need a value forced into an interval: too small gives the lower bound, too big the upper. Bounds are ordered.",
        "If $value is under $low return $low, if it is over $high return $high, otherwise return it unchanged.",
    ],
    py=[
        "return max($low, min($value, $high))",
        "return min(max($value, $low), $high)",
        "if $value < $low:\n    return $low\nif $value > $high:\n    return $high\nreturn $value",
    ],
    ts=[
        "return Math.max($low, Math.min($value, $high));",
        "return Math.min(Math.max($value, $low), $high);",
        "if ($value < $low) return $low;\nif ($value > $high) return $high;\nreturn $value;",
    ],
    inputs=lambda r: (r.int(-30, 40), (low := r.int(-15, 15)), low + r.int(0, 20)),
    edges=[(5, 0, 10), (-5, 0, 10), (15, 0, 10), (3, 3, 3)],
)

family(
    "numbers_arith/sign",
    names="sign signum sign_of get_sign",
    args={"n": ("int", "n x num value")},
    returns="int",
    wordings=[
        "Return 1 if $n is positive, -1 if it is negative and 0 if it is zero.",
        "Give the sign of $n as -1, 0 or 1.",
        "signum of $n: -1, 0, 1",
        "Is $n below, at or above zero? Answer with -1, 0 or 1 respectively.",
        "Takes a number and reduces it to its sign: minus one, zero or plus one.",
        "I only care about the direction of a number: 1 for up, -1 for down and 0 for none.",
        "Check if $n is over zero (1), then under zero (-1), and fall back to 0.",
    ],
    py=[
        "return ($n > 0) - ($n < 0)",
        "if $n > 0:\n    return 1\nif $n < 0:\n    return -1\nreturn 0",
    ],
    ts=[
        "return Math.sign($n);",
        "if ($n > 0) return 1;\nreturn $n < 0 ? -1 : 0;",
    ],
    inputs=lambda r: (r.choice([0, r.int(-40, 40), r.int(-5, 5)]),),
    edges=[(0,), (5,), (-5,)],
)

family(
    "numbers_arith/integer_sqrt",
    names="integer_sqrt isqrt floor_sqrt int_square_root",
    args={"n": ("int", "n x num value")},
    returns="int",
    locals={"root": "root r k"},
    wordings=[
        "Return the integer square root of non-negative $n, rounded down.",
        "Find the largest integer whose square does not exceed $n; $n is at least 0.",
        "floor of sqrt($n) for $n >= 0",
        "What is the greatest whole number that, multiplied by itself, is at most $n (never negative)?",
        "Takes a non-negative number and gives back its square root with the fraction cut off.",
        "Count up from 0 as long as the square of the next number still fits into $n, which is not negative.",
        "I need a whole-number square root, so 15 gives 3 and 16 gives 4. Input is never below zero.",
    ],
    py=[
        "return math.isqrt($n)",
        "$root = 0\nwhile ($root + 1) ** 2 <= $n:\n    $root += 1\nreturn $root",
    ],
    ts=[
        "return Math.floor(Math.sqrt($n));",
        "let $root = 0;\nwhile (($root + 1) ** 2 <= $n) {\n  $root++;\n}\nreturn $root;",
    ],
    inputs=lambda r: (max(0, r.int(0, 40) ** 2 + r.choice([0, -1, 1, r.int(0, 9)])),),
    edges=[(0,), (1,), (15,), (16,)],
    py_imports=["import math"],
)

family(
    "numbers_arith/perfect_square",
    names="is_perfect_square is_square perfect_square is_square_number",
    args={"n": ("int", "n x num value")},
    returns="bool",
    locals={"root": "root r k"},
    wordings=[
        "Return whether $n is the square of an integer. Negative numbers are not; 0 is.",
        "Check if $n is a perfect square such as 0, 1, 4 or 9; negatives never are.",
        "true if some whole number squared gives $n, so false for anything below zero",
        "Is there an integer that multiplied by itself equals $n? Values under zero have none.",
        "Tells square numbers from all others, treating 0 as a square and negatives as non-squares.",
        "I want to test for perfect squares; 49 yes, 50 no, and below zero always no.",
        "Take the integer square root of $n if it is not negative and see if its square is $n again.",
    ],
    py=[
        "return $n >= 0 and math.isqrt($n) ** 2 == $n",
        "$root = 0\nwhile $root * $root < $n:\n    $root += 1\nreturn $root * $root == $n",
    ],
    ts=[
        "return $n >= 0 && Number.isInteger(Math.sqrt($n));",
        "let $root = 0;\nwhile ($root * $root < $n) {\n  $root++;\n}\nreturn $root * $root === $n;",
    ],
    inputs=lambda r: (r.int(0, 30) ** 2 + r.choice([0, 0, 1, -1]) if r.int(0, 2) else r.int(-10, 60),),
    edges=[(0,), (-4,), (49,), (50,)],
    py_imports=["import math"],
)

family(
    "numbers_arith/triangular",
    names="triangular_number triangle_number nth_triangular sum_to_n",
    args={"n": ("int", "n num count rows")},
    returns="int",
    locals={"total": "total acc result", "i": "i k step"},
    wordings=[
        "Return the triangular number for non-negative $n: the sum of all whole numbers from 1 to $n.",
        "Add up 1, 2, 3 and so on up to $n ($n is not negative; 0 gives 0).",
        "1 + 2 + ... + $n for $n >= 0, zero for 0",
        "How many dots make a triangle with $n rows of 1, 2, 3, ... dots, with none for zero rows? Never negative.",
        "Takes a non-negative number and gives back the sum of the integers from one up to it.",
        "I need the sum of the first so many positive integers: 4 gives 10, 0 gives 0. No negatives.",
        "Multiply $n, which is at least 0, by its successor and halve the product.",
    ],
    py=[
        "return $n * ($n + 1) // 2",
        "return sum(range(1, $n + 1))",
        "$total = 0\nfor $i in range(1, $n + 1):\n    $total += $i\nreturn $total",
    ],
    ts=[
        "return ($n * ($n + 1)) / 2;",
        "let $total = 0;\nfor (let $i = 1; $i <= $n; $i++) {\n  $total += $i;\n}\nreturn $total;",
    ],
    inputs=lambda r: (r.int(0, r.choice([10, 60, 500])),),
    edges=[(0,), (1,), (4,)],
)

family(
    "numbers_arith/fibonacci",
    names="fibonacci fib nth_fibonacci fibonacci_number",
    args={"n": ("int", "n index k num")},
    returns="int",
    locals={"a": "a prev current", "b": "b curr following"},
    wordings=[
        "Return the Fibonacci number with index $n, where index 0 is 0 and index 1 is 1. $n is not negative.",
        "Compute F($n) with F(0) = 0, F(1) = 1 and each further term the sum of the two before; $n >= 0.",
        "fib($n), starting 0, 1, 1, 2, ... and counting from zero",
        "What is the $n-th term of 0, 1, 1, 2, 3, 5, ... when counting starts at 0? $n is never negative.",
        "Gives back the Fibonacci number at the zero-based position $n of the series that begins 0, 1.",
        "Begin with 0 and 1 and add the last two terms $n times, returning the term at index $n (from 0).",
        "I need a Fibonacci function without recursion: 0 gives 0, 1 gives 1, 10 gives 55.",
    ],
    py=[
        "$a, $b = 0, 1\nfor _ in range($n):\n    $a, $b = $b, $a + $b\nreturn $a",
    ],
    ts=[
        "let [$a, $b] = [0, 1];\nfor (let i = 0; i < $n; i++) {\n  [$a, $b] = [$b, $a + $b];\n}\nreturn $a;",
    ],
    inputs=lambda r: (r.int(0, r.choice([10, 30, 60])),),
    edges=[(0,), (1,), (2,), (10,)],
)

family(
    "numbers_arith/fibonacci_list",
    names="fibonacci_list first_fibonacci fib_sequence fibonacci_series",
    args={"count": ("int", "count n size how_many")},
    returns="list[int]",
    locals={"terms": "terms result series", "a": "a prev current", "b": "b curr following"},
    wordings=[
        "Return the first $count Fibonacci numbers, beginning with 0 and 1. A count of 0 gives an empty list.",
        "List $count terms of the Fibonacci series 0, 1, 1, 2, 3, ...; $count is not negative.",
        "first $count fibonacci numbers from 0 on, [] for zero",
        "What are the first $count numbers of the series that starts 0, 1 and adds the last two each time?",
        "Takes how many terms are wanted (zero or more) and gives back that many Fibonacci numbers from 0 onwards.",
        "I need the beginning of the Fibonacci series as a list: 5 gives 0, 1, 1, 2, 3 and 0 gives nothing.",
        "Start with 0 and 1, append the sum of the last two until there are $count terms, zero or more.",
    ],
    py=[
        "$terms = []\n$a, $b = 0, 1\nfor _ in range($count):\n    $terms.append($a)\n    $a, $b = $b, $a + $b\nreturn $terms",
        "$terms = [0, 1]\nwhile len($terms) < $count:\n    $terms.append($terms[-1] + $terms[-2])\nreturn $terms[:$count]",
    ],
    ts=[
        "const $terms = [0, 1];\nwhile ($terms.length < $count) {\n"
        "  $terms.push($terms[$terms.length - 1] + $terms[$terms.length - 2]);\n}\nreturn $terms.slice(0, $count);",
        "const $terms: number[] = [];\nlet [$a, $b] = [0, 1];\nfor (let i = 0; i < $count; i++) {\n  $terms.push($a);\n"
        "  [$a, $b] = [$b, $a + $b];\n}\nreturn $terms;",
    ],
    inputs=lambda r: (r.int(0, 14),),
    edges=[(0,), (1,), (2,), (5,)],
)

family(
    "numbers_arith/ceil_div",
    names="ceil_div divide_rounding_up pages_needed boxes_needed",
    args={"total": ("int", "total n amount items"), "size": ("int", "size per_page capacity chunk")},
    returns="int",
    wordings=[
        "Return $total divided by $size, rounded up. $total is not negative and $size is positive.",
        "Divide $total (at least 0) by $size (at least 1) and round the quotient up to a whole number.",
        "ceiling of $total / $size for non-negative $total and positive $size",
        "How many groups of at most $size are needed for $total things? Zero things need none; $size is positive.",
        "I need the page count: $total entries with $size per page, the last page may be partly filled, 0 for none.",
        "Takes a non-negative amount and a positive capacity and tells how many containers hold it all.",
        "Integer division of $total by positive $size, plus one if there is a remainder; $total is never negative.",
    ],
    py=[
        "return -(-$total // $size)",
        "return ($total + $size - 1) // $size",
        "return math.ceil($total / $size)",
    ],
    ts=[
        "return Math.ceil($total / $size);",
        "return Math.floor(($total + $size - 1) / $size);",
    ],
    inputs=lambda r: (r.int(0, 100), r.int(1, 12)),
    edges=[(0, 5), (10, 5), (11, 5), (1, 3)],
    py_imports=["import math"],
)

family(
    "numbers_arith/round_up_multiple",
    names="round_up_to_multiple next_multiple align_up round_up",
    args={"n": ("int", "n value num offset"), "step": ("int", "step multiple unit size")},
    returns="int",
    locals={"rest": "rest remainder over"},
    wordings=[
        "Return the smallest multiple of $step that is not less than $n; $n is at least 0, $step at least 1.",
        "Round non-negative $n up to the next multiple of positive $step, leaving exact multiples alone.",
        "$n >= 0 aligned upwards to a multiple of $step >= 1",
        "What is the first multiple of positive $step at or above the non-negative $n?",
        "Takes a non-negative number and a positive step; gives back the nearest multiple of the step that is not smaller.",
        "I need sizes padded to full blocks: 13 with step 5 becomes 15, 15 stays 15, 0 stays 0.",
        "If $n divides evenly by $step return it, otherwise add what is missing to the next multiple. No negatives.",
    ],
    py=[
        "return -(-$n // $step) * $step",
        "$rest = $n % $step\nreturn $n if $rest == 0 else $n + $step - $rest",
    ],
    ts=[
        "return Math.ceil($n / $step) * $step;",
        "const $rest = $n % $step;\nreturn $rest === 0 ? $n : $n + $step - $rest;",
    ],
    inputs=lambda r: (r.int(0, 100), r.int(1, 16)),
    edges=[(0, 4), (13, 5), (15, 5), (7, 1)],
)

family(
    "numbers_arith/parity",
    names="parity even_or_odd parity_name odd_or_even",
    args={"n": ("int", "n num value x")},
    returns="str",
    wordings=[
        "Return 'even' if $n is divisible by two and 'odd' otherwise; this holds for negatives as well.",
        "Say 'even' or 'odd' for the integer $n, which may be negative. Zero is even.",
        "'even' or 'odd' depending on $n",
        "Is $n even or odd? Answer with that word in lower case; 0 is even and -3 is odd.",
        "Takes any integer and gives back its parity as the word 'even' or 'odd'.",
        "I need a label for a number: 'odd' when halving leaves a remainder, 'even' when it does not.",
        "Test whether 2 divides $n; if so return 'even', else 'odd', whatever the sign.",
    ],
    py=[
        "return 'even' if $n % 2 == 0 else 'odd'",
        "if $n % 2:\n    return 'odd'\nreturn 'even'",
    ],
    ts=[
        "return $n % 2 === 0 ? 'even' : 'odd';",
        "if ($n % 2 !== 0) {\n  return 'odd';\n}\nreturn 'even';",
    ],
    inputs=lambda r: (r.int(-40, 100),),
    edges=[(0,), (-3,), (7,)],
)

family(
    "numbers_arith/sum_of_multiples",
    names="sum_of_multiples sum_multiples_below add_multiples multiples_total",
    args={
        "limit": ("int", "limit n bound stop"),
        "a": ("int", "a first x"),
        "b": ("int", "b second y"),
    },
    returns="int",
    locals={"total": "total acc result", "i": "i k num"},
    wordings=[
        "Return the sum of all positive integers below $limit that are divisible by $a or by $b (both positive).",
        "Add up every number from 1 to $limit - 1 that is a multiple of $a or $b, each once. Divisors are positive.",
        "sum of the positive ints under $limit that positive $a or $b divides",
        "What do the multiples of $a or $b under $limit add up to, common multiples counted only once?",
        "Takes a limit and two positive factors; totals the positive numbers under the limit that either factor divides.",
        "I want all multiples of one or the other number below a limit added up, without counting any twice.",
        "Run from 1 up to but not including $limit and add each number divisible by positive $a or positive $b.",
    ],
    py=[
        "return sum($i for $i in range(1, $limit) if $i % $a == 0 or $i % $b == 0)",
        "$total = 0\nfor $i in range(1, $limit):\n    if $i % $a == 0 or $i % $b == 0:\n        $total += $i\nreturn $total",
    ],
    ts=[
        "let $total = 0;\nfor (let $i = 1; $i < $limit; $i++) {\n  if ($i % $a === 0 || $i % $b === 0) {\n    $total += $i;\n  }\n}\n"
        "return $total;",
    ],
    inputs=lambda r: (r.int(0, 60), r.int(2, 9), r.int(2, 9)),
    edges=[(0, 3, 5), (10, 3, 5), (20, 4, 4), (3, 3, 5)],
)

family(
    "numbers_arith/wrap",
    names="wrap_index wrap_around cyclic_index positive_mod",
    args={"index": ("int", "index i position n"), "size": ("int", "size length count m")},
    returns="int",
    wordings=[
        "Return $index wrapped into the range from 0 to $size - 1; negative values count from the end. $size is positive.",
        "Reduce $index modulo the positive $size so that the result is never negative.",
        "$index mod $size, always in 0..$size-1, also for negatives",
        "Which slot of a ring with $size places (at least 1) does $index fall on, when going below 0 wraps around?",
        "Takes any integer and a positive size; gives back the non-negative remainder, so -1 becomes the last place.",
        "I need a cyclic index: 7 of 5 is 2 and -1 of 5 is 4. The size is always positive.",
        "Divide $index by $size, take the remainder, and add $size if it is negative. $size is at least 1.",
    ],
    py=[
        "return $index % $size",
    ],
    ts=[
        "return (($index % $size) + $size) % $size;",
        "return $index - Math.floor($index / $size) * $size;",
    ],
    inputs=lambda r: (r.int(-40, 60), r.int(1, 12)),
    edges=[(0, 3), (7, 5), (-1, 5), (-10, 5)],
)

family(
    "numbers_arith/binomial",
    names="binomial choose combinations n_choose_k",
    args={"n": ("int", "n total size"), "k": ("int", "k picked chosen")},
    returns="int",
    locals={"result": "result ways count", "i": "i step j"},
    wordings=[
        "Return the number of ways to choose $k of $n things, ignoring order. It is 0 if $k exceeds $n; both are >= 0.",
        "Compute the binomial coefficient of non-negative $n over non-negative $k; zero when $k is larger than $n.",
        "$n choose $k, neither negative, 0 for $k > $n",
        "How many different groups of $k can be picked from $n items, with none if $k is too large? No negatives.",
        "Takes two non-negative numbers and gives back how many subsets of the second size a set of the first has.",
        "I need n over k as an integer: 5 over 2 is 10, anything over 0 is 1, 2 over 3 is 0.",
        "Divide the product of the top $k of the numbers 1 to $n by the factorial of $k; too large $k gives 0, no negatives.",
    ],
    py=[
        "return math.comb($n, $k)",
        "$result = 1\nfor $i in range(1, $k + 1):\n    $result = $result * ($n - $i + 1) // $i\nreturn $result",
    ],
    ts=[
        "let $result = 1;\nfor (let $i = 1; $i <= $k; $i++) {\n  $result = ($result * ($n - $i + 1)) / $i;\n}\nreturn $result;",
    ],
    inputs=lambda r: (r.int(0, 18), r.int(0, 10)),
    edges=[(0, 0), (5, 2), (2, 3), (6, 6)],
    py_imports=["import math"],
)
