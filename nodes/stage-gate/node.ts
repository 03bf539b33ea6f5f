import { z } from "zod";
import { defineNode, type JsonSchema } from "#runtime/node/define.ts";
import { port } from "#runtime/node/ports.ts";
import { withReferencedInputs } from "../kit/expressions/with-referenced-inputs.ts";
import { checkDeciding, decidingFields, questionFields } from "../kit/gates/fields.ts";
import { checkTemplateText } from "../kit/text/template-text-field.ts";
import { firstLine } from "../kit/text/to-text.ts";
import { UNITS } from "../kit/time/duration.ts";

/** What may be decided. `recycle` is offered where a round is known, and as long as there may be another. */
export const DECISIONS = ["go", "recycle", "hold", "kill"] as const;

const config = z.strictObject({
  ...questionFields,
  maxRecycles: z
    .int()
    .min(0)
    .max(999)
    .default(3)
    .meta({ title: "Recycle at most", description: "How many times a round may be sent back. Wire the loop's Round to the port Round to offer it." }),
  holdFor: z.number().min(0).max(1e6).default(1).meta({ title: "After a hold, remind in" }),
  holdUnit: z.enum(UNITS).default("days").meta({ title: "Hold in" }),
  ...decidingFields,
  onTimeout: z.enum(["hold", "go", "kill"]).default("hold").meta({ title: "When nobody decides in time", description: "hold asks again; kill ends the run." }),
});

export const stageGate = defineNode({
  type: "stage-gate",
  version: 1,
  role: "step",
  title: "Stage gate",
  description: "Asks a person whether the work goes on, goes round once more, is put on hold, or ends here.",
  group: "people",
  icon: "traffic-cone",
  keywords: ["go", "hold", "kill", "recycle", "stage", "gate", "milestone", "review", "person", "decide", "phase"],
  config,
  ports: ({ title, message }) => ({
    inputs: withReferencedInputs(
      {
        value: port.any({ optional: true, title: "Value", description: "What is to be decided about." }),
        round: port.number({ optional: true, title: "Round", description: "The loop's Round: with it, Recycle is offered." }),
      },
      { title, message },
    ),
    outputs: {
      go: port.any({ title: "Go", description: "The value, when the work goes on." }),
      recycle: port.any({ title: "Recycle", description: "The value, when the round is sent back. Wire it, or Value, to the loop's Next." }),
      value: port.any({ title: "Value", description: "The value, on go and on recycle." }),
      done: port.boolean({ title: "Done", description: "True on go, false on recycle: wire it to the loop's Done." }),
      note: port.text({ title: "Note", description: "What the person said: for the next round." }),
      decision: port.json({ title: "Decision", description: "What was decided: outcome, by, note, at, and the holds before it." }),
    },
  }),
  effect: "pure",
  limits: { timeoutMs: 10_000, attempts: 3 },
  check: (config) => [...checkTemplateText("message", config.message), ...checkDeciding(config)],
  form: (config, _references, schema) => {
    const hidden = new Set([
      ...(config.holdFor > 0 ? [] : ["holdUnit"]),
      ...(config.remindAfter > 0 ? [] : ["remindUnit"]),
      ...(config.escalateAfter > 0 ? [] : ["escalateUnit", "escalateRoles", "escalatePeople"]),
      ...(config.timeoutAfter > 0 ? [] : ["timeoutUnit", "onTimeout"]),
    ]);
    return { ...schema, properties: Object.fromEntries(Object.entries(schema.properties as JsonSchema).filter(([field]) => !hidden.has(field))) };
  },
  summary: ({ title, maxRecycles }) => [firstLine(title, 60), ...(maxRecycles > 0 ? [`recycle at most ${maxRecycles}`] : [])].filter(Boolean).join(" · "),
  examples: [
    {
      name: "asks whether a stage is finished",
      config: { title: "Is the concept good enough to build?" },
      inputs: { value: "A loom that writes." },
      waits: true,
    },
    {
      name: "sends a draft back at most twice, in a loop whose Round is wired to it",
      config: {
        title: "Round {{ inputs.round }}: is the draft good?",
        message: "In the loop: its *This draft* goes to the writer, the writer to Value, Value to *Next draft*, Done to *Done*.",
        maxRecycles: 2,
        roles: ["approver"],
      },
      inputs: { value: "Once upon a time", round: 1 },
      waits: true,
    },
  ],
});
