import type { z } from "zod";
import { nodeIdSchema } from "#runtime/graph/ids.ts";
import type { NodeExample } from "#runtime/node/define.ts";
import type { ToolOffer } from "#runtime/node/tool-offer.ts";
import type { crewConfig } from "./config.ts";

const member = (name: string, role: string): ToolOffer => ({
  node: nodeIdSchema.parse(`node_${name}`),
  name,
  title: name,
  description: `The ${role}.`,
  input: { type: "object", properties: { prompt: { type: "string" } }, required: ["prompt"] },
  effect: "pure",
  hash: "0".repeat(64),
  about: { role },
});

export const crewExamples: NodeExample<z.input<typeof crewConfig>>[] = [
  {
    name: "works one after the other",
    config: { task: "Write about heddles." },
    inputs: {},
    tools: [member("writer", "worker"), member("editor", "worker")],
    calls: true,
  },
  {
    name: "asks its lead first",
    config: { strategy: "lead-delegates" },
    inputs: { prompt: "Plan a fair." },
    tools: [member("chief", "lead"), member("scout", "worker")],
    calls: true,
  },
  { name: "has nobody in it", config: { task: "Write about heddles." }, inputs: {}, fails: "validation" },
];
