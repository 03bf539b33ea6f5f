import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { Interrupted } from "./console.mjs";

/** @typedef {import("node:child_process").ChildProcess} ChildProcess */
/** @typedef {{ code: number, output: string }} Ended */

/** @type {Set<ChildProcess>} */
const children = new Set();
/** @type {NodeJS.Signals | undefined} */
let stopping;
let watching = false;
const starterCheckMs = 200;

/**
 * The terminal sends Ctrl-C to the whole foreground group, children included: forwarding it would be a second one, which programs read as "hurry".
 * @param {NodeJS.Signals} signal
 */
function stop(signal) {
  stopping = signal;
  const sentByTerminal = signal === "SIGINT" && (process.stdin.isTTY || process.stdout.isTTY);
  for (const child of children) if (!sentByTerminal) child.kill(signal);
  if (children.size === 0) process.exit(exitCodeOf(signal));
}

/**
 * Signals for us go to our children. npm starts us through a shell, which dies of the signal npm sends it (or lives on when npm is killed) and tells us nothing: when npm
 * or its shell is gone, that counts as SIGTERM. Without npm between, a parent may go away for good reasons (`nohup … &`).
 */
function watchSignals() {
  if (watching) return;
  watching = true;
  for (const signal of /** @type {NodeJS.Signals[]} */ (["SIGINT", "SIGTERM", "SIGHUP"])) process.on(signal, () => stop(signal));
  if (process.env.npm_lifecycle_event === undefined) return;
  const starters = startersNow();
  const timer = setInterval(() => {
    if (startersNow() === starters) return;
    clearInterval(timer);
    stop("SIGTERM");
  }, starterCheckMs);
  timer.unref();
}

/** Who started us and, where the system tells, who started that. */
function startersNow() {
  const parent = process.ppid;
  try {
    const grandparent = /\) \S (\d+)/.exec(readFileSync(`/proc/${parent}/stat`, "utf8"))?.[1];
    return `${parent} ${grandparent}`;
  } catch {
    return String(parent);
  }
}

/** @param {NodeJS.Signals} signal */
function exitCodeOf(signal) {
  return 128 + constants.signals[signal];
}

/**
 * Starts a program that is told about every signal we get.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import("node:child_process").SpawnOptions} [options]
 */
export function startProcess(command, args, options = {}) {
  watchSignals();
  const child = spawn(command, args, { stdio: "inherit", ...options });
  children.add(child);
  child.once("close", () => children.delete(child));
  return child;
}

/**
 * Waits for a child; never rejects for a non-zero code.
 * @param {ChildProcess} child
 * @returns {Promise<number>} its exit code; 128 + n when a signal ended it
 */
export function exitOf(child) {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(signal === null ? (code ?? 1) : exitCodeOf(signal)));
  });
}

/**
 * Runs a program and collects what it prints.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import("node:child_process").SpawnOptions & { echo?: boolean }} [options] `echo` also shows the output as it comes
 * @returns {Promise<Ended>}
 * @throws {Interrupted} when we were told to stop meanwhile
 */
export async function run(command, args, { echo = false, ...options } = {}) {
  const child = startProcess(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
      output += text;
      if (echo) process.stdout.write(text);
    });
  }
  const code = await exitOf(child);
  if (stopping !== undefined) throw new Interrupted(exitCodeOf(stopping));
  return { code, output };
}
