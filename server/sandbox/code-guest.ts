import type { SandboxLog } from "#nodes/kit/code/service.ts";
import type { createEncoder, EncodeLimits } from "./encode-json.ts";
import type { Answer } from "./machine.ts";

interface CodeLimits extends EncodeLimits {
  logLines: number;
  logLength: number;
}

type Emit = (level: SandboxLog["level"], message: string) => void;
type Factory = (inputs: unknown) => () => Promise<unknown>;
type CodeGuest = (factory: Factory, inputs: string, limits: CodeLimits) => Promise<Answer>;

/**
 * The part of a run that happens inside QuickJS: `console`, calling the code, describing what came of it. QuickJS receives this function as text,
 * before it sees any of the person's code, so it may use its parameters and the language alone.
 */
export function createCodeGuest(makeEncoder: typeof createEncoder, emit: Emit): CodeGuest {
  const encode = makeEncoder();
  const { parse } = JSON;
  const toText = String;
  const { apply } = Reflect;
  const { slice } = String.prototype;
  const cut = (text: string, length: number): string => apply(slice, text, [0, length]);

  const attempt = (read: () => unknown, otherwise: string, length: number): string => {
    try {
      const value = read();
      return value === undefined ? otherwise : cut(toText(value), length);
    } catch {
      return otherwise;
    }
  };
  const printed = (value: unknown, length: number): string => {
    if (typeof value === "string") return cut(value, length);
    if (value instanceof Error) return attempt(() => `${value.name}: ${value.message}`, "Error", length);
    if (typeof value !== "object" || value === null) return attempt(() => toText(value), "undefined", length);
    return attempt(
      () => {
        const encoded = encode(value, { depth: 16, length });
        if (encoded.type === "json") return encoded.text;
        return encoded.reason === "limit" ? "(too large to show)" : value;
      },
      "(cannot be shown)",
      length,
    );
  };
  const describe = (facts: { name: string; message: string; stack: string }): Answer => {
    const encoded = encode(facts, { depth: 2, length: 20_000 });
    return { type: "thrown", text: encoded.type === "json" ? encoded.text : "" };
  };
  const thrown = (error: unknown): Answer => {
    if (!(error instanceof Error)) return describe({ name: "", message: printed(error, 2000), stack: "" });
    const name = attempt(() => error.name, "Error", 100);
    return describe({ name, message: attempt(() => error.message, "", 2000), stack: attempt(() => error.stack, "", 4000) });
  };
  const openConsole = (limits: CodeLimits) => {
    let lines = 0;
    const write = (level: SandboxLog["level"], values: unknown[]) => {
      lines += 1;
      if (lines > limits.logLines + 1) return;
      if (lines > limits.logLines) return emit("warn", `More than ${limits.logLines} lines were logged; the rest was dropped.`);
      let message = "";
      for (let index = 0; index < values.length && message.length <= limits.logLength; index++) {
        message += (index > 0 ? " " : "") + printed(values[index], limits.logLength + 1);
      }
      emit(level, message.length > limits.logLength ? `${cut(message, limits.logLength)} … (cut)` : message);
    };
    const at =
      (level: SandboxLog["level"]) =>
      (...values: unknown[]) =>
        write(level, values);
    const console = { log: at("info"), info: at("info"), dir: at("info"), debug: at("debug"), trace: at("debug"), warn: at("warn"), error: at("error") };
    Object.defineProperty(globalThis, "console", { value: console, writable: true, configurable: true });
  };

  return async (factory, inputs, limits) => {
    openConsole(limits);
    try {
      const encoded = encode(await factory(parse(inputs))(), limits);
      return encoded.type === "json" ? encoded : { type: encoded.reason, text: encoded.message };
    } catch (error) {
      return thrown(error);
    }
  };
}
