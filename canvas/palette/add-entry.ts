import { catalog } from "#nodes/catalog.data.ts";
import { initialConfig } from "#runtime/node/catalog.ts";
import type { NodeDefinition, NodeGroup } from "#runtime/node/define.ts";
import type { Ports } from "#runtime/node/ports.ts";
import type { ReferenceKey, References } from "#runtime/node/references.ts";
import { nodePorts } from "#runtime/plan/node-ports.ts";
import type { Asset } from "#server/contract/assets.ts";
import type { Connection, Tool } from "#server/contract/connections.ts";
import type { GraphSummary } from "#server/contract/graphs.ts";
import type { LooseWire } from "../board/board-store.ts";
import { fittingPort } from "../board/connection-rules.ts";
import { fuzzyScore } from "../commands/fuzzy-score.ts";
import { definitionWithFile } from "../media/file-node.ts";
import { foundKey } from "./found-key.ts";
import { graphSlots, readyDefinition, referenceKeysOf, toolSlots } from "./ready-nodes.ts";

/** Something that can be put on the board: a node type, or one that is ready for a tool or a graph. */
export interface AddEntry {
  /** The same tomorrow: recent ones are remembered by it. */
  id: string;
  /** The heading it stands under. */
  heading: string;
  /** As the node is added: with the title and the config it begins with. */
  definition: NodeDefinition;
  /** More words it is found by. */
  keywords: readonly string[];
  /** What its ports depend on. */
  references: readonly ReferenceKey[];
  /** The picture it holds, by its hash: shown in place of an icon. */
  picture?: string;
  /** What the search by meaning calls it: `foundKey` of a found thing. */
  thing?: string;
}

/** The heading of agents: the node types, and those of the library. */
const AGENTS_HEADING = "Agents";
/** How one of the library looks among them. */
const AGENT_LOOK = { icon: "bot", group: "agents" } as const;

/** In the order of the palette. */
const GROUPS: readonly { group: NodeGroup; title: string }[] = [
  { group: "flow", title: "Flow" },
  { group: "data", title: "Data" },
  { group: "tools", title: "Tools" },
  { group: "agents", title: AGENTS_HEADING },
  { group: "people", title: "People" },
  { group: "knowledge", title: "Knowledge" },
  { group: "media", title: "Media" },
  { group: "notes", title: "Notes" },
];

/** The heading of the graphs that can be steps of others. */
export const GRAPHS_HEADING = "Graphs as steps";

/** Every node type, group by group. */
export function typeEntries(definitions = catalog.all()): AddEntry[] {
  return GROUPS.flatMap(({ group, title }) =>
    definitions
      .filter((definition) => definition.group === group)
      .sort((left, right) => left.title.localeCompare(right.title))
      .map((definition) => ({
        id: `type:${definition.type}`,
        thing: foundKey({ kind: "node-type", id: definition.type }),
        heading: title,
        definition,
        keywords: [...(definition.keywords ?? []), definition.group],
        references: [],
      })),
  );
}

/** The tools of a connection that may run. */
export function toolEntries(
  connection: Pick<Connection, "id" | "name">,
  tools: readonly Pick<Tool, "name" | "title" | "description" | "quarantined">[],
): AddEntry[] {
  return tools
    .filter(({ quarantined }) => !quarantined)
    .flatMap(({ name, title, description }) =>
      toolSlots().map(({ definition, connectionField, toolField }): AddEntry => {
        const config = { [connectionField]: connection.id, [toolField]: name };
        const ready = readyDefinition(definition, { config, title: title ?? name, description: firstSentence(description) ?? `A tool of ${connection.name}.` });
        return {
          id: `tool:${definition.type}:${connection.id}/${name}`,
          thing: foundKey({ kind: "tool", id: `${connection.id}/${name}` }),
          heading: connection.name,
          definition: ready,
          keywords: [name, connection.name, "mcp", "tool"],
          references: referenceKeysOf(definition, initialConfig(ready)),
        };
      }),
    );
}

/** The published graphs and agents of the library, but the one that is open. */
export function graphEntries(graphs: readonly Pick<GraphSummary, "id" | "kind" | "name" | "description" | "publishedRevision">[], open: string): AddEntry[] {
  return graphs
    .filter(({ id, publishedRevision }) => publishedRevision !== null && id !== open)
    .flatMap((graph) =>
      graphSlots().map(({ definition, graphField }): AddEntry => {
        const isAgent = graph.kind === "agent";
        const ready = readyDefinition(definition, {
          config: { [graphField]: graph.id },
          title: graph.name,
          description: graph.description !== "" ? graph.description : isAgent ? "An agent of the library." : "Runs this graph as one step.",
        });
        return {
          id: `graph:${definition.type}:${graph.id}`,
          thing: foundKey({ kind: isAgent ? "agent" : "graph", id: graph.id }),
          heading: isAgent ? AGENTS_HEADING : GRAPHS_HEADING,
          definition: isAgent ? { ...ready, ...AGENT_LOOK } : ready,
          keywords: isAgent ? ["agent", "library", "assistant", definition.title] : ["skill", "graph", definition.title],
          references: referenceKeysOf(definition, initialConfig(ready)),
        };
      }),
    );
}

/** The heading of files that can be put on the board. */
const FILES_HEADING = "Files";

/** Files of the media library, each as a node that holds it. */
export function fileEntries(assets: readonly Asset[]): AddEntry[] {
  return assets.flatMap(({ hash, name, mediaType, bytes, hasThumbnail }): AddEntry[] => {
    const definition = definitionWithFile({ $asset: hash, name, mediaType, bytes });
    const entry = { id: `file:${hash}`, heading: FILES_HEADING, keywords: ["file", "media", mediaType], references: [] };
    return definition ? [{ ...entry, definition, ...(hasThumbnail && { picture: hash }) }] : [];
  });
}

function firstSentence(text: string | undefined): string | undefined {
  const line = text?.trim().split("\n")[0]?.trim();
  if (!line) return undefined;
  const [sentence] = /^.*?[.!?](?=\s|$)/.exec(line) ?? [line];
  return sentence.slice(0, 300);
}

/** The ports of a node as it is added; those of an exit are the run's own. */
export function entryPorts({ definition }: AddEntry, references: References): Ports {
  const ports = nodePorts(definition, { config: initialConfig(definition) }, references);
  return definition.role === "exit" ? { inputs: ports.inputs, outputs: {} } : ports;
}

/** Whether a node with these ports has one for the loose end of a wire. */
export function fitsWireEnd(ports: Ports, from: LooseWire): boolean {
  return fittingPort(ports, from.type, from.side) !== undefined;
}

/** How well an entry answers a search: 0 to leave it out. Its title counts most, then its keywords, then its description. */
export function matchOf({ definition, keywords }: Pick<AddEntry, "definition" | "keywords">, search: string): number {
  return fuzzyScore(search, [
    { text: definition.title, weight: 4, loose: true },
    { text: keywords.join(" "), weight: 2 },
    { text: definition.description, weight: 0.5 },
  ]);
}
