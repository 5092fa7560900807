import unittest

from words import count_vowels, group_by_first_letter, initials


class CountVowels(unittest.TestCase):
    def test_counts_each_vowel(self):
        self.assertEqual(count_vowels("education"), 5)

    def test_counts_a_repeated_vowel_every_time(self):
        self.assertEqual(count_vowels("banana"), 3)

    def test_counts_upper_case(self):
        self.assertEqual(count_vowels("Apple PIE"), 4)

    def test_text_without_vowels(self):
        self.assertEqual(count_vowels("rhythm"), 0)

    def test_empty_text(self):
        self.assertEqual(count_vowels(""), 0)


class Initials(unittest.TestCase):
    def test_two_words(self):
        self.assertEqual(initials("Ada Lovelace"), "AL")

    def test_lower_case_words(self):
        self.assertEqual(initials("grace brewster murray hopper"), "GBMH")

    def test_one_word(self):
        self.assertEqual(initials("plato"), "P")

    def test_empty_name(self):
        self.assertEqual(initials(""), "")


class GroupByFirstLetter(unittest.TestCase):
    def test_groups_keep_their_order(self):
        groups = group_by_first_letter(["ant", "bee", "ape", "bat"])
        self.assertEqual(groups, {"a": ["ant", "ape"], "b": ["bee", "bat"]})

    def test_one_word(self):
        self.assertEqual(group_by_first_letter(["oak"]), {"o": ["oak"]})

    def test_no_words(self):
        self.assertEqual(group_by_first_letter([]), {})


if __name__ == "__main__":
    unittest.main()
