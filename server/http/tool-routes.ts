import type { GraphUses } from "../contract/graph-uses.ts";
import * as contract from "../contract/tools.ts";
import type { Tools } from "../tools/tools.ts";
import { type Handling, handle } from "./handle.ts";

export interface ToolRoutesGiven {
  tools: Tools;
  /** Which nodes of drafts and published revisions of a workspace name this, or all of these. */
  uses(thing: { workspace: string; id: string; alsoNames?: string }): Promise<GraphUses>;
}

export function toolRoutes({ tools, uses }: ToolRoutesGiven): Handling[] {
  return [
    handle(contract.searchTools, ({ query, workspace }) => tools.search({ ...query, workspace })),
    handle(contract.listToolRules, async ({ query, workspace }) => ({ items: await tools.rules({ ...query, workspace }) })),
    handle(
      contract.setToolRule,
      async ({ body: { rule, ...cell }, workspace, actor }) => ({ items: await tools.setRule({ ...cell, workspace }, { rule, actor: actor.id }) }),
      {
        audit: ({ body }) => ({
          action: "tool.rule-set",
          resource: { kind: "tool", id: body.connection, name: body.tool },
          detail: { subject: body.subject, rule: body.rule ?? "none" },
        }),
      },
    ),
    handle(contract.readToolFigures, async ({ params, query }) => ({ items: await tools.figures(params.id, query.days) })),
    handle(contract.listConnectionUses, ({ params, workspace }) => uses({ workspace, id: params.id })),
    handle(contract.listToolUses, ({ params, workspace }) => uses({ workspace, id: params.id, alsoNames: params.name })),
  ];
}
