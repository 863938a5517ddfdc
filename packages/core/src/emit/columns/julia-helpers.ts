/** Functions that Julia's standard library lacks. Those of numbers are called with a dot. */
const SOURCES = `
# 1 / (1 + exp(-x)) without overflow
function sigmoid(x)
    e = exp(-abs(x))
    return (x >= 0 ? one(e) : e) / (1 + e)
end

# log(1 + exp(x)) without overflow
softplus(x) = max(x, 0) + log1p(exp(-abs(x)))

# 1 where x > 0, else 0, and 1/2 at 0
unit_step(x) = (sign(x) + 1) / 2

# x where x > 0, else exp(x) - 1
elu(x) = x > 0 ? x : expm1(x)

# λ x where x > 0, else λ α (exp(x) - 1), or its n-th derivative
function selu(x, n)
    scale, alpha = oftype(x, 1.0507009873554805), oftype(x, 1.6732632423543772)
    x > 0 && return scale * (n == 0 ? x : n == 1 ? one(x) : zero(x))
    return scale * alpha * (n == 0 ? expm1(x) : exp(x))
end

# r^2 / 2 up to |r| = δ, and the tangent from there
function huber(r, δ)
    near = min(abs(r), δ)
    return near * (abs(r) - near / 2)
end

# erf by its series (Abramowitz and Stegun 7.1.6)
function erf_series(x)
    term = total = x
    k = 0
    while abs(term) > 1e-17 * abs(total)
        k += 1
        term *= 2 * x^2 / (2 * k + 1)
        total += term
    end
    return 2 / sqrt(π) * exp(-x^2) * total
end

# erfc for x ≥ 0.6 by its continued fraction (Abramowitz and Stegun 7.1.14)
function erfc_fraction(x)
    f = 0.0
    for k in ceil(Int, 20 + 160 / x^2):-1:1
        f = k / 2 / (x + f)
    end
    head = Float64(Float32(x))
    return exp(-head^2) * exp((head - x) * (head + x)) / (sqrt(π) * (x + f))
end

# the error function
function erf(x)
    y = Float64(x)
    a = abs(y)
    return oftype(float(x), a < 1 ? erf_series(y) : sign(y) * (1 - erfc_fraction(min(a, 30))))
end

# 1 - erf(x) without loss for large x
function erfc(x)
    y = Float64(x)
    y < -1 && return oftype(float(x), 2 - erfc_fraction(min(-y, 30)))
    return oftype(float(x), y < 0.6 ? 1 - erf_series(y) : erfc_fraction(y))
end

const BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)

# log(Γ(x)) for x > 0 by Stirling's series, after Γ(x) = Γ(x + 1) / x below 12
function lgamma(x)
    z = Float64(x)
    product = 1.0
    while z < 12
        product *= z
        z += 1
    end
    series = sum(b / ((2 * k) * (2 * k - 1) * z^(2 * k - 1)) for (k, b) in enumerate(BERNOULLI))
    whole = (z - 0.5) * log(z) - z + log(2 * π) / 2 + series - log(product)
    return oftype(float(x), whole)
end

# the n-th derivative of digamma for x > 0, from its asymptotic series
function polygamma(n, x)
    z = Float64(x)
    s = n % 2 == 0 ? -1.0 : 1.0
    total = 0.0
    while z < 12 + n
        total += s * factorial(n) / z^(n + 1)
        z += 1
    end
    total += n == 0 ? log(z) : s * factorial(n - 1) / z^n
    total += s * factorial(n) / (2 * z^(n + 1))
    for (k, b) in enumerate(BERNOULLI)
        total += s * b * factorial(2 * k - 1 + n) / factorial(2 * k) / z^(2 * k + n)
    end
    return oftype(float(x), total)
end

# a function of arrays that takes dims, along the last axis
along_rows(f, z) = ndims(z) == 1 ? f(z) : dropdims(f(z; dims=ndims(z)); dims=ndims(z))

# the largest of each row
row_maximum(z) = along_rows(maximum, z)

# 1 at the largest entry of each row, 0 elsewhere
function hardmax(z)
    h = zero(z)
    h[argmax(z; dims=ndims(z))] .= 1
    return h
end

# exp(z) over its sum along the last axis, without overflow
function softmax(z)
    e = exp.(z .- maximum(z; dims=ndims(z)))
    return e ./ sum(e; dims=ndims(z))
end

# log(sum(exp(z))) along the last axis, without overflow
function logsumexp(z)
    top = maximum(z; dims=ndims(z))
    return along_rows(sum, log.(sum(exp.(z .- top); dims=ndims(z))) .+ top)
end

# 1 at a place, 0 elsewhere
function unit(place, along)
    e = zero(along)
    e[Int(place)] = 1
    return e
end

# U Vᵀ of a = U diag(s) Vᵀ
function polar(a)
    f = svd(a)
    return f.U * f.Vt
end

# one entry along the last axis, after so many
column(a, before) = ndims(a) == 1 ? a[before + 1] : copy(selectdim(a, ndims(a), before + 1))

# entries along the last axis, after so many
columns(a, before, width) = copy(selectdim(a, ndims(a), (before + 1):(before + width)))

# the entries of square matrices on and below the diagonal, column by column
function vech(a)
    n = size(a, ndims(a))
    b = reshape(a, size(a)[1:(end - 2)]..., n * n)
    return copy(selectdim(b, ndims(b), [i + (j - 1) * n for j in 1:n for i in j:n]))
end

# the lower triangular matrix with these entries, column by column
function unvech(x, n, m)
    a = zeros(eltype(x), n, m)
    a[[i + (j - 1) * n for j in 1:n for i in j:n]] .= x
    return a
end

# the entries on other sides, in the order of the rows
function row_major(a, sides)
    b = reshape(permutedims(a, ndims(a):-1:1), reverse(sides))
    return permutedims(b, length(sides):-1:1)
end

# a function of a matrix, or its derivative along directions: the corner of f([A E; 0 A])
function along(f, a, directions...)
    n, whole, scale, copies = size(a, 1), a, one(eltype(a)), 1
    for e in directions
        size_of_e = norm(e)
        side = kron(Matrix{eltype(a)}(I, copies, copies), e / max(size_of_e, floatmin(size_of_e)))
        whole = [whole side; zero(whole) whole]
        scale *= size_of_e
        copies *= 2
    end
    return scale * real.(f(whole))[1:n, (end - n + 1):end]
end

# an array whose axes are those of an array of n axes, the others one long
function spread(a, axes, n)
    a isa Number && return a
    sides = ones(Int, n)
    sides[collect(axes)] .= size(a)
    return reshape(permutedims(a, sortperm(collect(axes))), sides...)
end

# the product of arrays whose axes are i and j, summed over the axes beyond the first r
function contracted(a, i, b, j, r)
    n = max(r, i..., j...)
    both = [k for k in i if k > r && k in j]
    left = [k for k in i if !(k in both)]
    right = [k for k in j if !(k in both)]
    if !isempty(both) && sort([left; right]) == 1:r
        # a product of matrices
        place(k, axes) = findfirst(==(k), axes)
        side(k) = k in i ? size(a, place(k, i)) : size(b, place(k, j))
        p = prod(side, both)
        c = reshape(permutedims(a, [place(k, i) for k in [left; both]]), :, p)
        c = c * reshape(permutedims(b, [place(k, j) for k in [both; right]]), p, :)
        r == 0 && return only(c)
        return permutedims(reshape(c, side.([left; right])...), sortperm([left; right]))
    end
    c = spread(a, i, n) .* spread(b, j, n)
    n == r && return c
    r == 0 && return sum(c)
    return dropdims(sum(c; dims=Tuple((r + 1):n)); dims=Tuple((r + 1):n))
end
`;

const named = (source: string): string =>
  /^(?:function |const )?(\w+)/mu.exec(source.replaceAll(/^#.*\n/gmu, ''))?.[1] ?? '';

/** In an order in which each comes after what it needs. */
export const JULIA_HELPERS: ReadonlyMap<string, string> = new Map(
  SOURCES.trim()
    .split(/\n\n(?=#|const|function)/u)
    .map((source) => [named(source), source]),
);
