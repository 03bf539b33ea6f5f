import { z } from "zod";

/**
 * `/ws/graphs/:id` speaks the y-websocket protocol (sync 0, awareness 1, query awareness 3). A client that opens it with
 * `?acks=1` also gets these two message types; a stock client never sees them.
 */
export const SYNC_MESSAGES = {
  sync: 0,
  awareness: 1,
  queryAwareness: 3,
  /**
   * varUint: how many of this connection's document messages (sync step 2 and update, in the order sent) are committed by the
   * database, or held nothing new. "Saved" means that this count has caught up with what was sent.
   */
  ack: 100,
  /** varString: JSON of `documentNoticeSchema`. */
  notice: 101,
} as const;

/** What the server has to say about the document while the socket stays open. */
export const documentNoticeSchema = z.strictObject({
  type: z.literal("read-only"),
  /** Which limit was passed, and what to do. */
  message: z.string(),
});
export type DocumentNotice = z.infer<typeof documentNoticeSchema>;

/** Close codes: 44xx are final (the client stops and says why), 45xx may be tried again. */
export const SYNC_CLOSE = {
  malformed: 4400,
  unauthenticated: 4401,
  forbidden: 4403,
  notFound: 4404,
  archived: 4410,
  rateLimited: 4529,
  shuttingDown: 4503,
  tooSlow: 4508,
} as const;
