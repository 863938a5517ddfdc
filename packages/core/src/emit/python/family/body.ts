import type { Line } from '../../../cost/lines.ts';
import type { Range } from '../../../elaborate/problem.ts';
import { add, zeros } from '../../../expr/build.ts';
import type { Node, Sym } from '../../../expr/node.ts';
import { postorder, substitute } from '../../../expr/walk.ts';
import type { FamilyGradient } from '../../../family/derivation.ts';
import type { Interval } from '../../../family/places.ts';
import { covers, samePlace } from '../../../family/places.ts';
import { symbolAt } from '../../../family/rename.ts';
import type { IndexExpr } from '../../../shape/dim.ts';
import type { Shape } from '../../../shape/shape.ts';
import { finished } from '../results.ts';
import { type Py, print, py, statement, WIDTH } from '../tree.ts';
import { type Place, type Written, write } from '../write.ts';
import {
  type Kept,
  keptBy,
  keptIn,
  type Letter,
  type Places,
  placePy,
  placesKept,
} from './members.ts';
import { along, type Block, type Equation, type Loop, sameRun, schedule } from './schedule.ts';

/** What the body of a function needs to know of the module around it. */
export interface Surroundings {
  /** Where code is written while these letters run. */
  readonly place: (letters: readonly Letter[]) => Place;
  readonly places: (letters: readonly Letter[]) => Places;
  /** The Python variable of a letter. */
  readonly letter: (name: string) => string;
  /** A new name. */
  readonly claim: (name: string) => string;
}

const TAB = '    ';
const indented = (lines: readonly string[]): string[] => lines.map((l) => TAB + l);

/** Writes equations over families as loops. Lines are not indented. */
export class Body {
  private readonly around: Surroundings;
  private readonly kept: readonly Kept[];
  private readonly places: ReadonlyMap<Kept, readonly Interval[]>;

  /** @param kept intermediates that forward equations store and backward equations read */
  constructor(around: Surroundings, kept: readonly Kept[], forward: readonly Equation[]) {
    this.around = around;
    this.kept = kept;
    this.places = new Map(kept.map((k) => [k, placesKept(k, forward)]));
  }

  forward(equations: readonly Equation[]): string[] {
    return this.blocks(schedule(equations, false), true, false);
  }

  backward(equations: readonly Equation[]): string[] {
    return this.blocks(schedule(equations, true), false, true);
  }

  /** Code for one formula at fixed places: its lines, and itself. */
  value(node: Node): { lines: string[]; code: Py; written: Written } {
    const written = write([this.withKept(node, [])], [], this.around.place([]));
    return { lines: linesOf(written), code: written.results[0]?.py ?? py.int(0), written };
  }

  // ------------------------------------------------------------ loops

  private blocks(
    blocks: readonly Block<Equation>[],
    stores: boolean,
    backwards: boolean,
  ): string[] {
    return blocks.flatMap((b) =>
      b.kind === 'single' ? this.equation(b.equation, [], stores) : this.loop(b, stores, backwards),
    );
  }

  private loop(loop: Loop<Equation>, stores: boolean, backwards: boolean): string[] {
    const variable = this.around.letter(loop.letter);
    const lines: string[] = [];
    let open: Interval | null = null;
    for (const { equation, run, lead } of loop.rounds) {
      const name = equation.range?.letter ?? loop.letter;
      const body = this.equation(equation, [{ name, py: variable, lead }], stores);
      if (sameRun(run, loop.run)) {
        lines.push(...body);
        open = null;
        continue;
      }
      if (!open || !sameRun(open, run)) lines.push(`if ${this.guard(variable, run, loop.run)}:`);
      open = run;
      lines.push(...indented(body));
    }
    return [`for ${variable} in ${this.range(loop.run, backwards)}:`, ...indented(lines)];
  }

  private range({ from, to }: Interval, backwards: boolean): string {
    const at = (p: IndexExpr, by: number): string => this.at(p, by);
    return backwards
      ? `range(${at(to, 0)}, ${at(from, -1)}, -1)`
      : `range(${at(from, 0)}, ${at(to, 1)})`;
  }

  private at(p: IndexExpr, by = 0): string {
    return print(placePy(p, this.around.places([]), by));
  }

  private guard(variable: string, run: Interval, whole: Interval): string {
    if (samePlace(run.from, run.to)) return `${variable} == ${this.at(run.from)}`;
    const low = samePlace(run.from, whole.from) ? '' : `${this.at(run.from)} <= `;
    const high = samePlace(run.to, whole.to) ? '' : ` <= ${this.at(run.to)}`;
    return low !== '' && high === ''
      ? `${variable} >= ${this.at(run.from)}`
      : `${low}${variable}${high}`;
  }

  // ------------------------------------------------------------ equations

  private equation(e: Equation, letters: readonly Letter[], stores: boolean): string[] {
    const place = this.around.place(letters);
    const left = print(place.symbol(e.left));
    return this.assigned(left, e, letters, stores);
  }

  /** `left = Σ terms`, where sums over steps are loops. */
  private assigned(
    left: string,
    e: Equation,
    letters: readonly Letter[],
    stores: boolean,
  ): string[] {
    const own = e.terms.filter((t) => t.over === null).map((t) => t.node);
    const base = own.length > 0 ? add(...own) : zeros(e.left.axes);
    const root = stores
      ? (substitute([base], keptBy(e, this.kept))[0] ?? base)
      : this.withKept(base, [e.range]);
    const parts = stores ? this.stored(e) : [];
    const written = write([root], parts, this.around.place(letters));
    const here = this.around.place(letters);
    const lines = [...linesOf(written), ...statement(`${left} = `, assignedPy(written, here), '')];
    for (const { over, node } of e.terms) {
      if (!over) continue;
      const taken = letters.some((l) => l.py === this.around.letter(over.letter));
      const variable = taken ? this.around.claim(over.letter) : this.around.letter(over.letter);
      const inner = [{ name: over.letter, py: variable, lead: 0 }, ...letters];
      const term = write([this.withKept(node, [over, e.range])], [], this.around.place(inner));
      const sum = py.binary('+', py.name(left), resultOf(term));
      lines.push(
        `for ${variable} in ${this.range(along(over, 0), false)}:`,
        ...indented([...linesOf(term), ...statement(`${left} = `, sum, '')]),
      );
    }
    return lines;
  }

  /** The kept intermediates that a forward equation computes, as parts of it, inner ones first. */
  private stored(e: Equation): Line[] {
    const found = keptBy(e, this.kept);
    const order = postorder(e.terms.map((t) => t.node));
    return order.flatMap((n) => {
      const symbol = found.get(n);
      if (!symbol) return [];
      const inner = new Map([...found].filter(([x]) => x !== n));
      return [{ symbol, node: substitute([n], inner)[0] ?? n }];
    });
  }

  /** The formula with kept intermediates read where they are stored. */
  private withKept(node: Node, ranges: readonly (Range | null)[]): Node {
    const found = keptIn(node, this.kept, (k, p) => {
      const range = ranges.find((r) => r !== null && r.letter === p.variable);
      const read = range ? along(range, p.offset) : { from: p, to: p };
      return covers(this.places.get(k) ?? [], read);
    });
    return found.size === 0 ? node : (substitute([node], found)[0] ?? node);
  }

  // ------------------------------------------------------------ gradients

  /** A gradient of a single array: lines, and the result in the variable's shape. */
  single(g: FamilyGradient, shape: Shape, name: string): { lines: string[]; result: Py } {
    const place = this.around.place([]);
    const [e] = g.equations;
    if (!e || e.terms.every((t) => t.over === null)) {
      const node = e ? add(...e.terms.map((t) => t.node)) : zeros(g.variable.axes);
      const { lines, written } = this.value(node);
      const [code] = written.results;
      if (!code) throw new RangeError('a gradient without code');
      return { lines, result: finished(code, shape, written.owned, place) };
    }
    const lines = this.assigned(name, e, [], false);
    const code = { py: py.name(name), rank: g.variable.axes.length, number: false };
    return { lines, result: finished(code, shape, new Set([name]), place) };
  }

  /** The gradients of all members of a list, in a list. */
  list(g: FamilyGradient, run: Interval, letter: string, name: string): string[] {
    const [e, ...others] = g.equations;
    const term = e?.terms.length === 1 ? e.terms[0] : undefined;
    const alone =
      others.length === 0 &&
      e?.range &&
      term?.over === null &&
      e.left.index?.offset === 0 &&
      sameRun(along(e.range, 0), run);
    if (alone && e?.range) return this.wholeList(term.node, e.range.letter, run, g.variable, name);
    const zero = zeros(g.variable.axes);
    const lines = this.wholeList(zero, letter, run, g.variable, name);
    return [...lines, ...g.equations.flatMap((x) => this.members(x, run, name))];
  }

  /** `name = [… for l in range(…)]`. */
  private wholeList(
    node: Node,
    letter: string,
    run: Interval,
    variable: Sym,
    name: string,
  ): string[] {
    const at = this.around.letter(letter);
    const letters = [{ name: letter, py: at, lead: 0 }];
    const { written, result } = this.member(node, letters, variable, { ...run, letter });
    const range = `for ${at} in ${this.range(run, false)}`;
    const line = `${name} = [${print(result)} ${range}]`;
    if (written.lines.length === 0 && line.length + TAB.length <= WIDTH) return [line];
    return [
      `${name} = []`,
      `${range}:`,
      ...indented([...linesOf(written), ...statement(`${name}.append(`, result, '', ')')]),
    ];
  }

  private member(
    node: Node,
    letters: readonly Letter[],
    variable: Sym,
    range: Range,
  ): { written: Written; result: Py } {
    const place = this.around.place(letters);
    const written = write([this.withKept(node, [range])], [], place);
    const [code] = written.results;
    if (!code) throw new RangeError('a gradient without code');
    const own = variable.index?.variable ?? null;
    const here =
      own === null ? variable : symbolAt(variable, own, { variable: range.letter, offset: 0 });
    return { written, result: finished(code, here.shape, written.owned, place) };
  }

  /** Members that an equation gives, into a list that begins at the run's start. */
  private members(e: Equation, run: Interval, name: string): string[] {
    const index = e.left.index ?? run.from;
    const letter = e.range ? this.around.letter(e.range.letter) : null;
    const letters = e.range && letter ? [{ name: e.range.letter, py: letter, lead: 0 }] : [];
    const at = print(placePy(index, this.around.places(letters), -run.from.offset));
    const lines = e.terms.every((t) => t.over === null)
      ? this.entry(e, letters, `${name}[${at}]`)
      : this.summedEntry(e, letters, `${name}[${at}]`);
    return e.range && letter
      ? [`for ${letter} in ${this.range(along(e.range, 0), false)}:`, ...indented(lines)]
      : lines;
  }

  /** `left = …`, in the shape of the variable. */
  private entry(e: Equation, letters: readonly Letter[], left: string): string[] {
    const place = this.around.place(letters);
    const node = add(...e.terms.map((t) => t.node));
    const written = write([this.withKept(node, [e.range])], [], place);
    const [code] = written.results;
    if (!code) throw new RangeError('a gradient without code');
    const result = finished(code, e.left.shape, written.owned, place);
    return [...linesOf(written), ...statement(`${left} = `, result, '')];
  }

  /** The same where a sum over steps is made first. */
  private summedEntry(e: Equation, letters: readonly Letter[], left: string): string[] {
    const value = this.around.claim('g');
    const code = { py: py.name(value), rank: e.left.axes.length, number: false };
    const result = finished(code, e.left.shape, new Set(), this.around.place(letters));
    return [...this.assigned(value, e, letters, false), ...statement(`${left} = `, result, '')];
  }
}

const resultOf = (w: Written): Py => w.results[0]?.py ?? py.int(0);

/** A result that is kept in a table: of a library that keeps arrays only, an array. */
function assignedPy(w: Written, { dialect, like }: Place): Py {
  const [code] = w.results;
  return code?.number && !dialect.numbers ? dialect.result(code.py, like) : resultOf(w);
}

const linesOf = (w: Written): string[] =>
  w.lines.flatMap((l) => statement(`${l.name} = `, l.code, ''));
