import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MATLAB } from '../../../src/emit/columns/matlab.ts';
import { toColumns } from '../../../src/emit/columns/program.ts';
import type { FormulaProgram } from '../../../src/emit/program/request.ts';
import { differences, drawnAt, type Entries, placesOf } from '../drawn.ts';

/** Whether a program is on the path. */
export const isInstalled = (name: string): boolean =>
  spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0;

/** An array of the given sides, vectors as columns, from its entries row by row. */
function literal({ dims, data }: Entries): string {
  const numbers = `[${data.map((x) => (Number.isFinite(x) ? x : x > 0 ? 'Inf' : '-Inf')).join(' ')}]`;
  if (dims.length < 2) return `${numbers}.'`;
  const order = dims.map((_, k) => dims.length - k);
  return `permute(reshape(${numbers}, [${[...dims].reverse().join(' ')}]), [${order.join(' ')}])`;
}

const single = (e: Entries): string => (e.dims.length > 0 ? `single(${literal(e)})` : literal(e));

/** Prints the sides of an array of some axes and its entries, row by row. */
const PRINT = `
function put(a, rank)
  sides = size(a);
  sides(end + 1:rank) = 1;
  if rank == 1
    assert(size(a, 2) == 1);
    sides = sides(1);
  elseif rank == 0
    assert(isequal(sides, [1 1]));
    sides = [];
  elseif rank > 1
    a = permute(a, rank:-1:1);
  end
  printf("%s\\n", strjoin(arrayfun(@(n) sprintf("%d", n), sides, "UniformOutput", false), " "));
  printf("%s\\n", strjoin(arrayfun(@(x) sprintf("%.17g", x), a(:).', "UniformOutput", false), " "));
end
`;

interface Question {
  readonly source: string;
  readonly given: readonly Entries[];
  readonly options: readonly number[];
  /** Numbers of axes of the outputs. */
  readonly ranks: readonly number[];
}

/** The outputs of each program in Octave, or what it complains of. */
function runOctave(questions: readonly Question[]): (Entries[] | string)[] {
  const script = questions.map(({ source, given, options, ranks }) => {
    const outputs = ranks.map((_, k) => `o${k}`);
    const args = [...given.map(literal), ...options];
    return [
      source,
      'try',
      `[${outputs.join(', ')}] = value_and_derivative(${args.join(', ')});`,
      'printf("ran\\n");',
      ...outputs.map((o, k) => `put(${o}, ${ranks[k]});`),
      // numbers that are no arrays take the type of what they meet
      `[${outputs.join(', ')}] = value_and_derivative(${[...given.map(single), ...options].join(', ')});`,
      ...outputs.map((o) => `printf("%s\\n", class(${o}));`),
      'catch problem',
      'printf("failed\\n%s\\n", strrep(problem.message, "\\n", " "));',
      'end',
    ].join('\n');
  });
  const folder = mkdtempSync(join(tmpdir(), 'matgrad-'));
  const file = join(folder, 'run.m');
  writeFileSync(file, ['1;', PRINT, ...script].join('\n'));
  const { stdout, stderr } = spawnSync('octave-cli', ['--no-init-file', '--quiet', file], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    timeout: 120_000,
  });
  rmSync(folder, { recursive: true });
  const lines = stdout.split('\n');
  const numbers = (text: string): number[] =>
    text
      .split(' ')
      .filter((w) => w !== '')
      .map((w) => Number(w.replace('Inf', 'Infinity')));
  return questions.map(({ ranks }) => {
    const said = lines.shift();
    if (said === undefined || said === '') return `nothing: ${stderr.slice(0, 2000)}`;
    if (said !== 'ran') return lines.shift() ?? 'failed';
    const found = ranks.map(() => ({
      dims: numbers(lines.shift() ?? ''),
      data: numbers(lines.shift() ?? ''),
    }));
    const types = ranks.map(() => lines.shift());
    const other = types.findIndex((type, k) => type !== 'single' && (ranks[k] ?? 0) > 0);
    return other < 0 ? found : `output ${other} is ${types[other]} for singles`;
  });
}

/** What is wrong with the programs in Octave, each at two sizes. */
export function complaintsOfOctave(
  programs: readonly (readonly [title: string, program: FormulaProgram])[],
  tolerance: number,
): string[] {
  const all = programs.flatMap(([title, program]) => {
    const source = toColumns(program, MATLAB);
    return placesOf(program, 2).map((p) => ({ title, source, drawn: drawnAt(program, p) }));
  });
  const ran = runOctave(
    all.map(({ source, drawn: { given, untold, wanted } }) => ({
      source,
      given,
      options: untold,
      ranks: wanted.map((w) => w.dims.length),
    })),
  );
  return all.flatMap(({ title, source, drawn }, k) => {
    const mine = ran[k];
    if (typeof mine === 'string' || !mine) return [`${title}: ${mine}\n${source}`];
    return differences(title, drawn, mine, tolerance).map((d) => `${d}\n${source}`);
  });
}
