import { defineNode, type JsonSchema } from "#runtime/node/define.ts";
import { type Port, port } from "#runtime/node/ports.ts";
import { withReferencedInputs } from "../kit/expressions/with-referenced-inputs.ts";
import { checkDeciding } from "../kit/gates/fields.ts";
import { checkPortNames, isPortName, namedPorts } from "../kit/ports/port-names.ts";
import { checkTemplateText } from "../kit/text/template-text-field.ts";
import { firstLine } from "../kit/text/to-text.ts";
import { durationText } from "../kit/time/duration.ts";
import { APPROVE, type ApprovalConfig, approvalConfig, REJECT, readSchema } from "./config.ts";

/** The ports of its own, which no other outcome may be called. */
const OWN = ["approved", "rejected", "decision", APPROVE, REJECT];

export const approval = defineNode({
  type: "approval",
  version: 1,
  role: "step",
  title: "Approval",
  description: "Shows a person what came in, and goes on by what they decide; waiting survives a restart.",
  group: "people",
  icon: "user-round-check",
  keywords: ["approve", "reject", "review", "human", "person", "decide", "sign-off", "gate", "edit"],
  config: approvalConfig,
  ports: (config) => ({
    inputs: withReferencedInputs(
      { value: port.any({ optional: true, title: "Value", description: "What is to be decided about: text, Markdown, JSON, images, files." }) },
      { title: config.title, message: config.message },
    ),
    outputs: {
      approved: port.any({ title: "Approved", description: "The value, as it was edited." }),
      rejected: port.any({
        title: "Rejected",
        description: "The value. Wired to nothing, what hangs on Approved alone is skipped, and the run goes on without it.",
      }),
      ...namedPorts(others(config), ({ name, title }): Port => port.any({ title: title || name })),
      decision: port.json({ title: "Decision", description: "What was decided: outcome, by, note, at." }),
    },
  }),
  effect: "pure",
  limits: { timeoutMs: 10_000, attempts: 3 },
  check: (config) => [
    ...checkTemplateText("message", config.message),
    ...checkPortNames("outcomes", config.outcomes),
    ...config.outcomes.flatMap(({ name }, index) =>
      OWN.includes(name) ? [{ path: `/outcomes/${index}/name`, message: `There is "${name}" already. Choose another name.` }] : [],
    ),
    ...checkSchema(config),
    ...(outcomeNames(config).includes(config.onTimeout) ? [] : [{ path: "/onTimeout", message: `One of: ${outcomeNames(config).join(", ")}.` }]),
    ...checkDeciding(config),
  ],
  form: (config, _references, schema) => ({ ...schema, properties: shownProperties(config, schema) }),
  summary: ({ title, timeoutAfter, timeoutUnit }) =>
    [firstLine(title, 60), ...(timeoutAfter > 0 ? [`at most ${durationText({ amount: timeoutAfter, unit: timeoutUnit })}`] : [])].filter(Boolean).join(" · "),
  examples: [
    { name: "asks whether to go on", config: { title: "Send the letter?" }, inputs: { value: "Dear reader, …" }, waits: true },
    {
      name: "lets an approver edit a draft, with a third way out",
      config: {
        title: "Publish {{ inputs.value.subject }}?",
        message: "It goes to **all** readers.",
        editable: true,
        outcomes: [{ id: "later", name: "later", title: "Next week" }],
        roles: ["approver"],
        notStarter: true,
      },
      inputs: { value: { subject: "News", body: "We weave." } },
      waits: true,
    },
    {
      name: "takes two of them, and approves when nobody objects within a day",
      config: { quorum: 2, timeoutAfter: 1, remindAfter: 4, escalateAfter: 12, escalateRoles: ["owner"], onTimeout: "approve" },
      inputs: {},
      waits: true,
    },
  ],
});

/** The outcomes of the graph's own, those with sound names. */
export function others({ outcomes }: Pick<ApprovalConfig, "outcomes">): ApprovalConfig["outcomes"] {
  const seen = new Set(OWN);
  return outcomes.filter(({ name }) => isPortName(name) && !seen.has(name) && seen.add(name));
}

export function outcomeNames(config: Pick<ApprovalConfig, "outcomes">): string[] {
  return [APPROVE, REJECT, ...others(config).map(({ name }) => name)];
}

function checkSchema({ editable, editSchema }: ApprovalConfig) {
  const problem = editable ? readSchema(editSchema).problem : undefined;
  return problem === undefined ? [] : [{ path: "/editSchema", message: problem }];
}

/** What has no say is not shown, and what happens in the end is one of the outcomes there are. */
function shownProperties(config: ApprovalConfig, schema: JsonSchema): JsonSchema {
  const hidden = new Set([
    ...(config.editable ? [] : ["editSchema"]),
    ...(config.remindAfter > 0 ? [] : ["remindUnit"]),
    ...(config.escalateAfter > 0 ? [] : ["escalateUnit", "escalateRoles", "escalatePeople"]),
    ...(config.timeoutAfter > 0 ? [] : ["timeoutUnit", "onTimeout"]),
  ]);
  const shown = Object.entries(schema.properties as Record<string, JsonSchema>).filter(([field]) => !hidden.has(field));
  return Object.fromEntries(shown.map(([field, property]) => [field, field === "onTimeout" ? { ...property, enum: outcomeNames(config) } : property]));
}
