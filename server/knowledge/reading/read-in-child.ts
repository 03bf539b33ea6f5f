import { fork } from "node:child_process";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { JobError } from "../../jobs/job-kind.ts";
import { READING_LIMITS, type ReadText } from "./block.ts";
import { createParserPlaces } from "./parser-places.ts";

/** `page`: HTML of which the readable part is wanted; `html`: all of it. */
export type ChildFormat = "pdf" | "html" | "page";
export type ChildAnswer = { type: "read"; read: ReadText } | { type: "refused"; message: string };

/** Each may take as much memory as `READING_LIMITS` says. */
const places = createParserPlaces(2);
const CHILD = fileURLToPath(new URL("./read-child.ts", import.meta.url));

interface ChildGiven {
  format: ChildFormat;
  signal: AbortSignal;
  parseMs?: number;
}

/**
 * Parses what could be made to harm a parser in a process of its own, without our environment: within 60 s and 700 MB, else it is killed. Two at a
 * time, whoever asks; the others wait. Throws `JobError` that says what to do about the document; the signal's reason when that aborts.
 */
export async function readInChild(content: AsyncIterable<Uint8Array>, given: ChildGiven): Promise<ReadText> {
  const release = await places.take(given.signal);
  try {
    return await parse(content, given);
  } finally {
    release();
  }
}

async function parse(content: AsyncIterable<Uint8Array>, { format, signal, parseMs = READING_LIMITS.parseMs }: ChildGiven): Promise<ReadText> {
  const child = fork(CHILD, [format], {
    execArgv: ["--max-old-space-size=512", "--disable-warning=ExperimentalWarning"],
    env: {},
    serialization: "advanced",
    stdio: ["pipe", "ignore", "pipe", "ipc"],
  });
  let said = "";
  child.stderr?.on("data", (piece: Buffer) => {
    said = (said + piece.toString("utf8")).slice(-2_000);
  });
  let isLate = false;
  const kill = () => child.kill("SIGKILL");
  const late = setTimeout(() => {
    isLate = true;
    kill();
  }, parseMs);
  signal.addEventListener("abort", kill);
  try {
    const answer = new Promise<ChildAnswer | undefined>((resolve) => {
      child.once("message", (message) => resolve(message as ChildAnswer));
      child.once("error", () => resolve(undefined));
      child.once("exit", () => resolve(undefined));
    });
    // a child that dies while it is fed closes the pipe; why is told by its end
    const fed = child.stdin === null ? Promise.resolve() : pipeline(Readable.from(content), child.stdin);
    const failed = await fed.then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failed instanceof JobError) throw failed;
    const answered = await answer;
    signal.throwIfAborted();
    if (answered?.type === "read") return answered.read;
    if (answered?.type === "refused") throw new JobError(answered.message);
    if (failed !== undefined && !/EPIPE|premature/i.test(String(failed))) throw failed;
    throw new JobError(whyDead({ isLate, said, parseMs }));
  } finally {
    clearTimeout(late);
    signal.removeEventListener("abort", kill);
    kill();
  }
}

function whyDead({ isLate, said, parseMs }: { isLate: boolean; said: string; parseMs: number }): string {
  const split = "Split it into smaller ones, or add its text.";
  if (isLate) return `The document could not be parsed within ${parseMs / 1_000} seconds. ${split}`;
  if (/too much memory|heap|allocation/i.test(said)) return `The document unpacks to more than can be held while it is parsed. ${split}`;
  return `The document ends the program that parses it. Save it anew with another program. ${split}`;
}
