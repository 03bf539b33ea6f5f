import type { Json } from "#runtime/graph/json.ts";
import type { JsonSchema } from "#runtime/node/define.ts";
import { type FieldHint, HINT } from "#runtime/node/fields.ts";
import { type Port, type Ports, port } from "#runtime/node/ports.ts";
import type { References } from "#runtime/node/references.ts";
import { withReferencedInputs } from "../kit/expressions/with-referenced-inputs.ts";
import { isPortName } from "../kit/ports/port-names.ts";
import { portTypeOf } from "../kit/ports/port-type-of.ts";
import { type ComfyuiWorkflowConfig, settingsOf, workflowOf } from "./config.ts";

/** The name of the port at which the mask of a picture comes in. */
export const maskPort = (name: string): string => `${name}_mask`;

/** An input for whatever can be set, and for masks; a picture that nobody has chosen needs an edge. */
export function workflowPorts(config: ComfyuiWorkflowConfig, references: References): Ports {
  const workflow = workflowOf(config, references);
  const settings = Object.entries(settingsOf(workflow)).filter(([name]) => isPortName(name));
  const own = settings.flatMap(([name, schema]): [string, Port][] => {
    const isOptional = fileHintOf(schema) === undefined || Object.hasOwn(config.values, name);
    const masks: [string, Port][] = hasMask(schema) ? [[maskPort(name), port.image({ optional: true, title: `Mask of ${titleOf(schema) ?? name}` })]] : [];
    return [[name, port.of(portTypeOf(schema), { optional: isOptional, ...wordsOf(schema) })], ...masks];
  });
  const titles = workflow?.outputTitles ?? {};
  const outputs = Object.entries(workflow?.outputs ?? {}).filter(([name]) => isPortName(name));
  return {
    inputs: withReferencedInputs(Object.fromEntries(own), [config.values, config.sweep]),
    outputs: {
      ...Object.fromEntries(outputs.map(([name, type]) => [name, port.of(type, { title: titles[name] ?? inWords(name) })])),
      images: port.list("image", { title: "All pictures", description: "Of all outputs, all batches and all combinations, in their order." }),
      results: port.json({ title: "Results", description: "For each time it ran: what was set, seeds included, and what came out." }),
    },
  };
}

/** Of a setting that takes a file. */
export function fileHintOf(schema: Json | undefined): FieldHint["file"] {
  return hintOf(schema).file;
}

/** Whether a picture may be handed over with a mask. */
export function hasMask(schema: Json | undefined): boolean {
  return hintOf(schema).mask === true;
}

function hintOf(schema: Json | undefined): FieldHint {
  const hint = asSchema(schema)[HINT];
  return asSchema(hint) as FieldHint;
}

export function titleOf(schema: Json | undefined): string | undefined {
  const { title } = asSchema(schema);
  return typeof title === "string" ? title : undefined;
}

/** "save_final" becomes "Save final". */
function inWords(name: string): string {
  const words = name.replaceAll("_", " ").trim();
  return words === "" ? name : words.charAt(0).toUpperCase() + words.slice(1);
}

function wordsOf(schema: Json): Pick<Port, "title" | "description"> {
  const { title, description } = asSchema(schema);
  return { ...(typeof title === "string" && { title }), ...(typeof description === "string" && { description }) };
}

function asSchema(value: Json | undefined): JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}
