import { describe, expect, it } from "vitest";
import { catalog } from "#nodes/catalog.data.ts";
import { connectionIdSchema, graphIdSchema, type NodeId } from "#runtime/graph/ids.ts";
import { initialConfig } from "#runtime/node/catalog.ts";
import type { References } from "#runtime/node/references.ts";
import type { Tool } from "#server/contract/connections.ts";
import type { FoundThing } from "#server/contract/find.ts";
import type { GraphSummary } from "#server/contract/graphs.ts";
import { entryPorts, fitsWireEnd, graphEntries, matchOf, toolEntries, typeEntries } from "./add-entry.ts";
import { foundEntries } from "./found-entries.ts";
import { libraryEntries } from "./library-entries.ts";
import { paletteGroups } from "./palette-groups.ts";
import { graphSlots, toolSlots } from "./ready-nodes.ts";

const wire = (side: "source" | "target", type: "text" | "tool" | "agent" | "number" | "image") => ({
  node: "node_a" as NodeId,
  port: "p",
  side,
  type,
  isInner: false,
});
const fitting = (from: ReturnType<typeof wire>) => typeEntries().filter((entry) => fitsWireEnd(entryPorts(entry, {}), from));
const tool = (name: string, more: Partial<Tool> = {}): Tool => ({
  name,
  description: "Reads a file. As text, mostly.\nMore.",
  inputSchema: { type: "object", properties: { path: { type: "string" } }, required: ["path"] },
  hash: "0".repeat(64),
  hints: {},
  readOnly: false,
  quarantined: false,
  ...more,
});
const connection = { id: connectionIdSchema.parse("conn_files"), name: "Files" };
const graph = (id: string, publishedRevision: number | null): GraphSummary => ({
  kind: "graph",
  id: graphIdSchema.parse(id),
  name: `Graph ${id}`,
  description: "",
  publishedRevision,
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:00.000Z",
});

describe("typeEntries", () => {
  it("has every node type once", () => {
    expect(new Set(typeEntries().map(({ definition }) => definition))).toEqual(new Set(catalog.all()));
    expect(typeEntries()).toHaveLength(catalog.all().length);
  });

  it("fits a loose wire by its ports", () => {
    const takers = fitting(wire("source", "text"));
    expect(takers.some(({ definition }) => definition.role === "exit")).toBe(true);
    expect(takers.some(({ definition }) => definition.role === "entry" || definition.role === "annotation")).toBe(false);
    expect(fitting(wire("target", "text")).some(({ definition }) => definition.role === "exit")).toBe(false);
  });

  it("offers what can be called for a wire of tools, and who calls for the other end", () => {
    const callable = catalog.all().filter(({ tool }) => tool !== undefined);
    expect(new Set(fitting(wire("target", "tool")).map(({ definition }) => definition))).toEqual(new Set(callable));
    const callers = fitting(wire("source", "tool")).map(({ definition }) => definition);
    expect(callers.length).toBeGreaterThan(0);
    expect(callers.every(({ group }) => group === "agents")).toBe(true);
    expect(fitting(wire("source", "agent")).map(({ definition }) => definition)).toEqual(callers);
  });
});

describe("toolEntries", () => {
  it("makes a node that calls the tool, of whatever type takes one", () => {
    const [slot] = toolSlots();
    if (!slot) throw new Error("No node type takes a tool.");
    const [entry] = toolEntries(connection, [tool("read_file", { title: "Read file" })]);
    if (!entry) throw new Error("No entry.");
    expect(entry.definition).toMatchObject({ type: slot.definition.type, title: "Read file", description: "Reads a file." });
    expect(initialConfig(entry.definition)).toMatchObject({ [slot.connectionField]: "conn_files", [slot.toolField]: "read_file" });
    expect(initialConfig(slot.definition)[slot.toolField]).not.toBe("read_file");
    expect(entry.references).toEqual(["tool:conn_files/read_file"]);
  });

  it("leaves out what waits for approval", () => expect(toolEntries(connection, [tool("a", { quarantined: true })])).toEqual([]));

  it("fits by the tool's own ports, once they are known", () => {
    const [entry] = toolEntries(connection, [tool("read_file")]);
    if (!entry) throw new Error("No entry.");
    const known: References = {
      "tool:conn_files/read_file": {
        kind: "tool",
        connection: "conn_files",
        name: "read_file",
        inputSchema: tool("x").inputSchema,
        readOnly: true,
        hash: "0".repeat(64),
      } as never,
    };
    expect(fitsWireEnd(entryPorts(entry, {}), wire("source", "text"))).toBe(false);
    expect(fitsWireEnd(entryPorts(entry, known), wire("source", "text"))).toBe(true);
    expect(fitsWireEnd(entryPorts(entry, known), wire("source", "image"))).toBe(false);
  });
});

describe("graphEntries", () => {
  it("has the published graphs, but not the open one", () => {
    const [slot] = graphSlots();
    const entries = graphEntries([graph("graph_a", 2), graph("graph_b", null), graph("graph_c", 1)], "graph_c");
    expect(entries.map(({ definition }) => definition.title)).toEqual(["Graph graph_a"]);
    expect(entries[0]?.references).toEqual(["graph:graph_a"]);
    expect(entries[0] && initialConfig(entries[0].definition)).toMatchObject({ [slot?.graphField ?? ""]: "graph_a" });
  });

  it("has published agents of the library among the agents", () => {
    const [own] = graphEntries(
      [
        { ...graph("graph_a", 1), kind: "agent" },
        { ...graph("graph_b", null), kind: "agent" },
      ],
      "graph_c",
    );
    expect(own).toMatchObject({ heading: "Agents", definition: { title: "Graph graph_a", group: "agents", description: "An agent of the library." } });
    expect(typeEntries().map(({ heading }) => heading)).toContain(own?.heading);
  });
});

describe("libraryEntries", () => {
  it("makes the nodes that work with a thing, found once by meaning", () => {
    const about = { description: "What we promise.", keywords: [] };
    const collections = libraryEntries([{ kind: "collection", id: "collection_a", name: "Handbook", ...about }]);
    expect(collections.length).toBeGreaterThan(0);
    expect(collections.flatMap(({ thing }) => thing ?? [])).toEqual(["collection:collection_a"]);
    for (const { definition } of collections) expect(Object.values(initialConfig(definition)), definition.type).toContain("collection_a");
    const workflows = libraryEntries([{ kind: "workflow", id: "workflow_a", name: "Upscale", ...about }]);
    expect(workflows).toMatchObject([
      { thing: "workflow:workflow_a", heading: "ComfyUI workflows", definition: { title: "Upscale", description: "What we promise." } },
    ]);
  });
});

describe("matchOf", () => {
  it("finds every type by its title, best of all", () => {
    const all = typeEntries();
    for (const wanted of all) {
      const own = matchOf(wanted, wanted.definition.title);
      expect(own, wanted.id).toBeGreaterThan(0);
      expect(
        all.filter((other) => matchOf(other, wanted.definition.title) > own).map(({ id }) => id),
        wanted.id,
      ).toEqual([]);
    }
  });

  it("wants all words, and shows everything for none", () => {
    const [entry] = typeEntries();
    expect(entry && matchOf(entry, `${entry.definition.title} zzz`)).toBe(0);
    expect(entry && matchOf(entry, " ")).toBe(1);
  });
});

const NO_RECENT = { recent: [] };

describe("paletteGroups", () => {
  const all = [...typeEntries(), ...toolEntries(connection, [tool("read_file"), tool("write_file")])];

  it("shows what was added last first, and then everything", () => {
    const [last, second] = all;
    const groups = paletteGroups(all, "", { recent: [second?.id ?? "", "gone", last?.id ?? ""] });
    expect(groups[0]).toEqual({ heading: "Recent", entries: [second, last], more: 0 });
    expect(groups.slice(1).flatMap(({ entries }) => entries)).toEqual(all);
    expect(groups.at(-1)?.heading).toBe("Files");
  });

  it("shows one list while searching, and says how many it leaves out", () => {
    expect(paletteGroups(all, "write file", NO_RECENT)[0]?.entries[0]?.id).toContain("write_file");
    expect(paletteGroups(all, "zzzz", NO_RECENT)).toEqual([]);
    const many = Array.from({ length: 70 }, (_none, index) => toolEntries(connection, [tool(`tool_${index}`)])).flat();
    expect(paletteGroups(many, "tool", NO_RECENT)).toMatchObject([{ more: 10 }]);
    expect(paletteGroups(many, "", NO_RECENT)).toMatchObject([{ more: 30 }]);
  });

  it("puts what is meant below what is called so, kind by kind, and nothing twice", () => {
    const agents = graphEntries([{ ...graph("graph_a", 1), kind: "agent" }], "graph_c");
    const found = [ofTool("read_file"), ofGraph("agent", "graph_a", 1), ofTool("write_file"), ofGraph("graph", "graph_none_of_ours", 1)];
    const [best, ...meant] = paletteGroups([...all, ...agents], "write file", { recent: [], found });
    expect(best).toEqual(paletteGroups(all, "write file", NO_RECENT)[0]);
    expect(titlesOf(meant)).toEqual([
      ["Tools that may fit", "read_file"],
      ["Agents that may fit", "Graph graph_a"],
    ]);
    expect(paletteGroups(all, "zzzz", { recent: [], found }).map(({ heading }) => heading)).toEqual(["Tools that may fit"]);
    expect(paletteGroups(all, "", { recent: [], found }).some(({ heading }) => heading.includes("may fit"))).toBe(false);
  });

  it("shows what was found beyond what is loaded, ready to be added", () => {
    const found = [
      ofTool("read_file"),
      ofTool("far_tool"),
      ofTool("changed_tool", true),
      ofGraph("graph", "graph_far", 3),
      ofGraph("graph", "graph_draft", null),
      ofGraph("graph", "graph_open", 1),
      ofGraph("agent", "graph_helper", 1),
      { kind: "workflow" as const, id: "workflow_far", ...told("Upscale") },
      { kind: "node-type" as const, id: "of-tomorrow", ...told("Of tomorrow") },
    ];
    const beyond = foundEntries(found, { entries: all, open: "graph_open" });
    expect(titlesOf(paletteGroups(all, "zzzz", { recent: [], found, beyond }))).toEqual([
      ["Tools that may fit", "read_file", "far_tool"],
      ["Graphs that may fit", "graph_far"],
      ["Agents that may fit", "graph_helper"],
      ["ComfyUI workflows that may fit", "Upscale"],
    ]);
    // as it is when it is loaded
    expect(beyond.find(({ id }) => id.includes("far_tool"))).toEqual(toolEntries(connection, [tool("far_tool", { title: "far_tool", description: "" })])[0]);
    expect(beyond.find(({ id }) => id.includes("graph_far"))).toEqual(graphEntries([{ ...graph("graph_far", 3), name: "graph_far" }], "graph_open")[0]);
  });
});

const titlesOf = (groups: ReturnType<typeof paletteGroups>) =>
  groups.map(({ heading, entries }) => [heading, ...entries.map(({ definition }) => definition.title)]);
const told = (title: string) => ({ title, description: "", score: 1, why: { text: null, vector: null } });
const ofTool = (name: string, quarantined = false): FoundThing => ({ kind: "tool", id: `conn_files/${name}`, connection, name, quarantined, ...told(name) });
const ofGraph = (kind: "graph" | "agent", id: string, publishedRevision: number | null): FoundThing => ({
  ...{ kind, id: graphIdSchema.parse(id), publishedRevision },
  ...told(id),
});
