import type { AuditLog } from "../audit/audit-log.ts";
import type { Asker, Comments } from "../comments/comments.ts";
import * as contract from "../contract/comments.ts";
import { type Handling, handle, type RawCall } from "./handle.ts";

export interface CommentRoutesGiven {
  comments: Comments;
  audit: Pick<AuditLog, "record">;
}

export function commentRoutes({ comments, audit }: CommentRoutesGiven): Handling[] {
  return [
    handle(contract.listThreads, ({ params, workspace, actor, query: { mine, ...query } }) =>
      comments.list({ workspace, graph: params.id }, { ...query, ...(mine === "true" && { of: actor.id }) }),
    ),
    // before the address of one comment, which it looks like
    handle(contract.countThreads, ({ params, workspace }) => comments.countOpen({ workspace, graph: params.id })),
    handle(contract.readThread, ({ params, workspace }) => comments.thread({ workspace, graph: params.id }, params.comment)),
    handle(contract.beginThread, async ({ params, workspace, body, ...call }) =>
      comments.begin({ workspace, graph: params.id }, { ...(await askerOf(call)), node: body.node, text: body }),
    ),
    handle(contract.replyToThread, async ({ params, workspace, body, ...call }) =>
      comments.reply({ workspace, graph: params.id }, params.comment, { ...(await askerOf(call)), text: body }),
    ),
    handle(contract.changeComment, async ({ params, workspace, body, ...call }) =>
      comments.change({ workspace, graph: params.id }, params.comment, { ...(await askerOf(call)), text: body }),
    ),
    handle(contract.deleteComment, async ({ params, ...call }) => {
      const { workspace, actor } = call;
      const removed = await comments.remove({ workspace, graph: params.id }, params.comment, { actor, mayEdit: await call.may("graph.edit") });
      const resource = { kind: "graph", id: params.id, name: removed.graphName };
      const detail = { comment: params.comment, author: removed.author, comments: removed.count, ofOthers: removed.others };
      if (removed.others > 0) await audit.record({ action: "comment.deleted", resource, detail }, call);
      return undefined;
    }),
    handle(contract.resolveThread, ({ params, workspace, actor, body }) =>
      comments.resolve({ workspace, graph: params.id }, params.comment, { actor, resolved: body.resolved }),
    ),
    handle(contract.listReaders, async ({ params, workspace, query, ...call }) => ({
      items: await comments.readers({ workspace, graph: params.id }, { ...(await askerOf(call)), search: query.search }),
    })),
  ];
}

async function askerOf({ actor, may }: Pick<RawCall, "actor" | "may">): Promise<Asker> {
  // only members may read who the others are; a token's scopes say nothing about that
  return { actor, isMember: actor.kind === "token" || (await may("member.read")) };
}
