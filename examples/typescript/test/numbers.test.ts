import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clamp, runningTotals, secondLargest } from '../src/numbers.ts';

test('clamp keeps a number that is within the range', () => {
  assert.equal(clamp(5, 0, 10), 5);
});

test('clamp raises a number below the range', () => {
  assert.equal(clamp(-3, 0, 10), 0);
});

test('clamp lowers a number above the range', () => {
  assert.equal(clamp(42, 0, 10), 10);
});

test('runningTotals adds up the numbers so far', () => {
  assert.deepEqual(runningTotals([1, 2, 3, 4]), [1, 3, 6, 10]);
});

test('runningTotals goes down with negative numbers', () => {
  assert.deepEqual(runningTotals([5, -7, 2]), [5, -2, 0]);
});

test('runningTotals of nothing is nothing', () => {
  assert.deepEqual(runningTotals([]), []);
});

test('secondLargest takes the largest but one', () => {
  assert.equal(secondLargest([3, 9, 4, 7]), 7);
});

test('secondLargest counts equal numbers once', () => {
  assert.equal(secondLargest([8, 8, 2]), 2);
});

test('secondLargest works below zero', () => {
  assert.equal(secondLargest([-5, -1, -3]), -3);
});

test('secondLargest of fewer than two different numbers is null', () => {
  assert.equal(secondLargest([4, 4]), null);
  assert.equal(secondLargest([]), null);
});
