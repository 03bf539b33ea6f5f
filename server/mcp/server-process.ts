import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import type { ResolvedCommand } from "./resolve-command.ts";

/** A server leads a process group of its own, so that what it starts (npx starts sh, sh starts node) can be ended with it. */
const ownGroup = process.platform !== "win32";

const running = new Set<ChildProcessWithoutNullStreams>();

/** Ends what is left when Heddle exits without closing its pool. After a SIGKILL of Heddle, servers end on the end of their input. */
function killAll(): void {
  for (const child of running) signal(child, "SIGKILL");
}

/** Starts the program by its arguments, without a shell, with exactly the environment given. */
export function spawnServer(command: ResolvedCommand): ChildProcessWithoutNullStreams {
  const child = spawn(command.command, command.arguments, {
    env: command.environment,
    cwd: command.workingDirectory,
    stdio: ["pipe", "pipe", "pipe"],
    shell: false,
    detached: ownGroup,
    windowsHide: true,
  });
  if (child.pid === undefined) return child;
  if (running.size === 0) process.on("exit", killAll);
  running.add(child);
  return child;
}

/** Closes its input, then SIGTERM, then SIGKILL, each after `graceMs`, to the server and all it started. Resolves when they are gone. */
export async function endServer(child: ChildProcessWithoutNullStreams, graceMs: number): Promise<void> {
  if (child.pid === undefined) return;
  child.stdin.end();
  for (const next of ["SIGTERM", "SIGKILL"] as const) {
    if (await isGoneWithin(child, graceMs)) break;
    signal(child, next);
  }
  await isGoneWithin(child, graceMs);
  running.delete(child);
  if (running.size === 0) process.off("exit", killAll);
}

async function isGoneWithin(child: ChildProcessWithoutNullStreams, graceMs: number): Promise<boolean> {
  const end = Date.now() + graceMs;
  while (isAlive(child)) {
    if (Date.now() >= end) return false;
    await delay(10);
  }
  return true;
}

function isAlive(child: ChildProcessWithoutNullStreams): boolean {
  const exited = child.exitCode !== null || child.signalCode !== null;
  return !exited || (ownGroup && signal(child, 0));
}

/** Whether there was somebody left to signal. */
function signal(child: ChildProcessWithoutNullStreams, name: NodeJS.Signals | 0): boolean {
  if (child.pid === undefined) return false;
  try {
    return ownGroup ? process.kill(-child.pid, name) : child.kill(name);
  } catch {
    return false;
  }
}
