import { z } from "zod";
import { create } from "zustand";
import { jsonSchema } from "#runtime/graph/json.ts";

const MOST = 10;
const MOST_TOOLS = 40;

const pastCallSchema = z.strictObject({
  id: z.string(),
  at: z.iso.datetime(),
  arguments: z.record(z.string(), jsonSchema),
  isOk: z.boolean(),
  /** Milliseconds. */
  duration: z.number(),
});
export type PastCall = z.infer<typeof pastCallSchema>;

const KEY = "heddle.tool-calls";
const historySchema = z.record(z.string(), z.array(pastCallSchema));
type History = z.infer<typeof historySchema>;

export const historyKey = (connection: string, tool: string) => `${connection}/${tool}`;

interface HistoryState {
  calls: Readonly<History>;
  add(key: string, call: PastCall): void;
  clear(key: string): void;
}

/** The calls made from here until the browser tab closes, the last first. What they answered is not kept. */
export const useToolHistory = create<HistoryState>()((set) => ({
  calls: remembered(),
  add: (key, call) =>
    set(({ calls: { [key]: before = [], ...others } }) =>
      kept({ ...Object.fromEntries(Object.entries(others).slice(-(MOST_TOOLS - 1))), [key]: [call, ...before].slice(0, MOST) }),
    ),
  clear: (key) => set(({ calls: { [key]: _gone, ...others } }) => kept(others)),
}));

function kept(calls: History): { calls: History } {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(calls));
  } catch {
    // storage may be full or switched off: then a reload forgets
  }
  return { calls };
}

function remembered(): History {
  try {
    return historySchema.parse(JSON.parse(sessionStorage.getItem(KEY) ?? "{}"));
  } catch {
    return {};
  }
}
