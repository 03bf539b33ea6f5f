import type { Readable } from "node:stream";

/** An answer that is none of ours to use, with what it tells (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html). */
export interface Refusal {
  status: number;
  /** Undefined where it has no body, as answers to HEAD. */
  code?: string | undefined;
  /** Where the bucket is, when it was looked for elsewhere. */
  region?: string | undefined;
  endpoint?: string | undefined;
}

const MOST_BYTES = 16 * 1024;

/** Reads what a refusal tells. Its message is left out: it may hold what was signed. */
export async function toldBy(content: Readable): Promise<Omit<Refusal, "status">> {
  let text = "";
  try {
    for await (const piece of content) {
      text += String(piece);
      if (text.length > MOST_BYTES) break;
    }
  } catch {
    // it broke off; the status says enough
  }
  const named = (element: string) => new RegExp(`<${element}>([A-Za-z0-9.:-]{1,200})</${element}>`).exec(text)?.[1];
  return { code: named("Code"), region: named("Region"), endpoint: named("Endpoint") };
}

/** Whether to ask again may help. A transfer that paused for too long is refused with 400, not 408. */
export function mayPass({ status, code }: Refusal): boolean {
  return status >= 500 || status === 429 || status === 408 || code === "RequestTimeout";
}

/** For whoever runs this server: what was answered, and what to do. */
export function refusalText(host: string, refusal: Refusal): string {
  const { status, code } = refusal;
  return `The storage at ${host} answered ${status}${code === undefined ? "" : ` (${code})`}. ${advice(refusal)}`;
}

function advice({ status, code, region, endpoint }: Refusal): string {
  if (code === "RequestTimeTooSkewed")
    return `Its clock and that of this machine, where it is ${new Date().toISOString()}, are more than 15 minutes apart. Set the one that is wrong.`;
  if (region !== undefined && (code === "AuthorizationHeaderMalformed" || code === "InvalidRegion"))
    return `Its region is ${region}: set HEDDLE_S3_REGION to that.`;
  if (status === 301 || status === 307)
    return `Check HEDDLE_S3_URL and HEDDLE_S3_REGION: it sends elsewhere${endpoint === undefined ? "" : `, to ${endpoint}`}, which is not followed.`;
  if (status === 404) return "There is no such bucket: check HEDDLE_S3_URL, or make the bucket.";
  if (status >= 500 || mayPass({ status, code })) return "Try again later; if it stays so, look at the storage's own log.";
  if (status === 401 || status === 403)
    return "Check HEDDLE_S3_KEY_ID, HEDDLE_S3_SECRET, HEDDLE_S3_REGION and what that key may do in the bucket: s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket.";
  return "Check HEDDLE_S3_URL, HEDDLE_S3_REGION and that it speaks the S3 API with Signature Version 4.";
}
