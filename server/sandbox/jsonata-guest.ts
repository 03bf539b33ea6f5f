import type { createEncoder, EncodeLimits } from "./encode-json.ts";
import type { Answer } from "./machine.ts";

type Compile = (expression: string) => { evaluate(input: unknown): Promise<unknown> };
type JsonataGuest = (expression: string, input: string, limits: EncodeLimits) => Promise<Answer>;

/** The part of an evaluation that happens inside QuickJS, which receives this function as text: it may use its parameters and the language alone. */
export function createJsonataGuest(makeEncoder: typeof createEncoder, compile: Compile): JsonataGuest {
  const encode = makeEncoder();
  const isFunction = (value: object) => Object.hasOwn(value, "_jsonata_lambda") || Object.hasOwn(value, "_jsonata_function");

  // JSONata throws plain objects of its own and, on some faulty expressions, ordinary errors.
  const thrown = (error: unknown): Answer => {
    const { code = "", message = "", position = -1, token = "" } = (typeof error === "object" && error !== null ? error : {}) as Record<string, unknown>;
    const facts = { code: `${code}`.slice(0, 20), message: `${message}`.slice(0, 2000), position: Number(position), token: `${token}`.slice(0, 200) };
    return { type: "thrown", text: JSON.stringify(facts) };
  };

  return async (expression, input, limits) => {
    try {
      const encoded = encode(await compile(expression).evaluate(JSON.parse(input)), { depth: limits.depth, length: limits.length, isFunction });
      return encoded.type === "json" ? encoded : { type: encoded.reason, text: encoded.message };
    } catch (error) {
      return thrown(error);
    }
  };
}
