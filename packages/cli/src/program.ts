import { Command, InvalidArgumentError, Option } from 'commander';
import type { LayoutName, Syntax, TargetName } from 'matgrad';
import type { OptionShape } from './arguments.ts';
import type { ColourMode } from './colour.ts';

/** The commands, their options and their help. What they do stands in a file each. */

/** Options that say what is derived. */
export interface ProblemOptions {
  readonly where?: readonly string[];
  readonly wrt?: readonly string[];
  readonly syntax?: Syntax;
}

/** Options that say which derivative is wanted. */
export interface QuestionOptions {
  /** From 1 to 4. */
  readonly order?: number;
  /** Names of vectors that the derivative is multiplied with. */
  readonly hvp?: readonly string[];
  readonly jvp?: readonly string[];
  readonly vjp?: readonly string[];
  readonly independentEntries?: boolean;
}

/** What `--explain` may say; the first where it says nothing. */
export const EXPLAIN_HOW = ['steps', 'trick', 'differential', 'index'] as const;
export type ExplainHow = (typeof EXPLAIN_HOW)[number];

export const LAYOUT_NAMES: readonly LayoutName[] = [
  'denominator',
  'numerator',
  'vec',
  'differential',
  'index',
];

export interface DeriveFlags extends ProblemOptions, QuestionOptions {
  readonly set?: string;
  readonly cost?: boolean;
  readonly explain?: ExplainHow;
  readonly layout?: LayoutName;
  readonly ascii?: boolean;
  readonly latex?: boolean;
  readonly mathml?: boolean;
  readonly typst?: boolean;
  readonly markdown?: boolean;
  readonly json?: boolean;
  readonly seed?: number;
  readonly points?: number;
  readonly check: boolean;
  readonly trick: boolean;
  readonly color: ColourMode;
}

export interface CheckFlags extends ProblemOptions {
  readonly claim?: readonly string[];
  /** A file with a derivation of many lines. */
  readonly derivation?: string;
  /** `module:function` or `file.py:function` that computes the gradient, and one that computes the value. */
  readonly python?: string;
  readonly value?: string;
  /** Which arrays Python code is given. */
  readonly arrays?: string;
  /** Seconds for Python. */
  readonly timeout?: number;
  readonly ascii?: boolean;
  readonly json?: boolean;
  readonly seed?: number;
  readonly points?: number;
  readonly color: ColourMode;
}

export interface ExportFlags extends ProblemOptions, QuestionOptions {
  readonly to: TargetName | ModelName | FormulaName;
  readonly set?: string;
  /** The floating-point type of a model. */
  readonly dtype?: 'f32' | 'f64';
  readonly output?: string;
  readonly ascii?: boolean;
  readonly color: ColourMode;
}

export interface FunctionsFlags {
  readonly ascii?: boolean;
  readonly color: ColourMode;
}

/** The languages of `export`. They stand here as well, so that the command starts without loading what derives. */
export const TARGET_NAMES: readonly TargetName[] = [
  'numpy',
  'torch',
  'jax',
  'julia',
  'matlab',
  'c',
  'typescript',
  'javascript',
];

/** What is exported as a file of bytes, not as text. */
export const MODEL_NAMES = ['onnx'] as const;
export type ModelName = (typeof MODEL_NAMES)[number];

/** Formulas, in what documents are written in. */
export const FORMULA_NAMES = ['latex', 'mathml', 'typst'] as const;
export type FormulaName = (typeof FORMULA_NAMES)[number];

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** What each command does; a number is the exit code. */
export interface Actions {
  derive(expression: string, flags: DeriveFlags): Promise<number>;
  check(expression: string | undefined, flags: CheckFlags): Promise<number>;
  export(expression: string, flags: ExportFlags): Promise<number>;
  functions(name: string | undefined, flags: FunctionsFlags): Promise<number>;
  completion(shell: Shell): Promise<number>;
}

/** Printed for the bare command. */
export const SHORT_HELP = `matgrad derives gradients of matrix formulas as on paper, and checks them.

  matgrad derive '1/(2m) (Xθ − y)ᵀ(Xθ − y)' --wrt θ

Commands: derive, check, export, functions, completion. \`matgrad --help\` says more.
`;

const EXAMPLES = {
  program: `Examples:
  matgrad derive '1/(2m) (Xθ − y)ᵀ(Xθ − y)' --wrt θ
  matgrad derive examples/perceptron.mg --wrt 'W[l]' --set 'L=3, m=128, n=[784,512,256,10]'
  matgrad check '½ ‖Xθ − y‖²' --wrt θ --claim 'Xᵀ(y − Xθ)'
  matgrad export 'sum(tanh(X W))' --wrt W --to numpy -o gradient.py
  matgrad functions softmax
`,
  derive: `Examples:
  matgrad derive '1/(2m) (Xθ − y)ᵀ(Xθ − y)' --where 'X: m×n; y: m; θ: n' --wrt θ
  matgrad derive "-y'*log(softmax(X*w))" --wrt w --ascii
  matgrad derive examples/perceptron.mg --set 'L=3, m=128, n=[784,512,256,10]'
  matgrad derive 'tr(A X B)' --wrt X --explain differential
  matgrad derive 'tr(A X B)' --json | jq -r '.results[0].text'
  matgrad derive 'sum(softplus(Xw)) − yᵀXw' --wrt w --hvp v
  echo 'xᵀAx' | matgrad derive - --latex
`,
  check: `Examples:
  matgrad check '1/(2m) ‖Xθ − y‖²' --where 'X: m×n' --wrt θ --claim '1/m Xᵀ(Xθ − y)'
  matgrad check 'xᵀAx' --claim '∂J/∂x = (A + Aᵀ)x' --claim '∂J/∂A = xxᵀ'
  matgrad check examples/claims.mg
  matgrad check '½ ‖Xθ − y‖²' --wrt θ --python examples/gradients.py:least_squares
`,
  export: `Examples:
  matgrad export '½ ‖Xθ − y‖²' --wrt θ --to numpy
  matgrad export examples/perceptron.mg --to numpy -o perceptron.py
  matgrad export '½ ‖Xθ − y‖²' --wrt θ --to onnx --dtype f64 -o gradient.onnx
`,
  functions: `Examples:
  matgrad functions
  matgrad functions softmax
`,
  completion: `Examples:
  matgrad completion bash > ~/.local/share/bash-completion/completions/matgrad
  matgrad completion zsh > "\${fpath[1]}/_matgrad"
  matgrad completion fish > ~/.config/fish/completions/matgrad.fish
`,
};

const DERIVED =
  'a formula, a file (it ends in .mg or exists), or - for standard input. A formula may begin with a minus.';

/** The command line. Parsing throws commander's `CommanderError`. */
export function programOf(
  version: string,
  actions: Actions,
  done: (code: number) => void,
): Command {
  const program = new Command('matgrad')
    .description('Gradients of matrix formulas as on paper: derived, explained and checked.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .addHelpText('before', EXAMPLES.program)
    .addHelpText('after', EXIT_CODES);

  questionOptions(problemOptions(subcommand(program, 'derive')))
    .description(
      'Derive the gradients of a scalar formula, explain them by the scalar trick, and check them.',
    )
    .argument('<formula>', DERIVED)
    .option('--set <sizes>', 'numbers for dimensions: "L=3, m=128, n=[784,512,256,10]"')
    .option('--cost', 'count operations and the largest intermediates of value and derivatives')
    .addOption(
      new Option(
        '--explain [how]',
        'show the derivation: step by step, by the scalar trick alone, or as by hand, by differentials or by indices',
      ).choices(EXPLAIN_HOW),
    )
    .addOption(
      new Option(
        '--layout <layout>',
        'how the derivative is laid out (default: denominator for a scalar, else numerator or vec)',
      ).choices(LAYOUT_NAMES),
    )
    .option('--ascii', 'print nothing but ASCII')
    .addOption(only('latex', 'print LaTeX, for amsmath'))
    .addOption(only('mathml', 'print MathML, for a page in HTML'))
    .addOption(only('typst', 'print Typst'))
    .addOption(only('markdown', 'print Markdown with formulas between dollars'))
    .option('--json', 'print JSON, also for errors')
    .option('--seed <n>', 'seed of the check (default: 1)', whole(0, 2 ** 32 - 1))
    .option('--points <n>', 'points of the check (default: 5)', whole(1, 1000))
    .option('--no-check', 'do not check the result')
    .option('--no-trick', 'leave out the scalar trick')
    .addOption(colour())
    .action(async (formula: string, flags: DeriveFlags) =>
      done(await actions.derive(formula, flags)),
    );

  problemOptions(subcommand(program, 'check'))
    .description(
      'Check gradients that someone else derived: right or wrong, and if wrong, what the mistake is.',
    )
    .argument('[formula]', DERIVED)
    .option(
      '--claim <formula>',
      'what a gradient is said to be: "∂J/∂θ = Xᵀ(Xθ − y)", or the right side alone',
      collect,
    )
    .option('--derivation <file>', 'find the first line of a derivation that does not follow')
    .option(
      '--python <function>',
      'run your own gradient, module:function or file.py:function, in $PYTHON or python3',
    )
    .option('--value <function>', 'check it against differences of this one, not of a formula')
    .addOption(
      new Option('--arrays <kind>', 'what Python code is given (default: by its imports)').choices([
        'numpy',
        'torch',
        'jax',
        'list',
      ]),
    )
    .option('--timeout <s>', 'seconds for Python (default: 120)', whole(1, 86_400))
    .option('--ascii', 'print nothing but ASCII')
    .option('--json', 'print JSON, also for errors')
    .option('--seed <n>', 'seed of the check (default: 1)', whole(0, 2 ** 32 - 1))
    .option('--points <n>', 'points of the check (default: 5)', whole(1, 1000))
    .addOption(colour())
    .action(async (formula: string | undefined, flags: CheckFlags) =>
      done(await actions.check(formula, flags)),
    );

  questionOptions(problemOptions(subcommand(program, 'export')))
    .description('Write the value and its gradients as code.')
    .argument('<formula>', DERIVED)
    .addOption(
      new Option('--to <target>', 'the language')
        .choices([...TARGET_NAMES, ...MODEL_NAMES, ...FORMULA_NAMES])
        .makeOptionMandatory(true),
    )
    .option('-o, --output <file>', 'write to a file instead of standard output')
    .addOption(
      new Option('--dtype <type>', 'what an ONNX model computes with (default: f32)').choices([
        'f32',
        'f64',
      ]),
    )
    .option(
      '--set <sizes>',
      'numbers of steps, for which a network is written out: "L=3"; sizes of an ONNX model',
    )
    .option('--ascii', 'print messages in ASCII')
    .addOption(colour())
    .action(async (formula: string, flags: ExportFlags) =>
      done(await actions.export(formula, flags)),
    );

  subcommand(program, 'functions')
    .description('List the functions of the language, or say all about one.')
    .argument('[name]', 'a function')
    .option('--ascii', 'print nothing but ASCII')
    .addOption(colour())
    .action(async (name: string | undefined, flags: FunctionsFlags) =>
      done(await actions.functions(name, flags)),
    );

  subcommand(program, 'completion')
    .description('Print a script that completes commands and options in a shell.')
    .addArgument(program.createArgument('<shell>', 'the shell').choices(SHELLS))
    .action(async (shell: Shell) => done(await actions.completion(shell)));

  return program;
}

const EXIT_CODES = `
Exit codes: 0 all went well; 1 a claim is not right, or a check came to no verdict;
2 bad input or usage.`;

/** What `guardExpression` has to know of a command's options. */
export const optionShapes = (command: Command): readonly OptionShape[] => [
  ...command.options.map((o) => ({ short: o.short, long: o.long, takesValue: o.required })),
  { short: '-h', long: '--help', takesValue: false },
];

function subcommand(program: Command, name: keyof typeof EXAMPLES): Command {
  return program
    .command(name)
    .helpOption('-h, --help', 'print this help')
    .addHelpText('before', EXAMPLES[name]);
}

const problemOptions = (command: Command): Command =>
  command
    .option(
      '--where <lines>',
      'declarations and definitions: "X: m×n; P = softmax(X W)"; what is not declared is inferred',
      collect,
    )
    .option('--wrt <names>', 'variables: "θ,X", "W[l]" or all (default: all)', collect)
    .addOption(
      new Option(
        '--syntax <how>',
        'how formulas are written (default: latex where a backslash stands, or by the name of a file: .tex, .py)',
      ).choices(['maths', 'latex', 'numpy'] satisfies Syntax[]),
    );

const questionOptions = (command: Command): Command =>
  command
    .option(
      '--order <n>',
      'the order of the derivatives, up to 4 (default: 1); as many variables as that are taken in turn',
      whole(1, 4),
    )
    .addOption(
      product('hvp', 'the Hessian times vectors, one for each variable: v', ['jvp', 'vjp']),
    )
    .addOption(product('jvp', 'the Jacobian times vectors, one for each variable', ['hvp', 'vjp']))
    .addOption(
      product('vjp', 'the transposed Jacobian times an array like the value', ['hvp', 'jvp']),
    )
    .option(
      '--independent-entries',
      'by a symmetric matrix G + Gᵀ − diag(G), as in the Matrix Cookbook',
    );

const product = (name: string, about: string, others: readonly string[]): Option =>
  new Option(`--${name} <names>`, about).conflicts([...others, 'order']).argParser(collect);

/** The ways to print an answer, of which there is one at a time. */
const FORMS = ['latex', 'mathml', 'typst', 'markdown', 'json'];

const only = (name: string, about: string): Option =>
  new Option(`--${name}`, about).conflicts(FORMS.filter((f) => f !== name));

const colour = (): Option =>
  new Option('--color <when>', 'when to use colours')
    .choices(['auto', 'always', 'never'])
    .default('auto', 'auto');

const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];

const whole =
  (from: number, to: number) =>
  (text: string): number => {
    const n = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (!(n >= from && n <= to))
      throw new InvalidArgumentError(`It is a whole number from ${from} to ${to}.`);
    return n;
  };
