import { Worker } from "node:worker_threads";
import { READING_LIMITS, UnreadableError } from "./block.ts";
import { readHtml } from "./read-html.ts";
import type { ChildAnswer, ChildFormat } from "./read-in-child.ts";
import { readPdf } from "./read-pdf.ts";

/**
 * A process that reads one document from its standard input and dies. A thread beside the parser watches what it takes, since a parser that
 * unpacks a bomb never gives way to a timer of its own, nor to what another thread writes by way of it.
 */
const WATCH = `const { writeSync } = require("node:fs"); const { memoryUsage, kill, pid } = process; const most = ${READING_LIMITS.memoryBytes};
setInterval(() => { if (memoryUsage.rss() > most) { writeSync(2, "too much memory"); kill(pid, "SIGKILL"); } }, 20);`;

async function main(format: ChildFormat): Promise<void> {
  new Worker(WATCH, { eval: true }).unref();
  const pieces: Buffer[] = [];
  for await (const piece of process.stdin) pieces.push(piece as Buffer);
  const content = Buffer.concat(pieces);
  const answer = await read(format, content).catch(
    (error: unknown): ChildAnswer => ({
      type: "refused",
      message: error instanceof UnreadableError ? error.message : "It cannot be parsed. Save it anew with another program, or add it as text.",
    }),
  );
  process.send?.(answer, () => process.exit(0));
}

async function read(format: ChildFormat, content: Buffer): Promise<ChildAnswer> {
  if (format === "pdf") return { type: "read", read: await readPdf(new Uint8Array(content)) };
  return { type: "read", read: readHtml(content.toString("utf8"), { isPage: format === "page" }) };
}

await main(process.argv[2] as ChildFormat);
