import { graphDocument } from "#runtime/graph/document.ts";
import type { Documents } from "../documents/documents.ts";
import type { Logger } from "../logger.ts";
import type { Fanout } from "../queue/fanout.ts";
import { createCommentStore } from "../store/comments.ts";
import type { Database } from "../store/database/open-database.ts";
import { createInboxStore } from "../store/inbox.ts";
import { type Comments, createComments } from "./comments.ts";
import { createInbox, type Inbox } from "./inbox.ts";
import { createLiveComments, type LiveComments } from "./live-comments.ts";

/** What people say to each other about graphs. */
export interface Discussion {
  comments: Comments;
  inbox: Inbox;
  live: LiveComments;
}

export interface DiscussionGiven {
  database: Database;
  documents: Pick<Documents, "summary" | "rooms">;
  /** Where there are other processes. */
  fanout: Fanout | undefined;
  logger: Logger;
}

export function createDiscussion({ database, documents, fanout, logger }: DiscussionGiven): Discussion {
  const live = createLiveComments(fanout);
  const store = createInboxStore(database);
  return {
    live,
    inbox: createInbox({ store, live, onError: (error) => logger.error({ error }, "An inbox could not be counted.") }),
    comments: createComments({
      ...{ store: createCommentStore(database), inbox: store, documents, live },
      labelOf: (graph, node) => documents.rooms.use(graph, async ({ doc }) => String(graphDocument(doc).nodes.get(node)?.get("label") ?? "")),
    }),
  };
}
