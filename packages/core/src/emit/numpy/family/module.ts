import type { Range } from '../../../elaborate/problem.ts';
import { symbol } from '../../../expr/build.ts';
import type { Apply, Node, Sym } from '../../../expr/node.ts';
import { children, postorder, symbolsOf } from '../../../expr/walk.ts';
import type {
  BackwardEquation,
  BackwardPass,
  FamilyDerivation,
  FamilyGradient,
} from '../../../family/derivation.ts';
import type { Interval } from '../../../family/places.ts';
import { place } from '../../../family/places.ts';
import { atomText, type DimAtom, dimAtoms, indexText } from '../../../shape/dim.ts';
import { axesOf, type Shape } from '../../../shape/shape.ts';
import { nameText } from '../../text.ts';
import { type Callable, callableKey, callablesOf } from '../callables.ts';
import { docstring } from '../docstring.ts';
import { helperSources } from '../helpers.ts';
import { atomName, Names } from '../names.ts';
import { definition, type Py, print, py, returning, statement } from '../python.ts';
import { finished, reshape } from '../results.ts';
import { shapeText } from '../sizes.ts';
import type { Place } from '../write.ts';
import { Body, type Surroundings } from './body.ts';
import { type Kept, type Letter, memberPy, type Places, placePy, placesUsed } from './members.ts';
import { along, type Equation } from './schedule.ts';
import { type FamilyArgument, familyDim, familySizes, type SizeNames } from './sizes.ts';

/** What is written out as a module over families of equations. */
export interface FamilyExport {
  readonly title: string;
  readonly derivation: FamilyDerivation;
  /** In the order of declaration; families at their letter, with their declared range. */
  readonly inputs: readonly {
    readonly symbol: Sym;
    readonly shape: Shape;
    readonly range: Range | null;
  }[];
  /** A formula in plain text. */
  readonly text: (node: Node, shape: Shape) => string;
}

const INDENT = '    ';

/**
 * The text of a Python module with `value(…)` and `derivative(…)` for any number of steps: members of families come as lists,
 * whose lengths say how many steps there are; gradients of lists are lists. The forward pass keeps what the backward pass reads.
 * @throws RangeError for a symbol that is no input
 */
export function toNumpyFamily(request: FamilyExport): string {
  return new FamilyModule(request).text();
}

/** An input in Python. */
interface Input {
  readonly symbol: Sym;
  readonly name: string;
  readonly shape: Shape;
  readonly list: { readonly letter: string; readonly run: Interval } | null;
}

class FamilyModule {
  private readonly request: FamilyExport;
  private readonly names = new Names();
  private readonly pass: BackwardPass;
  private readonly forward: readonly Equation[];
  private readonly backward: readonly Equation[];
  private readonly nodes: readonly Node[];
  private readonly inputs: readonly Input[];
  private readonly callables: readonly Callable[];
  private readonly functionRuns = new Map<string, Interval>();
  private readonly ends: ReadonlyMap<string, number>;
  /** Python names by kind and name: `end:L`, `dim:n`, `letter:l`, `part:G`, `member:Z`. */
  private readonly known = new Map<string, string>();
  private readonly helpers = new Set<string>(['floats']);
  private readonly prelude: readonly string[];
  private readonly untold: readonly string[];
  private local = new Names();

  constructor(request: FamilyExport) {
    this.request = request;
    const { derivation } = request;
    const { system, objective } = derivation;
    this.pass = derivation.atOutput ?? derivation.atInput;
    this.forward = [...system.bases, ...system.steps].map((e) => ({
      left: e.member,
      range: e.range,
      terms: [{ over: null, node: e.node }],
    }));
    this.backward = this.pass.shared.recursion;
    const equations = [...this.forward, ...this.backward, ...this.gradientEquations()];
    this.nodes = postorder([objective, ...equations.flatMap((e) => e.terms.map((t) => t.node))]);
    this.inputs = request.inputs.map((i) => this.input(i, equations));
    this.callables = callablesOf(this.nodes, this.names, true);
    for (const n of this.nodes)
      if (n.kind === 'apply' && n.fn?.index) this.noteFunction(n.fn.name, equations);
    this.ends = this.findEnds(equations);
    const atoms = this.atoms();
    this.claim('end', this.ends.keys());
    this.claim(
      'dim',
      atoms.map((a) => a.name),
    );
    this.claim('letter', this.letters(equations));
    this.claim(
      'member',
      this.forward.map((e) => e.left.name),
    );
    this.claim(
      'part',
      this.backward.map((e) => e.left.name),
    );
    const args: FamilyArgument[] = this.inputs.map(({ name, shape, list }) => ({
      name,
      shape,
      list,
    }));
    const sizes = familySizes(args, this.ends, atoms, this.sizeNames());
    this.prelude = [...this.conversion(), ...sizes.lines, ...this.flattened()];
    this.untold = sizes.untold;
  }

  text(): string {
    const value = this.define('value', this.value());
    const derivative = this.define('derivative', this.derivative());
    const head = docstring(
      [
        this.request.title,
        '',
        'Runs with NumPy alone. Vectors are one-dimensional arrays, 1×n rows two-dimensional; members of families come as lists.',
      ],
      '',
    );
    const blocks = [...helperSources(this.helpers), value, derivative];
    return `${head.join('\n')}\n\nimport numpy as np\n\n\n${blocks.join('\n\n\n')}\n`;
  }

  // ------------------------------------------------------------ names

  private input(
    { symbol: s, shape, range }: FamilyExport['inputs'][number],
    equations: readonly Equation[],
  ): Input {
    const letter = s.index?.variable ?? null;
    const name = this.names.claim(letter === null ? atomName(s.name, s.index) : s.name);
    if (letter === null) return { symbol: s, name, shape, list: null };
    const used = placesUsed(s.name, equations, this.request.derivation.objective, (n) =>
      n.kind === 'symbol' && n.role === 'variable' ? n : undefined,
    );
    const run = range ?? used;
    if (!run) throw new RangeError(`${s.name} has no members that are used`);
    return { symbol: s, name, shape, list: { letter, run: { from: run.from, to: run.to } } };
  }

  private noteFunction(name: string, equations: readonly Equation[]): void {
    const run = placesUsed(name, equations, this.request.derivation.objective, (n) =>
      n.kind === 'apply' ? (n.fn ?? undefined) : undefined,
    );
    if (run) this.functionRuns.set(name, run);
  }

  private findEnds(equations: readonly Equation[]): ReadonlyMap<string, number> {
    const letters = new Set(this.letters(equations));
    const found = new Map<string, number>();
    const note = (v: string | null = null): void => {
      if (v !== null && !letters.has(v))
        found.set(v, Math.max(0, this.request.derivation.least.get(v) ?? 1));
    };
    for (const { list } of this.inputs) {
      note(list?.run.from.variable);
      note(list?.run.to.variable);
    }
    for (const e of equations)
      for (const r of [e.range, ...e.terms.map((t) => t.over)]) {
        note(r?.from.variable);
        note(r?.to.variable);
      }
    for (const n of this.nodes) if (n.kind === 'symbol') note(n.index?.variable);
    return found;
  }

  private letters(equations: readonly Equation[]): string[] {
    const ranges = equations.flatMap((e) => [e.range, ...e.terms.map((t) => t.over)]);
    return [
      ...this.inputs.flatMap((i) => (i.list ? [i.list.letter] : [])),
      ...ranges.flatMap((r) => (r ? [r.letter] : [])),
    ];
  }

  private gradientEquations(): BackwardEquation[] {
    return this.pass.shared.gradients.flatMap((g) => g.equations);
  }

  /** The names of dimensions, ends and letters aside. */
  private atoms(): DimAtom[] {
    const shapes = this.inputs.flatMap((i) => i.shape);
    const dims = this.nodes.flatMap((n) => (n.kind === 'contract' ? n.extents : n.axes));
    const scalars = this.nodes.flatMap((n) =>
      n.kind === 'symbol' && n.role === 'dimension' ? [{ name: n.name, index: n.index }] : [],
    );
    const letters = new Set(
      this.letters([...this.forward, ...this.backward, ...this.gradientEquations()]),
    );
    return [...[...shapes, ...dims].flatMap((d) => dimAtoms(d)), ...scalars].filter(
      (a) => a.index !== null || !(this.ends.has(a.name) || letters.has(a.name)),
    );
  }

  private claim(kind: string, names: Iterable<string>): void {
    for (const n of names) {
      const key = `${kind}:${n}`;
      if (!this.known.has(key)) this.known.set(key, this.names.claim(n));
    }
  }

  private named(kind: string, name: string): string {
    const found = this.known.get(`${kind}:${name}`);
    if (found === undefined) throw new RangeError(`${name} is no ${kind}`);
    return found;
  }

  private sizeNames(): SizeNames {
    return {
      name: (t) => this.known.get(`end:${t}`) ?? this.named('dim', t),
      letter: (l) => this.named('letter', l),
    };
  }

  private places(letters: readonly Letter[]): Places {
    return { end: (v) => this.named('end', v), letters };
  }

  private around(): Surroundings {
    return {
      place: (letters) => this.place(letters),
      places: (letters) => this.places(letters),
      letter: (name) => this.named('letter', name),
      claim: (name) => this.local.claim(name),
    };
  }

  private place(letters: readonly Letter[]): Place {
    const places = this.places(letters);
    const names = this.sizeNames();
    const sizes = [...this.known].filter(([k]) => /^(end|dim|letter):/.test(k)).map(([, n]) => n);
    return {
      like: this.like(),
      local: this.local,
      sizes: new Set([...sizes, ...letters.map((l) => l.py), 'np.pi', 'np.inf']),
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
    const list = this.inputs.find((i) => i.shape.length > 0);
    return list ? py.subscript(py.name(list.name), '0') : null;
  }

  // ------------------------------------------------------------ arguments

  /** `X, *W = floats(X, *W)`; of several lists each is cut off in turn. */
  private conversion(): string[] {
    const whole = this.inputs.filter((i) => !i.list).map((i) => i.name);
    const lists = this.inputs.filter((i) => i.list).map((i) => i.name);
    if (whole.length + lists.length === 0) return [];
    const args = [...whole.map(py.name), ...lists.map((l) => py.name(`*${l}`))];
    const [only, ...others] = lists;
    const rest = others.length > 0 ? this.names.claim('members') : only;
    const target = [...whole, ...(rest === undefined ? [] : [`*${rest}`])];
    const left = target.length === 1 ? `(${target[0]},)` : target.join(', ');
    const lines = statement(`${left} = `, py.call('floats', args), '');
    lists.slice(0, -1).forEach((l, k) => {
      const following = k === lists.length - 2 ? lists[k + 1] : rest;
      lines.push(`${l}, ${following} = ${rest}[: len(${l})], ${rest}[len(${l}) :]`);
    });
    return lines;
  }

  /** Arrays lose their sides of one, which the formulas do not have. */
  private flattened(): string[] {
    return this.inputs.flatMap(({ name, shape, list }) => {
      const axes = axesOf(shape);
      if (axes.length === shape.length) return [];
      if (!list)
        return [`${name} = ${print(reshape(py.name(name), axes.map(this.place([]).dim)))}`];
      const variable = this.named('letter', list.letter);
      const letters = [{ name: list.letter, py: variable, lead: 0 }];
      const member = memberPy(
        name,
        place(list.letter, 0),
        this.places(letters),
        list.run.from.offset,
      );
      const flat = print(reshape(member, axes.map(this.place(letters).dim)));
      const [from, to] = [
        placePy(list.run.from, this.places([])),
        placePy(list.run.to, this.places([]), 1),
      ];
      return [`${name} = [${flat} for ${variable} in range(${print(from)}, ${print(to)})]`];
    });
  }

  // ------------------------------------------------------------ functions

  private value(): { lines: string[]; nodes: readonly Node[]; heading: string[]; returns: string } {
    this.local = this.names.inner();
    const { objective } = this.request.derivation;
    const body = new Body(this.around(), [], this.forward);
    const made = body.value(objective);
    const [code] = made.written.results;
    if (!code) throw new RangeError('a value without code');
    const result = finished(code, [], made.written.owned, this.place([]).dim);
    return {
      lines: [
        ...this.tables(this.forward.map((e) => this.named('member', e.left.name))),
        ...body.forward(this.forward),
        ...made.lines,
        ...returning([result], ''),
      ],
      nodes: [objective, ...this.forward.flatMap((e) => e.terms.map((t) => t.node))],
      heading: [this.request.title],
      returns: 'Returns a scalar.',
    };
  }

  private derivative(): ReturnType<FamilyModule['value']> {
    this.local = this.names.inner();
    const { gradients } = this.pass.shared;
    const needed = this.neededForward();
    const kept = this.kept(needed);
    for (const k of kept) this.known.set(`part:${k.symbol.name}`, this.local.claim('A'));
    const body = new Body(this.around(), kept, needed);
    const tables = [
      ...needed.map((e) => this.named('member', e.left.name)),
      ...kept.flatMap((k) => (k.letter === null ? [] : [this.named('part', k.symbol.name)])),
      ...this.backward.flatMap((e) => (e.left.index ? [this.named('part', e.left.name)] : [])),
    ];
    const lines = [
      ...this.tables(tables),
      ...body.forward(needed),
      ...body.backward(this.backward),
    ];
    const results: Py[] = [];
    for (const g of gradients) {
      const made = this.gradient(g, body);
      lines.push(...made.lines);
      results.push(made.result);
    }
    lines.push(...returning(results, ''));
    const equations = [...needed, ...this.backward, ...this.gradientEquations()];
    return {
      lines,
      nodes: equations.flatMap((e) => e.terms.map((t) => t.node)),
      heading: [`The derivative of ${this.request.title}`, '', ...this.formulas()],
      returns: `Returns ${gradients.length > 1 ? 'a tuple of the derivatives' : 'the derivative'} by ${gradients
        .map((g) => this.described(g.variable))
        .join(', ')}.`,
    };
  }

  private gradient(g: FamilyGradient, body: Body): { lines: string[]; result: Py } {
    const { variable } = g;
    const input = this.inputs.find((i) => i.symbol === variable && i.list);
    const name = this.local.claim(`d${atomName(variable.name, input ? null : variable.index)}`);
    if (!input?.list) return body.single(g, variable.shape, name);
    const lines = body.list(g, input.list.run, input.list.letter, name);
    return { lines, result: py.name(name) };
  }

  private tables(names: readonly string[]): string[] {
    return [...new Set(names)].map((n) => `${n} = {}`);
  }

  /** The forward equations that the backward pass reads, directly or through others, or in which it reads something kept. */
  private neededForward(): Equation[] {
    const cached = this.pass.cache.filter((c) => !c.state).map((c) => c.node);
    const roots = [...this.backward, ...this.gradientEquations()].flatMap((e) =>
      e.terms.map((t) => t.node),
    );
    const needed = new Set(symbolsOf(roots).map((s) => s.name));
    const hosts = (e: Equation): boolean => {
      const below = new Set(postorder(e.terms.map((t) => t.node)));
      return cached.some((c) => below.has(c));
    };
    for (let grown = true; grown; ) {
      grown = false;
      for (const e of this.forward) {
        if (!needed.has(e.left.name) && !hosts(e)) continue;
        for (const s of [e.left, ...symbolsOf(e.terms.map((t) => t.node))]) {
          if (needed.has(s.name)) continue;
          needed.add(s.name);
          grown = true;
        }
      }
    }
    return this.forward.filter((e) => needed.has(e.left.name));
  }

  private kept(forward: readonly Equation[]): Kept[] {
    const below = new Set(postorder(forward.flatMap((e) => e.terms.map((t) => t.node))));
    return this.pass.cache
      .filter((c) => !c.state && children(c.node).length > 0 && below.has(c.node))
      .map((c, k): Kept => {
        const letter = c.run === null ? null : c.letter;
        const index = letter === null ? null : place(letter, 0);
        return {
          symbol: symbol(`#kept${k}`, c.node.axes, { role: 'part', index }),
          node: c.node,
          letter,
        };
      });
  }

  // ------------------------------------------------------------ text

  private define(name: 'value' | 'derivative', made: ReturnType<FamilyModule['value']>): string {
    const used = new Set(
      postorder(made.nodes).flatMap((n) =>
        n.kind === 'apply' && n.fn ? [callableKey(n, true)] : [],
      ),
    );
    const keywords = [
      ...this.untold,
      ...this.callables.filter((c) => used.has(c.key)).map((c) => c.name),
      ...this.callables.filter((c) => !used.has(c.key)).map((c) => `${c.name}=None`),
    ];
    const names = this.inputs.map((i) => i.name);
    const documentation = [
      ...made.heading,
      '',
      ...this.inputs.map((i) => `${i.name}: ${this.shapeOf(i.symbol)}`),
      ...this.untold.map((n) => `${n}: a whole number, or a list of them by place`),
      ...this.callables.map((c) => `${c.name}: ${c.meaning}`),
      '',
      made.returns,
    ];
    return [
      ...definition(name, keywords.length > 0 ? [...names, '*', ...keywords] : names),
      ...docstring(documentation, INDENT),
      ...[...this.prelude, ...made.lines].map((l) => INDENT + l),
    ].join('\n');
  }

  private described(s: Sym): string {
    return `${nameText(s.name, s.index)} (${this.shapeOf(s)})`;
  }

  private shapeOf(s: Sym): string {
    const list = this.inputs.find((i) => i.symbol === s)?.list;
    const shape = shapeText(s.shape);
    if (!list) return shape;
    return `a list of ${nameText(s.name, s.index)}: ${shape} for ${list.letter} = ${runText(list.run)}`;
  }

  private formulas(): string[] {
    return [...this.pass.shared.recursion, ...this.gradientEquations()].map((e) => {
      const left = nameText(e.left.name, e.left.index);
      const right = e.terms.map(({ over, shown }) => {
        const text = this.request.text(shown, e.left.shape);
        return over ? `Σ_{${over.letter}=${runText(along(over, 0))}} ${text}` : text;
      });
      const range = e.range ? ` for ${e.range.letter} = ${runText(e.range)}` : '';
      return `${e.left.role === 'part' ? '' : '∂/∂'}${left} = ${right.join(' + ')}${range}`;
    });
  }
}

const runText = (run: Interval): string =>
  `${indexText(run.from)}..${indexText(run.to)}`.replaceAll('-', '−');
