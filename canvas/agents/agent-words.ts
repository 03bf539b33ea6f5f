import type { Autonomy } from "#runtime/node/autonomy.ts";
import type { Effect } from "#runtime/node/effect.ts";
import type { AgentSettings } from "./capabilities.ts";

/** How far an agent goes by itself, in words. */
export const AUTONOMY: Readonly<Record<Autonomy, { label: string; text: string }>> = {
  manual: { label: "Manual", text: "it proposes, and a person lets each call through." },
  copilot: { label: "Copilot", text: "it asks before whatever is not read-only." },
  autopilot: { label: "Autopilot", text: "it acts, and tells afterwards." },
};

/** What a call of a tool does to the world, in a word. */
export const EFFECTS: Readonly<Record<Effect, { label: string; writes: boolean }>> = {
  pure: { label: "computes", writes: false },
  read: { label: "reads", writes: false },
  keyed: { label: "writes", writes: true },
  write: { label: "may write", writes: true },
};

export const SAFETY: Readonly<Record<AgentSettings["safety"], string>> = {
  off: "Off: calls are not scored.",
  rules: "Each call is scored by rules before it is made.",
  model: "Each call is scored by rules and by the model before it is made.",
};
