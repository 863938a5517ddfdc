/**
 * Messages in the wire format of Protocol Buffers (protobuf.dev, "Encoding"): a field is a number with a wire type, then its value.
 * A message is written as a list of fields; a list of several is a repeated field.
 */

/** One field, encoded. */
export type Field = readonly number[] | Uint8Array;

const VARINT = 0;
const LENGTH = 2;

/** A whole number, 7 bits a byte, the lowest first; negative ones as 64 bits of two's complement. */
function varint(value: number | bigint): number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  const out: number[] = [];
  for (; rest >= 128n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
  out.push(Number(rest));
  return out;
}

const key = (field: number, wire: number): number[] => varint(field * 8 + wire);

export const int = (field: number, value: number | bigint): Field => [
  ...key(field, VARINT),
  ...varint(value),
];

export const bytes = (field: number, value: Uint8Array): Field =>
  joined([[...key(field, LENGTH), ...varint(value.length)], value]);

export const text = (field: number, value: string): Field => bytes(field, utf8(value));

/** A message within a message. */
export const message = (field: number, fields: readonly Field[]): Field =>
  bytes(field, joined(fields));

/** Fields one after the other. */
export function joined(fields: readonly Field[]): Uint8Array {
  const out = new Uint8Array(fields.reduce((n, f) => n + f.length, 0));
  let at = 0;
  for (const f of fields) {
    out.set(f, at);
    at += f.length;
  }
  return out;
}

/** UTF-8; halves of surrogate pairs become U+FFFD. */
export function utf8(value: string): Uint8Array {
  const out: number[] = [];
  for (const letter of value) {
    const code = letter.codePointAt(0) ?? 0;
    const point = code >= 0xd800 && code < 0xe000 ? 0xfffd : code;
    if (point < 0x80) out.push(point);
    else {
      const tail = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
      out.push(((0xff00 >> (tail + 1)) & 0xff) | (point >> (6 * tail)));
      for (let k = tail - 1; k >= 0; k--) out.push(0x80 | ((point >> (6 * k)) & 0x3f));
    }
  }
  return Uint8Array.from(out);
}
