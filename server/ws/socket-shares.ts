import type { IncomingMessage } from "node:http";
import type { Actor } from "../auth/actor.ts";
import { type CallerAddress, limitKey } from "../auth/caller-address.ts";

/** Open sockets: of this process, and as a part of them of one address, one caller, the guests of one link, and one workspace; and those that are told why not. */
const MOST = { all: 2_000, address: 400, caller: 100, link: 400, workspace: 1_000, refused: 200 };

export interface SocketSharesGiven {
  /** Where a socket comes from; absent: sockets are not counted by address (behind a proxy that is the same for everybody). */
  callerAddress?: CallerAddress | undefined;
  most?: Partial<typeof MOST> | undefined;
}

export interface SocketShares {
  /** Counts a socket that is about to be served. `giveBack`: it has ended. */
  take(given: { request: IncomingMessage; actor: Actor; workspace: string }): { type: "taken"; giveBack: () => void } | { type: "full"; message: string };
  /** Counts a socket that is opened to be told why it is refused; undefined when there are too many of them. */
  takeRefused(): (() => void) | undefined;
}

/** So that nobody takes all the sockets there are. The owner of the installation has no part of their own: it is theirs. */
export function createSocketShares(given: SocketSharesGiven = {}): SocketShares {
  const most = { ...MOST, ...given.most };
  const open = new Map<string, number>();
  const add = (key: string, count: number) => {
    const now = (open.get(key) ?? 0) + count;
    if (now > 0) open.set(key, now);
    else open.delete(key);
  };
  const addAll = (keys: readonly string[]) => {
    for (const key of keys) add(key, 1);
    return () => {
      for (const key of keys) add(key, -1);
    };
  };
  const partsOf = ({ request, actor, workspace }: Parameters<SocketShares["take"]>[0]): [key: string, most: number, who: string][] => {
    if (actor.kind === "local") return [];
    return [
      ...(given.callerAddress ? [part(`address ${limitKey(given.callerAddress(request))}`, most.address, "your network")] : []),
      actor.kind === "guest" ? part(`link ${actor.share}`, most.link, "this link") : part(`caller ${callerOf(actor)}`, most.caller, "you"),
      ...(workspace === "" ? [] : [part(`workspace ${workspace}`, most.workspace, "this workspace")]),
    ];
  };
  return {
    take: (socket) => {
      const parts = [part("all", most.all, "this Heddle"), ...partsOf(socket)];
      const full = parts.find(([key, limit]) => (open.get(key) ?? 0) >= limit);
      if (full) return { type: "full", message: `Too many connections of ${full[2]} are open. Close some tabs, or try again in a while.` };
      return { type: "taken", giveBack: addAll(parts.map(([key]) => key)) };
    },
    takeRefused: () => ((open.get("refused") ?? 0) >= most.refused ? undefined : addAll(["refused"])),
  };
}

function part(key: string, most: number, who: string): [string, number, string] {
  return [key, most, who];
}

function callerOf(actor: Actor): string {
  return actor.kind === "token" ? actor.token : actor.id;
}
