import { symbol } from '../../../expr/build.ts';
import type { Node, Sym } from '../../../expr/node.ts';
import { children, postorder, symbolsOf } from '../../../expr/walk.ts';
import type { FamilyGradient } from '../../../family/derivation.ts';
import type { Interval } from '../../../family/places.ts';
import { place } from '../../../family/places.ts';
import { indexText } from '../../../shape/dim.ts';
import { axesOf } from '../../../shape/shape.ts';
import type { FamilyProgram } from '../../program/request.ts';
import { nameText } from '../../text.ts';
import { callableKey } from '../callables.ts';
import { type Dialect, helperSources } from '../dialect.ts';
import { docstring } from '../docstring.ts';
import { type Further, INDENT, mainBlock } from '../module.ts';
import { atomName } from '../names.ts';
import { finished, reshape } from '../results.ts';
import { inputText } from '../sizes.ts';
import { definition, type Py, print, py, returning, statement } from '../tree.ts';
import { Body } from './body.ts';
import { type Kept, memberPy, placePy } from './members.ts';
import { FamilyNames } from './names.ts';
import { nodesOf, type Passes, passesOf } from './request.ts';
import { along, type Equation } from './schedule.ts';
import { familySizes } from './sizes.ts';

/**
 * The text of a Python module with `value(…)` and `derivative(…)` for any number of steps: members of families come as lists,
 * whose lengths say how many steps there are; gradients of lists are lists. The forward pass keeps what the backward pass reads.
 * @throws RangeError for a symbol that is no input
 */
export function toPythonFamily(
  request: FamilyProgram,
  dialect: Dialect,
  further: (module: FamilyModule) => Further = () => ({ blocks: [], main: [] }),
): string {
  return new FamilyModule(request, dialect).text(further);
}

/** A function of the module before its head is written. */
export interface Made {
  readonly lines: readonly string[];
  readonly nodes: readonly Node[];
  readonly heading: readonly string[];
  readonly returns: string;
}

/** The two passes. Tables hold arrays by their place. */
export interface Run {
  readonly forward: {
    readonly tables: readonly string[];
    /** What is kept that no step belongs to. */
    readonly arrays: readonly string[];
    readonly lines: readonly string[];
  };
  readonly backward: { readonly tables: readonly string[]; readonly lines: readonly string[] };
  readonly value: Py;
  /** In the order of the wanted variables. */
  readonly results: readonly Py[];
}

/** The names of a module over families, and its text. */
export class FamilyModule {
  readonly request: FamilyProgram;
  readonly dialect: Dialect;
  readonly passes: Passes;
  readonly names: FamilyNames;
  /** Lines that convert the arguments, and lines that read the sizes and assert the shapes. */
  readonly conversion: readonly string[];
  readonly sizes: readonly string[];
  readonly untold: readonly string[];

  constructor(request: FamilyProgram, dialect: Dialect) {
    this.request = request;
    this.dialect = dialect;
    this.passes = passesOf(request.derivation);
    this.names = new FamilyNames(request, this.passes, dialect);
    const { inputs, ends, atoms } = this.names;
    const sizes = familySizes(inputs, ends, atoms, {
      ...this.names.sizeNames(),
      shape: dialect.shape,
    });
    this.conversion = this.converted();
    this.sizes = [...sizes.lines, ...this.flattened()];
    this.untold = sizes.untold;
  }

  text(further: (module: FamilyModule) => Further): string {
    const value = this.define('value', this.value());
    const derivative = this.define('derivative', this.derivative());
    const both = this.define('value_and_derivative', this.both());
    const head = docstring(
      [
        this.request.title,
        '',
        `Runs with ${this.dialect.title} alone. Vectors are one-dimensional arrays, 1×n rows two-dimensional; members of families come as lists.`,
      ],
      '',
    );
    const { blocks: more, main } = further(this);
    const helpers = helperSources(this.dialect, this.names.helpers);
    const blocks = [...helpers, value, derivative, both, ...more, ...mainBlock(main)];
    return `${head.join('\n')}\n\n${this.dialect.imports(blocks)}\n\n\n${blocks.join('\n\n\n')}\n`;
  }

  // ------------------------------------------------------------ arguments

  /** `X, *W = floats(X, *W)`; of several lists each is cut off in turn. */
  private converted(): string[] {
    const whole = this.names.inputs.filter((i) => !i.list).map((i) => i.name);
    const lists = this.names.inputs.filter((i) => i.list).map((i) => i.name);
    if (whole.length + lists.length === 0) return [];
    const args = [...whole.map(py.name), ...lists.map((l) => py.name(`*${l}`))];
    const [only, ...others] = lists;
    const rest = others.length > 0 ? this.names.claimed('members') : only;
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
    return this.names.inputs.flatMap(({ name, shape, list }) => {
      const axes = axesOf(shape);
      if (axes.length === shape.length) return [];
      if (!list)
        return [`${name} = ${print(reshape(py.name(name), axes.map(this.names.place([]).dim)))}`];
      const variable = this.names.named('letter', list.letter);
      const letters = [{ name: list.letter, py: variable, lead: 0 }];
      const member = memberPy(
        name,
        place(list.letter, 0),
        this.names.places(letters),
        list.run.from.offset,
      );
      const flat = print(reshape(member, axes.map(this.names.place(letters).dim)));
      const [from, to] = [
        placePy(list.run.from, this.names.places([])),
        placePy(list.run.to, this.names.places([]), 1),
      ];
      return [`${name} = [${flat} for ${variable} in range(${print(from)}, ${print(to)})]`];
    });
  }

  // ------------------------------------------------------------ functions

  private value(): Made {
    this.names.begin();
    const { objective, forward } = this.passes;
    const body = new Body(this.names.around(), [], forward);
    const { lines, result } = this.objective(body);
    return {
      lines: [
        ...this.tables(forward.map((e) => this.names.named('member', e.left.name))),
        ...body.forward(forward),
        ...lines,
        ...returning([result], ''),
      ],
      nodes: [objective, ...nodesOf(forward)],
      heading: [this.request.title],
      returns: 'Returns a scalar.',
    };
  }

  private derivative(): Made {
    const { forward, backward, results } = this.run(this.neededForward(), false);
    const equations = [...this.passes.recursion, ...this.passes.gradients];
    return {
      lines: [
        ...this.tables([...forward.tables, ...backward.tables]),
        ...forward.lines,
        ...backward.lines,
        ...returning(results, ''),
      ],
      nodes: nodesOf([...this.neededForward(), ...equations]),
      heading: [`The derivative of ${this.request.title}`, '', ...this.formulas()],
      returns: `Returns ${this.returned()}.`,
    };
  }

  private both(): Made {
    const { forward, backward, value, results } = this.run(this.passes.forward, true);
    return {
      lines: [
        ...this.tables([...forward.tables, ...backward.tables]),
        ...forward.lines,
        ...backward.lines,
        ...returning([value, ...(results.length > 1 ? [py.tuple(results)] : results)], ''),
      ],
      nodes: this.passes.nodes,
      heading: [`${this.request.title}, and its derivative: what both need is computed once.`],
      returns: `Returns the value (a scalar) and ${this.returned()}.`,
    };
  }

  /**
   * The forward and the backward pass, and what comes out of them.
   * @param withValue whether the forward pass ends in the objective
   */
  run(equations: readonly Equation[], withValue: boolean): Run {
    this.names.begin();
    const kept = this.kept(equations);
    this.names.keep(kept);
    const body = new Body(this.names.around(), kept, equations);
    const ahead = body.forward(equations);
    const end = withValue ? this.objective(body) : { lines: [], result: py.int(0) };
    const behind = body.backward(this.passes.recursion);
    const results: Py[] = [];
    for (const g of this.passes.backward.shared.gradients) {
      const made = this.gradient(g, body);
      behind.push(...made.lines);
      results.push(made.result);
    }
    const part = (s: Sym): string => this.names.named('part', s.name);
    return {
      forward: {
        tables: [
          ...equations.map((e) => this.names.named('member', e.left.name)),
          ...kept.flatMap((k) => (k.letter === null ? [] : [part(k.symbol)])),
        ],
        arrays: kept.flatMap((k) => (k.letter === null ? [part(k.symbol)] : [])),
        lines: [...ahead, ...end.lines],
      },
      backward: {
        tables: this.passes.recursion.flatMap((e) => (e.left.index ? [part(e.left)] : [])),
        lines: behind,
      },
      value: end.result,
      results,
    };
  }

  private objective(body: Body): { lines: string[]; result: Py } {
    const made = body.value(this.passes.objective);
    const [code] = made.written.results;
    if (!code) throw new RangeError('a value without code');
    const result = finished(code, [], made.written.owned, this.names.place([]));
    return { lines: made.lines, result };
  }

  private returned(): string {
    const { gradients } = this.passes.backward.shared;
    const list = gradients.map((g) => this.described(g.variable)).join(', ');
    return `${gradients.length > 1 ? 'a tuple of the derivatives' : 'the derivative'} by ${list}`;
  }

  private gradient(g: FamilyGradient, body: Body): { lines: string[]; result: Py } {
    const { variable } = g;
    const input = this.names.inputs.find((i) => i.symbol === variable && i.list);
    const name = this.names.local.claim(
      `d${atomName(variable.name, input ? null : variable.index)}`,
    );
    if (!input?.list) return body.single(g, variable.shape, name);
    const lines = body.list(g, input.list.run, input.list.letter, name);
    return { lines, result: py.name(name) };
  }

  tables(names: readonly string[]): string[] {
    return [...new Set(names)].map((n) => `${n} = {}`);
  }

  /** The forward equations that the backward pass reads, directly or through others, or in which it reads something kept. */
  private neededForward(): Equation[] {
    const cached = this.passes.backward.cache.filter((c) => !c.state).map((c) => c.node);
    const roots = [...this.passes.recursion, ...this.passes.gradients].flatMap((e) =>
      e.terms.map((t) => t.node),
    );
    const needed = new Set(symbolsOf(roots).map((s) => s.name));
    const hosts = (e: Equation): boolean => {
      const below = new Set(postorder(e.terms.map((t) => t.node)));
      return cached.some((c) => below.has(c));
    };
    for (let grown = true; grown; ) {
      grown = false;
      for (const e of this.passes.forward) {
        if (!needed.has(e.left.name) && !hosts(e)) continue;
        for (const s of [e.left, ...symbolsOf(e.terms.map((t) => t.node))]) {
          if (needed.has(s.name)) continue;
          needed.add(s.name);
          grown = true;
        }
      }
    }
    return this.passes.forward.filter((e) => needed.has(e.left.name));
  }

  private kept(forward: readonly Equation[]): Kept[] {
    const below = new Set(postorder(forward.flatMap((e) => e.terms.map((t) => t.node))));
    return this.passes.backward.cache
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

  private define(name: string, made: Made): string {
    return this.written(name, { ...made, lines: [...this.sizes, ...made.lines] });
  }

  /** A function with its head; lengths of axes are not read yet. */
  written(name: string, made: Made): string {
    const used = new Set(
      postorder(made.nodes).flatMap((n) =>
        n.kind === 'apply' && n.fn ? [callableKey(n, true)] : [],
      ),
    );
    const keywords = [
      ...this.untold,
      ...this.names.callables.filter((c) => used.has(c.key)).map((c) => c.name),
      ...this.names.callables.filter((c) => !used.has(c.key)).map((c) => `${c.name}=None`),
    ];
    const names = this.names.inputs.map((i) => i.name);
    const tables = this.tablesOfSizes();
    const documentation = [
      ...made.heading,
      '',
      ...this.names.inputs.map((i) => `${i.name}: ${this.shapeOf(i.symbol)}`),
      ...this.untold.map(
        (n) => `${n}: ${tables.has(n) ? 'a list of whole numbers by place' : 'a whole number'}`,
      ),
      ...this.names.callables.map((c) => `${c.name}: ${c.meaning}`),
      '',
      made.returns,
    ];
    return [
      ...definition(name, keywords.length > 0 ? [...names, '*', ...keywords] : names),
      ...docstring(documentation, INDENT),
      ...[...this.conversion, ...made.lines].map((l) => INDENT + l),
    ].join('\n');
  }

  /** The Python names of tables of dimensions. */
  tablesOfSizes(): ReadonlySet<string> {
    return new Set(
      this.names.atoms.filter((a) => a.index).map((a) => this.names.named('dim', a.name)),
    );
  }

  private described(s: Sym): string {
    return `${nameText(s.name, s.index)} (${this.shapeOf(s)})`;
  }

  private shapeOf(s: Sym): string {
    const list = this.names.inputs.find((i) => i.symbol === s)?.list;
    const shape = inputText(s, s.shape);
    if (!list) return shape;
    return `a list of ${nameText(s.name, s.index)}: ${shape} for ${list.letter} = ${runText(list.run)}`;
  }

  private formulas(): string[] {
    return [...this.passes.recursion, ...this.passes.gradients].map((e) => {
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
