/** Loaded before all else where the tests never load the candidate: there several may write records. */
const { isMainThread } = require('node:worker_threads');
const records = require('./coppice-records.cjs');

// Threads load this too, and are given no key.
if (isMainThread) {
  const record = records.claimRecords();
  records.claimRecords = () => record;
  module.exports = record;
}
