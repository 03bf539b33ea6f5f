import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface EffectServiceOptions {
  /** Numbers in [0, 1). */
  random: () => number;
  /** Milliseconds an effect takes at most; half of it before it happens, half of it after. */
  delayMs: number;
  /** How many of the writes are made and then cut off without an answer. */
  resetRate: number;
}

/** Somebody else's service: it outlives the kills, and counts what was done to it. */
export interface EffectService {
  readonly port: number;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** How often `POST /plain?id=…` was made. */
  plainCalls(id: string): number;
  /** What the first of them was answered, or would have been; undefined when there was none. */
  plainAnswer(id: string): object | undefined;
  /** Effects of `POST /keyed?id=…`, by idempotency key. */
  keyedEffects(id: string): ReadonlyMap<string, number>;
  /** Ids under which there were effects. */
  ids(): string[];
  close(): Promise<void>;
}

/** Answers of `GET /flaky?id=…` with status 503 before the first good one. */
const FLAKY = 2;

/**
 * `GET /read`, `GET /flaky?id=…`, `POST /plain?id=…` (each call is an effect) and `POST /keyed?id=…` (an effect for each
 * `Idempotency-Key`; the same key gets the same answer). All answer `{ value }`: the `n` of query or body, and one more.
 */
export async function startEffectService({ random, delayMs, resetRate }: EffectServiceOptions): Promise<EffectService> {
  const plain = new Map<string, { calls: number; answer: object }>();
  const keyed = new Map<string, Map<string, number>>();
  const answers = new Map<string, Promise<object>>();
  const tries = new Map<string, number>();
  const pause = () => sleep((random() * delayMs) / 2);

  const write = async (count: () => void, n: number): Promise<object> => {
    await pause();
    count();
    await pause();
    return answerTo(n);
  };
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const id = url.searchParams.get("id") ?? "";
    const body = await bodyOf(request);
    const n = Number(url.searchParams.get("n") ?? body.n);
    switch (`${request.method} ${url.pathname}`) {
      case "GET /read":
        await pause();
        return send(response, answerTo(n));
      case "GET /flaky": {
        const made = (tries.get(id) ?? 0) + 1;
        tries.set(id, made);
        return made <= FLAKY ? send(response, { error: "busy" }, 503) : send(response, answerTo(n));
      }
      case "POST /plain": {
        const answer = await write(() => plain.set(id, { answer: answerTo(n), ...plain.get(id), calls: (plain.get(id)?.calls ?? 0) + 1 }), n);
        return random() < resetRate ? request.socket.destroy() : send(response, answer);
      }
      case "POST /keyed": {
        const key = String(request.headers["idempotency-key"]);
        const effects = keyed.get(id) ?? new Map<string, number>();
        keyed.set(id, effects);
        const known = answers.get(key) ?? write(() => effects.set(key, (effects.get(key) ?? 0) + 1), n);
        answers.set(key, known);
        const answer = await known;
        return random() < resetRate ? request.socket.destroy() : send(response, answer);
      }
      default:
        return send(response, { error: "There is nothing here." }, 404);
    }
  };
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    plainCalls: (id) => plain.get(id)?.calls ?? 0,
    plainAnswer: (id) => plain.get(id)?.answer,
    keyedEffects: (id) => keyed.get(id) ?? new Map(),
    ids: () => [...plain.keys(), ...keyed.keys()],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answerTo(n: number): { value: number } {
  return { value: n + 1 };
}

async function bodyOf(request: IncomingMessage): Promise<{ n?: unknown }> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text === "" ? {} : JSON.parse(text);
}

function send(response: ServerResponse, answer: object, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
}
