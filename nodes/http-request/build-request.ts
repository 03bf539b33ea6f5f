import { NodeError } from "#runtime/node/node-error.ts";
import type { HttpRequest } from "../kit/http/service.ts";
import { toText } from "../kit/text/to-text.ts";
import { bodyKindOf, type HttpRequestConfig } from "./config.ts";

type Pairs = HttpRequestConfig["query"];

/** What is sent, as far as config and inputs say it. Throws `NodeError("validation")` for an address or header that cannot be sent. */
export function buildRequest(config: HttpRequestConfig, inputs: Record<string, unknown>): Pick<HttpRequest, "method" | "url" | "headers"> & { body?: string } {
  const body = buildBody(config, inputs);
  const headers = new Map<string, string>();
  if (body) headers.set("content-type", body.contentType);
  for (const { name, value } of config.headers) {
    if (/[\r\n\0]/.test(String(value))) throw refuse(`The header "${name}" holds a line break.`);
    headers.set(name.toLowerCase(), String(value));
  }
  return { method: config.method, url: buildUrl(config), headers: Object.fromEntries(headers), ...(body && { body: body.text }) };
}

function buildUrl({ url, query }: HttpRequestConfig): string {
  const parsed = URL.parse(url);
  if (!parsed || (parsed.protocol !== "http:" && parsed.protocol !== "https:")) throw refuse(`"${url.slice(0, 200)}" is no web address.`);
  for (const { name, value } of query) parsed.searchParams.append(name, String(value));
  return parsed.href;
}

function buildBody(config: HttpRequestConfig, inputs: Record<string, unknown>): { text: string; contentType: string } | undefined {
  const isWired = Object.hasOwn(inputs, "body");
  switch (bodyKindOf(config)) {
    case "none":
      return undefined;
    case "json":
      return { text: JSON.stringify(isWired ? inputs.body : config.json), contentType: "application/json" };
    case "text":
      return { text: toText(isWired ? inputs.body : config.text), contentType: "text/plain; charset=utf-8" };
    case "form":
      return { text: encodeForm(config.form), contentType: "application/x-www-form-urlencoded" };
  }
}

function encodeForm(fields: Pairs): string {
  return new URLSearchParams(fields.map(({ name, value }): [string, string] => [name, String(value)])).toString();
}

function refuse(message: string): NodeError {
  return new NodeError("validation", message, { happened: "no" });
}
