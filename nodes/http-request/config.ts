import { z } from "zod";
import { credentialField, expression, jsonTemplate, records } from "#runtime/node/fields.ts";
import { templateText } from "../kit/text/template-text-field.ts";

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** Names with values: query, headers, form fields. */
function pairs(about: { title: string; description?: string }) {
  return records({ name: z.string().max(200).default("").meta({ title: "Name" }), value: expression(scalar, { title: "Value" }).prefault("") }, about);
}

export const httpRequestConfig = z.strictObject({
  method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]).default("GET").meta({ title: "Method" }),
  url: expression(z.string().max(8_000), {
    title: "Address",
    description:
      "Values are percent-encoded where they stand in it: none adds a path or a parameter. An address that begins with {{ }} has that part as it is.",
    placeholder: "https://api.example.com/items/{{ inputs.id }}",
    address: true,
  }).prefault(""),
  credential: credentialField({
    title: "Credential",
    description: "Sent along to the hosts it is bound to. The node and its log never see the secret.",
  }).optional(),
  query: pairs({ title: "Query" }),
  headers: pairs({ title: "Headers" }),
  bodyKind: z.enum(["none", "json", "text", "form"]).default("none").meta({ title: "Body" }),
  json: jsonTemplate({ title: "JSON body", description: "Used when nothing is wired to the input body." }).default({}),
  text: templateText({ title: "Text body", language: "plain", description: "Used when nothing is wired to the input body." }),
  form: pairs({ title: "Form fields" }),
  responseKind: z.enum(["auto", "json", "text"]).default("auto").meta({ title: "Read the answer as", description: "Auto goes by its content type." }),
  failOnStatus: z.boolean().default(true).meta({ title: "Fail on status 400 and above" }),
  idempotent: z
    .boolean()
    .default(false)
    .meta({ title: "Send an Idempotency-Key", description: "Switch on when the other side honours it: a repeated request then has its effect once." }),
});
export type HttpRequestConfig = z.output<typeof httpRequestConfig>;

/** Whether requests of this method only look (RFC 9110, safe methods). */
export function isSafe(method: HttpRequestConfig["method"]): boolean {
  return method === "GET" || method === "HEAD" || method === "OPTIONS";
}

/** The kind of body that is sent: safe methods have none. */
export function bodyKindOf({ method, bodyKind }: HttpRequestConfig): HttpRequestConfig["bodyKind"] {
  return isSafe(method) ? "none" : bodyKind;
}
