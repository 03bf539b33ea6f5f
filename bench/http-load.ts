import { Pool } from "undici";
import { percentile } from "./figure.ts";

export interface Load {
  /** Good answers in a second. */
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  sent: number;
  /** Requests without the answer that belongs to them. */
  lost: number;
}

export interface LoadGiven {
  url: string;
  /** Each keeps its connection and sends its next request when it has its answer. */
  clients: number;
  forMs: number;
  /** Requests of this long are not counted, so that code is compiled and connections are open. */
  warmMs: number;
}

/** Posts `{ "mark": … }` from many clients at once; an answer must hold the mark of its request. */
export async function load({ url, clients, forMs, warmMs }: LoadGiven): Promise<Load> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: clients, pipelining: 1, headersTimeout: 60_000, bodyTimeout: 60_000 });
  const begin = performance.now() + warmMs;
  const end = begin + forMs;
  const took: number[] = [];
  let sent = 0;
  let lost = 0;
  let last = begin;
  const client = async (name: number): Promise<void> => {
    for (let count = 0; count === 0 || performance.now() < end; count++) {
      const mark = `mark-${name}-${count}-`;
      const from = performance.now();
      const isGood = await ask(pool, { pathname, mark });
      const now = performance.now();
      if (!isGood) lost += 1;
      if (from < begin && count > 0) continue;
      sent += 1;
      if (isGood) took.push(now - from);
      last = Math.max(last, now);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, name) => client(name)));
  await pool.close();
  return { perSecond: took.length / ((last - begin) / 1_000), p50: percentile(took, 0.5), p99: percentile(took, 0.99), sent, lost };
}

async function ask(pool: Pool, { pathname, mark }: { pathname: string; mark: string }): Promise<boolean> {
  try {
    const body = JSON.stringify({ mark });
    const answer = await pool.request({ path: pathname, method: "POST", headers: { "content-type": "application/json" }, body });
    const text = await answer.body.text();
    return answer.statusCode === 200 && text.includes(mark);
  } catch {
    return false;
  }
}
