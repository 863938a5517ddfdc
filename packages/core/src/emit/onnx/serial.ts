import {
  type Body,
  type Numbers,
  type Operation,
  ordered,
  type Type,
  type Value,
} from './graph.ts';
import { bytes, type Field, int, joined, message, text } from './protobuf.ts';

/** The messages of ONNX (onnx.proto, IR version 8), field by field. */

/** The floating-point type of a model. */
export type Dtype = 'f32' | 'f64';

/** A side of an array: a number, or a name that stands for one. */
export type Side = number | string;

/** An input or output of a model. */
export interface Port {
  readonly name: string;
  readonly value: Value;
  readonly sides: readonly Side[];
  readonly meaning: string;
}

export interface Model {
  readonly name: string;
  readonly dtype: Dtype;
  readonly documentation: string;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/** The version of the operators (onnx 1.13, January 2023), and that of the format that goes with it. */
export const OPSET = 18;
const IR_VERSION = 8;

const DATA_TYPES = { f32: 1, f64: 11, int: 7, bool: 9 } as const;

const dataType = (type: Type, dtype: Dtype): number => DATA_TYPES[type === 'real' ? dtype : type];

/** A model as a file. */
export function serialized(model: Model): Uint8Array {
  const graph = new Writer(model).graph();
  return joined([
    int(1, IR_VERSION),
    text(2, 'matgrad'),
    text(6, model.documentation),
    message(7, graph),
    message(8, [text(1, ''), int(2, OPSET)]),
  ]);
}

class Writer {
  private readonly model: Model;
  private readonly names = new Map<Value, string>();
  private readonly constants: Field[] = [];
  private readonly taken: Set<string>;
  private count = 0;

  constructor(model: Model) {
    this.model = model;
    this.taken = new Set([...model.inputs, ...model.outputs].map((p) => p.name));
  }

  graph(): Field[] {
    const { inputs, outputs, name, documentation } = this.model;
    for (const p of inputs) this.names.set(p.value, p.name);
    // a value that two outputs give, or that is an input, is copied
    const copies: Field[] = [];
    for (const p of outputs) {
      if (this.names.has(p.value) || p.value.operation.kind === 'constant')
        copies.push(
          message(1, [text(1, this.name(p.value)), text(2, p.name), text(4, 'Identity')]),
        );
      else this.names.set(p.value, p.name);
    }
    const nodes = this.nodes(
      outputs.map((p) => p.value),
      0,
    );
    return [
      ...nodes,
      ...copies,
      text(2, name),
      ...this.constants,
      text(10, documentation),
      ...inputs.map((p) => this.port(11, p)),
      ...outputs.map((p) => this.port(12, p)),
    ];
  }

  private name(value: Value): string {
    let name = this.names.get(value);
    if (name === undefined) {
      do name = `t${++this.count}`;
      while (this.taken.has(name));
      this.names.set(value, name);
    }
    return name;
  }

  private nodes(values: readonly Value[], level: number): Field[] {
    const fields: Field[] = [];
    for (const o of ordered(values, level)) {
      if (o.kind === 'operation') fields.push(message(1, this.node(o)));
      else if (o.numbers) this.constants.push(message(5, this.tensor(o.outputs, o.numbers)));
    }
    return fields;
  }

  private node(o: Operation): Field[] {
    return [
      ...o.inputs.map((v) => text(1, v ? this.name(v) : '')),
      ...o.outputs.map((v) => text(2, this.name(v))),
      text(4, o.name),
      ...o.attributes.map(([name, value]) => message(5, [text(1, name), ...this.attribute(value)])),
    ];
  }

  private attribute(value: Operation['attributes'][number][1]): Field[] {
    if (typeof value === 'number') return [int(3, value), int(20, 2)];
    if (typeof value === 'string') return [text(4, value), int(20, 3)];
    if ('inputs' in value) return [message(6, this.body(value)), int(20, 5)];
    return [...value.map((n) => int(8, n)), int(20, 7)];
  }

  private body({ inputs, outputs }: Body): Field[] {
    const level = inputs[0]?.operation.level ?? 0;
    const open = (v: Value): Port => ({
      name: this.name(v),
      value: v,
      sides: Array.from({ length: v.rank }, () => ''),
      meaning: '',
    });
    return [
      ...this.nodes(outputs, level),
      text(2, 'body'),
      ...inputs.map((v) => this.port(11, open(v))),
      ...outputs.map((v) => this.port(12, open(v))),
    ];
  }

  private port(field: number, { name, value, sides, meaning }: Port): Field {
    const shape = sides.map((s) =>
      message(1, typeof s === 'number' ? [int(1, s)] : s === '' ? [] : [text(2, s)]),
    );
    const tensor = [int(1, dataType(value.type, this.model.dtype)), message(2, shape)];
    return message(field, [
      text(1, name),
      message(2, [message(1, tensor)]),
      ...(meaning === '' ? [] : [text(3, meaning)]),
    ]);
  }

  private tensor([value]: readonly Value[], { type, dims, data }: Numbers): Field[] {
    return [
      ...dims.map((d) => int(1, d)),
      int(2, dataType(type, this.model.dtype)),
      text(8, value ? this.name(value) : ''),
      bytes(9, raw(data, type, this.model.dtype)),
    ];
  }
}

/** Numbers as they lie in memory, the lowest byte first. */
function raw(data: readonly number[], type: Type, dtype: Dtype): Uint8Array {
  const size = type === 'bool' ? 1 : type === 'real' && dtype === 'f32' ? 4 : 8;
  const view = new DataView(new ArrayBuffer(size * data.length));
  data.forEach((x, k) => {
    if (type === 'bool') view.setUint8(k, x);
    else if (type === 'int') view.setBigInt64(8 * k, BigInt(x), true);
    else if (dtype === 'f32') view.setFloat32(4 * k, x, true);
    else view.setFloat64(8 * k, x, true);
  });
  return new Uint8Array(view.buffer);
}
