import type { HttpRequest } from "#nodes/kit/http/service.ts";

/** What changes from hop to hop. */
export type Hop = Pick<HttpRequest, "method" | "url" | "body"> & { headers: Record<string, string> };

const credentialHeaders = new Set(["authorization", "cookie", "cookie2", "proxy-authorization", "x-api-key"]);
const bodyHeaders = new Set(["content-encoding", "content-language", "content-location", "content-type", "content-length"]);

const without = (headers: Record<string, string>, names: Set<string>) => Object.fromEntries(Object.entries(headers).filter(([name]) => !names.has(name)));

/** The next hop as browsers do it, or `undefined` when the answer is no redirect. Header names are lower case. */
export function nextHop(hop: Hop, status: number, location: string | undefined): Hop | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined || !URL.canParse(location, hop.url)) return undefined;
  const url = new URL(location, hop.url);
  const isSameOrigin = url.origin === new URL(hop.url).origin;
  const headers = isSameOrigin ? hop.headers : without(hop.headers, credentialHeaders);
  const isRewritten = status === 303 ? hop.method !== "GET" && hop.method !== "HEAD" : (status === 301 || status === 302) && hop.method === "POST";
  if (isRewritten) return { method: "GET", url: url.href, headers: without(headers, bodyHeaders) };
  return { ...hop, url: url.href, headers };
}
