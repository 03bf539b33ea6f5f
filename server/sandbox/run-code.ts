import type { QuickJSContext, QuickJSWASMModule } from "quickjs-emscripten";
import type { SandboxLog } from "#nodes/kit/code/service.ts";
import { createCodeGuest } from "./code-guest.ts";
import { createEncoder } from "./encode-json.ts";
import { type Answer, type Begun, type Ended, newNumbers, openMachine, readFacts } from "./machine.ts";
import { failed, type Job, maxResultDepth, type Outcome, type Performed, timedOut, tooLarge } from "./messages.ts";
import { codeFile, type Position, readStack, TypeScriptSyntaxError, wrapSource } from "./wrap-source.ts";

type CodeJob = Extract<Job, { type: "code" }>;

const logLimits = { logLines: 1000, logLength: 8192 };
const guestSource = `((emit) => (${createCodeGuest.toString()})(${createEncoder.toString()}, emit))`;

/** Runs the code in a machine of its own, made for it and thrown away. Throws when the host's stack overflowed. */
export function runCode(quickjs: QuickJSWASMModule, job: CodeJob, onLog: (line: SandboxLog) => void): Performed {
  const { limits } = job;
  if (job.inputs.length + job.source.length > limits.memoryBytes) return { outcome: outOfMemory(job), spent: false };
  const program = prepare(job);
  if (typeof program !== "string") return { outcome: program, spent: false };
  const machine = openMachine(quickjs, limits.memoryBytes);
  const ended = machine.run(limits.timeoutMs, (context) => begin(context, { job, program, onLog }));
  const outcome =
    threwNull(ended) && quickjs.getWasmMemory().buffer.byteLength >= limits.memoryBytes ? outOfMemory(job, " (or threw null)") : toOutcome(job, ended);
  return { outcome, spent: !machine.close() };
}

function prepare(job: CodeJob): string | Outcome {
  try {
    return wrapSource(job.source, job.language);
  } catch (error) {
    if (!(error instanceof TypeScriptSyntaxError)) throw error;
    return failed("code", at(`SyntaxError: ${error.message}`, error.position), { ...error.position });
  }
}

/** QuickJS throws null when no room is left for an error object. */
const threwNull = (ended: Ended) => ended.type === "answered" && ended.answer.type === "thrown" && readFacts(ended.answer).message === "null";

interface Begin {
  job: CodeJob;
  program: string;
  onLog: (line: SandboxLog) => void;
}

/** Calls the code up to its first `await`. */
function begin(context: QuickJSContext, { job, program, onLog }: Begin): Begun {
  using emit = context.newFunction("emit", (level, message) => {
    onLog({ level: context.getString(level) as SandboxLog["level"], message: context.getString(message) });
  });
  const made = context.evalCode(guestSource, "sandbox.js");
  if (made.error) return made;
  using makeGuest = made.value;
  using guest = context.unwrapResult(context.callFunction(makeGuest, context.undefined, emit));
  const compiled = context.evalCode(program, codeFile);
  if (compiled.error) return compiled;
  using factory = compiled.value;
  using inputs = context.newString(job.inputs);
  using limits = newNumbers(context, { depth: maxResultDepth, length: job.limits.outputBytes, ...logLimits });
  return context.callFunction(guest, context.undefined, factory, inputs, limits);
}

function toOutcome(job: CodeJob, ended: Ended): Outcome {
  switch (ended.type) {
    case "late":
      return timedOut("code", job.limits.timeoutMs);
    case "stuck":
      return failed("code", "The code waits for a promise that never settles: nothing is left that could settle it.");
    case "out-of-memory":
      return outOfMemory(job);
    case "answered":
      return answered(job, ended.answer);
  }
}

function answered(job: CodeJob, answer: Answer): Outcome {
  switch (answer.type) {
    case "json":
      return Buffer.byteLength(answer.text) > job.limits.outputBytes ? tooLarge(job.limits.outputBytes) : { type: "done", text: answer.text };
    case "shape":
      return failed("code", answer.text);
    case "limit":
      return failed("limit", answer.text);
    case "thrown":
      return thrown(job, answer);
  }
}

function thrown(job: CodeJob, answer: Answer): Outcome {
  const { name = "", message = "", stack = "" } = readFacts(answer);
  if (message === "out of memory") return outOfMemory(job);
  const { position, stack: frames } = readStack(`${stack}`, job.source);
  const details = { ...position, ...(frames.length > 0 ? { stack: frames } : {}) };
  if (message === "string too long") return failed("limit", at("The code makes a text longer than the sandbox can hold", position), details);
  if (message === "stack overflow") return failed("limit", at("The code calls itself, or nests, too deeply (stack overflow)", position), details);
  const text = name === "" ? `The code threw: ${message}` : message === "" ? `${name}` : `${name}: ${message}`;
  return failed("code", at(text, position), details);
}

const at = (message: string, position: Position | undefined) => (position === undefined ? message : `${message} (line ${position.line})`);

const outOfMemory = (job: CodeJob, doubt = "") => failed("limit", `The code needs more than its limit of ${job.limits.memoryBytes} bytes of memory${doubt}.`);
