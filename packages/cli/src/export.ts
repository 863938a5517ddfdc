import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  derive,
  exportCode,
  exportModel,
  type Input,
  MatgradError,
  reportLatex,
  reportMathml,
  reportTypst,
} from 'matgrad';
import { questionOf, refuse, verdict } from './derive.ts';
import { readInput } from './input.ts';
import { EXIT, type Io, UsageError } from './io.ts';
import {
  type ExportFlags,
  FORMULA_NAMES,
  type FormulaName,
  MODEL_NAMES,
  type ModelName,
} from './program.ts';

/** `matgrad export`. */
export async function runExport(formula: string, flags: ExportFlags, io: Io): Promise<number> {
  const input = await readInput(formula, flags, io);
  try {
    const { made, code } = exported(input, flags, io);
    if (isStdout(flags)) io.out.write(made);
    else write(flags.output ?? '', made, io);
    return code;
  } catch (error) {
    if (!(error instanceof MatgradError)) throw error;
    return refuse(error, input, flags, io);
  }
}

const isStdout = ({ output }: ExportFlags): boolean => output === undefined || output === '-';

const isModel = (to: ExportFlags['to']): to is ModelName => MODEL_NAMES.some((name) => name === to);

const isFormula = (to: ExportFlags['to']): to is FormulaName =>
  FORMULA_NAMES.some((name) => name === to);

const FORMULAS = { latex: reportLatex, mathml: reportMathml, typst: reportTypst } as const;

interface Exported {
  readonly made: string | Uint8Array;
  readonly code: number;
}

/** @throws UsageError for options that the target has not, and for bytes to a terminal */
function exported(input: Input, flags: ExportFlags, io: Io): Exported {
  const { to, dtype, set } = flags;
  const options = { ...questionOf(flags), ...(set === undefined ? {} : { sizes: set }) };
  if (!isModel(to)) {
    if (dtype !== undefined) throw new UsageError(`--dtype is for models, not for ${to}`);
    if (!isFormula(to)) return { made: exportCode(input, to, options), code: EXIT.fine };
    const report = derive(input, { ...options, trick: false });
    return { made: FORMULAS[to](report), code: verdict(report, io) };
  }
  if (isStdout(flags) && io.out.isTerminal)
    throw new UsageError('a model is no text for a terminal', [
      `write it to a file with -o gradient.${to}, or pipe it`,
    ]);
  const made = exportModel(input, { ...options, ...(dtype === undefined ? {} : { dtype }) });
  return { made, code: EXIT.fine };
}

function write(file: string, data: string | Uint8Array, io: Io): void {
  try {
    writeFileSync(resolve(io.cwd, file), data);
  } catch (error) {
    throw new UsageError(
      `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
