import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { exportCode, exportModel, type Input, MatgradError } from 'matgrad';
import { questionOf, refuse } from './derive.ts';
import { readInput } from './input.ts';
import { EXIT, type Io, UsageError } from './io.ts';
import { type ExportFlags, MODEL_NAMES, type ModelName } from './program.ts';

/** `matgrad export`. */
export async function runExport(formula: string, flags: ExportFlags, io: Io): Promise<number> {
  const input = await readInput(formula, flags, io);
  try {
    const made = exported(input, flags, io);
    if (isStdout(flags)) io.out.write(made);
    else write(flags.output ?? '', made, io);
    return EXIT.fine;
  } catch (error) {
    if (!(error instanceof MatgradError)) throw error;
    return refuse(error, input, flags, io);
  }
}

const isStdout = ({ output }: ExportFlags): boolean => output === undefined || output === '-';

const isModel = (to: ExportFlags['to']): to is ModelName => MODEL_NAMES.some((name) => name === to);

/** @throws UsageError for options that the target has not, and for bytes to a terminal */
function exported(input: Input, flags: ExportFlags, io: Io): string | Uint8Array {
  const { to, dtype, set } = flags;
  const sizes = set === undefined ? {} : { sizes: set };
  if (!isModel(to)) {
    if (dtype !== undefined) throw new UsageError(`--dtype is for models, not for ${to}`);
    return exportCode(input, to, { ...questionOf(flags), ...sizes });
  }
  if (isStdout(flags) && io.out.isTerminal)
    throw new UsageError('a model is no text for a terminal', [
      `write it to a file with -o gradient.${to}, or pipe it`,
    ]);
  return exportModel(input, {
    ...questionOf(flags),
    ...(dtype === undefined ? {} : { dtype }),
    ...sizes,
  });
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
