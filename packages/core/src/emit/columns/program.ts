import { linesOf } from '../../cost/lines.ts';
import type { Apply, Node, Sym } from '../../expr/node.ts';
import { postorder } from '../../expr/walk.ts';
import { atomText, type Dim, type DimTerm, dimAtoms, twiceDim } from '../../shape/dim.ts';
import { axesOf, type Shape } from '../../shape/shape.ts';
import { docFormula, docLines } from '../program/formula.ts';
import { programSizes } from '../program/lengths.ts';
import { outputName } from '../program/outputs.ts';
import type { FormulaProgram } from '../program/request.ts';
import { sizeReadings } from '../program/sizes.ts';
import { callableKey } from '../python/callables.ts';
import { atomName } from '../python/names.ts';
import { inputText, shapeLabel, shapeText } from '../python/sizes.ts';
import { nameText } from '../text.ts';
import { Coder } from './code.ts';
import type { Argument, Body, Language } from './language.ts';
import { isCheapTerm, printTerm, type Term, Terms } from './term.ts';

/**
 * A program in a language of matrices, with the value and its derivatives. Vectors are columns, rows 1×n matrices; a result has the
 * shape of the value followed by that of the variable.
 * @throws MatgradError for a function that the language has no spelling for
 */
export const toColumns = (program: FormulaProgram, language: Language): string =>
  new Maker(program, language).text();

interface Wanted {
  readonly name: string;
  readonly node: Node;
  readonly shape: Shape;
}

class Maker {
  private readonly program: FormulaProgram;
  private readonly language: Language;
  private readonly taken = new Set<string>();
  private readonly args: readonly (Argument & { readonly symbol: Sym; readonly shape: Shape })[];
  private readonly callables = new Map<string, string>();
  private readonly dims = new Map<string, string>();
  private readonly parts = new Map<Sym, string>();
  private readonly untold: readonly string[];
  private readonly wanted: readonly [Wanted, ...Wanted[]];
  private readonly type: string;

  constructor(program: FormulaProgram, language: Language) {
    this.program = program;
    this.language = language;
    this.claim('value');
    this.args = program.inputs.map(({ symbol, shape }) => ({
      symbol,
      shape,
      name: this.claim(atomName(symbol.name, symbol.index)),
      rank: shape.length,
    }));
    this.wanted = [
      { name: 'value', node: program.value, shape: program.valueShape },
      ...program.derivatives.map((d) => {
        return { name: this.claim(outputName(d)), node: d.node, shape: d.shape };
      }),
    ];
    const nodes = postorder([
      ...this.wanted.map((w) => w.node),
      ...program.parts.map((p) => p.node),
    ]);
    for (const n of nodes) {
      if (n.kind !== 'apply' || !n.fn) continue;
      const key = callableKey(n);
      if (!this.callables.has(key)) this.callables.set(key, this.claim(key));
    }
    const needed = this.needed(nodes);
    const shapes = this.args.map((a) => a.shape);
    for (const atom of new Map(
      [...shapes.flat(), ...needed].flatMap((d) =>
        dimAtoms(d).map((a) => [atomText(a.name, a.index), a] as const),
      ),
    ))
      this.dims.set(atom[0], this.claim(atomName(atom[1].name, atom[1].index)));
    this.untold = sizeReadings(shapes, [...this.dims.keys()]).untold.map(
      (a) => this.dims.get(a) ?? a,
    );
    for (const p of program.parts)
      this.parts.set(p.symbol, this.claim(atomName(p.symbol.name, p.symbol.index)));
    this.type = this.claim('T');
  }

  text(): string {
    const { language, program } = this;
    const [value, ...derivatives] = this.wanted;
    return language.program({
      title: oneLine(program.title),
      args: this.args.map((a) => a.name),
      options: [...this.callables.values(), ...this.untold],
      derivatives: derivatives.map((d) => d.name),
      documentation: this.documentation().map(oneLine),
      body: (which) =>
        this.body(which === 'value' ? [value] : which === 'derivative' ? derivatives : this.wanted),
      staged: () => this.staged(),
      helpers: (text) => helpersOf(language, text),
    });
  }

  private documentation(): string[] {
    const { program } = this;
    return [
      ...docLines(program.derivatives, (d) => {
        return `${d.left} = ${d.text}`;
      }),
      ...docLines(program.parts, ({ symbol: s, node }) => {
        return `where ${nameText(s.name, s.index)} = ${docFormula(node, s.shape)}`;
      }),
      '',
      ...this.args.map((a) => `${a.name}: ${inputText(a.symbol, a.shape)}`),
      ...this.untold.map((name) => `${name}: a whole number`),
      ...[...this.callables].map(([key, name]) => `${name}: the function ${key}`),
      ...this.wanted.map((w) => `${w.name}: ${shapeText(w.shape)}`),
    ];
  }

  // ------------------------------------------------------------ bodies

  private body(wanted: readonly Wanted[]): Body {
    const work = new Work(this.language, this.taken);
    const { roots, statements } = this.code(work, wanted);
    work.count([...statements.map((s) => s.term), ...roots]);
    for (const s of statements) work.assign(s.name, s.term);
    const results = roots.map((r) => work.written(r));
    return { lines: [...this.prelude(work, [...work.lines, ...results]), ...work.lines], results };
  }

  private staged(): { first: Body; further: Body } {
    const work = new Work(this.language, this.taken);
    const { roots, statements } = this.code(work, this.wanted);
    work.count([...statements.map((s) => s.term), ...roots]);
    const [value, ...rest] = roots;
    const now = reachable(value ? [value] : [], statements);
    for (const s of statements) if (now.has(s.name)) work.assign(s.name, s.term);
    const result = value ? [work.written(value)] : [];
    const firstLines = [...work.lines];
    for (const s of statements) if (!now.has(s.name)) work.assign(s.name, s.term);
    const results = rest.map((r) => work.written(r));
    const all = [...work.lines, ...result, ...results];
    return {
      first: { lines: [...this.prelude(work, all), ...firstLines], results: result },
      further: { lines: work.lines.slice(firstLines.length), results },
    };
  }

  private code(
    work: Work,
    wanted: readonly Wanted[],
  ): { roots: Term[]; statements: { name: string; term: Term }[] } {
    const { language } = this;
    const { terms: t } = work;
    const { lines, roots } = linesOf(
      wanted.map((w) => w.node),
      this.program.parts,
      programSizes(this.program),
    );
    const names = new Map<Sym, string>([
      ...this.args.map((a) => [a.symbol, a.name] as const),
      ...this.parts,
    ]);
    for (const { symbol } of lines) if (!names.has(symbol)) names.set(symbol, work.fresh());
    const like = language.like(this.args, this.type);
    const coder = new Coder({
      terms: t,
      language,
      like,
      dim: (d) => this.dim(d, t),
      callable: (node: Apply) => this.callables.get(callableKey(node)) ?? '',
      symbol: (s) => {
        const text = atomText(s.name, s.index);
        const name = s.role === 'dimension' ? this.dims.get(text) : names.get(s);
        if (name === undefined) throw new RangeError(`${text} is no argument`);
        const term = t.name(name);
        return s.role === 'dimension' ? language.typed(term, t, like) : term;
      },
    });
    const statements = lines.map(({ symbol, node }) => ({
      name: names.get(symbol) ?? '',
      term: coder.term(node),
    }));
    return {
      statements,
      roots: roots.map((r, k) => this.finished(coder.term(r), r, wanted[k]?.shape ?? [], t)),
    };
  }

  /** A result in its shape. */
  private finished(term: Term, node: Node, shape: Shape, t: Terms): Term {
    const { language } = this;
    const own = language.own(term, node.axes.length, t, language.like(this.args, this.type));
    if (axesOf(shape).length === shape.length) return own;
    return language.reshape(
      own,
      shape.map((d) => this.dim(d, t)),
      t,
    );
  }

  // ------------------------------------------------------------ sizes

  /** Reads lengths off the arguments, holds their shapes against each other, and takes away sides of one. */
  private prelude({ terms: t }: Work, body: readonly string[]): string[] {
    const { language } = this;
    const { readings } = sizeReadings(
      this.args.map((a) => a.shape),
      [...this.dims.keys()],
    );
    const lines = readings.map(({ argument, place, atom }) => {
      const { name, shape } = this.args[argument] as Maker['args'][number];
      const length = language.side(t.name(name), place + 1, t);
      const value = this.solved(shape[place] as Dim, atom, length, t);
      return language.assign(this.dims.get(atom) ?? '', printTerm(value));
    });
    for (const a of this.args) {
      const sides = a.shape.map((d) => printTerm(this.dim(d, t)));
      lines.push(language.refuse(a, sides, `${a.name} must be ${shapeLabel(a.shape)}`));
    }
    for (const a of this.args) {
      const axes = axesOf(a.shape);
      if (axes.length === a.shape.length || !mentions(body, a.name)) continue;
      const flat = language.reshape(
        t.name(a.name),
        axes.map((d) => this.dim(d, t)),
        t,
      );
      lines.push(language.assign(a.name, printTerm(flat)));
    }
    const { line } = language.like(this.args, this.type);
    return line !== '' && mentions(body, this.type) ? [...lines, line] : lines;
  }

  private dim(d: Dim, t: Terms): Term {
    const twice = twiceDim(d);
    if (twice) return this.language.quotient(this.dim(twice, t), t.int(2), t);
    return this.sum(d.terms, t);
  }

  private sum(list: readonly DimTerm[], t: Terms): Term {
    return (
      list.reduce<Term | null>((made, term) => {
        const size = Math.abs(term.coefficient);
        const names = term.atoms.map((a) => {
          const name = this.dims.get(atomText(a.name, a.index));
          if (name === undefined) throw new RangeError(`no size for ${atomText(a.name, a.index)}`);
          return t.name(name);
        });
        const factors = size === 1 && names.length > 0 ? names : [t.int(size), ...names];
        const product = factors.reduce((a, b) => t.binary('*', a, b));
        if (made) return t.binary(term.coefficient < 0 ? '-' : '+', made, product);
        return term.coefficient < 0 ? t.negative(product) : product;
      }, null) ?? t.int(0)
    );
  }

  /** One name of a dimension that is as long as `length`: (length − rest)/factor. */
  private solved(d: Dim, atom: string, length: Term, t: Terms): Term {
    const twice = twiceDim(d);
    if (twice) return this.solved(twice, atom, t.binary('*', t.int(2), length), t);
    const factor: DimTerm[] = [];
    const rest: DimTerm[] = [];
    for (const term of d.terms) {
      const at = term.atoms.findIndex((a) => atomText(a.name, a.index) === atom);
      if (at < 0) rest.push(term);
      else factor.push({ ...term, atoms: term.atoms.filter((_, i) => i !== at) });
    }
    const over = rest.length === 0 ? length : t.binary('-', length, this.sum(rest, t));
    const under = this.sum(factor, t);
    return under.text === '1' ? over : this.language.quotient(over, under, t);
  }

  private needed(nodes: readonly Node[]): Dim[] {
    return [
      ...this.wanted.flatMap((w) => w.shape),
      ...nodes.flatMap((n) => (n.kind === 'contract' ? n.extents : n.axes)),
      ...nodes.flatMap((n) =>
        n.kind === 'symbol' && n.role === 'dimension'
          ? [{ terms: [{ coefficient: 1, atoms: [{ name: n.name, index: n.index }] }], key: '' }]
          : [],
      ),
    ].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  private claim(text: string): string {
    let name = this.language.identifier(text);
    while (this.taken.has(name) || this.language.reserved.has(name)) name += '_';
    this.taken.add(name);
    return name;
  }
}

/** The assignments of one function in the making: what is used twice gets a name. */
class Work {
  readonly terms = new Terms();
  readonly lines: string[] = [];
  private readonly language: Language;
  private readonly taken: Set<string>;
  private readonly names = new Map<Term, string>();
  private readonly uses = new Map<Term, number>();

  constructor(language: Language, taken: ReadonlySet<string>) {
    this.language = language;
    this.taken = new Set(taken);
  }

  fresh(): string {
    for (let k = 1; ; k++) {
      const name = `t${k}`;
      if (this.taken.has(name)) continue;
      this.taken.add(name);
      return name;
    }
  }

  count(roots: readonly Term[]): void {
    for (const t of roots) {
      const had = this.uses.get(t) ?? 0;
      this.uses.set(t, had + 1);
      if (had === 0) this.count(t.args);
    }
  }

  assign(name: string, term: Term): void {
    this.lines.push(this.language.assign(name, this.written(term, true)));
    if (!isCheapTerm(term)) this.names.set(term, name);
  }

  /** The text of a term, after lines for what it shares. @param own it gets a name anyway */
  written(term: Term, own = false): string {
    for (const a of term.args) this.share(a);
    if (!own) this.share(term);
    return this.names.get(term) ?? printTerm(term, (t) => this.names.get(t));
  }

  private share(term: Term): void {
    if (this.names.has(term) || isCheapTerm(term)) return;
    for (const a of term.args) this.share(a);
    if ((this.uses.get(term) ?? 0) < 2) return;
    const name = this.fresh();
    this.lines.push(
      this.language.assign(
        name,
        printTerm(term, (t) => this.names.get(t)),
      ),
    );
    this.names.set(term, name);
  }
}

/** The names of the statements that terms need, directly or through others. */
function reachable(
  roots: readonly Term[],
  statements: readonly { readonly name: string; readonly term: Term }[],
): ReadonlySet<string> {
  const by = new Map(statements.map((s) => [s.name, s.term]));
  const found = new Set<string>();
  const seen = new Set<Term>();
  const stack = [...roots];
  for (let t = stack.pop(); t; t = stack.pop()) {
    if (seen.has(t)) continue;
    seen.add(t);
    stack.push(...t.args);
    const definition = t.kind === 'name' ? by.get(t.text) : undefined;
    if (!definition) continue;
    found.add(t.text);
    stack.push(definition);
  }
  return found;
}

const mentions = (lines: readonly string[], name: string): boolean =>
  lines.some((l) => l.split(/[^\p{L}\p{M}\p{N}_]+/u).includes(name));

/** The source of the helpers that a text calls, and of those that they need. */
function helpersOf({ helpers }: Language, text: string): string {
  const found = new Map<string, string>();
  for (const [name, source] of [...helpers].reverse())
    if ([text, ...found.values()].some((s) => new RegExp(`(?<![\\w.])@?${name}\\b`, 'u').test(s)))
      found.set(name, source.trim());
  return [...found.values()].reverse().join('\n\n');
}

/** What cannot be printed becomes a space. */
const oneLine = (text: string): string =>
  text.replaceAll(/[\p{Cs}\p{Cc}\u2028\u2029]+/gu, ' ').trimEnd();
