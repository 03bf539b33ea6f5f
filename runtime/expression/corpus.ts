import type { ExpressionErrorCode } from "./expression-error.ts";
import type { EvaluationScope } from "./scope.ts";

/** What a hostile or unlucky template must come to: a value, an error with a code, or a problem when it is parsed. */
export type Outcome = { value: unknown } | { error: ExpressionErrorCode } | { problem: string };

export interface CorpusCase {
  name: string;
  source: string;
  outcome: Outcome;
}

class Host {
  secret = "s";
  get token(): string {
    throw new Error("A getter ran.");
  }
}

const withGetter = Object.defineProperty({ plain: 1 }, "secret", {
  enumerable: true,
  get: () => {
    throw new Error("A getter ran.");
  },
});

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

export const corpusScope: EvaluationScope = {
  inputs: {
    text: "hello",
    n: 2,
    half: 2.5,
    rows: [{ name: "a" }, { name: "b" }],
    n200: numbers(200),
    n1000: numbers(1000),
    n10000: numbers(10_000),
    letters: "a".repeat(1_000_000),
    part: `${"a".repeat(2000)}b${"a".repeat(2000)}`,
    ab: "abbab".repeat(20_000),
    deep: JSON.parse(`${"[".repeat(5000)}${"]".repeat(5000)}`),
    deepToo: JSON.parse(`${"[".repeat(5000)}${"]".repeat(5000)}`),
    deepText: `${"[".repeat(300_000)}${"]".repeat(300_000)}`,
    emptyMaps: `[${"{},".repeat(300_000)}{}]`,
    protoText: '{"__proto__": {"admin": true}}',
    ownConstructor: JSON.parse('{"constructor": 1, "a": 2}'),
    host: new Host(),
    date: new Date(0),
    withGetter,
    callable: () => "called",
    symbol: Symbol("s"),
    big: 12n,
    tooBig: 2n ** 60n,
    notANumber: Number.NaN,
    emoji: "a😀é",
  },
  nodes: { node_a: { text: "from a" }, node_skipped: null },
  run: { id: "run_1" },
};

const nested = (depth: number) => `${"(".repeat(depth)}1${")".repeat(depth)}`;
/** Four references to each level: 4^12 values from one line of text. */
const sharedBomb = `[1,1,1,1]${".map(x, [x,x,x,x])".repeat(12)}`;
const doubled = (levels: number) => Array.from({ length: levels }).reduce<string>((inner) => `[${inner}].map(t, t + t).first()`, '"0123456789abcdef"');

const escapes: CorpusCase[] = [
  { name: "constructor", source: "{{ inputs.constructor }}", outcome: { problem: '"constructor" may not be used' } },
  { name: "constructor by text", source: '{{ inputs["constructor"] }}', outcome: { problem: '"constructor" may not be used' } },
  { name: "constructor by computed text", source: '{{ inputs["constr" + "uctor"] }}', outcome: { error: "type" } },
  { name: "constructor of a list", source: '{{ [1]["constr" + "uctor"] }}', outcome: { error: "type" } },
  { name: "own field called constructor", source: '{{ inputs.ownConstructor["constr" + "uctor"] }}', outcome: { error: "type" } },
  { name: "beside an own field called constructor", source: "{{ inputs.ownConstructor.a }}", outcome: { value: 2 } },
  { name: "__proto__", source: "{{ inputs.__proto__ }}", outcome: { problem: '"__proto__" may not be used' } },
  { name: "prototype", source: "{{ inputs.prototype }}", outcome: { problem: '"prototype" may not be used' } },
  { name: "building __proto__", source: '{{ {"__proto__": {"a": 1}} }}', outcome: { error: "type" } },
  { name: "building a computed __proto__", source: '{{ {"__pro" + "to__": 1} }}', outcome: { error: "type" } },
  { name: "parsing __proto__", source: "{{ parseJson(inputs.protoText) }}", outcome: { error: "type" } },
  { name: "toString", source: "{{ inputs.toString }}", outcome: { error: "missing" } },
  { name: "valueOf by computed text", source: '{{ inputs["value" + "Of"] }}', outcome: { error: "missing" } },
  { name: "hasOwnProperty of a map built here", source: '{{ {"a": 1}.hasOwnProperty }}', outcome: { error: "missing" } },
  { name: "inherited name with in", source: '{{ "toString" in inputs }}', outcome: { value: false } },
  { name: "inherited name with has", source: "{{ has(inputs.toString) }}", outcome: { value: false } },
  { name: "length of text", source: "{{ inputs.text.length }}", outcome: { error: "type" } },
  { name: "length of a list", source: "{{ inputs.rows.length }}", outcome: { error: "type" } },
  { name: "method of a list", source: "{{ inputs.rows.constructor.constructor('return 1')() }}", outcome: { problem: "not an expression" } },
  { name: "method that JavaScript has", source: "{{ inputs.rows.concat([1]) }}", outcome: { error: "type" } },
  { name: "call of a host function", source: "{{ inputs.callable() }}", outcome: { error: "type" } },
  { name: "a host function as a value", source: "{{ inputs.callable }}", outcome: { error: "type" } },
  { name: "a symbol", source: "{{ inputs.symbol }}", outcome: { error: "type" } },
  { name: "a symbol in text", source: "x{{ inputs.symbol }}", outcome: { error: "type" } },
  { name: "a class instance", source: "{{ inputs.host }}", outcome: { error: "type" } },
  { name: "a field of a class instance", source: "{{ inputs.host.secret }}", outcome: { error: "type" } },
  { name: "a getter of a class", source: "{{ default(inputs.host.token, 1) }}", outcome: { error: "type" } },
  { name: "a date", source: "{{ string(inputs.date) }}", outcome: { error: "type" } },
  { name: "a getter", source: "{{ inputs.withGetter.secret }}", outcome: { error: "missing" } },
  { name: "a getter beside data", source: "{{ inputs.withGetter.plain }}", outcome: { value: 1 } },
  { name: "a getter through json", source: "{{ json(inputs.withGetter) }}", outcome: { error: "type" } },
  { name: "a getter through values", source: "{{ values(inputs.withGetter) }}", outcome: { value: [1, null] } },
  { name: "a getter through equality", source: "{{ inputs.withGetter == inputs.withGetter.filter(x, true) }}", outcome: { value: false } },
  { name: "globalThis", source: "{{ globalThis }}", outcome: { error: "missing" } },
  { name: "process", source: "{{ process.exit(1) }}", outcome: { error: "missing" } },
  { name: "eval", source: "{{ eval('1') }}", outcome: { error: "type" } },
  { name: "CEL namespaces of the library", source: "{{ cel.bind(x, 1, x) }}", outcome: { error: "missing" } },
  { name: "CEL timestamps of the library", source: "{{ timestamp('2024-01-01T00:00:00Z') }}", outcome: { error: "type" } },
  { name: "computed node", source: "{{ nodes[inputs.text] }}", outcome: { problem: 'Write "nodes.<id>.<port>"' } },
  { name: "all nodes", source: "{{ json(nodes) }}", outcome: { problem: 'Write "nodes.<id>.<port>"' } },
  { name: "all nodes in a loop", source: "{{ nodes.map(n, n) }}", outcome: { problem: 'Write "nodes.<id>.<port>"' } },
  { name: "hiding nodes", source: "{{ [1].map(nodes, nodes) }}", outcome: { problem: "has a meaning already" } },
];

const work: CorpusCase[] = [
  { name: "backtracking pattern", source: '{{ inputs.ab.matches("(a+)+$") }}', outcome: { value: false } },
  { name: "pattern with many states", source: '{{ inputs.ab.matches("a[ab]{100}[cd]") }}', outcome: { error: "limit" } },
  { name: "huge pattern", source: `{{ "x".matches("${"a{1000}".repeat(28)}") }}`, outcome: { error: "limit" } },
  { name: "long pattern", source: `{{ "x".matches("${"a".repeat(300)}") }}`, outcome: { error: "limit" } },
  { name: "invalid pattern", source: '{{ "x".matches("(") }}', outcome: { error: "type" } },
  { name: "look-ahead", source: '{{ "x".matches("(?=x)") }}', outcome: { error: "type" } },
  { name: "a thousand patterns", source: '{{ inputs.n1000.map(n, "x".matches("a{" + string(n) + "}")) }}', outcome: { error: "limit" } },
  { name: "two loops over 200", source: "{{ inputs.n200.all(a, inputs.n200.all(b, a + b >= 0)) }}", outcome: { value: true } },
  { name: "two loops over 1000", source: "{{ inputs.n1000.all(a, inputs.n1000.all(b, a + b >= 0)) }}", outcome: { error: "limit" } },
  { name: "two loops over 10000", source: "{{ inputs.n10000.exists(a, inputs.n10000.exists(b, a + b < 0)) }}", outcome: { error: "limit" } },
  {
    name: "three loops over 200",
    source: "{{ inputs.n200.map(a, inputs.n200.filter(b, inputs.n200.exists_one(c, c == a + b))) }}",
    outcome: { error: "limit" },
  },
  { name: "hidden loop: in", source: "{{ inputs.n10000.all(a, a in inputs.n10000) }}", outcome: { error: "limit" } },
  { name: "hidden loop: equality", source: "{{ inputs.n10000.all(a, inputs.n10000.map(x, x) == inputs.n10000) }}", outcome: { error: "limit" } },
  { name: "hidden loop: json", source: "{{ inputs.n10000.map(a, size(json(inputs.n10000))) }}", outcome: { error: "limit" } },
  { name: "hidden loop: max", source: "{{ inputs.n10000.map(a, max(inputs.n10000)) }}", outcome: { error: "limit" } },
  { name: "hidden loop: text", source: '{{ inputs.n10000.map(a, inputs.letters.contains("b")) }}', outcome: { error: "limit" } },
  { name: "slow search in text", source: "{{ inputs.letters.contains(inputs.part) }}", outcome: { error: "limit" } },
  { name: "one loop over 10000", source: "{{ inputs.n10000.filter(a, a % 2 == 0 && a > 9990).size() }}", outcome: { value: 4 } },
  { name: "text bomb", source: `{{ ${doubled(30)} }}`, outcome: { error: "limit" } },
  { name: "text bomb by replace", source: `{{ "aaaaaaaaaa"${'.replace("a", "aaaaaaaaaa")'.repeat(8)} }}`, outcome: { error: "limit" } },
  { name: "text bomb by join", source: '{{ inputs.n1000.map(n, inputs.ab).join("") }}', outcome: { error: "limit" } },
  { name: "list bomb", source: `{{ inputs.n10000${".map(x, x)".repeat(2)} + ${"inputs.n10000 + ".repeat(50)}[1] }}`, outcome: { error: "limit" } },
  { name: "list bomb by split", source: '{{ inputs.letters.split("") }}', outcome: { error: "limit" } },
  { name: "bomb of shared parts", source: `{{ ${sharedBomb} }}`, outcome: { error: "limit" } },
  { name: "bomb of shared parts in text", source: `x{{ ${sharedBomb} }}`, outcome: { error: "limit" } },
  { name: "bomb of shared parts as json", source: `{{ size(json(${sharedBomb})) }}`, outcome: { error: "limit" } },
  { name: "large data many times", source: "{{ inputs.n10000.map(n, inputs.n10000) }}", outcome: { error: "limit" } },
  { name: "many errors", source: "{{ inputs.n10000.map(n, default(first([]).a + 1, 0)) }}", outcome: { error: "limit" } },
  { name: "200 expressions with one budget", source: "{{ inputs.n1000.all(a, a >= 0) }} ".repeat(200), outcome: { error: "limit" } },
];

const depth: CorpusCase[] = [
  { name: "20 brackets", source: `{{ ${nested(20)} }}`, outcome: { value: 1 } },
  { name: "1000 brackets", source: `{{ ${nested(1000)} }}`, outcome: { problem: "nested too deeply" } },
  { name: "4000 negations", source: `{{ ${"!".repeat(4000)}true }}`, outcome: { problem: "nested deeper than" } },
  { name: "chain of 200", source: `{{ ${"1 + ".repeat(199)}1 }}`, outcome: { value: 200 } },
  { name: "chain of 1000", source: `{{ ${"1 + ".repeat(999)}1 }}`, outcome: { problem: "nested deeper than" } },
  { name: "2000 items", source: `{{ [${"1,".repeat(1999)}1] }}`, outcome: { problem: "too many parts" } },
  { name: "deep data as text", source: "x{{ inputs.deep }}", outcome: { error: "limit" } },
  { name: "deep data compared", source: "{{ inputs.deep == inputs.deepToo }}", outcome: { error: "limit" } },
  { name: "deep JSON text", source: "{{ parseJson(inputs.deepText) }}", outcome: { error: "limit" } },
  { name: "JSON text with many maps", source: "{{ parseJson(inputs.emptyMaps) }}", outcome: { error: "limit" } },
];

const syntax: CorpusCase[] = [
  { name: "not closed", source: "Hello {{ inputs.text", outcome: { problem: "not closed" } },
  { name: "not closed inside text", source: '{{ "}} ', outcome: { problem: "not closed" } },
  { name: "more than 4 KB", source: `{{ "${"a".repeat(4096)}" }}`, outcome: { problem: "at most 4096 characters" } },
  { name: "more than 256 KB", source: "a".repeat(256 * 1024 + 1), outcome: { problem: "longer than 262144" } },
  { name: "201 expressions", source: "{{ 1 }}".repeat(201), outcome: { problem: "more than 200 expressions" } },
  { name: "empty", source: "{{ }}", outcome: { problem: "empty" } },
  { name: "only a comment", source: "{{ // nothing }}", outcome: { problem: "ends too early" } },
  { name: "closing braces in single quotes", source: "{{ '}}' }}", outcome: { value: "}}" } },
  { name: "closing braces in double quotes", source: '{{ "a}}b" }}', outcome: { value: "a}}b" } },
  { name: "closing braces behind an escaped quote", source: '{{ "\\"}}" }}', outcome: { value: '"}}' } },
  { name: "closing braces in triple quotes", source: '{{ """a"}}\n""" }}', outcome: { value: 'a"}}\n' } },
  { name: "closing braces of maps", source: '{{ {"a":{"b":1}}}}', outcome: { value: { a: { b: 1 } } } },
  { name: "comment", source: "{{ 1 // one }}", outcome: { value: 1 } },
  { name: "escaped", source: "\\{{ inputs.text }}", outcome: { value: "{{ inputs.text }}" } },
  { name: "backslash before an expression", source: "C:\\\\{{ inputs.text }}", outcome: { value: "C:\\hello" } },
  { name: "lonely closing braces", source: "a }} b", outcome: { value: "a }} b" } },
  { name: "null byte in text", source: "a\u0000b{{ inputs.n }}", outcome: { value: "a\u0000b2" } },
  { name: "null byte in an expression", source: "{{ inputs\u0000.n }}", outcome: { problem: "not an expression" } },
  { name: "unicode", source: "é😀{{ inputs.emoji }}\u202e", outcome: { value: "é😀a😀é\u202e" } },
  { name: "unicode name", source: "{{ inputs.é }}", outcome: { problem: "not an expression" } },
  { name: "unicode name by text", source: '{{ default(inputs["é"], 1) }}', outcome: { value: 1 } },
  { name: "characters, not units", source: "{{ inputs.emoji.size() }}", outcome: { value: 3 } },
  { name: "bytes", source: '{{ b"abc" }}', outcome: { problem: "Bytes are not supported" } },
  { name: "JavaScript", source: "{{ (() => 1)() }}", outcome: { problem: "not an expression" } },
  { name: "template literal", source: "{{ `a` }}", outcome: { problem: "not an expression" } },
  { name: "a node that is no id", source: "{{ nodes.first.text }}", outcome: { problem: '"first" is not the id of a node' } },
];

const numbersAndKinds: CorpusCase[] = [
  { name: "whole number and literal", source: "{{ inputs.n + 1 }}", outcome: { value: 3 } },
  { name: "decimal and literal", source: "{{ inputs.half + 1 }}", outcome: { value: 3.5 } },
  { name: "decimal compared with a whole literal", source: "{{ inputs.half > 2 && 2 < inputs.half && inputs.n == 2.0 }}", outcome: { value: true } },
  { name: "division", source: "{{ 7 / 2 }}", outcome: { value: 3.5 } },
  { name: "division by zero", source: "{{ 1 / 0 }}", outcome: { error: "type" } },
  { name: "remainder by zero", source: "{{ 1 % 0 }}", outcome: { error: "type" } },
  { name: "overflow", source: "{{ 1e308 * 10 }}", outcome: { error: "type" } },
  { name: "a literal that is not exact", source: "{{ 9007199254740993 }}", outcome: { problem: "too large to be exact" } },
  { name: "bigint of a host", source: "{{ inputs.big + 1 }}", outcome: { value: 13 } },
  { name: "bigint that is not exact", source: "{{ inputs.tooBig }}", outcome: { error: "type" } },
  { name: "not a number", source: "{{ inputs.notANumber }}", outcome: { error: "type" } },
  { name: "unsigned literal", source: "{{ 2u + 1 }}", outcome: { value: 3 } },
  { name: "text and number", source: '{{ "a" + 1 }}', outcome: { error: "type" } },
  { name: "condition that is not true or false", source: "{{ inputs.n ? 1 : 2 }}", outcome: { error: "type" } },
  { name: "position that is not whole", source: "{{ inputs.rows[0.5] }}", outcome: { error: "type" } },
  { name: "position outside", source: "{{ inputs.rows[-1] }}", outcome: { error: "missing" } },
  { name: "skipped node", source: "{{ nodes.node_skipped.text }}", outcome: { error: "missing" } },
  { name: "skipped node as a value", source: "{{ nodes.node_skipped }}", outcome: { value: null } },
  { name: "skipped node in text", source: "[{{ nodes.node_skipped }}]", outcome: { value: "[]" } },
  { name: "skipped node with default", source: '{{ nodes.node_skipped.text.default("none") }}', outcome: { value: "none" } },
];

export const corpus: readonly CorpusCase[] = [...escapes, ...work, ...depth, ...syntax, ...numbersAndKinds];
