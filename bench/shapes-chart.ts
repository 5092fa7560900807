/** One line of the chart: its points for each number of candidates, absent where nothing was measured. */
export interface Series {
  name: string;
  points(N: number): [P: number, tokensPerSecond: number | undefined][];
}

/** Tokens per second, the same for all panels, so that they can be compared. */
const RANGE = { low: 1000, high: 200_000 };
const PANEL = { width: 300, height: 240, left: 58, top: 40, gap: 60 };
/** Told apart by colour and by dash. */
const STYLES = [
  { stroke: '#1b7f4b', dash: '' },
  { stroke: '#1b7f4b', dash: '6 4' },
  { stroke: '#8a8a8a', dash: '2 3' },
  { stroke: '#b3452c', dash: '' },
  { stroke: '#3a66b1', dash: '' },
];

/** An SVG with a panel for each number of candidates: tokens per second over the prefix, both logarithmic. */
export function chart(panels: number[], series: Series[]): string {
  const width = PANEL.left + panels.length * (PANEL.width + PANEL.gap);
  const height = PANEL.top + PANEL.height + 40 + series.length * 18;
  const parts = panels.map((N, i) => panel(N, series, PANEL.left + i * (PANEL.width + PANEL.gap)));
  const legend = series.map(({ name }, i) => {
    const y = PANEL.top + PANEL.height + 44 + i * 18;
    return `${line(
      [
        [PANEL.left, y - 4],
        [PANEL.left + 34, y - 4],
      ],
      i,
    )}<text x="${PANEL.left + 42}" y="${y}">${name}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#444">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...parts,
    ...legend,
    '</svg>\n',
  ].join('\n');
}

function panel(N: number, series: Series[], left: number): string {
  const prefixes = [...new Set(series.flatMap(({ points }) => points(N).map(([P]) => P)))];
  const { low, high } = RANGE;
  const x = (P: number) =>
    left + (PANEL.width * Math.log(P / prefixes[0]!)) / Math.log(prefixes.at(-1)! / prefixes[0]!);
  const y = (rate: number) => PANEL.top + PANEL.height * (1 - Math.log(rate / low) / Math.log(high / low));
  const ticks: number[] = [];
  for (let decade = low; decade <= high; decade *= 10) {
    for (const factor of [1, 2, 5]) if (decade * factor <= high) ticks.push(decade * factor);
  }
  const bottom = PANEL.top + PANEL.height;
  return [
    `<text x="${left + PANEL.width / 2}" y="${PANEL.top - 14}" text-anchor="middle" font-weight="bold">${N} candidates</text>`,
    ...ticks.map(
      (tick) =>
        `<path d="M${left} ${y(tick)}h${PANEL.width}" stroke="#e4e4e4"/><text x="${left - 6}" y="${y(tick) + 4}" text-anchor="end" font-size="10">${short(tick)}</text>`,
    ),
    ...prefixes.map((P) => `<text x="${x(P)}" y="${bottom + 16}" text-anchor="middle" font-size="10">${P}</text>`),
    ...series.map(({ points }, i) => {
      const known = points(N).filter((point): point is [number, number] => point[1] !== undefined);
      const path = known.map(([P, rate]): [number, number] => [x(P), y(rate)]);
      return (
        line(path, i) +
        path.map(([px, py]) => `<circle cx="${px}" cy="${py}" r="2.5" fill="${STYLES[i]!.stroke}"/>`).join('')
      );
    }),
  ].join('\n');
}

function line(points: [number, number][], style: number): string {
  if (points.length === 0) return '';
  const { stroke, dash } = STYLES[style]!;
  return `<path d="M${points.map(([px, py]) => `${px.toFixed(1)} ${py.toFixed(1)}`).join('L')}" fill="none" stroke="${stroke}" stroke-width="2"${dash && ` stroke-dasharray="${dash}"`}/>`;
}

function short(value: number): string {
  return value >= 1000 ? `${value / 1000}k` : String(value);
}
