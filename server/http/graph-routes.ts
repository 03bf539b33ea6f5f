import { workspaceIdSchema } from "#runtime/graph/ids.ts";
import { ACTIONS } from "../contract/access.ts";
import type { GraphUses } from "../contract/graph-uses.ts";
import * as contract from "../contract/graphs.ts";
import type { Revision } from "../documents/cut-revision.ts";
import type { Documents } from "../documents/documents.ts";
import { type Handling, handle } from "./handle.ts";

export interface GraphRoutesGiven {
  documents: Documents;
  /** Which nodes of drafts and published revisions of a workspace name something. */
  uses(thing: { workspace: string; id: string }): Promise<GraphUses>;
}

export function graphRoutes({ documents, uses }: GraphRoutesGiven): Handling[] {
  return [
    handle(contract.listGraphs, ({ query, workspace }) => documents.list({ ...query, workspace })),
    handle(contract.createGraph, ({ body, actor, workspace }) => documents.createGraph({ ...body, workspace, actor: actor.id }), {
      audit: (_call, graph) => ({ action: "graph.created", resource: graphResource(graph) }),
    }),
    handle(contract.readGraph, ({ params }) => documents.read(params.id)),
    handle(contract.readGraphAccess, async ({ workspace, may }) => {
      const allowed = await Promise.all(ACTIONS.map(may));
      return { workspace: workspaceIdSchema.parse(workspace), actions: ACTIONS.filter((_action, index) => allowed[index]) };
    }),
    handle(contract.renameGraph, ({ params, body, actor }) => documents.rename(params.id, body, actor.id)),
    handle(
      contract.archiveGraph,
      async ({ params }) => {
        await documents.archive(params.id);
        return undefined;
      },
      { audit: ({ params }) => ({ action: "graph.archived", resource: graphResource({ id: params.id, name: params.id }) }) },
    ),
    handle(contract.replaceGraph, ({ params, body, actor }) => documents.replaceDraft(params.id, body, actor.id)),
    handle(contract.validateGraph, async ({ params, body }) => ({ problems: await documents.validate(params.id, body?.graph) })),
    handle(contract.cutRevision, async ({ params, body, actor }) => {
      const {
        graph: _,
        references: __,
        workspace: ___,
        ...summary
      } = await documents.cutRevision(params.id, { message: body?.message, reason: "cut", actor: actor.id });
      return summary;
    }),
    handle(contract.listRevisions, async ({ params, query: { named, ...query }, may }) => {
      const showsNames = await may("member.read");
      const { items, ...page } = await documents.listRevisions(params.id, { ...query, named: named === "true", byPeople: showsNames });
      return { ...page, items: items.map((entry) => (showsNames ? entry : withoutNames(entry))) };
    }),
    handle(contract.nameRevision, async ({ params, body, may }) => {
      const entry = await documents.nameRevision(params.id, params.number, body.name);
      return (await may("member.read")) ? entry : withoutNames(entry);
    }),
    handle(contract.readRevision, async ({ params }) => withoutReferences(await documents.readRevision(params.id, params.number))),
    handle(contract.restoreRevision, ({ params: { id, number }, body, actor }) =>
      body?.nodes ? documents.restoreNodes(id, number, { actor: actor.id, nodes: body.nodes }) : documents.restoreRevision(id, number, actor.id),
    ),
    handle(contract.listGraphUses, ({ params, workspace }) => uses({ workspace, id: params.id })),
    handle(contract.publishGraph, ({ params, body, actor }) => documents.publish(params.id, body.revision, actor.id), {
      audit: ({ body }, graph) => ({ action: "graph.published", resource: graphResource(graph), detail: { revision: body.revision } }),
    }),
    handle(contract.unpublishGraph, ({ params }) => documents.unpublish(params.id), {
      audit: (_call, graph) => ({ action: "graph.unpublished", resource: graphResource(graph) }),
    }),
  ];
}

function graphResource({ id, name }: { id: string; name: string }) {
  return { kind: "graph", id, name };
}

/** Whom a graph is shared with does not learn by it who is in the workspace. */
function withoutNames(entry: contract.RevisionEntry): contract.RevisionEntry {
  return { ...entry, names: {} };
}

function withoutReferences({ references: _, workspace: __, ...revision }: Revision) {
  return revision;
}
