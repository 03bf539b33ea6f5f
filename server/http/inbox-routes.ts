import type { Inbox } from "../comments/inbox.ts";
import * as contract from "../contract/inbox.ts";
import { type Handling, handle } from "./handle.ts";

export function inboxRoutes(inbox: Inbox): Handling[] {
  return [
    handle(contract.listInbox, ({ actor, query: { unread, ...query } }) => inbox.list(actor, { ...query, unread: unread === "true" })),
    handle(contract.countInbox, async ({ actor }) => ({ unread: await inbox.countUnread(actor) })),
    handle(contract.markInboxItem, async ({ actor, params, body }) => ({ unread: await inbox.mark(actor, params.item, body.read) })),
    handle(contract.markInboxRead, async ({ actor }) => ({ unread: await inbox.markAll(actor) })),
  ];
}
