/**
 * What a hostile test would try, as a Node program. Its argument is an `AttackPlan`; it prints an `AttackResult`
 * for each attempt. It runs inside the sandbox that is being chosen.
 */
export interface AttackPlan {
  /** A file outside that exists and that the user could read. */
  secret: string;
  /** A file outside that does not exist. */
  target: string;
  home: string;
  /** A port of the judge's own on 127.0.0.1. */
  port: number;
  /** A process of the user's own. */
  pid: number;
  /** An executable that ends with 0 when a call that the filter refuses was not refused, in base64; empty where there is no filter. */
  caller: string;
}

export interface AttackResult {
  name: 'read' | 'write' | 'home' | 'network' | 'kernel' | 'signal' | 'calls' | 'work';
  /** True when the attempt succeeded, which only `work` may. */
  succeeded: boolean;
  detail: string;
}

export const ATTACK = `
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const { spawnSync } = require('node:child_process');
const plan = JSON.parse(process.argv[1]);
const results = [];
const attempt = (name, act) => {
  try {
    results.push({ name, succeeded: true, detail: String(act() ?? 'done') });
  } catch (error) {
    results.push({ name, succeeded: false, detail: error.code ?? error.message });
  }
};
attempt('read', () => fs.readFileSync(plan.secret, 'utf8'));
attempt('write', () => fs.writeFileSync(plan.target, 'written'));
attempt('home', () => fs.readdirSync(plan.home).join('\\n'));
attempt('kernel', () => fs.closeSync(fs.openSync('/proc/sys/kernel/core_pattern', 'r+')));
attempt('signal', () => process.kill(plan.pid, 'SIGKILL'));
attempt('work', () => {
  fs.writeFileSync('probe.txt', 'kept');
  fs.writeFileSync(os.tmpdir() + '/probe.txt', 'kept');
});
if (plan.caller) attempt('calls', () => {
  const file = process.env.TMPDIR + '/caller';
  fs.writeFileSync(file, Buffer.from(plan.caller, 'base64'), { mode: 0o755 });
  const { status, error } = spawnSync(file);
  if (error) return 'not tried: ' + error.code;
  if (status === os.constants.errno.EPERM) throw new Error('EPERM');
  return 'ended with ' + status;
});
const socket = net.connect({ host: '127.0.0.1', port: plan.port, timeout: 1000 });
const done = (succeeded, detail) => {
  results.push({ name: 'network', succeeded, detail });
  console.log(JSON.stringify(results));
  process.exit(0);
};
socket.on('connect', () => done(true, 'connected'));
socket.on('timeout', () => done(false, 'ETIMEDOUT'));
socket.on('error', (error) => done(false, error.code));
`;
