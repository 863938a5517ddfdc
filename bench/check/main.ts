import { gradcheck } from '../../packages/core/src/check.ts';
import type { Node } from '../../packages/core/src/expr/node.ts';
import { differentiate } from '../../packages/core/src/verify/differences.ts';
import { random } from '../../packages/core/src/verify/random.ts';
import {
  isFirst,
  isWithin,
  isWrong,
  trialsOf,
} from '../../packages/core/test/examine/confusion.ts';
import { checkOf, DEFECTS, PROPERTIES } from '../../packages/core/test/gradcheck/defects.ts';
import { table } from '../measure.mjs';
import {
  drawMutants,
  type Family,
  families,
  type Gradient,
  type Point,
  pointsOf,
  SCENARIOS,
} from './cases.ts';
import { FUNCTIONS, isSmooth } from './functions.ts';
import { startPeers } from './peers.ts';
import { conditionedPoints, kinkedPoints } from './right.ts';

/**
 * `npm run bench:check`: how well gradients are told right from wrong, beside the checks of torch, jax and scipy on the same functions in
 * the same run: a thousand wrong gradients and ten thousand right ones. `--quick` takes fewer, `--full` all and arrays of a million entries.
 */

const full = process.argv.includes('--full');
const quick = process.argv.includes('--quick');
const seed = Number(process.argv.find((a) => a.startsWith('--seed='))?.slice(7) ?? 1);
const root = process.env['MATGRAD_ROOT'] ?? '';
const say = (...lines: string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);
const began = performance.now();
const percent = (n: number, of: number, digits = 1): string =>
  of === 0 ? '–' : `${((100 * n) / of).toFixed(digits)} %`;
const power = (x: number): string => (x === 0 ? '0' : x.toExponential(1));

const draws = random(seed, 5);
const freshSeed = (): number => Math.floor(draws.uniform() * 2 ** 32);
const verdictOn = ({ f, x }: Point, g: Gradient): string =>
  gradcheck(f, g, x, { seed: freshSeed() }).verdict;

const all = families();
const mutants = all.reduce((n, f) => n + f.wrong.length, 0);
say(
  `node ${process.version}; ${FUNCTIONS.length} functions, ${all.length} with free entries, ${mutants} wrong gradients; seed ${seed}`,
  '',
);
const peers = await startPeers(root);
if (peers.names.length === 0)
  say(
    'No Python with torch, jax or scipy: `npm run bench:check -- --peers` makes one in .venv-peers (0.6 GB), and MATGRAD_PEERS names others, separated by colons.',
    '',
  );

await wrongFound();
await rightRefused();
await reference();
named();
planted();
largeArrays();
peers.close();
say(`${((performance.now() - began) / 1000).toFixed(0)} s`);

// ---------------------------------------------------------------- wrong gradients

/** How many of the wrong gradients a checker finds at three points. */
async function wrongFound(): Promise<void> {
  const chosen = drawMutants(all, full ? mutants : quick ? 300 : 1000, seed);
  const beside = drawMutants(all, full ? 300 : 24, seed);
  const count = [...chosen.values()].reduce((n, c) => n + c.length, 0);
  const few = [...beside.values()].reduce((n, c) => n + c.length, 0);
  const rows: string[][] = [];
  const missed = new Map<string, number>();
  for (const scenario of SCENARIOS) {
    let found = 0;
    for (const [family, nodes] of chosen) {
      const open = new Set(nodes);
      for (const point of pointsOf(family, 3, seed, nodes)) {
        const p = scenario.of(point);
        nodes.forEach((node, k) => {
          if (open.has(node) && verdictOn(p, p.wrong[k] as Gradient) === 'wrong') open.delete(node);
        });
      }
      found += nodes.length - open.size;
      for (const node of open)
        missed.set(
          `${family.name}: ${family.wrong.find((w) => w.node === node)?.class}, ${scenario.name}`,
          1,
        );
    }
    rows.push([scenario.name, percent(found, count, 2), ...(await peersFind(beside, scenario))]);
  }
  const heads = [
    'wrong gradients found',
    `matgrad, of ${count}`,
    ...peers.names.map((n) => `${n}, of ${few}`),
  ];
  say(table([heads, ...rows]), '');
  if (missed.size > 0) say(`missed: ${[...missed.keys()].slice(0, full ? 40 : 12).join('; ')}`, '');
}

async function peersFind(
  chosen: ReadonlyMap<Family, readonly Node[]>,
  scenario: (typeof SCENARIOS)[number],
): Promise<string[]> {
  if (peers.names.length === 0) return [];
  const found = new Map<string, number>(peers.names.map((n) => [n, 0]));
  let count = 0;
  for (const [family, nodes] of chosen) {
    const caught = new Map(nodes.map((n) => [n, new Set<string>()]));
    for (const point of pointsOf(family, 3, seed, nodes)) {
      const p = scenario.of(point);
      for (const [k, node] of nodes.entries()) {
        const verdicts = await peers.check(p.x, p.f, p.wrong[k] as Gradient);
        for (const [name, passed] of Object.entries(verdicts))
          if (passed === false) caught.get(node)?.add(name);
      }
    }
    for (const names of caught.values()) {
      count++;
      for (const n of names) found.set(n, (found.get(n) ?? 0) + 1);
    }
  }
  return peers.names.map((n) => percent(found.get(n) ?? 0, count));
}

// ---------------------------------------------------------------- right gradients

async function rightRefused(): Promise<void> {
  const each = quick ? 2 : 14;
  const groups: readonly (readonly [string, () => Iterable<Point>])[] = [
    ...SCENARIOS.map((s) => [s.name, () => everyPoint(each, s)] as const),
    ['condition up to 1e6', () => conditionedPoints(quick ? 150 : 800, seed)],
    ['near kinks', () => kinkedPoints(quick ? 200 : 800, seed)],
  ];
  const rows: string[][] = [];
  const notes: string[] = [];
  let [count, refused, open] = [0, 0, 0];
  for (const [name, points] of groups) {
    let [n, no, unclear] = [0, 0, 0];
    const told: string[] = [];
    const others = new Map<string, number>();
    let asked = 0;
    for (const p of points()) {
      for (const g of p.right) {
        n++;
        const report = gradcheck(p.f, g, p.x, { seed: freshSeed() });
        if (report.verdict === 'wrong') no++;
        if (report.verdict === 'inconclusive') unclear++;
        if (report.verdict !== 'right') told.push(`${p.name}: ${report.message.split('\n')[0]}`);
      }
      if (peers.names.length > 0 && asked < (full ? 100 : 12) && p.right[0]) {
        asked++;
        for (const [who, passed] of Object.entries(await peers.check(p.x, p.f, p.right[0])))
          if (passed !== true) others.set(who, (others.get(who) ?? 0) + 1);
      }
    }
    count += n;
    refused += no;
    open += unclear;
    rows.push([
      name,
      `${no} of ${n}`,
      percent(unclear, n),
      ...peers.names.map((w) => percent(others.get(w) ?? 0, asked, 0)),
    ]);
    notes.push(...told.slice(0, full ? 6 : 2));
  }
  rows.push(['in all', `${refused} of ${count}`, percent(open, count)]);
  say(
    table([['right gradients refused', 'matgrad', 'inconclusive', ...peers.names], ...rows]),
    ...notes.map((n) => `  ${n}`),
    '',
  );
}

function* everyPoint(each: number, scenario: (typeof SCENARIOS)[number]): Generator<Point> {
  for (const family of all)
    for (const p of pointsOf(family, each, seed + 1, [])) yield scenario.of(p);
}

// ---------------------------------------------------------------- the reference

/** Derivatives along entries by differences against the derived gradient, relative to the largest entry. */
async function reference(): Promise<void> {
  const rows: string[][] = [];
  for (const scenario of SCENARIOS) {
    const errors: number[] = [];
    const others = new Map<string, number[]>();
    let held = 0;
    let asked = 0;
    for (const family of all) {
      if (!isSmooth(family.name)) continue;
      for (const point of pointsOf(family, full ? 6 : 2, seed + 2, [])) {
        const p = scenario.of(point);
        const truth = p.right[0]?.(p.x).slice() ?? new Float64Array(0);
        const size = truth.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
        const unit = Math.sqrt(p.x.reduce((t, v) => t + v * v, 0) / p.x.length);
        for (let k = 0; k < Math.min(p.x.length, 12); k++) {
          const estimate = differentiate(
            (t) => p.f(p.x.map((v, i) => (i === k ? v + t * unit : v))),
            { scale: size * unit },
          );
          const error =
            Math.abs((estimate?.derivative ?? Number.NaN) / unit - (truth[k] ?? 0)) / size;
          // The truth itself has the rounding of a dozen operations.
          if (error <= (estimate?.bound ?? 0) / (unit * size) + 2e-15) held++;
          errors.push(error);
        }
        if (peers.names.length > 0 && asked < (full ? 60 : 10)) {
          asked++;
          for (const [name, g] of Object.entries(await peers.numeric(p.x, p.f))) {
            if (!Array.isArray(g)) continue;
            const list = others.get(name) ?? [];
            others.set(name, list);
            g.forEach((v, k) => list.push(Math.abs(Number(v) - (truth[k] ?? 0)) / size));
          }
        }
      }
    }
    const at = (list: readonly number[], share: number): string => {
      const sorted = list.toSorted((a, b) => a - b);
      return power(sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN);
    };
    rows.push([
      scenario.name,
      at(errors, 0.5),
      at(errors, 0.99),
      at(errors, 1),
      percent(held, errors.length, 2),
      ...[...others.keys()].map((n) => `${n} ${at(others.get(n) ?? [], 0.5)}`),
    ]);
  }
  say(
    table([
      ['error of the reference', 'median', '99 %', 'largest', 'bound holds', 'medians of others'],
      ...rows,
    ]),
    '',
  );
}

// ---------------------------------------------------------------- names, defects, size

function named(): void {
  const trials = trialsOf(FUNCTIONS, { seed, ...(full ? {} : { atMost: quick ? 3 : 6 }) });
  const n = trials.length;
  const count = (of: (t: (typeof trials)[number]) => boolean): string =>
    percent(trials.filter(of).length, n);
  say(
    table([
      [`the mistake named, of ${n}`, ''],
      ['first', count(isFirst)],
      ['within three', count((t) => isWithin(t, 3))],
      ['wrong and confident', count(isWrong)],
    ]),
    '',
  );
}

function planted(): void {
  const sound = PROPERTIES.filter((p) => p.holds(checkOf({}))).length;
  const rows = DEFECTS.map(([name, parts]) => {
    const broken = PROPERTIES.filter((p) => !p.holds(checkOf(parts))).map((p) => p.name);
    return [name, broken.length > 0 ? `caught: ${broken.join('; ')}` : 'NOT CAUGHT'];
  });
  say(
    table([
      ['planted in the check', `${sound} of ${PROPERTIES.length} promises hold without`],
      ...rows,
    ]),
    '',
  );
}

/** One entry of many, off by 10⁻⁴ of a typical one. */
function largeArrays(): void {
  const rows: string[][] = [];
  const source = random(seed, 9);
  const softplus = (v: number): number => (v > 30 ? v : Math.log1p(Math.exp(v)));
  const kinds: readonly (readonly [
    string,
    (v: number, c: number) => number,
    (v: number, c: number) => number,
  ])[] = [
    ['Σ x²', (v) => v * v, (v) => 2 * v],
    ['Σ c tanh x', (v, c) => c * Math.tanh(v), (v, c) => c * (1 - Math.tanh(v) ** 2)],
    ['Σ softplus x', softplus, (v) => 1 / (1 + Math.exp(-v))],
    ['Σ c relu x', (v, c) => c * Math.max(0, v), (v, c) => (v > 0 ? c : 0)],
  ];
  for (const n of full ? [1e4, 1e6] : [1e4]) {
    const runs = n === 1e6 ? 25 : 40;
    for (const [name, f, d] of kinds) {
      const c = Float64Array.from({ length: n }, () => source.gaussian());
      const x = Float64Array.from({ length: n }, () => source.gaussian());
      const value = (v: Float64Array): number => {
        let s = 0;
        for (let i = 0; i < n; i++) s += f(v[i] as number, c[i] as number);
        return s;
      };
      const gradient: Gradient = (v) => v.map((w, i) => d(w, c[i] as number));
      const typical = Math.sqrt(gradient(x).reduce((t, v) => t + v * v, 0) / n);
      let [found, traced, calls] = [0, 0, 0];
      for (let run = 0; run < runs; run++) {
        const k = source.below(n);
        const off = 1e-4 * typical * source.sign();
        const spoilt: Gradient = (v) => {
          const g = gradient(v);
          g[k] = (g[k] as number) + off;
          return g;
        };
        const report = gradcheck(value, spoilt, x, { seed: freshSeed(), seconds: 600 });
        if (report.verdict === 'wrong') found++;
        if (report.worst?.path === `[${k}]`) traced++;
        calls += report.evaluations;
      }
      const right = gradcheck(value, gradient, x, { seed: freshSeed(), seconds: 600 });
      rows.push([
        `${name}, ${power(n)} entries`,
        `${found} of ${runs}`,
        `${traced}`,
        `${Math.round(calls / runs)}`,
        `${right.verdict} in ${right.evaluations}, finds ${power(right.finds)}`,
      ]);
    }
  }
  say(
    table([
      ['one entry off by 1e-4', 'found', 'and named', 'calls of f', 'the right gradient'],
      ...rows,
    ]),
    '',
  );
}
