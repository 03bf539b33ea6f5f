import { type ExactJson, parseExactJson, stringifyExactJson } from "#nodes/kit/comfyui/exact-json.ts";
import type { ComfyFile, ComfyPrompt } from "#nodes/kit/comfyui/service.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { EgressClient } from "../egress/create-egress-client.ts";
import { startCallClock } from "../models/call-clock.ts";
import { plainMessage } from "./plain-message.ts";

/** A server as its connection says. */
export interface ComfyAddress {
  /** What people call the connection. */
  name: string;
  /** Where its API begins, without a slash at the end. */
  baseUrl: string;
  /** What proves who asks; sent to that origin only. */
  headers: Record<string, string>;
}

export interface RawAnswer {
  status: number;
  headers: Headers;
  body: Uint8Array;
}

interface Call {
  method?: "GET" | "POST";
  /** Below the base address, with its query. */
  path: string;
  /** Sent as JSON, whole numbers exactly. */
  json?: unknown;
  form?: FormData;
  mostBytes?: number;
  timeoutMs?: number;
  /** Statuses that are answers, too. */
  allow?: readonly number[];
  signal: AbortSignal;
}

/** One ComfyUI server over HTTP. Everything throws `NodeError`: `network`, `timeout`, `auth`, `policy`, `limit`, `http-status`, `cancelled`. */
export interface ComfyHttp {
  readonly address: ComfyAddress;
  call(call: Call): Promise<RawAnswer>;
  json(call: Call): Promise<ExactJson>;
}

/** Milliseconds for an answer. While a node computes, the server answers late: it shares one interpreter with it. */
const ANSWER_MS = 30_000;
const MOST_BYTES = 64 * 1024 * 1024;

export interface ComfyHttpGiven {
  egress: Pick<EgressClient, "fetch">;
  /** Milliseconds for an answer, where a call says no other time. */
  answerMs?: number | undefined;
}

export function createComfyHttp(address: ComfyAddress, { egress, answerMs = ANSWER_MS }: ComfyHttpGiven): ComfyHttp {
  const who = `"${address.name}"`;
  const call = async ({ method = "GET", path, json, form, mostBytes = MOST_BYTES, timeoutMs = answerMs, allow = [], signal }: Call): Promise<RawAnswer> => {
    const clock = startCallClock({ signal, timeoutMs, silenceMs: timeoutMs, who });
    try {
      clock.signal.throwIfAborted();
      const body = json === undefined ? form : stringifyExactJson(json);
      const answer = await egress.fetch(`${address.baseUrl}${path}`, {
        ...{ method, redirect: "manual", signal: clock.signal },
        headers: { ...address.headers, "user-agent": "Heddle", ...(json !== undefined && { "content-type": "application/json" }) },
        ...(body !== undefined && { body }),
      });
      const read = { status: answer.status, headers: answer.headers, body: await readAll(answer, { mostBytes, who, signal: clock.signal }) };
      if (read.status === 200 || allow.includes(read.status)) return read;
      throw statusFailure(read, who);
    } catch (error) {
      throw advised(clock.signal.aborted ? clock.signal.reason : error, who);
    } finally {
      clock.stop();
    }
  };
  return {
    address,
    call,
    json: async (given) => {
      const answer = await call(given);
      return parseAnswer(answer, who);
    },
  };
}

/** What is wrong with the way to the server, with its name and what to do; anything else as it is. */
function advised(error: unknown, who: string): unknown {
  if (!(error instanceof NodeError) || (error.code !== "network" && error.code !== "timeout")) return error;
  const { code, happened, details, message } = error;
  const said = message.startsWith(who) ? message : `${who} cannot be reached: ${message}`;
  const advice =
    code === "network" ? "Start ComfyUI there, or correct its address on the connections page." : "Look whether ComfyUI still works there; its log tells.";
  return new NodeError(code, `${said} ${advice}`, { happened, ...(details && { details }), cause: error });
}

/** Throws `NodeError("http-status")` for what is no JSON. */
export function parseAnswer({ status, body }: RawAnswer, who: string): ExactJson {
  const text = new TextDecoder().decode(body);
  try {
    return parseExactJson(text);
  } catch (cause) {
    throw new NodeError(
      "http-status",
      `${who} answered with something that is no JSON: it may be no ComfyUI server. ${plainMessage(text).slice(0, 200)}`.trim(),
      {
        details: { status },
        cause,
      },
    );
  }
}

async function readAll(answer: Response, { mostBytes, who, signal }: { mostBytes: number; who: string; signal: AbortSignal }): Promise<Uint8Array> {
  const tooLarge = () => new NodeError("limit", `${who} sent more than ${Math.floor(mostBytes / 1024 / 1024)} MiB.`);
  if (!answer.body) return new Uint8Array();
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    if (Number(answer.headers.get("content-length") ?? 0) > mostBytes) throw tooLarge();
    for await (const piece of answer.body) {
      bytes += piece.length;
      if (bytes > mostBytes) throw tooLarge();
      pieces.push(piece);
    }
  } catch (error) {
    await answer.body.cancel().catch(() => undefined);
    if (error instanceof NodeError) throw error;
    signal.throwIfAborted();
    throw new NodeError("network", `${who} broke off in the middle of an answer.`, { cause: error });
  }
  return Buffer.concat(pieces);
}

function statusFailure({ status, body }: RawAnswer, who: string): NodeError {
  const details = { status };
  if (status === 401 || status === 403) {
    const message = `${who} did not let Heddle in (${status}). Enter what it asks for on the connections page; ComfyUI itself asks for nothing, a proxy before it may.`;
    return new NodeError("auth", message, { happened: "no", details });
  }
  if (status >= 300 && status < 400)
    return new NodeError("http-status", `${who} answered with a redirect (${status}), which is not followed. Enter the address it leads to.`, {
      ...{ happened: "no", details },
    });
  if (status === 413) return new NodeError("limit", `${who} does not take a file of this size.`, { happened: "no", details });
  const said = plainMessage(new TextDecoder().decode(body.subarray(0, 2_000))).slice(0, 200);
  return new NodeError("http-status", `${who} answered with status ${status}.${said === "" ? "" : ` It said: ${said}`}`, { details });
}

/** The body of `POST /prompt`. */
export interface PromptBody {
  prompt: ComfyPrompt | ExactJson;
  prompt_id: string;
  client_id: string;
  extra_data: Record<string, ExactJson>;
  front?: true;
  number?: number;
  partial_execution_targets?: readonly string[];
}

export function viewPath({ filename, subfolder, type }: ComfyFile): string {
  return `/view?${new URLSearchParams({ filename, subfolder, type })}`;
}
