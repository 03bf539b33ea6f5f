import type { z } from "zod";
import type { WorkspaceId } from "#runtime/graph/ids.ts";
import type { FileValue } from "#runtime/node/port-value.ts";
import { readAsset, storeAsset, type ThumbnailSize } from "#server/contract/assets.ts";
import { WORKSPACE_HEADER } from "#server/contract/common.ts";
import { networkProblem, problemOf, unexpectedAnswer } from "../api/api-problem.ts";
import { chosenWorkspace } from "../api/chosen-workspace.ts";
import { routeUrl } from "../api/client.ts";
import { tellRefusal } from "../api/refusals.ts";

interface Circumstances {
  /** Of the graph, where it is not the one this page works in. */
  workspace: WorkspaceId | undefined;
  signal: AbortSignal;
}

/** Sends a file. Throws `ApiProblem`, or the signal's reason when it was aborted. By XMLHttpRequest: `fetch` does not tell how far it is. */
export function storeFile(
  file: File,
  { workspace = chosenWorkspace(), isKept = false, ...given }: Circumstances & Sending & { isKept?: boolean },
): Promise<FileValue> {
  // kept: it stays in the library though nothing refers to it
  const query = { name: sendableName(file.name), ...(isKept && { keep: "true" }) };
  return sendFile(storeAsset, file, { ...given, workspace, url: routeUrl(storeAsset.path, {}, query) });
}

interface Sending {
  signal: AbortSignal;
  onSent(bytes: number): void;
}

/** Sends a file to any route that takes one. Throws as `storeFile` does. */
export function sendFile<Answer extends z.ZodType>(
  route: { method: string; answer: Answer },
  file: File,
  { url, workspace, signal, onSent }: Sending & { url: string; workspace?: WorkspaceId | undefined },
): Promise<z.output<Answer>> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(route.method, url);
    request.setRequestHeader("accept", "application/json, application/problem+json");
    request.setRequestHeader("content-type", file.type || "application/octet-stream");
    if (workspace) request.setRequestHeader(WORKSPACE_HEADER, workspace);
    request.upload.onprogress = ({ loaded }) => onSent(loaded);
    request.onload = () => {
      if (request.status === 401 || request.status === 403) tellRefusal();
      const body = jsonOf(request.responseText);
      if (request.status >= 300) return reject(problemOf(request.status, body));
      const parsed = route.answer.safeParse(body);
      if (parsed.success) resolve(parsed.data);
      else reject(unexpectedAnswer(request.status, parsed.error));
    };
    request.onerror = () => reject(networkProblem(undefined));
    request.onabort = () => reject(signal.reason);
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}

/** The content of a stored file. Throws `ApiProblem`, or the signal's reason when it was aborted. */
export async function loadFile({ $asset, name, mediaType }: FileValue, { workspace = chosenWorkspace(), signal }: Circumstances): Promise<Blob> {
  const headers = workspace ? { [WORKSPACE_HEADER]: workspace } : {};
  return fetchFile(routeUrl(readAsset.path, { hash: $asset }, { name: sendableName(name) }), { headers, signal, mediaType });
}

/** The beginning of a stored file. Throws as `loadFile` does. */
export function loadBeginning({ $asset, mediaType, bytes }: FileValue, length: number, circumstances: Circumstances): Promise<Blob> {
  const { workspace = chosenWorkspace(), signal } = circumstances;
  const headers = { ...(workspace && { [WORKSPACE_HEADER]: workspace }), ...(bytes > length && { range: `bytes=0-${length - 1}` }) };
  return fetchFile(routeUrl(readAsset.path, { hash: $asset }, {}), { headers, signal, mediaType });
}

/** A smaller picture of a stored one. Throws as `loadFile` does. */
export function loadThumbnail(hash: string, size: ThumbnailSize, { workspace = chosenWorkspace(), signal }: Circumstances): Promise<Blob> {
  const headers = workspace ? { [WORKSPACE_HEADER]: workspace } : {};
  return fetchFile(routeUrl(readAsset.path, { hash }, { size: String(size) }), { headers, signal, mediaType: "image/webp" });
}

/** The content of a file at an address of the API. Throws as `loadFile` does. */
export async function fetchFile(
  url: string,
  { headers = {}, signal, mediaType }: { headers?: Record<string, string>; signal: AbortSignal; mediaType: string },
): Promise<Blob> {
  try {
    const response = await fetch(url, { headers, signal });
    if (!response.ok) throw problemOf(response.status, await response.json().catch(() => undefined));
    // the server calls it bytes where a browser could run it; an image element does not
    return new Blob([await response.blob()], { type: mediaType });
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof TypeError ? networkProblem(error) : error;
  }
}

/** A name the server takes, whatever the file system allowed. */
export function sendableName(name: string): string {
  const clean = name.replaceAll(/[/\\\p{Cc}\p{Bidi_Control}]/gu, "_").trim();
  if (clean.length <= 255) return clean || "file";
  const ending = /\.[A-Za-z0-9]{1,10}$/.exec(clean)?.[0] ?? "";
  return clean.slice(0, 255 - ending.length) + ending;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
