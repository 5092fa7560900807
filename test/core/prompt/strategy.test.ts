import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STRATEGIES, strategyLine, withoutStrategyLine } from '../../../src/core/prompt/strategy.ts';

test('a strategy line that the model wrote itself is no part of the body', () => {
  for (const strategy of STRATEGIES) {
    for (const language of ['python', 'typescript'] as const) {
      const body = '    return 1\n';
      assert.equal(withoutStrategyLine(strategyLine(strategy, language, '    ') + body, language), body);
    }
  }
});

test('any other first line stays, also a comment and a strategy line further down', () => {
  const bodies = [
    '    # Approach: guess.\n    return 1\n',
    '    x = 1\n    # Approach: step by step.\n    return x\n',
    '',
    '\n    return 1\n',
  ];
  for (const body of bodies) assert.equal(withoutStrategyLine(body, 'python'), body);
});
