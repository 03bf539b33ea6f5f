import { graphIdSchema } from "#runtime/graph/ids.ts";
import { graphSchema } from "#runtime/graph/schema.ts";
import { type Catalog, lenientConfig } from "#runtime/node/catalog.ts";
import type { JsonSchema } from "#runtime/node/define.ts";
import type { PortType } from "#runtime/node/ports.ts";
import { type Reference, referencesSchema } from "#runtime/node/references.ts";
import { compile } from "#runtime/plan/compile.ts";
import type { Plan } from "#runtime/plan/plan.ts";
import type { DocumentStore } from "./store/documents.ts";
import type { RevisionRow, RevisionStore } from "./store/revisions.ts";

interface GraphReferencesGiven {
  documents: Pick<DocumentStore, "read">;
  revisions: Pick<RevisionStore, "read">;
  catalog: Catalog;
}

const missing = (reason: string): Reference => ({ kind: "missing", reason });

/**
 * Looks up a graph that others call: what its run is asked for, and what it puts out. What the revision depends on itself was recorded when it
 * was cut, so that graphs that call each other, or themselves, are not followed.
 */
export function createGraphReferences(given: GraphReferencesGiven): (workspace: string, id: string, revision: number | undefined) => Promise<Reference> {
  const { documents, revisions, catalog } = given;
  return async (workspace, id, revision) => {
    const document = await documents.read(id);
    if (document?.workspaceId !== workspace) return missing(`There is no graph ${id} here. Choose another one.`);
    const { name, description, archivedAt, publishedRevision } = document;
    if (archivedAt !== null) return missing(`The graph "${name}" is archived. Choose another one.`);
    const number = revision ?? publishedRevision;
    if (number === null) return missing(`The graph "${name}" is not published. Publish a revision of it first.`);
    const row = await revisions.read(id, number);
    if (!row) return missing(`The graph "${name}" has no revision ${number}. Choose another one, or leave it empty for the published one.`);
    const { plan, reason } = planOf(row, catalog);
    if (!plan) return missing(`Revision ${number} of the graph "${name}" cannot run: ${reason}`);
    return {
      kind: "graph",
      graph: graphIdSchema.parse(id),
      revision: number,
      name,
      ...(description !== "" && { description }),
      input: inputSchemaOf(plan, catalog),
      outputs: outputsOf(plan),
      hash: row.hash,
    };
  };
}

function planOf(row: RevisionRow, catalog: Catalog): { plan?: Plan; reason: string } {
  const graph = graphSchema.safeParse(JSON.parse(row.content));
  const references = referencesSchema.safeParse(row.referenceValues ?? {});
  if (!graph.success || !references.success) return { reason: "it was made by another version of Heddle." };
  const { plan, problems } = compile(graph.data, catalog, references.data);
  return { ...(plan && { plan }), reason: problems.find(({ severity }) => severity === "error")?.message ?? "" };
}

/** The schema of the entry at which a call begins: the first that is not disabled. */
export function inputSchemaOf({ order, nodes }: Plan, catalog: Catalog): JsonSchema {
  const entry = order.map((id) => nodes[id]).find((node) => node?.role === "entry" && !node.disabled);
  const definition = entry && catalog.get(entry.type);
  return definition?.input?.(lenientConfig(definition, entry?.config ?? {})) ?? { type: "object", properties: {} };
}

function outputsOf({ order, nodes }: Plan): Record<string, PortType> {
  const exits = order.flatMap((id) => nodes[id] ?? []).filter(({ role, disabled }) => role === "exit" && !disabled);
  return Object.fromEntries(exits.flatMap(({ outputs }) => Object.entries(outputs).map(([name, { type }]) => [name, type])));
}
