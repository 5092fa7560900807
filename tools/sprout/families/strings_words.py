"""Words and sentences."""

from family import family

family(
    "strings_words/reverse_words",
    names="reverse_words flip_words words_backwards reversed_words reverse_word_order",
    args={"text": ("str", "text sentence line phrase s")},
    returns="str",
    locals={"words": "words parts tokens pieces"},
    wordings=[
        "Return $text with its words in reverse order.",
        "Reverse the order of the words in $text (words are separated by single spaces).",
        "Given a sentence, flip it around word by word, so that the last word comes first.",
        "words of $text, last to first, joined by a space",
        "Takes $text and gives back the same words in the opposite order.",
        "I need the sentence backwards - not the letters, just the words.",
        "Split $text on spaces, reverse the list of words and join them again with spaces.",
        "Produce the sentence whose words are those of $text read from right to left.",
    ],
    py=[
        "return ' '.join(reversed($text.split()))",
        "return ' '.join($text.split()[::-1])",
        "$words = $text.split()\n$words.reverse()\nreturn ' '.join($words)",
    ],
    ts=[
        "return $text.split(' ').reverse().join(' ');",
        "const $words = $text.split(' ');\n$words.reverse();\nreturn $words.join(' ');",
    ],
    inputs=lambda r: (r.sentence(),),
    edges=[("",), ("one",), ("hello big world",)],
)

family(
    "strings_words/longest_word",
    names="longest_word find_longest_word get_longest_word biggest_word",
    args={"words": ("list[str]", "words items names tokens strings")},
    returns="str",
    locals={"best": "best longest result winner", "word": "word w item candidate"},
    wordings=[
        "Return the longest string in $words; the first one wins a tie. An empty list gives an empty string.",
        "Find the longest word. If several have the same length, return the one that comes first; '' for no words.",
        "longest entry of $words ('' if there is none, first on ties)",
        "Which of $words has the most characters? Earlier words win ties. Returns the empty string when the list is empty.",
        "Pick the word with the greatest length, preferring the earliest, or an empty string if there are no words.",
        "Goes through $words and keeps the first word that is longer than all before it; returns '' for an empty list.",
        "I want the longest word from the list (first if tied, empty string if nothing is there).",
    ],
    py=[
        "return max($words, key=len, default='')",
        "$best = ''\nfor $word in $words:\n    if len($word) > len($best):\n        $best = $word\nreturn $best",
    ],
    ts=[
        "let $best = '';\nfor (const $word of $words) {\n  if ($word.length > $best.length) {\n    $best = $word;\n  }\n}\nreturn $best;",
        "return $words.reduce(($best, $word) => ($word.length > $best.length ? $word : $best), '');",
    ],
    inputs=lambda r: (r.words(),),
    edges=[([],), (["a"],), (["aa", "bb", "c"],)],
)
