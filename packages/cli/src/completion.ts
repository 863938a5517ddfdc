import type { Command } from 'commander';
import { FUNCTIONS } from 'matgrad';
import { EXIT, type Io } from './io.ts';
import { SHELLS, type Shell } from './program.ts';

/** What can be completed, taken from the program itself. */
interface Completed {
  readonly name: string;
  readonly about: string;
  readonly options: readonly CompletedOption[];
  /** Words that can stand as its argument; null for formulas and files. */
  readonly words: readonly string[] | null;
}

interface CompletedOption {
  readonly long: string;
  readonly short: string | undefined;
  readonly about: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

/** `matgrad completion`. */
export function runCompletion(shell: Shell, program: Command, io: Io): number {
  const commands = program.commands.map(completed);
  io.out.write(SCRIPTS[shell](commands));
  return EXIT.fine;
}

const WORDS: Readonly<Record<string, readonly string[]>> = {
  functions: FUNCTIONS.map((f) => f.name),
  completion: SHELLS,
};

const completed = (command: Command): Completed => ({
  name: command.name(),
  about: command.description(),
  options: [
    ...command.options.map((o) => ({
      long: o.long ?? '',
      short: o.short,
      about: o.description,
      takesValue: o.required,
      choices: o.argChoices ?? [],
    })),
    { long: '--help', short: '-h', about: 'print this help', takesValue: false, choices: [] },
  ],
  words: WORDS[command.name()] ?? null,
});

const SCRIPTS: Readonly<Record<Shell, (commands: readonly Completed[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

const optionNames = (c: Completed): string =>
  c.options.flatMap((o) => [o.long, ...(o.short === undefined ? [] : [o.short])]).join(' ');

/** A text in single quotes. */
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function bashScript(commands: readonly Completed[]): string {
  const options = commands.map((c) => `    ${c.name}) options=${quote(optionNames(c))} ;;`);
  const words = commands.flatMap((c) =>
    c.words ? [`    ${c.name}) words=${quote(c.words.join(' '))} ;;`] : [],
  );
  const values = new Map(
    commands.flatMap((c) =>
      c.options.flatMap((o) => (o.choices.length > 0 ? [[o.long, o.choices.join(' ')]] : [])),
    ),
  );
  const choices = [...values].map(
    ([long, list]) =>
      `    ${long}) mapfile -t COMPREPLY < <(compgen -W ${quote(list)} -- "$current"); return ;;`,
  );
  return `# bash completion of matgrad
_matgrad() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} options= words=
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W '${commands.map((c) => c.name).join(' ')}' -- "$current")
    return
  fi
  case $before in
${choices.join('\n')}
  esac
  case \${COMP_WORDS[1]} in
${options.join('\n')}
  esac
  case \${COMP_WORDS[1]} in
${words.join('\n')}
  esac
  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
  elif [[ -n $words ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  fi
}
complete -o filenames -F _matgrad matgrad
`;
}

function zshScript(commands: readonly Completed[]): string {
  const escaped = (text: string): string => text.replaceAll(/[[\]:]/gu, '\\$&');
  const described = commands.map((c) => `    ${quote(`${c.name}:${escaped(c.about)}`)}`);
  const cases = commands.map((c) => {
    const specs = c.options.map((o) => {
      const value = o.choices.length > 0 ? `:value:(${o.choices.join(' ')})` : ':value:_files';
      return `        ${quote(`${o.long}[${escaped(o.about)}]${o.takesValue ? value : ''}`)}`;
    });
    const argument = c.words ? `1:word:(${c.words.join(' ')})` : '1:formula or file:_files';
    return `    ${c.name})
      _arguments \\
${[...specs, `        ${quote(argument)}`].join(' \\\n')}
      ;;`;
  });
  return `#compdef matgrad
_matgrad() {
  local -a commands=(
${described.join('\n')}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  shift words
  ((CURRENT--))
  case $words[1] in
${cases.join('\n')}
  esac
}
compdef _matgrad matgrad
`;
}

function fishScript(commands: readonly Completed[]): string {
  const lines = commands.flatMap((c) => {
    const within = `-n '__fish_seen_subcommand_from ${c.name}'`;
    return [
      `complete -c matgrad -n __fish_use_subcommand -f -a ${c.name} -d ${quote(c.about)}`,
      ...c.options.map((o) => {
        const short = o.short === undefined ? '' : ` -s ${o.short.slice(1)}`;
        const choices = o.choices.length > 0 ? ` -f -a ${quote(o.choices.join(' '))}` : '';
        return `complete -c matgrad ${within} -l ${o.long.slice(2)}${short}${o.takesValue ? ' -r' : ''}${choices} -d ${quote(o.about)}`;
      }),
      ...(c.words ? [`complete -c matgrad ${within} -f -a ${quote(c.words.join(' '))}`] : []),
    ];
  });
  return `# fish completion of matgrad\n${lines.join('\n')}\n`;
}
