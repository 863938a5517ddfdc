import { type CodeFinding, type CodeQuestion, codeQuestion, type Input, MatgradError, sourceOfInput } from 'matgrad';
import { gradcheck } from 'matgrad/check';
import { diagnosticsJson } from 'matgrad';
import { styleOf } from './colour.ts';
import { refuse } from './derive.ts';
import { EXIT, type Io, UsageError } from './io.ts';
import type { CheckFlags } from './program.ts';
