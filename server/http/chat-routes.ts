import type { Chats } from "../chats/chats.ts";
import * as contract from "../contract/chats.ts";
import { type Handling, handle, type RawCall } from "./handle.ts";

export function chatRoutes(chats: Chats): Handling[] {
  return [
    handle(contract.readChatting, (call) => chats.chatting(whose(call))),
    handle(contract.listChats, ({ query, ...call }) => chats.list(whose(call), query)),
    handle(contract.beginChat, ({ body, ...call }) => chats.begin(whose(call), body.title ?? "")),
    handle(contract.renameChat, ({ body, ...call }) => chats.rename(whose(call), call.params.chat, body.title)),
    handle(contract.deleteChat, async (call) => {
      await chats.remove(whose(call), call.params.chat);
      return undefined;
    }),
    handle(contract.listChatTurns, ({ query, ...call }) => chats.turns(whose(call), call.params.chat, query)),
    handle(contract.sayInChat, ({ body, ...call }) => chats.say(whose(call), call.params.chat, body)),
  ];
}

function whose<Params extends { id: Parameters<Chats["chatting"]>[0]["graph"] }>({
  params,
  workspace,
  actor,
}: { params: Params } & Pick<RawCall, "workspace" | "actor">) {
  return { workspace, graph: params.id, actor: actor.id };
}
