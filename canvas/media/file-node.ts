import { catalog } from "#nodes/catalog.data.ts";
import { fieldHint, initialConfig, lenientConfig } from "#runtime/node/catalog.ts";
import type { NodeDefinition } from "#runtime/node/define.ts";
import type { FileValue } from "#runtime/node/port-value.ts";
import { readyDefinition } from "../palette/ready-nodes.ts";
import type { NodeToAdd } from "../palette/use-add-from-elsewhere.ts";

/** A node type that holds a file of any kind and hands it on, and the field it is in. */
interface FileSlot {
  definition: NodeDefinition;
  field: string;
}

/** By what the definitions say of themselves: a field for any file, no inputs, and a file that comes out. */
function findFileSlot(): FileSlot | undefined {
  for (const definition of catalog.all()) {
    const field = Object.keys(definition.config.shape).find((name) => {
      const { file } = fieldHint(definition, name);
      return file !== undefined && file.accept === undefined;
    });
    if (field === undefined || definition.role !== "step") continue;
    const { inputs, outputs } = definition.ports(lenientConfig(definition, initialConfig(definition)), {});
    if (Object.keys(inputs).length === 0 && Object.values(outputs).some(({ type }) => type === "file")) return { definition, field };
  }
  return undefined;
}

let slot: FileSlot | undefined;

/** The node that holds a file, as another page asks for it. */
export function nodeWithFile(file: FileValue): NodeToAdd | undefined {
  slot ??= findFileSlot();
  if (!slot) return undefined;
  return { type: slot.definition.type, title: file.name, description: `Holds “${file.name}”.`, config: { [slot.field]: { ...file } } };
}

/** The same, ready to be added to a board. */
export function definitionWithFile(file: FileValue): NodeDefinition | undefined {
  const node = nodeWithFile(file);
  return node && slot && readyDefinition(slot.definition, node);
}
