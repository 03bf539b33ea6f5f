import { catalog } from "#nodes/catalog.data.ts";
import { initialConfig, portsOf } from "#runtime/node/catalog.ts";
import type { NodeDefinition, NodeGroup } from "#runtime/node/define.ts";
import type { LooseWire } from "../board/board-store.ts";
import { fittingPort } from "../board/connection-rules.ts";

/** In the order of the palette. */
const GROUPS: readonly { group: NodeGroup; title: string }[] = [
  { group: "flow", title: "Flow" },
  { group: "data", title: "Data" },
  { group: "tools", title: "Tools" },
  { group: "agents", title: "Agents" },
  { group: "people", title: "People" },
  { group: "knowledge", title: "Knowledge" },
  { group: "media", title: "Media" },
  { group: "notes", title: "Notes" },
];

export interface PaletteGroup {
  title: string;
  definitions: NodeDefinition[];
}

/** The node types by group; with a loose wire, those that have a port for it. */
export function paletteGroups(from: LooseWire | undefined): PaletteGroup[] {
  const fitting = catalog.all().filter((definition) => !from || fits(definition, from));
  return GROUPS.map(({ group, title }) => ({
    title,
    definitions: fitting.filter((definition) => definition.group === group).sort((left, right) => left.title.localeCompare(right.title)),
  })).filter(({ definitions }) => definitions.length > 0);
}

function fits(definition: NodeDefinition, from: LooseWire): boolean {
  const ports = portsOf(definition, initialConfig(definition), {});
  const real = definition.role === "exit" ? { inputs: ports.inputs, outputs: {} } : ports;
  return fittingPort(real, from.type, from.side) !== undefined;
}

/** How well a node type answers a search: 0 to leave it out. Its title counts most, then its keywords, then its description. */
export function matchOf(definition: NodeDefinition, search: string): number {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return 1;
  const title = definition.title.toLowerCase();
  const keywords = [...(definition.keywords ?? []), definition.group].join(" ").toLowerCase();
  const description = definition.description.toLowerCase();
  let score = 0;
  for (const word of words) {
    const own = startsAWord(title, word) ? 8 : title.includes(word) ? 5 : startsAWord(keywords, word) ? 4 : description.includes(word) ? 1 : 0;
    if (own === 0) return 0;
    score += own;
  }
  return score;
}

function startsAWord(text: string, beginning: string): boolean {
  return text.split(/[\s/-]+/).some((word) => word.startsWith(beginning));
}
