/** Where tokenizers differ: white space, digits, letters with and without case, marks, and characters of many bytes. */
export const TEXTS = [
  '',
  ' ',
  'def add(a, b):\n    return a + b\n',
  '\n\n\t if (x) {\r\n\t\treturn [1234567, 0x3f];\r\n}   ',
  "it's I'LL we've DON'T THEY'RE o'clock",
  'camelCase HTTPServer snake_case __init__ Kebab-case PATH/to//file',
  '   three  two\u00a0hard\u3000wide\u0085next\ufeffmark\u2028line',
  '½ ²³ ٣٤ Ⅷ 3.14e-10 12 123 1234 ¼',
  'naïve Ünï ΑΒΓδ ЖзИ 中文字 かな 한글 אבג ا𝐀𝛽 ǅ 𐐀',
  'e\u0301 A\u0300\u0301 \u200d👩\u200d🔬🇩🇪',
  "=> <= != === && || $x $y `z` ~^ … “q” — ¿ '' \\\\ /* */",
  'aaaaaaaaaa          ((((((((((  ..........\0\u0001',
];
/** How special tokens are spelt, in texts in which they are to be found. */
export const MARKED = ['<s>hello</s> there', 'a<s>', '<s> b', 'x </s>y', 'a  \n</s> \t<s>  b </s>', '</s> </s>'];
