import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";

interface Row {
  pid: number;
  parent: number;
  /** Resident memory. */
  kibibytes: number;
}

/** Megabytes of resident memory of a process and of all that it has started. Throws where neither `/proc` nor `ps` tells. */
export async function memoryOfTree(root: number): Promise<number> {
  const rows = process.platform === "linux" ? await readProc() : await askPs();
  const inTree = new Set([root]);
  for (let grown = true; grown; ) {
    const more = rows.filter(({ pid, parent }) => inTree.has(parent) && !inTree.has(pid));
    for (const { pid } of more) inTree.add(pid);
    grown = more.length > 0;
  }
  return rows.filter(({ pid }) => inTree.has(pid)).reduce((sum, { kibibytes }) => sum + kibibytes, 0) / 1_024;
}

async function readProc(): Promise<Row[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  // a process may end between the two
  const texts = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/status`, "utf8").catch(() => "")));
  const field = (text: string, name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0);
  return texts.map((text) => ({ pid: field(text, "Pid"), parent: field(text, "PPid"), kibibytes: field(text, "VmRSS") }));
}

async function askPs(): Promise<Row[]> {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "pid=,ppid=,rss="]);
  return stdout.split("\n").map((line) => {
    const [pid = 0, parent = 0, kibibytes = 0] = line.trim().split(/\s+/).map(Number);
    return { pid, parent, kibibytes };
  });
}
