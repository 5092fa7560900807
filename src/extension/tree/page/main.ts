/** Draws the prompt tree of a run in a webview of VS Code. Everything it knows comes by message. */
import { type Layout, layoutOf } from '../layout.ts';
import type { FromPage, ToPage } from '../messages.ts';
import type { PageWords } from '../page-words.ts';
import { emptySheet, type Item, pictureOf, type Sheet, updated } from '../picture.ts';
import { counted, describeItem } from './describe.ts';
import { Drawing } from './drawing.ts';
import { keyTarget } from './keys.ts';
import { showLegend } from './legend.ts';
import { PromptList } from './prompt-list.ts';
import { sayIn } from './say.ts';

declare function acquireVsCodeApi(): {
  postMessage(message: FromPage): void;
  getState(): Remembered | undefined;
  setState(state: Remembered): void;
};

/** What outlives the page when it is hidden. */
interface Remembered {
  row: Row;
  selected: string | undefined;
  promptOpen: boolean;
  scroll: [left: number, top: number];
}

/** Pixels; as much as there is room for within what reads well; or as little as all of the tree needs to be seen. */
type Row = number | 'roomy' | 'fit';

const ROOMY = { least: 21, most: 32 };
const [LEAST_ROW, MOST_ROW] = [2, 48];
const ZOOM = 1.25;
/** What is read out may change no faster than it can be said. */
const SPEAK_MS = 3000;

const vscode = acquireVsCodeApi();
const words = JSON.parse(document.body.dataset.words!) as PageWords;
const say = sayIn(words, document.documentElement.lang);
const byId = (id: string) => document.getElementById(id)!;

const remembered = vscode.getState();
let row: Row = remembered?.row ?? 'roomy';
let selected = remembered?.selected;
let sheet: Sheet = emptySheet();
let layout: Layout | undefined;
let isScrolled = false;

const scroller = byId('scroller');
const picture = byId('picture');
const details = byId('prompt') as HTMLDetailsElement;
const drawing = new Drawing(say);
picture.append(drawing.svg);
details.open = remembered?.promptOpen ?? document.body.dataset.place === 'editor';
const list = new PromptList(byId('pieces'), byId('sums'), say, {
  switchPiece: (id, on) => vscode.postMessage({ kind: 'switchPiece', id, on }),
  openPiece: (path) => vscode.postMessage({ kind: 'openPiece', path }),
});

function remember(): void {
  const scroll: Remembered['scroll'] = [scroller.scrollLeft, scroller.scrollTop];
  vscode.setState({ row, selected, promptOpen: details.open, scroll });
}

let isDrawing = false;
function drawSoon(): void {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    draw();
  });
}

function draw(): void {
  const { run } = sheet;
  document.body.classList.toggle('empty', !run);
  byId('symbol').textContent = run?.symbol ?? say('title');
  byId('status').textContent = run?.status ?? say('nothing');
  byId('grow').hidden = run !== undefined;
  const again = byId('again') as HTMLButtonElement;
  again.hidden = run === undefined;
  again.disabled = run?.isGoing === true;
  again.textContent = say(run?.switched ? 'growAgainSwitched' : 'growAgain');
  again.classList.toggle('primary', run?.switched === true);
  details.hidden = sheet.nodes.length === 0;
  list.show(sheet);
  const root = pictureOf(sheet);
  picture.hidden = !root;
  if (!root || !run) {
    layout = undefined;
    return;
  }
  picture.setAttribute('aria-label', say('tree', run.symbol));
  const room = { width: Math.max(250, scroller.clientWidth - 2), character: characterWidth() };
  layout = layoutOf(root, { ...room, row: rowFor(root) });
  drawing.show(layout, run.off);
  const keys = layout.placed.map(({ item }) => item.key);
  if (selected === undefined || !keys.includes(selected)) selected = keys[0];
  for (const { item } of layout.placed) {
    const element = drawing.elementOf(item.key)!;
    element.setAttribute('tabindex', item.key === selected ? '0' : '-1');
    element.setAttribute('aria-selected', String(item.key === selected));
  }
  showLegend(byId('legend'), layout.placed, say);
  readOut();
  speak();
  if (isScrolled) return;
  isScrolled = true;
  const [left, top] = remembered?.scroll ?? [0, layout.ground.y - scroller.clientHeight / 2];
  scroller.scrollTo(left, top);
}

function rowsOf(item: Item): number {
  const children = item.children.filter(({ kind }) => kind !== 'piece');
  return children.length === 0 ? 1 : children.reduce((sum, child) => sum + rowsOf(child), 0);
}

function clampRow(value: number): number {
  return Math.max(LEAST_ROW, Math.min(MOST_ROW, value));
}

/** Labels are set in the editor's font, of which every character is as wide. */
function characterWidth(): number {
  return Number.parseFloat(getComputedStyle(byId('ruler')).width) / 20 || 6.6;
}

function placedAt(key: string | null | undefined) {
  return layout?.placed.find(({ item }) => item.key === key);
}

let hovered: string | undefined;
function readOut(): void {
  const placed = placedAt(hovered) ?? placedAt(selected);
  drawing.showCluster(placed?.item.kind === 'shoot' ? placed.item.facts.cluster : undefined);
  const description = placed && describeItem(placed.item, say);
  byId('read-title').textContent = description?.title ?? '';
  byId('read-facts').textContent = description?.facts.join(' · ') ?? '';
  byId('read-code').textContent = description?.code?.trimEnd() ?? '';
  byId('read-code').hidden = !description?.code;
}

let spokenAt = 0;
let speaking: ReturnType<typeof setTimeout> | undefined;
function speak(): void {
  clearTimeout(speaking);
  const { run } = sheet;
  if (!run) return;
  const text = `${run.symbol}: ${run.status}. ${counted(run.passed, say)} ${say('passed')}`;
  const wait = run.isGoing ? Math.max(0, SPEAK_MS - (Date.now() - spokenAt)) : 0;
  speaking = setTimeout(() => {
    spokenAt = Date.now();
    byId('live').textContent = text;
  }, wait);
}

function select(key: string, focus: boolean): void {
  selected = key;
  for (const { item } of layout?.placed ?? []) {
    const element = drawing.elementOf(item.key)!;
    element.setAttribute('tabindex', item.key === key ? '0' : '-1');
    element.setAttribute('aria-selected', String(item.key === key));
  }
  const element = drawing.elementOf(key);
  if (focus) element?.focus({ preventScroll: true });
  element?.querySelector('.box')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  readOut();
  remember();
}

function open(item: Item): void {
  const path = item.kind === 'piece' ? item.piece.path : item.kind === 'node' ? item.node.pieces[0]?.path : undefined;
  if (path !== undefined) vscode.postMessage({ kind: 'openPiece', path });
  if (item.kind === 'shoot' && item.facts.id !== undefined) {
    vscode.postMessage({ kind: 'openCandidate', id: item.facts.id });
  }
}

function zoom(to: number | 'fit'): void {
  row = to === 'fit' ? to : clampRow(to);
  draw();
  if (selected !== undefined) select(selected, false);
}

function rowFor(root: Item): number {
  if (typeof row === 'number') return row;
  const fitting = (scroller.clientHeight - 20) / Math.max(1, rowsOf(root));
  return row === 'fit' ? clampRow(fitting) : Math.max(ROOMY.least, Math.min(ROOMY.most, fitting));
}

function rowNow(): number {
  const root = pictureOf(sheet);
  return root ? rowFor(root) : ROOMY.least;
}

picture.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const placed = placedAt((event.target as Element).closest('[data-key]')?.getAttribute('data-key'));
  if (!placed || !layout) return;
  const target = keyTarget(layout.placed, placed, event.key);
  if (target) select(target.item.key, true);
  else if (event.key === 'Enter') open(placed.item);
  else if (event.key === ' ' && placed.item.kind === 'piece' && placed.item.piece.optional) {
    const id = placed.item.piece.id!;
    vscode.postMessage({ kind: 'switchPiece', id, on: sheet.run?.off.includes(id) === true });
  } else if (event.key === '+' || event.key === '=') zoom(rowNow() * ZOOM);
  else if (event.key === '-') zoom(rowNow() / ZOOM);
  else if (event.key === '0') zoom('fit');
  else return;
  event.preventDefault();
});
const keyUnder = (event: Event) => (event.target as Element).closest('[data-key]')?.getAttribute('data-key');
picture.addEventListener('click', (event) => {
  const key = keyUnder(event);
  if (key) select(key, true);
});
picture.addEventListener('dblclick', (event) => {
  const placed = placedAt(keyUnder(event));
  if (placed) open(placed.item);
});
picture.addEventListener('pointerover', (event) => {
  hovered = keyUnder(event) ?? undefined;
  readOut();
});
picture.addEventListener('pointerleave', () => {
  hovered = undefined;
  readOut();
});
scroller.addEventListener(
  'wheel',
  (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoom(rowNow() * (event.deltaY < 0 ? ZOOM : 1 / ZOOM));
  },
  { passive: false },
);
scroller.addEventListener('scroll', remember, { passive: true });
details.addEventListener('toggle', remember);
byId('zoom-in').addEventListener('click', () => zoom(rowNow() * ZOOM));
byId('zoom-out').addEventListener('click', () => zoom(rowNow() / ZOOM));
byId('zoom-fit').addEventListener('click', () => zoom('fit'));
byId('grow').addEventListener('click', () => vscode.postMessage({ kind: 'grow' }));
byId('again').addEventListener('click', () => vscode.postMessage({ kind: 'growAgain' }));
new ResizeObserver(drawSoon).observe(scroller);

window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
  if (data.fresh && sheet.run) isScrolled = false;
  sheet = updated(sheet, data);
  drawSoon();
});
vscode.postMessage({ kind: 'ready' });
