import { type Line, reach } from '../../cost/lines.ts';
import type { Node, Sym } from '../../expr/node.ts';
import { postorder } from '../../expr/walk.ts';
import { atomText, type Dim } from '../../shape/dim.ts';
import { axesOf, type Shape } from '../../shape/shape.ts';
import { docFormula, docLines } from '../program/formula.ts';
import { programSizes } from '../program/lengths.ts';
import type { DerivativeProgram, FormulaProgram } from '../program/request.ts';
import { nameText } from '../text.ts';
import { type Callable, callableKey, callablesOf } from './callables.ts';
import { type Dialect, helperSources, named } from './dialect.ts';
import { docstring } from './docstring.ts';
import { atomName, Names } from './names.ts';
import { finished, reshape } from './results.ts';
import { type Argument, dimensionsOf, dimPy, inputText, planSizes, shapeText } from './sizes.ts';
import { definition, type Py, print, py, returning, statement } from './tree.ts';
import { type Place, type Written, write } from './write.ts';

export const INDENT = '    ';

/** Further parts of a module, which only some libraries have. */
export interface Further {
  readonly blocks: readonly string[];
  /** What runs where the module is the main program; no lines for nothing. */
  readonly main: readonly string[];
}

/**
 * The text of a Python module with `value(…)`, `derivative(…)` and both in one. Vectors are one-dimensional, rows 1×n
 * two-dimensional, results have the shape of the variable; several derivatives come as a tuple, in the order asked for.
 * @throws RangeError for a symbol that is no input, and for a product over more than 52 indices
 */
export function toPython(
  request: FormulaProgram,
  dialect: Dialect,
  further: (module: Module) => Further = () => ({ blocks: [], main: [] }),
): string {
  const module = new Module(request, dialect);
  return module.text(further);
}

/** A Python function in the making. */
interface Wanted {
  readonly name: string;
  readonly heading: readonly string[];
  readonly returns: string;
  readonly results: readonly { readonly node: Node; readonly shape: Shape }[];
  /** What is returned, of the results. */
  readonly pack: (results: readonly Py[]) => readonly Py[];
}

/** The names of a module, and its text. */
export class Module {
  readonly request: FormulaProgram;
  readonly dialect: Dialect;
  readonly names: Names;
  readonly callables: readonly Callable[];
  /** The inputs as they are declared, in order. */
  readonly arguments: readonly Argument[];
  /** Names of sizes that no array tells. */
  readonly untold: readonly string[];
  /** Lines that convert the arguments, read the sizes and assert the shapes. */
  readonly prelude: readonly string[];
  private readonly inputs = new Map<Sym, string>();
  private readonly dims = new Map<string, string>();
  private readonly parts = new Map<Sym, string>();
  private readonly partNames = new Map<string, string>();
  private readonly helpers = new Set<string>(['floats']);

  constructor(request: FormulaProgram, dialect: Dialect) {
    this.request = request;
    this.dialect = dialect;
    this.names = new Names(dialect);
    const roots = [
      request.value,
      ...request.parts.map((p) => p.node),
      ...request.derivatives.map((d) => d.node),
    ];
    for (const { symbol } of request.inputs)
      this.inputs.set(symbol, this.names.claim(atomName(symbol.name, symbol.index)));
    this.callables = callablesOf(roots, this.names);
    const nodes = postorder(roots);
    const shapes = [
      ...request.inputs.map((i) => i.shape),
      request.valueShape,
      ...request.derivatives.map((d) => d.shape),
    ];
    const needed = dimensionsOf(nodes, []);
    for (const atom of dimensionsOf(nodes, shapes))
      this.dims.set(atom.text, this.names.claim(atom.name));
    for (const p of request.parts) this.claimPart(p.symbol);
    this.arguments = request.inputs.map(({ symbol, shape }) => ({
      name: this.inputs.get(symbol) ?? '',
      shape,
    }));
    const plan = planSizes(
      this.arguments,
      needed.map((a) => a.text),
      (atom) => this.dimName(atom),
      dialect.shape,
    );
    this.untold = plan.untold.map((atom) => this.dimName(atom));
    this.prelude = [...this.conversion(), ...plan.lines];
  }

  text(further: (module: Module) => Further): string {
    const { request, dialect } = this;
    const value = { node: request.value, shape: request.valueShape };
    const functions = [
      this.define({
        name: 'value',
        heading: [request.title],
        returns: `Returns ${shapeText(request.valueShape)}.`,
        results: [value],
        pack: (r) => r,
      }),
      this.define({
        name: 'derivative',
        heading: this.derivativeHeading(),
        returns: `Returns ${this.derivativeReturns()}.`,
        results: request.derivatives,
        pack: (r) => r,
      }),
      this.define({
        name: 'value_and_derivative',
        heading: [`${request.title}, and its derivative: what both need is computed once.`],
        returns: `Returns the value (${shapeText(request.valueShape)}) and ${this.derivativeReturns()}.`,
        results: [value, ...request.derivatives],
        pack: ([v, ...d]) => [...(v ? [v] : []), ...(d.length > 1 ? [py.tuple(d)] : d)],
      }),
    ];
    const { blocks: more, main } = further(this);
    const head = docstring(
      [
        request.title,
        '',
        `Runs with ${dialect.title} alone. Vectors are one-dimensional arrays, 1×n rows two-dimensional.`,
      ],
      '',
    );
    const helpers = helperSources(dialect, this.helpers);
    const blocks = [...helpers, ...functions, ...more, ...mainBlock(main)];
    const imports = dialect.imports([...helpers, ...functions, ...more, ...main]);
    return `${head.join('\n')}\n\n${imports}\n\n\n${blocks.join('\n\n\n')}\n`;
  }

  /** A name for a part. Parts are local to functions: those of one name share it, but never within a function. */
  claimPart(symbol: Sym, name: string = atomName(symbol.name, symbol.index)): string {
    const claimed = this.partNames.get(name) ?? this.names.claim(name);
    this.partNames.set(name, claimed);
    this.parts.set(symbol, claimed);
    return claimed;
  }

  /** The dimension that has a Python name. */
  dimension(name: string): string {
    return [...this.dims].find(([, n]) => n === name)?.[0] ?? name;
  }

  /** The Python names of all sizes. */
  sizes(): readonly string[] {
    return [...this.dims.values()];
  }

  need(helper: string): void {
    this.helpers.add(helper);
  }

  private dimName(atom: string): string {
    const name = this.dims.get(atom);
    if (name === undefined) throw new RangeError(`no size for ${atom}`);
    return name;
  }

  readonly dim = (d: Dim): Py => dimPy(d, (a) => py.name(this.dimName(atomText(a.name, a.index))));

  private conversion(): string[] {
    const names = this.arguments.map((a) => a.name);
    if (names.length === 0) return [];
    const target = names.length === 1 ? `(${names[0]},)` : names.join(', ');
    return statement(`${target} = `, py.call('floats', names.map(py.name)), '');
  }

  private derivativeHeading(): string[] {
    const lines = docLines(this.request.derivatives, (d) => {
      return `${d.left} = ${d.text}`;
    });
    const where = docLines(this.request.parts, (p) => {
      const left = nameText(p.symbol.name, p.symbol.index);
      return `where ${left} = ${docFormula(p.node, p.symbol.shape)}`;
    });
    return [`The derivative of ${this.request.title}`, '', ...lines, ...where];
  }

  private derivativeReturns(): string {
    const { derivatives } = this.request;
    const plain = (d: DerivativeProgram): string => nameText(d.variable.name, d.variable.index);
    const isPlain = derivatives.every((d) => d.left === `∂/∂${plain(d)}`);
    const list = derivatives.map((d) => `${isPlain ? plain(d) : d.left} (${shapeText(d.shape)})`);
    const by = isPlain ? 'derivative by ' : '';
    return list.length === 1
      ? `${by && `the ${by}`}${list[0]}`
      : `a tuple of ${by && 'the derivatives by '}${list.join(', ')}`;
  }

  // ------------------------------------------------------------ functions

  private define(wanted: Wanted): string {
    const roots = wanted.results.map((r) => r.node);
    const written = write(roots, this.request.parts, this.place());
    const needed = this.needed(roots, this.request.parts);
    return [
      ...definition(wanted.name, this.parameters(this.functionsIn(needed))),
      ...docstring(this.documentation(wanted.heading, wanted.returns), INDENT),
      ...[...this.prelude, ...this.flattened(needed)].map((l) => INDENT + l),
      ...this.body(wanted, written),
    ].join('\n');
  }

  /** The keys of all unknown functions. */
  functionsUsed(): ReadonlySet<string> {
    return new Set(this.callables.map((c) => c.key));
  }

  /** The keys of the unknown functions that some nodes call. */
  private functionsIn(nodes: Iterable<Node>): ReadonlySet<string> {
    return new Set([...nodes].flatMap((n) => (n.kind === 'apply' && n.fn ? [callableKey(n)] : [])));
  }

  /** The parameters of a function. @param used keys of the unknown functions that have to be given */
  parameters(used: ReadonlySet<string>): string[] {
    const keywords = [
      ...this.untold,
      ...this.callables.filter((c) => used.has(c.key)).map((c) => c.name),
      ...this.callables.filter((c) => !used.has(c.key)).map((c) => `${c.name}=None`),
    ];
    const names = this.arguments.map((a) => a.name);
    return keywords.length > 0 ? [...names, '*', ...keywords] : names;
  }

  documentation(heading: readonly string[], returns: string): string[] {
    return [
      ...heading,
      '',
      ...this.request.inputs.map(
        ({ symbol: s, shape }, k) => `${this.arguments[k]?.name}: ${inputText(s, shape)}`,
      ),
      ...this.untold.map((name) => `${name}: a whole number`),
      ...this.callables.map((c) => `${c.name}: ${c.meaning}`),
      '',
      returns,
    ];
  }

  /** Arrays lose their sides of one, which the formulas do not have. */
  flattened(nodes: ReadonlySet<Node>): string[] {
    return this.request.inputs.flatMap(({ symbol, shape }) => {
      const name = this.inputs.get(symbol);
      const axes = axesOf(shape);
      if (name === undefined || axes.length === shape.length || !nodes.has(symbol)) return [];
      return [`${name} = ${print(reshape(py.name(name), axes.map(this.dim)))}`];
    });
  }

  private body(wanted: Wanted, written: Written): string[] {
    const shapes = wanted.results.map((r) => r.shape);
    return [
      ...linesOf(written).map((l) => INDENT + l),
      ...returning(wanted.pack(this.finished(written, shapes)), INDENT),
    ];
  }

  /** The results in their shapes, each in memory of its own. */
  finished({ results, owned }: Written, shapes: readonly Shape[], place = this.place()): Py[] {
    const free = new Set(owned);
    return results.map((code, k) => {
      const made = finished(code, shapes[k] ?? [], free, place);
      if (code.py.kind === 'name') free.delete(code.py.text);
      return made;
    });
  }

  /** All nodes that a function computes, through named parts. */
  needed(roots: readonly Node[], parts: readonly Line[]): ReadonlySet<Node> {
    const nodes = new Set<Node>();
    reach(roots, nodes);
    for (const p of [...parts].reverse()) if (nodes.has(p.symbol)) reach([p.node], nodes);
    return nodes;
  }

  /** @param like the array whose type new arrays take, where that is no argument */
  place(like?: Py): Place {
    const { dialect } = this;
    const first =
      this.arguments.find((a) => a.shape.length > 0) ??
      (dialect.numbers ? undefined : this.arguments[0]);
    return {
      dialect,
      lengths: programSizes(this.request),
      like: like ?? (first ? py.name(first.name) : null),
      local: this.names.inner(),
      sizes: new Set([...this.dims.values(), named(dialect, 'pi'), named(dialect, 'inf')]),
      dim: this.dim,
      helper: (name) => void this.helpers.add(name),
      symbol: (node) => {
        const text = atomText(node.name, node.index);
        if (node.role === 'dimension') return py.name(this.dimName(text));
        const name = this.parts.get(node) ?? this.inputs.get(node);
        if (name === undefined) throw new RangeError(`${text} is no argument`);
        return py.name(name);
      },
      callable: (node) => {
        const found = this.callables.find((c) => c.key === callableKey(node));
        if (!found) throw new RangeError(`no function ${node.label}`);
        return py.name(found.name);
      },
    };
  }
}

/** What runs where the module is the main program; nothing for no lines. */
export const mainBlock = (lines: readonly string[]): string[] =>
  lines.length > 0
    ? [['if __name__ == "__main__":', ...lines.map((l) => INDENT + l)].join('\n')]
    : [];

/** Assignments as text, not indented. */
export const linesOf = ({ lines }: Written): string[] =>
  lines.flatMap((l) => statement(`${l.name} = `, l.code, ''));
