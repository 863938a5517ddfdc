import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { exportCode, MatgradError } from 'matgrad';
import { questionOf, refuse } from './derive.ts';
import { readInput } from './input.ts';
import { EXIT, type Io, UsageError } from './io.ts';
import type { ExportFlags } from './program.ts';

/** `matgrad export`. */
export async function runExport(formula: string, flags: ExportFlags, io: Io): Promise<number> {
  const input = await readInput(formula, flags, io);
  try {
    const code = exportCode(input, flags.to, questionOf(flags));
    if (flags.output === undefined || flags.output === '-') io.out.write(code);
    else write(flags.output, code, io);
    return EXIT.fine;
  } catch (error) {
    if (!(error instanceof MatgradError)) throw error;
    return refuse(error, input, flags, io);
  }
}

function write(file: string, code: string, io: Io): void {
  try {
    writeFileSync(resolve(io.cwd, file), code);
  } catch (error) {
    throw new UsageError(
      `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
