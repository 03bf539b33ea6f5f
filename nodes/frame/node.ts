import { z } from "zod";
import { defineNode } from "#runtime/node/define.ts";
import { PAPER_COLOURS } from "../kit/paper/paper.ts";

export const frame = defineNode({
  type: "frame",
  version: 1,
  role: "annotation",
  holdsNodes: true,
  title: "Frame",
  description: "Holds together what belongs together: its nodes move and fold with it. Runs do not see it.",
  group: "notes",
  icon: "frame",
  keywords: ["group", "section", "area", "box", "organise", "fold"],
  config: z.strictObject({ color: z.enum(PAPER_COLOURS).default("blue").meta({ title: "Colour" }) }),
  ports: () => ({ inputs: {}, outputs: {} }),
  effect: "pure",
  limits: { timeoutMs: 10_000, attempts: 1 },
  examples: [
    { name: "around a part of the graph", config: {}, inputs: {} },
    { name: "in another colour", config: { color: "green" }, inputs: {} },
  ],
});
