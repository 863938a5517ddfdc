import type { Apply, Sym } from '../../../expr/node.ts';
import type { Interval } from '../../../family/places.ts';
import { place } from '../../../family/places.ts';
import { atomText, type DimAtom, dimAtoms } from '../../../shape/dim.ts';
import type { Shape } from '../../../shape/shape.ts';
import type { FamilyProgram } from '../../program/request.ts';
import { type Callable, callableKey, callablesOf } from '../callables.ts';
import { type Dialect, named } from '../dialect.ts';
import { atomName, Names } from '../names.ts';
import { type Py, py } from '../tree.ts';
import type { Place } from '../write.ts';
import type { Surroundings } from './body.ts';
import { type Kept, type Letter, memberPy, type Places, placePy, placesUsed } from './members.ts';
import type { Passes } from './request.ts';
import { familyDim, type SizeNames } from './sizes.ts';

/** An input in Python. */
export interface Input {
  readonly symbol: Sym;
  readonly name: string;
  readonly shape: Shape;
  readonly list: { readonly letter: string; readonly run: Interval } | null;
}

/** What a name stands for besides inputs and functions. */
type Kind = 'end' | 'dim' | 'letter' | 'member' | 'part';

/** The Python names of everything in a module over families, and the code of symbols at their places. */
export class FamilyNames {
  readonly inputs: readonly Input[];
  readonly callables: readonly Callable[];
  /** Ends of ranges, with the least number that each may be. */
  readonly ends: ReadonlyMap<string, number>;
  /** Names of dimensions that are used, ends and letters aside. */
  readonly atoms: readonly DimAtom[];
  readonly helpers = new Set<string>(['floats']);
  readonly dialect: Dialect;
  /** Names within the function that is written. */
  local: Names;
  private readonly passes: Passes;
  private readonly outer: Names;
  /** By kind and name: `end:L`, `part:G`. */
  private readonly known = new Map<string, string>();
  private readonly functionRuns = new Map<string, Interval>();

  constructor(request: FamilyProgram, passes: Passes, dialect: Dialect) {
    this.passes = passes;
    this.dialect = dialect;
    this.outer = new Names(dialect);
    this.local = this.outer.inner();
    this.inputs = request.inputs.map((i) => this.input(i));
    this.callables = callablesOf(passes.nodes, this.outer, true);
    for (const n of passes.nodes)
      if (n.kind === 'apply' && n.fn?.index) this.noteFunction(n.fn.name);
    this.ends = this.findEnds(request.derivation.least);
    this.atoms = this.findAtoms();
    this.claim('end', this.ends.keys());
    this.claim(
      'dim',
      this.atoms.map((a) => a.name),
    );
    this.claim('letter', this.letters());
    this.claim(
      'member',
      passes.forward.map((e) => e.left.name),
    );
    this.claim(
      'part',
      passes.recursion.map((e) => e.left.name),
    );
  }

  /** Begins a function. */
  begin(): void {
    this.local = this.outer.inner();
  }

  /** A name for the whole module. */
  claimed(name: string): string {
    return this.outer.claim(name);
  }

  /** Names for what the function that is written keeps. */
  keep(kept: readonly Kept[]): void {
    for (const k of kept) this.known.set(`part:${k.symbol.name}`, this.local.claim('A'));
  }

  private input({ symbol: s, shape, range }: FamilyProgram['inputs'][number]): Input {
    const letter = s.index?.variable ?? null;
    const name = this.outer.claim(letter === null ? atomName(s.name, s.index) : s.name);
    if (letter === null) return { symbol: s, name, shape, list: null };
    const used = placesUsed(s.name, this.passes, (n) =>
      n.kind === 'symbol' && n.role === 'variable' ? n : undefined,
    );
    const run = range ?? used;
    if (!run) throw new RangeError(`${s.name} has no members that are used`);
    return { symbol: s, name, shape, list: { letter, run: { from: run.from, to: run.to } } };
  }

  private noteFunction(name: string): void {
    const run = placesUsed(name, this.passes, (n) =>
      n.kind === 'apply' ? (n.fn ?? undefined) : undefined,
    );
    if (run) this.functionRuns.set(name, run);
  }

  private findEnds(least: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
    const letters = new Set(this.letters());
    const found = new Map<string, number>();
    const note = (v: string | null = null): void => {
      if (v !== null && !letters.has(v)) found.set(v, Math.max(0, least.get(v) ?? 1));
    };
    for (const { list } of this.inputs) {
      note(list?.run.from.variable);
      note(list?.run.to.variable);
    }
    for (const e of this.passes.equations)
      for (const r of [e.range, ...e.terms.map((t) => t.over)]) {
        note(r?.from.variable);
        note(r?.to.variable);
      }
    for (const n of this.passes.nodes) if (n.kind === 'symbol') note(n.index?.variable);
    return found;
  }

  private letters(): string[] {
    const ranges = this.passes.equations.flatMap((e) => [e.range, ...e.terms.map((t) => t.over)]);
    return [
      ...this.inputs.flatMap((i) => (i.list ? [i.list.letter] : [])),
      ...ranges.flatMap((r) => (r ? [r.letter] : [])),
    ];
  }

  /** The names of dimensions, ends and letters aside. */
  private findAtoms(): DimAtom[] {
    const shapes = this.inputs.flatMap((i) => i.shape);
    const dims = this.passes.nodes.flatMap((n) => (n.kind === 'contract' ? n.extents : n.axes));
    const scalars = this.passes.nodes.flatMap((n) =>
      n.kind === 'symbol' && n.role === 'dimension' ? [{ name: n.name, index: n.index }] : [],
    );
    const letters = new Set(this.letters());
    return [...[...shapes, ...dims].flatMap((d) => dimAtoms(d)), ...scalars].filter(
      (a) => a.index !== null || !(this.ends.has(a.name) || letters.has(a.name)),
    );
  }

  private claim(kind: Kind, names: Iterable<string>): void {
    for (const n of names) {
      const key = `${kind}:${n}`;
      if (!this.known.has(key)) this.known.set(key, this.outer.claim(n));
    }
  }

  named(kind: Kind, name: string): string {
    const found = this.known.get(`${kind}:${name}`);
    if (found === undefined) throw new RangeError(`${name} is no ${kind}`);
    return found;
  }

  sizeNames(): SizeNames {
    return {
      name: (t) => this.known.get(`end:${t}`) ?? this.named('dim', t),
      letter: (l) => this.named('letter', l),
    };
  }

  places(letters: readonly Letter[]): Places {
    return { end: (v) => this.named('end', v), letters };
  }

  around(): Surroundings {
    return {
      place: (letters) => this.place(letters),
      places: (letters) => this.places(letters),
      letter: (name) => this.named('letter', name),
      claim: (name) => this.local.claim(name),
    };
  }

  place(letters: readonly Letter[]): Place {
    const places = this.places(letters);
    const names = this.sizeNames();
    const sizes = [...this.known].filter(([k]) => /^(end|dim|letter):/.test(k)).map(([, n]) => n);
    const { dialect } = this;
    return {
      dialect,
      like: this.like(),
      local: this.local,
      sizes: new Set([
        ...sizes,
        ...letters.map((l) => l.py),
        named(dialect, 'pi'),
        named(dialect, 'inf'),
      ]),
      dim: (d) => familyDim(d, names, places),
      helper: (name) => void this.helpers.add(name),
      symbol: (s) => this.symbol(s, places),
      callable: (node) => this.callable(node, places),
    };
  }

  private symbol(s: Sym, places: Places): Py {
    if (s.role === 'dimension') {
      if (s.index) return memberPy(this.named('dim', s.name), s.index, places);
      const letter = places.letters.some((l) => l.name === s.name);
      return letter ? placePy(place(s.name, 0), places) : py.name(this.sizeNames().name(s.name));
    }
    if (s.role === 'part') {
      const name = this.named('part', s.name);
      return s.index ? memberPy(name, s.index, places) : py.name(name);
    }
    const list = this.inputs.find((i) => i.list && i.symbol.name === s.name);
    if (s.index && list?.list)
      return memberPy(list.name, s.index, places, list.list.run.from.offset);
    const input = this.inputs.find((i) => i.symbol === s);
    if (input) return py.name(input.name);
    if (s.index) return memberPy(this.named('member', s.name), s.index, places);
    throw new RangeError(`${atomText(s.name, s.index)} is no argument`);
  }

  private callable(node: Apply, places: Places): Py {
    const key = callableKey(node, true);
    const found = this.callables.find((c) => c.key === key);
    if (!found || !node.fn) throw new RangeError(`no function ${node.label}`);
    if (!node.fn.index) return py.name(found.name);
    const first = this.functionRuns.get(node.fn.name)?.from.offset ?? 0;
    return memberPy(found.name, node.fn.index, places, first);
  }

  private like(): Py | null {
    const whole = this.inputs.find((i) => i.list === null && i.shape.length > 0);
    if (whole) return py.name(whole.name);
    const list = this.inputs.find((i) => i.shape.length > 0 || (i.list && !this.dialect.numbers));
    const [first] = this.dialect.numbers ? [] : this.inputs;
    if (!list && first) return py.name(first.name);
    return list ? py.subscript(py.name(list.name), '0') : null;
  }
}
