import { createHash } from "node:crypto";
import { z } from "zod";
import type { ComfyFile, ComfyUpload } from "#nodes/kit/comfyui/service.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { ComfyServerHold } from "./comfy-server.ts";
import { noComfy } from "./look-up.ts";
import { parseAnswer, viewPath } from "./server-access.ts";

/** In the folder of inputs. */
const FOLDER = "heddle";
const UPLOAD_MS = 120_000;
const DOWNLOAD_MS = 120_000;
const answerSchema = z.object({ name: z.string().min(1), subfolder: z.string().default(""), type: z.enum(["output", "input", "temp"]).default("input") });

/** As `ComfyClient.upload`. The same content has the same name, so that nothing piles up and nodes stay cached. */
export async function uploadFile(hold: ComfyServerHold, { content, name, mediaType, maskOf, signal }: Omit<ComfyUpload, "connection">): Promise<ComfyFile> {
  const form = new FormData();
  const hash = createHash("sha256").update(content);
  if (maskOf) hash.update(JSON.stringify([maskOf.filename, maskOf.subfolder, maskOf.type]));
  const file = `${hash.digest("hex").slice(0, 20)}-${safeName(name)}`;
  form.set("image", new Blob([new Uint8Array(content)], { type: mediaType }), file);
  form.set("type", "input");
  form.set("subfolder", FOLDER);
  form.set("overwrite", "true");
  if (maskOf) form.set("original_ref", JSON.stringify(maskOf));
  const path = maskOf ? "/upload/mask" : "/upload/image";
  const raw = await hold.http.call({ method: "POST", path, form, timeoutMs: UPLOAD_MS, allow: [400], signal });
  const { name: server } = hold.http.address;
  if (raw.status === 400)
    throw new NodeError("validation", `"${server}" did not take the file "${name}". ${maskOf ? "Is the picture the mask is for still there?" : ""}`.trim(), {
      happened: "no",
    });
  const answer = answerSchema.safeParse(parseAnswer(raw, `"${server}"`));
  if (!answer.success) throw noComfy(hold.http);
  const { name: filename, subfolder, type } = answer.data;
  return { filename, subfolder, type };
}

/** The server takes a name as it is sent: one that needs no encoding. Its extension decides how some nodes read it. */
function safeName(name: string): string {
  const plain = name
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[-.]+/, "");
  return plain.slice(-60) || "file";
}

/** As `ComfyClient.download`. */
export async function downloadFile(
  hold: ComfyServerHold,
  { file, mostBytes, signal }: { file: ComfyFile; mostBytes: number; signal: AbortSignal },
): Promise<{ content: Uint8Array; mediaType: string }> {
  const answer = await hold.http.call({ path: viewPath(file), mostBytes, timeoutMs: DOWNLOAD_MS, allow: [404], signal });
  if (answer.status === 404) {
    const message = `"${hold.http.address.name}" has the file "${file.filename}" no more: it was deleted there.`;
    throw new NodeError("not-found", message, { happened: "no", details: { reason: "gone", file: { ...file } } });
  }
  const mediaType = answer.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  return { content: answer.body, mediaType: mediaType === "" ? "application/octet-stream" : mediaType };
}
