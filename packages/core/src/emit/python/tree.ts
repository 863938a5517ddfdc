/**
 * Python expressions as trees, and their text. Brackets are put so that Python reads exactly the tree: `@`, `*` and `/` are
 * one level and associate to the left (Python reference, 6.17), so that the order of evaluation is the one that was planned.
 */
export type Py =
  | { readonly kind: 'name'; readonly text: string }
  /** A literal ≥ 0. */
  | { readonly kind: 'number'; readonly text: string }
  | {
      readonly kind: 'binary';
      readonly op: '+' | '-' | '*' | '/' | '@' | '**' | '//';
      readonly left: Py;
      readonly right: Py;
    }
  | { readonly kind: 'negative'; readonly of: Py }
  | {
      readonly kind: 'call';
      readonly fn: Py;
      readonly args: readonly Py[];
      readonly options: readonly (readonly [name: string, value: Py])[];
    }
  | { readonly kind: 'attribute'; readonly of: Py; readonly name: string }
  /** `of[index]`, where the index is text as it stands: `:, None`. */
  | { readonly kind: 'subscript'; readonly of: Py; readonly index: string }
  | { readonly kind: 'tuple'; readonly items: readonly Py[]; readonly list?: boolean }
  /** Text with places for arguments, as the function's record spells it. */
  | { readonly kind: 'template'; readonly pieces: readonly string[]; readonly args: readonly Py[] };

export const py = {
  name: (text: string): Py => ({ kind: 'name', text }),
  number: (text: string): Py => ({ kind: 'number', text }),
  int: (n: number | bigint): Py => ({ kind: 'number', text: `${n}` }),
  text: (value: string): Py => ({ kind: 'name', text: `"${value}"` }),
  binary: (op: Extract<Py, { kind: 'binary' }>['op'], left: Py, right: Py): Py => ({
    kind: 'binary',
    op,
    left,
    right,
  }),
  negative: (of: Py): Py => (of.kind === 'negative' ? of.of : { kind: 'negative', of }),
  call: (
    fn: string | Py,
    args: readonly Py[],
    options: readonly (readonly [string, Py])[] = [],
  ): Py => ({ kind: 'call', fn: typeof fn === 'string' ? py.name(fn) : fn, args, options }),
  attribute: (of: Py, name: string): Py => ({ kind: 'attribute', of, name }),
  subscript: (of: Py, index: string): Py => ({ kind: 'subscript', of, index }),
  tuple: (items: readonly Py[]): Py => ({ kind: 'tuple', items }),
  /** `[a, b]` */
  list: (items: readonly Py[]): Py => ({ kind: 'tuple', items, list: true }),
} as const;

/** A double ≥ 0 as a literal of type float. */
export function floatPy(x: number): Py {
  if (x === Number.POSITIVE_INFINITY) return py.call('float', [py.text('inf')]);
  const text = String(x);
  return py.number(/[.e]/.test(text) ? text : `${text}.0`);
}

/** `f($0, 0.5)` with its arguments. */
export function template(spelling: string, args: readonly Py[]): Py {
  const [a, b] = args;
  if (spelling === '$0 ** $1' && a && b) return py.binary('**', a, b);
  const pieces: string[] = [];
  const used: Py[] = [];
  let from = 0;
  for (const hit of spelling.matchAll(/\$(\d+)/g)) {
    const arg = args[Number(hit[1])];
    if (!arg) throw new RangeError(`no argument for ${hit[0]} of ${spelling}`);
    pieces.push(spelling.slice(from, hit.index));
    used.push(arg);
    from = hit.index + hit[0].length;
  }
  pieces.push(spelling.slice(from));
  return { kind: 'template', pieces, args: used };
}

/** Levels of precedence, loosest first. */
const LOOSE = 0;
const SUM = 1;
const PRODUCT = 2;
const SIGN = 3;
const POWER = 4;
const POSTFIX = 5;

function level(e: Py): number {
  switch (e.kind) {
    case 'name':
    case 'number':
    case 'call':
    case 'attribute':
    case 'subscript':
    case 'tuple':
      return POSTFIX;
    case 'negative':
      return SIGN;
    case 'binary':
      return e.op === '**' ? POWER : e.op === '+' || e.op === '-' ? SUM : PRODUCT;
    case 'template':
      return /^[\w.]+[([]/.test(e.pieces[0] ?? '') && /[)\]]$/.test(e.pieces.at(-1) ?? '')
        ? POSTFIX
        : LOOSE;
  }
}

/** Number of operations and leaves; `.T` is a view and costs nothing, but reads as one. */
export function weighPy(e: Py): number {
  switch (e.kind) {
    case 'name':
    case 'number':
      return 1;
    case 'negative':
    case 'attribute':
    case 'subscript':
      return 1 + weighPy(e.of);
    case 'binary':
      return 1 + weighPy(e.left) + weighPy(e.right);
    case 'call':
    case 'template':
      return 1 + e.args.reduce((w, a) => w + weighPy(a), 0);
    case 'tuple':
      return e.items.reduce((w, a) => w + weighPy(a), 0);
  }
}

const bracketed = (e: Py, atLeast: number): string =>
  level(e) < atLeast ? `(${print(e)})` : print(e);

/** Operands beside which `**` has no spaces. */
function isSimple(e: Py): boolean {
  switch (e.kind) {
    case 'name':
    case 'number':
      return true;
    case 'attribute':
    case 'negative':
      return isSimple(e.of);
    default:
      return false;
  }
}

/** The expression on one line. */
export function print(e: Py): string {
  switch (e.kind) {
    case 'name':
    case 'number':
      return e.text;
    case 'negative':
      return `-${bracketed(e.of, SIGN)}`;
    case 'binary': {
      if (e.op === '**') {
        const gap = isSimple(e.left) && isSimple(e.right) ? '' : ' ';
        return `${bracketed(e.left, POSTFIX)}${gap}**${gap}${bracketed(e.right, SIGN)}`;
      }
      const at = level(e);
      return `${bracketed(e.left, at)} ${e.op} ${bracketed(e.right, at + 1)}`;
    }
    case 'call':
      return `${bracketed(e.fn, POSTFIX)}(${argumentsOf(e).join(', ')})`;
    case 'attribute':
      // a number and a dot would be read as a fraction
      return e.of.kind === 'number'
        ? `(${e.of.text}).${e.name}`
        : `${bracketed(e.of, POSTFIX)}.${e.name}`;
    case 'subscript':
      return `${bracketed(e.of, POSTFIX)}[${e.index}]`;
    case 'tuple':
      return e.list
        ? `[${e.items.map(print).join(', ')}]`
        : `(${e.items.map(print).join(', ')}${e.items.length === 1 ? ',' : ''})`;
    case 'template':
      return e.pieces.reduce((text, piece, k) => {
        const arg = e.args[k - 1];
        if (!arg) return text + piece;
        const enclosed = /[(,] ?$/.test(text) && /^[,)]/.test(piece);
        return text + (enclosed ? print(arg) : bracketed(arg, POSTFIX)) + piece;
      }, '');
  }
}

const argumentsOf = (e: Extract<Py, { kind: 'call' }>): string[] => [
  ...e.args.map(print),
  ...e.options.map(([name, value]) => `${name}=${print(value)}`),
];

/** Whether all names in the expression are among these: it is then a number made of sizes. */
export function onlyUses(e: Py, names: ReadonlySet<string>): boolean {
  switch (e.kind) {
    case 'name':
      return names.has(e.text);
    case 'number':
      return true;
    case 'binary':
      return onlyUses(e.left, names) && onlyUses(e.right, names);
    case 'negative':
    case 'attribute':
    case 'subscript':
      return onlyUses(e.of, names);
    case 'call':
    case 'template':
      return e.args.every((a) => onlyUses(a, names));
    case 'tuple':
      return e.items.every((a) => onlyUses(a, names));
  }
}

/** Columns of a line of code. */
export const WIDTH = 100;

/**
 * `head`, the expression and `tail`, broken at the loosest operators and at the arguments of calls where one line is too
 * short. What is broken stands in brackets.
 */
export function statement(head: string, e: Py, indent: string, tail = ''): string[] {
  const line = `${indent}${head}${print(e)}${tail}`;
  if (line.length <= WIDTH) return [line];
  const inner = `${indent}    `;
  switch (e.kind) {
    case 'call': {
      const together = `${inner}${argumentsOf(e).join(', ')}`;
      const body =
        together.length <= WIDTH
          ? [together]
          : [
              ...e.args.flatMap((a) => statement('', a, inner, ',')),
              ...e.options.flatMap(([name, value]) => statement(`${name}=`, value, inner, ',')),
            ];
      return [`${indent}${head}${bracketed(e.fn, POSTFIX)}(`, ...body, `${indent})${tail}`];
    }
    case 'tuple': {
      const items = e.items.flatMap((a) => statement('', a, inner, ','));
      const [open, close] = e.list ? '[]' : '()';
      return [`${indent}${head}${open}`, ...items, `${indent}${close}${tail}`];
    }
    case 'binary':
      return inBrackets(head, e, indent, tail) ?? [line];
    case 'attribute':
    case 'subscript': {
      const end = e.kind === 'attribute' ? `.${e.name}${tail}` : `[${e.index}]${tail}`;
      return level(e.of) === POSTFIX
        ? statement(head, e.of, indent, end)
        : (inBrackets(head, e.of, indent, end) ?? [line]);
    }
    case 'negative':
      return level(e.of) >= SIGN
        ? statement(`${head}-`, e.of, indent, tail)
        : (inBrackets(`${head}-`, e.of, indent, tail) ?? [line]);
    case 'name':
    case 'number':
    case 'template':
      return [line];
  }
}

/** Sums and products over several lines, in brackets of their own. */
function inBrackets(head: string, e: Py, indent: string, tail: string): string[] | undefined {
  return e.kind === 'binary' && e.op !== '**'
    ? [`${indent}${head}(`, ...operandsOf(e, `${indent}    `), `${indent})${tail}`]
    : undefined;
}

/** The operands of one level of operators, each behind its operator on lines of its own. */
function operandsOf(e: Extract<Py, { kind: 'binary' }>, indent: string): string[] {
  const at = level(e);
  const operand = (head: string, x: Py, atLeast: number): string[] => {
    const line = `${indent}${head}${bracketed(x, atLeast)}`;
    if (line.length <= WIDTH) return [line];
    if (level(x) >= atLeast) return statement(head, x, indent);
    return inBrackets(head, x, indent, '') ?? [line];
  };
  const right = operand(`${e.op} `, e.right, at + 1);
  return e.left.kind === 'binary' && level(e.left) === at
    ? [...operandsOf(e.left, indent), ...right]
    : [...operand('', e.left, at), ...right];
}

/** `return a, b` */
export function returning(results: readonly Py[], indent: string): string[] {
  const [only, ...others] = results;
  if (only && others.length === 0) return statement('return ', only, indent);
  const line = `${indent}return ${results.map(print).join(', ')}`;
  return line.length <= WIDTH ? [line] : statement('return ', py.tuple(results), indent);
}

/** `def f(a, b):`, over several lines where it is long. */
export function definition(name: string, parameters: readonly string[]): string[] {
  const line = `def ${name}(${parameters.join(', ')}):`;
  return line.length <= WIDTH
    ? [line]
    : [`def ${name}(`, ...parameters.map((p) => `    ${p},`), '):'];
}
