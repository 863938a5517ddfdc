import type { Rational } from '../../shape/rational.ts';
import type { Term, Terms } from './term.ts';

/** A function's work: assignments, and what it returns. */
export interface Body {
  readonly lines: readonly string[];
  readonly results: readonly string[];
}

/** What a program is made of. */
export interface ProgramParts {
  readonly title: string;
  readonly args: readonly string[];
  /** Names of unknown functions and of lengths that no array tells. */
  readonly options: readonly string[];
  /** The names of the derivatives, in order. */
  readonly derivatives: readonly string[];
  readonly documentation: readonly string[];
  /** Work for the value alone, for the derivatives alone, and for both, the value first. */
  readonly body: (which: 'value' | 'derivative' | 'both') => Body;
  /** Work for the value, then what is needed further for the derivatives. */
  readonly staged: () => { readonly first: Body; readonly further: Body };
  /** The source of helpers that a text uses. */
  readonly helpers: (text: string) => string;
}

/** An argument of the program. */
export interface Argument {
  readonly name: string;
  /** Number of sides as declared. */
  readonly rank: number;
}

export interface Like {
  /** As it stands in calls. */
  readonly text: string;
  /** What has to be computed for it first. */
  readonly line: string;
}

/** What Julia and MATLAB write differently. Arrays of one axis are columns in both. */
export interface Language {
  /** The field of a record's spelling. */
  readonly spelling: 'julia' | 'matlab';
  readonly title: string;
  /** What begins a line of comment. */
  readonly comment: string;
  /** Words that no name may be. */
  readonly reserved: ReadonlySet<string>;
  /** A name as an identifier. */
  readonly identifier: (name: string) => string;
  /** Functions that the language lacks, by name, in an order in which each comes after what it needs. */
  readonly helpers: ReadonlyMap<string, string>;
  /** Sums of arrays whose shapes differ. */
  readonly plus: '.+' | '+';
  readonly minus: '.-' | '-';
  /** Templates of calls: the last axis, numbers of axes and sides are put in as text or as arguments. */
  readonly functions: {
    readonly sumRows: string;
    /** As a column. */
    readonly sumColumns: string;
    readonly total: (rank: number) => string;
    /** Of the sum of squares, where there is one. */
    readonly squares: string | null;
    readonly norm: string;
    readonly trace: string;
    readonly diagonal: string;
    readonly diagonalMatrix: string;
    readonly sqrt: string;
    readonly infinity: string;
    readonly pi: string;
  };
  readonly literal: (value: Rational, t: Terms) => Term;
  /** What tells the type of the arguments; nothing where there are none. `type` is a name that is free for it. */
  readonly like: (args: readonly Argument[], type: string) => Like;
  /** `ones(m, n)`, `zeros(m, n)`, the identity; of that type. */
  readonly filled: (value: 0 | 1, sides: readonly Term[], t: Terms, like: Like) => Term;
  readonly identity: (side: Term, t: Terms, like: Like) => Term;
  /** Numbers of axes. */
  readonly list: (numbers: readonly number[]) => string;
  /** An array on other axes, of given sides. */
  readonly reshape: (a: Term, sides: readonly Term[], t: Terms) => Term;
  /** What is returned must not share its memory with an argument. */
  readonly own: (result: Term, rank: number, t: Terms, like: Like) => Term;
  /** A number that is made of whole numbers alone, in the type of the arguments. */
  readonly typed: (number: Term, t: Terms, like: Like) => Term;
  /** The whole number of which that was made. */
  readonly untyped: (number: Term, like: Like) => Term;
  /** An assignment, a line that refuses arguments, the value of a length that stands in a side with others. */
  readonly assign: (name: string, value: string) => string;
  readonly side: (array: Term, axis: number, t: Terms) => Term;
  readonly quotient: (over: Term, under: Term, t: Terms) => Term;
  readonly refuse: (arg: Argument, sides: readonly string[], message: string) => string;
  /** The program around the bodies of its functions. */
  readonly program: (parts: ProgramParts) => string;
}
