import type { Node, Sym } from '../../expr/node.ts';
import { postorder } from '../../expr/walk.ts';
import { atomText, type Dim } from '../../shape/dim.ts';
import { axesOf, type Shape } from '../../shape/shape.ts';
import { docFormula, docLines } from '../program/formula.ts';
import { reach } from '../program/lines.ts';
import type { FormulaProgram } from '../program/request.ts';
import { nameText } from '../text.ts';
import { type Callable, callableKey, callablesOf } from './callables.ts';
import { docstring } from './docstring.ts';
import { helperSources, importsOf } from './helpers.ts';
import { atomName, Names } from './names.ts';
import { definition, type Py, print, py, returning, statement } from './python.ts';
import { finished, reshape } from './results.ts';
import { type Argument, dimensionsOf, dimPy, inputText, planSizes, shapeText } from './sizes.ts';
import { type Place, type Written, write } from './write.ts';

const INDENT = '    ';

/**
 * The text of a Python module with `value(…)` and `derivative(…)`, which need NumPy alone. Vectors are one-dimensional, rows
 * 1×n two-dimensional, results have the shape of the variable; several derivatives come as a tuple, in the order asked for.
 * @throws RangeError for a symbol that is no input, and for a product over more than 52 indices
 */
export function toNumpy(request: FormulaProgram): string {
  return new Module(request).text();
}

/** A Python function in the making. */
interface Wanted {
  readonly name: 'value' | 'derivative';
  readonly heading: readonly string[];
  readonly returns: string;
  readonly results: readonly { readonly node: Node; readonly shape: Shape }[];
}

class Module {
  private readonly request: FormulaProgram;
  private readonly names = new Names();
  private readonly inputs = new Map<Sym, string>();
  private readonly dims = new Map<string, string>();
  private readonly parts = new Map<Sym, string>();
  private readonly callables: readonly Callable[];
  private readonly helpers = new Set<string>(['floats']);
  private readonly arguments: readonly Argument[];
  private readonly untold: readonly string[];
  private readonly prelude: readonly string[];

  constructor(request: FormulaProgram) {
    this.request = request;
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
    for (const p of request.parts)
      this.parts.set(p.symbol, this.names.claim(atomName(p.symbol.name, p.symbol.index)));
    this.arguments = request.inputs.map(({ symbol, shape }) => ({
      name: this.inputs.get(symbol) ?? '',
      shape,
    }));
    const plan = planSizes(
      this.arguments,
      needed.map((a) => a.text),
      (atom) => this.dimName(atom),
    );
    this.untold = plan.untold;
    this.prelude = [...this.conversion(), ...plan.lines];
  }

  text(): string {
    const { request } = this;
    const value = this.define({
      name: 'value',
      heading: [request.title],
      returns: `Returns ${shapeText(request.valueShape)}.`,
      results: [{ node: request.value, shape: request.valueShape }],
    });
    const derivative = this.define({
      name: 'derivative',
      heading: this.derivativeHeading(),
      returns: this.derivativeReturns(),
      results: request.derivatives,
    });
    const head = docstring(
      [
        request.title,
        '',
        'Runs with NumPy alone. Vectors are one-dimensional arrays, 1×n rows two-dimensional.',
      ],
      '',
    );
    const helpers = helperSources(this.helpers);
    const blocks = [...helpers, value, derivative];
    return `${head.join('\n')}\n\n${importsOf(helpers)}\n\n\n${blocks.join('\n\n\n')}\n`;
  }

  private dimName(atom: string): string {
    const name = this.dims.get(atom);
    if (name === undefined) throw new RangeError(`no size for ${atom}`);
    return name;
  }

  private readonly dim = (d: Dim): Py =>
    dimPy(d, (a) => py.name(this.dimName(atomText(a.name, a.index))));

  private conversion(): string[] {
    const names = this.arguments.map((a) => a.name);
    if (names.length === 0) return [];
    const target = names.length === 1 ? `(${names[0]},)` : names.join(', ');
    return statement(`${target} = `, py.call('floats', names.map(py.name)), '');
  }

  private derivativeHeading(): string[] {
    const lines = docLines(this.request.derivatives, (d) => {
      return `∂/∂${nameText(d.variable.name, d.variable.index)} = ${d.text}`;
    });
    const where = docLines(this.request.parts, (p) => {
      const left = nameText(p.symbol.name, p.symbol.index);
      return `where ${left} = ${docFormula(p.node, p.symbol.shape)}`;
    });
    return [`The derivative of ${this.request.title}`, '', ...lines, ...where];
  }

  private derivativeReturns(): string {
    const list = this.request.derivatives.map(
      (d) => `${nameText(d.variable.name, d.variable.index)} (${shapeText(d.shape)})`,
    );
    return list.length === 1
      ? `Returns the derivative by ${list[0]}.`
      : `Returns a tuple of the derivatives by ${list.join(', ')}.`;
  }

  // ------------------------------------------------------------ functions

  private define(wanted: Wanted): string {
    const roots = wanted.results.map((r) => r.node);
    const written = write(roots, this.request.parts, this.place());
    const needed = this.needed(roots);
    const used = new Set<string>(
      [...needed].flatMap((n) => (n.kind === 'apply' && n.fn ? [callableKey(n)] : [])),
    );
    const body = [
      ...this.prelude.map((l) => INDENT + l),
      ...this.flattened(needed).map((l) => INDENT + l),
      ...this.body(wanted, written),
    ];
    return [
      ...definition(wanted.name, this.parameters(used)),
      ...docstring(this.documentation(wanted), INDENT),
      ...body,
    ].join('\n');
  }

  private parameters(used: ReadonlySet<string>): string[] {
    const keywords = [
      ...this.untold.map((atom) => this.dimName(atom)),
      ...this.callables.filter((c) => used.has(c.key)).map((c) => c.name),
      ...this.callables.filter((c) => !used.has(c.key)).map((c) => `${c.name}=None`),
    ];
    const names = this.arguments.map((a) => a.name);
    return keywords.length > 0 ? [...names, '*', ...keywords] : names;
  }

  private documentation(wanted: Wanted): string[] {
    return [
      ...wanted.heading,
      '',
      ...this.request.inputs.map(
        ({ symbol: s, shape }, k) => `${this.arguments[k]?.name}: ${inputText(s, shape)}`,
      ),
      ...this.untold.map((atom) => `${this.dimName(atom)}: a whole number`),
      ...this.callables.map((c) => `${c.name}: ${c.meaning}`),
      '',
      wanted.returns,
    ];
  }

  /** Arrays lose their sides of one, which the formulas do not have. */
  private flattened(nodes: ReadonlySet<Node>): string[] {
    return this.request.inputs.flatMap(({ symbol, shape }) => {
      const name = this.inputs.get(symbol);
      const axes = axesOf(shape);
      if (name === undefined || axes.length === shape.length || !nodes.has(symbol)) return [];
      return [`${name} = ${print(reshape(py.name(name), axes.map(this.dim)))}`];
    });
  }

  private body(wanted: Wanted, { lines, results, owned }: Written): string[] {
    const free = new Set(owned);
    const finishedResults = results.map((code, k) => {
      const made = finished(code, wanted.results[k]?.shape ?? [], free, this.dim);
      if (code.py.kind === 'name') free.delete(code.py.text);
      return made;
    });
    return [
      ...lines.flatMap((l) => statement(`${l.name} = `, l.code, INDENT)),
      ...returning(finishedResults, INDENT),
    ];
  }

  /** All nodes that a function computes, through named parts. */
  private needed(roots: readonly Node[]): ReadonlySet<Node> {
    const nodes = new Set<Node>();
    reach(roots, nodes);
    for (const p of [...this.request.parts].reverse())
      if (nodes.has(p.symbol)) reach([p.node], nodes);
    return nodes;
  }

  private place(): Place {
    const like = this.arguments.find((a) => a.shape.length > 0)?.name;
    return {
      like: like === undefined ? null : py.name(like),
      local: this.names.inner(),
      sizes: new Set([...this.dims.values(), 'np.pi', 'np.inf']),
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
