import { KERNELS } from './library/index.ts';

/** Turns the notation of `library/` into the languages. */
export type LoopLanguage = 'c' | 'typescript' | 'javascript';

/** What C's own library has. */
const IN_C: ReadonlySet<string> = new Set(['erf', 'erfc']);

const SCALARS_C: Readonly<Record<string, string>> = {
  real: 'REAL ',
  int: 'ptrdiff_t ',
  reals: 'REAL *',
  values: 'const REAL *',
  lists: 'const REAL *const *',
  ints: 'const ptrdiff_t *',
  void: 'void ',
};

const TYPES: Readonly<Record<string, string>> = {
  real: 'number',
  int: 'number',
  reals: 'Floats',
  values: 'Floats',
  lists: 'readonly Floats[]',
  ints: 'readonly number[]',
  void: 'void',
};

/** The source of a routine in a language. */
function translated(source: string, language: LoopLanguage): string {
  return language === 'c' ? inC(source) : inJs(source, language === 'typescript');
}

function inC(source: string): string {
  const type = (t: string): string => SCALARS_C[t] ?? '';
  return source
    .replace(/^table (\w+) = \[(.*)\];$/mu, 'static const double $1[] = {$2};')
    .replace(
      /^function (\w+)\((.*)\): (\w+) \{$/mu,
      (_, name: string, list: string, out: string) => {
        const parameters = list.replaceAll(
          /(\w+): (\w+)/gu,
          (_m, p: string, t: string) => type(t) + p,
        );
        return `static ${type(out)}${name}(${parameters}) {`;
      },
    )
    .replaceAll(/\bconst (\w+): reals =/gu, 'REAL *const $1 =')
    .replaceAll(
      /\bconst (\w+): (\w+) =/gu,
      (_, name: string, t: string) => `const ${type(t)}${name} =`,
    )
    .replaceAll(/\blet (\w+): (\w+) =/gu, (_, name: string, t: string) => `${type(t)}${name} =`)
    .replaceAll(/@from\((\w+), ([^)]*)\)/gu, '$1 + $2')
    .replaceAll(/@eps\(\w+\)/gu, '(sizeof(REAL) == sizeof(float) ? FLT_EPSILON : DBL_EPSILON)')
    .replaceAll('@int(', '(ptrdiff_t)(')
    .replaceAll('@nan', 'NAN')
    .replaceAll('@inf', 'INFINITY')
    .replaceAll('@pi', '3.14159265358979323846')
    .replaceAll('@abs', 'fabs')
    .replaceAll(/@(\w+)/gu, '$1')
    .replaceAll('===', '==')
    .replaceAll('!==', '!=')
    .replace(/^\/\*\*/mu, '/*');
}

function inJs(source: string, types: boolean): string {
  const of = (t: string): string => (types ? `: ${TYPES[t] ?? ''}` : '');
  return source
    .replace(/^table (\w+) =/mu, 'const $1 =')
    .replace(
      /^function (\w+)\((.*)\): (\w+) \{$/mu,
      (_, name: string, list: string, out: string) => {
        const parameters = list.replaceAll(
          /(\w+): (\w+)/gu,
          (_m, p: string, t: string) => p + of(t),
        );
        return `function ${name}(${parameters})${of(out)} {`;
      },
    )
    .replaceAll(/\b(const|let) (\w+): \w+ =/gu, '$1 $2 =')
    .replaceAll(/@from\((\w+), ([^)]*)\)/gu, '$1.subarray($2)')
    .replaceAll(/@eps\((\w+)\)/gu, '($1.BYTES_PER_ELEMENT === 4 ? 2 ** -23 : 2 ** -52)')
    .replaceAll('@int(', 'Math.round(')
    .replaceAll('@nan', 'Number.NaN')
    .replaceAll('@inf', 'Number.POSITIVE_INFINITY')
    .replaceAll('@pi', 'Math.PI')
    .replaceAll('@', 'Math.');
}

/** Whether code calls a function or looks into a table. */
const mentions = (code: string, name: string): boolean =>
  new RegExp(`(?<![.\\w])${name}[([]`, 'u').test(code);

/** The routines that some code, without its comments, calls and those that they need, in a fixed order in which each comes after what it needs. */
export function routinesFor(text: string, language: LoopLanguage): string[] {
  const found: string[] = [];
  let whole = text;
  for (const [name, source] of [...KERNELS].reverse()) {
    if (!mentions(whole, name) || (language === 'c' && IN_C.has(name))) continue;
    const own = translated(source, language);
    found.push(own);
    whole += own.slice(own.indexOf('*/') + 1);
  }
  return found.reverse();
}

/** What variables may not be called. */
export const ROUTINE_NAMES: readonly string[] = [...KERNELS.keys()];
