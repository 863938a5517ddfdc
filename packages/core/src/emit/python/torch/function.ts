import { docstring } from '../docstring.ts';
import { type Further, INDENT, type Module } from '../module.ts';
import { passesOf, targets, tuple } from '../passes.ts';
import { shapeText } from '../sizes.ts';
import { definition, py, returning, statement } from '../tree.ts';
import { gradcheckOf } from './main.ts';

const TAB = INDENT;
const indented = (lines: readonly string[], by: string): string[] => lines.map((l) => by + l);

/**
 * A `torch.autograd.Function` with the derived backward pass, a function that applies it, and a check by differences. What the
 * forward pass keeps are neither inputs nor outputs, so that PyTorch could not differentiate the backward pass again: it says so
 * rather than leave terms out (`once_differentiable`).
 */
export function torchFunction(module: Module): Further {
  const { request, dialect } = module;
  const passes = passesOf(module);
  const { statics, forward, backward, saved, cotangent } = passes;
  const fixed = [...new Set([...statics.forward, ...statics.backward])];
  const names = module.arguments.map((a) => a.name);
  const given = [...(fixed.length > 0 ? ['static'] : []), ...names];
  const unpack = (used: readonly string[], from: string): string[] => {
    const left = targets(fixed.map((n) => (used.includes(n) ? n : '_')));
    return used.length > 0 && left ? [`${left} = ${from}`] : [];
  };
  const none = py.name('None');
  const left = targets(saved);
  const kept = saved.length > 0 ? saved.join(', ') : 'nothing';
  const body = TAB + TAB;
  const cls = [
    'class Value(torch.autograd.Function):',
    ...docstring([`${request.title}, with the derived backward pass. Kept for it: ${kept}.`], TAB),
    '',
    `${TAB}@staticmethod`,
    ...indented(definition('forward', ['ctx', ...given]), TAB),
    ...indented(
      [
        ...unpack(statics.forward, 'static'),
        ...forward.lines,
        ...(statics.backward.length > 0 ? ['ctx.static = static'] : []),
        ...statement('', py.call('ctx.save_for_backward', saved.map(py.name)), ''),
        ...returning([forward.value], ''),
      ],
      body,
    ),
    '',
    `${TAB}@staticmethod`,
    `${TAB}@once_differentiable`,
    ...indented(definition('backward', ['ctx', cotangent]), TAB),
    ...indented(
      [
        ...unpack(statics.backward, 'ctx.static'),
        ...(left ? [`${left} = ctx.saved_tensors`] : []),
        ...backward.lines,
        ...returning(
          [...(fixed.length > 0 ? [none] : []), ...backward.results.map((r) => r ?? none)],
          '',
        ),
      ],
      body,
    ),
  ].join('\n');
  const used = module.functionsUsed();
  const apply = py.call('Value.apply', [
    ...(fixed.length > 0 ? [py.name(tuple(fixed))] : []),
    ...names.map(py.name),
  ]);
  const refused = names.filter((_, k) => backward.results[k] === null);
  const wrapper = [
    ...definition('differentiable', module.parameters(used)),
    ...docstring(
      module.documentation(
        [`${request.title}, which ${dialect.title} differentiates by the derived backward pass.`],
        `Returns ${shapeText(request.valueShape)}.`,
      ),
      TAB,
    ),
    ...indented(
      [
        ...module.prelude,
        ...refused.map(
          (n) => `assert not ${n}.requires_grad, "no derivative by ${n} was asked for"`,
        ),
        ...returning([apply], ''),
      ],
      TAB,
    ),
  ].join('\n');
  const check = gradcheckOf(module);
  return { blocks: [cls, wrapper, ...check.blocks], main: check.main };
}
