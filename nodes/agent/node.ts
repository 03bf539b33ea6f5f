import type { ConfigProblem, JsonSchema } from "#runtime/node/define.ts";
import { defineNode } from "#runtime/node/define.ts";
import { type Port, port } from "#runtime/node/ports.ts";
import { withReferencedInputs } from "../kit/expressions/with-referenced-inputs.ts";
import { checkTemplateText } from "../kit/text/template-text-field.ts";
import { firstLine, toText } from "../kit/text/to-text.ts";
import { type AgentConfig, agentConfig, outputSchemaOf } from "./config.ts";
import { agentExamples } from "./examples.ts";

export const agent = defineNode({
  type: "agent",
  version: 1,
  role: "step",
  title: "Agent",
  description: "A model that works on a task with the tools wired to it, turn by turn, under rules.",
  group: "agents",
  icon: "bot",
  keywords: ["ai", "llm", "model", "chat", "prompt", "assistant", "gpt", "claude", "tools"],
  config: agentConfig,
  ports: (config) => ({
    inputs: {
      ...inputsOf(config),
      tools: port.tool({ optional: true, many: true, title: "Tools" }),
      from: port.agent({ optional: true, many: true, title: "Takes over from" }),
    },
    outputs: {
      text: port.text({ title: "Text", description: "What it answered." }),
      ...(outputSchemaOf(config) && { result: port.json({ title: "Result", description: "The structured answer." }) }),
      images: port.list("image", { title: "Pictures", description: "What it drew, where its model makes pictures; else an empty list." }),
      messages: port.messages({ title: "Messages", description: "The whole conversation." }),
      usage: port.json({ title: "Usage", description: "Turns, tool calls, tokens and dollars." }),
      agent: port.agent({ title: "Hands over to" }),
    },
  }),
  // its calls have effects of their own
  effect: "pure",
  // what may pass is tried again turn by turn
  limits: { timeoutMs: 1_800_000, attempts: 1 },
  check,
  form: (config, _references, schema) => ({ ...schema, properties: shownProperties(config, schema) }),
  summary: ({ model, autonomy, instructions }) => firstLine([model, autonomy, toText(instructions)].filter((text) => text !== "").join(" · ")),
  tool: (config) => ({
    description: `An agent. ${firstLine(toText(config.instructions), 400)}`.trim(),
    input: toolInput(config),
    about: { role: config.role, agent: true },
  }),
  examples: agentExamples,
});

/** What comes in as data. */
function inputsOf(config: AgentConfig): Record<string, Port> {
  const { instructions, message, thread, memory } = config;
  const own = {
    prompt: port.text({ optional: true, title: "Prompt", description: "What it is asked." }),
    messages: port.messages({ optional: true, title: "Messages", description: "A conversation it goes on with." }),
    images: port.image({ optional: true, many: true, title: "Images" }),
    ...(config.helpsWithFailure && { failed: port.json({ optional: true, title: "Failure", description: "What went wrong in another node." }) }),
  };
  return withReferencedInputs(own, { instructions, message, ...(memory === "thread" && { thread }) });
}

function check(config: AgentConfig): ConfigProblem[] {
  return [
    ...(config.connection ? [] : [{ path: "/connection", message: "Choose a model provider." }]),
    ...checkTemplateText("instructions", config.instructions),
    ...checkTemplateText("message", config.message),
    ...(config.memory === "thread" && config.thread === "" ? [{ path: "/thread", message: "Say whose conversation it is." }] : []),
    ...(config.blockBelow > config.reviewBelow ? [{ path: "/blockBelow", message: "Choose a lower score than the one below which a person looks." }] : []),
    ...(outputSchemaOf(config) && config.output?.type !== "object"
      ? [{ path: "/output", message: 'Describe an object: { "type": "object", "properties": { … } }.' }]
      : []),
    ...config.rules.flatMap(({ tool }, index) => (tool === "" ? [{ path: `/rules/${index}/tool`, message: "Name the tool." }] : [])),
  ];
}

/** The fields that have a say. */
function shownProperties(config: AgentConfig, schema: JsonSchema): JsonSchema {
  const hidden = new Set<string>();
  if (config.memory !== "thread") hidden.add("thread");
  if (config.memory === "none") hidden.add("memoryTokens");
  if (config.safety === "off") for (const field of ["reviewBelow", "blockBelow", "hosts"]) hidden.add(field);
  return Object.fromEntries(Object.entries(schema.properties as JsonSchema).filter(([field]) => !hidden.has(field)));
}

/** What others give it when they call it: a task, and what its expressions need. */
function toolInput(config: AgentConfig): JsonSchema {
  const { prompt: _, messages: __, images: ___, failed: ____, ...referenced } = inputsOf(config);
  const needed = Object.entries(referenced).flatMap(([name, { optional }]) => (optional ? [] : [name]));
  const properties = {
    prompt: { type: "string", description: "The task, with all it needs to know." },
    ...Object.fromEntries(Object.keys(referenced).map((name) => [name, {}])),
  };
  return { type: "object", properties, required: ["prompt", ...needed] };
}
