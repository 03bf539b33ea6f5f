import type { ChildProcessWithoutNullStreams } from "node:child_process";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { type JSONRPCMessage, JSONRPCMessageSchema } from "@modelcontextprotocol/sdk/types.js";
import { createByteTail } from "./byte-tail.ts";
import { createLineSplitter } from "./line-splitter.ts";
import type { ResolvedCommand } from "./resolve-command.ts";
import { endServer, spawnServer } from "./server-process.ts";
import type { ServerTransport } from "./server-transport.ts";

/** An answer as it comes over the wire; larger ones become the failure `limit`. */
export const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
/** JSON-RPC error code (of the range left to implementations) put in place of an answer that was too large. */
export const OVERSIZED = -32_098;

const OUTPUT_TAIL_BYTES = 64 * 1024;
/** How long output may still come after the process has ended, when something it started keeps the pipe open. */
const DRAIN_MS = 250;

/**
 * Speaks MCP with a process. The SDK's own stdio transport is not used: it adds HOME, PATH, SHELL and USER to every environment, kills
 * only the first process of a tree, and lets a line over its limit end the connection.
 */
export class StdioTransport implements ServerTransport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: Transport["onmessage"];
  /** How the process ended, as a phrase; undefined while it runs. */
  ending: string | undefined;
  readonly isExpired = false;

  readonly #command: ResolvedCommand;
  readonly #graceMs: number;
  readonly #output = createByteTail(OUTPUT_TAIL_BYTES);
  #child: ChildProcessWithoutNullStreams | undefined;
  #closing: Promise<void> | undefined;

  constructor(command: ResolvedCommand, graceMs: number) {
    this.#command = command;
    this.#graceMs = graceMs;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** The last 64 KiB of error output, and of output that is not MCP. */
  get output(): string {
    return this.#output.text();
  }

  /** Rejects with the system's error when the process cannot be started. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      const child = spawnServer(this.#command);
      this.#child = child;
      const split = createLineSplitter(MAX_ANSWER_BYTES, {
        onLine: (line) => this.#receive(line),
        onOversized: (head, tail) => this.#replaceOversized(head, tail),
      });
      child.once("spawn", resolve);
      child.on("error", (error) => {
        reject(error);
        this.onerror?.(error);
      });
      child.stdin.on("error", (error) => this.onerror?.(error));
      child.stdout.on("data", split);
      child.stderr.on("data", (chunk: Buffer) => this.#output.add(chunk));
      child.once("exit", (code, signal) => this.#ended(signal ? `was ended by ${signal}` : `ended with exit code ${code}`));
    });
  }

  send(message: JSONRPCMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.#child) return reject(new Error("The server is not running."));
      this.#child.stdin.write(`${JSON.stringify(message)}\n`, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Resolves when the process and all it started are gone. */
  close(): Promise<void> {
    this.#closing ??= this.#child ? endServer(this.#child, this.#graceMs) : Promise.resolve();
    return this.#closing;
  }

  #ended(ending: string): void {
    const child = this.#child;
    if (!child) return;
    void this.close();
    const finish = () => {
      clearTimeout(timer);
      if (this.ending !== undefined) return;
      this.ending = ending;
      this.onclose?.();
    };
    const timer = setTimeout(finish, DRAIN_MS);
    child.once("close", finish);
  }

  #receive(line: string): void {
    const message = parseMessage(line);
    if (message) this.#deliver(message);
    else if (line.trim() !== "") this.#output.add(Buffer.from(`${line}\n`));
  }

  /** A message that its receiver cannot bear must not end the process that reads it. */
  #deliver(message: JSONRPCMessage): void {
    try {
      this.onmessage?.(message);
    } catch (error) {
      this.onerror?.(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #replaceOversized(head: string, tail: string): void {
    const id = idOfAnswer(head, tail);
    const megabytes = MAX_ANSWER_BYTES / 1024 / 1024;
    if (id !== undefined) this.#deliver({ jsonrpc: "2.0", id, error: { code: OVERSIZED, message: `The answer is larger than ${megabytes} MiB.` } });
    else this.#output.add(Buffer.from(`${head} … (a line over ${megabytes} MiB was dropped)\n`));
  }
}

function parseMessage(line: string): JSONRPCMessage | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSONRPCMessageSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** Servers write the id first or last; anywhere else it cannot be told from an id inside the result. */
function idOfAnswer(head: string, tail: string): number | undefined {
  const found =
    /^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*(\d+)\s*,/.exec(head) ?? /"id"\s*:\s*(\d+)\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$/.exec(tail);
  return found ? Number(found[1]) : undefined;
}
