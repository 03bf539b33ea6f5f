import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import type { HttpRequest } from "#nodes/kit/http/service.ts";
import { createEgressClient, type EgressOptions } from "./create-egress-client.ts";
import type { HostAndPort, Lookup } from "./guard.ts";

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function listen(server: Server, host = "127.0.0.1", port = 0): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  closing.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return (server.address() as AddressInfo).port;
}

interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage["headers"];
  body: string;
}

async function startServer(answer: (request: Seen, response: ServerResponse) => void, host?: string, fixedPort?: number) {
  const seen: Seen[] = [];
  const listener: RequestListener = async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const entry = { method: request.method ?? "", url: request.url ?? "", headers: request.headers, body };
    seen.push(entry);
    answer(entry, response);
  };
  const server = createServer(listener);
  closing.push(() => server.closeAllConnections());
  const port = await listen(server, host, fixedPort);
  return { port, seen, origin: `http://127.0.0.1:${port}` };
}

const loopback: Lookup = async () => [{ address: "127.0.0.1", family: 4 }];

function open(allow: HostAndPort[], options: Partial<EgressOptions> = {}) {
  const client = createEgressClient({ allow: () => allow, ownListeners: () => [], lookup: loopback, ...options });
  closing.push(() => client.close());
  return (url: string, request: Partial<HttpRequest> = {}) =>
    client.request({ method: "GET", url, timeoutMs: 5000, maxBytes: 100_000, maxRedirects: 5, signal: new AbortController().signal, ...request });
}

const local = (port: number): HostAndPort => ({ host: "127.0.0.1", port });
const text = (body: Uint8Array) => new TextDecoder().decode(body);

describe("requests", () => {
  it("send and receive", async () => {
    const { port, origin, seen } = await startServer((_request, response) =>
      response
        .writeHead(
          418,
          [
            ["X-Kind", "a"],
            ["x-kind", "b"],
          ].flat(),
        )
        .end("short"),
    );
    const answer = await open([local(port)])(`${origin}/path?q=1#frag`, {
      method: "POST",
      body: "héllo",
      headers: { "Content-Type": "text/plain", connection: "x" },
    });
    expect({ ...answer, body: text(answer.body) }).toMatchObject({ status: 418, body: "short", url: `${origin}/path?q=1#frag`, headers: { "x-kind": "a, b" } });
    expect(seen[0]).toMatchObject({ method: "POST", url: "/path?q=1", body: "héllo", headers: { "content-type": "text/plain", "content-length": "6" } });
  });

  it("refuse headers that cannot be sent", async () => {
    const send = open([]);
    for (const headers of [{ host: "other" }, { "x-a": "1\r\nx-b: 2" }, { "bad name": "1" }]) {
      await expect(send("http://example.test/", { headers })).rejects.toMatchObject({ code: "validation", happened: "no" });
    }
  });

  it.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
    ["deflate", deflateSync],
    ["deflate", deflateRawSync],
    ["zstd", zstdCompressSync],
  ])("decode %s", async (encoding, compress) => {
    const { port, origin } = await startServer((_request, response) => response.writeHead(200, { "content-encoding": encoding }).end(compress("plain text")));
    const answer = await open([local(port)])(origin);
    expect(text(answer.body)).toBe("plain text");
    expect(answer.headers).not.toHaveProperty("content-encoding");
  });

  it("do not use proxies named by the environment", async () => {
    const proxy = await startServer((_request, response) => response.end("proxy"));
    const { port, origin } = await startServer((_request, response) => response.end("direct"));
    const names = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "NODE_USE_ENV_PROXY"];
    const before = names.map((name) => process.env[name]);
    for (const name of names) process.env[name] = proxy.origin;
    try {
      expect(text((await open([local(port)])(origin)).body)).toBe("direct");
      expect(proxy.seen).toEqual([]);
    } finally {
      for (const [index, name] of names.entries()) {
        const value = before[index];
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  });
});

describe("the guard", () => {
  it("refuses what nobody allowed, before anything is sent", async () => {
    const { port, seen } = await startServer((_request, response) => response.end());
    const send = open([{ host: "127.0.0.1", port: port + 1 }]);
    for (const host of ["127.0.0.1", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]", "name.test", "localhost"]) {
      await expect(send(`http://${host}:${port}/`)).rejects.toMatchObject({
        code: "policy",
        happened: "no",
        message: expect.stringContaining("An owner can allow"),
      });
    }
    expect(seen).toEqual([]);
  });

  it("never lets our own listener be reached, though allowed", async () => {
    const { port, origin, seen } = await startServer((_request, response) => response.end());
    const send = open([local(port), { host: "me.test", port }], { ownListeners: () => [{ host: "0.0.0.0", port }] });
    for (const url of [origin, `http://me.test:${port}/`, `http://[::ffff:127.0.0.1]:${port}/`, `http://0.0.0.0:${port}/`]) {
      await expect(send(url)).rejects.toMatchObject({ code: "policy", message: expect.stringContaining("this server itself") });
    }
    expect(seen).toEqual([]);
  });

  it("connects to the address it checked, and checks each new answer", async () => {
    const allowed = await startServer((_request, response) => response.setHeader("connection", "close").end("allowed"), "127.0.0.2");
    const hidden = await startServer((_request, response) => response.end("hidden"), "127.0.0.1", allowed.port);
    const answers = ["127.0.0.2", "127.0.0.1"];
    let lookups = 0;
    const lookup: Lookup = async () => [{ address: answers[Math.min(lookups++, 1)] ?? "", family: 4 }];
    const send = open([{ host: "127.0.0.2", port: allowed.port }], { lookup });
    expect(text((await send(`http://rebind.test:${allowed.port}/`)).body)).toBe("allowed");
    expect(lookups).toBe(1);
    await expect(send(`http://rebind.test:${allowed.port}/`)).rejects.toMatchObject({ code: "policy", happened: "no" });
    expect(hidden.seen).toEqual([]);
  });

  it("does not keep connections that a changed rule forbids", async () => {
    const { port, seen } = await startServer((_request, response) => response.end("ok"));
    const allow = [{ host: "kept.test", port }];
    const send = open(allow);
    await send(`http://kept.test:${port}/`);
    allow.length = 0;
    await expect(send(`http://kept.test:${port}/`)).rejects.toMatchObject({ code: "policy" });
    expect(seen).toHaveLength(1);
  });

  it("asks for the name's own certificate", async () => {
    const names: string[] = [];
    const server = createTlsServer({
      SNICallback(name, callback) {
        names.push(name);
        callback(new Error("no certificate"));
      },
    });
    const port = await listen(server);
    await expect(open([{ host: "secure.test", port }])(`https://secure.test:${port}/`)).rejects.toMatchObject({ code: "network", happened: "no" });
    expect(names).toEqual(["secure.test"]);
  });
});

describe("redirects", () => {
  it("are checked again", async () => {
    const hidden = await startServer((_request, response) => response.end("hidden"));
    const { port, origin } = await startServer((_request, response) => response.writeHead(302, { location: hidden.origin }).end());
    await expect(open([local(port)])(origin)).rejects.toMatchObject({ code: "policy", happened: "unknown" });
    expect(hidden.seen).toEqual([]);
  });

  it("drop credentials for another host, and keep them for the same", async () => {
    const other = await startServer((_request, response) => response.end("there"));
    const first = await startServer((request, response) => {
      response.writeHead(307, { location: request.url === "/start" ? "/same" : `http://other.test:${other.port}/` }).end();
    });
    const headers = { Authorization: "Bearer s", Cookie: "a=b", "X-API-Key": "k", "Proxy-Authorization": "p", "x-plain": "kept" };
    const answer = await open([local(first.port), { host: "other.test", port: other.port }])(`${first.origin}/start`, {
      method: "PUT",
      body: "again",
      headers,
    });
    expect(answer.url).toBe(`http://other.test:${other.port}/`);
    expect(first.seen[1]?.headers).toMatchObject({ authorization: "Bearer s", cookie: "a=b", "x-api-key": "k" });
    expect(other.seen[0]).toMatchObject({ method: "PUT", body: "again", headers: { "x-plain": "kept", host: `other.test:${other.port}` } });
    for (const name of ["authorization", "cookie", "x-api-key", "proxy-authorization"]) expect(other.seen[0]?.headers).not.toHaveProperty(name);
  });

  it.each([
    [301, "POST", "GET"],
    [302, "POST", "GET"],
    [302, "PUT", "PUT"],
    [303, "PUT", "GET"],
    [303, "HEAD", "HEAD"],
    [307, "POST", "POST"],
    [308, "DELETE", "DELETE"],
  ] as const)("turn after %i %s into %s", async (status, method, expected) => {
    const { port, origin, seen } = await startServer((request, response) => {
      if (request.url === "/") response.writeHead(status, { location: "/next" }).end();
      else response.end("done");
    });
    const answer = await open([local(port)])(`${origin}/`, { method, headers: { "content-type": "text/plain" }, ...(method === "HEAD" ? {} : { body: "x" }) });
    expect(answer.status).toBe(200);
    expect(seen[1]).toMatchObject({ method: expected, body: expected === method && method !== "HEAD" ? "x" : "" });
    expect("content-type" in (seen[1]?.headers ?? {})).toBe(expected === method);
  });

  it("end after the allowed number; none are followed when there are none", async () => {
    const { port, origin, seen } = await startServer((_request, response) => response.writeHead(302, { location: "/" }).end());
    await expect(open([local(port)])(origin, { maxRedirects: 2 })).rejects.toMatchObject({ code: "limit" });
    expect(seen).toHaveLength(3);
    expect(await open([local(port)])(origin, { maxRedirects: 0 })).toMatchObject({ status: 302, headers: { location: "/" } });
  });
});

describe("limits", () => {
  it("end a body that is too large, announced, streamed or unpacked", async () => {
    const { port, origin } = await startServer((request, response) => {
      if (request.url === "/head") response.writeHead(200, { "content-length": "200000" }).end();
      else if (request.url === "/announced") response.writeHead(200, { "content-length": "200000" }).write("x");
      else if (request.url === "/bomb") response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(50_000_000)));
      else if (request.url === "/nested") response.writeHead(200, { "content-encoding": "gzip, gzip" }).end(gzipSync(gzipSync(Buffer.alloc(50_000_000))));
      else {
        const timer = setInterval(() => response.write("x".repeat(10_000)), 1);
        response.on("close", () => clearInterval(timer));
      }
    });
    for (const path of ["/announced", "/streamed", "/bomb", "/nested"]) {
      await expect(open([local(port)])(origin + path)).rejects.toMatchObject({ code: "limit", happened: "unknown" });
    }
    expect((await open([local(port)])(`${origin}/head`, { method: "HEAD" })).headers["content-length"]).toBe("200000");
  });

  it("end an answer that does not come, or only drips, counting redirects in", async () => {
    const { port, origin } = await startServer((request, response) => {
      if (request.url === "/drip") {
        const timer = setInterval(() => response.write("x"), 20);
        response.on("close", () => clearInterval(timer));
      } else if (request.url?.startsWith("/slow") === true) setTimeout(() => response.writeHead(302, { location: `${request.url}1` }).end(), 100);
    });
    for (const path of ["/silent", "/drip", "/slow"]) {
      const begin = performance.now();
      await expect(open([local(port)])(origin + path, { timeoutMs: 250, maxRedirects: 20 })).rejects.toMatchObject({ code: "timeout", happened: "unknown" });
      expect(performance.now() - begin).toBeLessThan(10_000);
    }
    const stuck: Lookup = () => new Promise(() => {});
    await expect(open([], { lookup: stuck })("http://slow.test/", { timeoutMs: 100 })).rejects.toMatchObject({ code: "timeout", happened: "no" });
  });

  it("end on abort", async () => {
    const { port, origin } = await startServer(() => undefined);
    const controller = new AbortController();
    const waiting = open([local(port)])(origin, { signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    await expect(waiting).rejects.toMatchObject({ code: "cancelled", happened: "unknown" });
    await expect(open([local(port)])(origin, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "cancelled", happened: "no" });
  });

  it("send nothing when the connection comes after the abort", async () => {
    const { port, seen } = await startServer((_request, response) => response.end());
    const { promise, resolve } = Promise.withResolvers<void>();
    const lookup: Lookup = async () => {
      await promise;
      return [{ address: "127.0.0.1", family: 4 }];
    };
    const controller = new AbortController();
    const waiting = open([{ host: "late.test", port }], { lookup })(`http://late.test:${port}/`, { method: "POST", signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: "cancelled", happened: "no" });
    resolve();
    await new Promise((done) => setTimeout(done, 100));
    expect(seen).toEqual([]);
  });
});

describe("failures", () => {
  it("know when nothing was sent", async () => {
    const { port } = await startServer(() => undefined);
    await closing.pop()?.();
    await expect(open([local(port)])(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({
      code: "network",
      happened: "no",
      message: expect.stringContaining("refused"),
    });
    const lookup: Lookup = () => Promise.reject(new Error("ENOTFOUND"));
    await expect(open([], { lookup })("http://gone.test/")).rejects.toMatchObject({
      code: "network",
      happened: "no",
      message: expect.stringContaining("gone.test"),
    });
  });

  it("know when something was", async () => {
    const { port, origin } = await startServer((_request, response) => response.socket?.destroy());
    await expect(open([local(port)])(origin, { method: "POST", body: "x" })).rejects.toMatchObject({ code: "network", happened: "unknown" });
  });

  it("know plain http behind https", async () => {
    const { port } = await startServer((_request, response) => response.end());
    await expect(open([local(port)])(`https://127.0.0.1:${port}/`)).rejects.toMatchObject({ code: "network", happened: "no" });
  });
});
