import { z } from "zod";
import { type ConfigProblem, defineNode } from "#runtime/node/define.ts";
import { connectionField, hint, modelField } from "#runtime/node/fields.ts";
import { port } from "#runtime/node/ports.ts";
import { THRESHOLDS } from "../kit/safety/principles.ts";
import { safetyCheckExamples } from "./examples.ts";

const share = z.number().min(0).max(1);

export const safetyCheckConfig = z.strictObject({
  stage: z.enum(["rules", "model"]).default("rules").meta({
    title: "Judged by",
    description: "Rules need no model. A model that looks as well can only be stricter; when it does not answer, the action is blocked.",
  }),
  connection: connectionField("model", { title: "Model provider" }).optional(),
  model: modelField(),
  reviewBelow: share.default(THRESHOLDS.reviewBelow).meta({ title: "A person looks below" }),
  blockBelow: share.default(THRESHOLDS.blockBelow).meta({ title: "Blocked below" }),
  hosts: hint(z.array(z.string().max(253)).max(200).default([]), { advanced: true }, { title: "Approved hosts", description: "Any public one when empty." }),
  tools: hint(z.array(z.string().max(500)).max(200).default([]), { advanced: true }, { title: "Tools the task needs", description: "Any when empty." }),
});
type SafetyCheckConfig = z.output<typeof safetyCheckConfig>;

export const safetyCheck = defineNode({
  type: "safety-check",
  version: 1,
  role: "step",
  title: "Safety check",
  description: "Scores an action against written principles: lets it pass, asks a person, or blocks it.",
  group: "people",
  icon: "shield-check",
  keywords: ["guard", "policy", "risk", "score", "principles", "block", "review", "guardrail"],
  config: safetyCheckConfig,
  ports: () => ({
    inputs: {
      action: port.json({ title: "Action", description: "{ tool, arguments, target?, context? }. Its context is shown to a model, and believed by nobody." }),
    },
    outputs: {
      allowed: port.json({ title: "Allowed", description: "The action, when it may be done." }),
      blocked: port.json({ title: "Blocked", description: "The action with its score and the reasons, when it may not." }),
      report: port.json({ title: "Report", description: "Score, verdict and findings." }),
    },
  }),
  effect: "pure",
  limits: { timeoutMs: 120_000, attempts: 1 },
  check,
  form: ({ stage }, _references, schema) =>
    stage === "model"
      ? schema
      : { ...schema, properties: Object.fromEntries(Object.entries(schema.properties ?? {}).filter(([field]) => field !== "connection" && field !== "model")) },
  summary: ({ stage, reviewBelow, blockBelow }) =>
    `${stage === "model" ? "Rules and a model" : "Rules"} · asks below ${reviewBelow}, blocks below ${blockBelow}`,
  examples: safetyCheckExamples,
});

function check({ stage, connection, reviewBelow, blockBelow }: SafetyCheckConfig): ConfigProblem[] {
  return [
    ...(stage === "model" && !connection ? [{ path: "/connection", message: "Choose a model provider, or judge by rules alone." }] : []),
    ...(blockBelow > reviewBelow ? [{ path: "/blockBelow", message: "Choose a lower score than the one below which a person looks." }] : []),
  ];
}
