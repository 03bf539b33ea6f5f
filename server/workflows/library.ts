import type { ComfyClient, ComfyObjectInfo } from "#nodes/kit/comfyui/service.ts";
import { offerParts } from "#nodes/kit/comfyui/workflow/offer-parts.ts";
import { type ReadWorkflow, readWorkflow, readWorkflowFile, readWorkflowText, type WorkflowSource } from "#nodes/kit/comfyui/workflow/read-workflow.ts";
import { suggestCategory } from "#nodes/kit/comfyui/workflow/suggest-category.ts";
import { hashJson } from "#runtime/graph/hash.ts";
import { createId, type WorkflowId } from "#runtime/graph/ids.ts";
import type { WorkflowContent } from "#runtime/node/workflow.ts";
import { ApiError } from "../api-error.ts";
import type { OfferedParts, WorkflowCategory, WorkflowDetail, WorkflowSourceGiven, WorkflowSummary, WorkflowVersion } from "../contract/comfy-workflows.ts";
import type { ComfyWorkflowRow, ComfyWorkflowStore, NewWorkflowVersion, WorkflowAbout, WorkflowAboutChange, WorkflowQuery } from "../store/comfy-workflows.ts";
import { asWorkflowError } from "./failures.ts";
import { toDetail, toSummary, toVersion } from "./view.ts";

/** Where somebody reads a workflow from, and which server they ask about it. */
interface Reading {
  workspace: string;
  source: WorkflowSourceGiven;
  connection?: string | undefined;
  signal: AbortSignal;
}

/** ComfyUI workflows as the API offers them. What names one throws `ApiError("not-found")` when there is none; what cannot be read is `unprocessable`. */
export interface WorkflowLibrary {
  list(query: WorkflowQuery): Promise<{ items: WorkflowSummary[]; nextCursor?: string }>;
  tags(workspace: string): Promise<{ tag: string; count: number }[]>;
  /** What a file holds; keeps nothing. */
  look(given: Reading): Promise<ReadWorkflow & { category: WorkflowCategory }>;
  create(given: Reading & { about: WorkflowAbout; offered?: OfferedParts | undefined; actor: string }): Promise<WorkflowDetail>;
  read(id: WorkflowId, version?: number): Promise<WorkflowDetail>;
  change(id: WorkflowId, about: WorkflowAboutChange): Promise<WorkflowSummary>;
  setArchived(id: WorkflowId, isArchived: boolean): Promise<WorkflowSummary>;
  versions(query: { id: WorkflowId; cursor?: string | undefined; limit: number }): Promise<{ items: WorkflowVersion[]; nextCursor?: string }>;
  /** Throws `ApiError("conflict")` when `after` is not the newest any more. */
  addVersion(id: WorkflowId, given: NewVersionGiven): Promise<WorkflowDetail>;
  /** Asks a server anew; what it says otherwise becomes a new version. */
  refresh(id: WorkflowId, given: { connection: string; actor: string; signal: AbortSignal }): Promise<WorkflowDetail & { isChanged: boolean }>;
}

interface NewVersionGiven {
  after: number;
  note: string;
  again?: number | undefined;
  offered?: OfferedParts | undefined;
  source?: WorkflowSourceGiven | undefined;
  connection?: string | undefined;
  actor: string;
  signal: AbortSignal;
}

export interface WorkflowLibraryGiven {
  store: ComfyWorkflowStore;
  comfy(workspace: string): Pick<ComfyClient, "objectInfo">;
  /** The content of a stored file of at most so many bytes; throws `ApiError`. */
  readFile(place: { workspace: string; hash: string }, mostBytes: number): Promise<Uint8Array>;
}

/** A picture may be large; the workflow in it is not. */
const MOST_FILE_BYTES = 64 * 1024 * 1024;

export function createWorkflowLibrary({ store, comfy, readFile }: WorkflowLibraryGiven): WorkflowLibrary {
  const find = async (id: string): Promise<ComfyWorkflowRow> => {
    const row = await store.read(id);
    if (!row) throw new ApiError("not-found", `There is no workflow ${id} in the library.`);
    return row;
  };
  const detail = async (row: ComfyWorkflowRow, number = row.version): Promise<WorkflowDetail> => {
    const version = await store.version(row.id, number);
    if (!version) throw new ApiError("not-found", `"${row.name}" has no version ${number}.`);
    return toDetail(row, version);
  };
  const classesOf = async ({ workspace, connection, signal, fresh }: Omit<Reading, "source"> & { fresh?: boolean }): Promise<ComfyObjectInfo | undefined> =>
    connection === undefined ? undefined : comfy(workspace).objectInfo({ connection, signal, fresh });
  const look = async (given: Reading): Promise<ReadWorkflow> =>
    asWorkflowError(async () => {
      const { workspace, source } = given;
      const found =
        "text" in source ? readWorkflowText(source.text) : await readWorkflowFile(await readFile({ workspace, hash: source.asset }, MOST_FILE_BYTES));
      return readWorkflow(found, (await classesOf(given))?.classes);
    });
  const add = async (row: ComfyWorkflowRow, after: number, version: NewWorkflowVersion): Promise<WorkflowDetail> => {
    const changed = await store.addVersion(row.id, { after, version });
    if (!changed) throw new ApiError("conflict", "Somebody else has just made a new version. Look at it, then try again.");
    return detail(changed);
  };

  return {
    list: async (query) => {
      const { items, ...rest } = await store.list(query);
      return { ...rest, items: items.map(toSummary) };
    },
    tags: store.tags,
    look: async (given) => {
      const read = await look(given);
      return { ...read, category: suggestCategory(read.content) };
    },
    create: async ({ about, offered, actor, ...given }) => {
      const read = requireWhole(await look(given));
      const id = createId("workflow");
      const version = newVersion({ ...read, content: offered ? offerParts(read.content, offered) : read.content }, { note: "Imported", actor });
      return detail(await store.create({ id, workspace: given.workspace, about, version }));
    },
    read: async (id, version) => detail(await find(id), version),
    change: async (id, about) => {
      const row = await store.change((await find(id)).id, about);
      if (!row) throw new ApiError("not-found", `There is no workflow ${id} in the library.`);
      return toSummary(row);
    },
    setArchived: async (id, isArchived) => {
      const row = await find(id);
      return toSummary((await store.setArchived(row.id, isArchived)) ?? row);
    },
    versions: async ({ id, ...query }) => {
      const { items, ...rest } = await store.versions({ id: (await find(id)).id, ...query });
      return { ...rest, items: items.map(toVersion) };
    },
    addVersion: async (id, { source, connection, again, offered, note, actor, after, signal }) => {
      const row = await find(id);
      const workspace = row.workspaceId;
      const before = (await detail(row, again)).shown;
      const read = source ? requireWhole(await look({ workspace, source, connection, signal })) : before;
      const kept = source ? offerParts(read.content, before.content) : read.content;
      const content = offered ? offerParts(kept, offered) : kept;
      return add(row, after, newVersion({ ...read, content }, { note: note || noteOf({ again, isNewFile: source !== undefined }), actor }));
    },
    refresh: async (id, { connection, actor, signal }) => {
      const row = await find(id);
      const before = (await detail(row)).shown;
      const read = await asWorkflowError(async () => {
        const info = await classesOf({ workspace: row.workspaceId, connection, signal, fresh: true });
        return readWorkflow(sourceAgain(before.content), info?.classes);
      });
      const content: WorkflowContent = { ...offerParts(read.content, before.content), positions: before.content.positions, format: before.content.format };
      const isChanged = hashJson([content, read.missing]) !== hashJson([before.content, before.missing]);
      if (!isChanged) return { ...(await detail(row)), isChanged };
      return {
        ...(await add(row, row.version, newVersion({ ...read, content }, { note: "What the server says of its nodes has changed", actor }))),
        isChanged,
      };
    },
  };
}

const sourceAgain = ({ prompt }: WorkflowContent): WorkflowSource => ({ prompt });

/** What the editor saved can be read rightly only with the classes of all of its nodes. */
function requireWhole(read: ReadWorkflow): ReadWorkflow {
  if (read.content.format === "api" || read.missing.length === 0) return read;
  const names = read.missing.map(({ name, extension }) => (extension ? `${name} (may come with ${extension})` : name));
  throw new ApiError(
    "unprocessable",
    `The ComfyUI server does not have ${names.slice(0, 10).join(", ")}${names.length > 10 ? ` and ${names.length - 10} more` : ""}. Install what is missing there, choose another server, or import the file of "Export (API)".`,
  );
}

function newVersion({ content, missing, warnings }: ReadWorkflow, { note, actor }: { note: string; actor: string }): NewWorkflowVersion {
  const shown = (parts: readonly { isShown: boolean }[]) => parts.filter(({ isShown }) => isShown).length;
  return {
    ...{ content, missing, warnings, note, actor, hash: hashJson(content), isIncomplete: missing.length > 0 },
    counts: { nodes: Object.keys(content.prompt).length, inputs: shown(content.inputs), outputs: shown(content.outputs) },
  };
}

function noteOf({ again, isNewFile }: { again: number | undefined; isNewFile: boolean }): string {
  if (isNewFile) return "Another file";
  return again === undefined ? "Other inputs and outputs" : `Version ${again} again`;
}
