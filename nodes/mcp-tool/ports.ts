import type { Json } from "#runtime/graph/json.ts";
import { type Port, type Ports, port } from "#runtime/node/ports.ts";
import type { References } from "#runtime/node/references.ts";
import { withReferencedInputs } from "../kit/expressions/with-referenced-inputs.ts";
import { isPortName } from "../kit/ports/port-names.ts";
import { portTypeOf } from "../kit/ports/port-type-of.ts";
import { argumentsOf, type McpToolConfig, openArguments, toolOf } from "./config.ts";

/** An input for each argument of the tool, and for what the arguments' expressions read. An argument that still has no value needs an edge. */
export function mcpToolPorts(config: McpToolConfig, references: References): Ports {
  const tool = toolOf(config, references);
  const open = new Set(openArguments(config, tool));
  const own = Object.entries(argumentsOf(tool))
    .filter(([name]) => isPortName(name))
    .map(([name, schema]) => [name, argumentPort(schema, { isOptional: !open.has(name) })] as const);
  return {
    inputs: withReferencedInputs(Object.fromEntries(own), config.arguments),
    outputs: {
      text: port.text({ title: "Text", description: "The text of the tool's answer." }),
      result: port.json({ title: "Result", description: "The structured answer; without one, the content as it came, with files in the place of bytes." }),
      image: port.image({ title: "Image", description: "The first picture of the answer; skipped where there is none." }),
      files: port.list("file", { title: "Files", description: "Pictures, sounds and other files of the answer; skipped where there are none." }),
    },
  };
}

function argumentPort(schema: Json, { isOptional }: { isOptional: boolean }): Port {
  const { title, description } = typeof schema === "object" && schema !== null && !Array.isArray(schema) ? schema : {};
  return port.of(portTypeOf(schema), {
    optional: isOptional,
    ...(typeof title === "string" && { title }),
    ...(typeof description === "string" && { description }),
  });
}
