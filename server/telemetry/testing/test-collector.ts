import { createServer, type IncomingHttpHeaders } from "node:http";
import { z } from "zod";

const valueSchema = z
  .object({ stringValue: z.string() })
  .transform(({ stringValue }) => stringValue)
  .or(z.object({ intValue: z.coerce.number() }).transform(({ intValue }) => intValue))
  .or(z.object({ doubleValue: z.number() }).transform(({ doubleValue }) => doubleValue))
  .or(z.object({ boolValue: z.boolean() }).transform(({ boolValue }) => boolValue))
  .or(
    z
      .object({ arrayValue: z.object({ values: z.array(z.object({ intValue: z.coerce.number() })) }) })
      .transform(({ arrayValue }) => arrayValue.values.map(({ intValue }) => intValue)),
  );
const attributesSchema = z
  .array(z.object({ key: z.string(), value: valueSchema }))
  .default([])
  .transform((list) => Object.fromEntries(list.map(({ key, value }) => [key, value])));
const instantSchema = z.string().transform((nanoseconds) => new Date(Number(BigInt(nanoseconds) / 1_000_000n)).toISOString());
const spanSchema = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  /** 1 internal, 3 client. */
  kind: z.number(),
  startTimeUnixNano: instantSchema,
  endTimeUnixNano: instantSchema,
  attributes: attributesSchema,
  events: z.array(z.object({ name: z.string(), timeUnixNano: instantSchema, attributes: attributesSchema })).default([]),
  links: z.array(z.object({ traceId: z.string(), spanId: z.string() })).default([]),
  /** 0 unset, 2 error. */
  status: z.object({ code: z.number(), message: z.string().optional() }),
});
const bodySchema = z.object({
  resourceSpans: z.array(z.object({ resource: z.object({ attributes: attributesSchema }), scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })) })),
});
export type CollectedSpan = z.infer<typeof spanSchema>;

export interface TestCollector {
  url: string;
  requests: { path: string; headers: IncomingHttpHeaders; text: string }[];
  spans(): CollectedSpan[];
  /** Attributes of the resource of the first batch. */
  resource(): Record<string, unknown> | undefined;
  close(): Promise<void>;
}

/** Takes traces over OTLP/HTTP as JSON, and holds each of them against the shape it must have. */
export async function startTestCollector(): Promise<TestCollector> {
  const requests: TestCollector["requests"] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      requests.push({ path: request.url ?? "", headers: request.headers, text: Buffer.concat(chunks).toString("utf8") });
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const batches = () => requests.flatMap(({ text }) => bodySchema.parse(JSON.parse(text)).resourceSpans);
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    spans: () => batches().flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    resource: () => batches()[0]?.resource.attributes,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
