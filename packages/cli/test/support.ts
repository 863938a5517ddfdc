import { run } from '../src/run.ts';

/** What a run of the command leaves. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  /** What was written to standard output that is no text. */
  readonly bytes?: Uint8Array;
  readonly err: string;
}

export interface Surroundings {
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Columns of a terminal; no terminal where nothing is said. */
  readonly terminal?: number;
  readonly cwd?: string;
}

/** Runs the command in this process. */
export async function matgrad(
  words: readonly string[],
  around: Surroundings = {},
): Promise<Outcome> {
  let out = '';
  let err = '';
  let bytes = new Uint8Array();
  const isTerminal = around.terminal !== undefined;
  const stdin = around.stdin ?? '';
  const code = await run(words, {
    out: {
      write: (t) => {
        if (typeof t === 'string') out += t;
        else bytes = new Uint8Array([...bytes, ...t]);
      },
      isTerminal,
      columns: around.terminal,
    },
    err: { write: (t) => void (err += t), isTerminal },
    stdin: async () => (typeof stdin === 'string' ? new TextEncoder().encode(stdin) : stdin),
    env: around.env ?? {},
    cwd: around.cwd ?? process.cwd(),
  });
  return { code, out, err, ...(bytes.length > 0 ? { bytes } : {}) };
}
