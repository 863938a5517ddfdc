/** Functions that MATLAB lacks, or has in toolboxes only; d is the axis of vectors and rows that they work along. */
const SOURCES = `
function y = sigmoid(x)
% 1 / (1 + exp(-x)) without overflow
  e = exp(-abs(x));
  y = max(e, x >= 0) ./ (1 + e);
end

function y = softplus(x)
% log(1 + exp(x)) without overflow
  y = max(x, 0) + log1p(exp(-abs(x)));
end

function y = unit_step(x)
% 1 where x > 0, else 0, and 1/2 at 0
  y = (sign(x) + 1) / 2;
end

function y = elu(x)
% x where x > 0, else exp(x) - 1
  y = max(x, 0) + expm1(min(x, 0));
end

function y = selu(x, n)
% lambda x where x > 0, else lambda alpha (exp(x) - 1), or its n-th derivative
  scale = 1.0507009873554805;
  low = 1.6732632423543772 * exp(min(x, 0));
  if n == 0
    y = scale * (max(x, 0) + 1.6732632423543772 * expm1(min(x, 0)));
  else
    y = scale * ((x > 0) * (n == 1) + (x <= 0) .* low);
  end
end

function y = huber(r, delta)
% r^2 / 2 up to |r| = delta, and the tangent from there
  near = min(abs(r), delta);
  y = near .* (abs(r) - near / 2);
end

function h = hardmax(z, d)
% 1 at the largest entry, 0 elsewhere
  n = size(z, d);
  [~, place] = max(z, [], d);
  h = cast(reshape(1:n, [ones(1, d - 1), n, 1]) == place, class(z));
end

function s = softmax(z, d)
% exp(z) over its sum, without overflow
  e = exp(z - max(z, [], d));
  s = e ./ sum(e, d);
end

function y = logsumexp(z, d)
% log(sum(exp(z))) without overflow
  top = max(z, [], d);
  y = log(sum(exp(z - top), d)) + top;
end

function e = unit(place, along)
% 1 at a place, 0 elsewhere
  assert(place <= numel(along), 'there is no such place');
  e = zeros(size(along), class(along));
  e(place) = 1;
end

function y = logdet(a)
% log(abs(det(a))) without overflow
  [~, u] = lu(a);
  y = sum(log(abs(diag(u))));
end

function p = polar(a)
% U V' of a = U S V'
  [u, ~, v] = svd(a, 'econ');
  p = u * v';
end

function c = columns(a, d, before, width)
% entries along the last axis, d
  places = repmat({':'}, 1, max(d, 2));
  places{d} = before + (1:width);
  c = a(places{:});
end

function v = vech(a, d)
% the entries of square matrices on and below the diagonal, column by column
  sides = size(a);
  sides(end + 1:d) = 1;
  n = sides(d);
  places = repmat({':'}, 1, max(d - 1, 2));
  places{d - 1} = find(tril(true(n)));
  b = reshape(a, [sides(1:d - 2), n * n, 1]);
  v = b(places{:});
end

function a = unvech(x, n, ~)
% the lower triangular matrix with these entries, column by column
  a = zeros(n, class(x));
  a(tril(true(n))) = x;
end

function b = row_major(a, r, sides)
% the entries of an array of r axes on other sides, in the order of its rows
  if r > 1
    a = permute(a, r:-1:1);
  end
  b = reshape(a, [fliplr(sides), 1, 1]);
  if numel(sides) > 1
    b = permute(b, numel(sides):-1:1);
  end
end

function y = along(f, a, varargin)
% a function of a matrix, or its derivative along directions: the corner of f([A E; 0 A])
  n = size(a, 1);
  whole = a;
  scale = 1;
  copies = 1;
  for k = 1:numel(varargin)
    length = norm(varargin{k}, 'fro');
    e = varargin{k} / max(length, realmin);
    whole = [whole, kron(eye(copies), e); zeros(size(whole)), whole];
    scale = scale * length;
    copies = 2 * copies;
  end
  image = real(f(whole));
  y = scale * image(1:n, end - n + 1:end);
end

function b = spread(a, axes, n)
% an array whose axes are those of an array of n axes, the others one long
  order = zeros(1, max(n, 2));
  order(axes) = 1:numel(axes);
  order(order == 0) = numel(axes) + 1:numel(order);
  b = permute(a, order);
end

function c = contracted(a, i, b, j, r)
% the product of arrays whose axes are i and j, summed over the axes beyond the first r
  n = max([i, j, r, 2]);
  both = intersect(i(i > r), j(j > r));
  left = setdiff(i, both);
  right = setdiff(j, both);
  if ~isempty(both) && isequal(sort([left, right]), 1:r)
    % a product of matrices
    sides = ones(1, n);
    for k = 1:numel(i)
      sides(i(k)) = size(a, k);
    end
    for k = 1:numel(j)
      sides(j(k)) = size(b, k);
    end
    rest = setdiff(1:n, [left, both, right]);
    [m, p, q] = deal(prod(sides(left)), prod(sides(both)), prod(sides(right)));
    c = reshape(permute(spread(a, i, n), [left, both, right, rest]), m, p);
    c = c * reshape(permute(spread(b, j, n), [both, right, left, rest]), p, q);
    [~, order] = sort([left, right]);
    c = permute(reshape(c, [sides(left), sides(right), 1, 1]), [order, r + 1:max(r, 2)]);
    return
  end
  c = spread(a, i, n) .* spread(b, j, n);
  for k = r + 1:n
    c = sum(c, k);
  end
end
`;

/** In an order in which each comes before what it needs: helpers that need others are last. */
export const MATLAB_HELPERS: ReadonlyMap<string, string> = new Map(
  SOURCES.trim()
    .split(/\n\n(?=function)/u)
    .map((source) => [/= (\w+)\(/u.exec(source)?.[1] ?? '', source]),
);
