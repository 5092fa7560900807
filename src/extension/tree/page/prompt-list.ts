import { savedTokens } from '../../../core/prompt/sharing.ts';
import type { PieceFacts } from '../messages.ts';
import type { Sheet } from '../picture.ts';
import { tokensOf } from './describe.ts';
import type { Say } from './say.ts';

export interface PromptListActions {
  switchPiece(id: string, on: boolean): void;
  openPiece(path: string): void;
}

/** The pieces of the prompt, each with a box that switches it off for the next run. */
export class PromptList {
  readonly #list: HTMLElement;
  readonly #sums: HTMLElement;
  readonly #say: Say;
  readonly #actions: PromptListActions;
  #shown = '';

  constructor(list: HTMLElement, sums: HTMLElement, say: Say, actions: PromptListActions) {
    this.#list = list;
    this.#sums = sums;
    this.#say = say;
    this.#actions = actions;
  }

  show({ nodes, leftOut, run }: Sheet): void {
    const shared = nodes.filter(({ writesTests }) => !writesTests);
    const tokens = shared.reduce((sum, node) => sum + node.tokens, 0);
    const saved = shared.reduce((sum, node) => sum + savedTokens(node), 0);
    this.#sums.textContent = nodes.length === 0 ? '' : this.#say('promptSums', tokens, run?.candidates ?? 0, saved);
    // Limbs with a strategy are seen in the tree; here it is what the stem is made of.
    const pieces = [...nodes.filter(({ candidates, depth }) => depth < 1 || candidates > 0).slice(0, 2)]
      .flatMap((node) => node.pieces)
      .filter(({ tokens, optional }) => tokens > 0 || optional);
    const off = run?.off ?? [];
    const known = JSON.stringify([pieces, leftOut, off]);
    if (known === this.#shown) return;
    this.#shown = known;
    const focused = document.activeElement?.getAttribute('data-piece');
    const most = Math.max(1, ...pieces.map((piece) => piece.tokens));
    const isOff = ({ id }: PieceFacts) => id !== undefined && off.includes(id);
    this.#list.replaceChildren(
      ...pieces.map((piece) => this.#row(piece, !isOff(piece), most)),
      ...leftOut.map((piece) => this.#row(piece, piece.optional && !isOff(piece), most)),
    );
    if (focused) this.#list.querySelector<HTMLElement>(`[data-piece="${CSS.escape(focused)}"]`)?.focus();
  }

  #row(piece: PieceFacts, isOn: boolean, most: number): HTMLElement {
    const row = element('li', 'row');
    row.classList.toggle('off', !isOn);
    const label = element('label');
    const box = element('input');
    box.type = 'checkbox';
    box.checked = isOn;
    box.disabled = !piece.optional || piece.id === undefined;
    if (piece.id !== undefined) box.setAttribute('data-piece', piece.id);
    box.addEventListener('change', () => this.#actions.switchPiece(piece.id!, box.checked));
    const title = element('span', 'title');
    title.textContent = piece.title;
    label.append(box, title);
    row.append(label);
    if (piece.path !== undefined) row.append(this.#opener(piece.path));
    const count = element('span', 'count');
    count.textContent = piece.tokens > 0 ? tokensOf(piece.tokens, this.#say) : '';
    row.append(count, meter(piece.tokens / most));
    if (piece.cut !== undefined) {
      const cut = element('span', 'cut');
      cut.textContent = this.#say(piece.tokens > 0 ? 'cut' : 'leftOut', piece.cut);
      row.append(cut);
    }
    return row;
  }

  #opener(path: string): HTMLElement {
    const opener = element('button', 'path');
    opener.type = 'button';
    opener.textContent = path;
    opener.title = path;
    opener.addEventListener('click', () => this.#actions.openPiece(path));
    return opener;
  }
}

/** A bar beside the number, for the eye. */
function meter(share: number): SVGElement {
  const names = 'http://www.w3.org/2000/svg';
  const bar = document.createElementNS(names, 'svg');
  bar.setAttribute('class', 'meter');
  bar.setAttribute('viewBox', '0 0 100 4');
  bar.setAttribute('preserveAspectRatio', 'none');
  bar.setAttribute('aria-hidden', 'true');
  const filled = document.createElementNS(names, 'rect');
  filled.setAttribute('width', String(Math.round(share * 100)));
  filled.setAttribute('height', '4');
  bar.append(filled);
  return bar;
}

function element<Name extends keyof HTMLElementTagNameMap>(name: Name, className = ''): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className) made.className = className;
  return made;
}
