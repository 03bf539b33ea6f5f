import { createHash } from "node:crypto";
import { type SQL, sql } from "drizzle-orm";
import type { Pgvector } from "./knowledge-vector-support.ts";

/** Numbers a vector may have in an index: more need `halfvec`, which is slower, and has an end, too. */
const MOST_FLOATS = 2_000;
const MOST_HALVES = 4_000;

/** What statements about vectors of one dimension are made of; qualified, since the extension may be anywhere. */
export interface VectorSql {
  table: SQL;
  /** Of a column. */
  type: SQL;
  /** Of one vector that is given as text. */
  vector: SQL;
  /** The negative inner product, by which an index is ordered. */
  nearness: SQL;
  operators: SQL;
}

/** Throws `RangeError` for a dimension that cannot be searched. */
export function vectorSql(dimension: number, { schema }: Pick<Pgvector, "schema">): VectorSql {
  const table = sql`${sql.identifier(tableNameOf(dimension))}`;
  const at = sql.identifier(schema);
  const kind = sql.raw(dimension > MOST_FLOATS ? "halfvec" : "vector");
  const size = sql.raw(`(${dimension})`);
  return { table, type: sql`${at}.${kind}${size}`, vector: sql`${at}.vector`, nearness: sql`OPERATOR(${at}.<#>)`, operators: sql`${at}.${kind}_ip_ops` };
}

export function tableNameOf(dimension: number): string {
  if (!Number.isInteger(dimension) || dimension < 1 || dimension > MOST_HALVES)
    throw new RangeError(`Vectors of ${dimension} numbers cannot be searched: at most ${MOST_HALVES}. Choose another model.`);
  return `knowledge_vectors_${dimension}`;
}

export function bytesOf(dimension: number): number {
  return dimension * (dimension > MOST_FLOATS ? 2 : 4);
}

export function indexNameOf(collection: string, dimension: number): string {
  return `knowledge_near_${dimension}_${createHash("sha256").update(collection).digest("hex").slice(0, 20)}`;
}

/** An id as it stands in SQL: only so is the index of this collection alone chosen. */
export function literal(id: string): SQL {
  if (!/^[a-z]+_[A-Za-z0-9_]{1,64}$/.test(id)) throw new RangeError(`${id} is no id.`);
  return sql.raw(`'${id}'`);
}

export function toText(vector: Float32Array): string {
  return `[${vector.join(",")}]`;
}

/** An array of vectors as the wire has it in binary: as text, writing and reading the numbers would take longer than storing them. */
export function toBinary(vectors: readonly Float32Array[], { oid }: Pick<Pgvector, "oid">): Buffer {
  const bytes = Buffer.allocUnsafe(20 + vectors.reduce((sum, { length }) => sum + 8 + 4 * length, 0));
  let at = 0;
  // one dimension, no nulls, of this type, so many, from 1
  for (const head of [1, 0, oid, vectors.length, 1]) at = bytes.writeInt32BE(head, at);
  for (const vector of vectors) {
    at = bytes.writeInt32BE(4 + 4 * vector.length, at);
    at = bytes.writeInt32BE(vector.length << 16, at);
    for (const value of vector) at = bytes.writeFloatBE(value, at);
  }
  return bytes;
}
