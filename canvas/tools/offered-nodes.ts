import type { ConnectionId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { offerSlots, toolSlots } from "../palette/ready-nodes.ts";
import type { NodeToAdd } from "../palette/use-add-from-elsewhere.ts";

type Config = Record<string, Json>;

interface About {
  title: string;
  description?: string | undefined;
}

/** The node that calls a tool, with these arguments; undefined where no node type does. */
export function toolNode(connection: ConnectionId, tool: About & { name: string }, values?: Config): NodeToAdd | undefined {
  const [slot] = toolSlots();
  const given = values && Object.keys(values).length > 0 ? { arguments: values } : {};
  return slot && ready(slot.definition.type, tool, { [slot.connectionField]: connection, [slot.toolField]: tool.name, ...given });
}

/** The node that reads a resource, or one of a template. */
export function resourceNode(connection: ConnectionId, resource: About & { uri: string }, variables?: Config): NodeToAdd | undefined {
  const [slot] = offerSlots("uri");
  return slot && ready(slot.definition.type, resource, { [slot.connectionField]: connection, uri: resource.uri, ...(variables && { variables }) });
}

/** The node that fills a prompt template in. */
export function promptNode(connection: ConnectionId, prompt: About & { name: string }, values: Config): NodeToAdd | undefined {
  const [slot] = offerSlots("prompt");
  return slot && ready(slot.definition.type, prompt, { [slot.connectionField]: connection, prompt: prompt.name, arguments: values });
}

function ready(type: string, { title, description = "" }: About, config: Config): NodeToAdd {
  return { type, title, description: description.slice(0, 300), config };
}
