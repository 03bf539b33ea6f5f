import type { RunId } from "#runtime/graph/ids.ts";
import type { Logger } from "../logger.ts";
import type { GateNoticeStore } from "../store/gate-notices.ts";
import type { GatePeople } from "../store/gate-people.ts";
import type { GateRow, GateStore } from "../store/gates.ts";
import { isEligible, LOCAL, ruleOf } from "./gate-rules.ts";
import type { Plans } from "./plans.ts";

export interface GateNotices {
  /** Tells people soon: something has begun to wait. */
  look(): void;
  /** Marks what is told of a run's gates as read, once they are decided. */
  settled(run: RunId): void;
  /** Tells everybody who has to be told by now, in whatever process; answers how many were told. */
  sweep(): Promise<number>;
  /** Looks now and then. */
  start(): void;
  close(): Promise<void>;
}

export interface GateNoticesGiven {
  gates: Pick<GateStore, "telling">;
  people: GatePeople;
  notices: GateNoticeStore;
  plans: Plans;
  inboxChanged(user: string): void;
  logger: Logger;
  now?: () => number;
  everyMs?: number;
}

const EVERY_MS = 30_000;
/** Milliseconds for which what begins to wait is gathered into one look. */
const GATHER_MS = 300;
const PAGE = 200;
const TOLD_AT_MOST = 200;

/** Tells people in their inbox that a decision is waited for. It follows from the log and the clock alone, so nothing is lost with a process. */
export function createGateNotices(given: GateNoticesGiven): GateNotices {
  const { gates, people, notices, plans, inboxChanged, logger, now = Date.now, everyMs = EVERY_MS } = given;
  let working: Promise<unknown> | undefined;
  let isWanted = false;
  let soon: NodeJS.Timeout | undefined;
  let timer: NodeJS.Timeout | undefined;
  const changed = (users: readonly string[]) => {
    for (const user of new Set(users)) inboxChanged(user);
  };

  const recipients = async (row: GateRow): Promise<string[]> => {
    const rule = ruleOf(row, now());
    // with no members, the one person there is
    if (!(await people.hasMembers(row.workspace))) return isEligible(rule, { user: LOCAL, role: "owner" }) ? [LOCAL] : [];
    const named = await people.among({ workspace: row.workspace, roles: rule.roles, people: rule.people, except: rule.starter, limit: TOLD_AT_MOST });
    return named.map(({ id }) => id);
  };
  const tell = async (row: GateRow): Promise<number> => {
    const { event, workspace, graph, run, seq } = row;
    if (event.type !== "node-waiting" || event.request.kind !== "person") return 0;
    const notice = dueNotice(event.request, now());
    if (notice === undefined) return 0;
    const label = (await plans.load(workspace, row.plan)).nodes[event.node]?.label ?? event.node;
    const told = await notices.tell({ workspace, graph, run, seq, node: event.node, label, title: event.request.title, notice }, await recipients(row));
    changed(told);
    return told.length;
  };
  const sweep = async (): Promise<number> => {
    let told = 0;
    for (let after: Parameters<GateStore["telling"]>[0]["after"]; ; ) {
      const rows = await gates.telling({ after, limit: PAGE });
      for (const row of rows) told += await tell(row);
      after = rows.at(-1);
      if (rows.length < PAGE) break;
    }
    changed(await notices.settle());
    return told;
  };
  const work = () => {
    if (working) {
      isWanted = true;
      return;
    }
    working = sweep()
      .catch((error: unknown) => logger.warn({ error }, "People could not be told what waits for them; trying again later."))
      .finally(() => {
        working = undefined;
        if (isWanted) look();
        isWanted = false;
      });
  };
  const look = () => {
    soon ??= setTimeout(() => {
      soon = undefined;
      work();
    }, GATHER_MS).unref();
  };
  return {
    look,
    settled: (run) => {
      notices.settle(run).then(changed, (error: unknown) => logger.debug({ error, run }, "What is decided was not marked as read; the next look does it."));
    },
    sweep,
    start: () => {
      look();
      timer ??= setInterval(work, everyMs).unref();
    },
    close: async () => {
      clearInterval(timer);
      clearTimeout(soon);
      await working;
    },
  };
}

/** The last thing they should know of by now: of what was missed while nobody looked, only that. A gate that names who decides tells them at once. */
function dueNotice({ approvers, reminders = [] }: { approvers?: unknown; reminders?: readonly { at: string }[] | undefined }, now: number): number | undefined {
  const due = reminders.filter(({ at }) => Date.parse(at) <= now).length;
  if (due > 0) return due;
  return approvers === undefined ? undefined : 0;
}
