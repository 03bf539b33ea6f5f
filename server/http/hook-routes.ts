import type { GraphId, NodeId } from "#runtime/graph/ids.ts";
import type { Actor } from "../auth/actor.ts";
import * as contract from "../contract/hooks.ts";
import type { HookOfNode, Hooks } from "../hooks/hooks.ts";
import { type Handling, handle } from "./handle.ts";

/** `origin`: where callers reach this server, without a slash at its end. */
export function hookRoutes({ hooks, origin }: { hooks: Hooks; origin: string }): Handling[] {
  const addressed = ({ token, ...hook }: HookOfNode): contract.Hook => ({ ...hook, url: `${origin}/hooks/${token}`, testUrl: `${origin}/hooks/${token}/test` });
  return [
    handle(contract.listHooks, async (call) => ({ items: (await hooks.list(ofGraph(call))).map(addressed) })),
    handle(contract.rotateHook, async (call) => addressed(await hooks.rotate(ofNode(call))), {
      audit: ({ params }) => ({ action: "hook.rotated", resource: { kind: "graph", id: params.id, name: params.id }, detail: { node: params.node } }),
    }),
    handle(contract.revealHookSecret, async (call) => ({ secret: await hooks.secret(ofNode(call)) }), {
      audit: ({ params }) => ({ action: "hook.revealed", resource: { kind: "graph", id: params.id, name: params.id }, detail: { node: params.node } }),
    }),
    handle(contract.setHookSecret, async (call) => addressed(await hooks.setSecret(ofNode(call), call.body.secret)), {
      audit: ({ params }) => ({ action: "hook.secret-set", resource: { kind: "graph", id: params.id, name: params.id }, detail: { node: params.node } }),
    }),
    handle(contract.listenToHook, async (call) => addressed(await hooks.listen(ofNode(call)))),
    handle(contract.stopListening, async (call) => addressed(await hooks.stopListening(ofNode(call)))),
  ];
}

type OfGraph = { params: { id: GraphId }; workspace: string; actor: Actor };

function ofGraph({ params, workspace, actor }: OfGraph) {
  return { graph: params.id, workspace, actor: actor.id };
}

function ofNode(call: OfGraph & { params: { node: NodeId } }) {
  return { ...ofGraph(call), node: call.params.node };
}
