import type { WorkspaceId } from "#runtime/graph/ids.ts";
import type { FileValue } from "#runtime/node/port-value.ts";
import { readAsset, storeAsset } from "#server/contract/assets.ts";
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
export function storeFile(file: File, { workspace = chosenWorkspace(), signal, onSent }: Circumstances & { onSent(bytes: number): void }): Promise<FileValue> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(storeAsset.method, routeUrl(storeAsset.path, {}, { name: sendableName(file.name) }));
    request.setRequestHeader("accept", "application/json, application/problem+json");
    request.setRequestHeader("content-type", file.type || "application/octet-stream");
    if (workspace) request.setRequestHeader(WORKSPACE_HEADER, workspace);
    request.upload.onprogress = ({ loaded }) => onSent(loaded);
    request.onload = () => {
      if (request.status === 401 || request.status === 403) tellRefusal();
      const body = jsonOf(request.responseText);
      if (request.status >= 300) return reject(problemOf(request.status, body));
      const parsed = storeAsset.answer.safeParse(body);
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
  try {
    const response = await fetch(routeUrl(readAsset.path, { hash: $asset }, { name: sendableName(name) }), { headers, signal });
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
