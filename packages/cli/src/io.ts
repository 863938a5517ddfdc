/** Where a run reads and writes: the process in earnest, strings in tests. */
export interface Io {
  readonly out: Stream;
  readonly err: Stream;
  /** All of standard input. */
  readonly stdin: () => Promise<Uint8Array>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

export interface Stream {
  /** Bytes are for what is no text. */
  readonly write: (data: string | Uint8Array) => void;
  readonly isTerminal: boolean;
  /** Of a terminal. */
  readonly columns?: number | undefined;
}

/** Exit codes: all went well; a check that failed or came to no verdict; bad input or usage. */
export const EXIT = Object.freeze({ fine: 0, finding: 1, bad: 2 });

/** A mistake of the user that the command itself finds: an option, a file. Printed without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly notes: readonly string[];
  constructor(message: string, notes: readonly string[] = []) {
    super(message);
    this.notes = notes;
  }
}
