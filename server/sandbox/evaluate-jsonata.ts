import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { QuickJSContext, QuickJSHandle, QuickJSWASMModule } from "quickjs-emscripten";
import { createEncoder } from "./encode-json.ts";
import { createJsonataGuest } from "./jsonata-guest.ts";
import { type Answer, type Ended, type Machine, newNumbers, openMachine, readFacts } from "./machine.ts";
import { failed, type Job, maxResultDepth, type Outcome, type Performed, timedOut, tooLarge } from "./messages.ts";

type JsonataJob = Extract<Job, { type: "jsonata" }>;

interface JsonataMachine {
  machine: Machine;
  guest: QuickJSHandle;
  uses: number;
}

// A memory bomb ended the whole process when JSONata ran in a worker's own heap (V8 aborts on one large allocation), so it runs inside QuickJS.
// Loading the library there takes 12 ms and 700 KB; evaluating takes 0.5 ms.
const libraryBytes = 2 * 1024 * 1024;
const usesBeforeRenewal = 500;
// A transform (`|…|…|`) can write into the library's own functions, which later evaluations would then call; `$eval` can hide one.
const mayChangeLibrary = /\||eval/;

/** Evaluates in machines that hold the library already, as long as nothing can leak from one evaluation to the next. */
export function createJsonataEvaluator(quickjs: QuickJSWASMModule): (job: JsonataJob) => Performed {
  const source = guestSource();
  let kept: JsonataMachine | undefined;

  /** Throws when the host's stack overflowed. */
  return (job) => {
    const { expression, input, limits } = job;
    if (input.length + expression.length > limits.memoryBytes) return { outcome: outOfMemory(job), spent: false };
    const isShared = !mayChangeLibrary.test(expression);
    const used = isShared && kept !== undefined ? kept : open(quickjs, source);
    if (isShared) kept = used;
    used.uses += 1;
    used.machine.setMemoryLimit(libraryBytes + limits.memoryBytes);
    const ended = used.machine.run(limits.timeoutMs, (context) => {
      using expressionText = context.newString(expression);
      using inputText = context.newString(input);
      using numbers = newNumbers(context, { depth: maxResultDepth, length: limits.outputBytes });
      return context.callFunction(used.guest, context.undefined, expressionText, inputText, numbers);
    });
    const outcome = toOutcome(job, ended);
    const isClean = outcome.type === "done" || outcome.code === "expression";
    if (isShared && isClean && used.uses < usesBeforeRenewal) return { outcome, spent: false };
    if (isShared) kept = undefined;
    used.guest.dispose();
    return { outcome, spent: !used.machine.close() };
  };
}

function guestSource(): string {
  const library = readFileSync(createRequire(import.meta.url).resolve("jsonata/jsonata.min.js"), "utf8");
  return `((btoa, atob) => {
    globalThis.window = { btoa, atob };
    const module = { exports: {} };
    const exports = module.exports;
    ${library};
    for (const shared of [Object, Array, Function, String, Number, Promise]) Object.seal(shared.prototype);
    return (${createJsonataGuest.toString()})(${createEncoder.toString()}, module.exports);
  })`;
}

function open(quickjs: QuickJSWASMModule, source: string): JsonataMachine {
  const machine = openMachine(quickjs, libraryBytes);
  const { context } = machine;
  using make = context.unwrapResult(context.evalCode(source, "sandbox.js"));
  using btoa = newTextFunction(context, (text) => Buffer.from(text, "latin1").toString("base64"));
  using atob = newTextFunction(context, (text) => Buffer.from(text, "base64").toString("latin1"));
  return { machine, guest: context.unwrapResult(context.callFunction(make, context.undefined, btoa, atob)), uses: 0 };
}

const newTextFunction = (context: QuickJSContext, convert: (text: string) => string): QuickJSHandle =>
  context.newFunction("convert", (text) => context.newString(convert(context.getString(text))));

function toOutcome(job: JsonataJob, ended: Ended): Outcome {
  switch (ended.type) {
    case "late":
      return timedOut("expression", job.limits.timeoutMs);
    case "stuck":
    case "out-of-memory":
      return outOfMemory(job);
    case "answered":
      return answered(job, ended.answer);
  }
}

function answered({ expression, limits }: JsonataJob, answer: Answer): Outcome {
  switch (answer.type) {
    case "json":
      return Buffer.byteLength(answer.text) > limits.outputBytes ? tooLarge(limits.outputBytes) : { type: "done", text: answer.text };
    case "shape":
      return failed("expression", answer.text);
    case "limit":
      return failed("limit", answer.text);
    case "thrown":
      return thrown({ expression, limits }, answer);
  }
}

function thrown({ expression, limits }: Pick<JsonataJob, "expression" | "limits">, answer: Answer): Outcome {
  const { code = "", message = "", position = -1, token = "" } = readFacts(answer);
  if (message === "out of memory" || message === "string too long") return outOfMemory({ limits });
  if (message === "stack overflow" || code === "D1011") return failed("limit", "The expression calls itself, or nests, too deeply.");
  const text = code === "" ? `The expression cannot be evaluated: ${message}` : `${message}`;
  const details = { ...(code === "" ? {} : { code }), ...(token === "" ? {} : { token }) };
  if (typeof position !== "number" || position < 0) return failed("expression", text, details);
  const before = expression.slice(0, position).split("\n");
  return failed("expression", text, { ...details, position, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 });
}

const outOfMemory = ({ limits }: Pick<JsonataJob, "limits">) =>
  failed("limit", `The expression needs more than its limit of ${limits.memoryBytes} bytes of memory.`);
