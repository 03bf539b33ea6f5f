import { and, asc, eq, sql } from "drizzle-orm";
import type { RunId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { Database, Tx } from "./database/open-database.ts";
import { gateVotes } from "./schema/gates.ts";
import { members, users } from "./schema/people.ts";
import { storableText } from "./storable-text.ts";

/** Somebody's part in a decision that takes several people. */
export interface Vote {
  /** How many have to agree. */
  quorum: number;
  decision: string;
  edited?: Json | undefined;
  /** Of what was edited. */
  digest: string;
  note: string;
  /** Who may decide: the votes of others, who might when they voted, do not count any more. */
  isEligible: (voter: { user: string; role: string | null }) => boolean;
}

export interface VoteRow {
  user: string;
  /** Null for who has no account. */
  name: string | null;
  decision: string;
  hasEdited: boolean;
  note: string;
  at: Date;
}

interface GatePlace {
  run: RunId;
  seq: number;
}

/** In the order in which they were cast. */
export async function readVotes(db: Database["db"], { run, seq }: GatePlace): Promise<VoteRow[]> {
  const { decision, note, createdAt, edited, userId } = gateVotes;
  return db
    .select({ user: userId, name: users.name, decision, hasEdited: sql<boolean>`${edited} is not null`, note, at: createdAt })
    .from(gateVotes)
    .leftJoin(users, eq(users.id, userId))
    .where(isOf({ run, seq }))
    .orderBy(asc(createdAt), asc(userId));
}

/** Under the lock of the run. Answers how many people have voted for the same. */
export async function castVote(tx: Tx, given: GatePlace & { workspace: string; user: string; vote: Vote }): Promise<number> {
  const { run, seq, workspace, user, vote } = given;
  const cast = { decision: vote.decision, edited: vote.edited ?? null, digest: vote.digest, note: storableText(vote.note), createdAt: sql`now()` };
  await tx
    .insert(gateVotes)
    .values({ runId: run, seq, workspaceId: workspace, userId: user, ...cast })
    .onConflictDoUpdate({ target: [gateVotes.runId, gateVotes.seq, gateVotes.userId], set: cast });
  const agreeing = await tx
    .select({ user: gateVotes.userId, role: members.role })
    .from(gateVotes)
    .leftJoin(members, and(eq(members.userId, gateVotes.userId), eq(members.workspaceId, workspace)))
    .where(and(isOf({ run, seq }), eq(gateVotes.decision, vote.decision), eq(gateVotes.digest, vote.digest)));
  return agreeing.filter(vote.isEligible).length;
}

function isOf({ run, seq }: GatePlace) {
  return and(eq(gateVotes.runId, run), eq(gateVotes.seq, seq));
}
