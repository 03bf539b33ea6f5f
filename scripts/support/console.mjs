/** An error whose message is written for the person at the terminal: printed without a stack. */
export class Failure extends Error {}

/** Somebody asked the script to stop while a step was running. */
export class Interrupted extends Error {
  /** @param {number} exitCode 128 + the number of the signal */
  constructor(exitCode) {
    super("interrupted");
    this.exitCode = exitCode;
  }
}

/** @param {number} since a `performance.now()` value */
export function secondsSince(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

/** @param {string} line */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

const quietMs = 400;
const heartbeatMs = 15_000;

/**
 * Runs one step and prints what it did and how long it took. A step that takes long says so when it starts and every 15 s after.
 * @template T
 * @param {string} title
 * @param {(done: (detail: string) => void) => Promise<T>} work may call `done` with what to print behind the title
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const start = performance.now();
  let detail = "";
  const first = setTimeout(() => say(`  … ${title}`), quietMs);
  const heartbeat = setInterval(() => say(`  … ${title}: still working (${secondsSince(start)})`), heartbeatMs);
  try {
    const result = await work((text) => {
      detail = `: ${text}`;
    });
    say(`  ✓ ${title}${detail} (${secondsSince(start)})`);
    return result;
  } catch (error) {
    if (!(error instanceof Interrupted)) say(`  ✗ ${title} (${secondsSince(start)})`);
    throw error;
  } finally {
    clearTimeout(first);
    clearInterval(heartbeat);
  }
}

/**
 * The outermost function of a script: turns what it throws into a message and an exit code.
 * @param {() => Promise<number | void>} work resolves with the exit code, 0 when nothing
 */
export async function script(work) {
  try {
    process.exitCode = (await work()) ?? 0;
  } catch (error) {
    if (error instanceof Interrupted) process.exitCode = error.exitCode;
    else {
      process.exitCode = 1;
      process.stderr.write(error instanceof Failure ? `\n${error.message}\n` : `${error instanceof Error ? error.stack : String(error)}\n`);
    }
  }
}
