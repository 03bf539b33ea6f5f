import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { AwsV4Signer } from "aws4fetch";
import { type Dispatcher, request } from "undici";
import { mayPass, refusalText, toldBy } from "./s3-refusal.ts";

/** Where an S3-compatible storage is, and who we are there. */
export interface S3Place {
  /** The bucket's address, with a folder in it where one is wanted: `https://s3.example.org/bucket/heddle`. */
  url: URL;
  region: string;
  keyId: string;
  secret: string;
}

/** The storage refused, or could not be reached, however often it was tried. */
export class StorageError extends Error {
  override readonly name = "StorageError";
  /** Of its answer; undefined where it gave none. */
  readonly status: number | undefined;

  constructor(message: string, { status, cause }: { status?: number; cause?: unknown } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
  }
}

export interface S3Request {
  method: "GET" | "HEAD" | "PUT" | "DELETE";
  /** Below the place's own, without a slash in front. */
  key: string;
  range?: { start: number; end: number };
  /** Made anew for each try. `sha256` is what is signed for it, so that other content is refused. */
  body?: { make(): Uint8Array | Readable; bytes: number; sha256: string };
  /** Ends it, and every try that is left. */
  signal?: AbortSignal | undefined;
}

export interface S3Answer {
  status: number;
  /** Of the content; undefined when it was not said. */
  bytes: number | undefined;
  content: Readable;
}

export interface S3Client {
  /** An answer of 200 to 299, or 404 where nothing is sent there. Throws `StorageError` for any other, after it was tried again where that may help. */
  send(given: S3Request): Promise<S3Answer>;
}

const TRIES = 4;
const FIRST_WAIT_MS = 200;
const EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** Speaks the S3 REST API, signed by AWS Signature Version 4 (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html). */
export function createS3Client(place: S3Place, given: { dispatcher: Dispatcher; waitMs?: number }): S3Client {
  const { dispatcher, waitMs = FIRST_WAIT_MS } = given;
  return {
    send: async (wanted) => {
      for (let attempt = 1; ; attempt++) {
        const answer = await once(place, { ...wanted, dispatcher }).catch((cause: unknown) => {
          if (attempt < TRIES && !wanted.signal?.aborted) return undefined;
          throw new StorageError(`The storage at ${place.url.host} cannot be reached (HEDDLE_S3_URL). Is it running, and is the address right?`, { cause });
        });
        if (answer !== undefined) {
          const isMissing = answer.status === 404 && wanted.method !== "PUT";
          if ((answer.status >= 200 && answer.status < 300) || isMissing) return answer;
          const refusal = { status: answer.status, ...(await toldBy(answer.content)) };
          if (!mayPass(refusal) || attempt === TRIES) throw new StorageError(refusalText(place.url.host, refusal), { status: answer.status });
        }
        // a try after it was ended says so
        await delay(waitMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2), undefined, { signal: wanted.signal }).catch(() => undefined);
      }
    },
  };
}

async function once(place: S3Place, { method, key, range, body, signal, dispatcher }: S3Request & { dispatcher: Dispatcher }): Promise<S3Answer> {
  const { region, keyId: accessKeyId, secret: secretAccessKey } = place;
  const base = place.url.href.replace(/\/$/, "");
  const headers = { "x-amz-content-sha256": body?.sha256 ?? EMPTY_SHA256 };
  const signer = new AwsV4Signer({ method, url: `${base}/${key}`, headers, accessKeyId, secretAccessKey, service: "s3", region });
  const signed = await signer.sign();
  const sent = {
    ...Object.fromEntries(signed.headers),
    ...(range && { range: `bytes=${range.start}-${range.end}` }),
    // its length, or it would be sent in pieces that S3 does not take
    ...(body && { "content-length": String(body.bytes), "content-type": "application/octet-stream" }),
  };
  const answer = await request(signed.url, { method, headers: sent, dispatcher, ...(signal && { signal }), ...(body && { body: body.make() }) });
  const length = answer.headers["content-length"];
  return { status: answer.statusCode, bytes: typeof length === "string" ? Number(length) : undefined, content: answer.body };
}
