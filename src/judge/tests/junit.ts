import type { CaseResult, CaseStatus } from '../../core/report.ts';

/** A case as JUnit XML tells of it, with what it printed. */
export interface JUnitCase extends Omit<CaseResult, 'id'> {
  name: string;
  classname: string;
  /** The text of a failure, where its message stands beside it. */
  trace: string;
  output: string;
}

/** A tag of the dialect, a text, or what is passed over: a declaration, a comment, an instruction. */
const TOKEN =
  /<!\[CDATA\[([\s\S]*?)\]\]>|<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<(\/?)([A-Za-z][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)|(<)/g;
const STATUSES: Record<string, CaseStatus> = { failure: 'failed', error: 'error', skipped: 'skipped' };
const OUTPUT_LENGTH = 64 * 1024;

/**
 * Reads the one dialect of XML that test runners write: elements, attributes, texts and CDATA; entities of the language itself and
 * no others. (A parser of XML as such does much more, and what it reads here a candidate may have written.) Undefined where the
 * text is not that, or is cut off.
 */
export function readJUnit(text: string): JUnitCase[] | undefined {
  const cases: JUnitCase[] = [];
  const open: string[] = [];
  let at: JUnitCase | undefined;
  let said: string | undefined;
  const end = (name: string) => {
    if (name === 'testcase' && at) {
      cases.push(at);
      at = undefined;
    }
    if (said !== undefined && at) {
      if (name === 'system-out' || name === 'system-err') at.output = (at.output + said).slice(-OUTPUT_LENGTH);
      else if (name in STATUSES) {
        at.trace = said;
        // Without one the text begins with it, and the trace follows.
        if (said.trim() !== '') at.message ??= said.trim().split(/\n\s+at /)[0]!;
      }
      said = undefined;
    }
  };
  for (const [, cdata, slash, name, pairs = '', empty, plain, stray] of text.matchAll(TOKEN)) {
    if (stray !== undefined) return undefined;
    const letters = cdata ?? (plain === undefined ? undefined : decoded(plain));
    if (letters !== undefined) {
      if (said !== undefined) said = (said + letters).slice(0, OUTPUT_LENGTH);
    } else if (name !== undefined && slash === '/') {
      if (open.pop() !== name) return undefined;
      end(name);
    } else if (name !== undefined) {
      const attributes = attributesOf(pairs);
      if (name === 'testcase') at = caseOf(attributes);
      else if (at && name in STATUSES) {
        at.status = STATUSES[name]!;
        const message = attributes.get('message');
        if (message) at.message = message;
        said = '';
      } else if (at && (name === 'system-out' || name === 'system-err')) said = '';
      if (empty === '/') end(name);
      else open.push(name);
    }
  }
  return open.length === 0 ? cases : undefined;
}

function caseOf(attributes: Map<string, string>): JUnitCase {
  const seconds = Number(attributes.get('time') ?? 0);
  // CTest tells here of what it did not run.
  const status = attributes.get('status');
  const isLeftOut = status === 'notrun' || status === 'disabled';
  return {
    name: attributes.get('name') ?? '',
    classname: attributes.get('classname') ?? '',
    status: isLeftOut ? 'skipped' : 'passed',
    durationMs: Number.isFinite(seconds) && seconds >= 0 ? Math.round(seconds * 1000) : 0,
    trace: '',
    output: '',
  };
}

function attributesOf(pairs: string): Map<string, string> {
  const found = pairs.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g);
  return new Map([...found].map(([, name, double, single]) => [name!, decoded(double ?? single ?? '')]));
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(\w+));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = Number.parseInt(decimal ?? hex, decimal === undefined ? 16 : 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
