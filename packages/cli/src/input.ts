import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Input, Syntax } from 'matgrad';
import { type Io, UsageError } from './io.ts';

/** A program of a million letters is refused by the reader of the language; letters take up to four bytes. */
const MAX_BYTES = 4_000_000;

/** What stands on the command line: `EXPR`, `FILE.mg` or `-`, with `--where` and `--wrt`. */
export async function readInput(
  argument: string,
  options: {
    readonly where?: readonly string[];
    readonly wrt?: readonly string[];
    readonly syntax?: Syntax;
  },
  io: Io,
): Promise<Input> {
  const syntax = options.syntax ?? syntaxOfFile(argument);
  const common = {
    ...(syntax ? { syntax } : {}),
    ...(options.where ? { where: options.where.join('\n') } : {}),
    ...(options.wrt ? { wrt: options.wrt } : {}),
  };
  if (argument === '-') {
    const text = decode(await io.stdin(), 'standard input');
    return isExpression(text)
      ? { expression: text.trim(), ...common }
      : { file: { name: '<stdin>', text }, ...common };
  }
  if (argument.trim() === '')
    throw new UsageError('the formula is empty', ["try: matgrad derive 'xᵀAx'"]);
  const file = readProgram(argument, io);
  if (file !== undefined) return { file: { name: argument, text: file }, ...common };
  return { expression: argument, ...common };
}

/** Python and LaTeX are told by the names of their files. */
const syntaxOfFile = (name: string): Syntax | undefined =>
  name.endsWith('.py') ? 'numpy' : name.endsWith('.tex') ? 'latex' : undefined;

/** The text of a file that has to be there. */
export function readText(path: string, io: Io): string {
  const text = readProgram(path, io);
  if (text === undefined) throw new UsageError(`there is no file ${path}`);
  return text;
}

/** The text of a file; undefined where the argument is an expression: nothing is called so, and it does not end in `.mg`. */
function readProgram(argument: string, io: Io): string | undefined {
  const named = argument.endsWith('.mg');
  let handle: number;
  try {
    handle = openSync(resolve(io.cwd, argument), 'r');
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EACCES' || code === 'EPERM')
      throw new UsageError(`${argument} cannot be read: permission is denied`);
    if (code === 'EISDIR') throw new UsageError(`${argument} is a directory`);
    if (!named) return undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new UsageError(`there is no file ${argument}`);
    throw new UsageError(`${argument} cannot be read (${code})`);
  }
  try {
    const kind = fstatSync(handle);
    if (kind.isDirectory())
      throw new UsageError(`${argument} is a directory`, [
        'name a file, as in `examples/perceptron.mg`',
      ]);
    if (kind.size > MAX_BYTES) throw tooLong(argument);
    return decode(readUpTo(handle, MAX_BYTES + 1), argument);
  } finally {
    closeSync(handle);
  }
}

/** A pipe does not say how much will come. */
function readUpTo(handle: number, limit: number): Uint8Array {
  const chunks: Uint8Array[] = [];
  let total = 0;
  while (total < limit) {
    const chunk = new Uint8Array(65_536);
    const length = readSync(handle, chunk);
    if (length === 0) break;
    chunks.push(chunk.subarray(0, length));
    total += length;
  }
  return Buffer.concat(chunks);
}

/** Text in UTF-8 without NUL. @throws UsageError for anything else */
function decode(bytes: Uint8Array, name: string): string {
  if (bytes.length > MAX_BYTES) throw tooLong(name);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw binary(name);
  }
  if (text.includes('\0')) throw binary(name);
  if (text.trim() === '')
    throw new UsageError(`${name} is empty`, [
      'a line such as `J = ½ ‖Xθ − y‖²` says what to derive',
    ]);
  return text;
}

const tooLong = (name: string): UsageError =>
  new UsageError(`${name} is too large: more than ${MAX_BYTES / 1e6} MB`);

const binary = (name: string): UsageError =>
  new UsageError(`${name} is not text in UTF-8`, ['a `.mg` file holds declarations and formulas']);

/** One formula alone, and no line that declares or defines a name: outside brackets there is no `=`, `:` or `∈`. */
export function isExpression(text: string): boolean {
  const lines = text
    .split(/[\n;]/u)
    .map((line) => line.replace(/#.*$/su, '').trim())
    .filter((line) => line !== '');
  if (lines.length !== 1) return false;
  let depth = 0;
  for (const c of lines[0] ?? '') {
    if ('([{'.includes(c)) depth++;
    else if (')]}'.includes(c)) depth--;
    else if (depth === 0 && '=:∈'.includes(c)) return false;
  }
  return true;
}

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
