import { CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { guardExpression, joinOptionalValues } from './arguments.ts';
import { styleOf } from './colour.ts';
import { EXIT, type Io, UsageError } from './io.ts';
import { type Actions, EXPLAIN_HOW, optionShapes, programOf, SHORT_HELP } from './program.ts';

/** Runs a command line and gives the exit code. Never throws: whatever goes wrong is a message on standard error. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
    return await complain(error, argv, io);
  }
}

async function dispatch(argv: readonly string[], io: Io): Promise<number> {
  const [command] = argv;
  if (command === undefined) {
    io.out.write(SHORT_HELP);
    return EXIT.fine;
  }
  let code: number = EXIT.fine;
  const program = programOf(manifest.version, actionsOf(io), (c) => {
    code = c;
  });
  for (const one of [program, ...program.commands])
    one
      .exitOverride()
      .configureOutput({ writeOut: io.out.write, writeErr: () => {}, outputError: () => {} })
      .configureHelp({ helpWidth: 80 });
  const chosen = program.commands.find((c) => c.name() === command);
  if (!chosen && isFormula(command)) throw noCommand(command, argv);
  const words = chosen
    ? [
        command,
        ...guardExpression(
          joinOptionalValues(argv.slice(1), { '--explain': EXPLAIN_HOW }),
          optionShapes(chosen),
        ),
      ]
    : argv;
  await program.parseAsync(words, { from: 'user' });
  return code;
}

const COMMANDS = [
  'derive',
  'check',
  'export',
  'functions',
  'completion',
] as const satisfies readonly (keyof Actions)[];

/** Each command is loaded when it is called. */
const actionsOf = (io: Io): Actions => ({
  derive: async (formula, flags) => (await import('./derive.ts')).runDerive(formula, flags, io),
  check: async (formula, flags) => (await import('./check.ts')).runCheck(formula, flags, io),
  export: async (formula, flags) => (await import('./export.ts')).runExport(formula, flags, io),
  functions: async (name, flags) => (await import('./functions.ts')).runFunctions(name, flags, io),
  completion: async (shell) => {
    const program = programOf(manifest.version, actionsOf(io), () => {});
    return (await import('./completion.ts')).runCompletion(shell, program, io);
  },
});

const isFormula = (word: string): boolean => !word.startsWith('-') && /[^\w-]/u.test(word);

/** A formula in the place of a command. */
const noCommand = (word: string, argv: readonly string[]): UsageError =>
  new UsageError(`there is no command ${word}`, [
    `to derive: matgrad derive ${argv.map(quoted).join(' ')}`,
  ]);

/** A word as a shell takes it. */
const quoted = (word: string): string =>
  /^[\w./,=:-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

async function complain(error: unknown, argv: readonly string[], io: Io): Promise<number> {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.fine;
  const { message, notes, code } = complaintOf(error, argv);
  const style = styleOf('auto', io.err, io);
  io.err.write(`${style.red('matgrad:')} ${message}\n${notes.map((n) => `  ${n}\n`).join('')}`);
  if (argv.includes('--json')) {
    const { diagnosticsJson, sourceOfInput } = await import('matgrad');
    const diagnostic = { severity: 'error', code, message, labels: [], notes } as const;
    io.out.write(`${JSON.stringify(diagnosticsJson([diagnostic], sourceOfInput({})), null, 2)}\n`);
  }
  return EXIT.bad;
}

interface Complaint {
  readonly message: string;
  readonly notes: readonly string[];
  readonly code: 'usage' | 'internal-error';
}

function complaintOf(error: unknown, argv: readonly string[]): Complaint {
  if (error instanceof UsageError)
    return { message: error.message, notes: error.notes, code: 'usage' };
  if (error instanceof CommanderError) {
    const [message = '', ...notes] = error.message
      .replace(/^error: /u, '')
      .split('\n')
      .map((line) => line.replace(/^\(Did you mean (.*)\)$/u, 'did you mean $1'));
    const command = COMMANDS.find((name) => name === argv[0]);
    return {
      message,
      notes: [...notes, `see: matgrad ${command === undefined ? '' : `${command} `}--help`],
      code: 'usage',
    };
  }
  return {
    message: `internal error: ${error instanceof Error ? error.message : String(error)}`,
    notes: [
      'this is a defect of matgrad; please report it with the command:',
      `matgrad ${argv.map(quoted).join(' ').slice(0, 2000)}`,
    ],
    code: 'internal-error',
  };
}
