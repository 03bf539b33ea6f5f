import { randomBytes } from "node:crypto";
import { request as sendRequest } from "node:http";
import { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { benchPlaces } from "./databases.ts";
import { type Benchmark, type Figure, figure } from "./figure.ts";
import { HEDDLE, type ProcessGiven, startProcess } from "./process.ts";
import { memoryOfTree } from "./process-memory.ts";

const MEGABYTE = 1024 * 1024;
const SAMPLE_MS = 20;
/** What nobody can tell from nothing. */
const LEAST = 0.1;
const BARE = { program: new URL("./bare-upload.ts", import.meta.url), ready: "/" };

/** Resident memory that a server takes beyond what it had while one large file comes in. */
export const uploadMemory: Benchmark = {
  name: "upload-memory",
  run: async ({ small }) => {
    const megabytes = small ? 4 : 100;
    const against = "node:http that writes what comes to a file under its hash";
    const reference = await grownBy(BARE, { megabytes, path: "/", settleMs: small ? 100 : 2_000 });
    const figures: Record<string, Figure> = {};
    for (const place of await benchPlaces({ small })) {
      const given = { megabytes, path: "/api/assets?name=large.bin", settleMs: small ? 100 : 15_000 };
      const value = await grownBy({ ...HEDDLE, environment: place.environment }, given);
      figures[place.nameOf("upload-memory")] = figure({
        ...{ value, unit: "MB", reference, against },
        ...(place.kind === "postgres" && { goal: { type: "at-most", of: "value", limit: 50 } }),
      });
      await place.dispose();
    }
    return figures;
  },
};

/** Megabytes that a process has more while a file comes in than before, at the most. A small file comes first, so that code and buffers are there. */
async function grownBy(given: ProcessGiven, { megabytes, path, settleMs }: { megabytes: number; path: string; settleMs: number }): Promise<number> {
  const running = await startProcess(given);
  try {
    await send(running.url + path, 1);
    await delay(settleMs);
    const before = await memoryOfTree(running.pid);
    let most = before;
    let isOver = false;
    const sent = send(running.url + path, megabytes).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      most = Math.max(most, await memoryOfTree(running.pid));
      await Promise.race([delay(SAMPLE_MS), sent]);
    }
    await sent;
    return Math.max(LEAST, most - before);
  } finally {
    await running.stop();
  }
}

/** As fast as it is taken. Throws where it is not. */
function send(address: string, megabytes: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const headers = { "content-type": "application/octet-stream", "content-length": String(megabytes * MEGABYTE) };
  const request = sendRequest(address, { method: "POST", headers }, (response) => {
    response.resume();
    const { statusCode = 0 } = response;
    response.on("end", () => (statusCode < 300 ? resolve() : reject(new Error(`The upload was answered ${statusCode}.`))));
  });
  request.on("error", reject);
  Readable.from(pieces(megabytes)).pipe(request);
  return promise;
}

/** Different each time: what is kept already would not be written. */
function* pieces(megabytes: number): Iterable<Uint8Array> {
  for (let sent = 0; sent < megabytes; sent++) yield randomBytes(MEGABYTE);
}
