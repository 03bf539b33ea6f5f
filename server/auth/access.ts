import { type Action, POLICIES } from "../contract/access.ts";
import type { Mode } from "../contract/session.ts";
import type { Actor } from "./actor.ts";
import { type May, may as realMay, type Standing, type Verdict } from "./may.ts";

/** Where a resource belongs. */
export interface Place {
  workspace: string;
  /** The document it is, or is part of: a share of that opens it. */
  document?: string | undefined;
}

/** What `Access` needs to know; every answer may be a little old (`accessChanged` tells when to ask again). */
export interface AccessFacts {
  mode(): Mode;
  /** Undefined for an id that names nothing, or is of a kind that has no place. */
  placeOf(id: string): Promise<Place | undefined>;
  /** `workspace` undefined: the caller is in none. */
  standing(actor: Actor, place: Place): Promise<Standing>;
  /** The workspace of requests that name none: the actor's first. */
  homeOf(actor: Actor): Promise<string | undefined>;
  ownersOf(workspace: string): Promise<readonly string[]>;
}

/** What a request is about. */
export interface Question {
  action: Action;
  /** The resource's id as the caller wrote it; absent for lists and for what is made. */
  id?: string | undefined;
  /** The workspace the caller names, for requests without a resource. */
  workspace?: string | undefined;
}

export type Judgement = { verdict: Extract<Verdict, { allowed: false }> } | { verdict: { allowed: true }; workspace: string };

/** Answers whether somebody may do something, and in which workspace they would. */
export interface Access {
  judge(actor: Actor, question: Question): Promise<Judgement>;
}

/** Stands for the workspace of who is in none. */
const NOWHERE = "";

export function createAccess(facts: AccessFacts, may: May = realMay): Access {
  /** Where a request without a resource happens. What is no matter of a workspace is not put into one that the caller is not in. */
  const placeFor = async (actor: Actor, { action, workspace }: Question): Promise<string> => {
    const isNamed = workspace !== undefined && (POLICIES[action].who === "members" || (await facts.standing(actor, { workspace })).role !== undefined);
    return isNamed ? workspace : ((await facts.homeOf(actor)) ?? NOWHERE);
  };
  return {
    judge: async (actor, { action, id, workspace }) => {
      const place = (id === undefined ? undefined : await facts.placeOf(id)) ?? { workspace: await placeFor(actor, { action, workspace }) };
      const standing = await facts.standing(actor, place);
      const mode = facts.mode();
      const verdict = may(actor, action, { workspace: place.workspace, id, standing, mode });
      if (verdict.allowed) return { verdict, workspace: place.workspace };
      if (verdict.code !== "forbidden" || standing.role === undefined) return { verdict };
      const again = may(actor, action, { workspace: place.workspace, id, standing, mode, owners: await facts.ownersOf(place.workspace) });
      return { verdict: again.allowed ? verdict : again };
    },
  };
}
