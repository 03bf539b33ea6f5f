import { graphIdSchema } from "#runtime/graph/ids.ts";
import { SYNC_CLOSE } from "../contract/document-sync.ts";
import type { Documents } from "../documents/documents.ts";
import type { LiveHub } from "../engine/live-hub.ts";
import type { RunService } from "../engine/run-service.ts";
import { attachDocumentSocket } from "./document-socket.ts";
import { attachLiveSocket } from "./live-socket.ts";
import type { SocketRoute } from "./upgrade.ts";

/** The addresses that take websockets. */
export function socketRoutes({ documents, runs, hub }: { documents: Documents; runs: RunService; hub: LiveHub }): SocketRoute[] {
  return [
    {
      path: /^\/ws\/graphs\/([^/]+)$/,
      action: "graph.read",
      edit: "graph.edit",
      attach: (socket, { id, query, actor, mayEdit }) => {
        if (!graphIdSchema.safeParse(id).success) return socket.close(SYNC_CLOSE.notFound, "There is no such graph.");
        const acks = query.get("acks") === "1";
        attachDocumentSocket({ socket, documentId: id, acks, readOnly: !mayEdit, rooms: documents.rooms, actor: actor.id });
      },
    },
    {
      path: /^\/ws\/live$/,
      action: "live.open",
      attach: (socket, given) => {
        const authorize = async (resource: Parameters<Parameters<typeof attachLiveSocket>[0]["authorize"]>[0]) => {
          await given.require("run.read", "run" in resource ? resource.run : resource.graph);
          if ("run" in resource) await runs.summary(resource.run);
          else await documents.summary(resource.graph);
        };
        given.alsoShows(attachLiveSocket({ socket, hub, authorize }).requireAll);
      },
    },
  ];
}
