"""Points, shapes, intervals and boxes."""

from family import family

POINT = "tuple[int, int]"
BOX = "tuple[int, int, int, int]"


def box(r):
    """A rectangle as (left, top, right, bottom)."""
    x, y = r.int(-9, 9), r.int(-9, 9)
    return [x, y, x + r.int(1, 9), y + r.int(1, 9)]


def span(r):
    """An interval (start, end)."""
    low = r.int(-10, 15)
    return [low, low + r.int(0, 12)]


def point(r, low=-10, high=10):
    return [r.int(low, high), r.int(low, high)]


family(
    "numbers_geometry/distance",
    names="distance point_distance euclidean_distance distance_between",
    args={"p": (POINT, "p a start origin"), "q": (POINT, "q b finish target")},
    returns="float",
    locals={"dx": "dx delta_x width", "dy": "dy delta_y height"},
    wordings=[
        "Return the Euclidean distance between the points $p and $q, each given as a pair of x and y.",
        "Compute the straight-line distance from $p to $q in the plane; points are (x, y).",
        "length of the line from $p to $q (x, y pairs), 0 if they coincide",
        "How far apart are the points $p and $q as the crow flies? Each is an x-y pair.",
        "Takes two points and gives back the square root of the summed squares of their coordinate differences.",
        "I need plain Pythagoras between two (x, y) points: (0, 0) and (3, 4) are 5 apart.",
        "Subtract the coordinates of $p and $q, square the differences, add them and take the square root.",
    ],
    py=[
        "return math.hypot($q[0] - $p[0], $q[1] - $p[1])",
        "$dx = $q[0] - $p[0]\n$dy = $q[1] - $p[1]\nreturn math.hypot($dx, $dy)",
    ],
    ts=[
        "return Math.hypot($q[0] - $p[0], $q[1] - $p[1]);",
        "const $dx = $q[0] - $p[0];\nconst $dy = $q[1] - $p[1];\nreturn Math.sqrt($dx * $dx + $dy * $dy);",
    ],
    inputs=lambda r: (point(r), point(r)),
    edges=[((0, 0), (3, 4)), ((1, 1), (1, 1))],
    py_imports=["import math"],
)

family(
    "numbers_geometry/manhattan",
    names="manhattan_distance taxicab_distance grid_distance city_block_distance",
    args={"p": (POINT, "p a start origin"), "q": (POINT, "q b finish target")},
    returns="int",
    locals={"dx": "dx delta_x columns", "dy": "dy delta_y rows"},
    wordings=[
        "Return the Manhattan distance between the (x, y) points $p and $q.",
        "Add the absolute differences of the x and of the y coordinates of $p and $q.",
        "taxicab distance $p to $q, points as x-y pairs",
        "How many unit steps along the grid lead from $p to $q, moving only sideways and up or down?",
        "Takes two points and gives back the horizontal plus the vertical gap between them, never negative.",
        "I need the city block distance: (1, 2) and (4, 0) are 3 + 2 = 5 apart.",
        "Measure how far $p and $q are apart in x, then in y, both without sign, and return the total.",
    ],
    py=[
        "return abs($p[0] - $q[0]) + abs($p[1] - $q[1])",
        "$dx = abs($p[0] - $q[0])\n$dy = abs($p[1] - $q[1])\nreturn $dx + $dy",
    ],
    ts=[
        "return Math.abs($p[0] - $q[0]) + Math.abs($p[1] - $q[1]);",
        "const $dx = Math.abs($p[0] - $q[0]);\nconst $dy = Math.abs($p[1] - $q[1]);\nreturn $dx + $dy;",
    ],
    inputs=lambda r: (point(r), point(r)),
    edges=[((0, 0), (0, 0)), ((1, 2), (4, 0)), ((-3, 5), (3, -5))],
)

family(
    "numbers_geometry/king_moves",
    names="king_moves chebyshev_distance chessboard_distance diagonal_distance",
    args={"p": (POINT, "p a start origin"), "q": (POINT, "q b finish target")},
    returns="int",
    locals={"dx": "dx delta_x columns", "dy": "dy delta_y rows"},
    wordings=[
        "Return how many moves a chess king needs from square $p to square $q, given as (column, row).",
        "Compute the Chebyshev distance of $p and $q: the larger of the absolute x and y differences.",
        "max of |dx| and |dy| between the pairs $p and $q",
        "How many steps lead from $p to $q if a step may go to any of the eight neighbouring cells?",
        "Takes two grid cells and gives back the number of king moves between them, 0 if they are the same.",
        "I need the distance on a grid where diagonal steps are allowed and cost the same as straight ones.",
        "Take the horizontal and the vertical gap between $p and $q, both unsigned, and return the greater one.",
    ],
    py=[
        "return max(abs($p[0] - $q[0]), abs($p[1] - $q[1]))",
        "$dx = abs($p[0] - $q[0])\n$dy = abs($p[1] - $q[1])\nreturn max($dx, $dy)",
    ],
    ts=[
        "return Math.max(Math.abs($p[0] - $q[0]), Math.abs($p[1] - $q[1]));",
        "const $dx = Math.abs($p[0] - $q[0]);\nconst $dy = Math.abs($p[1] - $q[1]);\nreturn $dx > $dy ? $dx : $dy;",
    ],
    inputs=lambda r: (point(r, 0, 8), point(r, 0, 8)),
    edges=[((0, 0), (0, 0)), ((1, 1), (4, 3)), ((-2, 0), (2, 7))],
)

family(
    "numbers_geometry/rectangle_area",
    names="rectangle_area area_of_rectangle box_area rect_area",
    args={"width": ("int", "width w side_a columns"), "height": ("int", "height h side_b rows")},
    returns="int",
    wordings=[
        "Return the area of a rectangle of $width by $height, or 0 if either side is negative.",
        "Multiply $width by $height to get an area; a negative side makes the area 0.",
        "$width times $height, 0 when one of them is below zero",
        "How large is a rectangle with the sides $width and $height? Negative sides mean no area, so 0.",
        "Takes two side lengths and gives back the rectangle's area, treating negative lengths as empty.",
        "I need the area of a box from its sides, but 0 rather than nonsense if a side is negative.",
        "If $width or $height is less than zero return 0, otherwise return their product.",
    ],
    py=[
        "return max($width, 0) * max($height, 0)",
        "if $width < 0 or $height < 0:\n    return 0\nreturn $width * $height",
    ],
    ts=[
        "return Math.max($width, 0) * Math.max($height, 0);",
        "if ($width < 0 || $height < 0) {\n  return 0;\n}\nreturn $width * $height;",
    ],
    inputs=lambda r: (r.int(-4, 20), r.int(-4, 20)),
    edges=[(0, 5), (3, 4), (-2, 5), (-2, -3)],
)

family(
    "numbers_geometry/rectangle_perimeter",
    names="rectangle_perimeter perimeter fence_length perimeter_of_rectangle",
    args={"width": ("int", "width w side_a breadth"), "height": ("int", "height h side_b depth")},
    returns="int",
    wordings=[
        "Return the perimeter of a rectangle with the non-negative sides $width and $height.",
        "Add up all four sides of a rectangle that is $width wide and $height high (neither is negative).",
        "2 * ($width + $height) for sides >= 0",
        "How long is the outline of a rectangle measuring $width by $height? Sides are never negative.",
        "Takes two non-negative side lengths and gives back the distance once around the rectangle.",
        "I need the fence for a rectangular field: 3 by 4 takes 14, and sides are zero or more.",
        "Sum $width and $height, both at least 0, and double the result.",
    ],
    py=[
        "return 2 * ($width + $height)",
        "return 2 * $width + 2 * $height",
    ],
    ts=[
        "return 2 * ($width + $height);",
        "return 2 * $width + 2 * $height;",
    ],
    inputs=lambda r: (r.int(0, 40), r.int(0, 40)),
    edges=[(0, 0), (3, 4), (5, 0)],
)

family(
    "numbers_geometry/circle_area",
    names="circle_area area_of_circle disc_area disk_area",
    args={"radius": ("float", "radius r size rad")},
    returns="float",
    wordings=[
        "Return the area of a circle with the given $radius; a negative radius gives 0.",
        "Compute pi times $radius squared, but 0 if $radius is below zero.",
        "area of a disc of radius $radius, 0 for negatives",
        "How much area does a circle of radius $radius cover? Count a negative radius as nothing, 0.",
        "Takes a radius and gives back the circle's area using pi at full precision; 0 for radii under zero.",
        "I need the circle area for a radius, and please just 0 when the radius is negative.",
        "When $radius is negative return 0, otherwise square it and multiply by pi.",
    ],
    py=[
        "return math.pi * $radius**2 if $radius > 0 else 0",
        "if $radius < 0:\n    return 0\nreturn math.pi * $radius**2",
    ],
    ts=[
        "return $radius > 0 ? Math.PI * $radius ** 2 : 0;",
        "if ($radius < 0) return 0;\nreturn Math.PI * $radius * $radius;",
    ],
    inputs=lambda r: (r.float(-2, 12, 1),),
    edges=[(0,), (1,), (-2.5,), (0.5,)],
    py_imports=["import math"],
)

family(
    "numbers_geometry/triangle_valid",
    names="is_valid_triangle is_triangle triangle_exists can_form_triangle",
    args={"a": ("int", "a x side1 first"), "b": ("int", "b y side2 second"), "c": ("int", "c z side3 third")},
    returns="bool",
    locals={"small": "small shortest low", "middle": "middle mid medium", "large": "large longest top"},
    wordings=[
        "Return whether a triangle with the sides $a, $b and $c exists: any two must be longer than the third together.",
        "Check the triangle inequality for $a, $b and $c; each side must be less than the sum of the others.",
        "true if $a, $b, $c can be triangle sides, flat ones excluded",
        "Can $a, $b and $c be the side lengths of a real triangle, one that is not squashed flat?",
        "Takes three lengths and tells if they close to a triangle of positive area; zero or negative lengths never do.",
        "Sort the three lengths and test that the two shorter ones add up to more than the longest.",
        "I need a sanity check for triangle sides: 3, 4, 5 is fine, but 1, 2, 3 is degenerate and gives false.",
    ],
    py=[
        "return $a + $b > $c and $a + $c > $b and $b + $c > $a",
        "$small, $middle, $large = sorted([$a, $b, $c])\nreturn $small + $middle > $large",
    ],
    ts=[
        "return $a + $b > $c && $a + $c > $b && $b + $c > $a;",
        "const [$small, $middle, $large] = [$a, $b, $c].sort((p, q) => p - q);\nreturn $small + $middle > $large;",
    ],
    inputs=lambda r: (r.int(0, 10), r.int(1, 10), r.int(1, 10)),
    edges=[(3, 4, 5), (1, 2, 3), (0, 0, 0), (2, 2, 9)],
)

family(
    "numbers_geometry/triangle_kind",
    names="triangle_kind triangle_type classify_triangle triangle_name",
    args={"a": ("int", "a x side1 first"), "b": ("int", "b y side2 second"), "c": ("int", "c z side3 third")},
    returns="str",
    locals={"distinct": "distinct different lengths"},
    wordings=[
        "Return 'equilateral', 'isosceles' or 'scalene' for a triangle with three, two or no equal sides among $a, $b, $c.",
        "Classify a valid triangle by its sides $a, $b, $c: all same 'equilateral', two same 'isosceles', else 'scalene'.",
        "'equilateral' / 'isosceles' / 'scalene' for $a, $b, $c with 3 / 2 / no equal lengths",
        "Is the triangle with sides $a, $b and $c 'equilateral' (all equal), 'isosceles' (exactly two) or 'scalene' (none)?",
        "Takes the three sides of a triangle and names its kind: equilateral, isosceles or scalene, in lower case.",
        "Count the different values in $a, $b and $c: one is 'equilateral', two 'isosceles', three 'scalene'.",
        "I need the triangle kind in lower case; no need to check that the sides fit, just compare them for equality.",
    ],
    py=[
        "return {1: 'equilateral', 2: 'isosceles', 3: 'scalene'}[len({$a, $b, $c})]",
        "if $a == $b == $c:\n    return 'equilateral'\nif $a == $b or $b == $c or $a == $c:\n    return 'isosceles'\n"
        "return 'scalene'",
        "$distinct = len({$a, $b, $c})\nreturn ['equilateral', 'isosceles', 'scalene'][$distinct - 1]",
    ],
    ts=[
        "const $distinct = new Set([$a, $b, $c]).size;\nreturn ['equilateral', 'isosceles', 'scalene'][$distinct - 1];",
        "if ($a === $b && $b === $c) return 'equilateral';\n"
        "if ($a === $b || $b === $c || $a === $c) return 'isosceles';\nreturn 'scalene';",
    ],
    inputs=lambda r: (r.int(3, 5), r.int(3, 5), r.int(3, 5)),
    edges=[(3, 3, 3), (3, 4, 3), (3, 4, 5), (5, 4, 4)],
)

family(
    "numbers_geometry/right_triangle",
    names="is_right_triangle is_right_angled is_pythagorean has_right_angle",
    args={"a": ("int", "a x side1 first"), "b": ("int", "b y side2 second"), "c": ("int", "c z side3 third")},
    returns="bool",
    locals={"small": "small shortest low", "middle": "middle mid medium", "large": "large longest top"},
    wordings=[
        "Return whether the positive sides $a, $b and $c, given in any order, form a right triangle.",
        "Check if the squares of the two shorter of $a, $b, $c add up to the square of the longest. All are positive.",
        "true if positive $a, $b, $c in some order are a pythagorean triple",
        "Does a triangle with positive sides $a, $b and $c have a right angle, whichever side is the longest?",
        "Takes three positive lengths in any order and tells if Pythagoras holds for them.",
        "Sort the three positive sides, then compare the sum of the first two squares with the third square.",
        "I have three positive side lengths, unsorted, and want to know if they make a right angle, like 4, 5, 3.",
    ],
    py=[
        "$small, $middle, $large = sorted([$a, $b, $c])\nreturn $small**2 + $middle**2 == $large**2",
        "$large = max($a, $b, $c)\nreturn $a**2 + $b**2 + $c**2 == 2 * $large**2",
    ],
    ts=[
        "const [$small, $middle, $large] = [$a, $b, $c].sort((p, q) => p - q);\n"
        "return $small ** 2 + $middle ** 2 === $large ** 2;",
        "const $large = Math.max($a, $b, $c);\nreturn $a ** 2 + $b ** 2 + $c ** 2 === 2 * $large ** 2;",
    ],
    inputs=lambda r: tuple(
        r.sample(r.choice([[3, 4, 5], [5, 12, 13], [6, 8, 10], [8, 15, 17], [3, 4, 6], [7, 7, 7], [5, 5, 8]]), 3)
    ),
    edges=[(4, 5, 3), (1, 1, 1), (2, 3, 4), (13, 12, 5)],
)

family(
    "numbers_geometry/midpoint",
    names="midpoint middle_point center_of center_between",
    args={"p": (POINT, "p a start head"), "q": (POINT, "q b finish tail")},
    returns="tuple[float, float]",
    wordings=[
        "Return the point halfway between $p and $q as a pair of x and y.",
        "Average the x and the y coordinates of the points $p and $q and return both as a pair.",
        "midpoint of the segment from $p to $q, fractions kept",
        "Which (x, y) point lies exactly in the middle of $p and $q?",
        "Takes two points and gives back the centre of the line between them, without rounding.",
        "I need the centre of two points; (0, 0) and (3, 4) should give (1.5, 2).",
        "Add the coordinates of $p and $q one by one and halve each sum, giving an (x, y) pair.",
    ],
    py=[
        "return (($p[0] + $q[0]) / 2, ($p[1] + $q[1]) / 2)",
    ],
    ts=[
        "return [($p[0] + $q[0]) / 2, ($p[1] + $q[1]) / 2];",
    ],
    inputs=lambda r: (point(r), point(r)),
    edges=[((0, 0), (3, 4)), ((2, 2), (2, 2)), ((-1, 5), (1, -5))],
)

family(
    "numbers_geometry/slope",
    names="slope line_slope gradient steepness",
    args={"p": (POINT, "p a start head"), "q": (POINT, "q b finish tail")},
    returns="float | None",
    locals={"run": "run dx step", "rise": "rise dy climb"},
    wordings=[
        "Return the slope of the line through the (x, y) points $p and $q, or null if it is vertical.",
        "Divide the change in y by the change in x from $p to $q; there is no value when both x are equal.",
        "dy / dx from $p to $q, nothing if the x values agree",
        "How steep is the line from $p to $q, as y change per x change? Nothing is returned for equal x values.",
        "Takes two points and gives back rise over run, with an absent result in place of a division by zero.",
        "I need the gradient between two (x, y) points, and no value at all for a vertical line.",
        "If $p and $q share their x coordinate return nothing, otherwise the y difference over the x difference.",
    ],
    py=[
        "if $p[0] == $q[0]:\n    return None\nreturn ($q[1] - $p[1]) / ($q[0] - $p[0])",
        "$run = $q[0] - $p[0]\n$rise = $q[1] - $p[1]\nreturn $rise / $run if $run != 0 else None",
    ],
    ts=[
        "if ($p[0] === $q[0]) return null;\nreturn ($q[1] - $p[1]) / ($q[0] - $p[0]);",
        "const $run = $q[0] - $p[0];\nconst $rise = $q[1] - $p[1];\nreturn $run === 0 ? null : $rise / $run;",
    ],
    inputs=lambda r: (point(r, -4, 4), point(r, -4, 4)),
    edges=[((0, 0), (2, 1)), ((1, 1), (1, 5)), ((0, 3), (4, 3))],
)

family(
    "numbers_geometry/quadrant",
    names="quadrant which_quadrant quadrant_of point_quadrant",
    args={"x": ("int", "x px across horizontal"), "y": ("int", "y py upward vertical")},
    returns="int",
    wordings=[
        "Return the quadrant, 1 to 4 counted counterclockwise from the upper right, of ($x, $y), or 0 on an axis.",
        "Tell in which quadrant the point with coordinates $x and $y lies; points on an axis give 0.",
        "quadrant 1-4 of $x, $y in the usual order, 0 if either is zero",
        "Is the point $x, $y in quadrant 1 (+,+), 2 (-,+), 3 (-,-) or 4 (+,-), or on an axis (0)?",
        "Takes two coordinates and gives the number of the quadrant they fall in, with 0 for the axes and the origin.",
        "I want the quadrant as a number: upper right 1, upper left 2, lower left 3, lower right 4, axes 0.",
        "If $x or $y is zero return 0; above the x axis it is 1 or 2, below it 4 or 3 (right, left).",
    ],
    py=[
        "if $x == 0 or $y == 0:\n    return 0\nif $y > 0:\n    return 1 if $x > 0 else 2\nreturn 3 if $x < 0 else 4",
    ],
    ts=[
        "if ($x === 0 || $y === 0) return 0;\nif ($y > 0) return $x > 0 ? 1 : 2;\nreturn $x < 0 ? 3 : 4;",
    ],
    inputs=lambda r: (r.int(-6, 6), r.int(-6, 6)),
    edges=[(0, 0), (3, 0), (-2, 5), (4, -1)],
)

family(
    "numbers_geometry/polygon_area",
    names="polygon_area shoelace_area area_of_polygon enclosed_area",
    args={"points": ("list[tuple[int, int]]", "points corners vertices outline")},
    returns="float",
    locals={"total": "total twice acc", "i": "i k index", "x1": "x1 ax px", "y1": "y1 ay py", "x2": "x2 bx qx", "y2": "y2 by qy"},
    wordings=[
        "Return the area of the simple polygon with the corners $points, in order; fewer than three corners give 0.",
        "Compute the area enclosed by $points, the (x, y) corners in order around the shape, with the shoelace formula.",
        "shoelace area of $points, never negative, 0 without corners",
        "How large is the polygon whose corners are $points, going around once in either direction? Without corners it is 0.",
        "Takes the corners of a polygon without crossings and gives back its area as a non-negative number.",
        "Sum the cross products of neighbouring corners in $points, the last paired with the first; halve the absolute value.",
        "I need the area of a closed outline given as (x, y) points in order. An empty outline has area 0.",
    ],
    py=[
        "$total = 0\nfor ($x1, $y1), ($x2, $y2) in zip($points, $points[1:] + $points[:1]):\n"
        "    $total += $x1 * $y2 - $x2 * $y1\nreturn abs($total) / 2",
        "$total = 0\nfor $i in range(len($points)):\n    $x1, $y1 = $points[$i - 1]\n    $x2, $y2 = $points[$i]\n"
        "    $total += $x1 * $y2 - $x2 * $y1\nreturn abs($total) / 2",
    ],
    ts=[
        "let $total = 0;\n$points.forEach(([$x1, $y1], $i) => {\n  const [$x2, $y2] = $points[($i + 1) % $points.length];\n"
        "  $total += $x1 * $y2 - $x2 * $y1;\n});\nreturn Math.abs($total) / 2;",
    ],
    inputs=lambda r: (
        r.choice(
            [
                [[0, 0], [(w := r.int(1, 9)), 0], [w, (h := r.int(1, 9))], [0, h]],
                [point(r), point(r), point(r)],
                [[0, 0], [r.int(3, 9), r.int(-2, 2)], [r.int(3, 9), r.int(4, 8)], [r.int(0, 2), r.int(5, 9)]],
            ]
        ),
    ),
    edges=[([],), ([(1, 2)],), ([(0, 0), (4, 0), (0, 3)],), ([(0, 0), (0, 2), (2, 2), (2, 0)],)],
)

family(
    "numbers_geometry/bounding_box",
    names="bounding_box bounds_of enclosing_box extent",
    args={"points": ("list[tuple[int, int]]", "points corners coords dots")},
    returns=BOX + " | None",
    locals={"xs": "xs columns all_x", "ys": "ys rows all_y", "x": "x px", "y": "y py"},
    wordings=[
        "Return the smallest box (min x, min y, max x, max y) around the (x, y) pairs $points, or null for none.",
        "Find the bounding box of $points as left, top, right, bottom; an empty list has no box, so nothing.",
        "min x, min y, max x, max y of $points, nothing if it is empty",
        "What are the lowest x, lowest y, highest x and highest y in $points? Without any point the result is absent.",
        "Takes a list of (x, y) points and gives back the four limits x low, y low, x high, y high, or none at all.",
        "I need the extent of some points as four numbers, minimum corner first, and no result for an empty list.",
        "Collect the x values and y values of $points, then return both minima followed by both maxima; empty gives nothing.",
    ],
    py=[
        "if not $points:\n    return None\n$xs, $ys = zip(*$points)\nreturn (min($xs), min($ys), max($xs), max($ys))",
        "if not $points:\n    return None\n$xs = [$x for $x, _ in $points]\n$ys = [$y for _, $y in $points]\n"
        "return (min($xs), min($ys), max($xs), max($ys))",
    ],
    ts=[
        "if ($points.length === 0) return null;\nconst $xs = $points.map(([$x]) => $x);\n"
        "const $ys = $points.map(([, $y]) => $y);\n"
        "return [Math.min(...$xs), Math.min(...$ys), Math.max(...$xs), Math.max(...$ys)];",
    ],
    inputs=lambda r: ([point(r) for _ in range(r.int(0, 6))],),
    edges=[([],), ([(1, 2)],), ([(0, 5), (3, -1), (-2, 2)],)],
)

family(
    "numbers_geometry/intervals_overlap",
    names="intervals_overlap ranges_overlap do_overlap spans_intersect",
    args={"a": (POINT, "a first left x"), "b": (POINT, "b second right y")},
    returns="bool",
    wordings=[
        "Return whether the closed intervals $a and $b, each a (start, end) pair, have a point in common.",
        "Check if the ranges $a and $b overlap; both ends belong to a range, so touching counts.",
        "true if [start, end] $a and [start, end] $b share anything, touching ends included",
        "Do the intervals $a and $b intersect? They are ordered pairs, and a shared end point is enough.",
        "Takes two (low, high) pairs with both ends included and tells if they meet anywhere.",
        "I need an overlap test for ranges given as start and end; (1, 3) and (3, 5) do overlap.",
        "Two intervals meet when each begins no later than the other ends; test that for $a and $b.",
    ],
    py=[
        "return $a[0] <= $b[1] and $b[0] <= $a[1]",
        "return max($a[0], $b[0]) <= min($a[1], $b[1])",
    ],
    ts=[
        "return $a[0] <= $b[1] && $b[0] <= $a[1];",
        "return Math.max($a[0], $b[0]) <= Math.min($a[1], $b[1]);",
    ],
    inputs=lambda r: (span(r), span(r)),
    edges=[((1, 3), (3, 5)), ((1, 2), (3, 4)), ((0, 9), (2, 3)), ((5, 6), (1, 4))],
)

family(
    "numbers_geometry/overlap_length",
    names="overlap_length shared_length intersection_length common_length",
    args={"a": (POINT, "a first left x"), "b": (POINT, "b second right y")},
    returns="int",
    locals={"start": "start begin low", "end": "end stop high"},
    wordings=[
        "Return the length of the part that the intervals $a and $b, (start, end) pairs, have in common, or 0.",
        "Compute how much of the ranges $a and $b overlaps; 0 when they only touch or are apart.",
        "length of $a intersected with $b (start-end pairs), zero if disjoint",
        "How long is the stretch covered by both $a and $b? Intervals without overlap give 0.",
        "Takes two (start, end) pairs and gives back the size of their intersection, never below zero.",
        "I have two time spans as start and end and want the time they share: (1, 5) and (3, 9) share 2, else 0.",
        "Subtract the later start of $a and $b from the earlier end, and return 0 if that is negative.",
    ],
    py=[
        "return max(0, min($a[1], $b[1]) - max($a[0], $b[0]))",
        "$start = max($a[0], $b[0])\n$end = min($a[1], $b[1])\nreturn $end - $start if $end > $start else 0",
    ],
    ts=[
        "return Math.max(0, Math.min($a[1], $b[1]) - Math.max($a[0], $b[0]));",
        "const $start = Math.max($a[0], $b[0]);\nconst $end = Math.min($a[1], $b[1]);\n"
        "return $end > $start ? $end - $start : 0;",
    ],
    inputs=lambda r: (span(r), span(r)),
    edges=[((1, 5), (3, 9)), ((1, 2), (2, 4)), ((0, 1), (5, 6)), ((0, 9), (2, 4))],
)

family(
    "numbers_geometry/interval_intersection",
    names="intersect_intervals interval_intersection common_interval overlap_of",
    args={"a": (POINT, "a first left x"), "b": (POINT, "b second right y")},
    returns=POINT + " | None",
    locals={"start": "start begin low", "end": "end stop high"},
    wordings=[
        "Return the closed interval shared by $a and $b as a (start, end) pair, or null if they do not meet.",
        "Intersect the ranges $a and $b (both ends included); without a common point the result is absent.",
        "the (start, end) that $a and $b have in common, nothing if they are disjoint, touching is fine",
        "Which interval belongs to both $a and $b? A single shared point counts; nothing if there is none.",
        "Takes two (start, end) pairs and gives back the overlapping pair, or no value for intervals apart.",
        "Take the later start and the earlier end of $a and $b; if they are in order return the pair, else nothing.",
        "I need the common part of two closed ranges: (1, 5) and (3, 9) give (3, 5), while (1, 2) and (4, 5) give none.",
    ],
    py=[
        "$start = max($a[0], $b[0])\n$end = min($a[1], $b[1])\nreturn ($start, $end) if $start <= $end else None",
        "if $a[1] < $b[0] or $b[1] < $a[0]:\n    return None\nreturn (max($a[0], $b[0]), min($a[1], $b[1]))",
    ],
    ts=[
        "const $start = Math.max($a[0], $b[0]);\nconst $end = Math.min($a[1], $b[1]);\n"
        "return $start <= $end ? [$start, $end] : null;",
        "if ($a[1] < $b[0] || $b[1] < $a[0]) return null;\nreturn [Math.max($a[0], $b[0]), Math.min($a[1], $b[1])];",
    ],
    inputs=lambda r: (span(r), span(r)),
    edges=[((1, 5), (3, 9)), ((1, 2), (4, 5)), ((1, 3), (3, 8))],
)

family(
    "numbers_geometry/rectangles_overlap",
    names="rectangles_overlap boxes_overlap boxes_collide rects_intersect",
    args={"a": (BOX, "a box_a r1 rect_a"), "b": (BOX, "b box_b r2 rect_b")},
    returns="bool",
    locals={"across": "across overlap_x horizontal", "down": "down overlap_y vertical"},
    wordings=[
        "Return whether the rectangles $a and $b, given as (left, top, right, bottom), overlap in a positive area.",
        "Check if two boxes (left, top, right, bottom) cover common ground; sharing just an edge does not count.",
        "true if boxes $a and $b (left, top, right, bottom) collide, merely touching is false",
        "Do the axis-aligned boxes $a and $b, each left, top, right, bottom, intersect in more than a line or point?",
        "Takes two boxes as left, top, right and bottom and tells if their insides have something in common.",
        "I need collision detection for boxes stored as (left, top, right, bottom); contact at the border is no collision.",
        "Boxes $a and $b overlap if each one's left is under the other's right and each top under the other's bottom.",
    ],
    py=[
        "$across = $a[0] < $b[2] and $b[0] < $a[2]\n$down = $a[1] < $b[3] and $b[1] < $a[3]\nreturn $across and $down",
        "if $a[2] <= $b[0] or $b[2] <= $a[0]:\n    return False\nreturn $a[3] > $b[1] and $b[3] > $a[1]",
    ],
    ts=[
        "const $across = $a[0] < $b[2] && $b[0] < $a[2];\nconst $down = $a[1] < $b[3] && $b[1] < $a[3];\n"
        "return $across && $down;",
        "if ($a[2] <= $b[0] || $b[2] <= $a[0]) return false;\nreturn $a[3] > $b[1] && $b[3] > $a[1];",
    ],
    inputs=lambda r: (box(r), box(r)),
    edges=[((0, 0, 4, 4), (4, 0, 8, 4)), ((0, 0, 4, 4), (1, 1, 2, 2)), ((0, 0, 1, 1), (5, 5, 6, 6))],
)

family(
    "numbers_geometry/point_in_box",
    names="point_in_box is_inside contains_point hit_test",
    args={"point": (POINT, "point p pos cursor"), "area": (BOX, "area rect box bounds")},
    returns="bool",
    locals={"x": "x px", "y": "y py", "left": "left x1 min_x", "top": "top y1 min_y", "right": "right x2 max_x", "bottom": "bottom y2 max_y"},
    wordings=[
        "Return whether the (x, y) pair $point lies in $area, a (left, top, right, bottom) box including its border.",
        "Check if $point is inside or on the edge of the rectangle $area, given as left, top, right, bottom.",
        "is $point within the box $area (left, top, right, bottom), edges count",
        "Does the box $area, stored as left, top, right and bottom, contain $point, where the border belongs to it?",
        "Takes an (x, y) point and a (left, top, right, bottom) rectangle and tells if the point is not outside.",
        "I need a hit test: did the click land on the box (left, top, right, bottom), its border included?",
        "Compare x with left and right and y with top and bottom of $area; equality with a side counts as inside.",
    ],
    py=[
        "$x, $y = $point\n$left, $top, $right, $bottom = $area\nreturn $left <= $x <= $right and $top <= $y <= $bottom",
        "return $area[0] <= $point[0] <= $area[2] and $area[1] <= $point[1] <= $area[3]",
    ],
    ts=[
        "const [$x, $y] = $point;\nconst [$left, $top, $right, $bottom] = $area;\n"
        "return $left <= $x && $x <= $right && $top <= $y && $y <= $bottom;",
    ],
    inputs=lambda r: (point(r, -4, 10), [r.int(-6, 2), r.int(-6, 2), r.int(4, 12), r.int(4, 12)]),
    edges=[((0, 0), (0, 0, 4, 4)), ((5, 2), (0, 0, 4, 4)), ((2, 2), (0, 0, 4, 4))],
)

family(
    "numbers_geometry/point_in_circle",
    names="point_in_circle in_circle inside_circle within_radius",
    args={
        "point": (POINT, "point p pos spot"),
        "center": (POINT, "center middle origin c"),
        "radius": ("int", "radius r reach max_distance"),
    },
    returns="bool",
    locals={"dx": "dx delta_x across", "dy": "dy delta_y up"},
    wordings=[
        "Return whether $point is at most $radius away from $center; points are (x, y) and $radius is not negative.",
        "Check that $point lies inside or on the circle around $center with the non-negative $radius.",
        "is $point in the circle $center / $radius (>= 0), rim included",
        "Is the distance between the (x, y) pairs $point and $center no greater than $radius, which is at least 0?",
        "Takes a point, the middle of a circle and its non-negative radius; tells if the point is in it or on its edge.",
        "I need to know if something is within reach of a centre, exactly at the limit being still okay.",
        "Square the coordinate differences of $point and $center, add them and compare with $radius squared, equal is inside.",
    ],
    py=[
        "$dx = $point[0] - $center[0]\n$dy = $point[1] - $center[1]\nreturn $dx * $dx + $dy * $dy <= $radius * $radius",
        "return ($point[0] - $center[0]) ** 2 + ($point[1] - $center[1]) ** 2 <= $radius**2",
    ],
    ts=[
        "const $dx = $point[0] - $center[0];\nconst $dy = $point[1] - $center[1];\n"
        "return $dx * $dx + $dy * $dy <= $radius * $radius;",
        "return ($point[0] - $center[0]) ** 2 + ($point[1] - $center[1]) ** 2 <= $radius ** 2;",
    ],
    inputs=lambda r: (point(r, -6, 6), point(r, -3, 3), r.int(0, 8)),
    edges=[((3, 4), (0, 0), 5), ((1, 1), (1, 1), 0), ((4, 4), (0, 0), 5)],
)
