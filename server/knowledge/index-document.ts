import { createId } from "#runtime/graph/ids.ts";
import { documentSourceSchema } from "../contract/knowledge.ts";
import { chunkingSchema, embedderSchema } from "../contract/knowledge-settings.ts";
import { JobError, type JobKind, type JobWork } from "../jobs/job-kind.ts";
import type { Logger } from "../logger.ts";
import type { ChunkOwner, ChunkRow } from "../store/knowledge-chunks.ts";
import type { CollectionRow } from "../store/knowledge-collections.ts";
import type { DocumentRow, WorkedOn } from "../store/knowledge-documents.ts";
import { chunkText } from "./chunk-text.ts";
import type { Embedders, EmbeddingCharge } from "./embedding/embedders.ts";
import { INDEX_KIND, type IndexInput, indexInputSchema } from "./index-job.ts";
import { type ReadGiven, readDocument } from "./reading/read-document.ts";
import type { KnowledgeStores } from "./stores.ts";

export interface IndexGiven extends KnowledgeStores, ReadGiven {
  embedders: Embedders;
}

export interface IndexKindGiven extends IndexGiven {
  /** A collection has many vectors now: they should have an index. */
  onLarge(collection: { workspace: string; id: string; name: string; dimension: number }): Promise<void>;
  logger: Pick<Logger, "warn">;
}

interface Open {
  job: JobWork;
  place: WorkedOn;
  document: DocumentRow;
  collection: CollectionRow;
}

/** What was cut, to be embedded. */
interface Cut {
  generation: number;
  title: string;
}

/** Documents this process works on at once: while one is embedded the next is read. */
const AT_ONCE = 2;

/** Reads a document, cuts it and embeds its chunks; what was there before is found until all of that is done. */
export function indexKind(given: IndexKindGiven): JobKind {
  return {
    kind: INDEX_KIND,
    atOnce: AT_ONCE,
    attempts: 4,
    work: async (job) => {
      const input = indexInputSchema.parse(job.input);
      const place = { workspace: job.workspace, id: input.document, job: job.id };
      const document = await given.documents.read(place);
      const collection = document && (await given.collections.settings({ workspace: job.workspace, id: document.collectionId }));
      // deleted meanwhile: there is nothing to do
      if (!document || !collection) return { chunks: 0 };
      if (document.job !== job.id) throw new JobError("The document was given to a later job since. Re-index the document itself.");
      const open = { job, place, document, collection };
      const made = input.generation === null ? await cut(given, open, input) : { generation: input.generation, title: document.title };
      if (!made) return { chunks: 0 };
      if (!input.preview) return embed(given, open, made);
      await given.documents.tell(place, { state: "preview", error: null });
      return { chunks: 0 };
    },
    ended: async ({ id: job, workspace, subject: id }, end) => {
      await given.documents.tell({ workspace, id, job }, { state: end.state, error: end.state === "failed" ? end.error : null });
    },
  };
}

/** Makes the next generation of chunks. Undefined: another job has the document by now, or it is gone. */
async function cut(given: IndexGiven, { job, place, document, collection }: Open, { isNamed }: IndexInput): Promise<Cut | undefined> {
  const { workspace, signal, report } = job;
  report({ phase: "reading", done: 0, total: null });
  await given.documents.tell(place, { state: "reading", error: null });
  const read = await readDocument(given, { workspace, source: documentSourceSchema.parse(document.source), content: document.content }, signal);
  report({ phase: "chunking", done: 0, total: null });
  const characters = read.blocks.reduce((sum, { text }) => sum + text.length, 0);
  const title = !isNamed && read.title !== undefined ? read.title.slice(0, 200) : document.title;
  await given.documents.tell(place, { state: "chunking", characters, pages: read.pages, title });
  const chunks = await chunkText(read.blocks, chunkingSchema.parse(collection.chunking));
  signal.throwIfAborted();
  const generation = await given.documents.beginGeneration(place);
  if (generation === undefined) return undefined;
  const owner: ChunkOwner = { workspace, collection: collection.id, document: document.id, title, generation };
  await given.chunks.add(
    owner,
    chunks.map((chunk) => ({ ...chunk, id: createId("chunk") })),
    collection.language,
  );
  return { generation, title };
}

/** Embeds a generation and puts it in the place of the one before. */
async function embed(given: IndexKindGiven, { job, place, document: { id }, collection }: Open, { generation, title }: Cut): Promise<unknown> {
  const { workspace, signal } = job;
  if (!(await given.documents.tell(place, { state: "embedding", error: null }))) return { chunks: 0 };
  const charge = { tokens: 0, cost: 0 as number | null };
  const onCharge = ({ tokens, cost }: EmbeddingCharge) => {
    charge.tokens += tokens;
    charge.cost = charge.cost === null || cost === null ? null : charge.cost + cost;
  };
  const { available } = await given.vectors.support();
  const embedder = await given.embedders.of({ workspace, settings: embedderSchema.parse(collection.embedder), onCharge });
  let dimension: number | undefined;
  let done = 0;
  let putting: Promise<void> = Promise.resolve();
  for await (const batch of pages(given, { document: id, generation, size: embedder.batch })) {
    job.report({ phase: "embedding", done, total: batch.total });
    done += batch.rows.length;
    if (!available) continue;
    const vectors = await embedder.embed(
      batch.rows.map((row) => embeddedText(row, title)),
      { signal },
    );
    dimension = vectors[0]?.length;
    // the next ones are embedded while these are written
    await putting;
    const byChunk = new Map(batch.rows.map((row, index) => [row.id, vectors[index] ?? new Float32Array()]));
    putting = given.vectors.put({ workspace, collection: collection.id, document: id }, byChunk).catch(refuseRange);
    putting.catch(() => undefined);
  }
  await putting;
  signal.throwIfAborted();
  // first, so that what is ready is found by its meaning
  if (dimension !== undefined) await adopt(given, { workspace, id: collection.id, dimension, embeddedBy: embedder.id });
  const isPublished = await given.documents.publish(place, { generation, embeddedBy: dimension === undefined ? null : embedder.id });
  job.report({ phase: "ready", done, total: done });
  if (!isPublished) return { chunks: 0 };
  const sweep = async () => {
    await given.chunks.dropBefore({ document: id, generation });
    // who ends the job ends the sweeping, which others do in time
    while (!signal.aborted && (await given.vectors.sweep({ collection: collection.id, document: id })) > 0);
  };
  const ask = async () => void (dimension !== undefined && (await askForIndex(given, { workspace, id: collection.id, dimension })));
  // it is found now: nothing of this is worth doing the work again, and housekeeping does what is left
  for (const step of [sweep, ask])
    await step().catch((error: unknown) => given.logger.warn({ error, document: id }, "A document is indexed, but not all that follows was done yet."));
  return { chunks: done, ...charge };
}

interface Vectors {
  workspace: string;
  id: string;
  dimension: number;
}

/** The collection is searched by what its newest vectors are, unless it has yet another embedder by now. */
async function adopt({ collections, embedders }: IndexGiven, { workspace, id, dimension, embeddedBy }: Vectors & { embeddedBy: string }): Promise<void> {
  const now = await collections.settings({ workspace, id });
  if (!now || (now.dimension === dimension && now.embeddedBy === embeddedBy)) return;
  // one that is gone meanwhile has made nothing
  const wanted = await embedders.of({ workspace, settings: embedderSchema.parse(now.embedder) }).catch(() => undefined);
  if (wanted?.id !== embeddedBy) return;
  await collections.setVectors({ workspace, id }, { dimension, embeddedBy });
}

async function askForIndex({ collections, vectors, onLarge }: IndexKindGiven, { workspace, id, dimension }: Vectors): Promise<void> {
  const now = await collections.settings({ workspace, id });
  if (!now || now.dimension !== dimension || now.isIndexed) return;
  if (await vectors.isLarge(id, dimension)) await onLarge({ workspace, id, name: now.name, dimension });
}

async function* pages({ chunks }: IndexGiven, { document, generation, size }: { document: string; generation: number; size: number }) {
  let total = 0;
  for (let after = -1; ; ) {
    const rows = await chunks.page({ document, generation, after, limit: size });
    const last = rows.at(-1);
    if (!last) return;
    if (total === 0) total = await chunks.count({ document, generation });
    yield { rows, total };
    after = last.position;
  }
}

/** What stands for a chunk: its text, below the titles that say what it is about. */
export function embeddedText({ headings, text }: Pick<ChunkRow, "headings" | "text">, title: string): string {
  return `${[title, ...headings].join(" › ")}\n${text}`;
}

function refuseRange(error: unknown): never {
  throw error instanceof RangeError ? new JobError(error.message) : error;
}
