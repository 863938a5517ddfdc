import { atomName } from '../python/names.ts';
import type { DerivativeProgram } from './request.ts';

const ORDERS = '²³⁴';

/**
 * The name of a derivative among the outputs of a program, of letters, digits and underscores: `d_theta`, `d2_x_A` for ∂²/∂x∂A,
 * `d2_x_x_v` for ∂²/∂x² [v].
 */
export function outputName({
  variable,
  left,
}: Pick<DerivativeProgram, 'variable' | 'left'>): string {
  const [, order = '', below = ''] = /^\(?∂([²³⁴]?)\/(.*)$/su.exec(left) ?? [];
  if (order === '' && !left.includes(' [')) return `d_${atomName(variable.name, variable.index)}`;
  const words = below
    .replaceAll(/([^∂\s()[\],]+?)([²³⁴])/gu, (_, name: string, power: string) =>
      Array.from({ length: ORDERS.indexOf(power) + 2 }, () => name).join('_'),
    )
    .split(/[^\p{L}\p{M}\p{N}_']+|∂/u)
    .filter((w) => w !== '' && w !== 'ᵀ');
  return `d${order === '' ? '' : ORDERS.indexOf(order) + 2}_${words.join('_')}`;
}
