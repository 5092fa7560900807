import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { pageWords } from './page-words.ts';

/** Where the page is shown: the side bar is narrow, and has another background. */
export type Place = 'side' | 'editor';

/** Nothing but these two files is loaded, nothing is sent anywhere, and no style or script stands in the page itself. */
export function pageOf(webview: vscode.Webview, assets: vscode.Uri, place: Place): string {
  const nonce = randomBytes(16).toString('base64');
  const [script, style] = ['tree.js', 'tree.css'].map((file) => {
    return webview.asWebviewUri(vscode.Uri.joinPath(assets, file));
  });
  const words = pageWords();
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}';`;
  const button = (id: string, text: string, sign: string) =>
    `<button type="button" id="${id}" class="icon" title="${escaped(text)}" aria-label="${escaped(text)}">${sign}</button>`;
  return `<!DOCTYPE html>
<html lang="${escaped(vscode.env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Coppice</title>
<link rel="stylesheet" href="${style}">
</head>
<body class="empty" data-place="${place}" data-words="${escaped(JSON.stringify(words))}">
<main>
<header>
<h1 id="symbol">${escaped(words.title)}</h1>
<p id="status"></p>
<button type="button" id="grow" class="primary" hidden>${escaped(words.grow)}</button>
<button type="button" id="again" hidden>${escaped(words.growAgain)}</button>
</header>
<details id="prompt" hidden>
<summary><span>${escaped(words.prompt)}</span> <span id="sums"></span></summary>
<ul id="pieces"></ul>
</details>
<div id="stage">
<div id="scroller">
<div id="picture" role="tree" hidden></div>
</div>
</div>
<div id="foot">
<div id="legend" aria-hidden="true"></div>
<div id="tools">
${button('zoom-out', words.zoomOut, '−')}
${button('zoom-in', words.zoomIn, '+')}
${button('zoom-fit', words.zoomFit, '⤢')}
</div>
</div>
<section id="readout" tabindex="0" aria-label="${escaped(words.readout)}">
<p id="read-title"></p>
<p id="read-facts"></p>
<pre id="read-code" hidden></pre>
</section>
<p id="live" class="unseen" role="status"></p>
<span id="ruler" class="unseen" aria-hidden="true">${'m'.repeat(20)}</span>
</main>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
