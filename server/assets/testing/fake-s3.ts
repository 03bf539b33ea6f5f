import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { S3Place } from "../s3-client.ts";

/** What it does not do, until it is told otherwise. */
interface Limits {
  /** The key may not: what is not there is answered 403. */
  mayNotList?: boolean;
  /** All of a file is given for a part. */
  knowsNoRanges?: boolean;
  /** What is not there is answered 503. */
  failsForMissing?: boolean;
}

export interface FakeS3 {
  place: S3Place;
  /** By path. */
  objects: Map<string, Buffer>;
  /** Requests that came, as `PUT /bucket/…`, refused ones as well. */
  requests: string[];
  /** The next so many are refused: 503, as by a storage that is asked too much, when nothing else is said. */
  refuseNext(count: number, refusal?: { status: number; code: string; more?: string }): void;
  limit(limits: Limits): void;
  /** The next GET ends after so many bytes of its content. */
  cutNext(bytes: number): void;
  close(): Promise<void>;
}

const REGION = "eu-test-1";
const KEY_ID = "TESTKEY";
const SECRET = "test/secret+key";
/** Of refusals that are not 403. */
const STATUSES: Readonly<Record<string, number>> = { MissingContentLength: 411, AuthorizationHeaderMalformed: 400, XAmzContentSHA256Mismatch: 400 };

/**
 * A storage that knows the four requests we make and checks each signature by the steps of AWS Signature Version 4, written from its description
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html), not by the library under test.
 */
export async function startFakeS3(): Promise<FakeS3> {
  const objects = new Map<string, Buffer>();
  const requests: string[] = [];
  let refused = 0;
  let refusal: { status: number; code: string; more?: string } | undefined;
  let limits: Limits = {};
  let cut: number | undefined;
  const server = createServer(async (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const body = Buffer.concat(await request.toArray().catch(() => []));
    const fail = (status: number, code: string, more = "") =>
      response.writeHead(status, { "content-type": "application/xml" }).end(`<Error><Code>${code}</Code>${more}</Error>`);
    if (refused > 0) {
      refused--;
      return refusal ? fail(refusal.status, refusal.code, refusal.more) : fail(503, "SlowDown");
    }
    const problem = problemOf(request, body);
    if (problem !== undefined) return fail(STATUSES[problem] ?? 403, problem, problem === "AuthorizationHeaderMalformed" ? `<Region>${REGION}</Region>` : "");
    const key = request.url ?? "";
    if (!key.startsWith("/bucket/")) return fail(404, "NoSuchBucket");
    switch (request.method) {
      case "PUT":
        objects.set(key, body);
        return response.writeHead(200).end();
      case "DELETE":
        objects.delete(key);
        return response.writeHead(204).end();
      default: {
        const found = objects.get(key);
        if (!found && limits.failsForMissing) return fail(503, "SlowDown");
        if (!found) return limits.mayNotList ? fail(403, "AccessDenied") : fail(404, "NoSuchKey");
        if (limits.knowsNoRanges) delete request.headers.range;
        const wasCut = request.method === "GET" ? cut : undefined;
        if (wasCut !== undefined) cut = undefined;
        return give({ request, response }, found, wasCut);
      }
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ objects, requests },
    place: { url: new URL(`http://127.0.0.1:${port}/bucket/heddle`), region: REGION, keyId: KEY_ID, secret: SECRET },
    refuseNext: (count, given) => {
      refused = count;
      refusal = given;
    },
    limit: (given) => {
      limits = given;
    },
    cutNext: (bytes) => {
      cut = bytes;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function give({ request, response }: { request: IncomingMessage; response: ServerResponse }, content: Buffer, cut: number | undefined): void {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
  const part = from === undefined ? content : content.subarray(Number(from), Number(to) + 1);
  const range = from === undefined ? {} : { "content-range": `bytes ${from}-${Number(from) + part.length - 1}/${content.length}` };
  response.writeHead(from === undefined ? 200 : 206, { "content-length": part.length, ...range });
  if (request.method === "HEAD") response.end();
  else if (cut === undefined) response.end(part);
  else response.write(part.subarray(0, cut), () => setTimeout(() => response.destroy(), 20));
}

const sha256 = (content: string | Buffer) => createHash("sha256").update(content).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

/** The code S3 would refuse it with; undefined when all is well. */
function problemOf({ method = "", url = "", headers }: IncomingMessage, body: Buffer): string | undefined {
  if (method === "PUT" && headers["content-length"] === undefined) return "MissingContentLength";
  const pattern = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;
  const [, keyId = "", day = "", region = "", names = "", signature = ""] = pattern.exec(headers.authorization ?? "") ?? [];
  const time = String(headers["x-amz-date"] ?? "");
  if (keyId !== KEY_ID) return "InvalidAccessKeyId";
  if (region !== REGION || !time.startsWith(day)) return "AuthorizationHeaderMalformed";
  if (!names.split(";").includes("host")) return "AccessDenied";
  const payload = String(headers["x-amz-content-sha256"] ?? "");
  if (payload !== sha256(body)) return "XAmzContentSHA256Mismatch";
  const [path = "", query = ""] = url.split("?");
  const lines = names.split(";").map((name) => `${name}:${String(headers[name] ?? "").trim()}\n`);
  const canonical = [method, path, query, lines.join(""), names, payload].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const key = [region, "s3", "aws4_request"].reduce((before, text) => hmac(before, text), hmac(`AWS4${SECRET}`, day));
  const expected = hmac(key, ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n"));
  return timingSafeEqual(expected, Buffer.from(signature, "hex")) ? undefined : "SignatureDoesNotMatch";
}
