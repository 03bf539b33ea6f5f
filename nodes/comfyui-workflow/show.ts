import type { ExecutionContext } from "#runtime/node/context.ts";
import type { WorkflowContent } from "#runtime/node/workflow.ts";
import type { ComfyEvent, ComfyNodeProgress } from "../kit/comfyui/service.ts";
import { innerTitle } from "./failures.ts";

/** What the bar counts in: it is read as a share of a hundred, however many prompts there are. */
const PARTS = 100;
/** Who opens the page while a prompt stands in a queue sees where it stands: what is shown is not kept for those who come later. */
const REPEATED_MS = 10_000;

/** Shows how one of several prompts fares. */
export interface ShowPrompt {
  event(event: ComfyEvent, content: WorkflowContent): void;
  /** It has ended, and what it made is kept. */
  done(): void;
}

export interface Show {
  prompt(index: number, server: string): ShowPrompt;
  /** Nothing is shown any more. */
  stop(): void;
}

/** Shows how prompts of one node run fare: one bar for all, and in words where each is that told something last. */
export function createShow({ count, emit }: { count: number; emit: ExecutionContext["emit"] }): Show {
  const shares = new Map<number, number>();
  let last: (() => void) | undefined;
  const repeating = setInterval(() => last?.(), REPEATED_MS);
  const tell = (index: number, message: string) => {
    const value = [...shares.values()].reduce((sum, share) => sum + share, 0) / count;
    const told = count > 1 ? `${index + 1} of ${count}: ${message}` : message;
    last = () => emit({ type: "progress", value: Math.round(value * PARTS), total: PARTS, message: told });
    last();
    repeating.refresh();
  };
  const prompt: Show["prompt"] = (index, server) => {
    const cached = new Set<string>();
    const begun = new Map<string, ComfyNodeProgress>();
    return {
      event: (event, { prompt }) => {
        switch (event.type) {
          case "queued":
            return tell(index, event.position <= 1 ? `Next in the queue of ${server}` : `Number ${event.position} in the queue of ${server}`);
          case "started":
            return tell(index, `Running on ${server}`);
          case "cached":
            for (const node of event.nodes) cached.add(node);
            return;
          case "progress": {
            const total = Math.max(1, Object.keys(prompt).length - cached.size);
            // older servers tell of one node at a time: those that are not told of any more have ended
            for (const [id, node] of begun) if (!event.nodes.some(({ node: told }) => told === id)) begun.set(id, { ...node, state: "finished" });
            for (const node of event.nodes) if (Object.hasOwn(prompt, node.node)) begun.set(node.node, node);
            shares.set(index, Math.max(shares.get(index) ?? 0, shareOf([...begun.values()], total)));
            const current = event.nodes.find(({ node, state }) => node === event.current && state === "running");
            if (!current) return;
            const step = current.max > 1 ? ` ${round(current.value)}/${round(current.max)}` : "";
            return tell(index, `${innerTitle(prompt, current.node)}${step} · node ${Math.min(begun.size, total)} of ${total}`);
          }
          case "preview":
            return emit({ type: "preview", mediaType: event.mediaType, data: base64(event.content) });
          case "connected":
            return tell(index, event.connected ? `Connected to ${server} again` : `The connection to ${server} broke; trying again`);
          default:
            return;
        }
      },
      done: () => {
        shares.set(index, 1);
        tell(index, "Done");
      },
    };
  };
  return { prompt, stop: () => clearInterval(repeating) };
}

/** From 0 to below 1: the end is told by what comes after. */
function shareOf(nodes: readonly ComfyNodeProgress[], total: number): number {
  const sum = nodes.reduce((all, { state, value, max }) => all + (state === "finished" ? 1 : max > 0 ? Math.min(1, Math.max(0, value / max)) : 0), 0);
  return Math.min(0.99, sum / total);
}

const round = (value: number): number => Math.round(value * 100) / 100;

function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(text);
}
