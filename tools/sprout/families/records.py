"""Records: small tables as lists of dictionaries, pairs or parallel lists."""

from family import family

NAMES = ["ada", "ben", "cleo", "dan", "eve"]


def pairs(r, low=0, high=20, names=NAMES):
    return [(r.choice(names), r.int(low, high)) for _ in range(r.randint(0, 6))]


def rows(r, keys=("id", "age", "score"), size=(0, 5)):
    return [{key: r.int(0, 9) for key in keys} for _ in range(r.randint(*size))]


family(
    "records/totals_per_name",
    names="totals_per_name sum_by_name add_up_by_name amounts_per_person total_by_key",
    args={"entries": ("list[tuple[str, int]]", "entries payments sales records rows")},
    returns="dict[str, int]",
    locals={"totals": "totals result sums out", "name": "name who key person", "amount": "amount value n"},
    wordings=[
        "Return the sum of the amounts for each name in $entries, a list of (name, amount) pairs.",
        "Add up the amounts by name; no entries give an empty dictionary.",
        "name -> total amount over the pairs in $entries",
        "How much did each person get in all, given pairs of name and amount in $entries?",
        "I have a list of name/amount pairs and need one total for every name.",
        "Goes through $entries and adds each amount to the total of its name; returns all totals.",
        "Group the pairs of $entries by their first part and sum the second parts of every group.",
    ],
    py=[
        "$totals: dict[str, int] = {}\nfor $name, $amount in $entries:\n"
        "    $totals[$name] = $totals.get($name, 0) + $amount\nreturn $totals",
        "$totals: dict[str, int] = {}\nfor $name, $amount in $entries:\n    if $name not in $totals:\n"
        "        $totals[$name] = 0\n    $totals[$name] += $amount\nreturn $totals",
    ],
    ts=[
        "const $totals: Record<string, number> = {};\nfor (const [$name, $amount] of $entries) {\n"
        "  $totals[$name] = ($totals[$name] ?? 0) + $amount;\n}\nreturn $totals;",
    ],
    inputs=lambda r: (pairs(r, low=-5),),
    edges=[([],), ([("a", 1), ("b", 2), ("a", 3)],), ([("a", 0)],)],
)

family(
    "records/best_per_player",
    names="best_per_player high_scores personal_bests best_results max_by_name",
    args={"results": ("list[tuple[str, int]]", "results rounds games entries attempts")},
    returns="dict[str, int]",
    locals={"best": "best records top out", "name": "name player who", "score": "score points value"},
    wordings=[
        "Return the highest score of each player in $results, a list of (player, score) pairs.",
        "Find every player's best score; an empty list gives an empty dictionary.",
        "player -> max score from the pairs in $results",
        "What is the personal best of each name in $results? Scores may be negative.",
        "I need a high-score table: one entry per player with the best of all their scores.",
        "Walks over $results and keeps a score if it is the first of its player or beats the earlier ones.",
        "For each name in $results, store the largest number that appears next to it.",
    ],
    py=[
        "$best: dict[str, int] = {}\nfor $name, $score in $results:\n"
        "    $best[$name] = max($score, $best.get($name, $score))\nreturn $best",
        "$best: dict[str, int] = {}\nfor $name, $score in $results:\n"
        "    if $name not in $best or $score > $best[$name]:\n        $best[$name] = $score\nreturn $best",
    ],
    ts=[
        "const $best: Record<string, number> = {};\nfor (const [$name, $score] of $results) {\n"
        "  $best[$name] = Math.max($score, $best[$name] ?? $score);\n}\nreturn $best;",
    ],
    inputs=lambda r: (pairs(r, low=-9),),
    edges=[([],), ([("a", -1), ("a", -5)],), ([("a", 1), ("b", 2), ("a", 3)],)],
)

family(
    "records/filter_by_field",
    names="filter_by_field rows_where_at_least select_rows records_from keep_records",
    args={
        "records": ("list[dict[str, int]]", "records rows people items table"),
        "field": ("str", "field key column attribute"),
        "minimum": ("int", "minimum limit low threshold"),
    },
    returns="list[dict[str, int]]",
    locals={"record": "record row r person", "kept": "kept result out found"},
    wordings=[
        "Return the records whose $field is at least $minimum, in order; a missing field counts as 0.",
        "Keep the rows of $records with a value of $minimum or more under $field (0 if the field is absent).",
        "rows of $records where $field >= $minimum, missing = 0",
        "Which of $records reach $minimum in $field? Records without that field are treated as having 0 there.",
        "Filter the table so that only rows with enough in column $field remain; read a missing cell as zero.",
        "I only want records that have $minimum or higher for $field, taking 0 where it is not given.",
        "Looks up $field in every record, with 0 as the fallback, and keeps the record if that is not below $minimum.",
    ],
    py=[
        "return [$record for $record in $records if $record.get($field, 0) >= $minimum]",
        "$kept = []\nfor $record in $records:\n    if $record.get($field, 0) >= $minimum:\n"
        "        $kept.append($record)\nreturn $kept",
    ],
    ts=["return $records.filter(($record) => ($record[$field] ?? 0) >= $minimum);"],
    inputs=lambda r: (rows(r), r.choice(["id", "age", "score", "size"]), r.int(-1, 8)),
    edges=[([], "age", 1), ([{"age": 3}, {"id": 1}], "age", 0), ([{"age": 3}, {"age": 4}], "age", 4)],
)

family(
    "records/find_by_id",
    names="find_by_id get_record lookup_id record_with_id find_row",
    args={
        "records": ("list[dict[str, int]]", "records rows users items orders"),
        "wanted": ("int", "wanted target key_id number_wanted"),
    },
    returns="dict[str, int] | None",
    locals={"record": "record row r entry"},
    wordings=[
        "Return the first record whose 'id' equals $wanted, or None if there is none.",
        "Find the record with the given id in $records. Nothing found gives None; the first match wins.",
        "first of $records with id == $wanted, else None",
        "Is there a record with id $wanted? If so hand back the first one, otherwise None.",
        "Look through $records from the start and stop at the one whose 'id' field is $wanted; None when it is missing.",
        "I need the row that belongs to this id (None if nobody has it).",
        "Searches $records by their 'id' value and gives back the first hit or None. Rows may lack an id.",
    ],
    py=[
        "return next(($record for $record in $records if $record.get('id') == $wanted), None)",
        "for $record in $records:\n    if $record.get('id') == $wanted:\n        return $record\nreturn None",
    ],
    ts=[
        "return $records.find(($record) => $record.id === $wanted) ?? null;",
        "for (const $record of $records) {\n  if ($record.id === $wanted) return $record;\n}\nreturn null;",
    ],
    inputs=lambda r: (rows(r), r.int(0, 9)),
    edges=[([], 1), ([{"id": 1, "age": 2}, {"id": 1, "age": 3}], 1), ([{"age": 3}], 3)],
)

family(
    "records/sort_by_field",
    names="sort_by_field order_rows sort_records sorted_by_column arrange_records",
    args={
        "records": ("list[dict[str, int]]", "records rows people items table"),
        "field": ("str", "field key column sort_key"),
    },
    returns="list[dict[str, int]]",
    locals={"record": "record row r", "a": "a left x", "b": "b right y"},
    wordings=[
        "Return $records sorted by $field from small to large; a missing field counts as 0 and equal rows keep their order.",
        "Sort the rows ascending on column $field, reading absent values as 0. The sort is stable.",
        "stable ascending sort of $records on $field, missing = 0",
        "Put $records in order of $field, lowest first; rows without it are treated as 0, ties stay as they were.",
        "Order the table by one column. Empty cells are zero and rows with the same value do not change places.",
        "Takes $records and gives back a new list that rises in $field (0 when absent), leaving ties in original order.",
        "I'd like these records arranged by $field, smallest value on top, with 0 assumed where the field is missing.",
    ],
    py=["return sorted($records, key=lambda $record: $record.get($field, 0))"],
    ts=[
        "return [...$records].sort(($a, $b) => ($a[$field] ?? 0) - ($b[$field] ?? 0));",
    ],
    inputs=lambda r: (rows(r), r.choice(["age", "score", "size"])),
    edges=[([], "age"), ([{"age": 3, "id": 1}, {"id": 2}], "age"), ([{"age": 1, "id": 2}, {"age": 1, "id": 1}], "age")],
)

family(
    "records/average_scores",
    names="average_scores mean_per_student averages student_averages average_by_name",
    args={"scores": ("dict[str, list[int]]", "scores marks grades results points")},
    returns="dict[str, float]",
    locals={"name": "name student who key", "values": "values nums numbers", "means": "result means out", "a": "a acc s", "b": "b n x"},
    wordings=[
        "Return the mean of the scores of each name in $scores; a name without scores gets 0.",
        "Compute the average per student. An empty list of marks counts as 0.",
        "name -> average of its list in $scores (0 for an empty list)",
        "What is everybody's average? $scores maps names to lists of numbers; no numbers means 0.",
        "Takes a dictionary of lists and gives back a dictionary of their means, with 0 where a list is empty.",
        "For every entry of $scores, divide the sum of the list by its length, or use 0 if it is empty.",
        "I need mean marks for all students in $scores (zero for those who have none yet).",
    ],
    py=[
        "return {\n    $name: sum($values) / len($values) if $values else 0\n    for $name, $values in $scores.items()\n}",
        "$means: dict[str, float] = {}\nfor $name, $values in $scores.items():\n"
        "    $means[$name] = sum($values) / len($values) if $values else 0\nreturn $means",
    ],
    ts=[
        "const $means: Record<string, number> = {};\nfor (const [$name, $values] of Object.entries($scores)) {\n"
        "  $means[$name] = $values.reduce(($a, $b) => $a + $b, 0) / ($values.length || 1);\n}\nreturn $means;",
    ],
    inputs=lambda r: ({n: r.ints(0, 20, (0, 4)) for n in r.sample(NAMES, r.randint(0, 4))},),
    edges=[({},), ({"a": []},), ({"a": [1, 2], "b": [3]},)],
)

family(
    "records/update_stock",
    names="update_stock apply_changes update_inventory book_movements adjust_stock",
    args={
        "stock": ("dict[str, int]", "stock inventory shelf levels warehouse"),
        "changes": ("list[tuple[str, int]]", "changes movements updates deliveries orders"),
    },
    returns="dict[str, int]",
    locals={"result": "result updated out state", "item": "item name product", "amount": "amount delta change n"},
    wordings=[
        "Return $stock after applying $changes, pairs of item and amount to add; new items start at 0, none falls below 0.",
        "Apply each change to a copy of $stock in order. A level that would get negative becomes 0.",
        "$stock + $changes one by one, clamped at 0 after every step",
        "Update the inventory: every pair adds its (maybe negative) amount to its item, but never to less than zero.",
        "What is on the shelf after these $changes? Unknown items begin with 0 and levels stop at 0.",
        "Copies $stock, then for each item and amount adds the amount to that item and cuts the level off at zero.",
        "I book deliveries and sales in order; give me the new levels, with 0 as the lowest possible one.",
    ],
    py=[
        "$result = dict($stock)\nfor $item, $amount in $changes:\n"
        "    $result[$item] = max(0, $result.get($item, 0) + $amount)\nreturn $result",
    ],
    ts=[
        "const $result = { ...$stock };\nfor (const [$item, $amount] of $changes) {\n"
        "  $result[$item] = Math.max(0, ($result[$item] ?? 0) + $amount);\n}\nreturn $result;",
    ],
    inputs=lambda r: (
        {n: r.int(0, 9) for n in r.sample(["nuts", "tea", "rice"], r.randint(0, 3))},
        pairs(r, -8, 8, ["nuts", "tea", "rice", "oil"]),
    ),
    edges=[({}, []), ({"tea": 2}, [("tea", -5), ("tea", 3)]), ({}, [("oil", -1)])],
)

family(
    "records/cart_total",
    names="cart_total basket_price order_total price_of_cart checkout_sum",
    args={
        "cart": ("dict[str, int]", "cart basket order quantities"),
        "prices": ("dict[str, int]", "prices price_list catalog costs"),
    },
    returns="int",
    locals={"total": "total result cost bill", "item": "item name product", "count": "count qty amount"},
    wordings=[
        "Return the total price of $cart (item to quantity) at $prices (item to price); items without a price are free.",
        "Add up quantity times price over the cart. Something that is not in $prices costs 0.",
        "sum of $cart[item] * $prices[item], unknown items count 0",
        "How much does the basket cost? Multiply each quantity by its price and sum; skip items with no known price.",
        "I have quantities in $cart and unit prices in $prices. What do I pay (nothing for unlisted items)?",
        "For each item of $cart, look up its price (0 if it has none), multiply by the quantity and add to the bill.",
        "Compute the amount due for $cart; an empty cart is 0 and unpriced items do not count.",
    ],
    py=[
        "return sum($count * $prices.get($item, 0) for $item, $count in $cart.items())",
        "$total = 0\nfor $item, $count in $cart.items():\n    $total += $count * $prices.get($item, 0)\nreturn $total",
    ],
    ts=[
        "let $total = 0;\nfor (const [$item, $count] of Object.entries($cart)) {\n"
        "  $total += $count * ($prices[$item] ?? 0);\n}\nreturn $total;",
    ],
    inputs=lambda r: (
        {n: r.int(0, 5) for n in r.sample(["nuts", "tea", "rice", "oil"], r.randint(0, 4))},
        {n: r.int(1, 30) for n in r.sample(["nuts", "tea", "rice", "oil"], r.randint(1, 4))},
    ),
    edges=[({}, {}), ({"tea": 2, "oil": 1}, {"tea": 5}), ({"tea": 2, "oil": 1}, {"tea": 5, "oil": 7})],
)

family(
    "records/letter_grade",
    names="letter_grade grade_for score_to_grade to_letter mark_as_letter",
    args={"score": ("int", "score points mark percent result")},
    returns="str",
    locals={"limit": "limit bound floor_score", "letter": "letter grade name"},
    wordings=[
        "Return the grade for $score: 'A' from 90, 'B' from 80, 'C' from 70, 'D' from 60, otherwise 'F'.",
        "Convert $score into a letter: 90 or more is A, 80 B, 70 C, 60 D and anything lower F.",
        "grade of $score: A >= 90, B >= 80, C >= 70, D >= 60, else F",
        "Which letter does $score earn? The lower bounds for A, B, C and D are 90, 80, 70 and 60; the rest get F.",
        "I need the school grade for $score, A to D in steps of ten down from 90, and F for everything under 60.",
        "Compares $score with 90, 80, 70 and 60 in turn and gives back A, B, C or D at the first it reaches, else F.",
        "Grade a test out of 100: A starts at 90, each next letter ten points lower, below 60 it is F.",
    ],
    py=[
        "for $limit, $letter in [(90, 'A'), (80, 'B'), (70, 'C'), (60, 'D')]:\n"
        "    if $score >= $limit:\n        return $letter\nreturn 'F'",
        "if $score >= 90:\n    return 'A'\nif $score >= 80:\n    return 'B'\nif $score >= 70:\n    return 'C'\n"
        "return 'D' if $score >= 60 else 'F'",
    ],
    ts=[
        "if ($score >= 90) return 'A';\nif ($score >= 80) return 'B';\nif ($score >= 70) return 'C';\n"
        "return $score >= 60 ? 'D' : 'F';",
    ],
    inputs=lambda r: (r.int(45, 100),),
    edges=[(90,), (89,), (60,), (59,), (0,)],
)

family(
    "records/ranks",
    names="ranks competition_ranks places standing_of_each rank_scores",
    args={"scores": ("list[int]", "scores points results values totals")},
    returns="list[int]",
    locals={"score": "score s n value", "other": "other o t"},
    wordings=[
        "Return the rank of each score: 1 plus the number of strictly higher scores, so equal scores share a rank.",
        "Rank $scores, 1 for the highest. Ties get the same rank and the ranks after a tie are skipped.",
        "rank of each entry of $scores = 1 + count of larger ones",
        "Which place does every one of $scores take? Highest is 1, equal ones share, e.g. 9, 7, 7, 5 gives 1, 2, 2, 4.",
        "For each score, count how many are greater and add one; list these places in the original order.",
        "I want competition places for $scores in the order given (draws share the better place).",
        "Gives back a list as long as $scores that says where each stands, the best being number 1.",
    ],
    py=[
        "return [1 + sum($other > $score for $other in $scores) for $score in $scores]",
        "return [sorted($scores, reverse=True).index($score) + 1 for $score in $scores]",
    ],
    ts=[
        "return $scores.map(($score) => 1 + $scores.filter(($other) => $other > $score).length);",
    ],
    inputs=lambda r: (r.ints(0, 9),),
    edges=[([],), ([9, 7, 7, 5],), ([1, 1],)],
)

family(
    "records/majority_vote",
    names="majority_vote majority_winner absolute_winner elected_name has_majority",
    args={"votes": ("list[str]", "votes ballots polls picks")},
    returns="str | None",
    locals={"vote": "vote v name", "x": "x other b", "count": "count tally"},
    wordings=[
        "Return the name with more than half of all $votes, or None if nobody has that many.",
        "Find the absolute majority winner. Exactly half is not enough; without one the answer is None.",
        "the entry making up over 50% of $votes, else None",
        "Who got more than half of the votes? None when there is no such name or no vote at all.",
        "I need the candidate that appears in $votes more often than all others together (None if there is none).",
        "Counts each name in $votes and hands back the one whose count doubled exceeds the number of votes, or None.",
        "Decide a ballot: a name wins only with a count greater than half the list; otherwise give None.",
    ],
    py=[
        "return next(($vote for $vote in $votes if $votes.count($vote) * 2 > len($votes)), None)",
        "for $vote in set($votes):\n    if $votes.count($vote) * 2 > len($votes):\n        return $vote\nreturn None",
    ],
    ts=[
        "for (const $vote of new Set($votes)) {\n"
        "  if ($votes.filter(($x) => $x === $vote).length * 2 > $votes.length) return $vote;\n}\nreturn null;",
        "const $count = ($vote: string) => $votes.filter(($x) => $x === $vote).length;\n"
        "return $votes.find(($vote) => $count($vote) * 2 > $votes.length) ?? null;",
    ],
    inputs=lambda r: ([r.choice(["ada", "ada", "ben", "cleo"]) for _ in range(r.randint(0, 7))],),
    edges=[([],), (["ada", "ben"],), (["ada", "ben", "ada"],)],
)

family(
    "records/account_balance",
    names="account_balance final_balance balance_after ledger_balance compute_balance",
    args={"ledger": ("list[tuple[str, int]]", "ledger bookings entries history")},
    returns="int",
    locals={"balance": "balance total result saldo", "kind": "kind action what", "amount": "amount value n"},
    wordings=[
        "Return the balance after all entries of $ledger: 'in' adds its amount, 'out' takes it away, starting at 0.",
        "Compute a balance from (kind, amount) pairs, where 'in' is a deposit and every other kind a withdrawal.",
        "sum of amounts in $ledger, + for 'in', - for 'out'",
        "What is left in the account after these entries? Amounts marked 'in' are added and the others, 'out', subtracted.",
        "I have a list of bookings, each 'in' or 'out' with an amount. Tell me the final balance (0 for none).",
        "Starts at 0 and walks through $ledger: adds an 'in' amount, subtracts an 'out' amount. May end below zero.",
        "Work out the net amount of $ledger, money in minus money out.",
    ],
    py=[
        "return sum($amount if $kind == 'in' else -$amount for $kind, $amount in $ledger)",
        "$balance = 0\nfor $kind, $amount in $ledger:\n    if $kind == 'in':\n        $balance += $amount\n"
        "    else:\n        $balance -= $amount\nreturn $balance",
    ],
    ts=[
        "return $ledger.reduce(\n  ($balance, [$kind, $amount]) => $balance + ($kind === 'in' ? $amount : -$amount),\n  0,\n);",
        "let $balance = 0;\nfor (const [$kind, $amount] of $ledger) {\n"
        "  $balance += $kind === 'in' ? $amount : -$amount;\n}\nreturn $balance;",
    ],
    inputs=lambda r: (pairs(r, 1, 30, ["in", "out"]),),
    edges=[([],), ([("in", 5), ("out", 7)],), ([("out", 1)],)],
)

family(
    "records/net_debts",
    names="net_debts balances_after settle transfer_balances net_positions",
    args={"transfers": ("list[tuple[str, str, int]]", "transfers payments moves transactions")},
    returns="dict[str, int]",
    locals={"balances": "balances net result out", "giver": "giver payer source", "taker": "taker payee target",
            "amount": "amount value n"},
    wordings=[
        "Return everyone's net balance after $transfers, given as (payer, receiver, amount); paying lowers it.",
        "Work out the balance of each person: the payer loses the amount and the receiver gains it, all start at 0.",
        "name -> received minus paid, over the triples payer, receiver, amount in $transfers",
        "Who ends up with how much? Each of $transfers moves an amount from its first name to its second name.",
        "I have payments between friends as triples from, to, amount. Give me the net result for every name that occurs.",
        "For each transfer, subtract the amount from the first person's balance and add it to the second person's.",
        "Take $transfers one by one, moving the money from the first name to the second, and return all balances.",
    ],
    py=[
        "$balances: dict[str, int] = {}\nfor $giver, $taker, $amount in $transfers:\n"
        "    $balances[$giver] = $balances.get($giver, 0) - $amount\n"
        "    $balances[$taker] = $balances.get($taker, 0) + $amount\nreturn $balances",
    ],
    ts=[
        "const $balances: Record<string, number> = {};\nfor (const [$giver, $taker, $amount] of $transfers) {\n"
        "  $balances[$giver] = ($balances[$giver] ?? 0) - $amount;\n"
        "  $balances[$taker] = ($balances[$taker] ?? 0) + $amount;\n}\nreturn $balances;",
    ],
    inputs=lambda r: ([(r.choice(NAMES), r.choice(NAMES), r.int(1, 20)) for _ in range(r.randint(0, 5))],),
    edges=[([],), ([("a", "b", 3), ("b", "a", 1)],), ([("a", "a", 2)],)],
)

family(
    "records/names_passing",
    names="names_passing who_passed passed_students names_with_at_least successful",
    args={
        "names": ("list[str]", "names students people players"),
        "scores": ("list[int]", "scores marks points results"),
        "limit": ("int", "limit pass_mark minimum bound"),
    },
    returns="list[str]",
    locals={"name": "name student who", "score": "score mark value", "i": "i idx pos"},
    wordings=[
        "Return the names whose score is at least $limit; $names and $scores are parallel lists of one length.",
        "List everybody in $names who scored $limit or more, in the original order.",
        "$names[i] for each i with $scores[i] >= $limit",
        "Who passed? Entry i of $scores belongs to entry i of $names, and $limit is the lowest passing score.",
        "I have names and scores side by side and want the names of those who reached $limit.",
        "Pairs up $names with $scores and keeps each name with a score not below $limit.",
        "Filter $names by their scores: drop everyone under $limit and keep the order.",
    ],
    py=[
        "return [$name for $name, $score in zip($names, $scores) if $score >= $limit]",
        "return [$name for $i, $name in enumerate($names) if $scores[$i] >= $limit]",
    ],
    ts=["return $names.filter((_, $i) => $scores[$i] >= $limit);"],
    inputs=lambda r: (lambda n: (n, r.ints(0, 10, (len(n), len(n))), r.int(0, 10)))(r.sample(NAMES, r.randint(0, 5))),
    edges=[([], [], 1), (["a", "b"], [3, 2], 3), (["a"], [0], 5)],
)

family(
    "records/low_stock",
    names="low_stock items_to_reorder running_out needs_refill scarce_items",
    args={
        "stock": ("dict[str, int]", "stock inventory levels shelf"),
        "minimum": ("int", "minimum limit threshold reserve"),
    },
    returns="list[str]",
    locals={"item": "item name product", "count": "count level amount n"},
    wordings=[
        "Return the items of $stock with fewer than $minimum pieces, in alphabetical order.",
        "List what must be reordered: every item whose level is below $minimum, sorted by name.",
        "sorted keys of $stock with value < $minimum",
        "Which items are running out? Those under $minimum, from a to z, an empty list if all is well.",
        "I need a shopping list of everything we have less than $minimum of, in alphabetical order.",
        "Takes the stock levels, keeps the names whose level is smaller than $minimum and sorts them.",
        "Check each level in $stock against $minimum and report the names that fall short, sorted.",
    ],
    py=[
        "return sorted($item for $item, $count in $stock.items() if $count < $minimum)",
        "return [$item for $item in sorted($stock) if $stock[$item] < $minimum]",
    ],
    ts=[
        "return Object.keys($stock)\n  .filter(($item) => $stock[$item] < $minimum)\n  .sort();",
        "return Object.entries($stock)\n  .filter(([, $count]) => $count < $minimum)\n  .map(([$item]) => $item)\n  .sort();",
    ],
    inputs=lambda r: (r.counts(), r.int(0, 15)),
    edges=[({}, 5), ({"b": 1, "a": 0, "c": 5}, 5), ({"a": 9}, 2)],
)

family(
    "records/column_values",
    names="column_values pluck field_values get_column values_of_field",
    args={
        "records": ("list[dict[str, int]]", "records rows items table entries"),
        "field": ("str", "field key column attribute"),
    },
    returns="list[int]",
    locals={"record": "record row r", "values": "values result out column_out"},
    wordings=[
        "Return the values of $field from all of $records that have it, in order.",
        "Collect one column of a table; records without $field are skipped.",
        "$field of each of $records, missing ones left out",
        "Which numbers stand under $field in $records? Records that lack it contribute nothing.",
        "I want a plain list with the $field of every record, ignoring records where it is absent.",
        "Goes through $records and, where $field is present, adds its value to a list that is returned.",
        "Pluck $field out of every dictionary in the list, leaving out dictionaries that do not know it.",
    ],
    py=[
        "return [$record[$field] for $record in $records if $field in $record]",
        "$values = []\nfor $record in $records:\n    if $field in $record:\n"
        "        $values.append($record[$field])\nreturn $values",
    ],
    ts=[
        "return $records.filter(($record) => $field in $record).map(($record) => $record[$field]);",
        "const $values: number[] = [];\nfor (const $record of $records) {\n"
        "  if ($field in $record) $values.push($record[$field]);\n}\nreturn $values;",
    ],
    inputs=lambda r: ([{k: r.int(0, 9) for k in ["age", "score", "size"] if r.bool()} for _ in range(r.randint(0, 5))],
                      r.choice(["age", "score", "size"])),
    edges=[([], "age"), ([{"age": 1}, {"id": 2}, {"age": 0}], "age"), ([{"id": 2}], "age")],
)

family(
    "records/join_lists",
    names="pair_up lists_to_dict make_lookup dict_from_lists names_to_values",
    args={
        "names": ("list[str]", "names keys labels fields"),
        "values": ("list[int]", "values scores numbers amounts"),
    },
    returns="dict[str, int]",
    locals={"result": "result table lookup out", "i": "i idx pos"},
    wordings=[
        "Return a dictionary from each of $names to the value at the same position; extra entries of the longer list are ignored.",
        "Build a mapping out of two parallel lists, stopping at the end of the shorter one. A repeated name takes its last value.",
        "dict of $names zipped with $values, cut to the shorter list, last duplicate wins",
        "Match $names with $values by position; surplus items are dropped and a later duplicate name replaces the earlier.",
        "I have keys in one list and numbers in the other. Make them a dictionary, only as far as both lists reach.",
        "Takes the i-th name as key and the i-th value as value, for as long as both lists have an entry.",
        "Combine $names and $values into a lookup table; unmatched items at the end do not count.",
    ],
    py=[
        "return dict(zip($names, $values))",
        "$result: dict[str, int] = {}\nfor $i in range(min(len($names), len($values))):\n"
        "    $result[$names[$i]] = $values[$i]\nreturn $result",
    ],
    ts=[
        "const $result: Record<string, number> = {};\n"
        "for (let $i = 0; $i < Math.min($names.length, $values.length); $i++) {\n"
        "  $result[$names[$i]] = $values[$i];\n}\nreturn $result;",
    ],
    inputs=lambda r: (r.words((0, 5)), r.ints(0, 30, (0, 6))),
    edges=[([], [1]), (["a", "b"], [1]), (["a", "b", "a"], [1, 2, 3])],
)

family(
    "records/top_scorer",
    names="top_scorer winner_of best_player highest_scorer champion",
    args={"results": ("list[tuple[str, int]]", "results scores entries players board")},
    returns="str | None",
    locals={"best": "best top leader winner", "entry": "entry pair row r"},
    wordings=[
        "Return the name with the highest score in $results, pairs of name and score; the first wins a tie, None if empty.",
        "Find the winner in a list of (name, score) pairs. Earlier pairs win ties and an empty list gives None.",
        "name of the pair in $results with the max score, first on ties, None for []",
        "Who has the most points in $results? On equal points the earlier entry counts; nobody gives None.",
        "Pick the best player from $results (None without players, the first one listed if scores are equal).",
        "Looks at every name/score pair, remembers the first with the largest score and gives back its name, or None.",
        "I only need the champion's name: highest number, first come first served on a draw, None for no entries.",
    ],
    py=[
        "return max($results, key=lambda $entry: $entry[1])[0] if $results else None",
        "if not $results:\n    return None\n$best = $results[0]\nfor $entry in $results:\n"
        "    if $entry[1] > $best[1]:\n        $best = $entry\nreturn $best[0]",
    ],
    ts=[
        "if ($results.length === 0) return null;\n"
        "return $results.reduce(($best, $entry) => ($entry[1] > $best[1] ? $entry : $best))[0];",
        "let $best: [string, number] | null = null;\nfor (const $entry of $results) {\n"
        "  if ($best === null || $entry[1] > $best[1]) $best = $entry;\n}\nreturn $best === null ? null : $best[0];",
    ],
    inputs=lambda r: (pairs(r, -3, 6),),
    edges=[([],), ([("a", 2), ("b", 2)],), ([("a", -2), ("b", -1)],)],
)

family(
    "records/league_points",
    names="league_points points_table football_points standings match_points",
    args={"matches": ("list[tuple[str, str, int, int]]", "matches games results fixtures")},
    returns="dict[str, int]",
    locals={"points": "points table totals out", "home": "home team_a one", "away": "away team_b two",
            "goals_a": "goals_a home_goals g1", "goals_b": "goals_b away_goals g2",
            "team": "team name side", "lead": "lead diff margin"},
    wordings=[
        "Return league points per team from $matches (home, away, home goals, away goals): 3 for a win, 1 for a draw, 0 for a loss.",
        "Compute the points of every team. A win brings 3, a draw 1 to both, a defeat nothing; losers are listed with 0.",
        "team -> points over $matches given as home, away, goals home, goals away (3/1/0)",
        "How many points has each team? More goals earn three points, equal goals one for both, fewer goals zero.",
        "Goes through $matches and gives 3 points to the winner or 1 to both sides; every team appears in the result.",
        "I have results like home, away, 2, 1 and need the points of all teams by the usual three-one-zero rule.",
        "Make a points table from $matches, counting 3 for winning, 1 for drawing and 0 for losing.",
    ],
    py=[
        "$points: dict[str, int] = {}\nfor $home, $away, $goals_a, $goals_b in $matches:\n"
        "    for $team, $lead in [($home, $goals_a - $goals_b), ($away, $goals_b - $goals_a)]:\n"
        "        $points[$team] = $points.get($team, 0) + (3 if $lead > 0 else 1 if $lead == 0 else 0)\n"
        "return $points",
    ],
    ts=[
        "const $points: Record<string, number> = {};\n"
        "const add = ($team: string, $lead: number) => {\n"
        "  $points[$team] = ($points[$team] ?? 0) + ($lead > 0 ? 3 : $lead === 0 ? 1 : 0);\n};\n"
        "for (const [$home, $away, $goals_a, $goals_b] of $matches) {\n"
        "  add($home, $goals_a - $goals_b);\n  add($away, $goals_b - $goals_a);\n}\nreturn $points;",
    ],
    inputs=lambda r: ([(*r.sample(["reds", "blues", "lions"], 2), r.int(0, 3), r.int(0, 3)) for _ in range(r.randint(0, 4))],),
    edges=[([],), ([("a", "b", 2, 1)],), ([("a", "b", 1, 1), ("b", "a", 0, 3)],)],
)
