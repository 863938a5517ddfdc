/**
 * The Python side, handed to the interpreter as text: one request a line on standard input, one answer a line on standard output.
 *
 * Nothing is imported but Python's own library and what the user names. Arrays travel as shape and little-endian doubles in
 * base64, so that no digit is lost and NaN arrives.
 */
export const WORKER = String.raw`
import base64, importlib, importlib.util, inspect, io, json, os, struct, sys, traceback

def load(spec):
    path, _, name = spec.rpartition(":")
    if path.endswith(".py"):
        sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
        found = importlib.util.spec_from_file_location(os.path.splitext(os.path.basename(path))[0], path)
        module = importlib.util.module_from_spec(found)
        sys.modules[found.name] = module
        found.loader.exec_module(module)
    else:
        sys.path.insert(0, os.getcwd())
        module = importlib.import_module(path)
    function = module
    for part in name.split("."):
        function = getattr(function, part)
    if not callable(function):
        raise TypeError(f"{spec} is a {type(function).__name__}, not a function")
    return function

def library(function):
    """Which arrays a function wants: those of the library that its module knows, the most special first."""
    known = [v.__name__.split(".")[0] for v in getattr(function, "__globals__", {}).values() if inspect.ismodule(v)]
    for name in ("torch", "jax", "numpy"):
        if name in known:
            return name
    return "numpy" if "numpy" in sys.modules else "list"

def nested(values, shape):
    if not shape:
        return values[0]
    step = len(values) // shape[0] if shape[0] else 0
    return [nested(values[i * step:(i + 1) * step], shape[1:]) for i in range(shape[0])]

def decode(sent, kind, single):
    if isinstance(sent, int):
        return sent
    shape, raw = sent["shape"], base64.b64decode(sent["data"])
    values = list(struct.unpack(f"<{len(raw) // 8}d", raw))
    if kind == "list" or (kind == "numpy" and not shape):
        return nested(values, shape)
    if kind == "torch":
        torch = sys.modules["torch"]
        return torch.tensor(values, dtype=torch.float32 if single else torch.float64).reshape(shape)
    if kind == "jax":
        import jax.numpy
        return jax.numpy.asarray(nested(values, shape))
    numpy = sys.modules["numpy"]
    return numpy.array(values, dtype="float64").reshape(shape)

def encode(x):
    if x is None:
        raise TypeError("the function gives None (is a return missing?)")
    if hasattr(x, "detach"):
        x = x.detach().cpu()
        kind = str(x.dtype)
        x = x.double().numpy() if "numpy" in sys.modules else x.double().tolist()
    else:
        kind = str(getattr(x, "dtype", "float64"))
    if "complex" in kind or isinstance(x, complex):
        raise TypeError("the function gives complex numbers")
    if hasattr(x, "tolist"):
        shape, x = list(x.shape), x.tolist()
    else:
        shape = None
    values = []
    sizes = flatten(x, values)
    shape = sizes if shape is None else shape
    data = base64.b64encode(struct.pack(f"<{len(values)}d", *values)).decode()
    return {"shape": shape, "data": data, "single": "float32" in kind or "float16" in kind}

def flatten(x, values):
    if isinstance(x, (list, tuple)):
        inner = [flatten(v, values) for v in x]
        if any(s != inner[0] for s in inner):
            raise TypeError("the function gives rows of different lengths")
        return [len(x)] + (inner[0] if inner else [])
    values.append(float(x))
    return []

def results(y):
    if isinstance(y, dict):
        return {"names": [str(k) for k in y], "values": [encode(v) for v in y.values()]}
    if isinstance(y, tuple) or (isinstance(y, list) and any(hasattr(v, "shape") for v in y)):
        return {"names": None, "values": [encode(v) for v in y]}
    return {"names": None, "values": [encode(y)]}

def attempts(kind):
    return [(kind, False), (kind, True)] if kind == "torch" else [(kind, False)]

functions = {}
kinds = {}
def answer(request):
    if request["do"] == "load":
        for role, spec in request["functions"].items():
            functions[role] = load(spec)
            kinds[role] = attempts(request["arrays"] or library(functions[role]))
        told = {}
        for role, function in functions.items():
            try:
                told[role] = [[p.name, p.kind.name, p.default is not p.empty] for p in inspect.signature(function).parameters.values()]
            except (TypeError, ValueError):
                told[role] = None
        return {"parameters": told, "arrays": {role: tried[0][0] for role, tried in kinds.items()}}
    tried = kinds[request["role"]]
    first = None
    for kind, single in tried:
        try:
            args = [decode(a, kind, single) for a in request["args"]]
            named = {k: decode(a, kind, single) for k, a in request["named"].items()}
            done = results(functions[request["role"]](*args, **named))
            kinds[request["role"]] = [(kind, single)]
            return done
        except Exception as error:
            first = first or error
    raise first

def told(error):
    """The traceback from where the user's own code begins."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if f.filename not in ("<string>",) and "importlib" not in f.filename]
    lines = traceback.format_list(own) + traceback.format_exception_only(type(error), error)
    return "".join(lines)

channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)  # what the code prints must not end up between the answers
sys.stdout = sys.stderr
sys.argv = ["matgrad"]
for line in io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8"):
    try:
        reply = answer(json.loads(line))
    except BaseException as error:
        reply = {"error": told(error)}
    channel.write(json.dumps(reply) + "\n")
    channel.flush()
`;
