import type { Approvers, WaitRequest } from "#runtime/node/outcome.ts";
import { durationMs } from "../time/duration.ts";
import type { DecidingConfig } from "./fields.ts";

type PersonRequest = Extract<WaitRequest, { kind: "person" }>;

/** The parts of a question that say who decides, and until when. */
export function decidingPart(config: DecidingConfig, now: number): Pick<PersonRequest, "approvers" | "quorum" | "notStarter" | "reminders" | "until"> {
  const at = (amount: number, unit: DecidingConfig["timeoutUnit"]) => new Date(now + durationMs({ amount, unit })).toISOString();
  const reminders = [
    ...(config.remindAfter > 0 ? [{ at: at(config.remindAfter, config.remindUnit) }] : []),
    ...(config.escalateAfter > 0
      ? [{ at: at(config.escalateAfter, config.escalateUnit), escalateTo: approvers(config.escalateRoles, config.escalatePeople) }]
      : []),
  ];
  return {
    ...(config.roles.length + config.people.length > 0 && { approvers: approvers(config.roles, config.people) }),
    ...(config.quorum > 1 && { quorum: config.quorum }),
    ...(config.notStarter && { notStarter: true }),
    ...(reminders.length > 0 && { reminders }),
    ...(config.timeoutAfter > 0 && { until: at(config.timeoutAfter, config.timeoutUnit) }),
  };
}

function approvers(roles: DecidingConfig["roles"], people: DecidingConfig["people"]): Approvers {
  return { ...(roles.length > 0 && { roles }), ...(people.length > 0 && { people: people.filter((id) => id !== "") }) };
}
