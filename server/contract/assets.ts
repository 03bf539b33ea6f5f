import { z } from "zod";
import { graphIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import { fileValueSchema } from "#runtime/node/port-value.ts";
import { emptySchema, listQuerySchema, pageOf, timeSchema } from "./common.ts";
import { defineRoute } from "./route.ts";

/** Bytes one file may have. */
export const ASSET_BYTES = 100 * 1024 * 1024;

/** A name for people, without the folders it came from and without characters that are not shown. */
export const fileNameSchema = z
  .string()
  .trim()
  .min(1, { error: "Give the file a name." })
  .max(255, { error: "The name of a file has at most 255 characters." })
  .refine((name) => !/[/\\\p{Cc}\p{Bidi_Control}]/u.test(name), { error: "The name of a file has no slash and nothing that cannot be seen." });

/** What files are looked for by. `document`: PDF and what office programs write. */
export const ASSET_KINDS = ["image", "video", "audio", "text", "document", "other"] as const;
export const assetKindSchema = z.enum(ASSET_KINDS);
export type AssetKind = z.infer<typeof assetKindSchema>;

/** Pixels of the longer side a picture may be asked for in. */
export const THUMBNAIL_SIZES = [64, 320, 1280] as const;
export type ThumbnailSize = (typeof THUMBNAIL_SIZES)[number];

/** Who brought a file, or which node of which run made it. */
const originSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("upload"), actor: z.string(), at: timeSchema }),
  z.strictObject({
    type: z.literal("run"),
    run: runIdSchema,
    graph: graphIdSchema,
    /** As it is called now; null when it is gone. */
    graphName: z.string().nullable(),
    /** The type of the node that made it. */
    nodeType: z.string(),
    at: timeSchema,
  }),
]);
export type AssetOrigin = z.infer<typeof originSchema>;

/** A file of the workspace. The same content is one file, whoever brings it and whatever they call it. */
export const assetSchema = z.strictObject({
  hash: fileValueSchema.shape.$asset,
  name: z.string(),
  mediaType: z.string(),
  kind: assetKindSchema,
  bytes: z.int(),
  /** Pixels; null where it is no picture, or one that does not tell. */
  width: z.int().nullable(),
  height: z.int().nullable(),
  /** Whether `?size=` gives a picture of it. */
  hasThumbnail: z.boolean(),
  /** It stays until somebody deletes it. Others go a day after the last thing that refers to them is gone. */
  isKept: z.boolean(),
  createdAt: timeSchema,
  /** Where it came from first, at most ten, oldest first. */
  origins: z.array(originSchema),
});
export type Asset = z.infer<typeof assetSchema>;

/** What a file can be referred to by. */
export const ASSET_HOLDERS = ["draft", "revision", "run", "chat", "variable", "memory", "workflow", "knowledge-document"] as const;

/** Something that refers to a file. */
export const assetUseSchema = z.strictObject({
  holder: z.enum(ASSET_HOLDERS),
  /** Of the holder: of a draft or a revision its graph's, of a variable its name. */
  id: z.string(),
  /** For people. */
  name: z.string(),
  /** The graph it belongs to, where there is one. */
  graph: z.string().nullable(),
  /** Of a revision. */
  number: z.int().nullable(),
});
export type AssetUse = z.infer<typeof assetUseSchema>;

const params = z.strictObject({ hash: fileValueSchema.shape.$asset });

/** The body is the file itself, its media type the request's `Content-Type`. The same content is kept once. */
export const storeAsset = defineRoute({
  id: "storeAsset",
  method: "POST",
  path: "/api/assets",
  summary: "Keep a file; the answer is the value that inputs for files take. Without `keep=true` it goes a day after nothing refers to it",
  action: "asset.write",
  params: z.strictObject({}),
  query: z.strictObject({ name: fileNameSchema, keep: z.enum(["true", "false"]).default("false") }),
  upload: ASSET_BYTES,
  status: 201,
  answer: fileValueSchema,
});
export const readAsset = defineRoute({
  id: "readAsset",
  method: "GET",
  path: "/api/assets/:hash",
  summary: "The content of a file, whole or a range of its bytes, as a download; with `size` a smaller picture of it",
  action: "asset.read",
  params,
  /** `name`: what the download is called. */
  query: z.strictObject({ name: fileNameSchema.optional(), size: z.enum(THUMBNAIL_SIZES.map(String) as [`${ThumbnailSize}`]).optional() }),
  status: 200,
  isFile: true,
  answer: z.undefined(),
});
export const listAssets = defineRoute({
  id: "listAssets",
  method: "GET",
  path: "/api/assets",
  summary: "The workspace's files, newest first; `graph` and `run`: made or used there; `search` looks at names",
  action: "asset.read",
  params: emptySchema,
  query: listQuerySchema.extend({
    kind: assetKindSchema.optional(),
    graph: graphIdSchema.optional(),
    run: runIdSchema.optional(),
    from: timeSchema.optional(),
    to: timeSchema.optional(),
  }),
  status: 200,
  answer: pageOf(assetSchema).extend({
    /** All files of the workspace, whatever was asked for. */
    total: z.strictObject({ files: z.int(), bytes: z.int() }),
  }),
});
export const listAssetUses = defineRoute({
  id: "listAssetUses",
  method: "GET",
  path: "/api/assets/:hash/uses",
  summary: "What refers to a file: drafts, revisions, runs, chats and whatever else keeps it",
  action: "asset.read",
  params,
  query: emptySchema,
  status: 200,
  /** `more`: there are others. */
  answer: z.strictObject({ items: z.array(assetUseSchema), more: z.boolean() }),
});
export const changeAsset = defineRoute({
  id: "changeAsset",
  method: "PATCH",
  path: "/api/assets/:hash",
  summary: "Call a file something else, or say whether it stays while nothing refers to it",
  action: "asset.manage",
  params,
  query: emptySchema,
  body: z.strictObject({ name: fileNameSchema.optional(), isKept: z.boolean().optional() }),
  status: 200,
  answer: assetSchema,
});
export const deleteAsset = defineRoute({
  id: "deleteAsset",
  method: "DELETE",
  path: "/api/assets/:hash",
  summary: "Delete a file that nothing refers to; refused with what does otherwise",
  action: "asset.manage",
  params,
  query: emptySchema,
  status: 204,
  answer: z.undefined(),
});
