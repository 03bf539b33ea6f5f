import { z } from "zod";
import { fileValueSchema } from "#runtime/node/port-value.ts";
import { defineRoute } from "./route.ts";

/** Bytes one file may have. */
export const ASSET_BYTES = 100 * 1024 * 1024;

/** A name for people, without the folders it came from and without characters that are not shown. */
const fileNameSchema = z
  .string()
  .trim()
  .min(1, { error: "Give the file a name." })
  .max(255, { error: "The name of a file has at most 255 characters." })
  .refine((name) => !/[/\\\p{Cc}\p{Bidi_Control}]/u.test(name), { error: "The name of a file has no slash and nothing that cannot be seen." });

/** The body is the file itself, its media type the request's `Content-Type`. The same content is kept once. */
export const storeAsset = defineRoute({
  id: "storeAsset",
  method: "POST",
  path: "/api/assets",
  summary: "Keep a file; the answer is the value that inputs for files take",
  action: "asset.write",
  params: z.strictObject({}),
  query: z.strictObject({ name: fileNameSchema }),
  upload: ASSET_BYTES,
  status: 201,
  answer: fileValueSchema,
});
export const readAsset = defineRoute({
  id: "readAsset",
  method: "GET",
  path: "/api/assets/:hash",
  summary: "The content of a file, whole or a range of its bytes, as a download",
  action: "asset.read",
  params: z.strictObject({ hash: fileValueSchema.shape.$asset }),
  /** `name`: what the download is called. */
  query: z.strictObject({ name: fileNameSchema.optional() }),
  status: 200,
  isFile: true,
  answer: z.undefined(),
});
