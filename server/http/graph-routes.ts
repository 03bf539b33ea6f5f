import * as contract from "../contract/graphs.ts";
import type { Revision } from "../documents/cut-revision.ts";
import type { Documents } from "../documents/documents.ts";
import { type Handling, handle } from "./handle.ts";

export function graphRoutes(documents: Documents): Handling[] {
  return [
    handle(contract.listGraphs, ({ query }) => documents.list(query)),
    handle(contract.createGraph, ({ body, actor }) => documents.createGraph({ ...body, actor: actor.id })),
    handle(contract.readGraph, ({ params }) => documents.read(params.id)),
    handle(contract.renameGraph, ({ params, body, actor }) => documents.rename(params.id, body, actor.id)),
    handle(contract.archiveGraph, async ({ params }) => {
      await documents.archive(params.id);
      return undefined;
    }),
    handle(contract.replaceGraph, ({ params, body, actor }) => documents.replaceDraft(params.id, body, actor.id)),
    handle(contract.validateGraph, async ({ params, body }) => ({ problems: await documents.validate(params.id, body?.graph) })),
    handle(contract.cutRevision, async ({ params, body, actor }) => {
      const { graph: _, references: __, ...summary } = await documents.cutRevision(params.id, { message: body?.message, reason: "cut", actor: actor.id });
      return summary;
    }),
    handle(contract.listRevisions, ({ params, query }) => documents.listRevisions(params.id, query)),
    handle(contract.readRevision, async ({ params }) => withoutReferences(await documents.readRevision(params.id, params.number))),
    handle(contract.restoreRevision, ({ params, actor }) => documents.restoreRevision(params.id, params.number, actor.id)),
    handle(contract.publishGraph, ({ params, body, actor }) => documents.publish(params.id, body.revision, actor.id)),
    handle(contract.unpublishGraph, ({ params }) => documents.unpublish(params.id)),
  ];
}

function withoutReferences({ references: _, ...revision }: Revision) {
  return revision;
}
