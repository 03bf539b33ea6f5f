import type { LiveComments } from "../comments/live-comments.ts";
import { createGateFeed, type GateFeed, type GateFeedGiven } from "../engine/gate-feed.ts";
import { createGateNotices, type GateNotices } from "../engine/gate-notices.ts";
import { createGateService, type GateService } from "../engine/gate-service.ts";
import type { Plans } from "../engine/plans.ts";
import type { Logger } from "../logger.ts";
import type { Queue } from "../queue/queue.ts";
import type { Database } from "../store/database/open-database.ts";
import { createGateNoticeStore } from "../store/gate-notices.ts";
import { createGatePeople } from "../store/gate-people.ts";
import { createGateStore } from "../store/gates.ts";
import { createPlaceStore } from "../store/places.ts";

/** Where runs wait for people, and how these hear of it. */
export interface Gates {
  service: GateService;
  feed: GateFeed;
  notices: GateNotices;
}

export interface GatesGiven {
  database: Database;
  plans: Plans;
  queue: Pick<Queue, "doorbell" | "fanout">;
  live: Pick<LiveComments, "inboxChanged">;
  /** A run that is driven here ends, or one of its node runs. */
  onEnded: NonNullable<GateFeedGiven["onEnded"]>;
  logger: Logger;
}

export function createGates({ database, plans, queue, live, onEnded, logger }: GatesGiven): Gates {
  const gates = createGateStore(database);
  const people = createGatePeople(database);
  const places = createPlaceStore(database);
  const notices = createGateNotices({ gates, people, plans, logger, notices: createGateNoticeStore(database), inboxChanged: live.inboxChanged });
  const feed = createGateFeed({
    fanout: queue.fanout,
    workspaceOf: async (run) => (await places.run(run))?.workspace,
    onAsked: notices.look,
    onSettled: notices.settled,
    onEnded,
    onError: (error) => logger.debug({ error }, "Nobody was told that what waits has changed."),
  });
  return { service: createGateService({ gates, people, plans, doorbell: queue.doorbell, changed: feed.changed }), feed, notices };
}
