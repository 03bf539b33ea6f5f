import type { Measure } from "#runtime/graph/budget.ts";
import type { RunId } from "#runtime/graph/ids.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import type { Logger } from "../logger.ts";
import type { BudgetNoticeStore } from "../store/budget-notices.ts";
import type { LiveHub } from "./live-hub.ts";

export interface BudgetNoticesGiven {
  notices: BudgetNoticeStore;
  /** What a node of a run is called. */
  labelOf(run: RunId, node: string): Promise<string | undefined>;
  inboxChanged(user: string): void;
  logger: Pick<Logger, "debug">;
}

type Warning = Extract<RunEvent, { type: "budget-warned" }>;

/** The hub, overheard: who started a run is told in their inbox when most of a budget is used. The run's log has it whatever becomes of the notice. */
export function overhearWarnings(hub: LiveHub, { notices, labelOf, inboxChanged, logger }: BudgetNoticesGiven): LiveHub {
  const tell = async (run: RunId, warning: Warning) => {
    const { seq, holder } = warning;
    const label = holder && (await labelOf(run, holder));
    for (const user of await notices.tell({ run, seq, body: warningText(warning), node: holder, label })) inboxChanged(user);
  };
  return {
    ...hub,
    publish: (run, events) => {
      hub.publish(run, events);
      for (const event of events)
        if (event.type === "budget-warned")
          tell(run, event).catch((error: unknown) => logger.debug({ error, run }, "Nobody was told that a budget is nearly used."));
    },
  };
}

const WORDS: Readonly<Record<Measure, (amount: number) => string>> = {
  dollars: (amount) => `$${amount}`,
  tokens: (amount) => `${amount.toLocaleString("en")} tokens`,
  toolCalls: (amount) => `${amount.toLocaleString("en")} tool calls`,
  timeMs: (amount) => `${Math.round(amount / 6_000) / 10} minutes`,
};

function warningText({ measure, used, budget }: Warning): string {
  const percent = budget === 0 ? 100 : Math.round((100 * used) / budget);
  return `${percent} % of the budget is used: ${WORDS[measure](used)} of ${WORDS[measure](budget)}. At 100 % it waits and asks.`;
}
