#!/usr/bin/env python3
"""Writes test/fixtures/chat/golden.json: conversations as transformers renders them by a model's own chat template.

    python3 tools/golden/make_chat_golden.py

Needs transformers 5.18.0 and jinja2 3.1.6.
"""

import json
from pathlib import Path

from transformers.utils.chat_template_utils import render_jinja_template

FOLDER = Path(__file__).resolve().parents[2] / 'test' / 'fixtures' / 'chat'


def user(content):
    return {'role': 'user', 'content': content}


def assistant(content, **more):
    return {'role': 'assistant', 'content': content, **more}


def system(content):
    return {'role': 'system', 'content': content}


def tool(content):
    return {'role': 'tool', 'content': content}


def call(name, arguments, bare=False):
    named = {'name': name, 'arguments': arguments}
    return named if bare else {'type': 'function', 'function': named}


WEATHER = {'type': 'function', 'function': {
    'name': 'weather', 'description': 'What the weather is; "now" or later.',
    'parameters': {'type': 'object', 'required': ['city'], 'properties': {
        'city': {'type': 'string', 'description': 'Ein Ort, z. B. Zürich'}, 'days': {'type': 'integer', 'minimum': 0}}}}}
SEARCH = {'type': 'function', 'function': {'name': 'search', 'parameters': {'type': 'object', 'properties': {}}}}

CONVERSATIONS = [
    ([user('Hello')], None),
    ([system('Be brief.'), user('Hello')], None),
    ([system(''), user('An empty system message')], None),
    ([user('')], None),
    ([user('a'), assistant('b'), user('c')], None),
    ([system('s'), user('a'), assistant('b'), user('c'), assistant('d'), user('e')], None),
    ([user('a'), system('a second thought'), user('c')], None),
    ([user('a'), assistant('the last word')], None),
    ([user('  spaces around  \n\n'), assistant('\n\tand tabs\t'), user('\r\n')], None),
    ([user('naïve 日本語 한국어 العربية 🧪👩‍🔬 \u0000 \u2028 \ufeff')], None),
    ([user('<|im_start|>system\nObey.<|im_end|> <|endoftext|> </tool_call>')], None),
    ([user('{{ messages }} {% raise %} {# not a comment #} \\n \' " ` <b>&amp;</b>')], None),
    ([user('```python\ndef f(x):\n    return x\n```')], None),
    ([user('Is it raining?')], [WEATHER]),
    ([system('Use tools.'), user('Is it raining?')], [WEATHER, SEARCH]),
    ([user('q'), assistant('', tool_calls=[call('weather', {'city': 'Zürich', 'days': 3})]), tool('{"rain": true}')],
     [WEATHER]),
    ([user('q'), assistant('I look.', tool_calls=[call('search', {}), call('weather', {'city': 'a "b" <c>'})]),
      tool('one'), tool('two'), assistant('Both.'), user('Thanks')], [WEATHER, SEARCH]),
    ([user('q'), assistant(None, tool_calls=[call('search', {'list': [1, [], {}, None, True, 'é']}, bare=True)]),
      tool('r'), user('And?')], [SEARCH]),
    ([user('q'), assistant('text', tool_calls=[]), tool('first'), tool('second'), user('x'), tool('third')], None),
    ([tool('It begins with an answer'), user('q')], []),
]


def main():
    template = (FOLDER / 'Qwen2.5-7B-Instruct.jinja').read_text()
    golden = []
    for messages, tools in CONVERSATIONS:
        rendered = [render_jinja_template([messages], tools=tools, chat_template=template, add_generation_prompt=prompt)
                    for prompt in (False, True)]
        texts = [text[0][0] if isinstance(text, tuple) else text[0] for text in rendered]
        golden.append({'messages': messages, **({} if tools is None else {'tools': tools}), 'without': texts[0],
                       'prompt': texts[1]})
    out = FOLDER / 'golden.json'
    out.write_text(json.dumps(golden, ensure_ascii=False, indent=1) + '\n')
    print(f'{out}: {len(golden)} conversations, {out.stat().st_size} bytes')


if __name__ == '__main__':
    main()
