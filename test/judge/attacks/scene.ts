import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import type { SandboxBackend } from '../../../src/core/protocol.ts';
import type { Report } from '../../../src/core/report.ts';
import { survivors } from '../survivors.ts';
import { TestJudge, Workspace } from '../workspace.ts';
import { type Attack, REACHED, type StageName } from './attack.ts';
import type { Outside } from './outside.ts';
import { STAGES } from './stage.ts';

const TIMEOUT_MS = 3000;
/** A timer of ours may be that late while an attack runs: the machine still answers. */
const LATE_MS = 5000;
const PULSE_MS = 50;

/** Stages whose framework has forks. */
const FORKING: StageName[] = ['unittest', 'pytest', 'node', 'node-files', 'program'];

/** A project under attack: judged in forks where its framework has them, and from nothing. */
export class Scene implements Disposable {
  readonly #stage: (typeof STAGES)[StageName];
  readonly #workspace: Workspace;
  readonly #outside: Outside;
  readonly #judge: TestJudge;
  readonly #before: unknown;
  #sessions: string[] = [];

  private constructor(stage: StageName, workspace: Workspace, outside: Outside, backend: SandboxBackend) {
    this.#stage = STAGES[stage];
    this.#workspace = workspace;
    this.#outside = outside;
    this.#judge = new TestJudge(backend);
    this.#before = this.#state();
  }

  static async open(backend: SandboxBackend, name: StageName, outside: Outside): Promise<Scene> {
    const { path, files, tests } = STAGES[name];
    const workspace = new Workspace(files);
    const scene = new Scene(name, workspace, outside, backend);
    try {
      for (const forks of FORKING.includes(name) ? [true, false] : [false]) {
        const options = { slots: 1, timeoutMs: TIMEOUT_MS, forks, ...(tests ? { tests } : {}) };
        const { session, sandbox } = await scene.#judge.open(workspace, path, options);
        assert.equal(sandbox, backend);
        scene.#sessions.push(session);
      }
      await scene.#honest();
      return scene;
    } catch (error) {
      scene[Symbol.dispose]();
      throw error;
    }
  }

  async withstands(attack: Attack): Promise<void> {
    const lateness = pulse();
    for (let time = 0; time < (attack.twice ? 2 : 1); time++) {
      const text = this.#stage.text(attack, { ...this.#outside.targets, WORKSPACE: this.#workspace.root });
      const reports = await Promise.all(this.#sessions.map((session) => this.#judge.report(session, text)));
      for (const report of reports) this.#contained(attack, report);
      if (attack.contradicted) {
        for (const session of this.#sessions) {
          const { isolation } = await this.#judge.ask({ kind: 'isolate', session, text });
          assert.equal(isolation.kind, 'contradicted', isolation.why);
        }
      }
    }
    const late = await lateness();
    assert.ok(late < LATE_MS, `the machine answers: a timer was ${late.toFixed(0)} ms late`);
    assert.deepEqual(this.#outside.arrivals, [], 'nothing arrives at a listener');
    assert.deepEqual(survivors(this.#outside.token, [this.#outside.targets.VICTIM]), [], 'nothing survives');
    assert.deepEqual(this.#state(), this.#before);
    await this.#honest();
  }

  #contained(attack: Attack, report: Report): void {
    const said = JSON.stringify(report);
    assert.ok(!said.includes(this.#outside.token), `the secret came out: ${said}`);
    const reached = said.match(new RegExp(`${REACHED}[^"]{0,200}`));
    if (!attack.reaches) assert.equal(reached?.[0], undefined, 'it got to nothing');
    if (attack.contradicted) {
      assert.equal(report.verdict, 'passed', `it does not pass any more: take its mark off. ${said}`);
      return;
    }
    assert.notEqual(report.verdict, 'passed', `a false pass: ${said}`);
    assert.notEqual(report.verdict, 'unparsable');
    if (attack.ends) assert.ok(attack.ends.includes(report.interrupted!), `ended by ${report.interrupted}: ${said}`);
  }

  /** What comes after an attack is judged right. */
  async #honest(): Promise<void> {
    const text = this.#stage.honest;
    for (const session of this.#sessions) {
      const report = await this.#judge.report(session, text);
      assert.equal(report.verdict, 'passed', `an honest candidate passes: ${JSON.stringify(report)}`);
    }
  }

  #state(): unknown {
    return { ...this.#outside.state(this.#workspace.root), workspace: this.#workspace.hash() };
  }

  [Symbol.dispose](): void {
    this.#judge[Symbol.dispose]();
    this.#workspace[Symbol.dispose]();
  }
}

/** Counts from now; what it returns stops, and says how late the latest tick was. */
function pulse(): () => Promise<number> {
  let last = performance.now();
  let latest = 0;
  const tick = () => {
    const now = performance.now();
    latest = Math.max(latest, now - last - PULSE_MS);
    last = now;
  };
  const timer = setInterval(tick, PULSE_MS);
  // An attack that fails is not waited for.
  timer.unref();
  return async () => {
    await setTimeout(PULSE_MS);
    tick();
    clearInterval(timer);
    return latest;
  };
}
