import * as contract from "../contract/hooks.ts";
import type { HookOfNode, Hooks } from "../hooks/hooks.ts";
import { type Handling, handle } from "./handle.ts";

/** `origin`: where callers reach this server, without a slash at its end. */
export function hookRoutes({ hooks, origin }: { hooks: Hooks; origin: string }): Handling[] {
  const addressed = ({ token, ...hook }: HookOfNode): contract.Hook => ({ ...hook, url: `${origin}/hooks/${token}`, testUrl: `${origin}/hooks/${token}/test` });
  return [
    handle(contract.listHooks, async ({ params, actor }) => ({ items: (await hooks.list(params.id, actor.id)).map(addressed) })),
    handle(contract.rotateHook, async ({ params, actor }) => addressed(await hooks.rotate({ graph: params.id, node: params.node, actor: actor.id }))),
    handle(contract.revealHookSecret, async ({ params, actor }) => ({
      secret: await hooks.secret({ graph: params.id, node: params.node, actor: actor.id }),
    })),
    handle(contract.listenToHook, async ({ params, actor }) => addressed(await hooks.listen({ graph: params.id, node: params.node, actor: actor.id }))),
    handle(contract.stopListening, async ({ params, actor }) => addressed(await hooks.stopListening({ graph: params.id, node: params.node, actor: actor.id }))),
  ];
}
