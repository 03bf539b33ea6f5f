import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ComfyObjectInfo } from "#nodes/kit/comfyui/service.ts";
import { BIG_SEED, sampleClasses, textToImagePrompt, uiNode } from "#nodes/kit/comfyui/workflow/testing/samples.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { ApiError } from "../api-error.ts";
import { workflowReferences } from "../store/asset-holders.ts";
import { createComfyWorkflowStore, type WorkflowAbout } from "../store/comfy-workflows.ts";
import type { Database } from "../store/database/open-database.ts";
import { createTestDatabase, truncateAll } from "../store/database/test-database.ts";
import { createWorkflowLibrary, type WorkflowLibrary } from "./library.ts";
import { createWorkflowReferences } from "./reference.ts";

const workspace = "workspace_default";
const signal = new AbortController().signal;
const connection = "conn_comfy";
const source = { text: textToImagePrompt };
const about: WorkflowAbout = { name: "Fox", description: "Paints foxes.", category: "generation", tags: ["animal", "snow"], cover: null };

let database: Database;
let library: WorkflowLibrary;
let classes: Record<string, unknown>;

beforeAll(async () => {
  database = await createTestDatabase();
  library = createWorkflowLibrary({
    store: createComfyWorkflowStore(database),
    comfy: () => ({
      objectInfo: async ({ connection: asked }) => {
        if (asked !== connection) throw new NodeError("network", "It does not answer.", { happened: "no" });
        return { classes, etag: "e", readAt: new Date().toISOString() } as unknown as ComfyObjectInfo;
      },
    }),
    readFile: async ({ hash }) => {
      if (hash !== "f".repeat(64)) throw new ApiError("not-found", "This file is not in the workspace.");
      return new TextEncoder().encode(textToImagePrompt);
    },
  });
});
afterAll(() => database.close());
beforeEach(async () => {
  classes = sampleClasses;
  await truncateAll(database);
});

const create = (more: Partial<WorkflowAbout> = {}) => library.create({ workspace, source, connection, signal, actor: "local", about: { ...about, ...more } });
const list = async (query: object = {}) => {
  const { items, nextCursor } = await library.list({ workspace, isArchived: false, limit: 2, ...query });
  return { names: items.map(({ name }) => name), nextCursor };
};

describe("the library", () => {
  it("keeps what is imported, seeds to the last digit", async () => {
    const { id, version, counts } = await create();
    expect({ version, counts }).toEqual({ version: 1, counts: { nodes: 7, inputs: 9, outputs: 1 } });
    const { shown } = await library.read(id);
    expect(shown.content.prompt["3"]?.inputs.seed).toEqual({ $integer: BIG_SEED });
    expect(shown.form).toMatchObject({ properties: { seed: { default: BIG_SEED } } });
    await expect(library.read(id, 2)).rejects.toMatchObject({ code: "not-found" });
  });

  it("is searched, filtered and read in pages", async () => {
    for (const name of ["C", "A", "B"]) await create({ name });
    await create({ name: "Z", category: "effects", tags: ["loom"], description: "Weaves." });
    const first = await list();
    expect(first.names).toEqual(["A", "B"]);
    expect(await list({ cursor: first.nextCursor })).toEqual({ names: ["C", "Z"], nextCursor: undefined });
    expect((await list({ search: "weav" })).names).toEqual(["Z"]);
    expect((await list({ search: "LOOM" })).names).toEqual(["Z"]);
    expect((await list({ category: "effects" })).names).toEqual(["Z"]);
    expect((await list({ tag: "snow" })).names).toEqual(["A", "B"]);
    expect((await list({ workspace: "workspace_other" })).names).toEqual([]);
    expect(await library.tags(workspace)).toEqual([
      { tag: "animal", count: 3 },
      { tag: "snow", count: 3 },
      { tag: "loom", count: 1 },
    ]);
  });

  it("archives and brings back; graphs find what is archived", async () => {
    const { id } = await create();
    await library.setArchived(id, true);
    expect((await list()).names).toEqual([]);
    expect((await list({ isArchived: true })).names).toEqual(["Fox"]);
    const reference = createWorkflowReferences(createComfyWorkflowStore(database));
    expect(await reference(workspace, id, undefined)).toMatchObject({ kind: "workflow", version: 1, outputs: { image: "image" } });
    expect(await reference("workspace_other", id, undefined)).toMatchObject({ kind: "missing" });
    expect(await reference(workspace, id, 9)).toMatchObject({ kind: "missing", reason: expect.stringContaining("no version 9") });
    await library.setArchived(id, false);
    expect((await list()).names).toEqual(["Fox"]);
  });

  it("numbers versions, refuses one made of an older one, and goes back", async () => {
    const { id, shown } = await create();
    const offered = {
      inputs: shown.content.inputs.map((input) => ({ ...input, title: input.name === "seed" ? "Chance" : input.title, isShown: input.name === "seed" })),
      outputs: [],
    };
    const given = { after: 1, note: "", offered, actor: "local", signal };
    const second = await library.addVersion(id, given);
    expect(second).toMatchObject({ version: 2, counts: { inputs: 1 }, shown: { note: "Other inputs and outputs" } });
    await expect(library.addVersion(id, given)).rejects.toMatchObject({ code: "conflict" });
    // another file keeps the names
    const third = await library.addVersion(id, { after: 2, note: "", source, connection, actor: "local", signal });
    expect(third.shown.content.inputs.filter(({ isShown }) => isShown)).toMatchObject([{ title: "Chance" }]);
    const fourth = await library.addVersion(id, { after: 3, note: "", again: 1, actor: "local", signal });
    expect(fourth.shown.content).toEqual(shown.content);
    const { items, nextCursor } = await library.versions({ id, limit: 3 });
    expect(items.map(({ number }) => number)).toEqual([4, 3, 2]);
    expect((await library.versions({ id, limit: 3, cursor: nextCursor })).items.map(({ number }) => number)).toEqual([1]);
  });

  it("asks a server anew, and makes a version only of what is new", async () => {
    const { id } = await create();
    const refresh = () => library.refresh(id, { connection, actor: "local", signal });
    expect(await refresh()).toMatchObject({ isChanged: false, version: 1 });
    const { KSampler: _gone, ...rest } = sampleClasses;
    classes = { ...rest, CheckpointLoaderSimple: { ...sampleClasses.CheckpointLoaderSimple, input: { required: { ckpt_name: [["new.safetensors"]] } } } };
    const changed = await refresh();
    expect(changed).toMatchObject({ isChanged: true, version: 2, isIncomplete: true, shown: { missing: [{ name: "KSampler" }] } });
    expect(changed.shown.content.inputs.find(({ name }) => name === "ckpt_name")).toMatchObject({ choices: ["new.safetensors"] });
  });

  it("says in words what cannot be imported", async () => {
    const ui = (type: string) => ({
      text: JSON.stringify({
        nodes: [uiNode(1, type, { outputs: [[1]] }), uiNode(2, "PreviewImage", { inputs: [["images", "IMAGE", 1]] })],
        links: [[1, 1, 0, 2, 0, "IMAGE"]],
      }),
    });
    const importing = (given: object) => library.create({ workspace, source, signal, actor: "local", about, ...given });
    await expect(importing({ source: ui("Glow"), connection })).rejects.toMatchObject({
      code: "unprocessable",
      message: expect.stringContaining("does not have Glow"),
    });
    await expect(importing({ source: ui("LoadImage") })).rejects.toMatchObject({
      code: "unprocessable",
      message: expect.stringContaining("choose a ComfyUI server"),
    });
    await expect(importing({ source: { text: "{" } })).rejects.toMatchObject({ code: "unprocessable" });
    await expect(importing({ connection: "conn_away" })).rejects.toMatchObject({ code: "unprocessable", message: "It does not answer." });
    await expect(importing({ source: { asset: "0".repeat(64) } })).rejects.toMatchObject({ code: "not-found" });
    expect(await importing({ source: { asset: "f".repeat(64) } })).toMatchObject({
      version: 1,
      shown: { warnings: [expect.stringContaining("No ComfyUI server was asked")] },
    });
  });

  it("holds the picture that stands for a workflow", async () => {
    const cover = "a".repeat(64);
    const { id } = await create({ cover });
    const references = workflowReferences(database);
    expect(await references.held({ workspace, hashes: [cover, "b".repeat(64)] })).toEqual(new Set([cover]));
    expect(await references.uses({ workspace, hash: cover, limit: 5 })).toMatchObject([{ holder: "workflow", id, name: "Fox" }]);
  });
});
