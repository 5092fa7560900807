import type { Layout, Placed } from '../layout.ts';
import type { CandidateState } from '../messages.ts';
import { describeItem, spoken } from './describe.ts';
import type { Say } from './say.ts';

const SVG = 'http://www.w3.org/2000/svg';

/** What the drawing of one item is made of; it stays the same as long as the item does. */
interface Parts {
  /** What can be focused. */
  group: SVGGElement;
  timber: SVGGElement;
  ink: SVGGElement;
  wood: SVGPathElement;
  sap: SVGPathElement;
  knot: SVGCircleElement;
  mark: SVGPathElement;
  label: SVGTextElement;
  bits: SVGTextElement;
  box: SVGRectElement;
}

/**
 * The picture as SVG. Elements are kept from one drawing to the next, so that focus, and what a screen reader is at, stay where
 * they are while candidates grow.
 */
export class Drawing {
  readonly svg: SVGSVGElement;
  readonly #ground: SVGPathElement;
  /** What grows out of other wood lies below that, and all of it below what is written on it. */
  readonly #woods: SVGGElement;
  readonly #shade: SVGPathElement;
  readonly #inks: SVGGElement;
  readonly #items: SVGGElement;
  readonly #say: Say;
  readonly #parts = new Map<string, Parts>();
  #placed: readonly Placed[] = [];

  constructor(say: Say) {
    this.#say = say;
    this.svg = made('svg', 'tree');
    this.svg.setAttribute('role', 'presentation');
    this.#ground = made('path', 'ground');
    this.#woods = made('g');
    this.#shade = made('path', 'shade');
    this.#inks = made('g');
    this.#items = made('g');
    // Items have names that say more than what is written on them.
    for (const layer of [this.#woods, this.#inks]) layer.setAttribute('aria-hidden', 'true');
    this.svg.append(roundness(), this.#ground, this.#woods, this.#shade, this.#inks, this.#items);
  }

  get placed(): readonly Placed[] {
    return this.#placed;
  }

  show(layout: Layout, off: readonly string[]): void {
    this.#placed = layout.placed;
    set(this.svg, { width: layout.width, height: layout.height, viewBox: `0 0 ${layout.width} ${layout.height}` });
    const { x, y, height } = layout.ground;
    set(this.#ground, { d: `M${x} ${y - height / 2}L${x} ${y + height / 2}` });
    set(this.#shade, { d: layout.stem });
    const keys = new Set(layout.placed.map(({ item }) => item.key));
    for (const [key, { group, timber, ink }] of this.#parts) {
      if (keys.has(key)) continue;
      group.remove();
      timber.remove();
      ink.remove();
      this.#parts.delete(key);
    }
    const parts = layout.placed.map((placed) => this.#update(placed, off));
    const each = <Key extends keyof Parts>(key: Key) => parts.map((part) => part[key]);
    inOrder(this.#items, each('group'));
    inOrder(this.#inks, each('ink'));
    inOrder(this.#woods, each('timber').reverse());
  }

  elementOf(key: string): SVGGElement | undefined {
    return this.#parts.get(key)?.group;
  }

  /** Marks the shoots of a cluster: they behave alike. */
  showCluster(cluster: number | undefined): void {
    for (const { item } of this.#placed) {
      const isKin = cluster !== undefined && item.kind === 'shoot' && item.facts.cluster === cluster;
      this.#parts.get(item.key)!.ink.classList.toggle('kin', isKin);
    }
  }

  #update(placed: Placed, off: readonly string[]): Parts {
    const { item, wood, sap, label, bits, tip, knot, box } = placed;
    const parts = this.#parts.get(item.key) ?? this.#make(item.key);
    const kind = classesOf(placed, off);
    set(parts.timber, { class: kind });
    set(parts.ink, { class: kind });
    set(parts.group, {
      class: kind,
      'aria-label': spoken(describeItem(item, this.#say)),
      'aria-level': placed.level,
      'aria-posinset': placed.position,
      'aria-setsize': placed.siblings,
    });
    if (item.kind === 'piece' && item.piece.optional) {
      set(parts.group, { 'aria-checked': String(!off.includes(item.piece.id!)) });
    } else parts.group.removeAttribute('aria-checked');
    set(parts.wood, { d: wood });
    set(parts.sap, { d: sap || 'M0 0' });
    set(parts.knot, { cx: tip.x, cy: tip.y, r: knot });
    set(parts.mark, { d: markOf(placed) });
    set(parts.label, { x: label.x, y: label.y });
    if (parts.label.textContent !== label.text) parts.label.textContent = label.text;
    set(parts.bits, { x: bits.x, y: bits.y });
    if (parts.bits.textContent !== bits.text) parts.bits.textContent = bits.text;
    set(parts.box, { x: box.x, y: box.y, width: Math.max(1, box.width), height: Math.max(1, box.height) });
    return parts;
  }

  #make(key: string): Parts {
    const group = made('g');
    set(group, { role: 'treeitem', tabindex: -1, 'data-key': key });
    const parts: Parts = {
      ...{ group, timber: made('g'), ink: made('g'), box: made('rect', 'box') },
      ...{ wood: made('path', 'wood'), sap: made('path', 'sap') },
      ...{ knot: made('circle', 'knot'), mark: made('path', 'mark') },
      ...{ label: made('text', 'label'), bits: made('text', 'bits') },
    };
    set(parts.box, { rx: 3 });
    const { box, timber, ink, wood, sap, knot, mark, label, bits } = parts;
    timber.append(wood, sap);
    ink.append(knot, mark, label, bits);
    group.append(box);
    this.#parts.set(key, parts);
    return parts;
  }
}

function classesOf({ item, position }: Placed, off: readonly string[]): string {
  const classes: string[] = [item.kind];
  if (item.kind === 'piece' && position % 2 === 0) classes.push('odd');
  if (item.isPruned) classes.push('pruned');
  if (item.kind === 'shoot') {
    classes.push(item.facts.state);
    if (item.facts.rank === 1) classes.push('best');
  }
  if (item.kind === 'piece' && off.includes(item.piece.id ?? '')) classes.push('off');
  if (item.kind === 'node' && (item.node.pieces.length > 1 || item.node.depth === 0)) classes.push('stem');
  if (item.kind === 'node' && item.node.writesTests) classes.push('tests');
  return classes.join(' ');
}

/** What stands at the end of a shoot: a shape of its own for each state, since colour alone tells some people nothing. */
function markOf({ item, tip, scale }: Placed): string {
  if (item.kind !== 'shoot') return 'M0 0';
  return stateMark(item.facts.state, tip.x, tip.y, item.facts.rank === 1 ? 1.35 * scale : scale);
}

export function stateMark(state: CandidateState, x: number, y: number, scale = 1): string {
  const at = (dx: number, dy: number) => `${(x + dx * scale).toFixed(1)} ${(y + dy * scale).toFixed(1)}`;
  switch (state) {
    case 'passed':
    case 'untested':
      // A leaf.
      return `M${at(-2, 0)}C${at(1, -5)} ${at(6, -5)} ${at(9.5, 0)}C${at(6, 5)} ${at(1, 5)} ${at(-2, 0)}Z`;
    case 'growing':
    case 'waiting':
      // A bud.
      return circle(at, scale, 3.2);
    case 'failed':
      return `M${at(-2.6, -2.6)}L${at(2.6, 2.6)}M${at(-2.6, 2.6)}L${at(2.6, -2.6)}`;
    case 'contradicted':
      return `${circle(at, scale, 3.4)}M${at(-2.4, 2.4)}L${at(2.4, -2.4)}`;
    case 'unparsable':
      return `M${at(0, -3.4)}L${at(3.2, 2.6)}L${at(-3.2, 2.6)}Z`;
    case 'stopped':
      // Cut off.
      return `M${at(0, -3.6)}L${at(0, 3.6)}`;
  }
}

function circle(at: (dx: number, dy: number) => string, scale: number, radius: number): string {
  const r = (radius * scale).toFixed(1);
  return `M${at(-radius, 0)}A${r} ${r} 0 1 1 ${at(radius, 0)}A${r} ${r} 0 1 1 ${at(-radius, 0)}Z`;
}

/** Moves only what is not in its place: moving an element would take the focus from it. */
function inOrder(parent: Element, children: readonly Element[]): void {
  let before: Element | null = null;
  for (const child of children) {
    const next: Element | null = before ? before.nextElementSibling : parent.firstElementChild;
    if (next !== child) parent.insertBefore(child, next);
    before = child;
  }
}

/** Light from above, for the stem. */
function roundness(): SVGDefsElement {
  const defs = made('defs');
  const gradient = made('linearGradient');
  set(gradient, { id: 'round', x1: 0, y1: 0, x2: 0, y2: 1 });
  for (const [offset, name] of [
    [0, 'lit'],
    [0.45, 'plain'],
    [1, 'dark'],
  ] as const) {
    const stop = made('stop', name);
    set(stop, { offset });
    gradient.append(stop);
  }
  defs.append(gradient);
  return defs;
}

export function made<Name extends keyof SVGElementTagNameMap>(name: Name, className = ''): SVGElementTagNameMap[Name] {
  const element = document.createElementNS(SVG, name);
  if (className) element.setAttribute('class', className);
  return element;
}

export function set(element: Element, attributes: Record<string, string | number>): void {
  for (const [name, value] of Object.entries(attributes)) {
    const text = String(value);
    if (element.getAttribute(name) !== text) element.setAttribute(name, text);
  }
}
