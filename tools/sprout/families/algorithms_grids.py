"""Matrices, small grids and small graphs."""

from family import family


def square(r, low=0, high=9, most=4):
    n = r.randint(0, most)
    return [r.ints(low, high, (n, n)) for _ in range(n)]


def table(r, rows=(1, 4), cols=(1, 4), low=0, high=9):
    width = r.randint(*cols)
    return [r.ints(low, high, (width, width)) for _ in range(r.randint(*rows))]


def product_pair(r):
    m, n, k = r.randint(1, 3), r.randint(1, 3), r.randint(1, 3)
    return [r.ints(-3, 6, (n, n)) for _ in range(m)], [r.ints(-3, 6, (k, k)) for _ in range(n)]


def graph(r, most=6):
    nodes = list("abcdef")[: r.randint(1, most)]
    return {v: [w for w in nodes if w != v and r.random() < 0.3] for v in nodes}


def forest(r):
    """Child to parent, without cycles; roots are absent."""
    nodes = list("abcdefg")
    return {v: r.choice(nodes[:i]) for i, v in enumerate(nodes) if i and r.random() < 0.6}


GRID = "grid cells matrix board rows"
MATRIX = "matrix grid table rows m"
GRAPH = "graph edges links neighbours adjacency"

family(
    "algorithms_grids/transpose",
    names="transpose transpose_matrix swap_rows_and_columns columns_of flip_diagonal",
    args={"matrix": ("list[list[int]]", MATRIX)},
    returns="list[list[int]]",
    locals={"col": "col column c line", "row": "row r current values", "j": "j x k n"},
    wordings=[
        "Return the transpose of the rectangular $matrix, so that rows become columns; an empty matrix stays empty.",
        "Swap rows and columns of $matrix, whose rows all have the same length. No rows give no rows.",
        "transpose $matrix (equal row lengths, [] stays [])",
        "What are the columns of $matrix, from left to right, as a list of rows? An empty matrix has none.",
        "I need the table turned so that its first column becomes the first row; an empty table stays empty.",
        "Takes a matrix with equally long rows and gives back one where entry (i, j) is the old (j, i), or nothing for nothing.",
        "For each column index of $matrix collect that entry of every row into a new row; without rows return an empty list.",
    ],
    py=[
        "return [list($col) for $col in zip(*$matrix)]",
        "if not $matrix:\n    return []\nreturn [[$row[$j] for $row in $matrix] for $j in range(len($matrix[0]))]",
    ],
    ts=[
        "return ($matrix[0] ?? []).map((_, $j) => $matrix.map(($row) => $row[$j]));",
    ],
    inputs=lambda r: (table(r, rows=(0, 4)),),
    edges=[([],), ([[1, 2, 3], [4, 5, 6]],), ([[7]],)],
)

family(
    "algorithms_grids/multiply",
    names="multiply matrix_product matmul multiply_matrices mat_mul",
    args={"a": ("list[list[int]]", "a left first p"), "b": ("list[list[int]]", "b right second q")},
    returns="list[list[int]]",
    locals={"row": "row line r current", "col": "col c j at", "x": "x u value s", "y": "y v other t", "total": "total acc cell entry", "k": "k i n m"},
    wordings=[
        "Return the matrix product of $a and $b, whose sizes fit; neither is empty.",
        "Multiply the matrix $a by the matrix $b: each entry is a row of the first times a column of the second.",
        "matrix product $a x $b, non-empty with matching sizes",
        "What is $a times $b as matrices, given as lists of rows? You may assume that they fit together.",
        "I need plain matrix multiplication for two lists of rows; the first is as wide as the second is tall.",
        "Takes two non-empty matrices of fitting sizes and gives back their product as a list of rows.",
        "For every row of $a and every column of $b, add up the products of their entries in step.",
    ],
    py=[
        "return [\n    [sum($x * $y for $x, $y in zip($row, $col)) for $col in zip(*$b)]\n    for $row in $a\n]",
        "return [\n    [sum($row[$k] * $b[$k][$col] for $k in range(len($b))) for $col in range(len($b[0]))]\n    for $row in $a\n]",
    ],
    ts=[
        "return $a.map(($row) =>\n  $b[0].map((_, $col) =>\n    $row.reduce(($total, $x, $k) => $total + $x * $b[$k][$col], 0),\n  ),\n);",
    ],
    inputs=product_pair,
    edges=[([[2]], [[3]]), ([[1, 2], [3, 4]], [[1, 0], [0, 1]]), ([[1, 2]], [[3], [4]])],
)

family(
    "algorithms_grids/trace",
    names="trace matrix_trace diagonal_sum main_diagonal_sum sum_diagonal",
    args={"matrix": ("list[list[int]]", MATRIX)},
    returns="int",
    locals={"i": "i k n index", "row": "row line r values", "total": "total result acc s"},
    wordings=[
        "Return the trace of the square $matrix, which is the sum of its main diagonal; an empty one has 0.",
        "Add up the entries of $matrix from top left to bottom right. It is square, possibly empty (0).",
        "trace of square $matrix, 0 for []",
        "What do the entries on the main diagonal of the square $matrix sum to? Nothing sums to 0.",
        "I need the diagonal total of a square table, counting the first of row one, second of row two and so on; 0 if empty.",
        "Takes a square matrix and gives back the sum of the elements whose row and column agree, 0 without rows.",
        "Go down the rows of the square $matrix, take the entry with the row's own index, and total them from 0.",
    ],
    py=[
        "return sum($row[$i] for $i, $row in enumerate($matrix))",
        "$total = 0\nfor $i in range(len($matrix)):\n    $total += $matrix[$i][$i]\nreturn $total",
    ],
    ts=[
        "return $matrix.reduce(($total, $row, $i) => $total + $row[$i], 0);",
        "let $total = 0;\nfor (let $i = 0; $i < $matrix.length; $i++) {\n  $total += $matrix[$i][$i];\n}\nreturn $total;",
    ],
    inputs=lambda r: (square(r),),
    edges=[([],), ([[5]],), ([[1, 2], [3, 4]],)],
)

family(
    "algorithms_grids/anti_diagonal",
    names="anti_diagonal other_diagonal secondary_diagonal counter_diagonal diagonal_from_right",
    args={"matrix": ("list[list[int]]", MATRIX)},
    returns="list[int]",
    locals={"i": "i k n index", "row": "row line r values", "result": "result out entries found"},
    wordings=[
        "Return the entries of the square $matrix on the diagonal from top right to bottom left.",
        "List the anti-diagonal of $matrix, starting in the upper right corner; an empty square has none.",
        "top right to bottom left entries of square $matrix",
        "Which numbers lie on the diagonal of the square $matrix that starts at the end of the first row?",
        "I want the other diagonal: last of the first row, one before last of the second, and so on; empty gives empty.",
        "Takes a square matrix and gives back its secondary diagonal, read from the top row down.",
        "From each row of the square $matrix take the entry one further left than in the row above, beginning at the right end.",
    ],
    py=[
        "return [$row[-1 - $i] for $i, $row in enumerate($matrix)]",
        "$result = []\nfor $i in range(len($matrix)):\n    $result.append($matrix[$i][len($matrix) - 1 - $i])\nreturn $result",
    ],
    ts=[
        "return $matrix.map(($row, $i) => $row[$row.length - 1 - $i]);",
    ],
    inputs=lambda r: (square(r),),
    edges=[([],), ([[5]],), ([[1, 2], [3, 4]],)],
)

family(
    "algorithms_grids/rotate_clockwise",
    names="rotate_clockwise rotate_right quarter_turn rotate_grid turn_right",
    args={"grid": ("list[list[int]]", GRID)},
    returns="list[list[int]]",
    locals={"col": "col column c line", "row": "row r current values", "j": "j x k n"},
    wordings=[
        "Return the rectangular $grid rotated by 90 degrees clockwise; an empty grid stays empty.",
        "Turn $grid a quarter to the right, so that its left column, read upwards, becomes the top row. Empty stays empty.",
        "$grid rotated clockwise by 90 degrees, [] for []",
        "How does $grid look after a quarter turn to the right? Its rows are equally long, and no rows stay no rows.",
        "I need to rotate a grid clockwise once, where the bottom left corner ends up at the top left; nothing for nothing.",
        "Takes a grid of equally long rows and gives back a new one turned clockwise by a right angle, empty if it was empty.",
        "For each column of $grid from the left, read it from bottom to top and make that a row; an empty grid has none.",
    ],
    py=[
        "return [list($col) for $col in zip(*$grid[::-1])]",
        "if not $grid:\n    return []\nreturn [[$row[$j] for $row in reversed($grid)] for $j in range(len($grid[0]))]",
    ],
    ts=[
        "return ($grid[0] ?? []).map((_, $j) => $grid.map(($row) => $row[$j]).reverse());",
    ],
    inputs=lambda r: (table(r, rows=(0, 4)),),
    edges=[([],), ([[1, 2], [3, 4]],), ([[1, 2, 3]],)],
)

family(
    "algorithms_grids/spiral",
    names="spiral spiral_order read_spiral unroll_spiral clockwise_spiral",
    args={"grid": ("list[list[int]]", GRID)},
    returns="list[int]",
    locals={"rest": "rest left remaining inner", "result": "result out order path", "first": "first head top line", "col": "col column c x", "row": "row r current values", "j": "j k n i"},
    wordings=[
        "Return the numbers of the rectangular $grid in clockwise spiral order from the top left corner inwards.",
        "Read $grid in a spiral: along the top row, down the right side, back along the bottom, up, then further in.",
        "clockwise spiral of $grid starting top left, [] if empty",
        "In which order do I meet the numbers of $grid when walking clockwise inwards from the top left corner?",
        "I need a grid unrolled as a spiral, clockwise from the top left; an empty grid gives an empty list.",
        "Takes equally long rows and gives back all their entries along the clockwise inward spiral from the upper left.",
        "Take the first row, turn the rest of $grid a quarter to the left, and repeat until nothing is left.",
    ],
    py=[
        "$rest = $grid\n$result = []\nwhile $rest:\n    $result += $rest[0]\n    $rest = [list($col) for $col in zip(*$rest[1:])][::-1]\nreturn $result",
    ],
    ts=[
        "const $result: number[] = [];\nfor (let $rest = $grid; $rest.length > 0; ) {\n  const [$first, ...others] = $rest;\n  $result.push(...$first);\n  const turned = $first.map((_, $j) => others.map(($row) => $row[$j]));\n  $rest = others.length > 0 ? turned.reverse() : [];\n}\nreturn $result;",
    ],
    inputs=lambda r: (table(r, rows=(0, 4)),),
    edges=[([],), ([[1, 2, 3], [4, 5, 6], [7, 8, 9]],), ([[1], [2]],)],
)

family(
    "algorithms_grids/live_neighbours",
    names="live_neighbours count_neighbours neighbours_alive alive_around living_neighbours",
    args={"grid": ("list[list[int]]", GRID), "row": ("int", "row y i r"), "col": ("int", "col x j c")},
    returns="int",
    locals={"count": "count total alive result", "a": "a yy near_row m", "b": "b xx near_col n"},
    wordings=[
        "Return how many of the up to eight cells around ($row, $col) in $grid are 1; cells outside do not count.",
        "Count the living neighbours, cells equal to 1, of the cell at $row and $col, diagonals included, edges not wrapped.",
        "game of life: number of 1s around cell ($row, $col) of the 0/1 $grid, itself not counted",
        "How many of the eight neighbours of the cell in row $row and column $col are alive (1)? The grid does not wrap.",
        "I need the neighbour count for the game of life: 1s next to a cell, diagonals too, never the cell itself.",
        "Takes a non-empty grid of 0 and 1 and a cell inside it, and gives back the sum of the adjacent cells, diagonals included.",
        "Look at the three by three block around ($row, $col), cut off at the border, and count its 1s without the centre.",
    ],
    py=[
        "$count = -$grid[$row][$col]\nfor $a in range(max(0, $row - 1), min(len($grid), $row + 2)):\n    $count += sum($grid[$a][max(0, $col - 1) : $col + 2])\nreturn $count",
        "$count = 0\nfor $a in range($row - 1, $row + 2):\n    for $b in range($col - 1, $col + 2):\n        inside = 0 <= $a < len($grid) and 0 <= $b < len($grid[0])\n        if inside and ($a, $b) != ($row, $col):\n            $count += $grid[$a][$b]\nreturn $count",
    ],
    ts=[
        "let $count = -$grid[$row][$col];\nfor (let $a = $row - 1; $a <= $row + 1; $a++) {\n  for (let $b = $col - 1; $b <= $col + 1; $b++) {\n    $count += $grid[$a]?.[$b] ?? 0;\n  }\n}\nreturn $count;",
    ],
    inputs=lambda r: (lambda g: (g, r.randrange(len(g)), r.randrange(len(g[0]))))(table(r, low=0, high=1)),
    edges=[([[1]], 0, 0), ([[1, 1, 1], [1, 1, 1], [1, 1, 1]], 1, 1), ([[0, 1], [1, 1]], 0, 0)],
)

family(
    "algorithms_grids/flood_count",
    names="flood_count region_size area_of_region fill_size connected_cells",
    args={"grid": ("list[list[int]]", GRID), "row": ("int", "row y i r"), "col": ("int", "col x j c")},
    returns="int",
    locals={"todo": "todo stack open_cells waiting", "seen": "seen visited region found", "a": "a yy m p", "b": "b xx n q"},
    wordings=[
        "Return how many cells of 1 hang together with the cell ($row, $col) sideways or vertically; 0 if that cell is 0 or outside.",
        "Flood fill $grid from ($row, $col) over cells equal to 1, four directions, and count the cells reached; 0 for a bad start.",
        "size of the 4-connected region of 1s containing ($row, $col), else 0",
        "How large is the area of 1s around row $row, column $col, joined by edges only? Starting off the 1s gives 0.",
        "I click on a cell and want the number of connected 1s, no diagonals; clicking a 0 or outside the grid counts 0.",
        "Takes a 0/1 grid and a start and gives back the size of the region of 1s there, neighbours up, down, left, right.",
        "From ($row, $col), keep visiting unvisited adjacent 1s of $grid without diagonals; return how many cells were visited, maybe 0.",
    ],
    py=[
        "$todo, $seen = [($row, $col)], set()\nwhile $todo:\n    $a, $b = $todo.pop()\n    inside = 0 <= $a < len($grid) and 0 <= $b < len($grid[0])\n    if inside and $grid[$a][$b] == 1 and ($a, $b) not in $seen:\n        $seen.add(($a, $b))\n        $todo += [($a + 1, $b), ($a - 1, $b), ($a, $b + 1), ($a, $b - 1)]\nreturn len($seen)",
    ],
    ts=[
        "const $seen = new Set<string>();\nconst $todo = [[$row, $col]];\nfor (const [$a, $b] of $todo) {\n  if ($grid[$a]?.[$b] !== 1 || $seen.has(`${$a},${$b}`)) continue;\n  $seen.add(`${$a},${$b}`);\n  $todo.push([$a + 1, $b], [$a - 1, $b], [$a, $b + 1], [$a, $b - 1]);\n}\nreturn $seen.size;",
    ],
    inputs=lambda r: (table(r, rows=(1, 4), cols=(2, 4), low=0, high=1), r.int(0, 3), r.int(0, 3)),
    edges=[([[1, 1], [0, 1]], 0, 0), ([[0]], 0, 0), ([[1]], 2, 0), ([], 0, 0)],
)

family(
    "algorithms_grids/is_symmetric",
    names="is_symmetric symmetric_matrix check_symmetry equals_transpose is_mirrored_matrix",
    args={"matrix": ("list[list[int]]", MATRIX)},
    returns="bool",
    locals={"i": "i a p n", "j": "j b q k", "row": "row line r values", "value": "value x v entry"},
    wordings=[
        "Return whether the square $matrix equals its transpose; an empty one does.",
        "Check that entry (i, j) of the square $matrix always equals entry (j, i). No entries count as symmetric.",
        "true if square $matrix is symmetric about the main diagonal",
        "Is the square $matrix the same after swapping rows and columns? The empty matrix is.",
        "I want to know whether a square table is mirrored along its main diagonal; an empty one is fine.",
        "Takes a square matrix and tells if it is symmetric, that is unchanged by transposing it.",
        "Compare each entry of the square $matrix with the one across the main diagonal; any difference means false.",
    ],
    py=[
        "return all(\n    $value == $matrix[$j][$i]\n    for $i, $row in enumerate($matrix)\n    for $j, $value in enumerate($row)\n)",
        "for $i in range(len($matrix)):\n    for $j in range($i):\n        if $matrix[$i][$j] != $matrix[$j][$i]:\n            return False\nreturn True",
    ],
    ts=[
        "return $matrix.every(($row, $i) => $row.every(($value, $j) => $value === $matrix[$j][$i]));",
        "for (let $i = 0; $i < $matrix.length; $i++) {\n  for (let $j = 0; $j < $i; $j++) {\n    if ($matrix[$i][$j] !== $matrix[$j][$i]) return false;\n  }\n}\nreturn true;",
    ],
    inputs=lambda r: (square(r, 0, 1, 3),),
    edges=[([],), ([[1, 2], [2, 1]],), ([[1, 2], [3, 1]],), ([[4, 5, 6], [5, 1, 0], [6, 0, 2]],)],
)

family(
    "algorithms_grids/border_sum",
    names="border_sum sum_of_border frame_sum edge_total outline_sum",
    args={"grid": ("list[list[int]]", GRID)},
    returns="int",
    locals={"total": "total result acc s", "row": "row line r current", "last": "last bottom end final", "inner": "inner middle between inside", "i": "i y k n"},
    wordings=[
        "Return the sum of the cells on the border of the rectangular $grid, each counted once; an empty grid has 0.",
        "Add up all cells of $grid in the first or last row or in the first or last column. No cells give 0.",
        "sum over the outer frame of $grid, corners once, 0 for []",
        "What do the outermost cells of $grid sum to if corners count only once? An empty grid sums to 0.",
        "I need the total of the frame of a rectangle of numbers, without the inside; nothing gives 0.",
        "Takes equally long rows and gives back the sum of the entries touching the edge, or 0 when there are none.",
        "Total the first and last row of $grid completely, and of the other rows only both ends; empty gives 0.",
    ],
    py=[
        "$total = 0\nfor $i, $row in enumerate($grid):\n    if $i in (0, len($grid) - 1):\n        $total += sum($row)\n    else:\n        $total += sum($row[:1] + $row[1:][-1:])\nreturn $total",
        "$inner = sum(sum($row[1:-1]) for $row in $grid[1:-1])\nreturn sum(sum($row) for $row in $grid) - $inner",
    ],
    ts=[
        "const $last = $grid.length - 1;\nlet $total = 0;\n$grid.forEach(($row, $i) => {\n  for (let j = 0; j < $row.length; j++) {\n    if ($i === 0 || $i === $last || j === 0 || j === $row.length - 1) $total += $row[j];\n  }\n});\nreturn $total;",
    ],
    inputs=lambda r: (table(r, rows=(0, 5), cols=(1, 5)),),
    edges=[([],), ([[5]],), ([[1, 2, 3], [4, 5, 6], [7, 8, 9]],), ([[1], [2], [3]],)],
)

family(
    "algorithms_grids/shortest_steps",
    names="shortest_steps bfs_distance steps_between hops_between shortest_path_length",
    args={
        "graph": ("dict[str, list[str]]", GRAPH),
        "start": ("str", "start origin source here"),
        "goal": ("str", "goal target destination there"),
    },
    returns="int",
    locals={"level": "level front wave current", "seen": "seen visited reached known", "steps": "steps distance hops count", "node": "node v place point", "other": "other w linked follower"},
    wordings=[
        "Return the fewest edges on a way from $start to $goal in the directed $graph, 0 if they are equal, -1 if unreachable.",
        "Breadth-first search: count the steps from $start to $goal along the links of $graph; -1 without a way, 0 for the same node.",
        "bfs distance $start -> $goal in $graph (node to its successors), -1 if not reachable",
        "How many hops does the shortest route from $start to $goal take? Same node 0, no route -1.",
        "I need the shortest number of steps between two nodes of a directed graph, minus one if there is no way.",
        "Takes a map from node to successors and two nodes; gives back the least number of edges between them or -1.",
        "Spread out from $start level by level over unseen successors; the level of $goal is the answer, -1 if never met.",
    ],
    py=[
        "$level, $seen, $steps = {$start}, {$start}, 0\nwhile $level:\n    if $goal in $level:\n        return $steps\n    $level = {$other for $node in $level for $other in $graph.get($node, [])} - $seen\n    $seen |= $level\n    $steps += 1\nreturn -1",
    ],
    ts=[
        "const $steps = new Map([[$start, 0]]);\nfor (const [$node, $level] of $steps) {\n  for (const $other of $graph[$node] ?? []) {\n    if (!$steps.has($other)) $steps.set($other, $level + 1);\n  }\n}\nreturn $steps.get($goal) ?? -1;",
    ],
    inputs=lambda r: (graph(r), r.choice("abcd"), r.choice("abcdef")),
    edges=[({}, "a", "a"), ({}, "a", "b"), ({"a": ["b"], "b": ["c"], "c": []}, "a", "c"), ({"a": ["b"], "b": ["a"]}, "b", "a")],
)

family(
    "algorithms_grids/reachable",
    names="reachable reachable_nodes nodes_from can_visit visit_all",
    args={"graph": ("dict[str, list[str]]", GRAPH), "start": ("str", "start origin source root")},
    returns="list[str]",
    locals={"seen": "seen visited reached found", "todo": "todo stack waiting pending", "node": "node v place point"},
    wordings=[
        "Return all nodes reachable from $start in the directed $graph, itself included, sorted alphabetically.",
        "Collect every node one can get to from $start along the links of $graph, with $start, in sorted order.",
        "sorted nodes reachable from $start via $graph (node to successors), incl. $start",
        "Which nodes can be visited when starting at $start and following $graph? List them alphabetically, the start too.",
        "I need everything that can be reached from one node, that node included, as a sorted list without repeats.",
        "Takes a map from node to successors and a start; gives back the sorted names of all nodes reached, at least the start.",
        "Follow successors of $graph from $start until nothing new turns up, then sort the names, the starting one among them.",
    ],
    py=[
        "$seen, $todo = set(), [$start]\nwhile $todo:\n    $node = $todo.pop()\n    if $node not in $seen:\n        $seen.add($node)\n        $todo += $graph.get($node, [])\nreturn sorted($seen)",
    ],
    ts=[
        "const $seen = new Set([$start]);\nfor (const $node of $seen) {\n  ($graph[$node] ?? []).forEach((other) => $seen.add(other));\n}\nreturn [...$seen].sort();",
    ],
    inputs=lambda r: (graph(r), r.choice("abcd")),
    edges=[({}, "a"), ({"a": ["b"], "b": ["a"]}, "b"), ({"a": ["c", "b"], "c": []}, "a")],
)

family(
    "algorithms_grids/valid_order",
    names="valid_order is_topological respects_order order_allowed check_topological",
    args={"order": ("list[str]", "order sequence plan schedule"), "needs": ("dict[str, list[str]]", "needs requires prerequisites depends_on")},
    returns="bool",
    locals={"done": "done seen finished earlier", "task": "task step job name", "i": "i k at pos", "dep": "dep need before other"},
    wordings=[
        "Return whether every entry of $order comes after all it requires according to $needs; an empty order is valid.",
        "Check that each task in $order, which has no repeats, stands behind all of its prerequisites in $needs.",
        "topological check: all of $needs[x] appear before x in $order",
        "Can the tasks be done in this order, given what each one needs first? Missing prerequisites make it false.",
        "I need to check a plan: whatever a task needs must appear earlier in $order; tasks not in $needs need nothing.",
        "Takes a repeat-free sequence and a map of prerequisites and tells if every prerequisite of an entry precedes it.",
        "Walk along $order; if an entry needs something in $needs that has not come yet, the answer is no, otherwise yes.",
    ],
    py=[
        "return all(\n    set($needs.get($task, [])) <= set($order[:$i])\n    for $i, $task in enumerate($order)\n)",
        "$done = set()\nfor $task in $order:\n    if any($dep not in $done for $dep in $needs.get($task, [])):\n        return False\n    $done.add($task)\nreturn True",
    ],
    ts=[
        "return $order.every(($task, $i) =>\n  ($needs[$task] ?? []).every(($dep) => $order.slice(0, $i).includes($dep)),\n);",
        "const $done = new Set<string>();\nfor (const $task of $order) {\n  if (($needs[$task] ?? []).some(($dep) => !$done.has($dep))) return false;\n  $done.add($task);\n}\nreturn true;",
    ],
    inputs=lambda r: (r.sample("abcd", r.randint(0, 4)), {v: [p] for v, p in r.sample([("b", "a"), ("c", "b"), ("d", "a"), ("c", "a")], r.randint(0, 2))}),
    edges=[([], {}), (["a", "b"], {"b": ["a"]}), (["b", "a"], {"b": ["a"]}), (["b"], {"b": ["a"]})],
)

family(
    "algorithms_grids/root_of",
    names="root_of find_root top_ancestor climb_to_root topmost",
    args={"node": ("str", "node item name start"), "parents": ("dict[str, str]", "parents parent_of above boss_of")},
    returns="str",
    locals={"current": "current top at here"},
    wordings=[
        "Return the root above $node by following $parents upwards; a node without a parent is its own root.",
        "Climb from $node to its parent again and again until there is none, and return where you end. There are no cycles.",
        "topmost ancestor of $node in $parents (child to parent, no cycles)",
        "Which node is at the very top when going up from $node through $parents? It may be $node itself.",
        "I have a map from child to parent without loops and want the final ancestor of a node, or itself if it has none.",
        "Takes a node and a child-to-parent map free of cycles; gives back the ancestor that has no parent.",
        "While $node is a key of the acyclic $parents, move on to its parent; then return what you arrived at.",
    ],
    py=[
        "$current = $node\nwhile $current in $parents:\n    $current = $parents[$current]\nreturn $current",
    ],
    ts=[
        "let $current = $node;\nwhile ($current in $parents) {\n  $current = $parents[$current];\n}\nreturn $current;",
    ],
    inputs=lambda r: (r.choice("abcdefg"), forest(r)),
    edges=[("a", {}), ("c", {"c": "b", "b": "a"}), ("b", {"c": "b"})],
)

family(
    "algorithms_grids/in_degrees",
    names="in_degrees incoming_counts count_incoming links_in arrows_into",
    args={"graph": ("dict[str, list[str]]", GRAPH)},
    returns="dict[str, int]",
    locals={"counts": "counts result degrees totals", "node": "node v place point", "target": "target w other goal", "targets": "targets outs ends heads"},
    wordings=[
        "Return for every key of $graph how many edges point to it; each node of the graph is a key, listing its successors.",
        "Count the incoming links of each node in $graph (all nodes are keys), with 0 for nodes nobody points to.",
        "in-degree per node of $graph, zeros included; every node is a key",
        "How often does each node of $graph occur among the successors of all nodes? Include those with 0.",
        "I need a dictionary from node to number of arrows pointing at it; nodes without any get 0, an empty graph gives nothing.",
        "Takes a map from each node to its successors and gives back a map from each node to its number of incoming edges.",
        "Set every node of $graph to 0, then add one to each node named in a list of successors.",
    ],
    py=[
        "return {\n    $node: sum($targets.count($node) for $targets in $graph.values())\n    for $node in $graph\n}",
        "$counts = {$node: 0 for $node in $graph}\nfor $targets in $graph.values():\n    for $target in $targets:\n        $counts[$target] += 1\nreturn $counts",
    ],
    ts=[
        "const $counts: Record<string, number> = {};\nfor (const $node of Object.keys($graph)) $counts[$node] = 0;\nfor (const $target of Object.values($graph).flat()) $counts[$target] += 1;\nreturn $counts;",
        "const $targets = Object.values($graph).flat();\nreturn Object.fromEntries(\n  Object.keys($graph).map(($node) => [\n    $node,\n    $targets.filter(($target) => $target === $node).length,\n  ]),\n);",
    ],
    inputs=lambda r: (graph(r),),
    edges=[({},), ({"a": []},), ({"a": ["b"], "b": ["a"], "c": ["a"]},)],
)
