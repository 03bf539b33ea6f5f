import * as contract from "../contract/comfy-workflows.ts";
import type { WorkflowLibrary } from "../workflows/library.ts";
import { type Handling, handle } from "./handle.ts";

export function comfyWorkflowRoutes(library: WorkflowLibrary): Handling[] {
  return [
    handle(contract.listWorkflows, ({ query: { archived, ...query }, workspace }) => library.list({ ...query, workspace, isArchived: archived === "true" })),
    handle(contract.listWorkflowTags, async ({ workspace }) => ({ items: await library.tags(workspace) })),
    handle(contract.readWorkflowSource, ({ body, workspace, signal }) => library.look({ ...body, workspace, signal })),
    handle(
      contract.createWorkflow,
      async ({ body: { source, connection, offered, ...about }, workspace, actor, signal }) =>
        library.create({ source, connection, offered, about, workspace, actor: actor.id, signal }),
      { audit: (_call, made) => ({ action: "workflow.imported", resource: resourceOf(made), detail: { nodes: made.counts.nodes } }) },
    ),
    handle(contract.readWorkflow, ({ params, query }) => library.read(params.id, query.version)),
    handle(contract.changeWorkflow, ({ params, body }) => library.change(params.id, body), {
      audit: ({ body }, changed) => ({ action: "workflow.changed", resource: resourceOf(changed), detail: { fields: Object.keys(body) } }),
    }),
    handle(
      contract.archiveWorkflow,
      async ({ params }) => {
        await library.setArchived(params.id, true);
        return undefined;
      },
      { audit: ({ params }) => ({ action: "workflow.archived", resource: resourceOf({ id: params.id, name: params.id }) }) },
    ),
    handle(contract.restoreWorkflow, ({ params }) => library.setArchived(params.id, false), {
      audit: (_call, restored) => ({ action: "workflow.restored", resource: resourceOf(restored) }),
    }),
    handle(contract.listWorkflowVersions, ({ params, query }) => library.versions({ id: params.id, ...query })),
    handle(contract.addWorkflowVersion, ({ params, body, actor, signal }) => library.addVersion(params.id, { ...body, actor: actor.id, signal }), {
      audit: (_call, made) => ({ action: "workflow.changed", resource: resourceOf(made), detail: { version: made.version } }),
    }),
    handle(contract.refreshWorkflow, ({ params, body, actor, signal }) => library.refresh(params.id, { ...body, actor: actor.id, signal }), {
      audit: (_call, { isChanged, ...made }) =>
        isChanged ? { action: "workflow.changed", resource: resourceOf(made), detail: { version: made.version } } : undefined,
    }),
  ];
}

function resourceOf({ id, name }: { id: string; name: string }) {
  return { kind: "workflow", id, name };
}
