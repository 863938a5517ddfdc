import { linesOf } from '../../cost/lines.ts';
import type { Node, Sym } from '../../expr/node.ts';
import { postorder } from '../../expr/walk.ts';
import { atomText, DIM_ONE, type Dim, dimAtoms, dimName, evalDim } from '../../shape/dim.ts';
import { formatShape, type Shape } from '../../shape/shape.ts';
import { asciiName } from '../letters.ts';
import { docFormula, docLines } from '../program/formula.ts';
import { programSizes } from '../program/lengths.ts';
import { outputName } from '../program/outputs.ts';
import type { FormulaProgram } from '../program/request.ts';
import { atomName, identifier } from '../python/names.ts';
import { nameText } from '../text.ts';
import { Coder } from './code.ts';
import type { Value } from './graph.ts';
import { Operators } from './operators.ts';
import { type Dtype, type Model, OPSET, type Port, type Side, serialized } from './serial.ts';
import { Sizes } from './sizes.ts';

export interface OnnxOptions {
  /** f32 unless given. */
  readonly dtype?: Dtype;
  /** What is said first in the documentation of the model, line by line. */
  readonly remarks?: readonly string[];
  /** Numbers for lengths, by the text of their name: those lengths are not free. */
  readonly sizes?: ReadonlyMap<string, number>;
}

/**
 * A model with the value and all derivatives in one graph, as the bytes of an `.onnx` file. Its inputs are the variables, and a whole
 * number for each length that no array tells; lengths are free, their names those of the declarations. The outputs are `value` and
 * `d_theta`, `d_X`, …, of the shape of the value followed by that of the variable, vectors one-dimensional.
 * @throws MatgradError for a function that ONNX cannot compute; RangeError for a product over more than 52 indices
 */
export function toOnnx(program: FormulaProgram, options: OnnxOptions = {}): Uint8Array {
  return serialized(new Maker(program, options).model());
}

class Maker {
  private readonly program: FormulaProgram;
  private readonly options: OnnxOptions;
  private readonly o = new Operators();
  private readonly taken = new Set<string>();
  private readonly given: ReadonlyMap<Sym, Value>;
  private readonly inputs: readonly Port[];
  private readonly sizes: Sizes;

  constructor(program: FormulaProgram, options: OnnxOptions) {
    this.program = program;
    this.options = options;
    this.claim('value');
    const given = program.inputs.map(({ symbol, shape }) => {
      const name = this.claim(atomName(symbol.name, symbol.index));
      return { symbol, name, shape, value: this.o.graph.input(name, 'real', shape.length) };
    });
    this.sizes = new Sizes(
      this.o,
      given,
      { needed: this.needed(), fixed: options.sizes ?? new Map() },
      (atom) => this.claim(atom),
    );
    this.given = new Map(
      given.map((g) => [g.symbol, this.o.squeeze(g.value, sidesOfOne(g.shape))] as const),
    );
    this.inputs = [
      ...given.map(({ symbol: s, name, shape, value }) => ({
        name,
        value,
        sides: this.sides(shape),
        meaning: [
          `${nameText(s.name, s.index)}: ${formatShape(shape)}`,
          ...s.properties.filter((p) => p !== 'constant'),
        ].join(' '),
      })),
      ...[...this.sizes.untold].map(([atom, value]) => ({
        name: value.operation.name,
        value,
        sides: [],
        meaning: `${atom}: a whole number`,
      })),
    ];
  }

  model(): Model {
    const { program } = this;
    const { dtype = 'f32', remarks = [] } = this.options;
    const wanted = [
      { name: 'value', node: program.value, shape: program.valueShape, meaning: program.title },
      ...program.derivatives.map((d) => ({
        name: this.claim(outputName(d)),
        node: d.node,
        shape: d.shape,
        meaning: `${d.left} = ${d.text}`,
      })),
    ];
    const values = this.values(wanted.map((w) => w.node));
    const outputs = wanted.map(({ name, shape, meaning }, k): Port => {
      const value = this.o.unsqueeze(values[k] as Value, sidesOfOne(shape));
      return {
        name,
        value,
        sides: this.sides(shape),
        meaning: `${meaning} (${formatShape(shape)})`,
      };
    });
    const documentation = [
      ...remarks,
      program.title,
      '',
      `The value and its derivatives, with the operators of ONNX ${OPSET}; vectors are one-dimensional, results have the shape of the value followed by that of the variable.`,
      '',
      ...docLines(this.inputs, (p) => `${p.name}: ${p.meaning}`),
      ...docLines(outputs, (p) => `${p.name}: ${p.meaning}`),
      ...docLines(program.parts, ({ symbol: s, node }) => {
        return `where ${nameText(s.name, s.index)} = ${docFormula(node, s.shape)}`;
      }),
    ].join('\n');
    return { name: 'matgrad', dtype, documentation, inputs: this.inputs, outputs };
  }

  private values(roots: readonly Node[]): Value[] {
    const { lines, roots: rest } = linesOf(
      roots,
      this.program.parts,
      programSizes({ ...this.program, lengths: this.options.sizes ?? null }),
    );
    const made = new Map<Sym, Value>(this.given);
    const coder = new Coder(this.o, {
      dim: this.sizes.dim,
      symbol: (s) => {
        const text = atomText(s.name, s.index);
        if (s.role === 'dimension') return this.o.asReal(this.sizes.dim(asDim(s)));
        const value = made.get(s);
        if (!value) throw new RangeError(`${text} is no argument`);
        return value;
      },
    });
    for (const { symbol, node } of lines) made.set(symbol, coder.value(node));
    return rest.map((r) => coder.value(r));
  }

  /** The numbers of sides, or names for them: `n`, `2*n+1`. */
  private sides(shape: Shape): Side[] {
    const { sizes } = this.options;
    return shape.map((d) => {
      const isFixed = dimAtoms(d).every((a) => sizes?.has(atomText(a.name, a.index)));
      return isFixed ? evalDim(d, sizes ?? new Map()) : asciiName(d.key);
    });
  }

  /** The names of lengths that the formulas and the shapes of the results have. */
  private needed(): string[] {
    const { value, valueShape, derivatives, parts } = this.program;
    const nodes = postorder([
      value,
      ...derivatives.map((d) => d.node),
      ...parts.map((p) => p.node),
    ]);
    const dims = [
      ...valueShape,
      ...derivatives.flatMap((d) => d.shape),
      ...nodes.flatMap((n) => (n.kind === 'contract' ? n.extents : n.axes)),
      ...nodes.flatMap((n) => (n.kind === 'symbol' && n.role === 'dimension' ? [asDim(n)] : [])),
    ];
    const names = dims.flatMap((d) => dimAtoms(d).map((a) => atomText(a.name, a.index)));
    return [...new Set(names)].sort();
  }

  private claim(text: string): string {
    let name = identifier(text);
    while (this.taken.has(name)) name += '_';
    this.taken.add(name);
    return name;
  }
}

/** Places of sides of one, which the graph has no axes for. */
const sidesOfOne = (shape: Shape): number[] => shape.flatMap((d, k) => (d === DIM_ONE ? [k] : []));

const asDim = (s: Sym): Dim => dimName(s.name, s.index);
