import { workspaceIdSchema } from "#runtime/graph/ids.ts";
import { ACTIONS } from "../contract/access.ts";
import * as contract from "../contract/graphs.ts";
import type { Revision } from "../documents/cut-revision.ts";
import type { Documents } from "../documents/documents.ts";
import { type Handling, handle } from "./handle.ts";

export function graphRoutes(documents: Documents): Handling[] {
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
    handle(contract.listRevisions, ({ params, query }) => documents.listRevisions(params.id, query)),
    handle(contract.readRevision, async ({ params }) => withoutReferences(await documents.readRevision(params.id, params.number))),
    handle(contract.restoreRevision, ({ params, actor }) => documents.restoreRevision(params.id, params.number, actor.id)),
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

function withoutReferences({ references: _, workspace: __, ...revision }: Revision) {
  return revision;
}
