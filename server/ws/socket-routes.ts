import { graphIdSchema } from "#runtime/graph/ids.ts";
import type { Actor } from "../auth/actor.ts";
import type { Discussion } from "../comments/create-discussion.ts";
import type { Action } from "../contract/access.ts";
import { SYNC_CLOSE } from "../contract/document-sync.ts";
import type { Documents } from "../documents/documents.ts";
import type { SeenAs } from "../documents/seen-as.ts";
import type { GateFeed } from "../engine/gate-feed.ts";
import type { LiveHub } from "../engine/live-hub.ts";
import type { RunService } from "../engine/run-service.ts";
import type { WorkspaceFeed } from "../queue/workspace-feed.ts";
import { attachDocumentSocket } from "./document-socket.ts";
import { attachLiveSocket } from "./live-socket.ts";
import type { SocketRoute } from "./upgrade.ts";

export interface SocketRoutesGiven {
  documents: Documents;
  runs: RunService;
  hub: LiveHub;
  discussion: Pick<Discussion, "inbox" | "live">;
  gateFeed: Pick<GateFeed, "follow">;
  connectionFeed: Pick<WorkspaceFeed, "follow">;
}

/** The addresses that take websockets. */
export function socketRoutes({ documents, runs, hub, discussion, gateFeed, connectionFeed }: SocketRoutesGiven): SocketRoute[] {
  return [
    {
      path: /^\/ws\/(?:graphs|agents)\/([^/]+)$/,
      action: "graph.read",
      edit: "graph.edit",
      attach: (socket, { id, query, actor, mayEdit }) => {
        if (!graphIdSchema.safeParse(id).success) return socket.close(SYNC_CLOSE.notFound, "There is no such graph.");
        // the edits a window kept while it was offline are those of whoever made them
        const person = query.get("person");
        if (person !== null && person !== actor.id) return socket.close(SYNC_CLOSE.unauthenticated, "Somebody else is signed in by now.");
        const acks = query.get("acks") === "1";
        attachDocumentSocket({ socket, documentId: id, acks, readOnly: !mayEdit, rooms: documents.rooms, actor: actor.id, seenAs: seenAs(actor) });
      },
    },
    {
      path: /^\/ws\/live$/,
      action: "live.open",
      attach: (socket, given) => {
        const authorize = async (resource: Parameters<Parameters<typeof attachLiveSocket>[0]["authorize"]>[0]) => {
          // one's own, which is in no place
          if ("inbox" in resource) return given.require("inbox.read", "");
          await given.require("run.read", "run" in resource ? resource.run : resource.graph);
          if ("run" in resource) await runs.summary(resource.run);
          else await documents.summary(resource.graph);
        };
        /** What is told of the workspaces in which the actor may see it. */
        const within = (feed: Pick<WorkspaceFeed, "follow">, action: Action) => (listener: (workspace: string) => void) =>
          feed.follow((workspace) => {
            given.require(action, workspace).then(
              () => listener(workspace),
              () => undefined,
            );
          });
        const people = {
          followComments: discussion.live.followGraph,
          followInbox: (listener: (unread: number) => void) => discussion.inbox.follow(given.actor, listener),
          followGates: within(gateFeed, "gate.read"),
          followConnections: within(connectionFeed, "connection.read"),
        };
        given.alsoShows(attachLiveSocket({ socket, hub, authorize, ...people }).requireAll);
      },
    },
  ];
}

/** The windows of a Heddle that one person has for themselves are all theirs, and are told apart by what they call themselves. */
function seenAs({ kind, id, name }: Actor): SeenAs | undefined {
  return id === "local" ? undefined : { id, name, isGuest: kind === "guest" || kind === "anonymous" };
}
