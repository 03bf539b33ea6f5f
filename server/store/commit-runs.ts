import { sql } from "drizzle-orm";
import type { RunId } from "#runtime/graph/ids.ts";
import { ImpossibleCommitError, type RunCommit } from "../engine/committer.ts";
import { commitRows, withReferences } from "./commit-rows.ts";
import { commitStatement } from "./commit-statement.ts";
import { sqlStateOf } from "./database/database-errors.ts";
import type { Database } from "./database/open-database.ts";
import { mayRefer } from "./referred-hashes.ts";

/** Characters one statement may hold, unless it is that of a single run: as many as are written without keeping the others waiting. */
const MAX_STATEMENT = 8 * 1024 * 1024;

/**
 * Records what several runs did in one statement (so in one transaction and one round trip; in several where it is much, those of one run
 * together): new runs, events, projections, answered inbox rows. The fence is the row's epoch and last number: a driver that lost its lease changes nothing, and a commit whose answer
 * was lost can be sent again. Returns the runs that were refused.
 */
export async function commitRuns(database: Database, commits: readonly RunCommit[]): Promise<ReadonlySet<RunId>> {
  try {
    const rowsOf = commitRows(commits);
    const plain = commitStatement(rowsOf);
    // looked for in the text that is sent anyway: nearly all commits refer to nothing
    const refers = plain.values.some((value) => typeof value === "string" && mayRefer(value));
    const statement = refers ? commitStatement(withReferences(rowsOf, commits)) : plain;
    if (commits.length > 1 && lengthOf(statement) > MAX_STATEMENT) {
      const middle = commits.length >> 1;
      const refused = await commitRuns(database, commits.slice(0, middle));
      return refused.union(await commitRuns(database, commits.slice(middle)));
    }
    const { rows } = await database.prepared<{ id: RunId }>(statement);
    const taken = new Set(rows.map(({ id }) => id));
    const missing = commits.filter(({ run }) => !taken.has(run));
    const recorded = await alreadyRecorded(database, missing);
    return new Set(missing.map(({ run }) => run).filter((run) => !recorded.has(run)));
  } catch (error) {
    if (error instanceof ImpossibleCommitError || !isFaultOfData(error)) throw error;
    throw new ImpossibleCommitError("The database cannot hold what a run recorded.", { cause: error });
  }
}

function lengthOf({ values }: { values: readonly unknown[] }): number {
  return values.reduce<number>((sum, value) => sum + (typeof value === "string" ? value.length : 0), 0);
}

/** Cardinality, data, integrity, program limit, internal error (a statement over a gigabyte ends so), protocol; or values that are no JSON. */
function isFaultOfData(error: unknown): boolean {
  const state = sqlStateOf(error) ?? "";
  return ["21", "22", "23", "54", "XX"].includes(state.slice(0, 2)) || state === "08P01" || error instanceof TypeError || error instanceof RangeError;
}

/**
 * Runs whose commit is in the database already: the answer to an earlier try was lost. A run that this commit was to create has been driven on
 * by whoever claimed it since, so that neither its lease nor its last number need be those of the commit.
 */
async function alreadyRecorded(database: Database, commits: readonly RunCommit[]): Promise<ReadonlySet<string>> {
  const last = commits.flatMap(({ run, epoch, events, create }) => {
    const seq = events.at(-1)?.seq;
    return seq === undefined ? [] : [{ run, seq, epoch: create ? null : epoch }];
  });
  if (last.length === 0) return new Set();
  const found = await database.db.execute<{ id: string }>(sql`
    SELECT runs.id FROM runs JOIN unnest(${sql.param(last.map(({ run }) => run))}::text[], ${sql.param(last.map(({ epoch }) => epoch))}::int[], ${sql.param(last.map(({ seq }) => seq))}::int[])
      AS given(id, epoch, seq) ON runs.id = given.id
    WHERE CASE WHEN given.epoch IS NULL THEN runs.last_seq >= given.seq ELSE runs.lease_epoch = given.epoch AND runs.last_seq = given.seq END`);
  return new Set(found.rows.map((row) => row.id));
}
