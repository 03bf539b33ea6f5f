import { defineNode } from "#runtime/node/define.ts";
import { port } from "#runtime/node/ports.ts";
import { withReferencedInputs } from "../kit/expressions/with-referenced-inputs.ts";
import { checkTemplateText } from "../kit/text/template-text-field.ts";
import { firstLine, toText } from "../kit/text/to-text.ts";
import { type CrewConfig, crewConfig } from "./config.ts";
import { crewExamples } from "./examples.ts";

const HIDDEN: Record<CrewConfig["strategy"], readonly string[]> = {
  sequential: ["maxRecycles", "maxRounds", "onLimit"],
  "lead-delegates": ["maxRecycles"],
  "review-loop": ["maxRounds"],
};

export const crew = defineNode({
  type: "crew",
  version: 1,
  role: "step",
  hasMembers: true,
  title: "Crew",
  description: "Agents inside it work on one task together, each in its role.",
  group: "agents",
  icon: "users",
  keywords: ["team", "multi-agent", "agents", "lead", "worker", "reviewer", "delegate", "container"],
  config: crewConfig,
  ports: ({ task }) => ({
    inputs: withReferencedInputs({ prompt: port.text({ optional: true, title: "Prompt", description: "The task." }) }, { task }),
    outputs: {
      text: port.text({ title: "Text", description: "What came of it." }),
      conversation: port.json({ title: "Conversation", description: "What the members told one another, in order." }),
      rounds: port.number({ title: "Rounds" }),
    },
  }),
  // its members have effects of their own
  effect: "pure",
  limits: { timeoutMs: 60_000, attempts: 1 },
  check: ({ task }) => checkTemplateText("task", task),
  form: ({ strategy }, _references, schema) => ({
    ...schema,
    properties: Object.fromEntries(Object.entries(schema.properties ?? {}).filter(([field]) => !HIDDEN[strategy ?? "sequential"].includes(field))),
  }),
  summary: ({ strategy, task }) => firstLine([strategy, toText(task)].filter((text) => text !== "").join(" · ")),
  tool: ({ task }) => ({
    description: `A crew of agents. ${firstLine(toText(task), 400)}`.trim(),
    input: { type: "object", properties: { prompt: { type: "string", description: "The task, with all the crew needs to know." } }, required: ["prompt"] },
    about: { agent: true },
  }),
  examples: crewExamples,
});
