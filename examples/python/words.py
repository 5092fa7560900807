"""Small things to do with words."""


def count_vowels(text: str) -> int:
    """Count the vowels (a, e, i, o, u) in text, upper and lower case."""


def initials(name: str) -> str:
    """Return the first letter of each word of name, in upper case and without spaces."""


def group_by_first_letter(words: list[str]) -> dict[str, list[str]]:
    """Group words by their first letter, keeping their order within each group."""
