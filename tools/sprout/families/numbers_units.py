"""Units, percentages and money in integer cents."""

from family import family

family(
    "numbers_units/celsius_to_fahrenheit",
    names="celsius_to_fahrenheit to_fahrenheit c_to_f convert_to_fahrenheit",
    args={"celsius": ("float", "celsius c temp degrees")},
    returns="float",
    wordings=[
        "Return the temperature $celsius converted to degrees Fahrenheit, unrounded.",
        "Convert $celsius to Fahrenheit: multiply by 9, divide by 5, add 32.",
        "$celsius in fahrenheit (9/5 and 32)",
        "How many degrees Fahrenheit are $celsius degrees Celsius? No rounding.",
        "Takes a temperature on the Celsius scale and gives it back on the Fahrenheit scale, without rounding.",
        "I need Celsius turned into Fahrenheit, so 100 becomes 212 and -40 stays -40; keep the decimals.",
        "Multiply $celsius by nine fifths, then add thirty-two.",
    ],
    py=["return $celsius * 9 / 5 + 32"],
    ts=["return ($celsius * 9) / 5 + 32;"],
    inputs=lambda r: (r.choice([r.int(-40, 60), r.float(-30, 45, 1)]),),
    edges=[(0,), (100,), (-40,), (36.6,)],
)

family(
    "numbers_units/fahrenheit_to_celsius",
    names="fahrenheit_to_celsius to_celsius f_to_c convert_to_celsius",
    args={"fahrenheit": ("float", "fahrenheit f temp degrees")},
    returns="float",
    wordings=[
        "Return the temperature $fahrenheit converted to degrees Celsius, unrounded.",
        "Convert $fahrenheit to Celsius: subtract 32, multiply by 5, divide by 9.",
        "$fahrenheit in celsius, i.e. minus 32, times 5, over 9",
        "How many degrees Celsius correspond to $fahrenheit degrees Fahrenheit? Do not round.",
        "Takes a temperature on the Fahrenheit scale and gives it back on the Celsius scale, decimals included.",
        "I need Fahrenheit turned into Celsius, so 212 becomes 100 and 32 becomes 0, no rounding.",
        "Take 32 off $fahrenheit and scale what is left by five ninths.",
    ],
    py=["return ($fahrenheit - 32) * 5 / 9"],
    ts=["return (($fahrenheit - 32) * 5) / 9;"],
    inputs=lambda r: (r.choice([r.int(-40, 120), r.float(-30, 110, 1)]),),
    edges=[(32,), (212,), (-40,), (98.6,)],
)

family(
    "numbers_units/km_to_miles",
    names="km_to_miles kilometers_to_miles to_miles convert_km",
    args={"km": ("float", "km kilometers distance length")},
    returns="float",
    wordings=[
        "Return $km kilometres in miles, with one mile being 1.609344 kilometres and no rounding.",
        "Convert a distance from kilometres to miles (1.609344 km each), unrounded.",
        "$km kilometres / 1.609344 = miles, exact",
        "How many miles are $km kilometres, if a mile measures 1.609344 km? Do not round.",
        "Takes a distance in kilometres and gives back the same distance in miles of 1.609344 km.",
        "I need km turned into miles at 1.609344 km a mile; keep every decimal.",
        "Divide $km by 1.609344 and return the quotient as it is.",
    ],
    py=["return $km / 1.609344"],
    ts=["return $km / 1.609344;"],
    inputs=lambda r: (r.choice([r.int(0, 300), r.float(0, 60, 1)]),),
    edges=[(0,), (1.609344,), (42.195,)],
)

family(
    "numbers_units/percent_of",
    names="percentage percent_of share_in_percent percent",
    args={"part": ("int", "part done amount hits"), "whole": ("int", "whole total full overall")},
    returns="float",
    wordings=[
        "Return how many percent of $whole the value $part is, unrounded; 0 if $whole is 0.",
        "Express $part as a percentage of $whole without rounding. A $whole of zero gives 0.",
        "100 * $part / $whole, but 0 for an empty whole of 0",
        "What percentage is $part out of $whole? Answer 0 when there is nothing to divide by.",
        "Takes a portion and a total and gives back the portion in percent, or 0 for a zero total.",
        "I need progress in percent: 3 of 12 is 25. No rounding, and 0 if the total is 0.",
        "If $whole is zero return 0, otherwise multiply $part by 100 and divide by $whole.",
    ],
    py=[
        "return 100 * $part / $whole if $whole else 0",
        "if $whole == 0:\n    return 0\nreturn 100 * $part / $whole",
    ],
    ts=[
        "return $whole === 0 ? 0 : (100 * $part) / $whole;",
        "if ($whole === 0) {\n  return 0;\n}\nreturn (100 * $part) / $whole;",
    ],
    inputs=lambda r: (r.int(0, 40), r.choice([0, r.int(1, 50), r.int(1, 10) * 10])),
    edges=[(3, 12), (0, 5), (4, 0), (7, 7)],
)

family(
    "numbers_units/percent_change",
    names="percent_change growth_in_percent relative_change change_percent",
    args={"before": ("int", "before old previous base"), "after": ("int", "after new_value current latest")},
    returns="float | None",
    wordings=[
        "Return the change from $before to $after in percent of $before, or null if $before is 0. No rounding.",
        "Compute by how many percent $after differs from non-negative $before; a zero start has no answer, so nothing.",
        "change $before to $after in percent, negative when falling, nothing for $before of zero",
        "By what percentage did the value grow from $before to $after? Without a result when it started at 0.",
        "Takes an old and a new value and gives back the relative change times 100, absent if the old one is 0.",
        "I need the growth rate: 50 to 60 is 20, 50 to 40 is -20, and from 0 there is no value.",
        "Subtract $before from $after, multiply by 100 and divide by $before; return nothing if that would divide by zero.",
    ],
    py=[
        "return 100 * ($after - $before) / $before if $before else None",
        "if $before == 0:\n    return None\nreturn 100 * ($after - $before) / $before",
    ],
    ts=[
        "return $before === 0 ? null : (100 * ($after - $before)) / $before;",
        "if ($before === 0) {\n  return null;\n}\nreturn (100 * ($after - $before)) / $before;",
    ],
    inputs=lambda r: (r.choice([0, r.int(1, 50), r.int(1, 10) * 10]), r.int(0, 80)),
    edges=[(50, 60), (50, 40), (0, 5), (8, 8)],
)

family(
    "numbers_units/discount_cents",
    names="discounted_price apply_discount price_after_discount sale_price",
    args={"cents": ("int", "cents price amount cost"), "percent": ("int", "percent discount rate off")},
    returns="int",
    locals={"saved": "saved reduction rebate"},
    wordings=[
        "Return the price in cents after taking $percent percent off $cents, the discount rounded down to whole cents.",
        "Reduce $cents by $percent percent (0 to 100); the part taken off is rounded down to a full cent.",
        "$cents minus floor of $percent % of it; amounts not negative",
        "What remains of a price of $cents cents if $percent percent of it, cut to whole cents, is subtracted?",
        "Takes a non-negative amount in cents and a discount from 0 to 100 percent; gives what is left to pay.",
        "I need the sale price in cents. The saving is floored: 10 percent off 199 saves 19 and leaves 180.",
        "Multiply $cents by $percent, divide by 100 dropping the fraction, and subtract that from $cents.",
    ],
    py=[
        "return $cents - $cents * $percent // 100",
        "$saved = $cents * $percent // 100\nreturn $cents - $saved",
    ],
    ts=[
        "return $cents - Math.floor(($cents * $percent) / 100);",
        "const $saved = Math.floor(($cents * $percent) / 100);\nreturn $cents - $saved;",
    ],
    inputs=lambda r: (r.int(0, 9999), r.int(0, 20) * 5),
    edges=[(199, 10), (0, 50), (500, 100), (500, 0)],
)

family(
    "numbers_units/tax_cents",
    names="add_tax with_tax gross_price price_with_tax",
    args={"net": ("int", "net cents amount price"), "rate": ("int", "rate percent tax_rate vat")},
    returns="int",
    locals={"tax": "tax extra surcharge"},
    wordings=[
        "Return $net cents plus $rate percent tax, the tax rounded half up to whole cents. Nothing is negative.",
        "Add a tax of $rate percent to the non-negative amount $net in cents; half cents of tax round up.",
        "$net cents + $rate % tax, tax to the nearest cent, .5 up",
        "What is the gross price in cents for $net at $rate percent tax, rounding the tax to the nearest cent, halves up?",
        "Takes a net amount in cents and a tax rate in percent and gives back the gross amount in whole cents, halves up.",
        "I need VAT added in integer cents: 7 percent on 150 is 10.5, so 11, for a total of 161.",
        "Compute $net times $rate, add 50, divide by 100 dropping the rest, and add that to $net.",
    ],
    py=[
        "return $net + ($net * $rate + 50) // 100",
        "$tax = ($net * $rate + 50) // 100\nreturn $net + $tax",
    ],
    ts=[
        "return $net + Math.floor(($net * $rate + 50) / 100);",
        "const $tax = Math.floor(($net * $rate + 50) / 100);\nreturn $net + $tax;",
    ],
    inputs=lambda r: (r.int(0, 9999), r.choice([0, 5, 7, 10, 19, 20, 25])),
    edges=[(150, 7), (0, 19), (1000, 19), (99, 0)],
)

family(
    "numbers_units/split_bill",
    names="split_bill split_cents divide_evenly share_amount",
    args={"cents": ("int", "cents total amount bill"), "people": ("int", "people n guests persons")},
    returns="list[int]",
    locals={"share": "share base each", "extra": "extra rest remainder", "i": "i k index"},
    wordings=[
        "Return $cents split among $people (at least 1) as evenly as possible; the first ones pay the spare cents.",
        "Divide $cents, not negative, into $people whole shares that differ by 1 at most, larger shares first.",
        "fair shares of $cents for $people >= 1, leftover cents go to the front one each",
        "How much does each of $people guests pay of $cents cents if leftovers are spread one cent each from the first?",
        "Takes a non-negative amount in cents and a positive head count; lists the shares, which sum to the amount.",
        "I need a bill split without losing a cent: 100 by 3 is 34, 33, 33. At least one person.",
        "Give everyone the integer quotient of $cents by $people, then add one cent to as many first shares as the remainder.",
    ],
    py=[
        "$share, $extra = divmod($cents, $people)\nreturn [$share + ($i < $extra) for $i in range($people)]",
        "$share, $extra = divmod($cents, $people)\nreturn [$share + 1] * $extra + [$share] * ($people - $extra)",
    ],
    ts=[
        "const $share = Math.floor($cents / $people);\nconst $extra = $cents % $people;\n"
        "return Array.from({ length: $people }, (_, $i) => ($i < $extra ? $share + 1 : $share));",
    ],
    inputs=lambda r: (r.int(0, r.choice([30, 2000])), r.int(1, 7)),
    edges=[(100, 3), (0, 2), (2, 5), (50, 1)],
)

family(
    "numbers_units/simple_interest",
    names="simple_interest interest_earned interest_amount linear_interest",
    args={
        "principal": ("int", "principal amount capital balance"),
        "rate": ("float", "rate percent annual_rate r"),
        "years": ("int", "years time periods n"),
    },
    returns="float",
    wordings=[
        "Return the simple interest on $principal at $rate percent a year after $years years, without rounding.",
        "Compute plain interest: $principal times $rate percent times $years, not compounded and not rounded.",
        "$principal * $rate * $years / 100",
        "How much interest does $principal bear in $years years at $rate percent, when interest itself earns none?",
        "Takes an amount, a yearly rate in percent and a number of years; gives only the linear interest, unrounded.",
        "I need the interest without compounding: 200 at 5 percent for 3 years is 30.",
        "Multiply $principal by $rate and by $years, then divide the result by one hundred.",
    ],
    py=["return $principal * $rate * $years / 100"],
    ts=["return ($principal * $rate * $years) / 100;"],
    inputs=lambda r: (r.int(0, 5000), r.choice([0.5, 1, 1.5, 2, 2.25, 3, 5]), r.int(0, 20)),
    edges=[(200, 5, 3), (0, 2.5, 4), (1000, 1.5, 0)],
)

family(
    "numbers_units/compound_cents",
    names="compound_balance compound_interest grow_balance balance_after",
    args={
        "cents": ("int", "cents balance amount capital"),
        "percent": ("int", "percent rate interest r"),
        "years": ("int", "years n periods terms"),
    },
    returns="int",
    locals={"total": "total current result"},
    wordings=[
        "Return the balance in cents after $years years of $percent percent interest, rounded down to cents every year.",
        "Grow $cents by $percent percent $years times, dropping fractions of a cent after each year. No negatives.",
        "$cents with compound interest, $percent % a year for $years years, floored yearly",
        "What is $cents worth after $years years if each year adds $percent percent, cut down to whole cents?",
        "Takes a non-negative balance in cents, a rate and a number of years; compounds yearly, flooring the interest.",
        "For each of the $years years, add the balance times $percent divided by 100, rounded down, to the balance.",
        "I need compound interest in integer cents; 1000 at 10 percent for 2 years is 1210, zero years changes nothing.",
    ],
    py=[
        "$total = $cents\nfor _ in range($years):\n    $total += $total * $percent // 100\nreturn $total",
    ],
    ts=[
        "let $total = $cents;\nfor (let i = 0; i < $years; i++) {\n  $total += Math.floor(($total * $percent) / 100);\n}\n"
        "return $total;",
    ],
    inputs=lambda r: (r.int(0, 5000), r.int(0, 12), r.int(0, 8)),
    edges=[(1000, 10, 2), (0, 5, 3), (99, 1, 5), (500, 3, 0)],
)

family(
    "numbers_units/average_speed",
    names="average_speed speed_kmh mean_speed speed_per_hour",
    args={"km": ("float", "km distance kilometers way"), "minutes": ("int", "minutes mins time duration")},
    returns="float",
    wordings=[
        "Return the average speed in km per hour for $km kilometres covered in $minutes minutes; 0 if no time passed.",
        "Compute kilometres per hour from $km and $minutes, unrounded. Zero minutes give 0.",
        "$km in $minutes minutes as km/h, 0 for zero minutes",
        "How fast, in kilometres per hour, is someone who needs $minutes minutes for $km kilometres? Zero minutes count as 0.",
        "Takes a distance in kilometres and a time in minutes and gives the speed per hour, or 0 without time.",
        "I need km/h from a trip: 30 km in 20 minutes is 90, and a trip of 0 minutes is 0.",
        "Return 0 when $minutes is 0, otherwise multiply $km by 60 and divide by $minutes.",
    ],
    py=[
        "return $km * 60 / $minutes if $minutes else 0",
        "if $minutes == 0:\n    return 0\nreturn $km * 60 / $minutes",
    ],
    ts=[
        "return $minutes === 0 ? 0 : ($km * 60) / $minutes;",
        "if ($minutes === 0) return 0;\nreturn ($km * 60) / $minutes;",
    ],
    inputs=lambda r: (r.float(0, 120, 1), r.choice([0, r.int(1, 180), r.int(1, 12) * 15])),
    edges=[(30, 20), (12.5, 0), (0, 45)],
)
