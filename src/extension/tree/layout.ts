import type { Item, NodeItem, Parting } from './picture.ts';

/** Room for the picture, in pixels. */
export interface Room {
  width: number;
  /** What each end of the tree gets. */
  row: number;
  /** Of one character of a label. */
  character: number;
}

export interface Placed {
  item: Item;
  /** Depth in the tree, 1 for the root; position among its siblings from 1, and how many these are. */
  level: number;
  position: number;
  siblings: number;
  /** Outline of its wood; and of the part of it that leads to candidates that passed. */
  wood: string;
  sap: string;
  /** What is written on it, and where: its left end, on the base line. */
  label: { x: number; y: number; text: string };
  /** The entropy where candidates part, beside the knot; its right end. */
  bits: { x: number; y: number; text: string };
  /** Where it ends. */
  tip: { x: number; y: number };
  /** How large marks are, where rows leave less room than they would like. */
  scale: number;
  /** Radius of the knot where candidates part; 0 where none do. */
  knot: number;
  /** What can be pointed at. */
  box: { x: number; y: number; width: number; height: number };
}

export interface Layout {
  placed: Placed[];
  width: number;
  height: number;
  /** The line that the stem stands on. */
  ground: { x: number; y: number; height: number };
  /** The outline of the stem as a whole, up to where the first limbs leave it. */
  stem: string;
}

const MARGIN = 8;
const STEM_LEFT = 12;
const LEAST_PIECE = 9;
/** Between two places where candidates part, however few tokens lie between them. */
const LEAST_STEP = 14;
/** Of a limb that is only a strategy, as far as there is room. */
const LEAST_LIMB = 96;
const LABEL_GAP = 16;
/** Digits of an entropy, with the space before them. */
const BITS_LENGTH = 4;

/**
 * Places the tree with its stem on the left: widths follow the pipe model, by which the area of a stem is that of all its
 * branches together (Shinozaki et al. 1964), lengths follow tokens.
 */
export function layoutOf(root: NodeItem, room: Room): Layout {
  const place = new Placing(root, room);
  return place.layout();
}

class Placing {
  readonly #root: NodeItem;
  readonly #room: Room;
  readonly #placed: Placed[] = [];
  readonly #y = new Map<Item, number>();
  /** The right end of each item. */
  readonly #x = new Map<Item, number>();
  readonly #stem: number;
  #rows = 0;

  constructor(root: NodeItem, room: Room) {
    this.#root = root;
    this.#room = room;
    this.#rise(root);
    const height = this.#rows * room.row;
    this.#stem = Math.min(14 + 5 * Math.sqrt(root.count), 84, Math.max(20, height * 0.5), room.width * 0.2);
    this.#stretch();
  }

  layout(): Layout {
    const { width, row } = this.#room;
    this.#visit(this.#root, { x: STEM_LEFT, y: this.#y.get(this.#root)!, width: this.#stem }, [1, 1, 1]);
    const y = this.#y.get(this.#root)!;
    const height = Math.max(this.#rows * row, this.#stem * 1.9) + 2 * MARGIN;
    const ground = { x: STEM_LEFT, y, height: this.#stem * 2.1 };
    const [from, to] = [STEM_LEFT, this.#stemEnd()].map((x) => ({ x, y, width: this.#stem }));
    return { placed: this.#placed, width, height, ground, stem: stemPart(STEM_LEFT, from!, to!) };
  }

  /** Nodes that all candidates go through are one stem. */
  #stemEnd(): number {
    let node = this.#root;
    for (;;) {
      const children = grownFrom(node);
      const only = children[0];
      if (children.length !== 1 || only?.kind !== 'node') return this.#x.get(node)!;
      node = only;
    }
  }

  /** Each end gets a row; whatever is shared stands in the middle of what grows from it. */
  #rise(item: Item): number {
    const children = grownFrom(item);
    const ys = children.map((child) => this.#rise(child));
    const least = this.#room.row / 2 + MARGIN;
    const y = ys.length === 0 ? least + this.#rows++ * this.#room.row : (ys[0]! + ys.at(-1)!) / 2;
    this.#y.set(item, y);
    return y;
  }

  #stretch(): void {
    const { width } = this.#room;
    const forPrompt = clamp(width * 0.3, 84, 340);
    const forLabels = clamp(width * 0.26, 60, 300);
    // A short picture stands in the middle of its room where the stem is thicker than its rows.
    const rows = this.#rows * this.#room.row;
    const lift = Math.max(0, (this.#stem * 1.9 - rows) / 2);
    if (lift > 0) for (const [item, y] of this.#y) this.#y.set(item, y + lift);

    const promptEnd = this.#stretchPrompt(forPrompt);
    const growth = Math.max(40, width - promptEnd - forLabels);
    const longest = Math.max(1, ...flat(this.#root).map((item) => ('to' in item ? item.to : 0)));
    // Where branches are crowded they get more than their share, and the rest less.
    const raw = new Map<Item, number>();
    const grow = (item: Item, from: number) => {
      if (item.kind === 'piece') return;
      const own = item.kind === 'node' ? 0 : Math.max(from + LEAST_STEP, (item.to / longest) * growth);
      if (item.kind !== 'node') raw.set(item, own);
      for (const child of item.children) grow(child, item.kind === 'node' ? 0 : own);
    };
    grow(this.#root, 0);
    const most = Math.max(growth, ...raw.values());
    for (const [item, x] of raw) this.#x.set(item, promptEnd + (x * growth) / most);
  }

  /** The nodes of the prompt, by their tokens. Returns where the longest path ends. */
  #stretchPrompt(width: number): number {
    const measure = (item: NodeItem): number =>
      item.node.tokens + Math.max(0, ...nodesOf(item).map((child) => measure(child)));
    const leastOf = ({ node }: NodeItem) =>
      node.pieces.length > 1 || node.depth === 0
        ? LEAST_PIECE * Math.max(2, node.pieces.length)
        : clamp(width * 0.28, 20, LEAST_LIMB);
    const least = (item: NodeItem): number =>
      leastOf(item) + Math.max(0, ...nodesOf(item).map((child) => least(child)));
    const scale = Math.max(0, width - least(this.#root)) / Math.max(1, measure(this.#root));
    const place = (item: NodeItem, from: number): number => {
      const to = from + leastOf(item) + item.node.tokens * scale;
      this.#x.set(item, to);
      return Math.max(to, ...nodesOf(item).map((child) => place(child, to)));
    };
    return place(this.#root, STEM_LEFT);
  }

  #visit(item: Item, from: Joint, [level, position, siblings]: [number, number, number]): void {
    if (item.kind === 'piece') return;
    const y = this.#y.get(item)!;
    const end: Joint = { x: this.#x.get(item)!, y, width: this.#widthOf(item.count) };
    const sapWidth = item.passing > 0 ? Math.max(1.2, this.#widthOf(item.passing) * 0.42) : 0;
    const bend = bendOf(from, end);
    this.#placed.push({
      ...{ item, level, position, siblings },
      wood: limb(from, end, item === this.#root, item.kind === 'shoot'),
      sap: limb({ ...from, width: Math.min(sapWidth, from.width) }, { ...end, width: sapWidth }),
      label: this.#label(item, bend, end),
      bits: this.#bits(item, end),
      tip: { x: end.x, y },
      scale: this.#scale,
      knot: isParting(item) ? (2.2 + item.parting.entropy) * this.#scale : 0,
      box: this.#box(item, from, end),
    });
    const children = item.children;
    const total = children.length;
    if (item.kind === 'node') this.#placePieces(item, from, end, level + 1, total);
    children.forEach((child, i) => {
      this.#visit(child, end, [level + 1, i + 1, total]);
    });
  }

  #placePieces(node: NodeItem, from: Joint, end: Joint, level: number, siblings: number): void {
    const pieces = node.children.filter((child) => child.kind === 'piece');
    const tokens = Math.max(
      1,
      pieces.reduce((sum, { piece }) => sum + piece.tokens, 0),
    );
    const free = end.x - from.x - pieces.length * LEAST_PIECE;
    let x = from.x;
    pieces.forEach((item, i) => {
      const to = x + LEAST_PIECE + (free * item.piece.tokens) / tokens;
      const [left, right] = [x, to].map((at) => ({ x: at, y: end.y, width: end.width }));
      const box = { x, y: end.y - end.width / 2, width: to - x, height: end.width };
      const fits = Math.floor((to - x - 8) / this.#room.character);
      this.#placed.push({
        ...{ item, level, position: i + 1, siblings, sap: '', scale: 1, knot: 0, box },
        wood: node === this.#root ? stemPart(from.x, left!, right!) : limb(left!, right!),
        bits: NO_TEXT,
        label: {
          x: x + 5,
          y: end.y - end.width * 0.25,
          text: end.width < 30 || fits < 4 ? '' : shortened(item.piece.title, fits),
        },
        tip: { x: to, y: end.y },
      });
      x = to;
    });
  }

  #bits(item: Item, end: Joint): Placed['bits'] {
    if (!isParting(item) || this.#room.row < 15) return NO_TEXT;
    return { x: end.x + 2, y: end.y - end.width / 2 - 4, text: item.parting.entropy.toFixed(1) };
  }

  #label(item: Item, bend: number, end: Joint): Placed['label'] {
    const { row, character, width } = this.#room;
    if (row < 11) return NO_TEXT;
    if (item.kind === 'shoot' || end.x > width - 60) {
      const x = end.x + LABEL_GAP;
      return { x, y: end.y + 3.5, text: shortened(labelOf(item), Math.floor((width - x - 4) / character)) };
    }
    if (item.kind === 'node' && item !== this.#root && grownFrom(item).length === 0) {
      const x = end.x + LABEL_GAP;
      return { x, y: end.y + 3.5, text: shortened(labelOf(item), Math.floor((width - x - 4) / character)) };
    }
    if (item === this.#root || (item.kind === 'node' && item.node.pieces.length > 1)) return NO_TEXT;
    const fits = Math.floor((end.x - bend - 2) / character) - BITS_LENGTH;
    if (row < 15 || fits < 3) return NO_TEXT;
    const text = shortened(labelOf(item), fits);
    // Where limbs leave the stem steeply they cross what stands at the beginning of others.
    const x = item.kind === 'node' ? end.x - (text.length + BITS_LENGTH) * character : bend + 2;
    return { x, y: end.y - end.width / 2 - 3, text };
  }

  #box(item: Item, from: Joint, end: Joint): Placed['box'] {
    const { row, width } = this.#room;
    if (item.kind === 'shoot') {
      const x = Math.min(bendOf(from, end), end.x - 4);
      return { x, y: end.y - row / 2, width: width - x - 2, height: row };
    }
    const height = Math.max(end.width + 4, 10);
    const x = item === this.#root ? from.x - 8 : Math.min(bendOf(from, end), end.x - 8);
    return { x, y: end.y - height / 2, width: end.x - x + 6, height };
  }

  get #scale(): number {
    return clamp(this.#room.row / 13, 0.3, 1);
  }

  #widthOf(count: number): number {
    return Math.max(2.6, this.#stem * Math.sqrt(count / Math.max(1, this.#root.count)));
  }
}

const NO_TEXT = { x: 0, y: 0, text: '' };

interface Joint {
  x: number;
  y: number;
  width: number;
}

/** What a label says of an item: words of code, without the line breaks between them. */
export function labelOf(item: Item): string {
  switch (item.kind) {
    case 'node':
      return item.node.pieces[0]?.title.replace(/^\W*/, '') ?? '';
    case 'piece':
      return item.piece.title;
    case 'branch':
      return spaced(item.text);
    case 'shoot':
      return `${item.count > 1 ? `×${item.count} ` : ''}${spaced(item.text)}`.trim();
  }
}

export function spaced(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ⏎ ').replace(/\s+/g, ' ');
}

function isParting(item: Item): item is Item & { parting: Parting } {
  return 'parting' in item && item.parting !== undefined && item.parting.ways.length > 1;
}

/** The children that stand in rows of their own. */
function grownFrom(item: Item): Item[] {
  return item.children.filter(({ kind }) => kind !== 'piece');
}

function nodesOf(item: NodeItem): NodeItem[] {
  return item.children.filter((child) => child.kind === 'node');
}

function flat(item: Item): Item[] {
  return [item, ...item.children.flatMap(flat)];
}

/** Where a limb has come to its own height. */
function bendOf(from: Joint, to: Joint): number {
  const reach = clamp(Math.abs(to.y - from.y) * 0.55, 10, 90);
  return Math.min(to.x, from.x + Math.min(reach, (to.x - from.x) * 0.8));
}

const LIMB_POINTS = 14;

/** From a joint up or down to a height of its own, then straight on, thinner and thinner. */
function limb(from: Joint, to: Joint, isStem = false, isShoot = false): string {
  if (isStem) return stemPart(from.x, from, to);
  const bend = bendOf(from, to);
  // It leaves a joint no thicker than that is, and a little thicker than it goes on.
  const [a, b] = [Math.min(from.width, to.width * 1.4) / 2, to.width / 2];
  const start = clamp(to.y, from.y - (from.width / 2 - a), from.y + (from.width / 2 - a));
  const [top, bottom]: string[][] = [[], []];
  for (let i = 0; i <= LIMB_POINTS; i++) {
    // Closer where it turns.
    const t = (1 - Math.cos((Math.PI * i) / LIMB_POINTS)) / 2;
    // A curve that leaves and arrives level; its wood is as thick across, however steep it is.
    const ease = t * t * (3 - 2 * t);
    const y = start + (to.y - start) * ease;
    const [dx, dy] = [bend - from.x, (to.y - start) * 6 * t * (1 - t)];
    const length = Math.hypot(dx, dy) || 1;
    const half = a + (b - a) * ease;
    const [nx, ny] = [(-dy / length) * half, (dx / length) * half];
    const at = from.x + (bend - from.x) * t;
    top!.push(`${n(at - nx)} ${n(y - ny)}`);
    bottom!.unshift(`${n(at + nx)} ${n(y + ny)}`);
  }
  const tip = isShoot ? Math.max(0.9, b * 0.4) : b;
  const end = [`${n(to.x)} ${n(to.y - tip)}`, `${n(to.x)} ${n(to.y + tip)}`];
  return `M${[...top!, ...end, ...bottom!].join('L')}Z`;
}

const STEM_POINTS = 6;

/** Part of the stem, which widens towards the ground. */
function stemPart(ground: number, from: Joint, to: Joint): string {
  const xs = Array.from({ length: STEM_POINTS + 1 }, (_, i) => from.x + ((to.x - from.x) * i) / STEM_POINTS);
  const half = (x: number) => (to.width / 2) * (1 + 0.55 * Math.exp(-(x - ground) / 11));
  const top = xs.map((x) => `${n(x)} ${n(to.y - half(x))}`);
  const bottom = xs.reverse().map((x) => `${n(x)} ${n(to.y + half(x))}`);
  return `M${[...top, ...bottom].join('L')}Z`;
}

/** Tenths of a pixel. `toFixed` takes ten times as long, and there are tens of thousands. */
function n(value: number): number {
  return Math.round(value * 10) / 10;
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}

function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  return length < 2 ? '' : `${text.slice(0, length - 1)}…`;
}
