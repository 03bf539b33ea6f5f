import { NodeError } from "#runtime/node/node-error.ts";
import type { Handoff, ToolOffer } from "#runtime/node/tool-offer.ts";
import { type CrewConfig, type MemberRole, ROLES } from "./config.ts";

export interface Member {
  offer: ToolOffer;
  role: MemberRole;
  /** The one of its inputs by which it is told its task. */
  input: string;
}

/** Who is in the crew, in the order in which they work. Throws `NodeError("validation")` for somebody who cannot be told a task. */
export function membersOf(offers: readonly ToolOffer[], { members }: CrewConfig, handoffs: readonly Handoff[]): Member[] {
  if (offers.length === 0) throw new NodeError("validation", "Nobody is in the crew. Put agents into it.", { happened: "no" });
  const named = (offer: ToolOffer) => members.findIndex(({ member }) => member === offer.title || member === offer.name || member === offer.node);
  const listed = offers.toSorted((left, right) => rank(named(left)) - rank(named(right)));
  return byHandoff(listed, handoffs).map((offer) => ({ offer, role: members[named(offer)]?.role ?? ownRole(offer), input: taskInput(offer) }));
}

/** To whom a member may hand over: along its wires, or to everybody where it has none. */
export function mayHandTo(from: Member, members: readonly Member[], handoffs: readonly Handoff[]): Member[] {
  const own = handoffs.filter((handoff) => handoff.from === from.offer.node).map(({ to }) => to);
  return members.filter((member) => member !== from && (own.length === 0 || own.includes(member.offer.node)));
}

function rank(index: number): number {
  return index < 0 ? Number.MAX_SAFE_INTEGER : index;
}

/** Whoever nobody hands over to begins. Where wires go in a circle the first that is left breaks it. */
function byHandoff(offers: readonly ToolOffer[], handoffs: readonly Handoff[]): ToolOffer[] {
  const left = [...offers];
  const order: ToolOffer[] = [];
  while (left.length > 0) {
    const waits = (offer: ToolOffer) => handoffs.some(({ from, to }) => to === offer.node && from !== to && left.some(({ node }) => node === from));
    const next = left.findIndex((offer) => !waits(offer));
    order.push(...left.splice(Math.max(0, next), 1));
  }
  return order;
}

function ownRole({ about }: ToolOffer): MemberRole {
  const role = typeof about === "object" && about !== null && !Array.isArray(about) ? about.role : undefined;
  return ROLES.find((known) => known === role) ?? "worker";
}

function taskInput({ title, input }: ToolOffer): string {
  const properties = typeof input.properties === "object" && input.properties !== null && !Array.isArray(input.properties) ? input.properties : {};
  const required = Array.isArray(input.required) ? input.required.filter((name): name is string => typeof name === "string") : [];
  const names = Object.keys(properties);
  const found = Object.hasOwn(properties, "prompt") ? "prompt" : required.length === 1 ? required[0] : names.length === 1 ? names[0] : undefined;
  if (found === undefined || required.some((name) => name !== found))
    throw new NodeError("validation", `"${title}" cannot be told a task: it needs more than one input. Give it one input called "prompt".`, { happened: "no" });
  return found;
}
