// A program of its own: node:http, and what comes in written to a file under its hash, as the least that taking a file needs.
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

const directory = await mkdtemp(join(tmpdir(), "heddle-bare-upload-"));
const server = createServer((request, response) => {
  const keep = async () => {
    const draft = join(directory, "draft");
    const hash = createHash("sha256");
    request.on("data", (piece: Buffer) => hash.update(piece));
    await pipeline(request, createWriteStream(draft));
    await rename(draft, join(directory, hash.digest("hex")));
    response.end("{}");
  };
  if (request.method === "POST") keep().catch((error: unknown) => response.writeHead(500).end(String(error)));
  else response.end("{}");
});
server.listen(Number(process.env.PORT), "127.0.0.1");
process.on("SIGTERM", () => void rm(directory, { recursive: true, force: true }).then(() => process.exit(0)));
