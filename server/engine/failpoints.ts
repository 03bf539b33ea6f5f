/** Where a crash test may end or stop the process: before and after each thing that has to be durable. */
export const failpointNames = [
  "before-claim",
  "after-claim",
  "before-commit",
  "after-commit",
  "before-intent",
  "after-intent",
  /** A write has been made, and its result is not recorded. */
  "after-effect",
  "after-result",
  "before-inbox-drain",
  "after-wait-recorded",
  "before-release",
] as const;
export type FailpointName = (typeof failpointNames)[number];

/** One entry of `HEDDLE_FAILPOINTS`. */
export interface FailpointRule {
  /** `*` means every one. */
  at: FailpointName | "*";
  /** `kill` is SIGKILL, `pause` is SIGSTOP: somebody has to send SIGCONT. */
  action: "kill" | "pause";
  when: FailpointMoment;
}

export type FailpointMoment =
  /** On that pass, counted from 1, and on no other. */
  | { type: "pass"; pass: number }
  /** On each pass with this probability; the same seed makes the same draws. */
  | { type: "chance"; probability: number; seed: number };

const ENTRY = /^(\*|[a-z-]+):(kill|pause)(?:@(\d{1,9})|%(0(?:\.\d+)?|1(?:\.0+)?)(?:\/(\d{1,9}))?)?$/;

/**
 * Reads `after-effect:kill@3` (the third pass), `*:kill%0.02/7` (one pass in fifty, seed 7), `after-claim:pause` (the first pass);
 * commas between several. Throws a `SyntaxError` that names the entry which is none.
 */
export function parseFailpoints(text: string): FailpointRule[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map(parseEntry);
}

function parseEntry(entry: string): FailpointRule {
  const [, name = "", action, pass, probability, seed] = ENTRY.exec(entry) ?? [];
  const at = name === "*" ? "*" : failpointNames.find((known) => known === name);
  if (at === undefined || (action !== "kill" && action !== "pause"))
    throw new SyntaxError(`"${entry}" is no failpoint. Write name:kill@3, name:pause or name:kill%0.02/7; names are *, ${failpointNames.join(", ")}.`);
  if (probability !== undefined) return { at, action, when: { type: "chance", probability: Number(probability), seed: Number(seed ?? 1) } };
  return { at, action, when: { type: "pass", pass: Number(pass ?? 1) } };
}

type Pass = (name: FailpointName) => void;

let isArmed = false;
let pass: Pass = () => undefined;

/** Ends or stops the process here when `HEDDLE_FAILPOINTS` says so; otherwise it costs one look at a boolean. */
export function failpoint(name: FailpointName): void {
  if (isArmed) pass(name);
}

/** Once, at the start of the process; without rules every failpoint stays off. `act` stands in for the signals in tests. */
export function armFailpoints(rules: readonly FailpointRule[], act: (action: FailpointRule["action"], name: FailpointName) => void = signalOwnProcess): void {
  const armed = rules.map((rule) => ({ rule, isDue: createClock(rule.when) }));
  isArmed = armed.length > 0;
  pass = (name) => {
    for (const { rule, isDue } of armed) if ((rule.at === "*" || rule.at === name) && isDue()) act(rule.action, name);
  };
}

function signalOwnProcess(action: FailpointRule["action"], name: FailpointName): void {
  process.stderr.write(`failpoint ${name}: ${action}\n`);
  process.kill(process.pid, action === "kill" ? "SIGKILL" : "SIGSTOP");
}

function createClock(when: FailpointMoment): () => boolean {
  if (when.type === "pass") {
    let passes = 0;
    return () => ++passes === when.pass;
  }
  const random = createRandom(when.seed);
  return () => random() < when.probability;
}

/** Numbers in [0, 1) that depend on the seed alone (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
