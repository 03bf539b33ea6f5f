import { setTimeout as delay } from "node:timers/promises";
import { createJsonCheck, type JsonCheck } from "#nodes/kit/agents/check-json.ts";
import type { ToolDescription } from "#nodes/kit/mcp/service.ts";
import { couldNotStart } from "./failures.ts";
import { listTools } from "./list-tools.ts";
import { type OpenClient, type OpenClientOptions, openClient } from "./open-client.ts";
import { createTurns } from "./turns.ts";

/** A burst of list_changed notifications is answered with one listing. */
const DEBOUNCE_MS = 100;
/** How long a server that lists nothing at first gets to register its tools. */
const LATE_TOOLS_MS = 300;

export interface KnownTool {
  description: ToolDescription;
  checkArguments: JsonCheck;
  /** Undefined when the tool promises no structured content. */
  checkOutput: JsonCheck | undefined;
}

/** An open connection that knows its server's tools. */
export interface LiveClient extends OpenClient {
  tools(): ToolDescription[];
  /** Lists again. Concurrent callers may share one listing, never one that began before they asked. */
  refresh(): Promise<void>;
  /** A tool by name, listing again when it is not known. */
  find(name: string): Promise<KnownTool | undefined>;
  /**
   * Waits for the calls before this one, where they have to follow one another; the answer, called once, lets the next one in. Undefined: the one
   * that has the turn waits for somebody.
   */
  turn(): Promise<(() => void) | undefined>;
  /** Whoever has the turn waits for somebody: the others go elsewhere. */
  makeWay(): void;
  /** It has been answered: others may wait for their turn again. */
  welcome(): void;
}

export interface LiveClientOptions extends Omit<OpenClientOptions, "onToolListChanged"> {
  /** After every listing, the first included. `ignored` counts entries that are no valid tools. */
  onTools: (tools: ToolDescription[], ignored: number) => void;
}

/** Opens a connection and lists its tools. Throws like `openClient`, or what listing throws; no process is left then. */
export async function openLiveClient(options: LiveClientOptions): Promise<LiveClient> {
  let known = new Map<string, KnownTool>();
  let timer: NodeJS.Timeout | undefined;
  const open = await openClient({
    ...options,
    onToolListChanged: () => {
      clearTimeout(timer);
      timer = setTimeout(() => void refresh().catch(() => undefined), DEBOUNCE_MS);
    },
    onClose: () => {
      clearTimeout(timer);
      options.onClose();
    },
  });

  const refresh = shareRuns(async () => {
    const { tools, ignored } = await listTools(open.client);
    known = new Map(tools.map((tool) => [tool.name, knowTool(tool)]));
    options.onTools(tools, ignored);
  });
  try {
    await refresh();
    if (known.size === 0) {
      await delay(LATE_TOOLS_MS);
      await refresh();
    }
  } catch (error) {
    await open.close();
    const reason = error instanceof Error ? error.message : String(error);
    const advice = "Check that the server offers tools; its output may say more.";
    throw couldNotStart({ message: `The server did not list its tools: ${reason}`, advice, stderr: open.output(), cause: error });
  }
  const find = async (name: string) => {
    if (!known.has(name)) await refresh();
    return known.get(name);
  };
  const turns = createTurns();
  const turn = async () => (open.questions.isAsking ? turns.take() : () => undefined);
  return { ...open, turn, makeWay: turns.close, welcome: turns.reopen, tools: () => [...known.values()].map((tool) => tool.description), refresh, find };
}

function knowTool(description: ToolDescription): KnownTool {
  const { inputSchema, outputSchema } = description;
  return { description, checkArguments: createJsonCheck(inputSchema), checkOutput: outputSchema && createJsonCheck(outputSchema) };
}

/** One run at a time; who asks during a run gets the next one, shared with all who ask meanwhile. */
function shareRuns(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const start = () => {
    running = run().finally(() => {
      running = undefined;
    });
    return running;
  };
  return () => {
    if (next) return next;
    if (!running) return start();
    next = running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return start();
      });
    return next;
  };
}
